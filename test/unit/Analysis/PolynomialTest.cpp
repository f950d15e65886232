//===- PolynomialTest.cpp - Polynomials against their values --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymbolWorld.h"
#include "gtest/gtest.h"

using namespace elena;
using namespace elena::test;

namespace {

constexpr unsigned kSymbols = 4;

Polynomial symbol(Symbol s) { return Polynomial::symbol(s); }

struct PolynomialProperty : testing::Test {
  /// The sum of products is made in a random order: the form has to be the
  /// same for equal polynomials.
  Polynomial randomPolynomial(unsigned mostTerms = 4, int64_t most = 9) {
    Polynomial sum;
    for (int64_t terms = random.pick(0, mostTerms); terms > 0; --terms) {
      Polynomial product(random.pick(-most, most));
      for (int64_t degree = random.pick(0, 3); degree > 0; --degree)
        product = product * symbol(random.pick(0, kSymbols - 1));
      sum = sum + product;
    }
    return sum;
  }
  Sample randomSample(int64_t most = 20) {
    Sample sample;
    for (unsigned s = 0; s < kSymbols; ++s)
      sample.push_back(random.pick(-most, most));
    return sample;
  }
  Random random{1};
};

} // namespace

TEST_F(PolynomialProperty, ArithmeticAgainstValues) {
  for (unsigned i = 0; i < 20000 * soak(); ++i) {
    Polynomial a = randomPolynomial(), b = randomPolynomial();
    Sample s = randomSample();
    int64_t x = valueIn(s, a), y = valueIn(s, b);
    ASSERT_EQ(valueIn(s, a + b), x + y);
    ASSERT_EQ(valueIn(s, a - b), x - y);
    ASSERT_EQ(valueIn(s, a * b), x * y);
    ASSERT_EQ(valueIn(s, -a), -x);
    ASSERT_EQ(a + b, b + a);
    ASSERT_EQ(a * b, b * a);
    ASSERT_TRUE((a + b - b - a).isZero());
  }
}

TEST_F(PolynomialProperty, DivisionAgainstValues) {
  unsigned exact = 0;
  for (unsigned i = 0; i < 20000 * soak(); ++i) {
    Polynomial divisor = randomPolynomial(i % 2 ? 1 : 3);
    Polynomial factor = randomPolynomial(3);
    Polynomial dividend = factor * divisor;
    if (i % 3 == 0)
      dividend = dividend + randomPolynomial(1);
    auto [quotient, rest] = dividend.divide(divisor);
    ASSERT_EQ(quotient * divisor + rest, dividend)
        << dividend.str() << " / " << divisor.str();
    if (std::optional<Polynomial> q = dividend.divideExactly(divisor)) {
      ASSERT_EQ(*q * divisor, dividend);
      ++exact;
    } else {
      // Long division finds every factor.
      ASSERT_TRUE(i % 3 == 0 || divisor.isZero())
          << dividend.str() << " / " << divisor.str();
    }
  }
  EXPECT_GT(exact, 10000u);
}

/// For one term: remainders lie in [0, divisor), so quotients of constants are
/// those of floor division for positive divisors.
TEST_F(PolynomialProperty, RemaindersOfConstants) {
  for (int64_t x = -30; x <= 30; ++x)
    for (int64_t y = -7; y <= 7; ++y) {
      if (y == 0)
        continue;
      auto [quotient, rest] = Polynomial(x).divide(y);
      ASSERT_EQ(*quotient.getConstant() * y + *rest.getConstant(), x);
      ASSERT_GE(*rest.getConstant(), 0);
      ASSERT_LT(*rest.getConstant(), std::abs(y));
      if (y > 0)
        ASSERT_EQ(*quotient.getConstant(), floorDivide(x, y));
    }
}

