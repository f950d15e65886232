//===- PrivateCells.cpp - Storages of one iteration, checked --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In digits, a cell of a storage is a tuple. A digit that is one function of t
// at all accesses says nothing inside one t. The others have to be what the
// private cell is made of: with s[n, c] over T = [n],
//
//   access          real digits       private cell, sizes [4]
//   s[:, :]         (t, c)            c
//   s[:, 2]         (t, 2)            2
//
//===----------------------------------------------------------------------===//

#include "PrivateCells.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

using Result = std::optional<PlanViolation>;

/// More cells than a group may have of its own.
static constexpr uint64_t kMaxCells = 1 << 16;

namespace {
struct Use {
  const Member *member;
  const ListedAccess *access;
};

class PrivateChecker {
public:
  PrivateChecker(const FusionProgram &program, const Group &group,
                 const PrivateStorage &own)
      : program(program), group(group), own(own) {}

  Result run(const AccessPairs &pairs);

private:
  bool isApartFromGroup(const AccessPairs &pairs,
                        const ListedAccess &access) const;
  Result collectUses(const AccessPairs &pairs);
  Result checkCells(const JointForm &form) const;
  AffineForm overT(const Use &use, AffineForm form) const;
  AffineForm atOwnT(const Use &use, AffineForm form) const;
  bool isFixedByT(const JointForm &form, size_t digit) const;
  bool isWrittenBack(const JointForm &form, size_t u,
                     ArrayRef<size_t> open) const;
  std::set<int64_t> getWrittenCells(const Use &use) const;
  bool isCovered() const;
  SmallVector<size_t> getOpenDigits(const JointForm &form) const;
  PlanViolation fail(PlanRule rule, const char *message, const Use &use) const {
    return {rule, message, {use.member->stage}};
  }

  const FusionProgram &program;
  const Group &group;
  const PrivateStorage &own;
  SmallVector<Use> uses;
};
} // namespace

/// Groups may have parts of a storage to themselves: does the access, another
/// group's, share no cell with those of this one?
bool PrivateChecker::isApartFromGroup(const AccessPairs &pairs,
                                      const ListedAccess &access) const {
  return llvm::all_of(pairs.of(own.storage), [&](const ListedAccess &mine) {
    bool isMember = llvm::any_of(group.members, [&](const Member &member) {
      return member.stage == mine.stage;
    });
    if (!isMember)
      return true;
    return areRegionsApart(program, own.storage, mine.what.region,
                           access.what.region);
  });
}

/// All accesses of the storage, which are the group's and affine.
Result PrivateChecker::collectUses(const AccessPairs &pairs) {
  const StorageInfo &info = program.storages[own.storage];
  if ((info.escapes && !own.writeBack) || !info.isAllocation)
    return PlanViolation{PlanRule::PrivateUnseen,
                         "a private storage is seen outside the block",
                         {}};
  for (const Barrier &barrier : program.barriers)
    if (llvm::is_contained(barrier.reads, own.storage) ||
        llvm::is_contained(barrier.writes, own.storage) ||
        (barrier.touchesAnything && info.escapes))
      return PlanViolation{
          PlanRule::PrivateUnseen, "a barrier touches a private storage", {}};
  for (unsigned storage : pairs.aliasesOf(own.storage))
    for (const ListedAccess &access : pairs.of(storage)) {
      const Member *member =
          llvm::find_if(group.members, [&](const Member &candidate) {
            return candidate.stage == access.stage;
          });
      if (member == group.members.end() || storage != own.storage) {
        if (storage != own.storage || !isApartFromGroup(pairs, access))
          return PlanViolation{PlanRule::PrivateUnseen,
                               "another group touches a private storage",
                               {access.stage}};
        continue;
      }
      // Loads that may not be made go through the storage itself.
      bool isThroughView = access.what.isWrite || access.what.isMust;
      if (!access.isAffine() || !isThroughView)
        return PlanViolation{PlanRule::PrivateUnseen,
                             "a private storage is gathered from",
                             {access.stage}};
      uses.push_back({member, &access});
    }
  return std::nullopt;
}

