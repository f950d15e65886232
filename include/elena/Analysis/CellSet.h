//===- CellSet.h - How two sets of cells relate -----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A view reaches a *set* of cells, {offset + sum of stride[k] * i[k]}. Here are
// the exact answers for two such sets of one storage, when all numbers are
// known. For a contiguous 10x10 array `x`:
//
//     a          b           relation    seen from
//     x[:5]      x[5:]       disjoint    the hulls 0..49 and 50..99
//     x[:, ::2]  x[:, 1::2]  disjoint    residues modulo 2: 0 and 1
//     x[:, :3]   x[:, 3:]    disjoint    columns 0..2 and 3..9 of the same rows
//     x          x[::-1].T   equal       one normal form: 100 cells from 0 on
//     x[2:8]     x[3]        contains    one hull is in the other, all cells
//     x[::3, 1]  x[::3]      contained   rows 0,3,6,9 each; column 1 of 0..9
//     x[1:]      x[:-1]      partial     cells 10..89 are in both
//
// What index reaches a cell is *not* asked: x and x[::-1] are equal sets, and
// different maps. See docs/Overlap.md.
//
// How. Zero strides and dimensions of size 1 add no cell, a flip starts at the
// other end, and dimensions merge where one continues the other: strides 1 and
// 10 of x become 100 cells with stride 1; windows [8, 3] of strides [1, 1]
// become 10 cells. Then, cheapest first, each rung exact or silent:
//
//  1. hulls apart: disjoint. The same normal form: equal.
//  2. gcd g of all strides, offsets apart by no multiple of g: disjoint.
//  3. one dimension each: {2, 5, 8, 11} and {1, 3, ..., 11} share every 6th
//     cell from 5 on (Chinese remainders): 5 and 11, 2 of 4 and 2 of 6.
//  4. neither can hold the other (hull, strides): one question is left, and
//     bounded Diophantine search answers it: does 10*r + c = 37 have a solution
//     with r < 4 and c < 7? The largest stride first, leaves r = 3, c = 7: no.
//  5. count the common cells, n, and compare: none: disjoint; all of a:
//     contained; all of b: contains. With M = 10, x[1:5, 2:6] is rows 1..4 x
//     columns 2..5, and x[::2, 5:] is rows 0,2,4,6,8 x columns 5..9: 2 rows and
//     1 column in common, n = 2 * 1 of 16 and 25. A set that crosses multiples
//     of M is cut there first (x.ravel()[3:77]: 3..9, then 6 rows,
//     then 70..76).
//  6. where no M separates dimensions (overlapping windows of coprime strides):
//     one bit a cell, or a list of the cells.
//
// Rung 4 is the search of NumPy's `solve_may_share_memory` (numpy/_core/src/
// common/mem_overlap.c, "bounded Diophantine equation"), which numpy.
// shares_memory asks; the problem is NP-complete, so it has a budget of work.
// Counting is not in NumPy, which does not ask what contains what.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_CELLSET_H
#define ELENA_ANALYSIS_CELLSET_H

#include "elena/Support/StridedView.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace elena {

/// The relation of a set `a` to a set `b`.
enum class SetRelation {
  /// No cell in common. Wins over the others where a set is empty.
  Disjoint,
  /// The same cells, at least one.
  Equal,
  /// `a` has all cells of `b`, and more.
  Contains,
  /// `b` has all cells of `a`, and more.
  Contained,
  /// Some cells in common, and each has one that the other has not.
  Partial,
  /// Not decided within the budget. May be any of the others.
  Unknown
};

/// How the cells of `a` relate to those of `b`, two views of one storage.
/// Never falsely certain. Never `Unknown`
///  * for one dimension each (after merging), whatever the numbers;
///  * if the hulls together span at most 2^20 cells (in units of the gcd);
///  * if both have at most 2^16 elements (after merging);
/// as long as all addresses lie within +-2^60.
SetRelation relate(const StaticView &a, const StaticView &b);

/// Do they share a cell? Nothing if not decided within the budget. Cheaper
/// than `relate`: no rung counts unless the search gives up.
std::optional<bool> sharesCells(const StaticView &a, const StaticView &b);

/// False only if they surely share no cell.
inline bool mayShareCells(const StaticView &a, const StaticView &b) {
  return sharesCells(a, b).value_or(true);
}

/// "disjoint", "equal", ...
llvm::StringRef stringify(SetRelation relation);

/// The relation of `b` to `a`, given that of `a` to `b`.
SetRelation flipped(SetRelation relation);

} // namespace elena

#endif // ELENA_ANALYSIS_CELLSET_H
