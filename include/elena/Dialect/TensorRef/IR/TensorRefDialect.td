//===- TensorRefDialect.td - The tensorref dialect ---------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_TENSORREFDIALECT_TD
#define ELENA_DIALECT_TENSORREF_IR_TENSORREFDIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def TensorRef_Dialect : Dialect {
  let name = "tensorref";
  let summary = "array references that share storage, as NumPy arrays do";
  let description = [{
    A *ref* is a strided reference into a *storage* that other refs may share:
    element (i0, i1, …) of a ref lives at `offset + Σ stride[k]·i[k]` of its
    storage, counted in elements. View ops make a ref from a ref and touch no
    element; access ops read and write all elements of the refs they are given,
    and read all that they read before they write anything.

    ```mlir
    // x[1:] = x[:-1] * 2.0
    func.func @shift(%x: !tensorref.ref<?xf32>, %two: f32) {
      %dst = tensorref.slice %x[1:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
      %src = tensorref.slice %x[_:-1] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
      tensorref.map ins(%src : !tensorref.ref<?xf32>) outs(%dst : !tensorref.ref<?xf32>) {
      ^bb0(%e: f32):
        %r = arith.mulf %e, %two : f32
        tensorref.yield %r : f32
      }
      return
    }
    ```

    The rules that the ops follow are labelled and stated in
    docs/Dialects/TensorRef.md.
  }];
  let cppNamespace = "::elena::tensorref";
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let hasConstantMaterializer = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{ void registerTypes(); }];
}

class TensorRef_Op<string mnemonic, list<Trait> traits = []>
    : Op<TensorRef_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

class TensorRef_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::elena::tensorref";
  let genSpecializedAttr = 0;
}

def TensorRef_ReduceKind : TensorRef_Enum<"ReduceKind",
    "how the values of a reduction are combined", [
      I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Prod", 1, "prod">,
      I32EnumAttrCase<"Min", 2, "min">, I32EnumAttrCase<"Max", 3, "max">,
      I32EnumAttrCase<"Any", 4, "any">, I32EnumAttrCase<"All", 5, "all">,
      I32EnumAttrCase<"ArgMin", 6, "argmin">,
      I32EnumAttrCase<"ArgMax", 7, "argmax">,
      I32EnumAttrCase<"UMin", 8, "umin">, I32EnumAttrCase<"UMax", 9, "umax">,
      I32EnumAttrCase<"UArgMin", 10, "uargmin">,
      I32EnumAttrCase<"UArgMax", 11, "uargmax">]>;

def TensorRef_ReduceKindAttr
    : EnumAttr<TensorRef_Dialect, TensorRef_ReduceKind, "kind">;

def TensorRef_ReduceKindArrayAttr
    : TypedArrayAttrBase<TensorRef_ReduceKindAttr, "kinds of reductions">;

def TensorRef_IteratorKind : TensorRef_Enum<"IteratorKind",
    "how the points of one dimension of an iteration box depend on each other", [
      I32EnumAttrCase<"Parallel", 0, "parallel">,
      I32EnumAttrCase<"Reduction", 1, "reduction">,
      I32EnumAttrCase<"Scan", 2, "scan">]>;

def TensorRef_IteratorKindAttr
    : EnumAttr<TensorRef_Dialect, TensorRef_IteratorKind, "iterator">;

def TensorRef_IteratorKindArrayAttr
    : TypedArrayAttrBase<TensorRef_IteratorKindAttr, "kinds of iterators">;

#endif // ELENA_DIALECT_TENSORREF_IR_TENSORREFDIALECT_TD
