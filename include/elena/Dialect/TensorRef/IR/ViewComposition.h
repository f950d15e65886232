//===- ViewComposition.h - Strided views of SSA values ---------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The formulas of Support/StridedView.h, over numbers that are constants where
// they are known and SSA values elsewhere. Example: for
//
//   %a = tensorref.slice %x[%h:_, _:_] : ref<?x4xf32> to ref<?x4xf32>
//   %b = tensorref.select %a dim 1 at 2 : ref<?x4xf32> to ref<?xf32>
//
// with %x a contiguous argument, composeToRoot(%b) is the root %x and the view
// (offset 4·clamp(%h) + 2, sizes [dim0(%x) - clamp(%h)], strides [4]).
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_VIEWCOMPOSITION_H
#define ELENA_DIALECT_TENSORREF_IR_VIEWCOMPOSITION_H

#include "elena/Support/ViewOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"

namespace elena::tensorref {

using SymbolicView = StridedView<mlir::OpFoldResult>;

/// The integers of symbolic views. With a builder, what is not constant is
/// computed by `arith` ops on `index` that are made there; without one it is
/// *unknown*: a null OpFoldResult. So verifiers and folders ask the same
/// formulas as rewrites, without making IR.
class IndexArith : public FoldingArith<IndexArith, mlir::OpFoldResult> {
public:
  explicit IndexArith(mlir::MLIRContext *context) : context(context) {}
  IndexArith(mlir::OpBuilder &builder, mlir::Location loc)
      : context(builder.getContext()), builder(&builder), loc(loc) {}

  Value constant(int64_t value);
  std::optional<int64_t> getConstant(Value value);
  bool isSame(Value x, Value y) { return x && x == y; }
  Value emitAdd(Value x, Value y);
  Value emitSub(Value x, Value y);
  Value emitMul(Value x, Value y);
  Value emitMin(Value x, Value y);
  Value emitMax(Value x, Value y);
  Value emitCeilDiv(Value x, int64_t divisor);
  Value emitSelectLess(Value x, Value y, Value ifTrue, Value ifFalse);

  /// `value` as an SSA value. Needs a builder, and a value that is known.
  mlir::Value materialize(Value value);
  bool hasBuilder() const { return builder; }
  mlir::MLIRContext *getContext() const { return context; }
  /// The size or stride of `ref` as an SSA value. Without a builder, one that
  /// an op computes already, or unknown.
  Value emitDim(mlir::Value ref, int64_t dimension);
  Value emitStride(mlir::Value ref, int64_t dimension);

private:
  template <typename OpT> Value emit(Value x, Value y);

  mlir::MLIRContext *context;
  mlir::OpBuilder *builder = nullptr;
  mlir::Location loc = mlir::UnknownLoc::get(context);
};

/// The root of a ref, and the ref as a strided view of the root's element 0.
struct RootedView {
  mlir::Value root;
  SymbolicView view;
};

/// Follows view ops from `ref` to the first value that none of them makes (an
/// argument, an allocation, …) and composes them.
mlir::FailureOr<RootedView> composeToRoot(IndexArith &arith, mlir::Value ref);

/// The root alone.
mlir::Value getRoot(mlir::Value ref);

/// Does the chain of view ops lead back into itself? The verifier refuses it.
bool isViewOfItself(mlir::Value ref);

/// Is the ref laid out in C order from element 0 of its storage at every call?
/// True of allocations and of arguments marked `tensorref.contiguous`.
bool isContiguousRoot(mlir::Value root);

/// Do different indices of the ref surely name different cells? True of
/// allocations, of arguments marked `tensorref.contiguous` or
/// `tensorref.injective`, and of views of such that repeat no element.
bool isInjective(mlir::Value ref);

/// The view that a root is of itself: offset 0; sizes and strides from its
/// type, its allocation, or read from it at run time.
SymbolicView getRootView(IndexArith &arith, mlir::Value root);

/// The type of a ref with the given view; sizes that are not constant are `?`,
/// and there is no layout.
mlir::Type getViewType(mlir::Type elementType, const SymbolicView &view);

} // namespace elena::tensorref

#endif // ELENA_DIALECT_TENSORREF_IR_VIEWCOMPOSITION_H
