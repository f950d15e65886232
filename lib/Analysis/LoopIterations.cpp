//===- LoopIterations.cpp - Do iterations touch each other? ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/LoopIterations.h"
#include "elena/Analysis/OperationGraph.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// What an iteration reaches of a storage that is there before the loop.
struct IterationAccess {
  Operation *op;
  Value ref, root;
  bool isWrite;
};

class IterationComparison {
public:
  IterationComparison(scf::ForOp loop, SymbolicViews &views,
                      ArgumentAlias alias)
      : loop(loop), views(views), alias(alias) {}

  IterationVerdict classify();
  bool staysInRow(Value ref);

private:
  IterationVerdict collect();
  bool isOfLoop(Value value) {
    return loop->isAncestor(value.getParentBlock()->getParentOp());
  }
  bool mayMeet(const IterationAccess &a, const IterationAccess &b);
  std::optional<AccessRegion> overIterations(const AccessRegion &region);
  bool isTheSameAlways(Value value);
  bool isTheSameAlways(const Polynomial &number);
  bool isTheSameAlways(const AffineForm &form);
  bool namesIteration(const AffineForm &a, const AffineForm &b);

  scf::ForOp loop;
  SymbolicViews &views;
  ArgumentAlias alias;
  SmallVector<IterationAccess> accesses;
};
} // namespace

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

static IterationVerdict refuse(const Twine &reason, Operation *first = nullptr,
                               Operation *second = nullptr) {
  return {false, reason.str(), first, second};
}

IterationVerdict IterationComparison::collect() {
  IterationVerdict verdict{true, "", nullptr, nullptr};
  loop.getBody()->walk([&](Operation *op) {
    // What stands in the body of a stage is an access of the stage.
    if (op->getParentOfType<StageOp>())
      return WalkResult::advance();
    bool isContainer = op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() &&
                       !isa<AccessOpInterface>(op);
    if (isContainer || isa<AllocOp, AssertOp>(op) || isMemoryEffectFree(op))
      return WalkResult::advance();
    for (const GraphAccess &access : collectAccesses(op)) {
      if (access.extent != GraphAccess::Extent::Ref) {
        verdict = refuse("an operation may touch any cell", op);
        return WalkResult::interrupt();
      }
      Value root = getRoot(access.ref);
      if (!isOfLoop(root))
        accesses.push_back({op, access.ref, root, access.isWrite()});
    }
    return WalkResult::advance();
  });
  return verdict;
}

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

bool IterationComparison::isTheSameAlways(const Polynomial &number) {
  return number.isKnown() &&
         llvm::all_of(number.getTerms(), [&](const Polynomial::Term &term) {
           return llvm::all_of(term.monomial, [&](Symbol symbol) {
             return isTheSameAlways(views.getValues().getValue(symbol));
           });
         });
}

