//===- SymbolFacts.cpp - What is known about symbols ----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolFacts.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <numeric>

using namespace elena;

/// How many facts and case distinctions a proof may use one after the other.
static constexpr unsigned kDepth = 4;
/// Steps that one question may take: most questions have no for an answer, and
/// most proofs are short.
static constexpr unsigned kSteps = 64;
/// Rounds of replacement, in case equalities lead into each other.
static constexpr unsigned kRounds = 16;
/// Terms of a polynomial that replacement may make.
static constexpr unsigned kTerms = 64;

struct SymbolFacts::Proof {
  unsigned steps = kSteps;
};

void SymbolFacts::addedFact() {
  answers.clear();
  for (Polynomial &fact : nonNegatives)
    fact = normalize(fact);
}

Symbol SymbolFacts::addSymbol(bool nonNegative) {
  symbols.push_back({nonNegative, false, {}});
  return symbols.size() - 1;
}

void SymbolFacts::setMax(Symbol symbol, Polynomial a, Polynomial b) {
  symbols[symbol].nonNegative |= isNonNegative(a) || isNonNegative(b);
  symbols[symbol].alternatives = {{a, a - b}, {b, b - a}};
  redefined(symbol);
  addBound(Polynomial::symbol(symbol) - a);
  addBound(Polynomial::symbol(symbol) - b);
  addedFact();
}

/// With h = min(k, n): n > 0 where h > 0, which no case of h shows, because
/// n > 0 does not mention h.
void SymbolFacts::addBound(Polynomial value) {
  if (value.isKnown() && value.getTerms().size() > 1)
    nonNegatives.push_back(std::move(value));
}

void SymbolFacts::setMin(Symbol symbol, Polynomial a, Polynomial b) {
  symbols[symbol].nonNegative |= isNonNegative(a) && isNonNegative(b);
  symbols[symbol].alternatives = {{a, b - a}, {b, a - b}};
  redefined(symbol);
  addBound(a - Polynomial::symbol(symbol));
  addBound(b - Polynomial::symbol(symbol));
  addedFact();
}

void SymbolFacts::setSelectLess(Symbol symbol, Polynomial x, Polynomial y,
                                Polynomial ifTrue, Polynomial ifFalse) {
  symbols[symbol].alternatives = {{ifTrue, y - x - 1}, {ifFalse, x - y}};
  redefined(symbol);
  // Each case under its own condition: a wrapped index is not negative.
  Proof proof;
  symbols[symbol].nonNegative |=
      prove(proof, ifTrue, {y - x - 1}, 2) && prove(proof, ifFalse, {x - y}, 2);
  addedFact();
}

void SymbolFacts::assumeNonNegative(Polynomial value) {
  if (!value.isKnown() || value.getConstant())
    return;
  // c*s - k >= 0 with c > 0 and k >= 0: s itself is not negative.
  const Polynomial::Term &last = value.getTerms().back();
  Polynomial rest = value - value.getConstantTerm();
  if (value.getConstantTerm() <= 0 && rest.getTerms().size() == 1 &&
      last.monomial.size() == 1) {
    SymbolInfo &info = symbols[last.monomial.front()];
    (last.coefficient > 0 ? info.nonNegative : info.nonPositive) = true;
  }
  if (!value.getSymbol())
    nonNegatives.push_back(std::move(value));
  addedFact();
}

/// The term that is replaced by the others: with coefficient 1 or -1, dividing
/// none of them. Products of `flag` and another symbol first, if there is one,
/// then single symbols, for they vanish altogether; then the latest ones.
static const Polynomial::Term *
findReplaceable(llvm::ArrayRef<Polynomial::Term> terms,
                std::optional<Symbol> flag) {
  const Polynomial::Term *best = nullptr;
  for (const Polynomial::Term &term : terms) {
    if (term.monomial.empty() ||
        (term.coefficient != 1 && term.coefficient != -1))
      continue;
    bool dividesOther = llvm::any_of(terms, [&](const Polynomial::Term &other) {
      return &other != &term && divideMonomial(other.monomial, term.monomial);
    });
    if (dividesOther)
      continue;
    auto rank = [&](const Polynomial::Term &t) {
      bool hasFlag = flag && t.monomial.size() == 2 &&
                     llvm::is_contained(t.monomial, *flag);
      return std::tuple(hasFlag, t.monomial.size() == 1, t.monomial.back());
    };
    if (!best || rank(*best) < rank(term))
      best = &term;
  }
  return best;
}

