//===- RangeEvaluator.h - Ranges of what arithmetic computes ----*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One value of the host, or of the body of one stage. `select(i < 0, i + n, i)`
// is evaluated with what its condition says of i in each case.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_ANALYSIS_RANGEEVALUATOR_H
#define ELENA_LIB_ANALYSIS_RANGEEVALUATOR_H

#include "elena/Analysis/StoredRanges.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace elena {

class RangeEvaluator {
public:
  RangeEvaluator(StoredRanges &ranges, SymbolicValues &values,
                 RangeArithmetic arithmetic, mlir::Operation *at)
      : ranges(ranges), values(values), arithmetic(std::move(arithmetic)),
        at(at) {}

  IntegerRange evaluate(mlir::Value value);
  /// True or false, if it is the same for all values.
  std::optional<bool> decide(mlir::Value condition);

private:
  IntegerRange evaluateOp(mlir::Operation *op, unsigned width);
  std::optional<IntegerRange> evaluateSource(mlir::Value value);
  IntegerRange evaluateCast(mlir::Value input, bool isSigned, unsigned width);
  IntegerRange evaluateSelect(mlir::arith::SelectOp select, unsigned width);
  std::optional<bool> decideCompare(mlir::arith::CmpIOp compare);
  /// Adds what the condition says of the values that it compares.
  void assume(mlir::Value condition, bool holds);
  void assumeEither(mlir::Value a, mlir::Value b, bool holds);
  void assumeCompare(mlir::arith::CmpIOp compare, bool holds);

  StoredRanges &ranges;
  SymbolicValues &values;
  RangeArithmetic arithmetic;
  mlir::Operation *at;
  llvm::SmallVector<std::pair<mlir::Value, IntegerRange>> assumed;
  unsigned stepsLeft = 512;
};

/// The bits of an integer; those of an index are 64. 0 for anything else.
unsigned getIntegerWidth(mlir::Type type);

} // namespace elena

#endif // ELENA_LIB_ANALYSIS_RANGEEVALUATOR_H
