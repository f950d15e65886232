//===- SymbolicValues.cpp - SSA values as polynomials ---------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicValues.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Dialect/TensorRef/IR/ViewComposition.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

SymbolicValues::SymbolicValues(FunctionOpInterface function) {
  if (function.isExternal())
    return;
  // Twice: an equality may be about values that are built before it is known.
  for (unsigned round = 0; round < 2; ++round) {
    known.clear();
    for (auto guard : function.getFunctionBody().front().getOps<GuardOp>())
      readGuard(guard.getCondition());
    symbolFacts.deriveEqualities();
  }
  known.clear();
}

Polynomial SymbolicValues::get(Value value) {
  if (auto place = known.find(value); place != known.end())
    return symbolFacts.normalize(place->second);
  Polynomial built = symbolFacts.normalize(build(value));
  known[value] = built;
  return built;
}

Polynomial SymbolicValues::get(OpFoldResult value) {
  if (!value)
    return Polynomial::unknown();
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return Polynomial(*constant);
  return get(cast<Value>(value));
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// Does the op run whenever the function does?
static bool isOfEntry(Operation *op) {
  Block *block = op->getBlock();
  return block->getParentOp() && block->isEntryBlock() &&
         isa<FunctionOpInterface>(block->getParentOp());
}

Polynomial SymbolicValues::build(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSignificantBits() <= 64
               ? Polynomial(constant.getSExtValue())
               : makeSymbol(value, false);
  Operation *op = value.getDefiningOp();
  if (auto add = dyn_cast_or_null<arith::AddIOp>(op))
    return get(add.getLhs()) + get(add.getRhs());
  if (auto sub = dyn_cast_or_null<arith::SubIOp>(op))
    return get(sub.getLhs()) - get(sub.getRhs());
  if (auto mul = dyn_cast_or_null<arith::MulIOp>(op))
    return get(mul.getLhs()) * get(mul.getRhs());
  if (auto max = dyn_cast_or_null<arith::MaxSIOp>(op))
    return makeExtremum(value, true, get(max.getLhs()), get(max.getRhs()));
  if (auto min = dyn_cast_or_null<arith::MinSIOp>(op))
    return makeExtremum(value, false, get(min.getLhs()), get(min.getRhs()));
  if (auto select = dyn_cast_or_null<arith::SelectOp>(op))
    return makeSelect(value, select.getCondition(), get(select.getTrueValue()),
                      get(select.getFalseValue()));
  if (isa_and_present<arith::FloorDivSIOp, arith::CeilDivSIOp, arith::DivUIOp>(
          op)) {
    Polynomial x = get(op->getOperand(0));
    Polynomial divisor = get(op->getOperand(1));
    // Unsigned division is that of integers for what is not negative. What a
    // quotient says, says that the divisor is not 0: in a branch, that may hold
    // there only.
    bool usable = (symbolFacts.isPositive(divisor) ||
                   (isOfEntry(op) && symbolFacts.isNonNegative(divisor) &&
                    !divisor.isZero())) &&
                  (!isa<arith::DivUIOp>(op) || symbolFacts.isNonNegative(x));
    if (usable)
      return makeQuotient(value, x, divisor, isa<arith::CeilDivSIOp>(op));
    return makeSymbol(value, false);
  }
  return makeSymbol(value,
                    isa_and_present<DimOp>(op) || countsFromNonNegative(value));
}

/// Is it the variable of a loop that starts at 0 or later? Such a loop counts
/// up; that it gets to its first iteration is not said by that.
bool SymbolicValues::countsFromNonNegative(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto loop =
      dyn_cast_or_null<scf::ForOp>(value.getParentBlock()->getParentOp());
  return argument && loop && value == loop.getInductionVar() &&
         value.getType().isIndex() && !loop.getUnsignedCmp() &&
         symbolFacts.isNonNegative(get(loop.getLowerBound()));
}

Polynomial SymbolicValues::makeSymbol(Value value, bool nonNegative) {
  std::string key;
  // Two `dim` ops of one ref are one number.
  if (auto dim = value.getDefiningOp<DimOp>()) {
    key = "dim " +
          std::to_string(
              reinterpret_cast<uintptr_t>(dim.getRef().getAsOpaquePointer())) +
          " " + std::to_string(dim.getDimension());
  } else if (auto stride = value.getDefiningOp<StrideOp>()) {
    key = "stride " +
          std::to_string(reinterpret_cast<uintptr_t>(
              stride.getRef().getAsOpaquePointer())) +
          " " + std::to_string(stride.getDimension());
  } else {
    key =
        "value " +
        std::to_string(reinterpret_cast<uintptr_t>(value.getAsOpaquePointer()));
  }
  auto [symbol, isNew] = makeKeyedSymbol(value, key);
  if (isNew && nonNegative)
    symbolFacts.assumeNonNegative(Polynomial::symbol(symbol));
  return Polynomial::symbol(symbol);
}

std::pair<Symbol, bool>
SymbolicValues::makeKeyedSymbol(Value value, const std::string &key) {
  auto [place, isNew] = keys.try_emplace(key, 0);
  if (isNew) {
    place->second = symbolFacts.addSymbol();
    values.push_back(value);
  }
  return {place->second, isNew};
}

Polynomial SymbolicValues::makeExtremum(Value value, bool isMax, Polynomial x,
                                        Polynomial y) {
  if (symbolFacts.isAtMost(x, y))
    return isMax ? y : x;
  if (symbolFacts.isAtMost(y, x))
    return isMax ? x : y;
  if (!x.isKnown() || !y.isKnown())
    return makeSymbol(value, false);
  std::string a = x.str(), b = y.str();
  auto [symbol, isNew] = makeKeyedSymbol(
      value, (isMax ? "max " : "min ") + std::min(a, b) + "," + std::max(a, b));
  if (isNew && isMax)
    symbolFacts.setMax(symbol, x, y);
  else if (isNew)
    symbolFacts.setMin(symbol, x, y);
  return Polynomial::symbol(symbol);
}

static std::string getQuotientKey(const Polynomial &x,
                                  const Polynomial &divisor) {
  return "floor " + x.str() + " / " + divisor.str();
}

/// Hermite's identity: x/4 + (x+1)/4 + (x+2)/4 + (x+3)/4 = x, each rounded
/// down. So the columns of p[:, 0::4] ... p[:, 3::4] are all columns of p. The
/// last quotient that a run of four needs is x less the others.
void SymbolicValues::addUpQuotients(Symbol quotient, const Polynomial &x,
                                    int64_t divisor) {
  constexpr int64_t kMostQuotients = 16;
  if (divisor < 2 || divisor > kMostQuotients)
    return;
  auto find = [&](int64_t more) -> std::optional<Symbol> {
    auto known = keys.find(getQuotientKey(x + more, divisor));
    return known == keys.end() ? std::nullopt : std::optional(known->second);
  };
  int64_t first = 0, last = 0;
  while (first > 1 - divisor && find(first - 1))
    --first;
  while (last - first < divisor - 1 && find(last + 1))
    ++last;
  if (last - first < divisor - 1)
    return;
  Polynomial rest = x + first;
  for (int64_t more = first; more <= last; ++more)
    if (more != 0)
      rest = rest - Polynomial::symbol(*find(more));
  symbolFacts.redefine(quotient, symbolFacts.normalize(rest));
}

Polynomial SymbolicValues::makeQuotient(Value value, Polynomial x,
                                        const Polynomial &divisor,
                                        bool roundUp) {
  if (!x.isKnown())
    return makeSymbol(value, false);
  if (roundUp)
    x = x + divisor - 1;
  // What divides can be taken out: (4*n + 3) / 4 is n, whatever n is.
  auto [whole, rest] = x.divide(divisor);
  if (rest.isZero() || (rest.getConstant() && divisor.getConstant()))
    return whole;
  auto [symbol, isNew] = makeKeyedSymbol(value, getQuotientKey(x, divisor));
  Polynomial quotient = Polynomial::symbol(symbol);
  if (isNew) {
    if (symbolFacts.isNonNegative(x))
      symbolFacts.assumeNonNegative(quotient);
    if (symbolFacts.isNonNegative(-x))
      symbolFacts.assumeNonNegative(-quotient);
    symbolFacts.assumeNonNegative(x - quotient * divisor);
    symbolFacts.assumeNonNegative(quotient * divisor + divisor - 1 - x);
    addUpQuotients(symbol, x, divisor.getConstant().value_or(0));
  }
  return quotient;
}

Polynomial SymbolicValues::makeSelect(Value value, Value condition,
                                      Polynomial x, Polynomial y) {
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  if (!compare || !compare.getLhs().getType().isIndex() || !x.isKnown() ||
      !y.isKnown())
    return makeSymbol(value, false);
  Polynomial a = get(compare.getLhs()), b = get(compare.getRhs());
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::slt:
    break;
  case arith::CmpIPredicate::eq:
    return x.isZero() && y.isConstant(1) ? makeDiffers(value, a - b)
                                         : makeSymbol(value, false);
  case arith::CmpIPredicate::sgt:
    std::swap(a, b);
    break;
  case arith::CmpIPredicate::sge:
    std::swap(x, y);
    break;
  case arith::CmpIPredicate::sle:
    std::swap(a, b);
    std::swap(x, y);
    break;
  default:
    return makeSymbol(value, false);
  }
  if (!a.isKnown() || !b.isKnown())
    return makeSymbol(value, false);
  if (symbolFacts.isPositive(b - a))
    return x;
  if (symbolFacts.isAtMost(b, a))
    return y;
  // One key for a < b ? x : y and b < a + 1 ? y : x.
  Polynomial difference = b - a, otherwise = Polynomial(1) - difference;
  if (otherwise.str() < difference.str()) {
    std::swap(difference, otherwise);
    std::swap(x, y);
  }
  auto [symbol, isNew] =
      makeKeyedSymbol(value, "select 0 < " + difference.str() + " ? " +
                                 x.str() + " : " + y.str());
  if (isNew)
    symbolFacts.setSelectLess(symbol, 0, difference, x, y);
  return Polynomial::symbol(symbol);
}