/// The form in t: a coordinate takes the place of the dimension that it names,
/// i = t - shift. Dimensions of size 1 are 0.
AffineForm PrivateChecker::overT(const Use &use, AffineForm form) const {
  const Polynomials &sizes = use.access->what.region.sizes;
  for (auto [size, coefficient] : llvm::zip_equal(sizes, form.coefficients))
    if (size.isConstant(1))
      coefficient = Polynomial(0);
  AffineForm result{form.offset, {}};
  for (const Coordinate &t : use.member->theta) {
    Polynomial &step = form.coefficients[t.dimension];
    result.offset = result.offset - step * t.shift;
    result.coefficients.push_back(step);
    step = Polynomial(0);
  }
  llvm::append_range(result.coefficients, form.coefficients);
  return result;
}

/// A form in t where the use's dimensions of size 1 say what t is.
AffineForm PrivateChecker::atOwnT(const Use &use, AffineForm form) const {
  for (auto [t, coefficient] :
       llvm::zip_equal(use.member->theta, form.coefficients))
    if (use.access->what.region.sizes[t.dimension].isConstant(1)) {
      form.offset = form.offset + coefficient * t.shift;
      coefficient = Polynomial(0);
    }
  return form;
}

bool PrivateChecker::isFixedByT(const JointForm &form, size_t digit) const {
  size_t rank = group.sizes.size();
  std::optional<AffineForm> first;
  SmallVector<std::pair<const Use *, AffineForm>> values;
  for (auto [u, use] : llvm::enumerate(uses)) {
    AffineForm value = overT(use, form.getDigits(u)[digit]);
    for (const Polynomial &inner :
         ArrayRef(value.coefficients).drop_front(rank))
      if (!inner.isZero())
        return false;
    value.coefficients.truncate(rank);
    bool isAtOneT = llvm::any_of(use.member->theta, [&](const Coordinate &t) {
      return use.access->what.region.sizes[t.dimension].isConstant(1);
    });
    if (isAtOneT) {
      values.emplace_back(&use, std::move(value));
      continue;
    }
    if (first && !areEqual(program.facts(), *first, value))
      return false;
    first = value;
  }
  // What runs at one t only says what the digit is at that t.
  return llvm::all_of(values, [&](const auto &pair) {
    return first &&
           areEqual(program.facts(), atOwnT(*pair.first, *first), pair.second);
  });
}

/// The digits that have to be in the private cell: those that t leaves open.
/// One that is the same constant everywhere may be.
SmallVector<size_t> PrivateChecker::getOpenDigits(const JointForm &form) const {
  SmallVector<size_t> open, openOrConstant;
  for (size_t k = 0; k < form.getNumDigits(); ++k) {
    bool isOpen = !isFixedByT(form, k);
    if (isOpen)
      open.push_back(k);
    if (isOpen || form.getDigits(0)[k].isConstant())
      openOrConstant.push_back(k);
  }
  return openOrConstant.size() == own.sizes.size() ? openOrConstant : open;
}

/// The digits that t leaves open, with the declared sizes as their radix, are
/// the private cell.
Result PrivateChecker::checkCells(const JointForm &form) const {
  SmallVector<size_t> open = getOpenDigits(form);
  if (open.size() != own.sizes.size())
    return fail(PlanRule::PrivateSize,
                "a private storage has other dimensions than its cells in one "
                "iteration",
                uses.front());
  const SymbolFacts &facts = program.facts();
  for (auto [u, use] : llvm::enumerate(uses)) {
    const Polynomials &box = use.access->what.region.sizes;
    AffineForm cell = AffineForm::constant(0, box.size());
    for (auto [k, size] : llvm::zip_equal(open, own.sizes)) {
      const AffineForm &digit = form.getDigits(u)[k];
      if (!isWithin(facts, digit, box, 0, Polynomial(size - 1)))
        return fail(PlanRule::PrivateSize,
                    "a private cell is outside the declared sizes", use);
      cell = cell * Polynomial(size) + digit;
    }
    auto declared = own.cells.find({use.member->stage, use.access->number});
    if (declared == own.cells.end() ||
        declared->second.coefficients.size() != box.size() ||
        !areEqual(facts, overT(use, declared->second), overT(use, cell)))
      return fail(PlanRule::PrivateCell,
                  "the private cell is not the one of the real cell", use);
    if (own.writeBack && !isWrittenBack(form, u, open))
      return fail(PlanRule::WriteBack,
                  "an iteration's own cell is stored to another cell", use);
  }
  if (own.writeBack && !isCovered())
    return fail(PlanRule::WriteBack,
                "an iteration stores what it may not have made", uses.front());
  return std::nullopt;
}

