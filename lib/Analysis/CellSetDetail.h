//===- CellSetDetail.h - The parts that relate sets of cells ----*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// CellSet.cpp         the normal form and the ladder
// CellSetSearch.cpp   terms in common of two progressions; bounded sums
// CellSetCells.cpp    common cells by bits or by a list
// CellSetCount.cpp    how many cells two sets have in common
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_ANALYSIS_CELLSETDETAIL_H
#define ELENA_LIB_ANALYSIS_CELLSETDETAIL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace elena::cellset {

/// stride * i for 0 <= i < size; stride > 0 and size > 1 in normal forms.
struct Dim {
  int64_t stride, size;

  int64_t span() const { return stride * (size - 1); }
  bool operator==(const Dim &) const = default;
};

using Dims = llvm::SmallVector<Dim, 6>;

/// The set {min + sum of stride[k] * i[k]}, smallest strides first.
struct CellForm {
  explicit CellForm(int64_t cell) : min(cell), max(cell) {}
  CellForm(int64_t cell, llvm::ArrayRef<Dim> dims) : CellForm(cell) {
    for (Dim dim : dims)
      append(dim);
  }

  void append(Dim dim) {
    if (dim.size == 1)
      return;
    dims.push_back(dim);
    max += dim.span();
  }
  int64_t span() const { return max - min; }
  bool operator==(const CellForm &) const = default;

  int64_t min, max;
  Dims dims;
};

/// Sorts by stride, and merges s*i + (c*s)*j, i < n, j < m, c <= n into
/// s*i, i < n + c*(m-1): the same cells.
void sortAndMerge(Dims &dims);

/// Is each stride larger than what the smaller ones span? Then no cell is
/// reached twice, and growing indices reach growing addresses.
bool isSuperincreasing(llvm::ArrayRef<Dim> dims);

/// The product of the sizes, or INT64_MAX.
int64_t numIndices(llvm::ArrayRef<Dim> dims);

/// The gcd of `start` and all strides.
int64_t gcdOfStrides(llvm::ArrayRef<Dim> dims, int64_t start = 0);

/// The cells that are both in {a + s*i} and in {b + t*j}.
int64_t countCommonTerms(int64_t a, Dim s, int64_t b, Dim t);

/// Which numbers are a sum of stride[k] * i[k], 0 <= i[k] < size[k]? Branch and
/// bound: the largest stride first; its index is bounded by what the smaller
/// strides can still add, and fixed modulo their gcd.
class BoundedSum {
public:
  /// Strides at least 1, in any order.
  explicit BoundedSum(Dims dims);

  /// Each step takes 1 from `work`; nothing once it is used up.
  std::optional<bool> reaches(int64_t target, int64_t &work) const;

private:
  struct Level {
    int64_t stride, size;
    int64_t restSpan; // of the levels after this one
    int64_t gcd;      // of this stride and those after it
    int64_t step;     // indices that leave a multiple of their gcd differ by it
    int64_t inverse;  // of stride / gcd modulo step
  };

  std::optional<bool> search(unsigned level, int64_t target,
                             int64_t &work) const;

  llvm::SmallVector<Level, 8> levels;
};

/// How many cells are in both? By bits or by a list, the cheaper way first;
/// nothing if they are too many. At least one has a dimension.
std::optional<int64_t> countByCells(const CellForm &a, const CellForm &b);

/// How many cells are in both? Nothing if not decided within the budget.
std::optional<int64_t> countCommonCells(const CellForm &a, const CellForm &b);

/// The number of different cells.
std::optional<int64_t> countCells(const CellForm &form);

} // namespace elena::cellset

#endif // ELENA_LIB_ANALYSIS_CELLSETDETAIL_H
