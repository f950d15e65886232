//===- PrivateStorage.cpp - Storages that live in one iteration -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// Elements of one iteration's own storage; beyond that it stays in memory.
static constexpr int64_t kMaxElements = 4096;

namespace {
/// One access of a storage by a member of the group.
struct Use {
  const Member *member;
  unsigned access;
  AccessRegion region;
};
} // namespace

/// All uses of the storage, if only this group touches it.
static std::optional<SmallVector<Use, 0>> collectUses(const FusionProgram &program,
                                                   const Group &group,
                                                   unsigned storage) {
  SmallVector<Use, 0> uses;
  for (unsigned s = 0; s < program.stages.size(); ++s) {
    const Stage &stage = program.stages[s];
    if (stage.isRemoved)
      continue;
    const Member *member = llvm::find_if(
        group.members, [&](const Member &m) { return m.stage == s; });
    bool isMember = member != group.members.end();
    auto accesses = program.getAccesses(stage);
    for (unsigned k = 0; k < accesses.size(); ++k) {
      const StageAccess &access = accesses[k];
      if (access.storage != storage)
        continue;
      bool isAffine = access.region.sizes.size() == stage.getRank() &&
                      (access.isWrite || access.isMust);
      if (!isMember || !isAffine)
        return std::nullopt;
      uses.push_back({member, k, access.region});
    }
  }
  return uses;
}

/// Is the digit t_k + constant at every use, for one k?
static bool isFixedByT(const FusionProgram &program, const JointForm &form,
                       ArrayRef<Use> uses, size_t digit, size_t rank) {
  for (size_t k = 0; k < rank; ++k) {
    std::optional<Polynomial> step, origin;
    bool fixed = llvm::all_of(llvm::enumerate(uses), [&](auto item) {
      auto [u, use] = item;
      const AffineForm &f = form.getDigits(u)[digit];
      const Coordinate &t = use.member->theta[k];
      const Polynomial &c = f.coefficients[t.dimension];
      if (f.getOnlyDimension() != t.dimension)
        return false;
      // c*i + o with i = t - s: c*t + (o - c*s).
      Polynomial base = program.facts().normalize(f.offset - c * t.shift);
      bool same = (!step || *step == c) && (!origin || *origin == base);
      step = c;
      origin = base;
      return same;
    });
    if (fixed)
      return true;
  }
  return false;
}

static std::optional<PrivateStorage>
tryPrivate(const FusionProgram &program, const Group &group, unsigned storage) {
  auto uses = collectUses(program, group, storage);
  if (!uses || uses->empty())
    return std::nullopt;
  SmallVector<AccessRegion, 0> regions;
  for (const Use &use : *uses)
    regions.push_back(use.region);
  std::optional<JointForm> form = JointForm::build(
      program.facts(), program.storages[storage].layout, regions);
  if (!form)
    return std::nullopt;
  PrivateStorage result{storage, {}, {}};
  SmallVector<size_t> inner;
  int64_t elements = 1;
  for (size_t k = 0; k < form->getNumDigits(); ++k) {
    if (isFixedByT(program, *form, *uses, k, group.sizes.size()))
      continue;
    // The cells of one iteration: from 0 to the largest one.
    int64_t size = 0;
    for (size_t u = 0; u < uses->size(); ++u) {
      auto [least, most] = form->getRange(u, k);
      std::optional<int64_t> last = most.getConstant();
      if (!last || least.getConstant().value_or(-1) < 0)
        return std::nullopt;
      size = std::max(size, *last + 1);
    }
    inner.push_back(k);
    result.sizes.push_back(size);
    elements *= size;
    if (elements > kMaxElements)
      return std::nullopt;
  }
  for (auto [u, use] : llvm::enumerate(*uses)) {
    size_t rank = use.region.sizes.size();
    AffineForm cell = AffineForm::constant(0, rank);
    int64_t weight = 1;
    for (size_t n = inner.size(); n-- > 0;) {
      cell = cell + form->getDigits(u)[inner[n]] * Polynomial(weight);
      weight *= result.sizes[n];
    }
    result.cells[{use.member->stage, use.access}] = cell;
  }
  return result;
}

void elena::fusion::findPrivateStorages(const FusionProgram &program,
                                        std::vector<Group> &groups) {
  for (Group &group : groups) {
    llvm::SmallSetVector<unsigned, 8> touched;
    for (const Member &member : group.members)
      for (const StageAccess &access :
           program.getAccesses(program.stages[member.stage]))
        if (!program.storages[access.storage].escapes)
          touched.insert(access.storage);
    for (unsigned storage : touched)
      if (auto found = tryPrivate(program, group, storage))
        group.privates.push_back(std::move(*found));
  }
}
