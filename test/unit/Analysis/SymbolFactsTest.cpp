//===- SymbolFactsTest.cpp - Proofs against values ------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymbolWorld.h"
#include "gtest/gtest.h"

#include <iostream>

using namespace elena;
using namespace elena::test;

namespace {

/// A world with everything that facts may be about.
struct RandomFacts {
  explicit RandomFacts(Random &random) : random(random) {
    for (int64_t n = random.pick(2, 4); n > 0; --n)
      pool.push_back(world.addBase(random.chance(70)));
    for (int64_t n = random.pick(1, 4); n > 0; --n)
      addDerived();
    for (int64_t n = random.pick(0, 2); n > 0; --n)
      world.assumeNonNegative(number(3));
    if (random.chance(20))
      world.assumeEqual(any() * any(), Polynomial(random.pick(1, 4)) * any());
  }

  const Polynomial &any() { return pool[random.pick(0, pool.size() - 1)]; }
  Polynomial number(unsigned terms) {
    Polynomial sum(random.pick(-3, 3));
    for (int64_t n = random.pick(1, terms); n > 0; --n) {
      Polynomial product = Polynomial(random.pick(-3, 3)) * any();
      sum = sum + (random.chance(25) ? product * any() : product);
    }
    return sum;
  }
  /// An inequality near one that holds: what a query usually looks like.
  Polynomial query() {
    const Polynomial &x = any(), &y = any();
    switch (random.pick(0, 4)) {
    case 0:
      return x - y + random.pick(-1, 1);
    case 1:
      return x * (y - any()) + random.pick(-1, 1);
    case 2:
      return x * y + Polynomial(random.pick(-1, 3)) * any() +
             random.pick(-1, 0);
    case 3:
      return Polynomial(random.pick(1, 4)) * x - y + random.pick(-3, 3);
    default:
      return number(3);
    }
  }

  Random &random;
  SymbolWorld world;
  Polynomials pool;

private:
  void addDerived() {
    switch (random.pick(0, 5)) {
    case 0:
      return pool.push_back(world.addMax(simple(), simple()));
    case 1:
      return pool.push_back(world.addMin(simple(), simple()));
    case 2:
      return pool.push_back(
          world.addSelectLess(simple(), simple(), simple(), simple()));
    case 3: {
      Polynomial x = simple();
      return pool.push_back(world.addQuotient(
          x, random.chance(70) ? Polynomial(random.pick(1, 4)) : any()));
    }
    case 4:
      return pool.push_back(world.addEqualTo(number(2), random.chance(50)));
    default: {
      // NumPy's clamp of a slice bound.
      Polynomial h = any(), n = any();
      Polynomial wrapped = world.addSelectLess(h, 0, h + n, h);
      pool.push_back(world.addMin(world.addMax(wrapped, 0), n));
    }
    }
  }
  Polynomial simple() {
    if (random.chance(20))
      return Polynomial(random.pick(-2, 4));
    return random.chance(60) ? any() : any() + random.pick(-2, 2);
  }
};

struct Counts {
  unsigned instances = 0, questions = 0, proved = 0, alwaysTrue = 0;
};

} // namespace

/// Whatever is proved holds in every sample of the world. Seen the other way,
/// the share of what held in all samples and is proved must not fall.
TEST(SymbolFacts, InequalitiesAgainstValues) {
  Counts counts;
  for (unsigned seed = 0; seed < 3000 * soak(); ++seed) {
    Random random(seed);
    RandomFacts made(random);
    std::vector<Sample> samples;
    for (unsigned k = 0; k < 30; ++k)
      if (std::optional<Sample> sample = made.world.draw(random))
        samples.push_back(*sample);
    if (samples.size() < 10)
      continue;
    counts.instances += samples.size();
    for (unsigned q = 0; q < 20; ++q) {
      Polynomial value = made.query();
      Polynomials given;
      if (random.chance(40))
        given.push_back(made.any() - 1);
      bool proved = made.world.facts.isNonNegative(value, given);
      bool always = true;
      for (const Sample &sample : samples) {
        if (!given.empty() && valueIn(sample, given[0]) < 0)
          continue;
        bool holds = valueIn(sample, value) >= 0;
        always &= holds;
        ASSERT_TRUE(holds || !proved) << "seed " << seed << ": " << value.str();
      }
      ++counts.questions;
      counts.proved += proved;
      counts.alwaysTrue += always;
    }
  }
  std::cout << counts.instances << " instantiations, " << counts.questions
            << " questions; " << counts.alwaysTrue
            << " held in all samples, of which " << counts.proved
            << " were proved\n";
  EXPECT_GE(counts.instances, 20000u);
  EXPECT_GT(counts.proved * 100, counts.alwaysTrue * 50);
}

