//===- LoopIterations.h - Do iterations touch each other? -------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Iterations of a loop are independent if no cell that one of them writes is
// read or written by another one. For
//
//   for i in range(n):
//     out[i, top:bottom] = x[i] + y        # top, bottom: whatever i makes them
//
// the writes at i and at i' have the digits (i, r, c) and (i', r', c') in the
// rows of `out`: where they meet, i = i'. Only what is the same in all
// iterations may be compared: `top` is another number in each.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_LOOPITERATIONS_H
#define ELENA_ANALYSIS_LOOPITERATIONS_H

#include "elena/Analysis/IterationDistance.h"

namespace elena {

struct IterationVerdict {
  bool areIndependent = false;
  /// If they are not, or not provably so: why.
  std::string reason;
  /// … and the ops that may touch the same cells, if it is about cells.
  mlir::Operation *first = nullptr, *second = nullptr;
};

/// `views` is about the function around the loop. Storages that an iteration
/// allocates are its own.
IterationVerdict classifyIterations(mlir::scf::ForOp loop, SymbolicViews &views,
                                    ArgumentAlias alias);

/// Does iteration i reach of the storage only what is at index i of its first
/// dimension, through the ref? Loops from 0 in steps of 1 only.
bool staysInRow(mlir::scf::ForOp loop, SymbolicViews &views, mlir::Value ref);

} // namespace elena

#endif // ELENA_ANALYSIS_LOOPITERATIONS_H
