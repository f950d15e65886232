//===- JointFormTest.cpp - Digits against all pairs of points -------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomAccesses.h"
#include "elena/Analysis/PointMeetings.h"
#include "gtest/gtest.h"

#include <iostream>

using namespace elena;
using namespace elena::test;

namespace {

struct Counts {
  uint64_t pairs = 0, formed = 0, instances = 0;
  uint64_t disjoint = 0, saidDisjoint = 0, agree = 0, saidAgree = 0,
           foundAgree = 0, injective = 0, saidInjective = 0, inside = 0,
           saidInside = 0;

  void print(const char *what) const {
    auto rate = [](uint64_t part, uint64_t whole) {
      return std::to_string(part) + " of " + std::to_string(whole);
    };
    std::cout << what << ": " << pairs << " pairs, " << instances
              << " instantiations, " << formed << " with a joint form\n"
              << "  apart: " << rate(saidDisjoint, disjoint)
              << ", an equality of indices: " << rate(saidAgree, agree) << ", "
              << foundAgree << " with tables of points"
              << ", injective: " << rate(saidInjective, injective)
              << ", one in the other: " << rate(saidInside, inside) << "\n";
  }
};

/// What is true of a pair in all samples so far.
struct Truth {
  bool seen = false, disjoint = true, injective = true, contains = true,
       contained = true;
  /// [i][j]: one shift in each sample.
  std::vector<std::vector<bool>> agree;
};

class Checker {
public:
  Checker(SymbolWorld &world, const Accesses &accesses, Counts &counts)
      : accesses(accesses), counts(counts),
        form(JointForm::build(world.facts, accesses.layout, accesses.regions)) {
    counts.formed += form.has_value();
    if (form) {
      disjoint = form->areDisjoint(0, 1);
      equalities = byDigits = form->getEqualities(0, 1);
      injective = form->isInjective(0);
    }
    relation = relate(world.facts, accesses.layout, accesses.regions[0],
                      accesses.regions[1]);
    if (!disjoint && relation != SetRelation::Disjoint)
      addMissingEqualities(accesses.regions[0], accesses.regions[1],
                           equalities);
    truth.agree.assign(
        accesses.regions[0].sizes.size(),
        std::vector<bool>(accesses.regions[1].sizes.size(), true));
  }

  void check(const Sample &sample) {
    std::array<std::vector<PointAndCell>, 2> points;
    for (unsigned r = 0; r < 2; ++r)
      points[r] = enumerate(accesses.regions[r], sample);
    ++counts.instances;
    checkInjective(points[0]);
    checkPairs(points, sample);
    checkSets(points);
    truth.seen |= !points[0].empty() && !points[1].empty();
  }

  void count() {
    ++counts.pairs;
    if (!truth.seen)
      return;
    counts.disjoint += truth.disjoint;
    counts.saidDisjoint += disjoint;
    counts.injective += truth.injective;
    counts.saidInjective += injective;
    if (truth.disjoint)
      return;
    counts.inside += truth.contains || truth.contained;
    counts.saidInside += relation == SetRelation::Equal ||
                         relation == SetRelation::Contains ||
                         relation == SetRelation::Contained;
    // Dimensions of size 1 agree with everything, and say nothing.
    bool agree = false;
    for (size_t i = 0; i < truth.agree.size(); ++i)
      for (size_t j = 0; j < truth.agree[i].size(); ++j)
        agree |= truth.agree[i][j] &&
                 !accesses.regions[0].sizes[i].isConstant(1) &&
                 !accesses.regions[1].sizes[j].isConstant(1);
    counts.agree += agree;
    counts.saidAgree += agree && !byDigits.empty();
    counts.foundAgree += agree && !equalities.empty();
  }

private:
  void checkInjective(llvm::ArrayRef<PointAndCell> points) {
    std::map<int64_t, unsigned> cells;
    bool isInjective = llvm::all_of(
        points, [&](const auto &point) { return cells[point.second]++ == 0; });
    ASSERT_TRUE(isInjective || !injective) << accesses.str();
    truth.injective &= isInjective;
  }

  void checkPairs(const std::array<std::vector<PointAndCell>, 2> &points,
                  const Sample &sample) {
    std::map<std::pair<size_t, size_t>, std::set<int64_t>> shifts;
    for (const auto &[i, cellI] : points[0])
      for (const auto &[j, cellJ] : points[1]) {
        if (cellI != cellJ)
          continue;
        truth.disjoint = false;
        ASSERT_FALSE(disjoint) << accesses.str();
        for (const IndexEquality &e : equalities)
          ASSERT_EQ(i[e.first], j[e.second] + valueIn(sample, e.shift))
              << accesses.str();
        for (size_t d = 0; d < i.size(); ++d)
          for (size_t e = 0; e < j.size(); ++e)
            shifts[{d, e}].insert(i[d] - j[e]);
      }
    for (const auto &[place, values] : shifts)
      if (values.size() > 1)
        truth.agree[place.first][place.second] = false;
  }

