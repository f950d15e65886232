//===- SymbolFacts.h - What is known about symbols --------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Facts decide inequalities between polynomials. With N and W sizes (>= 0) and
// h = min(s, W):
//
//   N*W + 2 >= 0     all coefficients and symbols are >= 0
//   W - h >= 0       h is s or W; in the first case s <= W is known
//   4*(D/4) <= D     what floor division means
//   N*C = 4*K        a guard of the entry has established it: N*C is
//                    replaced by 4*K wherever it occurs
//
// "No" means "not proved". Products and sums of sizes are taken not to
// overflow: the entry guards the sizes of storages (DESIGN §3).
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_SYMBOLFACTS_H
#define ELENA_ANALYSIS_SYMBOLFACTS_H

#include "elena/Analysis/Polynomial.h"
#include "llvm/ADT/StringMap.h"

#include <vector>

namespace elena {

class SymbolFacts {
public:
  Symbol addSymbol(bool nonNegative = false);
  size_t getNumSymbols() const { return symbols.size(); }

  /// The symbol is one of `a` and `b`: the larger, or the smaller.
  void setMax(Symbol symbol, Polynomial a, Polynomial b);
  void setMin(Symbol symbol, Polynomial a, Polynomial b);
  /// The symbol is `ifTrue` where x < y, else `ifFalse`.
  void setSelectLess(Symbol symbol, Polynomial x, Polynomial y,
                     Polynomial ifTrue, Polynomial ifFalse);
  /// `value` >= 0.
  void assumeNonNegative(Polynomial value);
  /// `a` = `b`, from now on: one product of symbols is replaced everywhere.
  /// False if the equality has no product that can be replaced. A product of
  /// `flag` and one more symbol is preferred: of p = 1 + d*(v - 1) nothing that
  /// is known of p is lost if d*v is replaced.
  bool assumeEqual(const Polynomial &a, const Polynomial &b,
                   std::optional<Symbol> flag = std::nullopt);
  /// The symbol is the value, from now on.
  void redefine(Symbol replaced, const Polynomial &value) {
    addEquality({replaced}, value);
  }

  /// Uses that symbols are integers: of 4*a - 4*b + 2 >= 0 follows a >= b, and
  /// with b >= a that a = b. Where m/4 rounded up is m/4 rounded down, m is
  /// 4*(m/4) from then on. False if nothing new was found.
  bool deriveEqualities();

  /// With all equalities used.
  Polynomial normalize(Polynomial value) const;
  /// With those too that hold only where some symbols are not zero: from
  /// H*W*C = H*W*K a guard has established C = K where H and W are sizes of a
  /// box that has a point.
  Polynomial normalize(Polynomial value, llvm::ArrayRef<Symbol> nonZero) const;
  /// Symbols replaced that have only one value left where all that is `given`
  /// is
  /// >= 0: min(2, n) is 2 where n - 3 >= 0.
  Polynomial chooseCases(Polynomial value,
                         llvm::ArrayRef<Polynomial> given) const;
  bool areEqual(const Polynomial &a, const Polynomial &b) const;
  /// value >= 0 whatever the symbols are, as long as all that is `given` is
  /// >= 0 too.
  bool isNonNegative(const Polynomial &value,
                     llvm::ArrayRef<Polynomial> given = {}) const;
  bool isPositive(const Polynomial &value,
                  llvm::ArrayRef<Polynomial> given = {}) const {
    return isNonNegative(value - 1, given);
  }
  /// a <= b
  bool isAtMost(const Polynomial &a, const Polynomial &b,
                llvm::ArrayRef<Polynomial> given = {}) const {
    return isNonNegative(b - a, given);
  }

private:
  struct Alternative {
    Polynomial value;
    /// What is >= 0 where the symbol has this value.
    Polynomial condition;
  };
  struct SymbolInfo {
    bool nonNegative = false;
    bool nonPositive = false;
    llvm::SmallVector<Alternative, 2> alternatives;
  };
  struct Equality {
    Monomial product;
    Polynomial value;
    /// Not zero where it holds; empty: always.
    Monomial where;
  };

  /// Values of all symbols that all facts are true for.
  struct Model {
    std::vector<int64_t> values;
    /// Of what values are drawn from.
    unsigned range;
    uint64_t random;
    unsigned tries = 0;
    /// Symbols and facts from these on are new to the model.
    size_t stale = 0, equalities = 0, inequalities = 0;
  };
  struct ModelFinder;
  void updateModels() const;
  bool isRefuted(const Polynomial &value,
                 llvm::ArrayRef<Polynomial> given) const;
  /// The value of the symbol follows from others, from now on.
  void redefined(Symbol symbol);

  /// One question; `steps` is what is left of its budget.
  struct Proof;
  bool prove(Proof &proof, const Polynomial &value,
             llvm::ArrayRef<Polynomial> extra, unsigned depth) const;
  std::optional<Polynomial> withoutFactors(const Polynomial &value) const;
  Monomial getSymbolsWithCases(const Polynomial &value) const;
  bool proveByCases(Proof &proof, const Polynomial &value,
                    llvm::ArrayRef<Polynomial> extra, unsigned depth) const;
  bool isObvious(const Polynomial &value) const;
  void addBound(Polynomial value);
  void addEquality(const Monomial &product, Polynomial value,
                   Monomial where = {});
  /// Forgets what was answered before a new fact.
  void addedFact();

  std::vector<SymbolInfo> symbols;
  std::vector<Polynomial> nonNegatives;
  std::vector<Equality> equalities;
  /// Answers by question. The same few questions are asked for every pair of
  /// accesses.
  mutable llvm::StringMap<bool> answers;
  /// As many as could be found.
  mutable std::vector<Model> models;
  mutable bool hasModels = false;
};

} // namespace elena

#endif // ELENA_ANALYSIS_SYMBOLFACTS_H
