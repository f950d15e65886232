//===- SymbolWorld.h - Symbols with facts, and values for them --*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random facts about symbols, and random values that satisfy them: the values
// of derived symbols (a minimum, a quotient) are computed from those of the
// others, and what is merely assumed is drawn until it holds.
//
// ELENA_SOAK=n in the environment: n times as many samples, other seeds.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_ANALYSIS_SYMBOLWORLD_H
#define ELENA_TEST_UNIT_ANALYSIS_SYMBOLWORLD_H

#include "elena/Analysis/SymbolFacts.h"
#include "elena/Support/ViewArith.h"

#include <cstdlib>
#include <functional>
#include <random>

namespace elena::test {

inline unsigned soak() {
  const char *times = std::getenv("ELENA_SOAK");
  return times ? std::max(1, std::atoi(times)) : 1;
}

struct Random {
  explicit Random(unsigned seed) : engine(seed + 1000 * (soak() - 1)) {}
  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
  bool chance(int64_t percent) { return pick(1, 100) <= percent; }
  std::mt19937 engine;
};

using Sample = std::vector<int64_t>;

inline int64_t floorDivide(int64_t x, int64_t y) {
  return x / y - (x % y != 0 && (x < 0) != (y < 0));
}

/// The value in a sample; all values in these tests are small.
inline int64_t valueIn(const Sample &sample, const Polynomial &polynomial) {
  return polynomial.evaluate([&](Symbol s) { return sample[s]; }).value();
}

class SymbolWorld {
public:
  using Rule = std::function<std::optional<int64_t>(const Sample &)>;

  SymbolFacts facts;

  Polynomial addBase(bool nonNegative, int64_t most = 6) {
    facts.addSymbol(nonNegative);
    int64_t least = nonNegative ? 0 : -most;
    return add([this, least, most](const Sample &) {
      return random->pick(least, most);
    });
  }
  Polynomial addMax(const Polynomial &a, const Polynomial &b) {
    facts.setMax(facts.addSymbol(), a, b);
    return add([a, b](const Sample &s) {
      return std::max(valueIn(s, a), valueIn(s, b));
    });
  }
  Polynomial addMin(const Polynomial &a, const Polynomial &b) {
    facts.setMin(facts.addSymbol(), a, b);
    return add([a, b](const Sample &s) {
      return std::min(valueIn(s, a), valueIn(s, b));
    });
  }
  Polynomial addSelectLess(const Polynomial &x, const Polynomial &y,
                           const Polynomial &a, const Polynomial &b) {
    facts.setSelectLess(facts.addSymbol(), x, y, a, b);
    return add([=](const Sample &s) {
      return valueIn(s, valueIn(s, x) < valueIn(s, y) ? a : b);
    });
  }
  /// The quotient rounded down, where the divisor is positive.
  Polynomial addQuotient(const Polynomial &x, const Polynomial &y) {
    Polynomial q = Polynomial::symbol(facts.addSymbol());
    facts.assumeNonNegative(x - q * y);
    facts.assumeNonNegative(q * y + y - 1 - x);
    return add([x, y](const Sample &s) -> std::optional<int64_t> {
      int64_t divisor = valueIn(s, y);
      if (divisor <= 0)
        return std::nullopt;
      return floorDivide(valueIn(s, x), divisor);
    });
  }
  /// A symbol that is something else, by an equality.
  Polynomial addEqualTo(const Polynomial &value, bool nonNegative) {
    Polynomial symbol = Polynomial::symbol(facts.addSymbol(nonNegative));
    add([=](const Sample &s) -> std::optional<int64_t> {
      int64_t result = valueIn(s, value);
      return nonNegative && result < 0 ? std::nullopt : std::optional(result);
    });
    facts.assumeEqual(symbol, value);
    return symbol;
  }
  void assumeNonNegative(const Polynomial &value) {
    facts.assumeNonNegative(value);
    conditions.push_back(
        [=](const Sample &s) { return valueIn(s, value) >= 0; });
  }
  void assumeEqual(const Polynomial &a, const Polynomial &b) {
    facts.assumeEqual(a, b);
    conditions.push_back(
        [=](const Sample &s) { return valueIn(s, a) == valueIn(s, b); });
  }
  void require(std::function<bool(const Sample &)> condition) {
    conditions.push_back(std::move(condition));
  }

  /// Values under which all facts hold; nothing if none were found.
  std::optional<Sample> draw(Random &source, unsigned tries = 30) {
    random = &source;
    while (tries-- > 0) {
      Sample sample;
      bool usable = llvm::all_of(rules, [&](const Rule &rule) {
        std::optional<int64_t> value = rule(sample);
        sample.push_back(value.value_or(0));
        return value.has_value();
      });
      if (usable && llvm::all_of(conditions, [&](const auto &condition) {
            return condition(sample);
          }))
        return sample;
    }
    return std::nullopt;
  }

private:
  Polynomial add(Rule rule) {
    rules.push_back(std::move(rule));
    return Polynomial::symbol(rules.size() - 1);
  }

  std::vector<Rule> rules;
  std::vector<std::function<bool(const Sample &)>> conditions;
  Random *random = nullptr;
};

/// Arithmetic of views on polynomials of a world: what IR would say with
/// arith ops, and SymbolicValues would read from them.
class WorldArith : public FoldingArith<WorldArith, Polynomial> {
public:
  explicit WorldArith(SymbolWorld &world) : world(world) {}

  Value constant(int64_t value) { return Polynomial(value); }
  std::optional<int64_t> getConstant(const Value &x) { return x.getConstant(); }
  bool isSame(const Value &x, const Value &y) { return x == y; }
  Value emitAdd(const Value &x, const Value &y) { return x + y; }
  Value emitSub(const Value &x, const Value &y) { return x - y; }
  Value emitMul(const Value &x, const Value &y) { return x * y; }
  Value emitMin(const Value &x, const Value &y) {
    if (world.facts.isAtMost(x, y))
      return x;
    return world.facts.isAtMost(y, x) ? y : world.addMin(x, y);
  }
  Value emitMax(const Value &x, const Value &y) {
    if (world.facts.isAtMost(x, y))
      return y;
    return world.facts.isAtMost(y, x) ? x : world.addMax(x, y);
  }
  Value emitCeilDiv(const Value &x, int64_t divisor) {
    Polynomial sum = x + (divisor - 1);
    auto [whole, rest] = sum.divide(divisor);
    return rest.getConstant() ? whole : world.addQuotient(sum, divisor);
  }
  Value emitSelectLess(const Value &x, const Value &y, const Value &a,
                       const Value &b) {
    if (world.facts.isPositive(y - x))
      return a;
    return world.facts.isAtMost(y, x) ? b : world.addSelectLess(x, y, a, b);
  }

private:
  SymbolWorld &world;
};

} // namespace elena::test

#endif // ELENA_TEST_UNIT_ANALYSIS_SYMBOLWORLD_H