  void checkSets(const std::array<std::vector<PointAndCell>, 2> &points) {
    std::array<std::set<int64_t>, 2> cells;
    for (unsigned r = 0; r < 2; ++r)
      for (const auto &[point, cell] : points[r])
        cells[r].insert(cell);
    bool contains = llvm::includes(cells[0], cells[1]);
    bool contained = llvm::includes(cells[1], cells[0]);
    if (relation == SetRelation::Equal)
      ASSERT_TRUE(contains && contained) << accesses.str();
    if (relation == SetRelation::Contains)
      ASSERT_TRUE(contains) << accesses.str();
    if (relation == SetRelation::Contained)
      ASSERT_TRUE(contained) << accesses.str();
    if (relation == SetRelation::Partial)
      ASSERT_FALSE(contains || contained) << accesses.str();
    if (relation == SetRelation::Disjoint)
      ASSERT_TRUE(llvm::none_of(cells[0], [&](int64_t cell) {
        return cells[1].count(cell);
      })) << accesses.str();
    truth.contains &= contains;
    truth.contained &= contained;
  }

  const Accesses &accesses;
  Counts &counts;
  std::optional<JointForm> form;
  bool disjoint = false, injective = false;
  SetRelation relation = SetRelation::Unknown;
  /// All that are found, and those of digits alone.
  llvm::SmallVector<IndexEquality, 4> equalities, byDigits;
  Truth truth;
};

/// Random pairs, each with that many samples.
Counts run(AccessKind kind, bool isSymbolic, unsigned pairs, unsigned samples,
           unsigned firstSeed) {
  Counts counts;
  for (unsigned seed = firstSeed; counts.pairs < pairs * soak(); ++seed) {
    Random random(seed);
    SymbolWorld world;
    Accesses accesses = makeAccesses(kind, isSymbolic, random, world);
    Checker checker(world, accesses, counts);
    for (unsigned k = 0; k < samples; ++k)
      if (std::optional<Sample> sample = world.draw(random))
        if (!isTooLarge(accesses, *sample))
          checker.check(*sample);
    checker.count();
    if (testing::Test::HasFatalFailure()) {
      ADD_FAILURE() << "seed " << seed;
      return counts;
    }
  }
  return counts;
}

/// Bounds in percent, a little below what was measured: precision must not
/// fall unnoticed.
void expectRates(const Counts &counts, uint64_t apart, uint64_t agree,
                 uint64_t injective, uint64_t inside) {
  EXPECT_GE(counts.saidDisjoint * 100, counts.disjoint * apart);
  EXPECT_GE(counts.saidAgree * 100, counts.agree * agree);
  EXPECT_GE(counts.saidInjective * 100, counts.injective * injective);
  EXPECT_GE(counts.saidInside * 100, counts.inside * inside);
}

/// Small boxes of numbers: what is true is found, all of it.
void expectAllFound(const Counts &counts) {
  EXPECT_EQ(counts.foundAgree, counts.agree);
}

} // namespace

TEST(JointForm, StaticViewsAgainstAllPairs) {
  Counts counts = run(AccessKind::Views, false, 50000, 1, 1);
  counts.print("static views");
  expectRates(counts, 97, 89, 85, 98);
  expectAllFound(counts);
}

TEST(JointForm, StaticRawAgainstAllPairs) {
  Counts counts = run(AccessKind::Raw, false, 40000, 1, 1000000);
  counts.print("static raw strides");
  expectRates(counts, 86, 38, 77, 98);
  expectAllFound(counts);
}

TEST(JointForm, StaticStridedAgainstAllPairs) {
  Counts counts = run(AccessKind::Strided, false, 20000, 1, 2000000);
  counts.print("static strided storages");
  expectRates(counts, 86, 77, 84, 98);
  expectAllFound(counts);
}

TEST(JointForm, SymbolicViewsAgainstAllPairs) {
  Counts counts = run(AccessKind::Views, true, 8000, 6, 3000000);
  counts.print("symbolic views");
  expectRates(counts, 39, 73, 71, 77);
  EXPECT_GE(counts.instances, 20000u);
}

TEST(JointForm, SymbolicRawAgainstAllPairs) {
  Counts counts = run(AccessKind::Raw, true, 8000, 6, 4000000);
  counts.print("symbolic raw strides");
  expectRates(counts, 52, 27, 67, 57);
}

TEST(JointForm, SymbolicStridedAgainstAllPairs) {
  Counts counts = run(AccessKind::Strided, true, 4000, 6, 5000000);
  counts.print("symbolic strided storages");
  expectRates(counts, 24, 57, 52, 75);
}