bool IterationComparison::isTheSameAlways(const AffineForm &form) {
  return isTheSameAlways(form.offset) &&
         llvm::all_of(form.coefficients, [&](const Polynomial &coefficient) {
           return isTheSameAlways(coefficient);
         });
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

/// The region with the number of the iteration, counted from the first value of
/// the loop variable, as dimension 0. Steps of more than one pass over some.
std::optional<AccessRegion>
IterationComparison::overIterations(const AccessRegion &region) {
  if (!region.cell.isKnown())
    return std::nullopt;
  SymbolicValues &values = views.getValues();
  std::optional<Symbol> i = values.get(loop.getInductionVar()).getSymbol();
  Polynomial first = values.get(loop.getLowerBound());
  Polynomial count = values.get(loop.getUpperBound()) - first;
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
  AccessRegion result;
  result.sizes.push_back(count);
  llvm::append_range(result.sizes, region.sizes);
  result.cell.offset = rest + step * first;
  result.cell.coefficients.push_back(step);
  llvm::append_range(result.cell.coefficients, region.cell.coefficients);
  return result;
}

/// Does a digit that both accesses share tell the iteration?
bool IterationComparison::namesIteration(const AffineForm &a,
                                         const AffineForm &b) {
  auto onlyOfIteration = [&](const AffineForm &form) {
    return form.getOnlyDimension() == 0 && isTheSameAlways(form);
  };
  if (!onlyOfIteration(a) || !onlyOfIteration(b))
    return false;
  const SymbolFacts &facts = views.getValues().facts();
  const Polynomial &step = a.coefficients[0];
  bool nonZero =
      step.getConstant() || facts.isPositive(step) || facts.isPositive(-step);
  return nonZero && facts.areEqual(step, b.coefficients[0]) &&
         facts.areEqual(a.offset, b.offset);
}

AccessRegion elena::withCells(const SymbolFacts &facts, AccessRegion region) {
  Polynomials given;
  for (const Polynomial &size : region.sizes)
    if (size.isKnown() && !size.getConstant())
      given.push_back(size - 1);
  for (Polynomial &size : region.sizes)
    size = facts.chooseCases(size, given);
  region.cell.offset = facts.chooseCases(region.cell.offset, given);
  return region;
}

/// May they, in two different iterations, reach one cell?
bool IterationComparison::mayMeet(const IterationAccess &a,
                                  const IterationAccess &b) {
  if (a.root != b.root)
    return mayShareStorage(a.root, b.root, alias);
  const SymbolFacts &facts = views.getValues().facts();
  auto first = overIterations(withCells(facts, views.getRegion(a.ref)));
  auto second = overIterations(withCells(facts, views.getRegion(b.ref)));
  if (!first || !second)
    return true;
  std::array<AccessRegion, 2> regions{*first, *second};
  std::optional<JointForm> form = JointForm::build(
      views.getValues().facts(), views.getLayout(a.root), regions);
  // Digits say something of two iterations only if the weights and the origin
  // are the same in both.
  if (!form || !isTheSameAlways(form->getBase()) ||
      !llvm::all_of(form->getRadix(), [&](const Polynomial &weight) {
        return isTheSameAlways(weight);
      }))
    return true;
  for (auto [x, y] : llvm::zip_equal(form->getDigits(0), form->getDigits(1)))
    if (namesIteration(x, y))
      return false;
  auto isPlain = [&](const AccessRegion &region) {
    return isTheSameAlways(region.cell) &&
           llvm::all_of(region.sizes, [&](const Polynomial &size) {
             return isTheSameAlways(size);
           });
  };
  return !isPlain(*first) || !isPlain(*second) || !form->areDisjoint(0, 1);
}

IterationVerdict IterationComparison::classify() {
  if (loop.getNumRegionIterArgs())
    return refuse("it carries numbers from one iteration to the next");
  if (!loop.getInductionVar().getType().isIndex() || loop.getUnsignedCmp())
    return refuse("its variable is no index");
  IterationVerdict verdict = collect();
  if (!verdict.areIndependent)
    return verdict;
  for (const IterationAccess &written : accesses)
    for (const IterationAccess &other : accesses)
      if (written.isWrite && mayMeet(written, other))
        return refuse(other.isWrite ? "iterations may write the same cells"
                                    : "an iteration may read what another one "
                                      "writes",
                      written.op, other.op);
  return verdict;
}

/// Its first digit, of the weight of the storage's rows, is the iteration.
bool IterationComparison::staysInRow(Value ref) {
  const SymbolFacts &facts = views.getValues().facts();
  const StorageLayout &layout = views.getLayout(getRoot(ref));
  auto region = overIterations(withCells(facts, views.getRegion(ref)));
  if (!region || layout.strides.empty())
    return false;
  auto form = JointForm::build(facts, layout, *region);
  if (!form || !form->getBase().isZero() || form->getNumDigits() == 0)
    return false;
  const AffineForm &row = form->getDigits(0).front();
  return facts.areEqual(form->getRadix().front(), layout.strides.front()) &&
         row.getOnlyDimension() == 0 && row.offset.isZero() &&
         row.coefficients[0].isConstant(1);
}

bool elena::staysInRow(scf::ForOp loop, SymbolicViews &views, Value ref) {
  // Other storages do not matter here.
  return IterationComparison(loop, views, ArgumentAlias::Apart).staysInRow(ref);
}

IterationVerdict elena::classifyIterations(scf::ForOp loop,
                                           SymbolicViews &views,
                                           ArgumentAlias alias) {
  return IterationComparison(loop, views, alias).classify();
}