/// Is the real cell of the use the one that its private cell is stored to?
bool PrivateChecker::isWrittenBack(const JointForm &form, size_t u,
                                   ArrayRef<size_t> open) const {
  const Use &use = uses[u];
  size_t rank = use.access->rank;
  SmallVector<AffineForm, 4> point;
  for (const Coordinate &t : use.member->theta)
    point.push_back(AffineForm::dimension(t.dimension, rank) +
                    AffineForm::constant(t.shift, rank));
  for (size_t k : open)
    point.push_back(form.getDigits(u)[k]);
  if (own.writeBack->coefficients.size() != point.size())
    return false;
  return areEqual(program.facts(),
                  overT(use, own.writeBack->compose(point, rank)),
                  overT(use, use.access->what.region.cell));
}

/// The private cells that the use surely writes in every iteration.
std::set<int64_t> PrivateChecker::getWrittenCells(const Use &use) const {
  const Stage &stage = program.stages[use.member->stage];
  const Polynomials &box = use.access->what.region.sizes;
  AffineForm cell = own.cells.at({use.member->stage, use.access->number});
  if (!use.access->what.isWrite || !use.access->what.isMust)
    return {};
  SmallVector<bool> isInner(box.size(), true);
  for (auto [t, size] : llvm::zip_equal(use.member->theta, group.sizes)) {
    // The points of the stage are all of T.
    if (!t.shift.isZero() ||
        !program.facts().areEqual(stage.sizes[t.dimension], size) ||
        !cell.coefficients[t.dimension].isZero())
      return {};
    isInner[t.dimension] = false;
  }
  if (!cell.offset.getConstant())
    return {};
  std::set<int64_t> cells{*cell.offset.getConstant()};
  for (auto [d, size] : llvm::enumerate(box)) {
    std::optional<int64_t> points = size.getConstant();
    std::optional<int64_t> step = cell.coefficients[d].getConstant();
    if (!isInner[d])
      continue;
    // A loop of unknown length may be empty.
    if (!points || !step || *points * cells.size() > kMaxCells)
      return {};
    std::set<int64_t> more;
    for (int64_t first : cells)
      for (int64_t i = 0; i < *points; ++i)
        more.insert(first + i * *step);
    cells = std::move(more);
  }
  return cells;
}

/// Is every private cell written in every iteration? Then, as different
/// iterations share no cell that one of them writes, each of them stores to
/// cells of its own.
bool PrivateChecker::isCovered() const {
  std::set<int64_t> cells;
  for (const Use &use : uses)
    cells.merge(getWrittenCells(use));
  int64_t expected = 0, all = 1;
  for (int64_t size : own.sizes)
    all *= size;
  for (int64_t cell : cells)
    expected += cell == expected;
  return expected == all;
}

Result PrivateChecker::run(const AccessPairs &pairs) {
  if (Result violation = collectUses(pairs))
    return violation;
  if (uses.empty())
    return std::nullopt;
  std::vector<AccessRegion> regions;
  for (const Use &use : uses)
    regions.push_back(use.access->what.region);
  std::optional<JointForm> form = JointForm::build(
      program.facts(), program.storages[own.storage].layout, regions);
  if (!form)
    return fail(PlanRule::PrivateCell,
                "the cells of a private storage are not known", uses.front());
  return checkCells(*form);
}

Result elena::fusion::checkPrivateStorages(const FusionProgram &program,
                                           const FusionPlan &plan,
                                           const AccessPairs &pairs) {
  for (const Group &group : plan.groups)
    for (const PrivateStorage &own : group.privates) {
      auto isSame = [&](const PrivateStorage &other) {
        return &other != &own && other.storage == own.storage;
      };
      if (own.storage >= program.storages.size() ||
          llvm::any_of(group.privates, isSame))
        return PlanViolation{PlanRule::Structure,
                             "a private storage is not there, or is twice",
                             {}};
      if (Result violation = PrivateChecker(program, group, own).run(pairs))
        return violation;
    }
  return std::nullopt;
}
