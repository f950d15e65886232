//===- CellSetCount.cpp - How many cells two sets have in common ----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every cell is M * q + r, 0 <= r < M, counted from some origin. If all strides
// of some dimensions are multiples of M, and what the others add never carries
// into q, then a set is {q} x {r}, and so are common cells: their number is a
// product, each factor a smaller question of the same kind. Where the inner
// part does carry, it is cut at the multiples of M, and the pieces are counted.
// What does not come apart is counted cell by cell (CellSetCells.cpp).
//
//   rows of 10, M = 10:  10*[2, 5) + [3, 7)      {2, 3, 4} x {3, ..., 6}
//   flat 3..76, M = 10:  {0} x [3, 10),  [1, 7) x [0, 10),  {7} x [0, 7)
//
//===----------------------------------------------------------------------===//

#include "CellSetDetail.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <numeric>

using namespace elena;
using namespace elena::cellset;

/// Sets of pairs that one question may look at.
static constexpr int64_t kCountWork = 1 << 10;
/// Pieces of one set that one cut may give.
static constexpr unsigned kMaxPieces = 32;

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

namespace {

/// A way to see all cells as M * q + r: dimensions with strides of at least
/// `threshold` are multiples of `modulus`.
struct Split {
  int64_t threshold, modulus;
};

/// The cells M * q + r for all q of `outer` and r of `inner`, within [0, M).
struct Piece {
  CellForm outer, inner;
};

using Pieces = llvm::SmallVector<Piece, 4>;

class Cutter {
public:
  Cutter(const CellForm &form, Split split, int64_t origin);

  /// False if there would be too many pieces, or pieces with common cells.
  bool cut() { return cut(rest.min, rest.dims); }
  Pieces pieces;

private:
  bool cut(int64_t start, llvm::ArrayRef<Dim> dims);
  bool cutLargest(int64_t start, llvm::ArrayRef<Dim> dims);
  bool add(int64_t block, CellForm inner, int64_t repeat = 1);

  int64_t modulus;
  bool isInjective; // so that parts of the indices are parts of the cells
  Dims outerDims;
  CellForm rest; // from the origin on
};

} // namespace

/// How many of the dimensions are inner ones.
static unsigned numInner(const CellForm &form, Split split) {
  return llvm::find_if(form.dims,
                       [&](Dim dim) { return dim.stride >= split.threshold; }) -
         form.dims.begin();
}

Cutter::Cutter(const CellForm &form, Split split, int64_t origin)
    : modulus(split.modulus), isInjective(isSuperincreasing(form.dims)),
      rest(form.min - origin) {
  unsigned inner = numInner(form, split);
  for (auto [k, dim] : llvm::enumerate(form.dims))
    if (k < inner)
      rest.append(dim);
    else
      outerDims.push_back({dim.stride / modulus, dim.size});
}

bool Cutter::add(int64_t block, CellForm inner, int64_t repeat) {
  Dims dims = outerDims;
  if (repeat > 1) {
    dims.push_back({1, repeat});
    sortAndMerge(dims);
  }
  pieces.push_back({CellForm(block, dims), std::move(inner)});
  return pieces.size() <= kMaxPieces;
}

/// Cuts {start + sum over dims} at the multiples of the modulus.
bool Cutter::cut(int64_t start, llvm::ArrayRef<Dim> dims) {
  int64_t block = llvm::divideFloorSigned(start, modulus);
  CellForm inner(start - block * modulus, dims);
  if (inner.max < modulus)
    return add(block, std::move(inner));
  return isInjective && cutLargest(start, dims);
}