TEST_F(PolynomialProperty, SubstitutionAgainstValues) {
  for (unsigned i = 0; i < 20000 * soak(); ++i) {
    Polynomial a = randomPolynomial(), value = randomPolynomial(2, 3);
    Symbol replaced = random.pick(0, kSymbols - 1);
    Sample s = randomSample(5), with = s;
    with[replaced] = valueIn(s, value);
    ASSERT_EQ(valueIn(s, a.substitute(replaced, value)), valueIn(with, a));
    // A product: s0 takes the value that makes s0*s1 what replaces it.
    Polynomial known = symbol(1) * Polynomial(random.pick(-5, 5));
    with = s;
    with[0] = *known.divideExactly(symbol(1))->getConstant();
    ASSERT_EQ(valueIn(with, a.substitute(Monomial{0, 1}, known)),
              valueIn(with, a));
  }
}

/// Coefficients near the ends of int64: right, or unknown.
TEST_F(PolynomialProperty, OverflowIsUnknown) {
  const int64_t numbers[] = {INT64_MIN, INT64_MIN + 1,   INT64_MAX, -1, 0, 1, 2,
                             -3,        int64_t(1) << 62};
  auto pick = [&] { return numbers[random.pick(0, std::size(numbers) - 1)]; };
  unsigned unknown = 0;
  for (unsigned i = 0; i < 20000 * soak(); ++i) {
    Polynomial p = Polynomial(pick()) + Polynomial(pick()) * symbol(0);
    Polynomial q = Polynomial(pick()) + Polynomial(pick()) * symbol(0);
    if (!p.isKnown() || !q.isKnown())
      continue;
    auto wide = [](const Polynomial &x, int64_t at) {
      __int128 sum = 0;
      for (const Polynomial::Term &term : x.getTerms()) {
        __int128 product = term.coefficient;
        for (size_t k = 0; k < term.monomial.size(); ++k)
          product *= at;
        sum += product;
      }
      return sum;
    };
    int64_t at = random.pick(-3, 3);
    for (const auto &[result, expected] :
         {std::pair(p + q, wide(p, at) + wide(q, at)),
          std::pair(p - q, wide(p, at) - wide(q, at))}) {
      unknown += !result.isKnown();
      if (result.isKnown())
        ASSERT_TRUE(wide(result, at) == expected);
    }
    auto [quotient, rest] = p.divide(q);
    if (quotient.isKnown() && rest.isKnown() && (quotient * q).isKnown())
      ASSERT_EQ(quotient * q + rest, p) << p.str() << " / " << q.str();
    (void)p.str();
  }
  EXPECT_GT(unknown, 1000u);
}

TEST(Polynomial, UnknownEqualsNothing) {
  Polynomial unknown = Polynomial::unknown();
  EXPECT_FALSE(unknown == unknown);
  EXPECT_FALSE((unknown - unknown).isZero());
  EXPECT_FALSE((unknown * Polynomial(0)).isKnown());
  EXPECT_FALSE((Polynomial(INT64_MAX) + 1).isKnown());
  EXPECT_FALSE(unknown.divideExactly(unknown).has_value());
  EXPECT_EQ(unknown.str(), "?");
}

/// The header's examples.
TEST(Polynomial, Examples) {
  Polynomial n = symbol(0), c = symbol(1);
  EXPECT_EQ(*(Polynomial(4) * n * c).divideExactly(Polynomial(4) * c), n);
  EXPECT_EQ((n + 1) * c, n * c + c);
  EXPECT_EQ(*((n + 1) * c).divideExactly(n + 1), c);
  EXPECT_EQ((Polynomial(4) * n * c + 3).str(), "4*s0*s1 + 3");
  EXPECT_EQ((n * c * c).substitute(Monomial{0, 1}, symbol(2)).str(), "s1*s2");
}

/// INT64_MIN has no absolute value, and INT64_MIN / -1 no quotient.
TEST(Polynomial, DivisionAtTheEnds) {
  Polynomial n = symbol(0), least(INT64_MIN);
  auto [quotient, rest] = Polynomial(-1).divide(least);
  if (rest.isKnown())
    EXPECT_EQ(quotient * least + rest, Polynomial(-1));
  std::tie(quotient, rest) = (least * n).divide(Polynomial(1) - n);
  EXPECT_FALSE((least * n).divideExactly(Polynomial(1) - n).has_value());
  EXPECT_EQ(*least.divideExactly(least), Polynomial(1));
  EXPECT_EQ(least.str(), "-9223372036854775808");
  EXPECT_EQ((n + least).str(), "s0 - 9223372036854775808");
}
