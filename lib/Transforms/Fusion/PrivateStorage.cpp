//===- PrivateStorage.cpp - Storages that live in one iteration -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"

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
  bool isWrite, isMust;
};
} // namespace

/// All uses of the storage by the group, if nobody else touches the same cells
/// (other groups may have other parts of it).
static std::optional<SmallVector<Use, 0>>
collectUses(const FusionProgram &program, const Group &group,
            unsigned storage) {
  SmallVector<Use, 0> uses;
  SmallVector<StageAccess, 0> mine, others;
  for (unsigned s = 0; s < program.stages.size(); ++s) {
    const Stage &stage = program.stages[s];
    if (stage.isRemoved)
      continue;
    const Member *member = llvm::find_if(
        group.members, [&](const Member &m) { return m.stage == s; });
    bool isMember = member != group.members.end();
    const auto &accesses = program.getAccesses(stage);
    for (unsigned k = 0; k < accesses.size(); ++k) {
      const StageAccess &access = accesses[k];
      if (access.storage != storage)
        continue;
      if (!isMember) {
        others.push_back(access);
        continue;
      }
      bool isAffine = access.region.sizes.size() == stage.getRank() &&
                      (access.isWrite || access.isMust);
      if (!isAffine)
        return std::nullopt;
      mine.push_back(access);
      uses.push_back({member, k, access.region, access.isWrite, access.isMust});
    }
  }
  if (program.ignored.contains(Legality::Unseen))
    return uses;
  for (const StageAccess &access : mine)
    for (const StageAccess &other : others)
      if (!meet(program, access, 0, other, 0).disjoint)
        return std::nullopt;
  return uses;
}

namespace {
/// c*t + o: what a digit is at every use.
struct FixedDigit {
  size_t coordinate;
  Polynomial step, origin;
};

/// Tries to give each iteration its own cells of one storage.
class Privatizer {
public:
  Privatizer(const FusionProgram &program, const Group &group, unsigned storage)
      : program(program), group(group), storage(storage),
        result{storage, {}, {}, std::nullopt} {}

  std::optional<PrivateStorage> run(bool writeBack);

private:
  std::optional<FixedDigit> findFixed(size_t digit) const;
  std::optional<AffineForm> overT(const Use &use, const AffineForm &form) const;
  bool isFixedByAll(size_t digit) const;
  bool addInnerDigit(size_t digit);
  void computeCells();
  bool isUseful() const;
  bool isCovered() const;
  bool isSeenElsewhere() const;
  AffineForm getWriteBack() const;

  const FusionProgram &program;
  const Group &group;
  unsigned storage;
  PrivateStorage result;
  SmallVector<Use, 0> uses;
  SmallVector<AccessRegion, 0> regions;
  std::optional<JointForm> form;
  SmallVector<std::pair<size_t, FixedDigit>> fixed;
  SmallVector<size_t> inner;
};
} // namespace

std::optional<FixedDigit> Privatizer::findFixed(size_t digit) const {
  for (size_t k = 0; k < group.sizes.size(); ++k) {
    std::optional<FixedDigit> found;
    bool same = true;
    for (auto [u, use] : llvm::enumerate(uses)) {
      const AffineForm &f = form->getDigits(u)[digit];
      const Coordinate &t = use.member->theta[k];
      if (use.region.sizes[t.dimension].isConstant(1))
        continue; // below
      if (f.getOnlyDimension() != t.dimension) {
        same = false;
        break;
      }
      // c*i + o with i = t - s: c*t + (o - c*s).
      const Polynomial &c = f.coefficients[t.dimension];
      Polynomial origin = program.facts().normalize(f.offset - c * t.shift);
      same = !found || (found->step == c && found->origin == origin);
      if (!same)
        break;
      found = FixedDigit{k, c, origin};
    }
    // At one t only, it has to be the digit of that t.
    for (auto [u, use] : llvm::enumerate(uses)) {
      const AffineForm &f = form->getDigits(u)[digit];
      const Coordinate &t = use.member->theta[k];
      if (found && use.region.sizes[t.dimension].isConstant(1))
        same = same && f.isConstant() &&
               program.facts().areEqual(f.offset,
                                        found->step * t.shift + found->origin);
    }
    if (same && found)
      return found;
  }
  return std::nullopt;
}

