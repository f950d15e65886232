//===- IterationDimensions.cpp - Iterations as dimensions of a box --------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/IterationDistance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// What is the same in all iterations
//===----------------------------------------------------------------------===//

/// It is made outside of the loop, or of nothing else. (View arithmetic that
/// the analysis has made stands in no function.)
bool IterationComparison::isTheSameAlways(Value value) {
  Operation *parent = value.getParentBlock()->getParentOp();
  if (parent && !loop->isAncestor(parent))
    return true;
  Operation *op = value.getDefiningOp();
  return op && op->getNumRegions() == 0 && isMemoryEffectFree(op) &&
         llvm::all_of(op->getOperands(),
                      [&](Value operand) { return isTheSameAlways(operand); });
}

bool IterationComparison::isTheSameAlways(const Polynomial &number,
                                          std::optional<Symbol> except) {
  return number.isKnown() &&
         llvm::all_of(number.getTerms(), [&](const Polynomial::Term &term) {
           return llvm::all_of(term.monomial, [&](Symbol symbol) {
             return symbol == except ||
                    isTheSameAlways(views.getValues().getValue(symbol));
           });
         });
}

bool IterationComparison::isTheSameAlways(const AffineForm &form) {
  return isTheSameAlways(form.offset) &&
         llvm::all_of(form.coefficients, [&](const Polynomial &coefficient) {
           return isTheSameAlways(coefficient);
         });
}

bool IterationComparison::isTheSameAlways(const AccessRegion &region,
                                          std::optional<Symbol> except) {
  auto isSame = [&](const Polynomial &number) {
    return isTheSameAlways(number, except);
  };
  return isSame(region.cell.offset) &&
         llvm::all_of(region.cell.coefficients, isSame) &&
         llvm::all_of(region.sizes, isSame);
}

//===----------------------------------------------------------------------===//
// Iterations as dimensions
//===----------------------------------------------------------------------===//

AccessRegion elena::withCells(const SymbolFacts &facts, AccessRegion region,
                              Polynomials known) {
  for (const Polynomial &size : region.sizes)
    if (size.isKnown() && !size.getConstant())
      known.push_back(size - 1);
  for (Polynomial &size : region.sizes)
    size = facts.chooseCases(size, known);
  region.cell.offset = facts.chooseCases(region.cell.offset, known);
  return region;
}

static scf::ForOp getNumbered(Operation *loop) {
  auto counted = dyn_cast<scf::ForOp>(loop);
  bool hasNumbers = counted && counted.getInductionVar().getType().isIndex() &&
                    !counted.getUnsignedCmp();
  return hasNumbers ? counted : scf::ForOp();
}

/// The loop, if its iterations have numbers.
scf::ForOp IterationComparison::getNumbered() { return ::getNumbered(loop); }

/// The region with the number of the iteration, counted from the first value of
/// the loop variable, as dimension 0. Steps of more than one pass over some.
std::optional<IterationComparison::Iterated>
IterationComparison::overLoop(const Iterated &access, scf::ForOp over) {
  const AccessRegion &region = access.region;
  if (!region.cell.isKnown())
    return std::nullopt;
  SymbolicValues &values = views.getValues();
  std::optional<Symbol> i = values.get(over.getInductionVar()).getSymbol();
  Polynomial first = values.get(over.getLowerBound());
  Polynomial count = values.get(over.getUpperBound()) - first;
  if (!i || !first.isKnown() || !count.isKnown())
    return std::nullopt;
  Polynomial step(0), rest(0);
  for (const Polynomial::Term &term : region.cell.offset.getTerms()) {
    Polynomial product(term.coefficient);
    size_t power = 0;
    for (Symbol symbol : term.monomial) {
      if (symbol == *i)
        ++power;
      else
        product = product * Polynomial::symbol(symbol);
    }
    if (power > 1)
      return std::nullopt;
    (power ? step : rest) = (power ? step : rest) + product;
  }
  Iterated result;
  result.isExact = access.isExact && values.get(over.getStep()).isConstant(1);
  result.region.sizes.push_back(count);
  llvm::append_range(result.region.sizes, region.sizes);
  result.region.cell.offset = rest + step * first;
  result.region.cell.coefficients.push_back(step);
  llvm::append_range(result.region.cell.coefficients, region.cell.coefficients);
  return result;
}

/// All that one iteration reaches through the ref. The variable of a loop for
/// which there is no dimension stays a number that differs.
std::optional<IterationComparison::Iterated>
IterationComparison::overInnerLoops(const IterationAccess &access) {
  SymbolicValues &values = views.getValues();
  Iterated result{withCells(values.facts(), views.getRegion(access.access.ref),
                            values.getFactsAt(access.op))};
  if (!result.region.cell.isKnown())
    return std::nullopt;
  for (Operation *parent = access.op->getParentOp(); parent != loop;
       parent = parent->getParentOp())
    if (scf::ForOp inner = ::getNumbered(parent))
      if (std::optional<Iterated> over = overLoop(result, inner))
        result = *over;
  return result;
}

std::optional<AccessRegion>
IterationComparison::overIterations(const IterationAccess &access) {
  std::optional<Iterated> result = overInnerLoops(access);
  if (result && getNumbered())
    result = overLoop(*result, getNumbered());
  return result ? std::optional(result->region) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// Its first digit, of the weight of the storage's rows, is the iteration.
bool IterationComparison::staysInRow(Value ref) {
  const SymbolFacts &facts = views.getValues().facts();
  const StorageLayout &layout = views.getLayout(getRoot(ref));
  auto access = overLoop({withCells(facts, views.getRegion(ref))},
                         cast<scf::ForOp>(loop));
  if (!access || layout.strides.empty())
    return false;
  auto form = JointForm::build(facts, layout, access->region);
  if (!form || !form->getBase().isZero() || form->getNumDigits() == 0)
    return false;
  const AffineForm &row = form->getDigits(0).front();
  return facts.areEqual(form->getRadix().front(), layout.strides.front()) &&
         row.getOnlyDimension() == 0 && row.offset.isZero() &&
         row.coefficients[0].isConstant(1);
}
