//===- CellSetSearch.cpp - Equations with bounded unknowns ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CellSetDetail.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <numeric>
#include <utility>

using namespace elena;
using namespace elena::cellset;

/// x modulo m, in [0, m).
static int64_t mod(int64_t x, int64_t m) {
  int64_t r = x % m;
  return r < 0 ? r + m : r;
}

/// x * y modulo m, for x, y in [0, m).
static int64_t mulMod(int64_t x, int64_t y, int64_t m) {
  if (m <= (int64_t(1) << 31))
    return x * y % m;
  return static_cast<int64_t>(static_cast<__int128>(x) * y % m);
}

/// The gcd of x, y > 0, and u with x * u == gcd modulo y.
static std::pair<int64_t, int64_t> gcdAndFactor(int64_t x, int64_t y) {
  int64_t r0 = x, r1 = y, u0 = 1, u1 = 0;
  while (r1 != 0) {
    int64_t q = r0 / r1;
    r0 = std::exchange(r1, r0 - q * r1);
    u0 = std::exchange(u1, u0 - q * u1);
  }
  return {r0, u0};
}

int64_t cellset::countCommonTerms(int64_t a, Dim s, int64_t b, Dim t) {
  int64_t low = std::max(a, b);
  int64_t high = std::min(a + s.span(), b + t.span());
  if (low > high)
    return 0;
  if (s.stride == t.stride)
    return (b - a) % s.stride == 0 ? (high - low) / s.stride + 1 : 0;

  // a + s*i == b modulo t, so i == (b - a) / g * u modulo t / g.
  auto [g, u] = gcdAndFactor(s.stride, t.stride);
  if ((b - a) % g != 0)
    return 0;
  int64_t period = t.stride / g;
  int64_t i = mulMod(mod((b - a) / g, period), mod(u, period), period);
  int64_t first, step;
  if (__builtin_mul_overflow(s.stride, i, &first) ||
      __builtin_add_overflow(a, first, &first) || first > high)
    return 0;
  if (__builtin_mul_overflow(s.stride, period, &step) || step > high - a)
    return first >= low; // no second one
  if (first < low)
    first += llvm::divideCeil(uint64_t(low - first), uint64_t(step)) * step;
  return first > high ? 0 : (high - first) / step + 1;
}

BoundedSum::BoundedSum(Dims dims) {
  sortAndMerge(dims);
  int64_t restSpan = 0, restGcd = 0;
  for (Dim dim : dims) {
    Level level{dim.stride, dim.size, restSpan, dim.stride, 1, 0};
    if (restGcd != 0) {
      auto [g, u] = gcdAndFactor(dim.stride, restGcd);
      level.gcd = g;
      level.step = restGcd / g;
      level.inverse = mod(u, level.step);
    }
    restSpan += dim.span();
    restGcd = level.gcd;
    levels.push_back(level);
  }
  std::reverse(levels.begin(), levels.end());
}

std::optional<bool> BoundedSum::reaches(int64_t target, int64_t &work) const {
  if (levels.empty())
    return target == 0;
  int64_t most = levels[0].restSpan + levels[0].stride * (levels[0].size - 1);
  if (target < 0 || target > most || target % levels[0].gcd != 0)
    return false;
  return search(0, target, work);
}

/// `target` is within the span of the levels from here on, and a multiple of
/// their gcd.
std::optional<bool> BoundedSum::search(unsigned level, int64_t target,
                                       int64_t &work) const {
  if (--work < 0)
    return std::nullopt;
  const Level &l = levels[level];
  if (level + 1 == levels.size())
    return true; // in steps of one stride, within its span
  int64_t last = std::min(l.size - 1, target / l.stride);
  int64_t i = 0;
  if (target > l.restSpan)
    i = llvm::divideCeil(uint64_t(target - l.restSpan), uint64_t(l.stride));
  if (l.step > 1) {
    int64_t residue =
        mulMod(target / l.gcd % l.step, l.inverse, l.step); // of all solutions
    i += mod(residue - i, l.step);
  }
  for (; i <= last; i += l.step) {
    std::optional<bool> found = search(level + 1, target - l.stride * i, work);
    if (!found || *found)
      return found;
  }
  return false;
}
