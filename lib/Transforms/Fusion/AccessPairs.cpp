//===- AccessPairs.cpp - Pairs of accesses, for the checker ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccessPairs.h"

#include <numeric>

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

Polynomials elena::fusion::getNonEmpty(ArrayRef<Polynomial> sizes) {
  Polynomials given;
  for (const Polynomial &size : sizes)
    if (size.isKnown() && !size.getConstant())
      given.push_back(size - 1);
  return given;
}

bool elena::fusion::isWithin(const SymbolFacts &facts, const AffineForm &form,
                             ArrayRef<Polynomial> box, const Polynomial &least,
                             const Polynomial &most) {
  auto [low, high] = getRange(facts, form, box);
  Polynomials given = getNonEmpty(box);
  return facts.isAtMost(least, low, given) && facts.isAtMost(high, most, given);
}

bool elena::fusion::areEqual(const SymbolFacts &facts, const AffineForm &a,
                             const AffineForm &b) {
  if (a.coefficients.size() != b.coefficients.size() ||
      !facts.areEqual(a.offset, b.offset))
    return false;
  return llvm::all_of(
      llvm::zip(a.coefficients, b.coefficients), [&](auto pair) {
        return facts.areEqual(std::get<0>(pair), std::get<1>(pair));
      });
}

//===----------------------------------------------------------------------===//
// DigitPair
//===----------------------------------------------------------------------===//

DigitPair::DigitPair(const SymbolFacts &facts, const JointForm &form,
                     const AccessRegion &a, size_t numberOfFirst,
                     const AccessRegion &b, size_t numberOfSecond)
    : facts(facts), first(form.getDigits(numberOfFirst)),
      second(form.getDigits(numberOfSecond)), firstSizes(a.sizes),
      secondSizes(b.sizes), given(getNonEmpty(a.sizes)) {
  llvm::append_range(given, getNonEmpty(b.sizes));
}

/// Two accesses of which one is never made meet nowhere, and agree in all.
static bool hasNoPoint(ArrayRef<Polynomial> sizes) {
  return llvm::any_of(sizes,
                      [](const Polynomial &size) { return size.isZero(); });
}

bool DigitPair::isNonZero(const Polynomial &value) const {
  if (auto constant = value.getConstant())
    return *constant != 0;
  return facts.isPositive(value, given) || facts.isPositive(-value, given);
}

/// The difference of the two digits, over both boxes, is never 0: it has one
/// sign, or its parts have a divisor that its constant has not.
bool DigitPair::isApartIn(size_t digit) const {
  AffineForm difference = first[digit];
  Polynomials sizes = firstSizes;
  difference.offset = difference.offset - second[digit].offset;
  for (const Polynomial &coefficient : second[digit].coefficients)
    difference.coefficients.push_back(-coefficient);
  llvm::append_range(sizes, secondSizes);
  auto [least, most] = getRange(facts, difference, sizes);
  if (facts.isPositive(least, given) || facts.isPositive(-most, given))
    return true;
  int64_t divisor = 0;
  for (const Polynomial &coefficient : difference.coefficients) {
    std::optional<int64_t> value = coefficient.getConstant();
    if (!value)
      return false;
    divisor = std::gcd(divisor, *value);
  }
  std::optional<int64_t> rest =
      facts.normalize(difference.offset).getConstant();
  return rest && divisor > 1 && *rest % divisor != 0;
}

bool DigitPair::areApart() const {
  if (hasNoPoint(firstSizes) || hasNoPoint(secondSizes))
    return true;
  for (size_t k = 0; k < first.size(); ++k)
    if (isApartIn(k))
      return true;
  return false;
}

/// An index of a dimension of size 1 is 0: claimed is s = j + r, i + s = r or
/// s = r. It is shown by a digit, which is constant on that side.
bool DigitPair::agreeAtOnePoint(const Coordinate &t, bool isUnitT,
                                const Coordinate &u, bool isUnitU) const {
  if (isUnitT && isUnitU && facts.areEqual(t.shift, u.shift))
    return true;
  auto has = [](const AffineForm &digit, size_t dimension, bool isUnit) {
    return isUnit ? digit.isConstant() : digit.getOnlyDimension() == dimension;
  };
  return llvm::any_of(llvm::zip_equal(first, second), [&](auto digits) {
    const auto &[f, g] = digits;
    if (!has(f, t.dimension, isUnitT) || !has(g, u.dimension, isUnitU))
      return false;
    Polynomial step = !isUnitT   ? f.coefficients[t.dimension]
                      : !isUnitU ? g.coefficients[u.dimension]
                                 : Polynomial(1);
    Polynomial rest = f.offset - g.offset - step * (t.shift - u.shift);
    return facts.normalize(rest).isZero() && isNonZero(step);
  });
}

