//===- JointFormSets.cpp - Sets of cells, digit by digit ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where each dimension of an access occurs in one digit only, its cells are all
// combinations of what its digits reach. Then it has all cells of another
// access if each of its digits reaches all values that the other's takes.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/JointForm.h"
#include "llvm/ADT/STLExtras.h"

using namespace elena;

/// Does no dimension occur in two digits?
static bool isProduct(llvm::ArrayRef<AffineForm> digits, size_t rank) {
  for (size_t d = 0; d < rank; ++d)
    if (llvm::count_if(digits, [&](const AffineForm &digit) {
          return !digit.coefficients[d].isZero();
        }) > 1)
      return false;
  return true;
}

/// Does the digit reach all values from its least to its largest one? A step
/// may be as long as the smaller steps together reach, and one more: 4*i + j
/// with j < 4 (or j < 7) leaves no gap.
bool JointForm::fillsDigit(size_t region, size_t digit,
                           llvm::ArrayRef<Polynomial> given) const {
  const AffineForm &form = digits[region][digit];
  llvm::SmallVector<std::pair<Polynomial, Polynomial>, 4> left;
  for (auto [coefficient, size] :
       llvm::zip_equal(form.coefficients, regions[region].sizes)) {
    if (coefficient.isZero())
      continue;
    bool negative = !facts->isNonNegative(coefficient, given);
    Polynomial step = negative ? -coefficient : coefficient;
    if (negative && !facts->isNonNegative(step, given))
      return false;
    left.push_back({step, size});
  }
  Polynomial reached(1);
  while (!left.empty()) {
    auto next = llvm::find_if(left, [&](const auto &dimension) {
      return facts->isAtMost(dimension.first, reached, given);
    });
    if (next == left.end())
      return false;
    reached = facts->normalize(reached + next->first * (next->second - 1));
    left.erase(next);
  }
  return true;
}

bool JointForm::digitContains(size_t a, size_t b, size_t digit,
                              llvm::ArrayRef<Polynomial> given) const {
  auto [leastA, mostA] = getRange(a, digit);
  auto [leastB, mostB] = getRange(b, digit);
  if (!facts->isAtMost(leastA, leastB, given) ||
      !facts->isAtMost(mostB, mostA, given))
    return false;
  const AffineForm &f = digits[a][digit], &g = digits[b][digit];
  if (f.isConstant() || fillsDigit(a, digit, given))
    return true;
  // c + s*i has what is c modulo s.
  std::optional<size_t> d = f.getOnlyDimension();
  if (!d)
    return false;
  auto isMultiple = [&](const Polynomial &value) {
    return facts->normalize(value)
        .divideExactly(f.coefficients[*d])
        .has_value();
  };
  return isMultiple(g.offset - f.offset) &&
         llvm::all_of(g.coefficients, isMultiple);
}

bool JointForm::contains(size_t a, size_t b) const {
  if (!isProduct(digits[a], regions[a].sizes.size()))
    return false;
  // Where `b` has a cell, `a` must have one too: its digits' ranges are those
  // of a box that is not empty.
  Polynomials given = givenNonEmpty(b);
  for (const Polynomial &size : regions[a].sizes)
    if (!facts->isPositive(size, given))
      return false;
  for (size_t k = 0; k < radix.size(); ++k)
    if (!digitContains(a, b, k, given))
      return false;
  return true;
}

std::optional<StaticView> AccessRegion::getStatic() const {
  std::optional<int64_t> offset = cell.offset.getConstant();
  if (!offset)
    return std::nullopt;
  StaticView view{*offset, {}, {}};
  for (auto [size, stride] : llvm::zip_equal(sizes, cell.coefficients)) {
    std::optional<int64_t> n = size.getConstant(), s = stride.getConstant();
    if (!n || !s)
      return std::nullopt;
    view.sizes.push_back(std::max<int64_t>(*n, 0));
    view.strides.push_back(*s);
  }
  return view;
}

void AccessRegion::appendKey(std::string &key) const {
  Polynomial(sizes.size()).appendKey(key);
  cell.offset.appendKey(key);
  for (auto [size, stride] : llvm::zip_equal(sizes, cell.coefficients)) {
    size.appendKey(key);
    stride.appendKey(key);
  }
}

SetRelation elena::relate(const SymbolFacts &facts, const StorageLayout &layout,
                          const AccessRegion &a, const AccessRegion &b) {
  std::optional<StaticView> staticA = a.getStatic(), staticB = b.getStatic();
  if (staticA && staticB)
    return relate(*staticA, *staticB);
  std::array<AccessRegion, 2> regions{a, b};
  std::optional<JointForm> form = JointForm::build(facts, layout, regions);
  if (!form)
    return SetRelation::Unknown;
  if (form->areDisjoint(0, 1))
    return SetRelation::Disjoint;
  bool contains = form->contains(0, 1), contained = form->contains(1, 0);
  if (contains && contained)
    return SetRelation::Equal;
  if (contains)
    return SetRelation::Contains;
  return contained ? SetRelation::Contained : SetRelation::Unknown;
}
