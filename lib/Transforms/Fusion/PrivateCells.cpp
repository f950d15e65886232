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
  Result collectUses(const AccessPairs &pairs);
  Result checkCells(const JointForm &form) const;
  AffineForm overT(const Use &use, AffineForm form) const;
  bool isFixedByT(const JointForm &form, size_t digit) const;
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

/// All accesses of the storage, which are the group's and affine.
Result PrivateChecker::collectUses(const AccessPairs &pairs) {
  const StorageInfo &info = program.storages[own.storage];
  if (info.escapes || !info.isAllocation)
    return PlanViolation{PlanRule::PrivateUnseen,
                         "a private storage is seen outside the block", {}};
  for (const Barrier &barrier : program.barriers)
    if (llvm::is_contained(barrier.reads, own.storage) ||
        llvm::is_contained(barrier.writes, own.storage))
      return PlanViolation{PlanRule::PrivateUnseen,
                           "a barrier touches a private storage", {}};
  for (unsigned storage : pairs.aliasesOf(own.storage))
    for (const ListedAccess &access : pairs.of(storage)) {
      const Member *member =
          llvm::find_if(group.members, [&](const Member &candidate) {
            return candidate.stage == access.stage;
          });
      if (member == group.members.end() || storage != own.storage)
        return PlanViolation{PlanRule::PrivateUnseen,
                             "another group touches a private storage",
                             {access.stage}};
      if (!access.isAffine())
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

bool PrivateChecker::isFixedByT(const JointForm &form, size_t digit) const {
  size_t rank = group.sizes.size();
  std::optional<AffineForm> first;
  for (auto [u, use] : llvm::enumerate(uses)) {
    AffineForm value = overT(use, form.getDigits(u)[digit]);
    for (const Polynomial &inner :
         ArrayRef(value.coefficients).drop_front(rank))
      if (!inner.isZero())
        return false;
    value.coefficients.truncate(rank);
    if (first && !areEqual(program.facts(), *first, value))
      return false;
    first = value;
  }
  return true;
}

/// The digits that have to be in the private cell: those that t leaves open. One
/// that is the same constant everywhere may be.
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
  }
  return std::nullopt;
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
                             "a private storage is not there, or is twice", {}};
      if (Result violation =
              PrivateChecker(program, group, own).run(pairs))
        return violation;
    }
  return std::nullopt;
}
