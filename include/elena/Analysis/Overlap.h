//===- Overlap.h - Do two refs share elements? -----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place that decides whether two refs may share elements. For a
// contiguous 8x4 array `x`:
//
//   x[:, 0]  and x[:, 1]    apart: offsets 0 and 1, all strides multiples of 4
//   x[:, :2] and x[:, 2:]   apart: {0, 1} and {2, 3} modulo the stride 4
//   x[:4]    and x[4:]      apart: elements 0..15 and 16..31
//   x        and x          the same map: index by index the same cell
//   x[1:]    and x[:-1]     unknown: they share cells, at different indices
//   x        and x[::-1]    unknown: the same cells, at different indices
//   x[:k]    and x[k:]      apart, whatever k is at run time (SymbolicViews.h)
//
// "The same map" is about which index names which cell, not about sets of
// cells: the last example has equal sets and different maps.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_OVERLAP_H
#define ELENA_ANALYSIS_OVERLAP_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"

namespace elena {

class SymbolicViews;

/// What is assumed of two different ref arguments of a function.
enum class ArgumentAlias {
  /// They share no byte; the entry checks it where it matters.
  Apart,
  /// They may overlap in any way.
  Overlap
};

/// What the function around `op` assumes: `Overlap` if it is marked
/// `elena.arguments_overlap`.
ArgumentAlias getArgumentAlias(mlir::Operation *op);

enum class Overlap {
  /// They share no cell.
  Apart,
  /// Equal indices name equal cells, element by element.
  SameMap,
  /// Anything else, and whatever is not known. Unknown is not apart.
  Unknown
};

/// The overlap of two refs. Never falsely `Apart` or `SameMap`. With `views`
/// (SymbolicViews.h), also where numbers are only known at run time; the refs
/// are then of the function that it is about.
Overlap classifyOverlap(mlir::Value a, mlir::Value b, ArgumentAlias alias,
                        SymbolicViews *views = nullptr);

/// Same storage: may two views of it share a cell? Unknown sizes, strides and
/// offsets are null.
Overlap classifyViews(tensorref::IndexArith &arith,
                      const tensorref::SymbolicView &a,
                      const tensorref::SymbolicView &b);

/// May the storages that the two roots refer to be the same?
bool mayShareStorage(mlir::Value rootA, mlir::Value rootB, ArgumentAlias alias);

} // namespace elena

#endif // ELENA_ANALYSIS_OVERLAP_H