static Polynomial toPolynomial(const Monomial &monomial) {
  Polynomial product(1);
  for (Symbol symbol : monomial)
    product = product * Polynomial::symbol(symbol);
  return product;
}

/// What divides every term: the symbols, and the constant.
static Polynomial::Term getCommonFactor(const Polynomial &value) {
  Polynomial::Term common{value.getTerms().front().monomial, 0};
  for (const Polynomial::Term &term : value.getTerms()) {
    if (term.coefficient == INT64_MIN) // has no absolute value
      return {{}, 1};
    Monomial both;
    std::set_intersection(common.monomial.begin(), common.monomial.end(),
                          term.monomial.begin(), term.monomial.end(),
                          std::back_inserter(both));
    common.monomial = both;
    common.coefficient = std::gcd(common.coefficient, term.coefficient);
  }
  return common;
}

bool SymbolFacts::assumeEqual(const Polynomial &a, const Polynomial &b,
                              std::optional<Symbol> flag) {
  Polynomial difference = normalize(a - b);
  if (!difference.isKnown() || difference.isZero())
    return false;
  // 9*H*C = 9*H*K: H*C is replaced by H*K everywhere, and C by K where H is not
  // zero.
  Polynomial::Term common = getCommonFactor(difference);
  Polynomial factor = toPolynomial(common.monomial);
  std::optional<Polynomial> reduced =
      difference.divideExactly(factor * common.coefficient);
  if (!reduced)
    return false;
  const Polynomial::Term *replaced = findReplaceable(reduced->getTerms(), flag);
  if (!replaced)
    return false;
  Polynomial product = toPolynomial(replaced->monomial);
  Polynomial rest = *reduced - product * replaced->coefficient;
  Polynomial value = replaced->coefficient == 1 ? -rest : rest;
  Monomial whole = (product * factor).getTerms().front().monomial;
  addEquality(whole, value * factor);
  if (!common.monomial.empty())
    addEquality(replaced->monomial, value, common.monomial);
  return true;
}

void SymbolFacts::addEquality(const Monomial &product, Polynomial value,
                              Monomial where) {
  equalities.push_back({product, value, where});
  addedFact();
  // What was known of the symbol is now to be known of its value.
  if (product.size() != 1 || !where.empty())
    return;
  SymbolInfo info = symbols[product.front()];
  if (info.nonNegative)
    assumeNonNegative(normalize(value));
  if (info.nonPositive)
    assumeNonNegative(-normalize(value));
}

Polynomial SymbolFacts::normalize(Polynomial value) const {
  return normalize(std::move(value), {});
}

Polynomial SymbolFacts::normalize(Polynomial value,
                                  llvm::ArrayRef<Symbol> nonZero) const {
  if (equalities.empty() || value.getConstant())
    return value;
  for (unsigned round = 0; round < kRounds; ++round) {
    Polynomial next = value;
    for (const Equality &equality : equalities)
      if (llvm::all_of(equality.where, [&](Symbol symbol) {
            return llvm::is_contained(nonZero, symbol);
          }))
        next = next.substitute(equality.product, equality.value);
    if (next == value || !next.isKnown())
      return next;
    // Equalities that lead into each other may grow without end.
    if (next.getTerms().size() > kTerms)
      return value;
    value = std::move(next);
  }
  return value;
}

Polynomial SymbolFacts::chooseCases(Polynomial value,
                                    llvm::ArrayRef<Polynomial> given) const {
  auto findCase = [&]() -> std::optional<std::pair<Symbol, Polynomial>> {
    for (const Polynomial::Term &term : value.getTerms())
      for (Symbol symbol : term.monomial)
        for (const Alternative &alternative : symbols[symbol].alternatives)
          if (isNonNegative(alternative.condition, given))
            return std::pair(symbol, alternative.value);
    return std::nullopt;
  };
  for (unsigned round = 0; round < kRounds && value.isKnown(); ++round) {
    auto found = findCase();
    if (!found)
      break;
    value = normalize(value.substitute(found->first, found->second));
  }
  return value;
}

bool SymbolFacts::areEqual(const Polynomial &a, const Polynomial &b) const {
  return a == b || normalize(a - b).isZero();
}

