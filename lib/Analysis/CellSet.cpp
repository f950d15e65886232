//===- CellSet.cpp - How two sets of cells relate -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/CellSet.h"
#include "CellSetDetail.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <limits>
#include <numeric>

using namespace elena;
using namespace elena::cellset;

/// Addresses beyond are not looked at, so that the sum of two spans is int64_t.
static constexpr int64_t kMaxAddress = int64_t(1) << 60;

/// Steps of one search, some ns each.
static constexpr int64_t kSearchWork = 1 << 14;

//===----------------------------------------------------------------------===//
// Normal form
//===----------------------------------------------------------------------===//

void cellset::sortAndMerge(Dims &dims) {
  for (unsigned k = 1; k < dims.size(); ++k) // few, and mostly in reverse
    for (unsigned j = k; j > 0 && dims[j].stride < dims[j - 1].stride; --j)
      std::swap(dims[j], dims[j - 1]);
  for (unsigned k = 1; k < dims.size();) {
    bool merged = false;
    for (unsigned j = 0; j < k && !merged; ++j) {
      Dim &inner = dims[j], outer = dims[k];
      if (outer.stride - inner.stride > inner.span() ||
          outer.stride % inner.stride != 0)
        continue;
      inner.size += outer.stride / inner.stride * (outer.size - 1);
      dims.erase(dims.begin() + k);
      merged = true;
    }
    k = merged ? 1 : k + 1;
  }
}

bool cellset::isSuperincreasing(llvm::ArrayRef<Dim> dims) {
  int64_t span = 0;
  for (Dim dim : dims) {
    if (dim.stride <= span)
      return false;
    span += dim.span();
  }
  return true;
}

int64_t cellset::numIndices(llvm::ArrayRef<Dim> dims) {
  int64_t count = 1;
  for (Dim dim : dims)
    if (__builtin_mul_overflow(count, dim.size, &count))
      return std::numeric_limits<int64_t>::max();
  return count;
}

int64_t cellset::gcdOfStrides(llvm::ArrayRef<Dim> dims, int64_t start) {
  for (Dim dim : dims)
    start = std::gcd(start, dim.stride);
  return start;
}

static bool isEmpty(const StaticView &view) {
  return llvm::is_contained(view.sizes, 0);
}

/// Nothing if an address is beyond kMaxAddress. The view is not empty.
static std::optional<CellForm> normalForm(const StaticView &view) {
  int64_t min = view.offset, max = view.offset;
  Dims dims;
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides)) {
    if (size == 1 || stride == 0)
      continue;
    int64_t reach;
    if (__builtin_mul_overflow(stride, size - 1, &reach) ||
        reach < -kMaxAddress || reach > kMaxAddress ||
        __builtin_add_overflow(reach < 0 ? min : max, reach,
                               reach < 0 ? &min : &max))
      return std::nullopt;
    dims.push_back({stride < 0 ? -stride : stride, size});
  }
  if (min < -kMaxAddress || max > kMaxAddress)
    return std::nullopt;
  sortAndMerge(dims);
  CellForm form(min);
  form.dims = std::move(dims);
  form.max = max;
  return form;
}

//===----------------------------------------------------------------------===//
// The ladder
//===----------------------------------------------------------------------===//

static bool areHullsApart(const CellForm &a, const CellForm &b) {
  return a.max < b.min || b.max < a.min;
}

/// One dimension at most, as one dimension.
static Dim asProgression(const CellForm &form) {
  return form.dims.empty() ? Dim{1, 1} : form.dims[0];
}

/// What the number of common cells says.
static SetRelation fromCounts(int64_t common, int64_t cellsA, int64_t cellsB) {
  if (common == 0)
    return SetRelation::Disjoint;
  if (common == cellsA)
    return common == cellsB ? SetRelation::Equal : SetRelation::Contained;
  return common == cellsB ? SetRelation::Contains : SetRelation::Partial;
}

