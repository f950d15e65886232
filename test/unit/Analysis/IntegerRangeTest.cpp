//===- IntegerRangeTest.cpp - Ranges against values -----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/IntegerRange.h"
#include "SymbolWorld.h"
#include "gtest/gtest.h"

using namespace elena;
using namespace elena::test;

namespace {

/// The low bits with their sign: what a machine makes of a result.
int64_t wrap(__int128 value, unsigned width) {
  auto word = static_cast<uint64_t>(value);
  return static_cast<int64_t>(word << (64 - width)) >> (64 - width);
}

struct Bounds {
  int64_t least, largest;
};
Bounds boundsOf(unsigned width) {
  return {wrap(__int128(1) << (width - 1), width),
          wrap((__int128(1) << (width - 1)) - 1, width)};
}

/// The value of a range in a sample, if it has one there.
std::optional<int64_t> draw(Random &random, const Sample &sample,
                            const IntegerRange &range) {
  if (range.empty())
    return std::nullopt;
  const Interval &interval = range[random.pick(0, range.size() - 1)];
  int64_t lo = valueIn(sample, interval.lo), hi = valueIn(sample, interval.hi);
  if (lo > hi)
    return std::nullopt;
  return random.chance(30) ? lo : random.chance(40) ? hi : random.pick(lo, hi);
}

bool contains(const IntegerRange &range, const Sample &sample, int64_t value) {
  return llvm::any_of(range, [&](const Interval &interval) {
    return valueIn(sample, interval.lo) <= value &&
           value <= valueIn(sample, interval.hi);
  });
}

std::string text(const IntegerRange &range) {
  std::string all;
  for (const Interval &interval : range)
    all += "[" + interval.lo.str() + ", " + interval.hi.str() + "] ";
  return all;
}

struct RandomRanges {
  RandomRanges(Random &random, unsigned width) : random(random), width(width) {
    for (unsigned k = 0; k < 3; ++k)
      pool.push_back(world.addBase(true));
    pool.push_back(world.addBase(false));
    pool.push_back(world.addMin(pool[0], pool[1]));
    if (random.chance(50))
      world.assumeNonNegative(pool[0] - pool[1]);
  }

  /// Ends fit into the width in every sample: |symbols| <= 6.
  Polynomial end() {
    auto [least, largest] = boundsOf(width);
    if (random.chance(15))
      return random.chance(50) ? least + random.pick(0, 2)
                               : largest - random.pick(0, 2);
    Polynomial number(random.pick(-3, 3));
    if (random.chance(75))
      number = number + pool[random.pick(0, pool.size() - 1)];
    return number;
  }
  IntegerRange range() {
    if (random.chance(10))
      return RangeArithmetic::full(width);
    IntegerRange made;
    for (int64_t n = random.pick(1, 2); n > 0; --n) {
      Polynomial lo = end();
      if (random.chance(30))
        made.push_back({lo, lo});
      else
        made.push_back({lo, end()});
    }
    return made;
  }

  Random &random;
  unsigned width;
  SymbolWorld world;
  Polynomials pool;
};

using Operation = std::function<std::optional<__int128>(int64_t, int64_t)>;
using RangeOperation =
    std::function<IntegerRange(const IntegerRange &, const IntegerRange &)>;

struct Rule {
  std::string name;
  RangeOperation onRanges;
  Operation onValues;
};

std::vector<Rule> makeRules(const RangeArithmetic &a, unsigned w) {
  using R = const IntegerRange &;
  using V = int64_t;
  using Result = std::optional<__int128>;
  return {
      {"add", [&, w](R x, R y) { return a.add(x, y, w); },
       [](V x, V y) { return Result(__int128(x) + y); }},
      {"subtract", [&, w](R x, R y) { return a.subtract(x, y, w); },
       [](V x, V y) { return Result(__int128(x) - y); }},
      {"multiply", [&, w](R x, R y) { return a.multiply(x, y, w); },
       [](V x, V y) { return Result(__int128(x) * y); }},
      {"divide", [&, w](R x, R y) { return a.divide(x, y, w); },
       [](V x, V y) { return y ? Result(__int128(x) / y) : std::nullopt; }},
      {"remainder", [&, w](R x, R y) { return a.remainder(x, y, w); },
       [](V x, V y) { return y ? Result(__int128(x) % y) : std::nullopt; }},
      {"maximum", [&](R x, R y) { return a.maximum(x, y); },
       [](V x, V y) { return Result(std::max(x, y)); }},
      {"minimum", [&](R x, R y) { return a.minimum(x, y); },
       [](V x, V y) { return Result(std::min(x, y)); }},
      {"join, first", [&, w](R x, R y) { return a.join(x, y, w); },
       [](V x, V) { return Result(x); }},
      {"join, second", [&, w](R x, R y) { return a.join(x, y, w); },
       [](V, V y) { return Result(y); }},
      {"below", [&](R x, R y) { return a.below(x, y, false); },
       [](V x, V y) { return x < y ? Result(x) : std::nullopt; }},
      {"below or equal", [&](R x, R y) { return a.below(x, y, true); },
       [](V x, V y) { return x <= y ? Result(x) : std::nullopt; }},
      {"above", [&](R x, R y) { return a.above(x, y, false); },
       [](V x, V y) { return x > y ? Result(x) : std::nullopt; }},
      {"above or equal", [&](R x, R y) { return a.above(x, y, true); },
       [](V x, V y) { return x >= y ? Result(x) : std::nullopt; }},
  };
}

} // namespace

