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
