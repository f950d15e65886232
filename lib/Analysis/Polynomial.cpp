//===- Polynomial.cpp - Integer polynomials over symbols ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/Polynomial.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cassert>

using namespace elena;

static bool isBefore(const Monomial &a, const Monomial &b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

static Monomial multiply(const Monomial &a, const Monomial &b) {
  Monomial product;
  product.resize(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), product.begin());
  return product;
}

std::optional<Monomial> elena::divideMonomial(const Monomial &dividend,
                                              const Monomial &divisor) {
  if (!std::includes(dividend.begin(), dividend.end(), divisor.begin(),
                     divisor.end()))
    return std::nullopt;
  Monomial quotient;
  std::set_difference(dividend.begin(), dividend.end(), divisor.begin(),
                      divisor.end(), std::back_inserter(quotient));
  return quotient;
}

Polynomial::Polynomial(int64_t constant) : single{{}, constant} {}

Polynomial::Polynomial(Terms terms) {
  if (terms.size() == 1) {
    single = std::move(terms.front());
  } else if (!terms.empty()) {
    auto shared = llvm::makeIntrusiveRefCnt<SharedTerms>();
    shared->terms = std::move(terms);
    several = std::move(shared);
  }
}

Polynomial Polynomial::symbol(Symbol symbol) {
  Polynomial result;
  result.single = {{symbol}, 1};
  return result;
}

Polynomial Polynomial::unknown() {
  Polynomial result;
  result.known = false;
  return result;
}

std::optional<int64_t> Polynomial::getConstant() const {
  if (!known || several || !single.monomial.empty())
    return std::nullopt;
  return single.coefficient;
}

std::optional<Symbol> Polynomial::getSymbol() const {
  if (!known || several || single.coefficient != 1 ||
      single.monomial.size() != 1)
    return std::nullopt;
  return single.monomial.front();
}

int64_t Polynomial::getConstantTerm() const {
  const Term &first = several ? several->terms.front() : single;
  return first.monomial.empty() ? first.coefficient : 0;
}

bool Polynomial::contains(Symbol symbol) const {
  return llvm::any_of(getTerms(), [&](const Term &term) {
    return llvm::is_contained(term.monomial, symbol);
  });
}

Polynomial Polynomial::sumOf(Terms terms) {
  // N < N*C, but 2*N*W > 2*N*C*W: products of sorted terms are not sorted.
  llvm::sort(terms, [](const Term &a, const Term &b) {
    return isBefore(a.monomial, b.monomial);
  });
  Terms sum;
  for (Term &term : terms)
    if (sum.empty() || sum.back().monomial != term.monomial)
      sum.push_back(std::move(term));
    else if (__builtin_add_overflow(sum.back().coefficient, term.coefficient,
                                    &sum.back().coefficient))
      return unknown();
  llvm::erase_if(sum, [](const Term &term) { return term.coefficient == 0; });
  return Polynomial(std::move(sum));
}

/// Merges sorted terms into sorted terms.
Polynomial Polynomial::add(const Polynomial &other, int64_t factor) const {
  if (!known || !other.known)
    return unknown();
  if (other.isZero())
    return *this;
  Terms sum;
  llvm::ArrayRef<Term> left = getTerms(), right = other.getTerms();
  while (!left.empty() || !right.empty()) {
    bool takesLeft = right.empty() ||
                     (!left.empty() &&
                      !isBefore(right.front().monomial, left.front().monomial));
    bool takesRight =
        left.empty() || (!right.empty() && !isBefore(left.front().monomial,
                                                     right.front().monomial));
    Term term = takesLeft ? left.front() : right.front();
    if (takesRight) {
      int64_t added;
      if (__builtin_mul_overflow(right.front().coefficient, factor, &added) ||
          __builtin_add_overflow(takesLeft ? term.coefficient : 0, added,
                                 &term.coefficient))
        return unknown();
      right = right.drop_front();
    }
    if (takesLeft)
      left = left.drop_front();
    if (term.coefficient != 0)
      sum.push_back(std::move(term));
  }
  return Polynomial(std::move(sum));
}

Polynomial Polynomial::operator+(const Polynomial &other) const {
  return isZero() && other.known ? other : add(other, 1);
}

Polynomial Polynomial::operator-(const Polynomial &other) const {
  return add(other, -1);
}

Polynomial Polynomial::operator*(const Polynomial &other) const {
  // Most factors are 1: strides and coefficients of indices.
  if (isConstant(1))
    return other;
  if (other.isConstant(1))
    return *this;
  if (!known || !other.known)
    return unknown();
  Terms products;
  for (const Term &a : getTerms())
    for (const Term &b : other.getTerms()) {
      int64_t coefficient;
      if (__builtin_mul_overflow(a.coefficient, b.coefficient, &coefficient))
        return unknown();
      products.push_back({multiply(a.monomial, b.monomial), coefficient});
    }
  return sumOf(std::move(products));
}

static bool isEqual(const Polynomial::Term &a, const Polynomial::Term &b) {
  return a.coefficient == b.coefficient && a.monomial == b.monomial;
}

bool Polynomial::operator==(const Polynomial &other) const {
  if (!known || !other.known || bool(several) != bool(other.several))
    return false;
  if (!several)
    return isEqual(single, other.single);
  return several == other.several ||
         llvm::equal(several->terms, other.several->terms, isEqual);
}

std::optional<Polynomial>
Polynomial::divideExactly(const Polynomial &divisor) const {
  if (!known || !divisor.known)
    return std::nullopt;
  auto [quotient, rest] = divide(divisor);
  if (!quotient.isKnown() || !rest.isZero())
    return std::nullopt;
  return quotient;
}

