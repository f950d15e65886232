//===- IntegerRange.cpp - Symbolic intervals of machine integers
//------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/IntegerRange.h"
#include "llvm/ADT/STLExtras.h"

using namespace elena;

/// Intervals that a range may have.
static constexpr size_t kIntervals = 6;
/// Sums of sizes: so many of them, and so large a constant. Sizes of one array
/// are taken to have such sums (SymbolFacts.h).
static constexpr int64_t kSizes = 1 << 16;
static constexpr int64_t kConstant = int64_t(1) << 62;

static int64_t getLeast(unsigned width) {
  return width >= 64 ? INT64_MIN : -(int64_t(1) << (width - 1));
}

static int64_t getLargest(unsigned width) {
  return width >= 64 ? INT64_MAX : (int64_t(1) << (width - 1)) - 1;
}

IntegerRange RangeArithmetic::full(unsigned width) {
  return {Interval{Polynomial(getLeast(width)), Polynomial(getLargest(width))}};
}

//===----------------------------------------------------------------------===//
// Proofs
//===----------------------------------------------------------------------===//

bool RangeArithmetic::isNonNegative(const Polynomial &value) const {
  return facts.isNonNegative(value, given);
}

bool RangeArithmetic::isNonNegative(const IntegerRange &a) const {
  return llvm::all_of(a, [&](const Interval &interval) {
    return facts.isNonNegative(interval.lo, givenFor({&interval}));
  });
}

Polynomials
RangeArithmetic::givenFor(llvm::ArrayRef<const Interval *> intervals) const {
  Polynomials all(given);
  for (const Interval *interval : intervals) {
    Polynomial length = interval->hi - interval->lo;
    if (length.isKnown() && !length.getConstant())
      all.push_back(length);
  }
  return all;
}

/// Is every value of `a`, plus the shift, at most every one of `b`?
bool RangeArithmetic::isAtMost(const Interval &a, const Interval &b,
                               int64_t shift) const {
  Polynomial difference = b.lo - a.hi - shift;
  return difference.isKnown() &&
         facts.isNonNegative(difference, givenFor({&a, &b}));
}

bool RangeArithmetic::fitsInWord(const Polynomial &value) const {
  if (!value.isKnown())
    return false;
  int64_t constant = value.getConstantTerm();
  // A symbol is a word: n - 1 is one, too, where n is not negative.
  Polynomial rest = value - constant;
  if (rest.isZero() ||
      (rest.getSymbol() &&
       (constant == 0 || (constant < 0 && isNonNegative(rest)))))
    return true;
  int64_t count = 0;
  for (const Polynomial::Term &term : value.getTerms()) {
    if (term.monomial.empty())
      continue;
    // Not by its absolute value: the least int64_t has none.
    if (term.coefficient > kSizes || term.coefficient < -kSizes ||
        !isSize(term.monomial))
      return false;
    count += std::abs(term.coefficient);
  }
  return count <= kSizes && constant >= -kConstant && constant <= kConstant;
}

bool RangeArithmetic::fits(const Polynomial &value, unsigned width) const {
  if (width >= 64)
    return fitsInWord(value);
  return value.isKnown() && isNonNegative(value - getLeast(width)) &&
         isNonNegative(Polynomial(getLargest(width)) - value);
}