bool DigitPair::agree(const Coordinate &t, const Coordinate &u) const {
  if (hasNoPoint(firstSizes) || hasNoPoint(secondSizes))
    return true;
  bool isUnitT = firstSizes[t.dimension].isConstant(1);
  bool isUnitU = secondSizes[u.dimension].isConstant(1);
  if (isUnitT || isUnitU)
    return agreeAtOnePoint(t, isUnitT, u, isUnitU);
  for (auto [f, g] : llvm::zip_equal(first, second)) {
    if (f.getOnlyDimension() != t.dimension ||
        g.getOnlyDimension() != u.dimension)
      continue;
    // 0 = f(i) - g(j) has to be step * ((i + s) - (j + r)) with step != 0.
    const Polynomial &step = f.coefficients[t.dimension];
    Polynomial rest = f.offset - g.offset - step * (t.shift - u.shift);
    if (facts.areEqual(step, g.coefficients[u.dimension]) &&
        facts.normalize(rest).isZero() && isNonZero(step))
      return true;
  }
  return false;
}

int DigitPair::getSign(const Coordinate &t, const Coordinate &u) const {
  for (auto [f, g] : llvm::zip_equal(first, second)) {
    if (f.getOnlyDimension() != t.dimension ||
        g.getOnlyDimension() != u.dimension)
      continue;
    // 0 = f(i) - g(j) = step * (i - j) + f.offset - g.offset.
    const Polynomial &step = f.coefficients[t.dimension];
    if (!facts.areEqual(step, g.coefficients[u.dimension]))
      continue;
    Polynomial value =
        facts.normalize(g.offset - f.offset + step * (t.shift - u.shift));
    bool isUp = facts.isPositive(step, given);
    if (!isUp && !facts.isPositive(-step, given))
      continue;
    if (facts.isPositive(value, given))
      return isUp ? 1 : -1;
    if (facts.isPositive(-value, given))
      return isUp ? -1 : 1;
  }
  return 0;
}

bool DigitPair::isAfter(const Coordinate &t, const Coordinate &u) const {
  return getSign(t, u) > 0;
}

bool DigitPair::isBefore(const Coordinate &t, const Coordinate &u) const {
  return getSign(t, u) < 0;
}

//===----------------------------------------------------------------------===//
// PointPair
//===----------------------------------------------------------------------===//

/// The least and the largest i[d] + s - (j[e] + r).
static std::optional<std::pair<int64_t, int64_t>>
getDifference(const PointMeetings &meetings, const Coordinate &t,
              const Coordinate &u) {
  std::optional<int64_t> shift = (t.shift - u.shift).getConstant();
  if (!shift)
    return std::nullopt;
  auto [least, most] = meetings.getDifference(t.dimension, u.dimension);
  return std::pair(least + *shift, most + *shift);
}

bool PointPair::agree(const Coordinate &t, const Coordinate &u) const {
  if (meetings.areDisjoint())
    return true;
  auto range = getDifference(meetings, t, u);
  return range && range->first == 0 && range->second == 0;
}

bool PointPair::isAfter(const Coordinate &t, const Coordinate &u) const {
  if (meetings.areDisjoint())
    return true;
  auto range = getDifference(meetings, t, u);
  return range && range->first > 0;
}

bool PointPair::isBefore(const Coordinate &t, const Coordinate &u) const {
  if (meetings.areDisjoint())
    return true;
  auto range = getDifference(meetings, t, u);
  return range && range->second < 0;
}

//===----------------------------------------------------------------------===//
// AccessPairs
//===----------------------------------------------------------------------===//

