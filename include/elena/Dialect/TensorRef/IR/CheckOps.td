//===- CheckOps.td - What an entry checks ------------------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_CHECKOPS_TD
#define ELENA_DIALECT_TENSORREF_IR_CHECKOPS_TD

include "elena/Dialect/TensorRef/IR/TensorRefTypes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def TensorRef_GuardOp : TensorRef_Op<"guard", [MemoryEffects<[MemWrite]>]> {
  let summary = "a condition on which this version of a function relies";
  let description = [{
    The condition is computed from metadata (sizes, strides, integers). All
    guards are evaluated at the entry, before anything is written; where one
    does not hold the entry returns `ELENA_GUARD`, and another version is used.

    ```mlir
    tensorref.guard %same
    ```
  }];
  let arguments = (ins I1:$condition);
  let assemblyFormat = "$condition attr-dict";
  let hasCanonicalizer = 1;
}

def TensorRef_GuardApartOp : TensorRef_Op<"guard_apart", [MemoryEffects<[MemWrite]>]> {
  let summary = "two arguments share no byte";
  let description = [{
    Evaluated at the entry like `guard`; where the two overlap the entry returns
    `ELENA_OVERLAP`, and a version for such arguments is used. Their byte ranges
    are compared first; only where those meet is the exact question asked, of
    `rt->overlap` (elena.h). What it cannot decide counts as overlap.

    ```mlir
    tensorref.guard_apart %a, %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$lhs, TensorRef_AnyRef:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
  let hasVerifier = 1;
}

def TensorRef_GuardSameOp : TensorRef_Op<"guard_same",
    [MemoryEffects<[MemWrite]>, SameTypeOperands]> {
  let summary = "two arguments are the very same ref";
  let description = [{
    They have the same address, sizes and strides. Evaluated at the entry like
    `guard_apart`; where they differ the entry returns `ELENA_OVERLAP`.

    ```mlir
    tensorref.guard_same %a, %b : !tensorref.ref<?xf32>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$lhs, TensorRef_AnyRef:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs)";
  let hasVerifier = 1;
}

def TensorRef_AssertOp : TensorRef_Op<"assert", [MemoryEffects<[MemWrite]>]> {
  let summary = "a check that depends on data";
  let description = [{
    Where the condition is false the entry reports the error and returns.
    `{k}` in the message stands for value k.

    ```mlir
    tensorref.assert %ok, "IndexError", "index {0} is out of bounds"(%i : index)
    ```
  }];
  let arguments = (ins I1:$condition, StrAttr:$kind, StrAttr:$message,
                       Variadic<AnyTypeOf<[Index, I64]>>:$values);
  let assemblyFormat = [{
    $condition `,` $kind `,` $message (`(` $values^ `:` type($values) `)`)?
    attr-dict
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

#endif // ELENA_DIALECT_TENSORREF_IR_CHECKOPS_TD
