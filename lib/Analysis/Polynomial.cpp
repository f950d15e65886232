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

Polynomial::Polynomial(int64_t constant) {
  if (constant != 0)
    terms.push_back({{}, constant});
}

Polynomial Polynomial::symbol(Symbol symbol) {
  Polynomial result;
  result.terms.push_back({{symbol}, 1});
  return result;
}

Polynomial Polynomial::unknown() {
  Polynomial result;
  result.known = false;
  return result;
}

std::optional<int64_t> Polynomial::getConstant() const {
  if (!known || terms.size() > 1)
    return std::nullopt;
  if (terms.empty())
    return 0;
  if (!terms.front().monomial.empty())
    return std::nullopt;
  return terms.front().coefficient;
}

std::optional<Symbol> Polynomial::getSymbol() const {
  if (!known || terms.size() != 1 || terms.front().coefficient != 1 ||
      terms.front().monomial.size() != 1)
    return std::nullopt;
  return terms.front().monomial.front();
}

int64_t Polynomial::getConstantTerm() const {
  return terms.empty() || !terms.front().monomial.empty()
             ? 0
             : terms.front().coefficient;
}

bool Polynomial::contains(Symbol symbol) const {
  return llvm::any_of(terms, [&](const Term &term) {
    return llvm::is_contained(term.monomial, symbol);
  });
}

void Polynomial::add(const Monomial &monomial, int64_t coefficient) {
  auto place = std::lower_bound(
      terms.begin(), terms.end(), monomial,
      [](const Term &a, const Monomial &b) { return isBefore(a.monomial, b); });
  if (place == terms.end() || place->monomial != monomial) {
    if (coefficient != 0)
      terms.insert(place, {monomial, coefficient});
    return;
  }
  if (__builtin_add_overflow(place->coefficient, coefficient,
                             &place->coefficient))
    known = false;
  else if (place->coefficient == 0)
    terms.erase(place);
}

Polynomial Polynomial::operator+(const Polynomial &other) const {
  Polynomial sum = *this;
  sum.known &= other.known;
  for (const Term &term : other.terms)
    sum.add(term.monomial, term.coefficient);
  return sum.known ? sum : unknown();
}

Polynomial Polynomial::operator-(const Polynomial &other) const {
  Polynomial difference = *this;
  difference.known &= other.known;
  for (const Term &term : other.terms) {
    int64_t coefficient;
    if (__builtin_sub_overflow(int64_t(0), term.coefficient, &coefficient))
      return unknown();
    difference.add(term.monomial, coefficient);
  }
  return difference.known ? difference : unknown();
}

Polynomial Polynomial::operator*(const Polynomial &other) const {
  // Most factors are 1: strides and coefficients of indices.
  if (isConstant(1))
    return other;
  if (other.isConstant(1))
    return *this;
  Polynomial product;
  product.known = known && other.known;
  for (const Term &a : terms)
    for (const Term &b : other.terms) {
      int64_t coefficient;
      if (__builtin_mul_overflow(a.coefficient, b.coefficient, &coefficient))
        return unknown();
      product.add(multiply(a.monomial, b.monomial), coefficient);
    }
  return product.known ? product : unknown();
}

bool Polynomial::operator==(const Polynomial &other) const {
  return known && other.known && terms.size() == other.terms.size() &&
         llvm::all_of_zip(terms, other.terms, [](const Term &a, const Term &b) {
           return a.monomial == b.monomial && a.coefficient == b.coefficient;
         });
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
  const Term &by = getLeading(divisor.terms);
  Polynomial quotient, rest = *this;
  for (bool changed = true; changed && rest.known && quotient.known;) {
    changed = false;
    for (const Term &term : rest.terms) {
      auto monomial = divideMonomial(term.monomial, by.monomial);
      // Only what is at least as high: the others are the remainder.
      if (!monomial || !canDivide(term.coefficient, by.coefficient) ||
          term.coefficient % by.coefficient != 0)
        continue;
      Polynomial factor;
      factor.add(*monomial, term.coefficient / by.coefficient);
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
  if (divisor.terms.size() > 1)
    return divideBySum(divisor);
  const Term &by = divisor.terms.front();
  Polynomial quotient, rest;
  for (const Term &term : terms) {
    std::optional<Monomial> monomial =
        divideMonomial(term.monomial, by.monomial);
    if (!monomial || !canDivide(term.coefficient, by.coefficient)) {
      rest.add(term.monomial, term.coefficient);
      continue;
    }
    int64_t whole = term.coefficient / by.coefficient;
    int64_t left = term.coefficient % by.coefficient;
    if (left < 0) {
      whole += by.coefficient > 0 ? -1 : 1;
      left += std::abs(by.coefficient);
    }
    quotient.add(*monomial, whole);
    rest.add(term.monomial, left);
  }
  return {quotient, rest};
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
  // Most polynomials do not have the product.
  if (llvm::none_of(terms, [&](const Term &term) {
        return divideMonomial(term.monomial, product).has_value();
      }))
    return *this;
  Polynomial result;
  for (const Term &term : terms) {
    Polynomial factor(term.coefficient);
    Monomial left = term.monomial;
    while (auto quotient = divideMonomial(left, product)) {
      factor = factor * value;
      left = *quotient;
    }
    Polynomial rest;
    rest.add(left, 1);
    result = result + factor * rest;
  }
  return result;
}

std::optional<int64_t>
Polynomial::evaluate(llvm::function_ref<int64_t(Symbol)> value) const {
  if (!known)
    return std::nullopt;
  int64_t sum = 0;
  for (const Term &term : terms) {
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
  append(known ? terms.size() : ~uint64_t(0));
  for (const Term &term : terms) {
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
  if (terms.empty())
    return "0";
  std::string text;
  for (const Term &term : llvm::reverse(terms)) {
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
