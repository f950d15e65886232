//===- Combiner.h - How reductions combine values --------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reduction carries a state from point to point:
//
//   kind               state               accuracy
//   sum, prod of f32   one f64             error of the sum < 2^-53·Σ|x|·n
//   sum of f64         sum, correction     Neumaier's compensated sum
//   argmin, argmax     value, position     exact
//   others             one value           exact (prod of f64: sequential)
//
// so sums are at least as accurate as NumPy's pairwise ones.
// Source of the compensated sum: A. Neumaier, "Rundungsfehleranalyse einiger
// Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_COMBINER_H
#define ELENA_DIALECT_TENSORREF_IR_COMBINER_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/IR/Builders.h"

namespace elena::tensorref {

class Combiner {
public:
  /// `type` is that of the values combined.
  Combiner(ReduceKind kind, mlir::Type type) : kind(kind), type(type) {}

  llvm::SmallVector<mlir::Value> emitInitial(mlir::OpBuilder &builder,
                                             mlir::Location loc);
  /// The state after one more value; `position` is its place among the values
  /// (only where needsPosition()).
  llvm::SmallVector<mlir::Value>
  emitCombine(mlir::OpBuilder &builder, mlir::Location loc,
              mlir::ValueRange state, mlir::Value value, mlir::Value position);
  /// What is stored in the end.
  mlir::Value emitResult(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::ValueRange state);

  /// One step in the type of the values, and where it starts.
  mlir::Value emitStep(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value accumulated, mlir::Value value);
  mlir::Value emitIdentity(mlir::OpBuilder &builder, mlir::Location loc);

  bool needsPosition() const;

private:
  bool isWidened() const;
  bool isCompensated() const;
  /// Is `value` to be preferred to `best`, which came first?
  mlir::Value emitIsBetter(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, mlir::Value best);
  mlir::Value emitExtreme(mlir::OpBuilder &builder, mlir::Location loc);

  ReduceKind kind;
  mlir::Type type;
};

} // namespace elena::tensorref

#endif // ELENA_DIALECT_TENSORREF_IR_COMBINER_H
