//===- RangeEvaluator.cpp - Ranges of what arithmetic computes ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RangeEvaluator.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

unsigned elena::getIntegerWidth(Type type) {
  if (type.isIndex())
    return 64;
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.getWidth() <= 64 ? integer.getWidth() : 0;
}

/// What needs no other value of the host or of this body.
std::optional<IntegerRange> RangeEvaluator::evaluateSource(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return RangeArithmetic::exactly(constant.getSExtValue());
  auto stage = dyn_cast<StageOp>(at);
  bool isOfBody = stage && stage.getBody().isAncestor(value.getParentRegion());
  if (auto argument = dyn_cast<BlockArgument>(value); argument && isOfBody)
    return ranges.getElements(stage.getInputs()[argument.getArgNumber()], at);
  if (isOfBody || !value.getType().isIndex())
    return std::nullopt;
  Polynomial number = values.get(value);
  return number.isKnown() ? RangeArithmetic::exactly(number)
                          : RangeArithmetic::full(64);
}

IntegerRange RangeEvaluator::evaluate(Value value) {
  unsigned width = getIntegerWidth(value.getType());
  for (const auto &[known, range] : llvm::reverse(assumed))
    if (known == value)
      return range;
  if (width == 0 || stepsLeft == 0)
    return RangeArithmetic::full(64);
  --stepsLeft;
  if (std::optional<IntegerRange> range = evaluateSource(value))
    return *range;
  Operation *op = value.getDefiningOp();
  return op ? evaluateOp(op, width) : RangeArithmetic::full(width);
}

IntegerRange RangeEvaluator::evaluateOp(Operation *op, unsigned width) {
  auto lhs = [&] { return evaluate(op->getOperand(0)); };
  auto rhs = [&] { return evaluate(op->getOperand(1)); };
  return llvm::TypeSwitch<Operation *, IntegerRange>(op)
      .Case([&](arith::AddIOp) { return arithmetic.add(lhs(), rhs(), width); })
      .Case([&](arith::SubIOp) {
        return arithmetic.subtract(lhs(), rhs(), width);
      })
      .Case([&](arith::MulIOp) {
        return arithmetic.multiply(lhs(), rhs(), width);
      })
      .Case<arith::DivSIOp, arith::FloorDivSIOp>(
          [&](auto) { return arithmetic.divide(lhs(), rhs(), width); })
      .Case([&](arith::RemSIOp) {
        return arithmetic.remainder(lhs(), rhs(), width);
      })
      .Case([&](arith::MaxSIOp) { return arithmetic.maximum(lhs(), rhs()); })
      .Case([&](arith::MinSIOp) { return arithmetic.minimum(lhs(), rhs()); })
      .Case([&](arith::XOrIOp) {
        // The sign of a quotient is asked for like that.
        bool positive =
            arithmetic.isNonNegative(lhs()) && arithmetic.isNonNegative(rhs());
        return positive ? arithmetic.maximum(RangeArithmetic::full(width),
                                             RangeArithmetic::exactly(0))
                        : RangeArithmetic::full(width);
      })
      .Case<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp>(
          [&](auto) { return evaluateCast(op->getOperand(0), true, width); })
      .Case([&](arith::ExtUIOp) {
        return evaluateCast(op->getOperand(0), false, width);
      })
      .Case(
          [&](arith::SelectOp select) { return evaluateSelect(select, width); })
      .Case([&](IndexOp index) {
        auto stage = cast<StageOp>(at);
        Polynomial size = values.get(stage.getMixedBox()[index.getDimension()]);
        return size.isKnown() ? IntegerRange{Interval{0, size - 1}}
                              : RangeArithmetic::full(64);
      })
      .Case([&](ElementOp element) {
        return ranges.getElements(element.getRef(), at);
      })
      .Case(
          [&](LoadOp load) { return ranges.getElements(load.getRef(), load); })
      .Default([&](Operation *) { return RangeArithmetic::full(width); });
}

IntegerRange RangeEvaluator::evaluateCast(Value input, bool isSigned,
                                          unsigned width) {
  unsigned from = getIntegerWidth(input.getType());
  if (from == 0)
    return RangeArithmetic::full(width);
  IntegerRange range = evaluate(input);
  if (from > width)
    return arithmetic.truncate(range, width);
  return isSigned ? range : arithmetic.zeroExtend(range, from);
}