TEST(JointForm, StaticConcatenatedAgainstAllPairs) {
  Counts counts = run(AccessKind::Concatenated, false, 20000, 1, 6000000);
  counts.print("static parts of a concatenation");
  expectRates(counts, 96, 87, 71, 98);
  expectAllFound(counts);
}

TEST(JointForm, SymbolicConcatenatedAgainstAllPairs) {
  Counts counts = run(AccessKind::Concatenated, true, 8000, 6, 7000000);
  counts.print("symbolic parts of a concatenation");
  expectRates(counts, 84, 69, 48, 77);
}

/// Rows 5 + 4*h + w of [B, N, C], whatever N is.
TEST(JointForm, RowsInsideBatches) {
  SymbolWorld world;
  Polynomial b = world.addBase(true), h = world.addBase(true),
             w = world.addBase(true), k = world.addBase(true), c = 85;
  Polynomial n = k + h * w;
  std::array<AccessRegion, 2> regions{
      AccessRegion{{k * c, {n * c, w * c, c, 1}}, {b, h, w, c}},
      AccessRegion{{k * c + 1, {n * c, w * c, c}}, {b, h, w}}};
  StorageLayout layout{true, true, {b, n, c}, {n * c, c, 1}};
  auto form = JointForm::build(world.facts, layout, regions);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->getNumDigits(), 4u);
  EXPECT_TRUE(form->isInjective(0));
  EXPECT_EQ(form->getBase(), k * c);
  // (b, h, w) are those of the row.
  auto equalities = form->getEqualities(0, 1);
  for (size_t d = 0; d < 3; ++d)
    EXPECT_TRUE(llvm::any_of(equalities, [&](const IndexEquality &e) {
      return e.first == d && e.second == d && e.shift.isZero();
    })) << d;
}

/// The header's example: stores p[:, k::4] and a read of the whole of p.
TEST(JointForm, InterleavedStores) {
  SymbolWorld world;
  Polynomial n = world.addBase(true), c = world.addBase(true);
  Polynomial c4 = Polynomial(4) * c;
  std::array<AccessRegion, 3> regions{AccessRegion{{0, {c4, 4}}, {n, c}},
                                      AccessRegion{{2, {c4, 4}}, {n, c}},
                                      AccessRegion{{0, {c4, 4, 1}}, {n, c, 4}}};
  StorageLayout layout{true, true, {n, c4}, {c4, 1}};
  auto form = JointForm::build(world.facts, layout, regions);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->getNumDigits(), 3u);
  EXPECT_TRUE(form->areDisjoint(0, 1));
  EXPECT_FALSE(form->areDisjoint(0, 2));
  auto equalities = form->getEqualities(1, 2);
  ASSERT_EQ(equalities.size(), 2u);
  EXPECT_EQ(equalities[0].first, 0u);
  EXPECT_EQ(equalities[1].second, 1u);
  EXPECT_TRUE(form->isInjective(2));
}

/// A stride that may be 0: its points may all be one cell.
TEST(JointForm, StrideThatMayBeZero) {
  SymbolWorld world;
  Polynomial s = world.addBase(true), n = world.addBase(true);
  std::array<AccessRegion, 2> regions{AccessRegion{{0, {s}}, {n}},
                                      AccessRegion{{0, {s}}, {n}}};
  StorageLayout layout{true, true, {100}, {1}};
  auto form = JointForm::build(world.facts, layout, regions);
  if (form) {
    EXPECT_FALSE(form->isInjective(0));
    EXPECT_TRUE(form->getEqualities(0, 1).empty());
  }
}

/// Rows of a storage [n, w] from row a on, which are one row that is repeated
/// where the flag d is 0: d is no weight, and the digits are (a + d*i, j).
TEST(JointForm, FlagIsNoWeight) {
  SymbolWorld world;
  Polynomial n = world.addBase(true), w = world.addBase(true),
             a = world.addBase(true), d = world.addBase(true);
  world.assumeNonNegative(Polynomial(1) - d);
  std::array<AccessRegion, 2> regions{
      AccessRegion{{Polynomial(0), {w, Polynomial(1)}}, {n, w}},
      AccessRegion{{a * w, {d * w, Polynomial(1)}}, {n, w}}};
  StorageLayout layout{true, true, {n, w}, {w, Polynomial(1)}};
  auto form = JointForm::build(world.facts, layout, regions);
  ASSERT_TRUE(form);
  ASSERT_EQ(form->getNumDigits(), 2u);
  EXPECT_EQ(form->getDigits(1)[0].offset, a);
  EXPECT_EQ(form->getDigits(1)[0].coefficients[0], d);
  EXPECT_EQ(form->getDigits(1)[1].coefficients[1], Polynomial(1));
}