TEST(SymbolFacts, EqualitiesAgainstValues) {
  unsigned instances = 0, equal = 0;
  for (unsigned seed = 0; seed < 2000 * soak(); ++seed) {
    Random random(seed + 50000);
    RandomFacts made(random);
    std::vector<Sample> samples;
    for (unsigned k = 0; k < 15; ++k)
      if (std::optional<Sample> sample = made.world.draw(random))
        samples.push_back(*sample);
    instances += samples.size();
    for (unsigned q = 0; q < 20; ++q) {
      Polynomial a = made.number(4), b = made.number(2);
      Polynomial normal = made.world.facts.normalize(a);
      bool same = made.world.facts.areEqual(a, b) ||
                  made.world.facts.areEqual(made.any(), made.any());
      equal += same;
      for (const Sample &sample : samples) {
        if (normal.isKnown())
          ASSERT_EQ(valueIn(sample, normal), valueIn(sample, a)) << seed;
        if (made.world.facts.areEqual(a, b))
          ASSERT_EQ(valueIn(sample, a), valueIn(sample, b)) << seed;
      }
    }
  }
  EXPECT_GE(instances, 20000u);
  EXPECT_GT(equal, 1000u);
}

/// Of integers (m + r)/d rounded down, some are the same. What follows for m is
/// tried on all m.
TEST(SymbolFacts, DerivedEqualitiesAgainstValues) {
  unsigned exact = 0, derived = 0, instances = 0;
  for (unsigned seed = 0; seed < 4000 * soak(); ++seed) {
    Random random(seed);
    SymbolFacts facts;
    Polynomial m = Polynomial::symbol(facts.addSymbol(random.chance(80)));
    struct Quotient {
      int64_t added, divisor;
    };
    std::vector<Quotient> quotients;
    int64_t divisor = random.pick(2, 5);
    for (int64_t n = random.pick(2, 4); n > 0; --n) {
      quotients.push_back({random.pick(0, 2 * divisor), divisor});
      Polynomial q = Polynomial::symbol(facts.addSymbol());
      Polynomial x = m + quotients.back().added;
      facts.assumeNonNegative(x - q * divisor);
      facts.assumeNonNegative(q * divisor + divisor - 1 - x);
    }
    std::vector<std::pair<Polynomial, Polynomial>> same;
    for (size_t k = 1; k < quotients.size(); ++k)
      if (random.chance(70))
        same.emplace_back(Polynomial::symbol(1 + random.pick(0, k - 1)),
                          Polynomial::symbol(1 + k) + random.pick(0, 1));
    for (const auto &[a, b] : same)
      facts.assumeEqual(a, b);
    facts.deriveEqualities();
    std::set<int64_t> remainders;
    std::optional<int64_t> rest =
        facts.normalize(m - Polynomial(divisor) * Polynomial::symbol(1))
            .getConstant();
    bool isNonNegative = facts.isNonNegative(m);
    for (int64_t value = isNonNegative ? 0 : -20; value < 20; ++value) {
      Sample sample{value};
      for (const Quotient &q : quotients)
        sample.push_back(floorDivide(value + q.added, q.divisor));
      if (!llvm::all_of(same, [&](const auto &pair) {
            return valueIn(sample, pair.first) == valueIn(sample, pair.second);
          }))
        continue;
      ++instances;
      remainders.insert(value - divisor * sample[1]);
      for (Symbol s = 0; s < facts.getNumSymbols(); ++s)
        ASSERT_EQ(valueIn(sample, facts.normalize(Polynomial::symbol(s))),
                  sample[s])
            << "seed " << seed;
      if (rest)
        ASSERT_EQ(*rest, value - divisor * sample[1]) << "seed " << seed;
    }
    exact += remainders.size() == 1;
    derived += remainders.size() == 1 && rest.has_value();
  }
  std::cout << instances << " instantiations; m is known but for a multiple in "
            << exact << " worlds, in " << derived << " it was derived\n";
  EXPECT_GE(instances, 20000u);
  EXPECT_GT(exact, 200u);
  EXPECT_GE(derived * 100, exact * 90);
}