IntegerRange RangeEvaluator::evaluateSelect(arith::SelectOp select,
                                            unsigned width) {
  IntegerRange either;
  std::optional<bool> known = decide(select.getCondition());
  for (bool holds : {true, false}) {
    if (known && *known != holds)
      continue;
    size_t before = assumed.size();
    assume(select.getCondition(), holds);
    either = arithmetic.join(
        either,
        evaluate(holds ? select.getTrueValue() : select.getFalseValue()),
        width);
    assumed.resize(before);
  }
  return either;
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

std::optional<bool> RangeEvaluator::decide(Value condition) {
  APInt constant;
  if (matchPattern(condition, m_ConstantInt(&constant)))
    return !constant.isZero();
  Operation *op = condition.getDefiningOp();
  if (auto compare = dyn_cast_or_null<arith::CmpIOp>(op))
    return decideCompare(compare);
  if (!isa_and_present<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op))
    return std::nullopt;
  std::optional<bool> a = decide(op->getOperand(0));
  std::optional<bool> b = decide(op->getOperand(1));
  if (isa<arith::XOrIOp>(op))
    return a && b ? std::optional(*a != *b) : std::nullopt;
  bool decisive = isa<arith::OrIOp>(op);
  if (a == decisive || b == decisive)
    return decisive;
  return a && b ? std::optional(!decisive) : std::nullopt;
}

std::optional<bool> RangeEvaluator::decideCompare(arith::CmpIOp compare) {
  if (getIntegerWidth(compare.getLhs().getType()) == 0)
    return std::nullopt;
  auto ask = [&](Comparison comparison, Value a,
                 Value b) -> std::optional<bool> {
    return arithmetic.compare(comparison, evaluate(a), evaluate(b));
  };
  auto negated = [](std::optional<bool> answer) {
    return answer ? std::optional(!*answer) : std::nullopt;
  };
  Value a = compare.getLhs(), b = compare.getRhs();
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::slt:
    return ask(Comparison::Less, a, b);
  case arith::CmpIPredicate::sle:
    return ask(Comparison::AtMost, a, b);
  case arith::CmpIPredicate::sgt:
    return ask(Comparison::Less, b, a);
  case arith::CmpIPredicate::sge:
    return ask(Comparison::AtMost, b, a);
  case arith::CmpIPredicate::eq:
    return ask(Comparison::Equal, a, b);
  case arith::CmpIPredicate::ne:
    return negated(ask(Comparison::Equal, a, b));
  default: // unsigned
    return std::nullopt;
  }
}

void RangeEvaluator::assume(Value condition, bool holds) {
  Operation *op = condition.getDefiningOp();
  if (auto compare = dyn_cast_or_null<arith::CmpIOp>(op))
    return assumeCompare(compare, holds);
  if ((isa_and_present<arith::AndIOp>(op) && holds) ||
      (isa_and_present<arith::OrIOp>(op) && !holds)) {
    assume(op->getOperand(0), holds);
    assume(op->getOperand(1), holds);
  } else if (isa_and_present<arith::AndIOp, arith::OrIOp>(op)) {
    assumeEither(op->getOperand(0), op->getOperand(1), holds);
  }
}

/// One of two conditions holds, or does not: of a value that both speak of,
/// either may be true.
void RangeEvaluator::assumeEither(Value a, Value b, bool holds) {
  auto collect = [&](Value condition) {
    size_t before = assumed.size();
    assume(condition, holds);
    auto found = llvm::to_vector<0>(ArrayRef(assumed).drop_front(before));
    assumed.resize(before);
    return found;
  };
  auto ofA = collect(a), ofB = collect(b);
  for (const auto &[value, range] : ofA)
    for (const auto &[other, otherRange] : ofB)
      if (value == other)
        assumed.push_back(
            {value, arithmetic.join(range, otherRange,
                                    getIntegerWidth(value.getType()))});
}

/// More is not to be said of it.
static bool isConstant(Value value) {
  return matchPattern(value, m_Constant());
}

void RangeEvaluator::assumeCompare(arith::CmpIOp compare, bool holds) {
  if (getIntegerWidth(compare.getLhs().getType()) == 0)
    return;
  auto predicate = holds ? compare.getPredicate()
                         : arith::invertPredicate(compare.getPredicate());
  Value a = compare.getLhs(), b = compare.getRhs();
  IntegerRange x = evaluate(a), y = evaluate(b);
  // x ^ y < 0 asks for different signs: with y >= 0, that is x < 0.
  if (auto signs = a.getDefiningOp<arith::XOrIOp>();
      signs && matchPattern(b, m_Zero()))
    for (auto [value, other] : {std::pair(signs.getLhs(), signs.getRhs()),
                                std::pair(signs.getRhs(), signs.getLhs())})
      if (arithmetic.isNonNegative(evaluate(other))) {
        a = value;
        x = evaluate(value);
      }
  switch (predicate) {
  case arith::CmpIPredicate::sgt:
  case arith::CmpIPredicate::sge:
    std::swap(a, b);
    std::swap(x, y);
    [[fallthrough]];
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::sle: {
    bool orEqual = predicate == arith::CmpIPredicate::sle ||
                   predicate == arith::CmpIPredicate::sge;
    if (!isConstant(a))
      assumed.push_back({a, arithmetic.below(x, y, orEqual)});
    if (!isConstant(b))
      assumed.push_back({b, arithmetic.above(y, x, orEqual)});
    return;
  }
  case arith::CmpIPredicate::eq:
    assumed.push_back(
        {a, arithmetic.above(arithmetic.below(x, y, true), y, true)});
    return;
  default:
    return;
  }
}
