//===- IntegerFacts.cpp - What follows because symbols are integers -------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Facts are inequalities. Two of them are added where a term vanishes, and what
// all terms of the sum have in common is divided out, rounding its constant
// down (a Chvátal-Gomory cut). With q = floor(m/4) and r = floor((m + 3)/4)
//
//   m - 4*q >= 0          4*q + 3 - m >= 0
//   m + 3 - 4*r >= 0      4*r - m >= 0
//
// and a guard that says q = r, the first and the last one, m - 4*q and its
// negative, are both >= 0: m = 4*q.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolFacts.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace elena;

/// Facts with more terms take no part.
static constexpr size_t kMaxTerms = 4;
/// Facts that take part, with those that are made of them.
static constexpr size_t kMaxFacts = 96;
/// Each equality makes other facts.
static constexpr unsigned kRounds = 4;

/// The greatest number that divides the coefficients of all symbols.
static int64_t getDivisor(const Polynomial &value) {
  int64_t divisor = 0;
  for (const Polynomial::Term &term : value.getTerms()) {
    if (term.coefficient == INT64_MIN) // has no absolute value
      return 1;
    if (!term.monomial.empty())
      divisor = std::gcd(divisor, term.coefficient);
  }
  return divisor;
}

/// Adds value >= 0 divided by what its symbols' coefficients have in common.
static void addTightened(const Polynomial &value, int64_t divisor,
                         Polynomials &facts) {
  int64_t constant = value.getConstantTerm();
  int64_t rounded = constant / divisor - (constant % divisor < 0);
  // None if the constant has no negative: the least int64_t.
  std::optional<Polynomial> quotient =
      (value - constant).divideExactly(divisor);
  if (!quotient)
    return;
  Polynomial tight = *quotient + rounded;
  if (tight.isKnown() && !llvm::is_contained(facts, tight))
    facts.push_back(std::move(tight));
}

/// Does a term vanish in the sum?
static bool cancels(const Polynomial &a, const Polynomial &b) {
  for (const Polynomial::Term &term : a.getTerms())
    for (const Polynomial::Term &other : b.getTerms())
      if (!term.monomial.empty() && term.monomial == other.monomial &&
          term.coefficient == -other.coefficient)
        return true;
  return false;
}

/// All f with f >= 0 and -f >= 0 among the facts and what follows from two of
/// them.
static Polynomials findZeros(Polynomials facts) {
  Polynomials zeros;
  // Those that are added since then are sums; sums of sums are not made.
  size_t numGiven = facts.size();
  for (size_t k = 1; k < facts.size(); ++k)
    for (size_t l = 0; l < k; ++l) {
      if (!cancels(facts[k], facts[l]))
        continue;
      Polynomial sum = facts[k] + facts[l];
      if (sum.isZero())
        zeros.push_back(facts[k]);
      if (!sum.isKnown() || sum.getConstant() || k >= numGiven ||
          facts.size() >= kMaxFacts)
        continue;
      int64_t divisor = getDivisor(sum);
      if (divisor >= 2)
        addTightened(sum, divisor, facts);
    }
  return zeros;
}

bool SymbolFacts::deriveEqualities() {
  bool any = false;
  for (unsigned round = 0; round < kRounds; ++round) {
    Polynomials facts;
    for (const Polynomial &fact : nonNegatives) {
      bool isUsable = fact.isKnown() && !fact.getConstant() &&
                      fact.getTerms().size() <= kMaxTerms &&
                      facts.size() < kMaxFacts;
      int64_t divisor = isUsable ? getDivisor(fact) : 0;
      if (divisor >= 1)
        addTightened(fact, divisor, facts);
    }
    bool isNew = false;
    for (const Polynomial &zero : findZeros(std::move(facts)))
      isNew |= assumeEqual(zero, Polynomial(0));
    if (!isNew)
      break;
    any = true;
  }
  return any;
}