/// The term of the highest degree, the last one of several.
static const Polynomial::Term &
getLeading(llvm::ArrayRef<Polynomial::Term> terms) {
  return *std::max_element(terms.begin(), terms.end(),
                           [](const auto &a, const auto &b) {
                             return a.monomial.size() < b.monomial.size() ||
                                    (a.monomial.size() == b.monomial.size() &&
                                     isBefore(a.monomial, b.monomial));
                           });
}

/// INT64_MIN has no absolute value and, by -1, no quotient.
static bool canDivide(int64_t dividend, int64_t divisor) {
  return divisor != INT64_MIN && (dividend != INT64_MIN || divisor != -1);
}

/// Long division by several terms: the leading term of the divisor takes what
/// it divides.
std::pair<Polynomial, Polynomial>
Polynomial::divideBySum(const Polynomial &divisor) const {
  const Term &by = getLeading(divisor.getTerms());
  Polynomial quotient, rest = *this;
  for (bool changed = true; changed && rest.known && quotient.known;) {
    changed = false;
    for (const Term &term : rest.getTerms()) {
      auto monomial = divideMonomial(term.monomial, by.monomial);
      // Only what is at least as high: the others are the remainder.
      if (!monomial || !canDivide(term.coefficient, by.coefficient) ||
          term.coefficient % by.coefficient != 0)
        continue;
      Polynomial factor(Terms{{*monomial, term.coefficient / by.coefficient}});
      quotient = quotient + factor;
      rest = rest - factor * divisor;
      changed = true;
      break;
    }
  }
  if (!rest.known || !quotient.known)
    return {Polynomial(0), *this};
  return {quotient, rest};
}

std::pair<Polynomial, Polynomial>
Polynomial::divide(const Polynomial &divisor) const {
  if (!known || !divisor.known || divisor.isZero())
    return {Polynomial(0), *this};
  if (isZero() || divisor.isConstant(1))
    return {*this, Polynomial(0)};
  if (*this == divisor)
    return {Polynomial(1), Polynomial(0)};
  if (divisor.several)
    return divideBySum(divisor);
  const Term &by = divisor.single;
  Terms quotient, rest;
  for (const Term &term : getTerms()) {
    std::optional<Monomial> monomial =
        divideMonomial(term.monomial, by.monomial);
    if (!monomial || !canDivide(term.coefficient, by.coefficient)) {
      rest.push_back(term);
      continue;
    }
    int64_t whole = term.coefficient / by.coefficient;
    int64_t left = term.coefficient % by.coefficient;
    if (left < 0) {
      whole += by.coefficient > 0 ? -1 : 1;
      left += std::abs(by.coefficient);
    }
    quotient.push_back({*monomial, whole});
    rest.push_back({term.monomial, left});
  }
  return {sumOf(std::move(quotient)), sumOf(std::move(rest))};
}

Polynomial Polynomial::substitute(Symbol symbol,
                                  const Polynomial &value) const {
  return substitute(Monomial{symbol}, value);
}

Polynomial Polynomial::substitute(const Monomial &product,
                                  const Polynomial &value) const {
  assert(!product.empty() && "1 is not replaced");
  if (!known)
    return *this;
  auto hasProduct = [&](const Term &term) {
    return std::includes(term.monomial.begin(), term.monomial.end(),
                         product.begin(), product.end());
  };
  // Most polynomials do not have the product.
  if (llvm::none_of(getTerms(), hasProduct))
    return *this;
  Terms others;
  Polynomial replaced;
  for (const Term &term : getTerms()) {
    if (!hasProduct(term)) {
      others.push_back(term);
      continue;
    }
    Polynomial factor(term.coefficient);
    Monomial left = term.monomial;
    while (auto quotient = divideMonomial(left, product)) {
      factor = factor * value;
      left = *quotient;
    }
    replaced = replaced + factor * Polynomial(Terms{{left, 1}});
  }
  return replaced + Polynomial(std::move(others));
}

std::optional<int64_t>
Polynomial::evaluate(llvm::function_ref<int64_t(Symbol)> value) const {
  if (!known)
    return std::nullopt;
  int64_t sum = 0;
  for (const Term &term : getTerms()) {
    int64_t product = term.coefficient;
    for (Symbol symbol : term.monomial)
      if (__builtin_mul_overflow(product, value(symbol), &product))
        return std::nullopt;
    if (__builtin_add_overflow(sum, product, &sum))
      return std::nullopt;
  }
  return sum;
}

void Polynomial::appendKey(std::string &key) const {
  auto append = [&](uint64_t number) {
    key.append(reinterpret_cast<const char *>(&number), sizeof(number));
  };
  append(known ? getTerms().size() : ~uint64_t(0));
  for (const Term &term : getTerms()) {
    append(term.coefficient);
    append(term.monomial.size());
    for (Symbol symbol : term.monomial)
      append(symbol);
  }
}

std::string
Polynomial::str(llvm::function_ref<std::string(Symbol)> name) const {
  if (!known)
    return "?";
  if (isZero())
    return "0";
  std::string text;
  for (const Term &term : llvm::reverse(getTerms())) {
    bool negative = term.coefficient < 0;
    if (!text.empty())
      text += negative ? " - " : " + ";
    else if (negative)
      text += "-";
    // Unsigned: INT64_MIN too has a size.
    uint64_t size = negative ? -uint64_t(term.coefficient) : term.coefficient;
    llvm::SmallVector<std::string, 4> factors;
    if (size != 1 || term.monomial.empty())
      factors.push_back(std::to_string(size));
    for (Symbol symbol : term.monomial)
      factors.push_back(name ? name(symbol) : "s" + std::to_string(symbol));
    text += llvm::join(factors, "*");
  }
  return text;
}