/// The form at point t, if it does not depend on more than t.
std::optional<AffineForm> Privatizer::overT(const Use &use,
                                            const AffineForm &form) const {
  AffineForm value = AffineForm::constant(form.offset, group.sizes.size());
  for (size_t d = 0; d < form.coefficients.size(); ++d) {
    if (form.coefficients[d].isZero())
      continue;
    auto t = llvm::find_if(use.member->theta, [&](const Coordinate &t) {
      return t.dimension == d;
    });
    if (t == use.member->theta.end())
      return std::nullopt;
    value.offset = value.offset - form.coefficients[d] * t->shift;
    value.coefficients[t - use.member->theta.begin()] = form.coefficients[d];
  }
  value.offset = program.facts().normalize(value.offset);
  return value;
}

/// Is the digit the same at every use in one t, by several coordinates? It is
/// 1 + 2*t0 + t1 where the points, and not the digits, say that stages agree.
bool Privatizer::isFixedByAll(size_t digit) const {
  std::optional<AffineForm> all;
  for (auto [u, use] : llvm::enumerate(uses)) {
    std::optional<AffineForm> value = overT(use, form->getDigits(u)[digit]);
    bool isAtOneT = llvm::any_of(use.member->theta, [&](const Coordinate &t) {
      return use.region.sizes[t.dimension].isConstant(1);
    });
    if (!value || isAtOneT || (all && *all != *value))
      return false;
    all = value;
  }
  return all && !all->isConstant();
}

/// The cells of one iteration: from 0 to the largest one.
bool Privatizer::addInnerDigit(size_t digit) {
  int64_t size = 0;
  for (size_t u = 0; u < uses.size(); ++u) {
    auto [least, most] = form->getRange(u, digit);
    std::optional<int64_t> last = most.getConstant();
    if (!last || least.getConstant().value_or(-1) < 0)
      return false;
    size = std::max(size, *last + 1);
  }
  inner.push_back(digit);
  result.sizes.push_back(size);
  int64_t elements = 1;
  for (int64_t known : result.sizes)
    elements *= known;
  return elements > 0 && elements <= kMaxElements;
}

void Privatizer::computeCells() {
  for (auto [u, use] : llvm::enumerate(uses)) {
    AffineForm cell = AffineForm::constant(0, use.region.sizes.size());
    int64_t weight = 1;
    for (size_t n = inner.size(); n-- > 0;) {
      cell = cell + form->getDigits(u)[inner[n]] * Polynomial(weight);
      weight *= result.sizes[n];
    }
    result.cells[{use.member->stage, use.access}] = cell;
  }
}

//===----------------------------------------------------------------------===//
// Storages that others see
//===----------------------------------------------------------------------===//

/// Is a cell read, or written more than once?
bool Privatizer::isUseful() const {
  for (size_t u = 0; u < uses.size(); ++u) {
    if (!uses[u].isWrite)
      return true;
    for (size_t v = u + 1; v < uses.size(); ++v)
      if (uses[v].isWrite && !form->areDisjoint(u, v))
        return true;
  }
  return false;
}

bool Privatizer::isSeenElsewhere() const {
  return llvm::any_of(program.barriers, [&](const Barrier &barrier) {
    return program.touches(barrier, storage, /*write=*/false);
  });
}

