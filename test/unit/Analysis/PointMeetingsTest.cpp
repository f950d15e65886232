//===- PointMeetingsTest.cpp - Static pairs against all pairs of points ---===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of two small static accesses everything is known: whether they meet, and
// which indices agree where they do. The truth is found by two nested loops
// over the points, which have nothing in common with what is tested.
//
// ELENA_SOAK=n in the environment: n times as many random pairs, other ones.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/PointMeetings.h"
#include "SymbolWorld.h"
#include "llvm/ADT/Sequence.h"
#include "gtest/gtest.h"

#include <iostream>
#include <map>

using namespace elena;
using namespace elena::test;

namespace {

using Ints = std::vector<int64_t>;

struct Access {
  int64_t offset = 0;
  Ints sizes, strides;

  AccessRegion toRegion() const {
    AccessRegion region{{Polynomial(offset), {}}, {}};
    for (size_t d = 0; d < sizes.size(); ++d) {
      region.cell.coefficients.push_back(Polynomial(strides[d]));
      region.sizes.push_back(Polynomial(sizes[d]));
    }
    return region;
  }

  std::string str() const {
    std::string text = std::to_string(offset);
    for (size_t d = 0; d < sizes.size(); ++d)
      text +=
          " + [" + std::to_string(sizes[d]) + "]*" + std::to_string(strides[d]);
    return text + "\n";
  }

  /// Does the index move over other cells?
  bool moves(size_t d) const { return sizes[d] != 1 && strides[d] != 0; }
};

struct Point {
  Ints index;
  int64_t cell;
};

std::vector<Point> listPoints(const Access &access, size_t d = 0) {
  if (d == access.sizes.size())
    return {{{}, access.offset}};
  std::vector<Point> all, rest = listPoints(access, d + 1);
  for (int64_t i = 0; i < access.sizes[d]; ++i)
    for (Point point : rest) {
      point.index.insert(point.index.begin(), i);
      point.cell += i * access.strides[d];
      all.push_back(std::move(point));
    }
  return all;
}

/// All i[d] - j[e] of pairs that meet.
struct Truth {
  Truth(const Access &a, const Access &b) {
    auto pointsA = listPoints(a), pointsB = listPoints(b);
    for (const Point &i : pointsA)
      for (const Point &j : pointsB) {
        if (i.cell != j.cell)
          continue;
        meets = true;
        for (size_t d = 0; d < i.index.size(); ++d)
          for (size_t e = 0; e < j.index.size(); ++e) {
            auto [place, isNew] = differences.try_emplace(
                {d, e}, i.index[d] - j.index[e], i.index[d] - j.index[e]);
            auto &[least, most] = place->second;
            least = std::min(least, i.index[d] - j.index[e]);
            most = std::max(most, i.index[d] - j.index[e]);
          }
      }
  }
  bool isEqual(size_t d, size_t e) const {
    auto [least, most] = differences.at({d, e});
    return least == most;
  }

  bool meets = false;
  std::map<std::pair<size_t, size_t>, std::pair<int64_t, int64_t>> differences;
};

/// Up to four dimensions; strides are negative, zero, coprime or nested.
Access makeAccess(Random &random) {
  Access access;
  access.offset = random.pick(-6, 6);
  int64_t rank = random.pick(0, 4), dense = 1;
  for (int64_t d = 0; d < rank; ++d) {
    bool isEmpty = random.chance(2);
    int64_t size = isEmpty ? 0 : random.pick(1, rank > 2 ? 3 : 5);
    int64_t stride = random.chance(10)   ? 0
                     : random.chance(40) ? dense
                                         : random.pick(-13, 13);
    access.sizes.insert(access.sizes.begin(), size);
    access.strides.insert(access.strides.begin(),
                          random.chance(15) ? -stride : stride);
    dense *= std::max<int64_t>(size, 1);
  }
  return access;
}

/// Another one, or nearly the same.
Access makeSecond(Random &random, const Access &first) {
  if (random.chance(50))
    return makeAccess(random);
  Access second = first;
  second.offset += random.pick(-4, 4);
  if (size_t rank = first.sizes.size()) {
    size_t d = random.pick(0, rank - 1), e = random.pick(0, rank - 1);
    if (random.chance(30)) {
      std::swap(second.sizes[d], second.sizes[e]);
      std::swap(second.strides[d], second.strides[e]);
    }
    if (random.chance(20)) {
      second.offset += second.strides[d] * (second.sizes[d] - 1);
      second.strides[d] = -second.strides[d];
    }
    if (random.chance(20))
      second.strides[e] = random.pick(-9, 9);
  }
  return second;
}

/// What the whole ladder says: sets, digits, points.
struct Answer {
  Answer(const AccessRegion &a, const AccessRegion &b) {
    isApart = !mayShareCells(*a.getStatic(), *b.getStatic());
    SymbolFacts facts;
    StorageLayout layout{true, true, {Polynomial(1000)}, {Polynomial(1)}};
    std::array<AccessRegion, 2> regions{a, b};
    if (auto form = JointForm::build(facts, layout, regions))
      equalities = form->getEqualities(0, 1);
    numByDigits = equalities.size();
    if (!isApart)
      addMissingEqualities(a, b, equalities);
  }

