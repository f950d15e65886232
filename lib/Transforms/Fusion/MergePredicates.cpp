//===- MergePredicates.cpp - May two groups be merged? --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/MergePredicates.h"
#include "elena/Transforms/Fusion/MergeProfit.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

//===----------------------------------------------------------------------===//
// What the user has asked for
//===----------------------------------------------------------------------===//

/// Does the access reach all cells of a new array, in its own order?
static bool isWholeArray(const FusionProgram &program,
                         const StageAccess &access) {
  const StorageInfo &info = program.storages[access.storage];
  return info.isAllocation && access.region.cell.offset.isZero() &&
         access.region.sizes == info.layout.sizes &&
         access.region.cell.coefficients == info.layout.strides;
}

/// Does the stage make whole arrays only, each element of its own point?
static bool isPlainStage(const FusionProgram &program, const Stage &stage) {
  return stage.isElementwise() && stage.isMust() &&
         stage.value.gathers.empty() &&
         llvm::all_of(program.getAccesses(stage),
                      [&](const StageAccess &access) {
                        return !access.isWrite || isWholeArray(program, access);
                      });
}

/// Do the stages meet only where one reads a whole array that the other made?
static bool meetPlainly(const FusionProgram &program, const Stage &a,
                        const Stage &b) {
  for (const StageAccess &x : program.getAccesses(a))
    for (const StageAccess &y : program.getAccesses(b)) {
      if (x.storage != y.storage || (!x.isWrite && !y.isWrite))
        continue;
      if ((x.isWrite && y.isWrite) || !isWholeArray(program, x) ||
          !isWholeArray(program, y))
        return false;
    }
  return true;
}

/// Is it only that one stage reads arrays that another one has made? What
/// compilers of values can fuse.
static bool isPlain(const FusionProgram &program, const Group &a,
                    const Group &b) {
  auto isPlainMember = [&](const Member &member) {
    return isPlainStage(program, program.stages[member.stage]);
  };
  return llvm::all_of(a.members, isPlainMember) &&
         llvm::all_of(b.members, isPlainMember) &&
         llvm::all_of(a.members, [&](const Member &x) {
           return llvm::all_of(b.members, [&](const Member &y) {
             return meetPlainly(program, program.stages[x.stage],
                                program.stages[y.stage]);
           });
         });
}

bool MergePredicates::isWithinOptions(MergeCandidate &candidate) const {
  return options.views || isPlain(program, candidate.a, candidate.b);
}

//===----------------------------------------------------------------------===//
// Legality
//===----------------------------------------------------------------------===//

/// Legality::NoCut.
bool MergePredicates::needsNoHost(MergeCandidate &candidate) const {
  candidate.conflicts =
      matchConflicts(program, dependences, candidate.a, candidate.b);
  return !candidate.conflicts.isCut;
}

/// Is there anything that could agree? A more exact name for an obstacle only:
/// what is free was asked of each stage when its group was made.
bool MergePredicates::hasDimensions(MergeCandidate &candidate) const {
  return !candidate.conflicts.anyConflict ||
         (!candidate.a.sizes.empty() && !candidate.b.sizes.empty());
}

/// Has Legality::Agreement left a coordinate? Without conflicts, all agree.
bool MergePredicates::hasCommonIteration(MergeCandidate &candidate) const {
  candidate.matches =
      candidate.conflicts.anyConflict
          ? candidate.conflicts.matches
          : matchBySizes(program.facts(), candidate.a, candidate.b);
  return !candidate.matches.empty();
}

/// Legality::Inside, for each of them.
bool MergePredicates::hasKnownRange(MergeCandidate &candidate) const {
  if (!adjust(program, candidate.a, candidate.b, candidate.matches))
    return false;
  llvm::sort(candidate.matches,
             [](const Match &x, const Match &y) { return x.first < y.first; });
  for (const Match &match : candidate.matches) {
    candidate.keptA.push_back(match.first);
    candidate.keptB.push_back(match.second);
  }
  return true;
}

/// Legality::Acyclic: is there no path from one group to the other through a
/// third one?
bool MergePredicates::staysAcyclic(unsigned g, unsigned h) const {
  return program.ignored.contains(Legality::Acyclic) ||
         !paths->existsThroughThird(g, h);
}

bool MergePredicates::staysAcyclic(MergeCandidate &candidate) const {
  return staysAcyclic(candidate.g, candidate.h);
}

//===----------------------------------------------------------------------===//
// Profit
//===----------------------------------------------------------------------===//

bool MergePredicates::isWorthIt(MergeCandidate &candidate) const {
  const Group &a = candidate.a, &b = candidate.b;
  bool isRow = candidate.conflicts.anyConflict &&
               (hasReduction(program, a) || hasReduction(program, b)) &&
               walksRows(program, a, candidate.keptA) &&
               walksRows(program, b, candidate.keptB);
  return isRow || (isSmall(a, candidate.keptA) && isSmall(b, candidate.keptB));
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

std::optional<Obstacle>
MergePredicates::findObstacle(MergeCandidate &candidate) const {
  using P = MergePredicates;
  static constexpr std::pair<Obstacle, bool (P::*)(MergeCandidate &) const>
      predicates[] = {{Obstacle::Views, &P::isWithinOptions},
                      {Obstacle::Host, &P::needsNoHost},
                      {Obstacle::Whole, &P::hasDimensions},
                      {Obstacle::Iteration, &P::hasCommonIteration},
                      {Obstacle::Range, &P::hasKnownRange},
                      {Obstacle::Work, &P::isWorthIt},
                      {Obstacle::Cycle, &P::staysAcyclic}};
  for (auto [obstacle, holds] : predicates)
    if (!(this->*holds)(candidate))
      return obstacle;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Reasons
//===----------------------------------------------------------------------===//

unsigned MergePredicates::findThird(unsigned g, unsigned h) const {
  // Paths that start at one of the two and have left it.
  SmallVector<unsigned> work;
  llvm::DenseMap<unsigned, unsigned> cameFrom;
  auto addSuccessors = [&](unsigned unit, unsigned node, bool isStart) {
    for (unsigned e : dependences.outgoing(node)) {
      unsigned next = grouping.groupOf[dependences.edges()[e].to];
      if (isStart && (next == g || next == h))
        continue;
      if (cameFrom.try_emplace(next, unit).second)
        work.push_back(next);
    }
  };
  auto addAll = [&](unsigned group, bool isStart) {
    for (const Member &member : grouping.groups[group].members)
      addSuccessors(group, program.nodeOfStage[member.stage], isStart);
  };
  addAll(g, /*isStart=*/true);
  addAll(h, /*isStart=*/true);
  while (!work.empty()) {
    unsigned current = work.pop_back_val();
    if (current == g || current == h)
      return cameFrom[current];
    if (grouping.isGroup(current))
      addAll(current, /*isStart=*/false);
    else
      addSuccessors(current, current - grouping.groups.size(), false);
  }
  llvm_unreachable("no path leads through a third one");
}
