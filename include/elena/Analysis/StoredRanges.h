//===- StoredRanges.h - Ranges of what storages hold ------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The values that integers of a function can have, those in storages included.
// For areas of M by N elements:
//
//   nearest = areas.argmin(axis=1)     storage of nearest: [0, N - 1]
//   nearest[mask] = 3                  [0, N - 1] or [3, 3]
//   labels[nearest]                    is in bounds if N and 4 are at most
//                                      len(labels)
//
// A storage holds what its writers store, all of them, wherever they are:
// masked and scattered writes, and those through any view. That is an answer
// only for an allocation
//  * whose refs are all known (none is passed on, nor carried by a loop), and
//  * whose cells have surely been written before the reader (what is not
//    written yet can have any value).
// So no order of writes matters, and a bad value that is stored after the
// reader is taken for possible, too.
//
// A range speaks of numbers that are the same as long as the allocation lives:
// symbols of its own block and of the blocks around it. What is computed inside
// of a loop in there is replaced by its own bounds.
//
// Reads stages of groups that are not fused. It never changes the IR; the
// function must not change while the answers are in use.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_STOREDRANGES_H
#define ELENA_ANALYSIS_STOREDRANGES_H

#include "elena/Analysis/IntegerRange.h"
#include "elena/Analysis/SymbolicValues.h"
#include "elena/Analysis/SymbolicViews.h"

namespace elena {

class RangeEvaluator;

class StoredRanges {
public:
  explicit StoredRanges(mlir::FunctionOpInterface function);

  /// The values that an integer can have where `at` runs: a value of the host,
  /// or of the body of the stage `at`.
  IntegerRange get(mlir::Value value, mlir::Operation *at);
  /// The elements that `reader` can read from the ref.
  IntegerRange getElements(mlir::Value ref, mlir::Operation *reader);
  /// Whether the condition surely holds where `at` runs.
  bool holds(mlir::Value condition, mlir::Operation *at);

private:
  struct Writer {
    tensorref::StageOp stage;
    unsigned output;
  };
  struct Storage {
    /// Not all refs of it are known, or it is written by something else.
    bool escapes = false;
    bool isBusy = false;
    llvm::SmallVector<Writer, 2> writers;
    std::optional<IntegerRange> range;
  };

  Storage &getStorage(tensorref::AllocOp alloc);
  void collectUses(mlir::Value ref, Storage &storage);
  bool isWritten(const Storage &storage, mlir::Value ref,
                 mlir::Operation *reader);
  IntegerRange getStored(const Writer &writer, mlir::Block *scope);
  IntegerRange getReduced(RangeEvaluator &evaluator, tensorref::StageOp stage,
                          tensorref::ReduceKind kind, mlir::Value yielded);
  /// In terms of symbols that are the same during one execution of `scope`.
  IntegerRange project(const IntegerRange &range, mlir::Operation *at,
                       mlir::Block *scope, unsigned width);
  Polynomial projectBound(Polynomial bound, bool upper, mlir::Operation *at,
                          mlir::Block *scope);
  std::optional<Interval> getEnds(Symbol symbol);
  bool isNonNegativeAt(const Polynomial &goal, Polynomials given);
  bool isSize(const Monomial &product);
  RangeArithmetic arithmeticAt(mlir::Operation *at);
  /// In the body, which runs at a point: the box is not empty.
  RangeArithmetic arithmeticIn(tensorref::StageOp stage);
  RangeArithmetic makeArithmetic(llvm::ArrayRef<Polynomial> given);

  SymbolicValues values;
  SymbolicViews views;
  llvm::DenseMap<mlir::Value, std::unique_ptr<Storage>> storages;
  /// For each ref argument the sizes that are one symbol.
  llvm::SmallVector<llvm::SmallVector<Symbol, 4>> argumentSizes;
};

} // namespace elena

#endif // ELENA_ANALYSIS_STOREDRANGES_H
