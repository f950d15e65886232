//===- TensorRefInterfaces.td - What views and accesses do -*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_TENSORREFINTERFACES_TD
#define ELENA_DIALECT_TENSORREF_IR_TENSORREFINTERFACES_TD

include "mlir/IR/OpBase.td"

def TensorRef_ViewOpInterface : OpInterface<"ViewOpInterface"> {
  let cppNamespace = "::elena::tensorref";
  let description = [{
    An op that makes a ref from a ref and touches no element. All that there is
    to know about it is its formula: the strided view of the result, given that
    of the source. Folding, verification and the analyses ask for nothing else.
  }];
  let methods = [
    InterfaceMethod<"The ref that the result is a view of.",
                    "::mlir::Value", "getViewedRef">,
    InterfaceMethod<[{
        The strided view of the result in the storage of the source, given the
        strided view of the source. Fails where the op describes no view (a
        reshape that would need a copy).
      }],
      "::mlir::FailureOr<::elena::tensorref::SymbolicView>", "applyView",
      (ins "::elena::tensorref::IndexArith &":$arith,
           "const ::elena::tensorref::SymbolicView &":$source)>,
    InterfaceMethod<[{
        Whether no two indices of the result share a cell if no two indices of
        the source do.
      }],
      "bool", "preservesInjectivity", (ins), "", [{ return true; }]>
  ];
  let verify = [{ return ::elena::tensorref::verifyViewOp($_op); }];
}

def TensorRef_AccessOpInterface : OpInterface<"AccessOpInterface"> {
  let cppNamespace = "::elena::tensorref";
  let description = [{
    An op that reads and writes elements of refs. It says which operands it
    reads, writes or accumulates into, and whether every element of a written
    ref is surely written (*must*) or only possibly (*may*). An access op reads
    all that it reads before it writes anything. An op of another dialect that
    implements this interface is analysed like our own.
  }];
  let methods = [
    InterfaceMethod<"Every access of the op, in operand order.",
                    "void", "getAccesses",
                    (ins "::llvm::SmallVectorImpl<::elena::tensorref::Access> &":$accesses)>,
    InterfaceMethod<[{
        Whether the op visits the two operands element by element in the same
        order, so that reading and writing the very same ref through them is
        harmless (`x[:] = x + 1`).
      }],
      "bool", "isElementwise",
      (ins "::mlir::OpOperand &":$read, "::mlir::OpOperand &":$written),
      "", [{ return false; }]>,
    InterfaceMethod<[{
        Whether all refs have one shape, and what the op does at an index
        depends on the elements there and on no index: done for one row after
        the other, it is the same.
      }],
      "bool", "isPointwise", (ins), "", [{ return false; }]>
  ];
}

#endif // ELENA_DIALECT_TENSORREF_IR_TENSORREFINTERFACES_TD