/// n times the least integer is a word for n = 1, and for no other size but 0:
/// nothing is known of it. (Its absolute value is negative.)
TEST(IntegerRange, SizeTimesTheLeastIntegerIsNotBounded) {
  SymbolWorld world;
  Polynomial n = world.addBase(true);
  Polynomial least(std::numeric_limits<int64_t>::min());
  RangeArithmetic arithmetic(world.facts, {},
                             [](const Monomial &) { return true; });
  IntegerRange product = arithmetic.multiply({{n, n}}, {{least, least}}, 64);
  EXPECT_EQ(text(product), text(RangeArithmetic::full(64)));
}

/// Whatever the operands are, the result lies in the range of the results, and
/// a comparison that is decided is decided right.
TEST(IntegerRange, OperationsAgainstValues) {
  unsigned checked = 0, bounded = 0;
  for (unsigned seed = 0; seed < 1500 * soak(); ++seed) {
    Random random(seed);
    unsigned width = random.chance(50) ? 8 : 64;
    RandomRanges made(random, width);
    std::vector<Sample> samples;
    for (unsigned k = 0; k < 15; ++k)
      if (std::optional<Sample> sample = made.world.draw(random))
        samples.push_back(*sample);
    RangeArithmetic arithmetic(made.world.facts, {},
                               [](const Monomial &) { return true; });
    IntegerRange x = made.range(), y = made.range();
    auto less = arithmetic.compare(Comparison::Less, x, y);
    auto atMost = arithmetic.compare(Comparison::AtMost, x, y);
    auto equal = arithmetic.compare(Comparison::Equal, x, y);
    for (const Rule &rule : makeRules(arithmetic, width)) {
      IntegerRange result = rule.onRanges(x, y);
      bounded += text(result) != text(RangeArithmetic::full(width));
      for (const Sample &sample : samples)
        for (unsigned k = 0; k < 4; ++k) {
          auto a = draw(random, sample, x), b = draw(random, sample, y);
          if (!a || !b)
            continue;
          ASSERT_TRUE(!less || *less == (*a < *b)) << text(x) << text(y);
          ASSERT_TRUE(!atMost || *atMost == (*a <= *b)) << text(x) << text(y);
          ASSERT_TRUE(!equal || *equal == (*a == *b)) << text(x) << text(y);
          if (auto value = rule.onValues(*a, *b)) {
            ++checked;
            ASSERT_TRUE(contains(result, sample, wrap(*value, width)))
                << "seed " << seed << ", " << rule.name << " of " << *a
                << " in " << text(x) << "and " << *b << " in " << text(y)
                << "is not in " << text(result);
          }
        }
    }
  }
  EXPECT_GT(checked, 100000u);
  EXPECT_GT(bounded, 5000u);
}

TEST(IntegerRange, CastsAgainstValues) {
  for (unsigned seed = 0; seed < 500 * soak(); ++seed) {
    Random random(seed);
    unsigned wide = random.chance(50) ? 16 : 64;
    RandomRanges made(random, wide), small(random, 8);
    RangeArithmetic ofWide(made.world.facts, {}, [](auto &) { return true; });
    RangeArithmetic ofSmall(small.world.facts, {}, [](auto &) { return true; });
    IntegerRange x = made.range(), y = small.range();
    IntegerRange low = ofWide.truncate(x, 8),
                 extended = ofSmall.zeroExtend(y, 8);
    for (unsigned k = 0; k < 30; ++k) {
      if (auto sample = made.world.draw(random))
        if (auto value = draw(random, *sample, x))
          ASSERT_TRUE(contains(low, *sample, wrap(*value, 8))) << text(x);
      if (auto sample = small.world.draw(random))
        if (auto value = draw(random, *sample, y))
          ASSERT_TRUE(contains(extended, *sample, *value & 255)) << text(y);
    }
  }
}

namespace {
struct IntegerRangeExamples : testing::Test {
  SymbolFacts facts;
  Polynomial n = Polynomial::symbol(facts.addSymbol(true));
  RangeArithmetic arithmetic{facts, {}, [](const Monomial &) { return true; }};
  IntegerRange positions{Interval{0, n - 1}};
};
} // namespace

TEST_F(IntegerRangeExamples, Clamp) {
  IntegerRange any = RangeArithmetic::full(64);
  IntegerRange clamped =
      arithmetic.minimum(arithmetic.maximum(any, RangeArithmetic::exactly(0)),
                         RangeArithmetic::exactly(n + 1));
  ASSERT_EQ(clamped.size(), 1u);
  EXPECT_TRUE(clamped.front().lo.isZero());
  EXPECT_EQ(clamped.front().hi, n + 1);
}

TEST_F(IntegerRangeExamples, SumsWrapAroundUnlessProved) {
  IntegerRange natural{Interval{0, INT64_MAX}};
  IntegerRange one = RangeArithmetic::exactly(1);
  EXPECT_EQ(text(arithmetic.add(natural, one, 64)),
            text(RangeArithmetic::full(64)));
  EXPECT_EQ(text(arithmetic.add(positions, one, 64)), "[1, s0] ");
  // n - 1 need not fit into 8 bits.
  EXPECT_EQ(text(arithmetic.add(positions, one, 8)),
            text(RangeArithmetic::full(8)));
}

TEST_F(IntegerRangeExamples, TwoKindsOfValues) {
  IntegerRange either =
      arithmetic.join(positions, RangeArithmetic::exactly(2), 64);
  EXPECT_EQ(either.size(), 2u);
  EXPECT_EQ(arithmetic.compare(Comparison::Less, either,
                               RangeArithmetic::exactly(n + 3)),
            true);
  EXPECT_EQ(
      arithmetic.compare(Comparison::Less, either, RangeArithmetic::exactly(n)),
      std::nullopt);
}