TEST(SymbolFacts, DerivedFactsAgainstValues) {
  unsigned instances = 0, found = 0;
  for (unsigned seed = 0; seed < 3000 * soak(); ++seed) {
    Random random(seed + 90000);
    RandomFacts made(random);
    for (int64_t n = random.pick(0, 3); n > 0; --n) {
      // Bounds of both sides, of which some leave one value only.
      Polynomial value = made.number(2);
      made.world.assumeNonNegative(value + random.pick(0, 1));
      made.world.assumeNonNegative(-value + random.pick(0, 1));
    }
    found += made.world.facts.deriveEqualities();
    for (unsigned k = 0; k < 15; ++k) {
      std::optional<Sample> sample = made.world.draw(random);
      if (!sample)
        continue;
      ++instances;
      for (unsigned q = 0; q < 10; ++q) {
        Polynomial value = made.query();
        Polynomial normal = made.world.facts.normalize(value);
        if (normal.isKnown())
          ASSERT_EQ(valueIn(*sample, normal), valueIn(*sample, value)) << seed;
        if (made.world.facts.isNonNegative(value))
          ASSERT_GE(valueIn(*sample, value), 0) << seed;
      }
    }
  }
  std::cout << found << " worlds with an equality; " << instances
            << " instantiations\n";
  EXPECT_GE(instances, 5000u);
  EXPECT_GT(found, 300u);
}

TEST(SymbolFacts, CasesAgainstValues) {
  unsigned instances = 0, chosen = 0;
  for (unsigned seed = 0; seed < 2000 * soak(); ++seed) {
    Random random(seed + 70000);
    RandomFacts made(random);
    for (unsigned q = 0; q < 10; ++q) {
      Polynomial value = made.number(3);
      Polynomials given{made.any() - random.pick(0, 3)};
      Polynomial result = made.world.facts.chooseCases(value, given);
      if (result == value || !result.isKnown())
        continue;
      chosen += result != made.world.facts.normalize(value);
      for (unsigned k = 0; k < 10; ++k) {
        std::optional<Sample> sample = made.world.draw(random);
        if (!sample || valueIn(*sample, given[0]) < 0)
          continue;
        auto found = result.evaluate([&](Symbol s) { return (*sample)[s]; });
        instances += found.has_value();
        if (found) // not too large
          ASSERT_EQ(*found, valueIn(*sample, value)) << seed;
      }
    }
  }
  EXPECT_GE(instances, 5000u);
  EXPECT_GT(chosen, 500u);
}

/// offset[:, 0::4] and offset[:, 3::4] of m columns are equally wide: m = 4*q.
TEST(SymbolFacts, EqualSlicesSayWhatDivides) {
  SymbolWorld world;
  Polynomial m = world.addBase(true);
  Polynomial first = world.addQuotient(m + 3, 4),
             last = world.addQuotient(m, 4);
  EXPECT_FALSE(world.facts.deriveEqualities());
  world.assumeEqual(first, last);
  EXPECT_TRUE(world.facts.deriveEqualities());
  EXPECT_TRUE(world.facts.areEqual(m, Polynomial(4) * last));
}

