//===- PlanChecker.cpp - Is a fusion plan legal? --------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/PlanChecker.h"
#include "AccessPairs.h"
#include "PrivateCells.h"
#include "StepValues.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

using Result = std::optional<PlanViolation>;

namespace {
/// Where a stage runs.
struct Place {
  unsigned group = 0, step = 0;
  const Member *member = nullptr;
};

class PlanChecker {
public:
  PlanChecker(const FusionProgram &program, const FusionPlan &plan)
      : program(program), plan(plan), pairs(program) {}

  Result run();

private:
  Result placeSteps();
  Result placeStages();
  Result checkTheta(const Group &group, const Member &member) const;
  Result checkMembers() const;
  Result checkLoops(const Group &group, size_t m);
  bool isIndependent(unsigned stage, unsigned other);
  Result checkConflicts();
  Result checkPair(const ListedAccess &a, const ListedAccess &b);
  Result checkOwn(const ListedAccess &a, const ListedAccess &b);
  Result checkBarriers() const;
  Result checkBarrier(unsigned number, const ListedAccess &access) const;

  const FusionProgram &program;
  const FusionPlan &plan;
  AccessPairs pairs;
  std::vector<Place> places;
  /// The step of each group and of each barrier.
  std::vector<unsigned> stepOfGroup, stepOfBarrier;
};
} // namespace

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

static constexpr unsigned kNowhere = ~0u;

static Result structural(std::string message, ArrayRef<unsigned> stages = {}) {
  return PlanViolation{PlanRule::Structure, std::move(message),
                       SmallVector<unsigned, 2>(stages)};
}

Result PlanChecker::placeSteps() {
  stepOfGroup.assign(plan.groups.size(), kNowhere);
  stepOfBarrier.assign(program.barriers.size(), kNowhere);
  auto place = [](std::vector<unsigned> &steps, unsigned number, size_t step) {
    if (number >= steps.size() || steps[number] != kNowhere)
      return false;
    steps[number] = step;
    return true;
  };
  for (auto [s, step] : llvm::enumerate(plan.steps)) {
    if (step.kernel.has_value() == step.barrier.has_value())
      return structural("a step is either a kernel or a barrier");
    if (step.barrier && !place(stepOfBarrier, *step.barrier, s))
      return structural("a barrier is not there, or is in two steps");
    if (step.kernel)
      for (unsigned group : step.kernel->groups)
        if (!place(stepOfGroup, group, s))
          return structural("a group is not there, or is in two kernels");
  }
  if (llvm::is_contained(stepOfGroup, kNowhere))
    return structural("a group is in no kernel");
  if (llvm::is_contained(stepOfBarrier, kNowhere))
    return structural("a barrier is in no step");
  return std::nullopt;
}

