//===- SymbolicValuesAt.cpp - What holds where an op runs -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// These facts must not become facts of the function: that lo <= i and i < hi
// both hold in a loop says lo < hi there, and nothing outside.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicValues.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace elena;

Polynomials SymbolicValues::getFactsAt(Operation *op) {
  Polynomials known;
  for (Operation *inner = op; Operation *parent = inner->getParentOp();
       inner = parent) {
    if (isa<FunctionOpInterface>(parent))
      break;
    collectParent(parent, inner->getParentRegion(), known);
  }
  return known;
}

void SymbolicValues::collectParent(Operation *parent, Region *region,
                                   Polynomials &known) {
  if (auto loop = dyn_cast<scf::ForOp>(parent)) {
    if (!loop.getUnsignedCmp() && loop.getInductionVar().getType().isIndex()) {
      Polynomial i = get(loop.getInductionVar());
      known.push_back(i - get(loop.getLowerBound()));
      known.push_back(get(loop.getUpperBound()) - i - 1);
    }
  } else if (auto branch = dyn_cast<scf::IfOp>(parent)) {
    collectCondition(branch.getCondition(), region == &branch.getThenRegion(),
                     known);
  } else if (auto loop = dyn_cast<scf::WhileOp>(parent);
             loop && region == &loop.getAfter()) {
    // What the test knows of its own arguments, the body knows of what they are
    // called there.
    Polynomials tested;
    collectCondition(loop.getConditionOp().getCondition(), true, tested);
    for (auto [inTest, inBody] : llvm::zip_equal(
             loop.getConditionOp().getArgs(), loop.getAfterArguments()))
      if (inBody.getType().isIndex())
        if (std::optional<Symbol> symbol = get(inTest).getSymbol())
          for (Polynomial &fact : tested)
            fact = fact.substitute(*symbol, get(inBody));
    llvm::append_range(known, tested);
  }
  if (auto loop = dyn_cast<LoopLikeOpInterface>(parent))
    collectCarried(loop, region, known);
}

/// Carried numbers that are not negative before the loop and stay so.
void SymbolicValues::collectCarried(LoopLikeOpInterface loop, Region *region,
                                    Polynomials &known) {
  auto whileLoop = dyn_cast<scf::WhileOp>(loop.getOperation());
  mlir::ValueRange inits = whileLoop ? mlir::ValueRange(whileLoop.getInits())
                                     : mlir::ValueRange(loop.getInits());
  if (loop.getYieldedValues().size() != inits.size() ||
      loop.getRegionIterArgs().size() != inits.size())
    return;
  for (auto [init, argument, yielded] : llvm::zip_equal(
           inits, loop.getRegionIterArgs(), loop.getYieldedValues())) {
    if (!argument.getType().isIndex() || !symbolFacts.isNonNegative(get(init)))
      continue;
    // The body of a while loop has its own names for what the test passes on.
    Polynomials same{get(argument)};
    if (whileLoop)
      for (auto [passed, inBody] :
           llvm::zip_equal(whileLoop.getConditionOp().getArgs(),
                           whileLoop.getAfterArguments()))
        if (passed == argument)
          same.push_back(get(inBody));
    if (!symbolFacts.isNonNegative(get(yielded), same))
      continue;
    bool inBody = whileLoop && region == &whileLoop.getAfter();
    known.append(inBody ? std::next(same.begin()) : same.begin(), same.end());
  }
}

/// Where a number that was loaded is computed with, nothing makes sure that it
/// does not wrap around: x + 1 <= n says nothing of x = 2^63 - 1.
bool SymbolicValues::mayWrap(const Polynomial &number) const {
  if (number.getSymbol())
    return false;
  return llvm::any_of(number.getTerms(), [&](const Polynomial::Term &term) {
    return llvm::any_of(term.monomial, [&](Symbol symbol) {
      return getValue(symbol).getDefiningOp<arith::IndexCastOp>();
    });
  });
}

void SymbolicValues::collectCondition(Value condition, bool holds,
                                      Polynomials &known) {
  Operation *op = condition.getDefiningOp();
  if (auto both = dyn_cast_or_null<arith::AndIOp>(op); both && holds) {
    collectCondition(both.getLhs(), true, known);
    return collectCondition(both.getRhs(), true, known);
  }
  if (auto either = dyn_cast_or_null<arith::OrIOp>(op); either && !holds) {
    collectCondition(either.getLhs(), false, known);
    return collectCondition(either.getRhs(), false, known);
  }
  // Python's `and`: the second condition is computed where the first holds.
  if (auto branch = dyn_cast_or_null<scf::IfOp>(op); branch && holds) {
    unsigned k = cast<OpResult>(condition).getResultNumber();
    if (!matchPattern(branch.elseYield().getOperand(k), m_Zero()))
      return;
    collectCondition(branch.getCondition(), true, known);
    return collectCondition(branch.thenYield().getOperand(k), true, known);
  }
  auto compare = dyn_cast_or_null<arith::CmpIOp>(op);
  if (!compare || !compare.getLhs().getType().isIndex())
    return;
  Polynomial a = get(compare.getLhs()), b = get(compare.getRhs());
  if (!a.isKnown() || !b.isKnown() || mayWrap(a) || mayWrap(b))
    return;
  auto predicate = holds ? compare.getPredicate()
                         : arith::invertPredicate(compare.getPredicate());
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    known.push_back(a - b);
    known.push_back(b - a);
    break;
  case arith::CmpIPredicate::sge:
    known.push_back(a - b);
    break;
  case arith::CmpIPredicate::sgt:
    known.push_back(a - b - 1);
    break;
  case arith::CmpIPredicate::sle:
    known.push_back(b - a);
    break;
  case arith::CmpIPredicate::slt:
    known.push_back(b - a - 1);
    break;
  case arith::CmpIPredicate::ne:
    if (symbolFacts.isNonNegative(a - b))
      known.push_back(a - b - 1);
    else if (symbolFacts.isNonNegative(b - a))
      known.push_back(b - a - 1);
    break;
  default:
    break;
  }
}

void SymbolicValues::assumeComparisons(Value condition) {
  Polynomials given;
  collectCondition(condition, /*holds=*/true, given);
  for (const Polynomial &value : given)
    symbolFacts.assumeNonNegative(value);
}