/// One key for a - b and b - a.
static std::string getKeyOfDifference(const Polynomial &difference) {
  return "differs " + std::min(difference.str(), (-difference).str());
}

/// d is 1 where x != 0, and 0 elsewhere: so d*x = x. The stride of a dimension
/// that is repeated if its size is 1 is such a number times a stride.
Polynomial SymbolicValues::makeDiffers(Value value,
                                       const Polynomial &difference) {
  if (!difference.isKnown())
    return makeSymbol(value, false);
  if (difference.getConstant())
    return Polynomial(difference.isZero() ? 0 : 1);
  auto [symbol, isNew] = makeKeyedSymbol(value, getKeyOfDifference(difference));
  Polynomial differs = Polynomial::symbol(symbol);
  if (!isNew)
    return differs;
  symbolFacts.assumeNonNegative(differs);
  symbolFacts.assumeNonNegative(Polynomial(1) - differs);
  assumeEqual(differs * difference, difference);
  return differs;
}

void SymbolicValues::assumeHolds(Value condition) {
  if (auto both = condition.getDefiningOp<arith::AndIOp>()) {
    assumeHolds(both.getLhs());
    return assumeHolds(both.getRhs());
  }
  auto getDifference = [&](Value operand) {
    auto compare = operand.getDefiningOp<arith::CmpIOp>();
    if (!compare || compare.getPredicate() != arith::CmpIPredicate::eq ||
        !compare.getLhs().getType().isIndex())
      return Polynomial::unknown();
    Polynomial a = get(compare.getLhs()), b = get(compare.getRhs());
    bool mayDiffer = mayWrap(a) || mayWrap(b);
    return mayDiffer ? Polynomial::unknown() : a - b;
  };
  auto either = condition.getDefiningOp<arith::OrIOp>();
  if (!either) {
    Polynomial difference = getDifference(condition);
    if (difference.isKnown())
      assumeEqual(difference, Polynomial(0));
    return;
  }
  // x = 0 or y = 0: so d*x = 0, where d is 1 where y != 0.
  Polynomial x = getDifference(either.getLhs());
  Polynomial y = getDifference(either.getRhs());
  if (!x.isKnown() || !y.isKnown())
    return;
  for (const auto &[one, other] : {std::pair(x, y), std::pair(y, x)})
    if (auto known = keys.find(getKeyOfDifference(other)); known != keys.end())
      assumeEqual(Polynomial::symbol(known->second) * one, Polynomial(0),
                  known->second);
}