/// Is every cell of an iteration surely written in every iteration?
bool Privatizer::isCovered() const {
  if (program.ignored.contains(Legality::WrittenWhole))
    return true;
  int64_t elements = 1;
  for (int64_t size : result.sizes)
    elements *= size;
  llvm::BitVector written(elements);
  for (const Use &use : uses) {
    const Stage &stage = program.stages[use.member->stage];
    if (!use.isWrite || !use.isMust)
      continue;
    SmallVector<bool> inT(stage.getRank(), false);
    bool always = true;
    for (auto [k, t] : llvm::enumerate(use.member->theta)) {
      inT[t.dimension] = true;
      always =
          always && t.shift.isZero() &&
          program.facts().areEqual(stage.sizes[t.dimension], group.sizes[k]);
    }
    const AffineForm &cell = result.cells.at({use.member->stage, use.access});
    SmallVector<int64_t> reached{cell.offset.getConstant().value_or(-1)};
    for (size_t d = 0; d < stage.getRank() && always; ++d) {
      std::optional<int64_t> step = cell.coefficients[d].getConstant();
      std::optional<int64_t> size = use.region.sizes[d].getConstant();
      if (step == 0 && inT[d])
        continue;
      // A loop that may be empty reaches nothing.
      always =
          !inT[d] && step && size && *size * reached.size() <= kMaxElements;
      SmallVector<int64_t> more;
      for (int64_t i = 0; always && i < *size; ++i)
        for (int64_t r : reached)
          more.push_back(r + i * *step);
      reached = std::move(more);
    }
    for (int64_t r : reached)
      if (always && r >= 0 && r < elements)
        written.set(r);
  }
  return written.all();
}

AffineForm Privatizer::getWriteBack() const {
  size_t rank = group.sizes.size() + inner.size();
  AffineForm cell = AffineForm::constant(form->getBase(), rank);
  for (const auto &[digit, t] : fixed) {
    const Polynomial &weight = form->getRadix()[digit];
    cell.offset = cell.offset + weight * t.origin;
    cell.coefficients[t.coordinate] =
        cell.coefficients[t.coordinate] + weight * t.step;
  }
  for (auto [n, digit] : llvm::enumerate(inner))
    cell.coefficients[group.sizes.size() + n] = form->getRadix()[digit];
  return cell;
}

std::optional<PrivateStorage> Privatizer::run(bool writeBack) {
  auto collected = collectUses(program, group, storage);
  if (!collected || collected->empty() ||
      (writeBack && !program.ignored.contains(Legality::Unseen) &&
       isSeenElsewhere()))
    return std::nullopt;
  uses = std::move(*collected);
  auto isZero = [](const Polynomial &size) { return size.isZero(); };
  for (const Use &use : uses) {
    // Without elements there is nothing to keep.
    if (llvm::any_of(use.region.sizes, isZero))
      return std::nullopt;
    regions.push_back(use.region);
  }
  form = JointForm::build(program.facts(), program.storages[storage].layout,
                          regions);
  if (!form)
    return std::nullopt;
  for (size_t k = 0; k < form->getNumDigits(); ++k) {
    if (auto found = findFixed(k))
      fixed.emplace_back(k, *found);
    else if ((writeBack || !isFixedByAll(k)) && !addInnerDigit(k))
      return std::nullopt;
  }
  computeCells();
  if (!writeBack)
    return std::move(result);
  // Each coordinate of T leads to other cells, or two iterations would store
  // to the same one.
  SmallVector<bool> used(group.sizes.size(), false);
  for (const auto &[digit, t] : fixed)
    used[t.coordinate] = true;
  bool ownCells = !llvm::is_contained(used, false) ||
                  program.ignored.contains(Legality::OwnCells);
  if (!ownCells || !isUseful() || !isCovered())
    return std::nullopt;
  result.writeBack = getWriteBack();
  return std::move(result);
}

void elena::fusion::findPrivateStorages(const FusionProgram &program,
                                        std::vector<Group> &groups,
                                        bool writeBack) {
  for (Group &group : groups) {
    llvm::SmallSetVector<unsigned, 8> touched;
    for (const Member &member : group.members)
      for (const StageAccess &access :
           program.getAccesses(program.stages[member.stage]))
        touched.insert(access.storage);
    for (unsigned storage : touched) {
      const StorageInfo &info = program.storages[storage];
      if (!info.isAllocation || (info.escapes && !writeBack))
        continue;
      if (auto found = Privatizer(program, group, storage).run(info.escapes))
        group.privates.push_back(std::move(*found));
    }
  }
}