AccessPairs::AccessPairs(const FusionProgram &program)
    : program(program), lists(program.storages.size()),
      aliases(program.storages.size()), common(program.storages.size()) {
  for (unsigned s = 0; s < program.storages.size(); ++s)
    for (unsigned other = 0; other < program.storages.size(); ++other)
      if (other == s || program.mayAlias(s, other))
        aliases[s].push_back(other);
  for (auto [s, stage] : llvm::enumerate(program.stages)) {
    if (stage.isRemoved)
      continue;
    for (auto [number, access] : llvm::enumerate(program.getAccesses(stage))) {
      ListedAccess listed{static_cast<unsigned>(s),
                          static_cast<unsigned>(number), stage.getRank(),
                          access, std::nullopt};
      if (listed.isAffine() && access.region.cell.isKnown()) {
        auto &regions = common[access.storage].regions;
        listed.slot = regions.size();
        regions.push_back(access.region);
      }
      lists[access.storage].push_back(std::move(listed));
    }
  }
}

bool AccessPairs::ask(const ListedAccess &a, const ListedAccess &b,
                      llvm::function_ref<bool(const DigitPair &)> question) {
  if (a.what.storage != b.what.storage)
    return false;
  const SymbolFacts &facts = program.facts();
  const StorageLayout &layout = program.storages[a.what.storage].layout;
  Common &all = common[a.what.storage];
  if (a.slot && b.slot) {
    if (!std::exchange(all.isTried, true))
      all.form = JointForm::build(facts, layout, all.regions);
    if (all.form && question(DigitPair(facts, *all.form, a.what.region, *a.slot,
                                       b.what.region, *b.slot)))
      return true;
  }
  // The pair alone; with the storage itself, which says where its dimensions
  // are.
  AccessRegion whole{{Polynomial(0), layout.strides}, layout.sizes};
  std::array<AccessRegion, 3> regions{a.what.region, b.what.region, whole};
  return llvm::any_of(ArrayRef<size_t>({2, 3}), [&](size_t number) {
    std::optional<JointForm> form =
        JointForm::build(facts, layout, ArrayRef(regions).take_front(number));
    return form &&
           question(DigitPair(facts, *form, regions[0], 0, regions[1], 1));
  });
}

/// Of numbers, the question has an exact answer.
static bool areStaticallyApart(const AccessRegion &a, const AccessRegion &b) {
  auto first = a.getStatic(), second = b.getStatic();
  return first && second && !mayShareCells(*first, *second);
}

bool AccessPairs::areApart(const ListedAccess &a, const ListedAccess &b) {
  if (a.what.storage != b.what.storage)
    return !program.mayAlias(a.what.storage, b.what.storage);
  return ask(a, b, [](const DigitPair &pair) { return pair.areApart(); }) ||
         areStaticallyApart(a.what.region, b.what.region);
}

bool AccessPairs::agree(const ListedAccess &a, ArrayRef<Coordinate> thetaA,
                        const ListedAccess &b, ArrayRef<Coordinate> thetaB) {
  if (thetaA.empty())
    return true;
  auto question = [&](const auto &pair) {
    return llvm::all_of(llvm::zip_equal(thetaA, thetaB), [&](auto coordinate) {
      return pair.agree(std::get<0>(coordinate), std::get<1>(coordinate));
    });
  };
  return ask(a, b, question) || askPoints(a.what, b.what, question);
}

bool AccessPairs::isInOrder(Order order, const ListedAccess &a,
                            ArrayRef<Coordinate> thetaA, const ListedAccess &b,
                            ArrayRef<Coordinate> thetaB) {
  auto question = [&](const auto &pair) {
    // The first coordinate that differs decides.
    for (auto [t, u] : llvm::zip_equal(thetaA, thetaB)) {
      if (pair.agree(t, u))
        continue;
      return order == Order::Ascending ? pair.isBefore(t, u)
                                       : pair.isAfter(t, u);
    }
    return true;
  };
  return ask(a, b, question) || askPoints(a.what, b.what, question);
}

static bool computeRegionsApart(const FusionProgram &program, unsigned storage,
                                const AccessRegion &a, const AccessRegion &b) {
  std::array<AccessRegion, 2> regions{a, b};
  std::optional<JointForm> form = JointForm::build(
      program.facts(), program.storages[storage].layout, regions);
  return (form && DigitPair(program.facts(), *form, a, 0, b, 1).areApart()) ||
         areStaticallyApart(a, b);
}

bool elena::fusion::areRegionsApart(const FusionProgram &program,
                                    unsigned storage, const AccessRegion &a,
                                    const AccessRegion &b) {
  std::string key;
  Polynomial(storage).appendKey(key);
  a.appendKey(key);
  b.appendKey(key);
  auto [place, isNew] = program.regionsApart.try_emplace(key, false);
  if (isNew)
    place->second = computeRegionsApart(program, storage, a, b);
  return place->second;
}