void SymbolicValues::readGuard(Value condition) {
  if (auto both = condition.getDefiningOp<arith::AndIOp>()) {
    readGuard(both.getLhs());
    return readGuard(both.getRhs());
  }
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  if (!compare || !compare.getLhs().getType().isIndex())
    return;
  Polynomial a = get(compare.getLhs()), b = get(compare.getRhs());
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::eq:
    symbolFacts.assumeEqual(a, b);
    break;
  case arith::CmpIPredicate::sge:
    if (b.isZero())
      nameNonNegative(compare.getLhs(), a);
    symbolFacts.assumeNonNegative(a - b);
    break;
  case arith::CmpIPredicate::sgt:
    symbolFacts.assumeNonNegative(a - b - 1);
    break;
  case arith::CmpIPredicate::sle:
    symbolFacts.assumeNonNegative(b - a);
    break;
  case arith::CmpIPredicate::slt:
    symbolFacts.assumeNonNegative(b - a - 1);
    break;
  case arith::CmpIPredicate::ne:
    if (symbolFacts.isNonNegative(a - b))
      symbolFacts.assumeNonNegative(a - b - 1);
    else if (symbolFacts.isNonNegative(b - a))
      symbolFacts.assumeNonNegative(b - a - 1);
    break;
  default:
    break;
  }
}

