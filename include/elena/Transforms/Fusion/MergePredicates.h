//===- MergePredicates.h - May two groups be merged? ------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A conjunction of named predicates, asked in an order in which each may use
// what the ones before have found out; the first that says no is the obstacle
// that the report names. For
//
//   x[:] = u ; y = x[::-1] + x        t over n, u over n
//
// all is well up to Obstacle::Iteration: the second read would match t and u,
// but the first one meets the write where t = n - 1 - u (Legality::Agreement).
//
// A predicate is legality (named in Legality.h), or profit
// (MergeProfit.h), or what the user has asked for.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_MERGEPREDICATES_H
#define ELENA_TRANSFORMS_FUSION_MERGEPREDICATES_H

#include "elena/Transforms/Fusion/CoordinateMatching.h"
#include "elena/Transforms/Fusion/GroupPaths.h"
#include "elena/Transforms/Fusion/Legality.h"
#include "elena/Transforms/Fusion/Moves.h"

namespace elena::fusion {

/// The nodes of a program in groups. A group that was merged into another one
/// has no members.
struct Grouping {
  std::vector<Group> groups;
  /// The group of each node; barriers have numbers of their own, after all
  /// groups.
  std::vector<unsigned> groupOf;

  bool isGroup(unsigned number) const { return number < groups.size(); }
};

/// Two groups that may be merged, and what is found out about them.
struct MergeCandidate {
  MergeCandidate(const Grouping &grouping, unsigned g, unsigned h)
      : g(g), h(h), a(grouping.groups[g]), b(grouping.groups[h]) {}

  unsigned g, h;
  /// Copies, whose coordinates are adjusted to each other.
  Group a, b;
  ConflictMatches conflicts = {};
  /// The coordinates that become those of the merged group, and their numbers
  /// in `a` and `b`.
  Matches matches = {};
  llvm::SmallVector<size_t> keptA = {}, keptB = {};
};

class MergePredicates {
public:
  /// `paths`: those between the groups, as they are at each question.
  MergePredicates(const FusionProgram &program, const Dependences &dependences,
                  const ContractOptions &options, const Grouping &grouping,
                  const std::optional<GroupPaths> &paths)
      : program(program), dependences(dependences), options(options),
        grouping(grouping), paths(paths) {}

  /// None: they may be merged, along the candidate's matches.
  std::optional<Obstacle> findObstacle(MergeCandidate &candidate) const;
  /// The cheapest of them, and what most pairs of a long program fail.
  bool staysAcyclic(unsigned g, unsigned h) const;
  /// For Obstacle::Cycle: a group or barrier that a path goes through.
  unsigned findThird(unsigned g, unsigned h) const;

private:
  bool isWithinOptions(MergeCandidate &candidate) const;
  bool needsNoHost(MergeCandidate &candidate) const;
  bool hasDimensions(MergeCandidate &candidate) const;
  bool hasCommonIteration(MergeCandidate &candidate) const;
  bool hasKnownRange(MergeCandidate &candidate) const;
  bool isWorthIt(MergeCandidate &candidate) const;
  bool staysAcyclic(MergeCandidate &candidate) const;

  const FusionProgram &program;
  const Dependences &dependences;
  const ContractOptions &options;
  const Grouping &grouping;
  const std::optional<GroupPaths> &paths;
};

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_MERGEPREDICATES_H