/// Could `outer` hold all cells of `inner`? By hull and strides (`gcd`s); the
/// forms are not the same.
static bool mayHold(const CellForm &outer, int64_t outerGcd,
                    const CellForm &inner, int64_t innerGcd) {
  return inner.min >= outer.min && inner.max <= outer.max && outerGcd != 0 &&
         (inner.min - outer.min) % outerGcd == 0 && innerGcd % outerGcd == 0;
}

/// a.min + sum_a == b.max - sum_b: every term on one side.
static std::optional<bool> searchCommonCell(const CellForm &a,
                                            const CellForm &b) {
  Dims dims = a.dims;
  llvm::append_range(dims, b.dims);
  int64_t work = kSearchWork;
  return BoundedSum(std::move(dims)).reaches(b.max - a.min, work);
}

/// The forms' hulls meet, and the forms are not the same.
static SetRelation relateForms(const CellForm &a, const CellForm &b) {
  if (a.dims.size() <= 1 && b.dims.size() <= 1) {
    Dim s = asProgression(a), t = asProgression(b);
    return fromCounts(countCommonTerms(a.min, s, b.min, t), s.size, t.size);
  }
  int64_t gcdA = gcdOfStrides(a.dims), gcdB = gcdOfStrides(b.dims);
  if ((a.min - b.min) % std::gcd(gcdA, gcdB) != 0)
    return SetRelation::Disjoint;

  bool mayContain = mayHold(a, gcdA, b, gcdB);
  bool mayBeContained = mayHold(b, gcdB, a, gcdA);
  std::optional<bool> shares;
  if (!mayContain && !mayBeContained)
    shares = searchCommonCell(a, b);
  if (!shares) {
    std::optional<int64_t> common = countCommonCells(a, b);
    if (common == 0)
      return SetRelation::Disjoint;
    std::optional<int64_t> cellsA = countCells(a), cellsB = countCells(b);
    if (common && cellsA && cellsB)
      return fromCounts(*common, *cellsA, *cellsB);
    mayContain &= !cellsA || !cellsB || *cellsB <= *cellsA;
    mayBeContained &= !cellsA || !cellsB || *cellsA <= *cellsB;
    shares = common ? true : searchCommonCell(a, b);
  }
  if (shares == false)
    return SetRelation::Disjoint;
  return shares && !mayContain && !mayBeContained ? SetRelation::Partial
                                                  : SetRelation::Unknown;
}

SetRelation elena::relate(const StaticView &a, const StaticView &b) {
  if (isEmpty(a) || isEmpty(b))
    return SetRelation::Disjoint;
  std::optional<CellForm> formA = normalForm(a), formB = normalForm(b);
  if (!formA || !formB)
    return SetRelation::Unknown;
  if (areHullsApart(*formA, *formB))
    return SetRelation::Disjoint;
  if (*formA == *formB)
    return SetRelation::Equal;
  return relateForms(*formA, *formB);
}

std::optional<bool> elena::sharesCells(const StaticView &a,
                                       const StaticView &b) {
  if (isEmpty(a) || isEmpty(b))
    return false;
  std::optional<CellForm> formA = normalForm(a), formB = normalForm(b);
  if (!formA || !formB)
    return std::nullopt;
  if (areHullsApart(*formA, *formB))
    return false;
  if (formA->min == formB->min || formA->max == formB->max)
    return true; // that cell
  if (std::optional<bool> found = searchCommonCell(*formA, *formB))
    return found;
  if (std::optional<int64_t> common = countCommonCells(*formA, *formB))
    return *common != 0;
  return std::nullopt;
}

llvm::StringRef elena::stringify(SetRelation relation) {
  switch (relation) {
  case SetRelation::Disjoint:
    return "disjoint";
  case SetRelation::Equal:
    return "equal";
  case SetRelation::Contains:
    return "contains";
  case SetRelation::Contained:
    return "contained";
  case SetRelation::Partial:
    return "partial";
  case SetRelation::Unknown:
    return "unknown";
  }
  llvm_unreachable("not a relation");
}

SetRelation elena::flipped(SetRelation relation) {
  if (relation == SetRelation::Contains)
    return SetRelation::Contained;
  if (relation == SetRelation::Contained)
    return SetRelation::Contains;
  return relation;
}