Result PlanChecker::placeStages() {
  places.assign(program.stages.size(), {});
  for (auto [g, group] : llvm::enumerate(plan.groups)) {
    if (group.members.empty())
      return structural("a group is empty");
    for (const Member &member : group.members) {
      if (member.stage >= places.size())
        return structural("a member is no stage");
      if (program.stages[member.stage].isRemoved)
        return structural("a removed stage runs", member.stage);
      if (places[member.stage].member)
        return structural("a stage runs twice", member.stage);
      places[member.stage] = {static_cast<unsigned>(g), stepOfGroup[g],
                              &member};
    }
  }
  for (unsigned s = 0; s < places.size(); ++s)
    if (!places[s].member && !program.stages[s].isRemoved)
      return structural("a stage does not run", s);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

Result PlanChecker::checkTheta(const Group &group, const Member &member) const {
  const Stage &stage = program.stages[member.stage];
  const SymbolFacts &facts = program.facts();
  if (member.theta.size() != group.sizes.size())
    return PlanViolation{PlanRule::NoRepeat,
                         "the stage lacks a coordinate of T",
                         {member.stage}};
  auto total = [&](const char *message) {
    return PlanViolation{PlanRule::TotalTheta, message, {member.stage}};
  };
  SmallVector<bool> isNamed(stage.getRank(), false);
  // A point of the stage is a point in each of its dimensions; that T has a
  // point does not follow.
  Polynomials given = getNonEmpty(stage.sizes);
  for (auto [t, size] : llvm::zip_equal(member.theta, group.sizes)) {
    if (t.dimension >= stage.getRank() ||
        std::exchange(isNamed[t.dimension], true))
      return total("two coordinates are one dimension");
    if (stage.kinds[t.dimension] != IteratorKind::Parallel)
      return total("a coordinate is no parallel dimension");
    if (!facts.isNonNegative(t.shift, given) ||
        !facts.isAtMost(stage.sizes[t.dimension] + t.shift, size, given))
      return total("the stage is not inside T");
  }
  return std::nullopt;
}

Result PlanChecker::checkMembers() const {
  for (const Group &group : plan.groups)
    for (auto [m, member] : llvm::enumerate(group.members)) {
      if (Result violation = checkTheta(group, member))
        return violation;
      // Stages are numbered in program order.
      if (m > 0 && group.members[m - 1].stage >= member.stage)
        return PlanViolation{PlanRule::ProgramOrder,
                             "the members of a group are not in program order",
                             {group.members[m - 1].stage, member.stage}};
    }
  return std::nullopt;
}

/// Is no cell that one of them writes a cell of the other?
bool PlanChecker::isIndependent(unsigned stage, unsigned other) {
  for (unsigned s = 0; s < program.storages.size(); ++s)
    for (const ListedAccess &access : pairs.of(s)) {
      if (access.stage != stage)
        continue;
      for (unsigned alias : pairs.aliasesOf(s))
        for (const ListedAccess &second : pairs.of(alias))
          if (second.stage == other &&
              (access.what.isWrite || second.what.isWrite) &&
              !pairs.areApart(access, second))
            return false;
    }
  return true;
}

/// Two reductions in one loop have the same loop, and the later one may run as
/// early as the first one.
Result PlanChecker::checkLoops(const Group &group, size_t m) {
  const Member &member = group.members[m];
  if (!member.loopsOf)
    return std::nullopt;
  auto fail = [&](const char *message, unsigned other) {
    return PlanViolation{PlanRule::SharedLoops, message, {other, member.stage}};
  };
  const auto *first = llvm::find_if(group.members, [&](const Member &other) {
    return other.stage == *member.loopsOf;
  });
  if (first >= &member || first->loopsOf)
    return fail("a stage has no loops for another one", member.stage);
  const Stage &a = program.stages[first->stage];
  const Stage &b = program.stages[member.stage];
  bool isSame =
      a.kinds == b.kinds && a.isParallel() && b.isParallel() &&
      llvm::is_contained(a.kinds, IteratorKind::Reduction) &&
      llvm::all_of(llvm::zip_equal(a.sizes, b.sizes),
                   [&](auto sizes) {
                     return program.facts().areEqual(std::get<0>(sizes),
                                                     std::get<1>(sizes));
                   }) &&
      llvm::all_of(llvm::zip_equal(first->theta, member.theta),
                   [&](auto coordinates) {
                     auto [s, t] = coordinates;
                     return s.dimension == t.dimension &&
                            program.facts().areEqual(s.shift, t.shift);
                   });
  if (!isSame)
    return fail("the stages have different loops", first->stage);
  for (const Member *other = first; other != &member; ++other)
    if (!isIndependent(member.stage, other->stage))
      return fail("the second stage has to run after the first one",
                  other->stage);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Conflicts
//===----------------------------------------------------------------------===//

/// Does the op read and write so itself, before anything was changed? What
/// then has to be read first has been copied, or is run in that order.
static bool isOriginal(const FusionProgram &program, const ListedAccess &read) {
  const Stage &stage = program.stages[read.stage];
  if (!read.isAffine())
    return true;
  return llvm::any_of(stage.value.inputs, [&](const Input &input) {
    return input.isLoad() && input.storage == read.what.storage &&
           input.cell == read.what.region.cell;
  });
}

/// A stage is run point by point, so what it reads and writes itself has to be
/// at one point, along all dimensions along which it writes.
Result PlanChecker::checkOwn(const ListedAccess &a, const ListedAccess &b) {
  if (a.what.isWrite == b.what.isWrite ||
      isOriginal(program, a.what.isWrite ? b : a))
    return std::nullopt;
  const Stage &stage = program.stages[a.stage];
  SmallVector<Coordinate, 4> points;
  for (size_t d = 0; d < stage.getRank(); ++d)
    if (stage.kinds[d] != IteratorKind::Reduction &&
        !stage.sizes[d].isConstant(1))
      points.push_back({d, Polynomial(0)});
  if (pairs.agree(a, points, b, points) || pairs.areApart(a, b))
    return std::nullopt;
  return PlanViolation{PlanRule::ReadsFirst,
                       "the stage overwrites what another point of it reads",
                       {a.stage}};
}

/// `a` is of the earlier stage, or both are of one.
Result PlanChecker::checkPair(const ListedAccess &a, const ListedAccess &b) {
  if (!a.what.isWrite && !b.what.isWrite)
    return std::nullopt;
  const Place &x = places[a.stage], &y = places[b.stage];
  if (x.step < y.step)
    return std::nullopt;
  if (x.group != y.group) {
    if (pairs.areApart(a, b))
      return std::nullopt;
    if (x.step == y.step)
      return PlanViolation{PlanRule::PackApart,
                           "groups of one kernel share cells",
                           {a.stage, b.stage}};
    return PlanViolation{PlanRule::StepOrder,
                         "the second stage runs before the first one",
                         {a.stage, b.stage}};
  }
  Order order = plan.groups[x.group].order;
  bool isInOrder =
      order != Order::Any && a.stage != b.stage &&
      pairs.isInOrder(order, a, x.member->theta, b, y.member->theta);
  if (!isInOrder && !pairs.agree(a, x.member->theta, b, y.member->theta) &&
      !pairs.areApart(a, b))
    return PlanViolation{PlanRule::Agreement,
                         "the stages share a cell in different iterations",
                         {a.stage, b.stage}};
  return a.stage == b.stage ? checkOwn(a, b) : std::nullopt;
}

Result PlanChecker::checkConflicts() {
  for (unsigned s = 0; s < program.storages.size(); ++s)
    for (unsigned other : pairs.aliasesOf(s)) {
      if (other < s)
        continue;
      ArrayRef<ListedAccess> firsts = pairs.of(s);
      for (size_t i = 0; i < firsts.size(); ++i)
        for (const ListedAccess &second :
             pairs.of(other).drop_front(other == s ? i : 0)) {
          bool inOrder = firsts[i].stage <= second.stage;
          if (Result violation = inOrder ? checkPair(firsts[i], second)
                                         : checkPair(second, firsts[i]))
            return violation;
        }
    }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

/// May the barrier reach the storage in a way that orders it and the access?
static bool orders(const FusionProgram &program, const Barrier &barrier,
                   const StageAccess &access) {
  if (barrier.touchesAnything)
    return program.storages[access.storage].escapes;
  auto mayShare = [&](unsigned other) {
    return other == access.storage || program.mayAlias(other, access.storage);
  };
  return llvm::any_of(barrier.writes, mayShare) ||
         (access.isWrite && llvm::any_of(barrier.reads, mayShare));
}

Result PlanChecker::checkBarrier(unsigned number,
                                 const ListedAccess &access) const {
  const Barrier &barrier = program.barriers[number];
  unsigned node = 0;
  while (program.nodes[node].barrier != number)
    ++node;
  bool isBefore = node < program.nodeOfStage[access.stage];
  // Whatever may check something comes before all that may rely on it.
  if (!(isBefore && barrier.touchesAnything) &&
      !orders(program, barrier, access.what))
    return std::nullopt;
  unsigned step = places[access.stage].step;
  if (isBefore ? stepOfBarrier[number] < step : step < stepOfBarrier[number])
    return std::nullopt;
  return PlanViolation{PlanRule::StepOrder,
                       "the stage runs on the wrong side of '" +
                           barrier.op->getName().getStringRef().str() + "'",
                       {access.stage}};
}

Result PlanChecker::checkBarriers() const {
  for (unsigned b = 0; b < program.barriers.size(); ++b) {
    if (b > 0 && stepOfBarrier[b - 1] >= stepOfBarrier[b])
      return PlanViolation{
          PlanRule::StepOrder, "the barriers are not in program order", {}};
    for (unsigned s = 0; s < program.storages.size(); ++s)
      for (const ListedAccess &access : pairs.of(s))
        if (Result violation = checkBarrier(b, access))
          return violation;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// All rules
//===----------------------------------------------------------------------===//

Result PlanChecker::run() {
  if (Result violation = placeSteps())
    return violation;
  if (Result violation = placeStages())
    return violation;
  if (Result violation = checkMembers())
    return violation;
  for (const Group &group : plan.groups)
    for (size_t m = 0; m < group.members.size(); ++m)
      if (Result violation = checkLoops(group, m))
        return violation;
  if (Result violation = checkConflicts())
    return violation;
  if (Result violation = checkBarriers())
    return violation;
  if (Result violation = checkStepValues(program, plan))
    return violation;
  // Rule 1 says as well that a private cell that is read at t has been written
  // at t: its writers conflict with the read, so they share its t.
  return checkPrivateStorages(program, plan, pairs);
}

Result elena::fusion::checkPlan(const FusionProgram &program,
                                const FusionPlan &plan) {
  return PlanChecker(program, plan).run();
}
