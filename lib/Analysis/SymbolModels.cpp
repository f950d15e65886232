//===- SymbolModels.cpp - Values that all facts are true for --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nine questions of ten have no for an answer, which a search for a proof gives
// when it is at its end. A model gives it at once: what is false for some
// values of the symbols that all facts are true for does not follow from them.
//
// A model is drawn, and moved until all facts hold: a fact x - 4*q >= 0 that
// does not hold moves its latest symbol as far as that takes. If this leads
// nowhere there is one model less, and the proof is searched for.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolFacts.h"
#include "llvm/ADT/STLExtras.h"

using namespace elena;

/// How often all facts are gone through to make them hold.
static constexpr unsigned kRounds = 6;
/// How often values are drawn for one model.
static constexpr unsigned kTries = 8;
/// How many symbols, one made of the other, a fact is followed through.
static constexpr unsigned kDepth = 8;

namespace {
struct Range {
  int64_t low, high;
};
} // namespace

/// What the values of the models are drawn from: typical ones, those of borders
/// and large ones.
static constexpr Range kRanges[] = {{1, 30}, {0, 3}, {2, 9}, {100, 5000}};

struct SymbolFacts::ModelFinder {
  ModelFinder(const SymbolFacts &facts, Model &model)
      : facts(facts), model(model) {}

  /// Makes all facts true; false if it does not succeed.
  bool update();

private:
  std::optional<int64_t> evaluate(const Polynomial &value) const {
    return value.evaluate([&](Symbol symbol) { return model.values[symbol]; });
  }
  bool isNegative(const Polynomial &value) const {
    std::optional<int64_t> number = evaluate(value);
    return !number || *number < 0;
  }
  int64_t draw(const SymbolInfo &info);
  const Polynomial *getDefinition(Symbol symbol) const;
  bool derive(Symbol first);
  Polynomial expand(Polynomial value) const;
  bool move(const Polynomial &value, bool toZero);
  bool keepSigns();
  bool keepInequalities(size_t first);
  bool keepEqualities(size_t first);

  const SymbolFacts &facts;
  Model &model;
  unsigned round = 0;
  bool hasMoved = false;
};

int64_t SymbolFacts::ModelFinder::draw(const SymbolInfo &info) {
  // Knuth's numbers for a linear congruential generator.
  model.random = model.random * 6364136223846793005u + 1442695040888963407u;
  uint64_t random = model.random >> 33;
  Range range = kRanges[model.range];
  int64_t value = range.low + random % (range.high - range.low + 1);
  bool mayBeNegative = !info.nonNegative && (random >> 20) % 4 == 0;
  return info.nonPositive || mayBeNegative ? -value : value;
}

/// What the symbol is in this model, if others say so.
const Polynomial *SymbolFacts::ModelFinder::getDefinition(Symbol symbol) const {
  for (const Equality &equality : facts.equalities)
    if (equality.where.empty() && equality.product.size() == 1 &&
        equality.product.front() == symbol)
      return &equality.value;
  for (const Alternative &alternative : facts.symbols[symbol].alternatives)
    if (!isNegative(alternative.condition))
      return &alternative.value;
  return nullptr;
}

bool SymbolFacts::ModelFinder::derive(Symbol first) {
  // Equalities also define symbols by later ones.
  for (unsigned round = 0; round < kRounds; ++round) {
    bool hasChanged = false;
    for (Symbol symbol = first; symbol < facts.symbols.size(); ++symbol) {
      const Polynomial *definition = getDefinition(symbol);
      if (!definition && !facts.symbols[symbol].alternatives.empty())
        return false;
      if (!definition)
        continue;
      std::optional<int64_t> value = evaluate(*definition);
      if (!value)
        return false;
      hasChanged |= model.values[symbol] != *value;
      model.values[symbol] = *value;
    }
    if (!hasChanged)
      return true;
  }
  return false;
}

/// In terms of symbols that no other one defines.
Polynomial SymbolFacts::ModelFinder::expand(Polynomial value) const {
  for (unsigned depth = 0; depth < kDepth; ++depth) {
    Polynomial next = value;
    for (const Polynomial::Term &term : value.getTerms())
      for (Symbol symbol : term.monomial)
        if (const Polynomial *definition = getDefinition(symbol))
          next = next.substitute(symbol, *definition);
    if (next == value)
      break;
    value = std::move(next);
  }
  return value;
}