/// s + 1 >= 0 says little about (s + 1)*C; with p = s + 1 for a symbol, p*C is
/// not negative, and s is p - 1.
void SymbolicValues::nameNonNegative(Value value,
                                     const Polynomial &polynomial) {
  if (polynomial.getTerms().size() != 2 || polynomial.getConstantTerm() <= 0)
    return;
  Polynomial symbol = polynomial - polynomial.getConstantTerm();
  if (!symbol.getSymbol())
    return;
  auto [named, isNew] =
      makeKeyedSymbol(value, "non-negative " + polynomial.str());
  if (!isNew)
    return;
  symbolFacts.assumeNonNegative(Polynomial::symbol(named));
  symbolFacts.redefine(*symbol.getSymbol(), Polynomial::symbol(named) -
                                                polynomial.getConstantTerm());
  known.clear();
}

//===----------------------------------------------------------------------===//
// Back to values
//===----------------------------------------------------------------------===//

OpFoldResult SymbolicValues::materialize(OpBuilder &builder, Location loc,
                                         const Polynomial &value) {
  assert(value.isKnown() && "only known numbers can be made");
  IndexArith arith(builder, loc);
  OpFoldResult sum = arith.constant(0);
  for (const Polynomial::Term &term : llvm::reverse(value.getTerms())) {
    OpFoldResult product = arith.constant(term.coefficient);
    for (Symbol symbol : term.monomial)
      product = arith.mul(product, values[symbol]);
    sum = arith.add(sum, product);
  }
  return sum;
}

std::string SymbolicValues::getName(Symbol symbol) const {
  Value value = values[symbol];
  auto argumentName = [](Value value) -> std::string {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return "arg" + std::to_string(argument.getArgNumber());
    return "";
  };
  if (std::string name = argumentName(value); !name.empty())
    return name;
  if (auto dim = value.getDefiningOp<DimOp>())
    if (std::string name = argumentName(dim.getRef()); !name.empty())
      return "dim(" + name + "," + std::to_string(dim.getDimension()) + ")";
  return "s" + std::to_string(symbol);
}