bool Cutter::cutLargest(int64_t start, llvm::ArrayRef<Dim> dims) {
  Dim dim = dims.back();
  dims = dims.drop_back();
  int64_t reach = CellForm(0, dims).max; // of the smaller dimensions
  int64_t perBlock = dim.stride < modulus && modulus % dim.stride == 0
                         ? modulus / dim.stride
                         : 0;
  for (int64_t i = 0; i < dim.size;) {
    int64_t at = start + i * dim.stride;
    int64_t block = llvm::divideFloorSigned(at, modulus);
    int64_t r = at - block * modulus, left = dim.size - i;
    if (r + reach >= modulus) { // this one index carries
      if (!cut(at, dims))
        return false;
      ++i;
      continue;
    }
    int64_t fit = std::min(left, (modulus - 1 - reach - r) / dim.stride + 1);
    int64_t repeat = fit == perBlock ? left / perBlock : 1; // full blocks
    CellForm inner(r, dims);
    inner.append({dim.stride, fit});
    if (!add(block, std::move(inner), repeat))
      return false;
    i += fit * repeat;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

namespace {

class Counter {
public:
  std::optional<int64_t> count(const CellForm &a, const CellForm &b);

private:
  using Splits = llvm::SmallVector<Split, 8>;

  std::optional<int64_t> countProduct(const CellForm &a, const CellForm &b,
                                      Split split);
  std::optional<int64_t> countPieces(const CellForm &a, const CellForm &b,
                                     Split split, int64_t origin);
  std::optional<int64_t> countPairs(const Pieces &a, const Pieces &b);
  static Splits splitsOf(const CellForm &a, const CellForm &b);

  int64_t work = kCountWork;
};

} // namespace

/// All ways to split, the largest modulus first.
Counter::Splits Counter::splitsOf(const CellForm &a, const CellForm &b) {
  llvm::SmallVector<int64_t, 12> strides;
  for (const CellForm *form : {&a, &b})
    for (Dim dim : form->dims)
      strides.push_back(dim.stride);
  std::sort(strides.begin(), strides.end(), std::greater<>());
  Splits splits;
  int64_t modulus = 0;
  for (unsigned k = 0; k + 1 < strides.size(); ++k) {
    modulus = std::gcd(modulus, strides[k]);
    if (modulus == 1)
      break;
    if (strides[k + 1] < strides[k])
      splits.push_back({strides[k], modulus});
  }
  return splits;
}

/// Outer times inner, if there is an origin from which neither carries.
std::optional<int64_t> Counter::countProduct(const CellForm &a,
                                             const CellForm &b, Split split) {
  int64_t spanA = 0, spanB = 0;
  for (Dim dim : llvm::ArrayRef(a.dims).take_front(numInner(a, split)))
    spanA += dim.span();
  for (Dim dim : llvm::ArrayRef(b.dims).take_front(numInner(b, split)))
    spanB += dim.span();
  int64_t modulus = split.modulus;
  if (spanA >= modulus || spanB >= modulus)
    return std::nullopt;
  int64_t distance = (b.min - a.min) % modulus; // from a's inner part to b's
  if (distance < 0)
    distance += modulus;
  if (distance > spanA && distance + spanB < modulus)
    return 0; // no r in common
  if (distance + spanB < modulus)
    return countPieces(a, b, split, a.min);
  if (distance > spanA)
    return countPieces(a, b, split, b.min);
  return std::nullopt;
}

std::optional<int64_t> Counter::countPieces(const CellForm &a,
                                            const CellForm &b, Split split,
                                            int64_t origin) {
  Cutter cutA(a, split, origin), cutB(b, split, origin);
  if (!cutA.cut() || !cutB.cut())
    return std::nullopt;
  return countPairs(cutA.pieces, cutB.pieces);
}

/// Pieces of one set have no cell in common: their counts add up.
std::optional<int64_t> Counter::countPairs(const Pieces &piecesA,
                                           const Pieces &piecesB) {
  int64_t total = 0;
  for (const Piece &a : piecesA)
    for (const Piece &b : piecesB) {
      std::optional<int64_t> inner = count(a.inner, b.inner);
      if (inner == 0)
        continue;
      std::optional<int64_t> outer = count(a.outer, b.outer);
      if (outer == 0)
        continue;
      if (!inner || !outer)
        return std::nullopt;
      total += *inner * *outer;
    }
  return total;
}

std::optional<int64_t> Counter::count(const CellForm &a, const CellForm &b) {
  if (a.max < b.min || b.max < a.min)
    return 0;
  if (a.dims.size() <= 1 && b.dims.size() <= 1) {
    Dim one{1, 1};
    return countCommonTerms(a.min, a.dims.empty() ? one : a.dims[0], b.min,
                            b.dims.empty() ? one : b.dims[0]);
  }
  if (a == b && isSuperincreasing(a.dims))
    return numIndices(a.dims);
  if (--work < 0)
    return std::nullopt;
  Splits splits = splitsOf(a, b);
  for (Split split : splits)
    if (std::optional<int64_t> common = countProduct(a, b, split))
      return common;
  for (Split split : splits)
    for (int64_t origin : {a.min, b.min})
      if (std::optional<int64_t> common = countPieces(a, b, split, origin))
        return common;
  work -= kCountWork / 8; // the dear way: a few times at most
  return work < 0 ? std::nullopt : countByCells(a, b);
}

std::optional<int64_t> cellset::countCommonCells(const CellForm &a,
                                                 const CellForm &b) {
  if (std::optional<int64_t> common = Counter().count(a, b))
    return common;
  return countByCells(a, b);
}

std::optional<int64_t> cellset::countCells(const CellForm &form) {
  if (isSuperincreasing(form.dims))
    return numIndices(form.dims);
  return countCommonCells(form, form);
}
