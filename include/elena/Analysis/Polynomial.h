//===- Polynomial.h - Integer polynomials over symbols ----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sizes, strides and offsets whose values are not known before run time are
// polynomials over symbols (the size of an argument, a slice bound). With the
// symbols N = 0 and C = 1:
//
//   4*N*C + 3        two terms: 4 * {0, 1} and 3 * {}
//   4*N*C / (4*C)    divides exactly: N
//   (N + 1) * C      N*C + C
//
// Coefficients are int64; a result that does not fit is *unknown*, and so is
// everything computed from it. Unknown is equal to nothing, itself included.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_POLYNOMIAL_H
#define ELENA_ANALYSIS_POLYNOMIAL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <string>

namespace elena {

/// The number of a symbol. What it stands for is known to SymbolFacts.
using Symbol = unsigned;

/// A product of symbols, ascending; N*N*C is {0, 0, 1}. Empty: 1.
using Monomial = llvm::SmallVector<Symbol, 3>;

class Polynomial {
public:
  struct Term {
    Monomial monomial;
    int64_t coefficient;
  };

  Polynomial(int64_t constant = 0);
  static Polynomial symbol(Symbol symbol);
  static Polynomial unknown();

  bool isKnown() const { return known; }
  bool isZero() const { return known && !several && single.coefficient == 0; }
  /// The value, if no symbol occurs.
  std::optional<int64_t> getConstant() const;
  bool isConstant(int64_t value) const { return getConstant() == value; }
  /// The symbol, if the polynomial is one symbol and nothing else.
  std::optional<Symbol> getSymbol() const;

  /// Sorted by monomial; no coefficient is 0.
  llvm::ArrayRef<Term> getTerms() const {
    if (several)
      return several->terms;
    return {&single, size_t(single.coefficient != 0)};
  }
  /// The coefficient of the term without symbols.
  int64_t getConstantTerm() const;
  bool contains(Symbol symbol) const;

  Polynomial operator+(const Polynomial &other) const;
  Polynomial operator-(const Polynomial &other) const;
  Polynomial operator*(const Polynomial &other) const;
  Polynomial operator-() const { return Polynomial(0) - *this; }
  bool operator==(const Polynomial &other) const;
  bool operator!=(const Polynomial &other) const { return !(*this == other); }

  /// q with q * divisor = this, if there is one (and long division finds it).
  std::optional<Polynomial> divideExactly(const Polynomial &divisor) const;
  /// (q, r) with this = q * divisor + r: q takes every term that the leading
  /// term of the divisor divides; coefficients are divided with remainders in
  /// [0, divisor) if the divisor is one term.
  std::pair<Polynomial, Polynomial> divide(const Polynomial &divisor) const;
  /// Each occurrence of the symbol replaced.
  Polynomial substitute(Symbol symbol, const Polynomial &value) const;
  /// Each occurrence of the product replaced (N*C*C with N*C -> K is K*C).
  Polynomial substitute(const Monomial &product, const Polynomial &value) const;

  /// The value for given values of the symbols; nothing if it overflows.
  std::optional<int64_t>
  evaluate(llvm::function_ref<int64_t(Symbol)> value) const;

  /// Appends bytes that are those of no other polynomial, nor the beginning of
  /// those of another one.
  void appendKey(std::string &key) const;
  /// "4*s0*s1 + 3", or with other names.
  std::string str(llvm::function_ref<std::string(Symbol)> name = nullptr) const;

private:
  using Terms = llvm::SmallVector<Term, 4>;
  /// Two terms or more, which copies of a polynomial share: they are copied
  /// more often than made. Not between threads.
  struct SharedTerms : llvm::RefCountedBase<SharedTerms> {
    Terms terms;
  };

  /// Of sorted terms, none of which is 0.
  explicit Polynomial(Terms terms);
  /// Of any terms.
  static Polynomial sumOf(Terms terms);
  /// this + factor * other; factor is 1 or -1.
  Polynomial add(const Polynomial &other, int64_t factor) const;
  std::pair<Polynomial, Polynomial>
  divideBySum(const Polynomial &divisor) const;

  /// One term, or none (coefficient 0), if there are not several.
  Term single{{}, 0};
  llvm::IntrusiveRefCntPtr<const SharedTerms> several;
  bool known = true;
};

using Polynomials = llvm::SmallVector<Polynomial, 0>;

/// dividend / divisor, if the one divides the other.
std::optional<Monomial> divideMonomial(const Monomial &dividend,
                                       const Monomial &divisor);

} // namespace elena

#endif // ELENA_ANALYSIS_POLYNOMIAL_H