  bool finds(size_t IndexEquality::*side, size_t d, size_t count) const {
    return llvm::any_of(
        llvm::ArrayRef(equalities).take_front(count),
        [&](const IndexEquality &equality) { return equality.*side == d; });
  }

  bool isApart;
  llvm::SmallVector<IndexEquality, 4> equalities;
  size_t numByDigits;
};

struct Counts {
  unsigned pairs = 0, meet = 0, agree = 0, byDigits = 0;
};

/// Each dimension that agrees with one of the other access has to be known as
/// such.
void expectComplete(const Access &a, const Access &b, const Truth &truth,
                    const Answer &answer, Counts &counts) {
  auto check = [&](const Access &access, size_t IndexEquality::*side,
                   auto agrees) {
    for (size_t d = 0; d < access.sizes.size(); ++d) {
      if (!access.moves(d) || !agrees(d))
        continue;
      ++counts.agree;
      counts.byDigits += answer.finds(side, d, answer.numByDigits);
      EXPECT_TRUE(answer.finds(side, d, answer.equalities.size()))
          << a.str() << b.str() << d;
    }
  };
  auto all = [](const Access &access) {
    return llvm::seq<size_t>(0, access.sizes.size());
  };
  check(a, &IndexEquality::first, [&](size_t d) {
    return llvm::any_of(all(b), [&](size_t e) { return truth.isEqual(d, e); });
  });
  check(b, &IndexEquality::second, [&](size_t e) {
    return llvm::any_of(all(a), [&](size_t d) { return truth.isEqual(d, e); });
  });
}

void check(const Access &a, const Access &b, Counts &counts) {
  Truth truth(a, b);
  AccessRegion first = a.toRegion(), second = b.toRegion();
  auto meetings = PointMeetings::build(first, second);
  ASSERT_TRUE(meetings);
  ASSERT_EQ(meetings->areDisjoint(), !truth.meets) << a.str() << b.str();
  for (auto [dims, range] : truth.differences)
    ASSERT_EQ(meetings->getDifference(dims.first, dims.second), range)
        << a.str() << b.str();
  Answer answer(first, second);
  ASSERT_EQ(answer.isApart, !truth.meets) << a.str() << b.str();
  ++counts.pairs;
  counts.meet += truth.meets;
  if (!truth.meets)
    return;
  for (const IndexEquality &e : answer.equalities) {
    auto [least, most] = truth.differences.at({e.first, e.second});
    ASSERT_EQ(least, most) << a.str() << b.str();
    ASSERT_TRUE(e.shift.isConstant(least)) << a.str() << b.str();
  }
  expectComplete(a, b, truth, answer, counts);
}

} // namespace

/// No wrong answer, and none that is missing.
TEST(PointMeetings, StaticPairsAgainstAllPairsOfPoints) {
  Random random(8000000);
  Counts counts;
  while (counts.pairs < 120000 * soak()) {
    Access a = makeAccess(random), b = makeSecond(random, a);
    ASSERT_NO_FATAL_FAILURE(check(a, b, counts));
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  std::cout << counts.pairs << " pairs, " << counts.meet << " meet; "
            << counts.agree << " dimensions agree with one of the other "
            << "access, " << counts.byDigits << " of them by digits\n";
  EXPECT_GT(counts.meet, counts.pairs / 4);
  EXPECT_GT(counts.agree, counts.byDigits);
}

/// The example of the header.
TEST(PointMeetings, NoCommonSystem) {
  Access a{0, {2, 3}, {5, 3}}, b{0, {4}, {3}};
  Answer answer(a.toRegion(), b.toRegion());
  EXPECT_FALSE(answer.finds(&IndexEquality::first, 1, answer.numByDigits));
  EXPECT_TRUE(llvm::any_of(answer.equalities, [](const IndexEquality &e) {
    return e.first == 1 && e.second == 0 && e.shift.isZero();
  }));
}

/// Boxes of the most points that are listed, and of one more.
TEST(PointMeetings, TheBound) {
  constexpr int64_t most = PointMeetings::kMaxPoints;
  Access line{0, {most}, {3}}, longer{0, {most + 1}, {3}},
      square{7, {64, most / 64}, {-5, 11}}, empty{0, {0, most * most}, {1, 1}},
      far{int64_t(1) << 61, {2}, {1}};
  auto isListed = [&](const Access &a, const Access &b) {
    return PointMeetings::build(a.toRegion(), b.toRegion()).has_value();
  };
  EXPECT_TRUE(isListed(line, square));
  EXPECT_TRUE(isListed(line, empty));
  EXPECT_FALSE(isListed(line, longer));
  EXPECT_FALSE(isListed(longer, line));
  EXPECT_FALSE(isListed(line, far));
  AccessRegion unknown = line.toRegion();
  unknown.sizes[0] = Polynomial::symbol(0);
  EXPECT_FALSE(PointMeetings::build(unknown, line.toRegion()));
}
