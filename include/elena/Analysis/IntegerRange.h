//===- IntegerRange.h - Symbolic intervals of machine integers ----*- C++
//-*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What values an integer can have: a union of intervals whose ends are
// polynomials. With n a size (>= 0):
//
//   argmin over n elements         [0, n - 1]
//   min(max(x, 0), n + 1)          [0, n + 1]           whatever x is
//   token[ended] = 2               [0, n - 1] or [2, 2] no maximum is needed
//   i + n where i in [-n, -1]      [0, n - 1]
//   i + 1 where i in [0, 2^63-1]   [-2^63, 2^63-1]      it may wrap around
//
// Integers are signed, of 1 to 64 bits, and wrap around as NumPy's do. So a sum
// has an interval only if it is proved not to wrap. Every proof is made by
// SymbolFacts; what it cannot prove is not used.
//
// Upstream's integer range analysis (InferIntRangeInterface) knows constants
// only: of `0 <= i < n` it keeps 0 <= i, and every check is against an n that
// is known at run time.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_INTEGERRANGE_H
#define ELENA_ANALYSIS_INTEGERRANGE_H

#include "elena/Analysis/SymbolFacts.h"

#include <functional>

namespace elena {

/// lo <= value <= hi. Both ends are known.
struct Interval {
  Polynomial lo, hi;
};

/// The value lies in one of the intervals; without any there is no value.
using IntegerRange = llvm::SmallVector<Interval, 0>;

enum class Comparison { Less, AtMost, Equal };

/// Arithmetic on ranges where `given` is >= 0, beside what the facts say.
class RangeArithmetic {
public:
  /// Whether a product of symbols is surely small enough that sums of a few of
  /// them do not overflow (sizes of one array).
  using IsSize = std::function<bool(const Monomial &)>;

  RangeArithmetic(const SymbolFacts &facts, llvm::ArrayRef<Polynomial> given,
                  IsSize isSize)
      : facts(facts), given(given.begin(), given.end()),
        isSize(std::move(isSize)) {}

  /// All integers of that many bits.
  static IntegerRange full(unsigned width);
  static IntegerRange exactly(const Polynomial &value) {
    return {Interval{value, value}};
  }

  IntegerRange add(const IntegerRange &a, const IntegerRange &b,
                   unsigned width) const;
  IntegerRange subtract(const IntegerRange &a, const IntegerRange &b,
                        unsigned width) const;
  IntegerRange multiply(const IntegerRange &a, const IntegerRange &b,
                        unsigned width) const;
  /// Truncating division and its remainder, where neither is negative. (Full
  /// ranges otherwise: of -2^63 / -1, too.)
  IntegerRange divide(const IntegerRange &a, const IntegerRange &b,
                      unsigned width) const;
  IntegerRange remainder(const IntegerRange &a, const IntegerRange &b,
                         unsigned width) const;
  IntegerRange maximum(const IntegerRange &a, const IntegerRange &b) const;
  IntegerRange minimum(const IntegerRange &a, const IntegerRange &b) const;
  /// The values of either; those of `width` bits where there are too many
  /// intervals.
  IntegerRange join(const IntegerRange &a, const IntegerRange &b,
                    unsigned width) const;
  /// The low bits of a wider integer.
  IntegerRange truncate(const IntegerRange &a, unsigned width) const;
  /// The bits as an unsigned integer of `width` bits, in a wider one.
  IntegerRange zeroExtend(const IntegerRange &a, unsigned width) const;

  /// The values of `a` for which a < b, ... holds with some value of `b`.
  IntegerRange below(const IntegerRange &a, const IntegerRange &b,
                     bool orEqual) const;
  IntegerRange above(const IntegerRange &a, const IntegerRange &b,
                     bool orEqual) const;

  /// Whether the comparison holds, or does not, for all values.
  std::optional<bool> compare(Comparison comparison, const IntegerRange &a,
                              const IntegerRange &b) const;
  /// value >= 0?
  bool isNonNegative(const Polynomial &value) const;
  bool isNonNegative(const IntegerRange &a) const;

private:
  template <typename CombineT>
  IntegerRange combine(const IntegerRange &a, const IntegerRange &b,
                       unsigned width, CombineT combinePair) const;
  std::optional<Interval> product(const Interval &a, const Interval &b) const;
  bool isAtMost(const Interval &a, const Interval &b, int64_t shift) const;
  bool fits(const Polynomial &value, unsigned width) const;
  bool fitsInWord(const Polynomial &value) const;
  bool contains(const Interval &a, const Interval &b) const;
  /// That the interval has a value says something, too.
  Polynomials givenFor(llvm::ArrayRef<const Interval *> intervals) const;

  const SymbolFacts &facts;
  Polynomials given;
  IsSize isSize;
};

} // namespace elena

#endif // ELENA_ANALYSIS_INTEGERRANGE_H