/// The least integer has no negative: nothing is divided then. (It was, and the
/// program ended for lack of memory.)
TEST(SymbolFacts, TheLeastIntegerIsNotDivided) {
  SymbolWorld world;
  Polynomial m = world.addBase(true), n = world.addBase(true);
  Polynomial least(std::numeric_limits<int64_t>::min());
  world.assumeNonNegative(m * Polynomial(2) - n + least);
  world.assumeNonNegative(m * Polynomial(2) + n + least);
  EXPECT_FALSE(world.facts.deriveEqualities());
}

/// The header's examples.
TEST(SymbolFacts, Examples) {
  SymbolWorld world;
  Polynomial n = world.addBase(true), w = world.addBase(true),
             s = world.addBase(false), h = world.addMin(s, w);
  EXPECT_TRUE(world.facts.isNonNegative(n * w + 2));
  EXPECT_TRUE(world.facts.isNonNegative(w - h));
  EXPECT_FALSE(world.facts.isNonNegative(h));
  Polynomial q = world.addQuotient(n, 4);
  EXPECT_TRUE(world.facts.isAtMost(Polynomial(4) * q, n));
  EXPECT_FALSE(world.facts.isAtMost(n, Polynomial(4) * q));
  world.assumeEqual(n * w, Polynomial(4) * s);
  EXPECT_TRUE(world.facts.areEqual(n * w * w, Polynomial(4) * s * w));
}

/// x[start:stop] of n = 2*r + 1 elements, clamped, ends in n. Each number has
/// two cases, of numbers with two cases: the latest are taken apart first.
TEST(SymbolFacts, ClampedSliceEndsInTheArray) {
  SymbolWorld world;
  Polynomial r = world.addBase(false), y = world.addBase(false),
             z = world.addBase(false);
  Polynomial n = world.addMax(Polynomial(2) * r + 1, Polynomial(0));
  Polynomial start = world.addMin(r - world.addMin(r, y), n);
  Polynomial stop = world.addMin(world.addMax(z, Polynomial(0)), n);
  Polynomial length = world.addMax(stop - start, Polynomial(0));
  EXPECT_TRUE(world.facts.isNonNegative(n - start - length));
  EXPECT_TRUE(world.facts.isNonNegative(start));
  EXPECT_FALSE(world.facts.isNonNegative(n - start - length - 1));
}

/// Of p = 1 + d*(v - 1), d a flag, d*v is replaced: what is known of p stays.
TEST(SymbolFacts, ProductOfAFlagIsReplaced) {
  SymbolFacts facts;
  Symbol flag = facts.addSymbol(true);
  Polynomial d = Polynomial::symbol(flag),
             v = Polynomial::symbol(facts.addSymbol(true));
  Symbol size = facts.addSymbol(true);
  Polynomial p = Polynomial::symbol(size);
  ASSERT_TRUE(facts.assumeEqual(p, Polynomial(1) + d * v - d, flag));
  EXPECT_EQ(facts.normalize(p), p);
  EXPECT_EQ(facts.normalize(d * v), p + d - 1);
}

/// A size that an equality replaces stays a size: with n = 2*t - 3 and n >= 0,
/// 2*t - 3 >= 0.
TEST(SymbolFacts, ReplacedSizeStaysNonNegative) {
  SymbolFacts facts;
  Polynomial t = Polynomial::symbol(facts.addSymbol());
  Polynomial n = Polynomial::symbol(facts.addSymbol(true));
  ASSERT_TRUE(facts.assumeEqual(n, Polynomial(2) * t - 3));
  EXPECT_TRUE(facts.isNonNegative(n));
  EXPECT_TRUE(facts.isNonNegative(Polynomial(2) * t - 3));
  EXPECT_FALSE(facts.isNonNegative(Polynomial(2) * t - 4));
}

/// 4*N*C = 4*K says that N*C = K.
TEST(SymbolFacts, CommonFactorOfAnEquality) {
  SymbolFacts facts;
  Polynomial n = Polynomial::symbol(facts.addSymbol(true)),
             c = Polynomial::symbol(facts.addSymbol(true)),
             k = Polynomial::symbol(facts.addSymbol(true));
  EXPECT_TRUE(facts.assumeEqual(Polynomial(4) * n * c, Polynomial(4) * k));
  EXPECT_TRUE(facts.areEqual(n * c, k));
}
