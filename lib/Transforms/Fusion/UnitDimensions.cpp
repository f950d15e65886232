//===- UnitDimensions.cpp - Stages at one index of a coordinate -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In m[:, k] += v the box is [n], and that of m is [n, c]: the second index is
// always k, and no dimension says so. With a dimension of size 1 for it,
//
//   stage 0 [n, c]  t0 = i0  t1 = i1
//   stage 1 [n, 1]  t0 = i0  t1 = i1 + k
//
// both run in common loops over (n, c). No cell depends on such a dimension:
// that the stage runs where t1 = k is what its conflicts ask for.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

static constexpr size_t kMaxRank = 8;
/// Dimensions up to that size become loops inside an iteration, where a stage
/// at one index needs no test.
static constexpr int64_t kSmallInner = 64;

/// The box of the stage with other dimensions, in each of which it has the
/// index that is given.
static void setBox(Stage &stage, ArrayRef<AffineForm> indices, size_t rank) {
  stage.value = substitute(stage.value, indices, rank);
  for (Stage::Output &output : stage.outputs)
    output.cell = output.cell.compose(indices, rank);
  stage.sizes.resize(rank, Polynomial(1));
  stage.kinds.resize(rank, IteratorKind::Parallel);
  stage.accesses.clear();
}

static void addUnits(Stage &stage, size_t number) {
  size_t rank = stage.getRank() + number;
  SmallVector<AffineForm, 4> indices;
  for (size_t d = 0; d < stage.getRank(); ++d)
    indices.push_back(AffineForm::dimension(d, rank));
  setBox(stage, indices, rank);
  stage.numUnits += number;
}

/// Only the units that are kept, of all that it has.
static void keepUnits(Stage &stage, ArrayRef<size_t> kept) {
  size_t first = stage.getRank() - stage.numUnits, rank = first + kept.size();
  SmallVector<AffineForm, 4> indices;
  for (size_t d = 0; d < stage.getRank(); ++d)
    indices.push_back(d < first ? AffineForm::dimension(d, rank)
                                : AffineForm::constant(0, rank));
  setBox(stage, indices, rank);
  stage.numUnits = kept.size();
}

static size_t countMovingDimensions(const StageAccess &access) {
  return llvm::count_if(
      llvm::zip_equal(access.region.sizes, access.region.cell.coefficients),
      [](auto dimension) {
        const auto &[size, coefficient] = dimension;
        return !size.isConstant(1) && !coefficient.isZero();
      });
}

/// Is it a loop over points that are run side by side, and not a few of them
/// within an iteration?
static bool isLong(const Stage &stage, size_t dimension) {
  std::optional<int64_t> size = stage.sizes[dimension].getConstant();
  return stage.kinds[dimension] == IteratorKind::Parallel &&
         (!size || *size > kSmallInner);
}

namespace {
/// Asks each question once: the same few regions occur in many stages.
class UnitCounter {
public:
  explicit UnitCounter(const FusionProgram &program) : program(program) {}

  /// The most that any access of another stage asks for.
  size_t countUnits(const Stage &stage);

private:
  size_t countFixed(const StageAccess &x, const Stage &stage,
                    const StageAccess &y);
  size_t countFixedAnew(const StageAccess &x, const Stage &stage,
                        const StageAccess &y) const;

  const FusionProgram &program;
  llvm::StringMap<size_t> known;
};
} // namespace

/// How many digits of the cells are constant for `x`, and move with a dimension
/// of the stage of `y`.
size_t UnitCounter::countFixedAnew(const StageAccess &x, const Stage &stage,
                                   const StageAccess &y) const {
  std::array<AccessRegion, 2> regions{x.region, y.region};
  std::optional<JointForm> form = JointForm::build(
      program.facts(), program.storages[x.storage].layout, regions);
  if (!form || form->areDisjoint(0, 1))
    return 0;
  return llvm::count_if(llvm::zip_equal(form->getDigits(0), form->getDigits(1)),
                        [&](auto digits) {
                          const auto &[f, g] = digits;
                          std::optional<size_t> d = g.getOnlyDimension();
                          return f.isConstant() && d && isLong(stage, *d);
                        });
}

size_t UnitCounter::countFixed(const StageAccess &x, const Stage &stage,
                               const StageAccess &y) {
  if (x.storage != y.storage || (!x.isWrite && !y.isWrite) ||
      y.region.sizes.size() != stage.getRank() ||
      countMovingDimensions(x) >= countMovingDimensions(y))
    return 0;
  std::string key;
  Polynomial(x.storage).appendKey(key);
  x.region.appendKey(key);
  y.region.appendKey(key);
  for (size_t d = 0; d < stage.getRank(); ++d)
    key += isLong(stage, d) ? 'l' : 's';
  auto [place, isNew] = known.try_emplace(key, 0);
  if (isNew)
    place->second = countFixedAnew(x, stage, y);
  return place->second;
}

size_t UnitCounter::countUnits(const Stage &stage) {
  size_t number = 0;
  for (const StageAccess &x : program.getAccesses(stage)) {
    if (x.region.sizes.size() != stage.getRank())
      continue;
    for (const Stage &other : program.stages)
      if (!other.isRemoved && &other != &stage)
        for (const StageAccess &y : program.getAccesses(other))
          number = std::max(number, countFixed(x, other, y));
  }
  return number;
}

bool elena::fusion::addUnitDimensions(FusionProgram &program) {
  SmallVector<size_t> numbers;
  UnitCounter counter(program);
  for (const Stage &stage : program.stages) {
    bool mayRunAtOneT = !stage.isRemoved && stage.isParallel() &&
                        !stage.op.getScatter() &&
                        !llvm::is_contained(stage.kinds, IteratorKind::Scan);
    numbers.push_back(mayRunAtOneT ? counter.countUnits(stage) : 0);
  }
  bool changed = false;
  for (auto [stage, number] : llvm::zip_equal(program.stages, numbers)) {
    if (number == 0 || stage.getRank() + number > kMaxRank)
      continue;
    addUnits(stage, number);
    changed = true;
  }
  return changed;
}

/// Forgets coordinates that are the same for all points of the group.
static void dropShortCoordinates(Group &group) {
  for (size_t k = group.sizes.size(); k-- > 0;) {
    if (!group.sizes[k].isConstant(1))
      continue;
    group.sizes.erase(group.sizes.begin() + k);
    for (Member &member : group.members)
      member.theta.erase(member.theta.begin() + k);
  }
}

void elena::fusion::dropUnitDimensions(FusionProgram &program,
                                       std::vector<Group> &groups) {
  for (Group &group : groups) {
    dropShortCoordinates(group);
    for (Member &member : group.members) {
      Stage &stage = program.stages[member.stage];
      if (stage.numUnits == 0)
        continue;
      size_t first = stage.getRank() - stage.numUnits;
      SmallVector<size_t> kept;
      for (Coordinate &t : member.theta)
        if (t.dimension >= first) {
          kept.push_back(t.dimension);
          t.dimension = first + kept.size() - 1;
        }
      keepUnits(stage, kept);
    }
  }
}