/// Changes a symbol until `value` is >= 0, or = 0.
bool SymbolFacts::ModelFinder::move(const Polynomial &value, bool toZero) {
  Polynomial expanded = expand(value);
  std::optional<int64_t> now = evaluate(expanded);
  if (!now)
    return false;
  auto tryToMove = [&](Symbol symbol) {
    int64_t &number = model.values[symbol];
    ++number;
    std::optional<int64_t> next = evaluate(expanded);
    --number;
    int64_t slope = next ? *next - *now : 0;
    if (slope == 0 || getDefinition(symbol) || (toZero && *now % slope != 0))
      return false;
    int64_t steps = -*now / slope;
    if (steps * slope < -*now)
      steps += slope > 0 ? 1 : -1;
    const SymbolInfo &info = facts.symbols[symbol];
    if ((info.nonNegative && number + steps < 0) ||
        (info.nonPositive && number + steps > 0))
      return false;
    number += steps;
    return true;
  };
  llvm::SmallVector<Symbol, 8> candidates;
  for (const Polynomial::Term &term : expanded.getTerms())
    llvm::append_range(candidates, term.monomial);
  // The latest one first, but in turns: 0 < q < n may need another n.
  llvm::sort(candidates);
  if (round % 2 == 0)
    std::reverse(candidates.begin(), candidates.end());
  if (!llvm::any_of(candidates, tryToMove))
    return false;
  hasMoved = true;
  return derive(0);
}

bool SymbolFacts::ModelFinder::keepSigns() {
  for (auto [symbol, info] : llvm::enumerate(facts.symbols)) {
    int64_t value = model.values[symbol];
    Polynomial self = Polynomial::symbol(symbol);
    if ((info.nonNegative && value < 0 && !move(self, false)) ||
        (info.nonPositive && value > 0 && !move(-self, false)))
      return false;
  }
  return true;
}

bool SymbolFacts::ModelFinder::keepInequalities(size_t first) {
  return llvm::all_of(llvm::drop_begin(facts.nonNegatives, first),
                      [&](const Polynomial &fact) {
                        return !isNegative(fact) || move(fact, false);
                      });
}

bool SymbolFacts::ModelFinder::keepEqualities(size_t first) {
  for (const Equality &equality : llvm::drop_begin(facts.equalities, first)) {
    if (llvm::any_of(equality.where,
                     [&](Symbol symbol) { return model.values[symbol] == 0; }))
      continue;
    Polynomial difference = Polynomial(1);
    for (Symbol symbol : equality.product)
      difference = difference * Polynomial::symbol(symbol);
    difference = difference - equality.value;
    if (evaluate(difference) != 0 && !move(difference, true))
      return false;
  }
  // A symbol that is replaced may be a minimum, too.
  for (auto [symbol, info] : llvm::enumerate(facts.symbols)) {
    auto isTaken = [&](const Alternative &alternative) {
      return !isNegative(alternative.condition) &&
             evaluate(alternative.value) == model.values[symbol];
    };
    auto take = [&](const Alternative &alternative) {
      return move(alternative.value - model.values[symbol], true);
    };
    if (!info.alternatives.empty() &&
        llvm::none_of(info.alternatives, isTaken) &&
        llvm::none_of(info.alternatives, take))
      return false;
  }
  return true;
}

bool SymbolFacts::ModelFinder::update() {
  size_t first = model.values.size();
  for (const SymbolInfo &info : llvm::drop_begin(facts.symbols, first))
    model.values.push_back(draw(info));
  bool hasNewEqualities = model.equalities < facts.equalities.size();
  first = hasNewEqualities ? 0 : std::min(first, model.stale);
  if (!derive(first) || !keepSigns() ||
      (hasNewEqualities && !keepEqualities(model.equalities)) ||
      !keepInequalities(model.inequalities))
    return false;
  while (hasMoved) {
    hasMoved = false;
    if (++round == kRounds || !keepSigns() || !keepEqualities(0) ||
        !keepInequalities(0))
      return false;
  }
  model.stale = facts.symbols.size();
  model.equalities = facts.equalities.size();
  model.inequalities = facts.nonNegatives.size();
  return true;
}

void SymbolFacts::redefined(Symbol symbol) {
  for (Model &model : models)
    model.stale = std::min<size_t>(model.stale, symbol);
}

void SymbolFacts::updateModels() const {
  if (!hasModels) {
    for (unsigned range = 0; range < std::size(kRanges); ++range)
      models.push_back({{}, range, range});
    hasModels = true;
  }
  llvm::erase_if(models, [&](Model &model) {
    for (; model.tries < kTries; ++model.tries) {
      if (ModelFinder(*this, model).update())
        return false;
      model.values.clear();
      model.stale = model.equalities = model.inequalities = 0;
    }
    return true;
  });
}

bool SymbolFacts::isRefuted(const Polynomial &value,
                            llvm::ArrayRef<Polynomial> given) const {
  updateModels();
  return llvm::any_of(models, [&](const Model &model) {
    auto evaluate = [&](const Polynomial &polynomial) {
      return polynomial.evaluate(
          [&](Symbol symbol) { return model.values[symbol]; });
    };
    return evaluate(value).value_or(0) < 0 &&
           llvm::all_of(
               given,
               [&](const Polynomial &fact) {
                 return evaluate(fact).value_or(-1) >= 0;
               });
  });
}
