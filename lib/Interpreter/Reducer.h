//===- Reducer.h - How reductions combine values ---------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The semantics of `combiners`, for numbers: f32 sums and products are
// accumulated in f64, f64 sums are compensated; NaN wins in minima and maxima;
// of equal extremes the first one gives the position.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_INTERPRETER_REDUCER_H
#define ELENA_LIB_INTERPRETER_REDUCER_H

#include "Machine.h"

namespace elena::interpreter {

class Reducer {
public:
  Reducer(tensorref::ReduceKind kind, mlir::Type type);

  /// For a reduction: one more value, which is at `position`.
  void combine(uint64_t value, int64_t position);
  uint64_t getResult() const;

  /// For a scan: the running value, rounded at each step.
  void startRunning();
  uint64_t step(uint64_t value);

private:
  bool isSum() const { return kind == tensorref::ReduceKind::Sum; }
  uint64_t extreme() const;
  uint64_t identity() const;
  bool isBetter(uint64_t value, uint64_t best) const;
  /// The value after `accumulated` is joined by `value`, both of the type.
  uint64_t joined(uint64_t accumulated, uint64_t value) const;
  void addCompensated(double value);

  tensorref::ReduceKind kind;
  mlir::Type type;
  unsigned width;
  bool isF32, isF64, isWidened, isCompensated;
  /// Integers, extremes, running values; the position of an extreme.
  uint64_t best = 0, position = 0;
  /// Sums and products of floats.
  double total = 0, correction = 0;
};

} // namespace elena::interpreter

#endif // ELENA_LIB_INTERPRETER_REDUCER_H