bool RangeArithmetic::contains(const Interval &a, const Interval &b) const {
  Polynomials all = givenFor({&b});
  return (a.lo.isConstant(INT64_MIN) || facts.isAtMost(a.lo, b.lo, all)) &&
         (a.hi.isConstant(INT64_MAX) || facts.isAtMost(b.hi, a.hi, all));
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

IntegerRange RangeArithmetic::join(const IntegerRange &a, const IntegerRange &b,
                                   unsigned width) const {
  IntegerRange all;
  auto append = [&](const Interval &interval) {
    if (llvm::any_of(all, [&](const Interval &other) {
          return contains(other, interval);
        }))
      return;
    llvm::erase_if(
        all, [&](const Interval &other) { return contains(interval, other); });
    all.push_back(interval);
  };
  llvm::for_each(a, append);
  llvm::for_each(b, append);
  return all.size() <= kIntervals ? all : full(width);
}

/// The union over all pairs of intervals; full where one pair has no result, or
/// one that does not fit.
template <typename CombineT>
IntegerRange RangeArithmetic::combine(const IntegerRange &a,
                                      const IntegerRange &b, unsigned width,
                                      CombineT combinePair) const {
  IntegerRange all;
  for (const Interval &x : a)
    for (const Interval &y : b) {
      std::optional<Interval> result = combinePair(x, y);
      if (!result || !fits(result->lo, width) || !fits(result->hi, width))
        return full(width);
      all = join(all, {*result}, width);
    }
  return all;
}

IntegerRange RangeArithmetic::add(const IntegerRange &a, const IntegerRange &b,
                                  unsigned width) const {
  return combine(a, b, width, [](const Interval &x, const Interval &y) {
    return std::optional<Interval>({x.lo + y.lo, x.hi + y.hi});
  });
}

IntegerRange RangeArithmetic::subtract(const IntegerRange &a,
                                       const IntegerRange &b,
                                       unsigned width) const {
  return combine(a, b, width, [](const Interval &x, const Interval &y) {
    return std::optional<Interval>({x.lo - y.hi, x.hi - y.lo});
  });
}

std::optional<Interval> RangeArithmetic::product(const Interval &a,
                                                 const Interval &b) const {
  Polynomials all = givenFor({&a, &b});
  auto isPoint = [&](const Interval &x) { return facts.areEqual(x.lo, x.hi); };
  auto signOf = [&](const Polynomial &x) {
    return facts.isNonNegative(x, all)    ? 1
           : facts.isNonNegative(-x, all) ? -1
                                          : 0;
  };
  for (auto [x, y] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    if (!isPoint(*y))
      continue;
    if (int sign = signOf(y->lo))
      return sign > 0 ? Interval{x->lo * y->lo, x->hi * y->lo}
                      : Interval{x->hi * y->lo, x->lo * y->lo};
  }
  if (signOf(a.lo) > 0 && signOf(b.lo) > 0)
    return Interval{a.lo * b.lo, a.hi * b.hi};
  return std::nullopt;
}

IntegerRange RangeArithmetic::multiply(const IntegerRange &a,
                                       const IntegerRange &b,
                                       unsigned width) const {
  return combine(a, b, width, [&](const Interval &x, const Interval &y) {
    return product(x, y);
  });
}

IntegerRange RangeArithmetic::divide(const IntegerRange &a,
                                     const IntegerRange &b,
                                     unsigned width) const {
  return combine(
      a, b, width,
      [&](const Interval &x, const Interval &y) -> std::optional<Interval> {
        Polynomials all = givenFor({&x, &y});
        if (!facts.isNonNegative(x.lo, all) || !facts.isPositive(y.lo, all))
          return std::nullopt;
        // x < q * d: x / d < q.
        if (facts.areEqual(y.lo, y.hi))
          if (auto whole = (x.hi + 1).divideExactly(y.lo))
            return Interval{0, *whole - 1};
        return Interval{0, x.hi};
      });
}

IntegerRange RangeArithmetic::remainder(const IntegerRange &a,
                                        const IntegerRange &b,
                                        unsigned width) const {
  return combine(
      a, b, width,
      [&](const Interval &x, const Interval &y) -> std::optional<Interval> {
        Polynomials all = givenFor({&x, &y});
        if (!facts.isPositive(y.lo, all))
          return std::nullopt;
        // The sign is that of the dividend.
        Polynomial largest = y.hi - 1;
        if (!facts.isNonNegative(x.lo, all))
          return Interval{-largest, largest};
        return Interval{0, facts.isAtMost(x.hi, largest, all) ? x.hi : largest};
      });
}

// Of two bounds the one that is proved to be better is taken, else the new one,
// unless it says nothing.

IntegerRange RangeArithmetic::below(const IntegerRange &a,
                                    const IntegerRange &b, bool orEqual) const {
  IntegerRange kept;
  for (const Interval &x : a)
    for (const Interval &y : b) {
      Polynomial bound = orEqual ? y.hi : y.hi - 1;
      Interval part = x;
      if (bound.isKnown() && !bound.isConstant(INT64_MAX) &&
          !facts.isAtMost(x.hi, bound, givenFor({&x, &y})))
        part.hi = bound;
      if (!isNonNegative(part.lo - part.hi - 1))
        kept = join(kept, {part}, 64);
    }
  return kept;
}

IntegerRange RangeArithmetic::above(const IntegerRange &a,
                                    const IntegerRange &b, bool orEqual) const {
  IntegerRange kept;
  for (const Interval &x : a)
    for (const Interval &y : b) {
      Polynomial bound = orEqual ? y.lo : y.lo + 1;
      Interval part = x;
      if (bound.isKnown() && !bound.isConstant(INT64_MIN) &&
          !facts.isAtMost(bound, x.lo, givenFor({&x, &y})))
        part.lo = bound;
      if (!isNonNegative(part.lo - part.hi - 1))
        kept = join(kept, {part}, 64);
    }
  return kept;
}

// The larger of x and y is x, which is not below y then, or the other way
// round.
IntegerRange RangeArithmetic::maximum(const IntegerRange &a,
                                      const IntegerRange &b) const {
  return join(above(a, b, true), above(b, a, true), 64);
}

IntegerRange RangeArithmetic::minimum(const IntegerRange &a,
                                      const IntegerRange &b) const {
  return join(below(a, b, true), below(b, a, true), 64);
}

IntegerRange RangeArithmetic::truncate(const IntegerRange &a,
                                       unsigned width) const {
  bool same = llvm::all_of(a, [&](const Interval &interval) {
    return fits(interval.lo, width) && fits(interval.hi, width);
  });
  return same ? a : full(width);
}

IntegerRange RangeArithmetic::zeroExtend(const IntegerRange &a,
                                         unsigned width) const {
  if (isNonNegative(a))
    return a;
  if (width >= 63)
    return full(64);
  return {Interval{0, Polynomial((int64_t(1) << width) - 1)}};
}

std::optional<bool> RangeArithmetic::compare(Comparison comparison,
                                             const IntegerRange &a,
                                             const IntegerRange &b) const {
  auto allPairs = [&](auto &&holds) {
    return llvm::all_of(a, [&](const Interval &x) {
      return llvm::all_of(b, [&](const Interval &y) { return holds(x, y); });
    });
  };
  auto isLess = [&](const Interval &x, const Interval &y) {
    return isAtMost(x, y, 1);
  };
  auto isNotMore = [&](const Interval &x, const Interval &y) {
    return isAtMost(x, y, 0);
  };
  auto flip = [](auto holds) {
    return [=](const Interval &x, const Interval &y) { return holds(y, x); };
  };
  switch (comparison) {
  case Comparison::Less:
    return allPairs(isLess)            ? std::optional(true)
           : allPairs(flip(isNotMore)) ? std::optional(false)
                                       : std::nullopt;
  case Comparison::AtMost:
    return allPairs(isNotMore)      ? std::optional(true)
           : allPairs(flip(isLess)) ? std::optional(false)
                                    : std::nullopt;
  case Comparison::Equal:
    if (allPairs([&](const Interval &x, const Interval &y) {
          return isNotMore(x, y) && isNotMore(y, x);
        }))
      return true;
    if (allPairs([&](const Interval &x, const Interval &y) {
          return isLess(x, y) || isLess(y, x);
        }))
      return false;
    return std::nullopt;
  }
  llvm_unreachable("all comparisons are listed");
}