bool SymbolFacts::isObvious(const Polynomial &value) const {
  return value.isKnown() &&
         llvm::all_of(value.getTerms(), [&](const Polynomial::Term &term) {
           bool negative = term.coefficient < 0;
           for (Symbol symbol : term.monomial) {
             const SymbolInfo &info = symbols[symbol];
             if (!info.nonNegative && !info.nonPositive)
               return false;
             negative ^= !info.nonNegative;
           }
           return !negative;
         });
}

bool SymbolFacts::isNonNegative(const Polynomial &value,
                                llvm::ArrayRef<Polynomial> given) const {
  if (isObvious(value))
    return true;
  if (!value.isKnown() || value.getConstant())
    return false;
  Polynomial goal = normalize(value);
  if (isObvious(goal))
    return true;
  if (goal.getConstant())
    return false;
  std::string question;
  goal.appendKey(question);
  for (const Polynomial &fact : given)
    fact.appendKey(question);
  auto [place, isNew] = answers.try_emplace(question, false);
  if (!isNew)
    return place->second;
  Polynomials facts;
  for (const Polynomial &fact : given)
    facts.push_back(normalize(fact));
  Proof proof;
  bool holds = !isRefuted(goal, facts) && prove(proof, goal, facts, kDepth);
  answers[question] = holds;
  return holds;
}

/// Does the fact share a negative term with the goal? Only then can taking it
/// away help.
static bool canHelp(const Polynomial &goal, const Polynomial &fact) {
  for (const Polynomial::Term &term : goal.getTerms()) {
    if (term.monomial.empty())
      continue;
    for (const Polynomial::Term &other : fact.getTerms())
      if ((other.coefficient < 0) == (term.coefficient < 0) &&
          other.monomial == term.monomial)
        return true;
  }
  return false;
}

/// The value without the factors that all its terms have and that are not
/// negative: it is >= 0 if that is.
std::optional<Polynomial>
SymbolFacts::withoutFactors(const Polynomial &value) const {
  Monomial factors = getCommonFactor(value).monomial;
  llvm::erase_if(factors,
                 [&](Symbol symbol) { return !symbols[symbol].nonNegative; });
  if (factors.empty())
    return std::nullopt;
  return value.divideExactly(toPolynomial(factors));
}

bool SymbolFacts::prove(Proof &proof, const Polynomial &value,
                        llvm::ArrayRef<Polynomial> extra,
                        unsigned depth) const {
  if (isObvious(value))
    return true;
  if (!value.isKnown() || value.getConstant() || depth == 0 || proof.steps == 0)
    return false;
  --proof.steps;
  // C*(n - 5) >= 0 where n >= 5.
  if (std::optional<Polynomial> rest = withoutFactors(value))
    if (prove(proof, *rest, extra, depth))
      return true;
  auto tryFact = [&](const Polynomial &fact) {
    return canHelp(value, fact) && prove(proof, value - fact, extra, depth - 1);
  };
  return llvm::any_of(extra, tryFact) ||
         proveByCases(proof, value, extra, depth) ||
         llvm::any_of(nonNegatives, tryFact);
}

/// Symbols of the value with cases, the latest first: their cases are made of
/// earlier ones, and so become known one by one.
Monomial SymbolFacts::getSymbolsWithCases(const Polynomial &value) const {
  Monomial found;
  for (const Polynomial::Term &term : value.getTerms())
    for (Symbol symbol : term.monomial)
      if (!symbols[symbol].alternatives.empty())
        found.push_back(symbol);
  llvm::sort(found, std::greater<>());
  found.erase(llvm::unique(found), found.end());
  return found;
}

bool SymbolFacts::proveByCases(Proof &proof, const Polynomial &value,
                               llvm::ArrayRef<Polynomial> extra,
                               unsigned depth) const {
  for (Symbol symbol : getSymbolsWithCases(value)) {
    bool all = llvm::all_of(
        symbols[symbol].alternatives, [&](const Alternative &alternative) {
          auto inThisCase = [&](const Polynomial &other) {
            return normalize(other.substitute(symbol, alternative.value));
          };
          Polynomials facts{inThisCase(alternative.condition)};
          llvm::append_range(facts, llvm::map_range(extra, inThisCase));
          // A case that contradicts what is given cannot occur.
          if (llvm::any_of(facts, [](const Polynomial &fact) {
                return fact.getConstant().value_or(0) < 0;
              }))
            return true;
          return prove(proof, inThisCase(value), facts, depth - 1);
        });
    if (all)
      return true;
  }
  return false;
}
