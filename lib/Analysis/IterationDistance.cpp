//===- IterationDistance.cpp - Which iterations meet at a cell ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/IterationDistance.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

void DistanceRange::intersect(const DistanceRange &other) {
  if (other.least && (!least || *least < *other.least))
    least = other.least;
  if (other.most && (!most || *most > *other.most))
    most = other.most;
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

/// Digits say something of two iterations only if the weights and the origin
/// are the same in both.
bool IterationComparison::areOfOneBase(const JointForm &form) {
  return isTheSameAlways(form.getBase()) &&
         llvm::all_of(form.getRadix(), [&](const Polynomial &weight) {
           return isTheSameAlways(weight);
         });
}

/// What is between `least` and `most` is at least and at most how many times
/// `step`? Of formulas, no more than the sign may be known.
static DistanceRange divide(const SymbolFacts &facts, Polynomial least,
                            Polynomial most, Polynomial step,
                            ArrayRef<Polynomial> given) {
  if (facts.isPositive(-step, given)) {
    step = -step;
    std::swap(least, most);
    least = -least;
    most = -most;
  } else if (!facts.isPositive(step, given)) {
    return {};
  }
  least = facts.normalize(least);
  most = facts.normalize(most);
  if (least == most)
    if (auto times = least.divideExactly(step); times && times->getConstant())
      return {times->getConstant(), times->getConstant()};
  DistanceRange range;
  if (least.getConstant() && step.getConstant())
    range.least =
        llvm::divideCeilSigned(*least.getConstant(), *step.getConstant());
  else if (facts.isPositive(least, given))
    range.least = 1;
  else if (facts.isPositive(least + step, given))
    range.least = 0;
  if (most.getConstant() && step.getConstant())
    range.most =
        llvm::divideFloorSigned(*most.getConstant(), *step.getConstant());
  else if (facts.isPositive(-most, given))
    range.most = -1;
  else if (facts.isPositive(step - most, given))
    range.most = 0;
  return range;
}

/// c*i + f = c*(i + d) + g, where f and g do not depend on i: d = (f - g)/c.
DistanceRange IterationComparison::compareDigit(ArrayRef<AccessRegion> regions,
                                                const AffineForm &a,
                                                const AffineForm &b) {
  const SymbolFacts &facts = views.getValues().facts();
  const Polynomial &step = a.coefficients[0];
  if (!isTheSameAlways(a) || !isTheSameAlways(b) || step.isZero() ||
      !facts.areEqual(step, b.coefficients[0]))
    return {};
  const std::array<const AffineForm *, 2> forms{&a, &b};
  std::array<std::pair<Polynomial, Polynomial>, 2> ranges;
  Polynomials given;
  for (auto [region, form, range] : llvm::zip_equal(regions, forms, ranges)) {
    AffineForm rest = *form;
    rest.coefficients[0] = Polynomial(0);
    for (auto [coefficient, size] :
         llvm::zip_equal(rest.coefficients, region.sizes)) {
      bool isSame = isTheSameAlways(size);
      if (!coefficient.isZero() && !isSame)
        return {};
      if (isSame && !size.getConstant())
        given.push_back(size - 1);
    }
    range = getRange(facts, rest, region.sizes);
    if (!range.first.isKnown() || !range.second.isKnown())
      return {};
  }
  return divide(facts, ranges[0].first - ranges[1].second,
                ranges[0].second - ranges[1].first, step, given);
}

/// Of values of the loop variable: of iterations.
DistanceRange IterationComparison::toIterations(DistanceRange ofVariable) {
  SymbolicValues &values = views.getValues();
  Polynomial step = values.get(getNumbered().getStep());
  // The step of a loop is positive.
  DistanceRange range;
  if (std::optional<int64_t> by = step.getConstant(); by && *by > 0) {
    if (ofVariable.least)
      range.least = llvm::divideCeilSigned(*ofVariable.least, *by);
    if (ofVariable.most)
      range.most = llvm::divideFloorSigned(*ofVariable.most, *by);
  } else {
    if (ofVariable.least && *ofVariable.least >= 0)
      range.least = *ofVariable.least > 0;
    if (ofVariable.most && *ofVariable.most <= 0)
      range.most = -int64_t(*ofVariable.most < 0);
  }
  return range;
}

/// Of two refs with one root, in values of the loop variable.
DistanceRange IterationComparison::compareCells(const IterationAccess &a,
                                                const IterationAccess &b) {
  std::optional<AccessRegion> first = overIterations(a);
  std::optional<AccessRegion> second = overIterations(b);
  if (!first || !second)
    return {};
  std::array<AccessRegion, 2> regions{*first, *second};
  std::optional<JointForm> form = JointForm::build(
      views.getValues().facts(), views.getLayout(a.root), regions);
  if (!form || !areOfOneBase(*form))
    return {};
  DistanceRange range;
  if (getNumbered())
    for (auto [x, y] : llvm::zip_equal(form->getDigits(0), form->getDigits(1)))
      range.intersect(compareDigit(regions, x, y));
  if (!range.isEmpty() && isTheSameAlways(*first) && isTheSameAlways(*second) &&
      form->areDisjoint(0, 1))
    return DistanceRange::none();
  return range;
}

DistanceRange IterationComparison::compare(const IterationAccess &a,
                                           const IterationAccess &b) {
  if (!a.root || !b.root)
    return {};
  if (a.root != b.root)
    return mayShareStorage(a.root, b.root, alias) ? DistanceRange{}
                                                  : DistanceRange::none();
  // What an iteration allocates is its own; what it chooses may be any.
  if (isOfLoop(a.root))
    return a.root.getDefiningOp<AllocOp>() ? DistanceRange::none()
                                           : DistanceRange{};
  if (a.access.extent != GraphAccess::Extent::Ref ||
      b.access.extent != GraphAccess::Extent::Ref)
    return {};
  DistanceRange range = compareCells(a, b);
  if (range.isEmpty() || !getNumbered())
    return range;
  range = toIterations(range);
  if (std::optional<APInt> count = getNumbered().getStaticTripCount()) {
    int64_t last = count->getSExtValue() - 1;
    if (last <= 0 || range.least.value_or(-last) > last ||
        range.most.value_or(last) < -last)
      return DistanceRange::none();
    if (range.least)
      range.least = std::max(*range.least, -last);
    if (range.most)
      range.most = std::min(*range.most, last);
  }
  return range;
}

bool IterationComparison::mayMeetInOne(const IterationAccess &a,
                                       const IterationAccess &b) {
  if (a.access.extent != GraphAccess::Extent::Ref ||
      b.access.extent != GraphAccess::Extent::Ref || a.root != b.root)
    return true;
  DistanceRange range = compareCells(a, b);
  return !range.isEmpty() && range.least.value_or(0) <= 0 &&
         range.most.value_or(0) >= 0;
}

//===----------------------------------------------------------------------===//
// Carried dependences
//===----------------------------------------------------------------------===//

/// Each iteration runs the op, if loops inside are not empty.
bool IterationComparison::surelyRuns(Operation *op) {
  for (Operation *parent = op->getParentOp(); parent != loop;
       parent = parent->getParentOp())
    if (!isa<scf::ForOp, GroupOp, PackOp>(parent))
      return false;
  return true;
}

/// How the cells of `a` in one iteration relate to those of `b` the distance
/// later; without a distance: in any other one.
SetRelation IterationComparison::relateAt(const IterationAccess &a,
                                          const IterationAccess &b,
                                          std::optional<int64_t> distance) {
  using Extent = GraphAccess::Extent;
  if (a.access.extent != Extent::Ref || b.access.extent != Extent::Ref ||
      a.root != b.root || isOfLoop(a.root))
    return SetRelation::Unknown;
  std::optional<Iterated> first = overInnerLoops(a), second = overInnerLoops(b);
  if (!first || !second)
    return SetRelation::Unknown;
  SymbolicValues &values = views.getValues();
  std::optional<Symbol> i;
  if (distance && getNumbered()) {
    i = values.get(getNumbered().getInductionVar()).getSymbol();
    Polynomial step = values.get(getNumbered().getStep());
    if (!i || !step.isKnown())
      return SetRelation::Unknown;
    Polynomial later = Polynomial::symbol(*i) + step * Polynomial(*distance);
    auto advance = [&](Polynomial &number) {
      number = number.substitute(*i, later);
    };
    advance(second->region.cell.offset);
    llvm::for_each(second->region.cell.coefficients, advance);
    llvm::for_each(second->region.sizes, advance);
  }
  if (!isTheSameAlways(first->region, i) || !isTheSameAlways(second->region, i))
    return SetRelation::Unknown;
  SetRelation relation = relate(values.facts(), views.getLayout(a.root),
                                first->region, second->region);
  bool isSure = a.access.must && b.access.must && first->isExact &&
                second->isExact && surelyRuns(a.op) && surelyRuns(b.op);
  return isSure || relation == SetRelation::Disjoint ? relation
                                                     : SetRelation::Unknown;
}

std::optional<LoopCarried>
IterationComparison::findCarried(const IterationAccess &a,
                                 const IterationAccess &b) {
  DistanceRange range = compare(a, b);
  range.intersect({1, std::nullopt});
  if (range.isEmpty())
    return std::nullopt;
  LoopCarried carried{*range.least, range.most};
  if (range.least == range.most) {
    carried.relation = relateAt(a, b, range.least);
  } else {
    carried.relation = relateAt(a, b, std::nullopt);
    carried.isEvery = carried.relation != SetRelation::Unknown;
  }
  if (carried.relation == SetRelation::Disjoint)
    return std::nullopt;
  return carried;
}
