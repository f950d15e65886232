//===- Contract.cpp - Stages that run in common loops ---------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Groups start as single stages, with T = all dimensions of a stage that may
// run in any order, and are merged where
//
//   1. every conflicting pair of points agrees in the coordinates of T that
//      are left,
//   2. no path leaves the merged group and comes back (the quotient graph
//      stays acyclic),
//   3. what T loses is small, or is a row that a reduction runs along.
//
// MergePredicates says whether two groups may; here they are merged.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/MergePredicates.h"
#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {
class Contractor {
public:
  Contractor(const FusionProgram &program, const Dependences &dependences,
             const ContractOptions &options)
      : program(program), dependences(dependences), options(options),
        predicates(program, dependences, options, grouping, paths) {}

  std::vector<Group> run(FusionLog *log);

private:
  void makeGroups();
  Group makeGroup(unsigned stage) const;
  bool tryMerge(unsigned g, unsigned h);
  void mergeAlongEdges();
  void mergeSideBySide();
  MergeRefusal explain(unsigned g, unsigned h) const;
  void logRefusals(FusionLog &log) const;
  unsigned nodeOf(const Member &member) const {
    return program.nodeOfStage[member.stage];
  }

  const FusionProgram &program;
  const Dependences &dependences;
  const ContractOptions &options;
  Grouping grouping;
  std::optional<GroupPaths> paths;
  MergePredicates predicates;
};
} // namespace

//===----------------------------------------------------------------------===//
// Groups of one stage
//===----------------------------------------------------------------------===//

Group Contractor::makeGroup(unsigned number) const {
  const Stage &stage = program.stages[number];
  Group group;
  group.members.push_back({number, getFreeCoordinates(program, stage)});
  for (const Coordinate &coordinate : group.members.front().theta)
    group.sizes.push_back(stage.sizes[coordinate.dimension]);
  return group;
}

void Contractor::makeGroups() {
  auto &[groups, groupOf] = grouping;
  groupOf.assign(program.nodes.size(), 0);
  for (auto [s, stage] : llvm::enumerate(program.stages)) {
    groupOf[program.nodeOfStage[s]] = groups.size();
    groups.push_back(stage.isRemoved ? Group() : makeGroup(s));
  }
  for (auto [n, node] : llvm::enumerate(program.nodes))
    if (node.barrier)
      groupOf[n] = groups.size() + n;
  if (!options.merge)
    return;
  SmallVector<GroupPaths::Edge> edges;
  for (unsigned node = 0; node < groupOf.size(); ++node)
    for (unsigned e : dependences.outgoing(node))
      edges.push_back({groupOf[node], groupOf[dependences.edges()[e].to]});
  paths.emplace(groups.size() + program.nodes.size(), edges);
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

/// The members of `from`, with those coordinates only.
static void takeMembers(Group &merged, const Group &from,
                        ArrayRef<size_t> kept) {
  for (const Member &member : from.members) {
    Member copy{member.stage, {}};
    for (size_t k : kept)
      copy.theta.push_back(member.theta[k]);
    merged.members.push_back(std::move(copy));
  }
}

bool Contractor::tryMerge(unsigned g, unsigned h) {
  if (!predicates.staysAcyclic(g, h))
    return false;
  MergeCandidate candidate(grouping, g, h);
  if (predicates.findObstacle(candidate))
    return false;
  Group merged;
  for (const Match &match : candidate.matches)
    merged.sizes.push_back(candidate.a.sizes[match.first]);
  takeMembers(merged, candidate.a, candidate.keptA);
  takeMembers(merged, candidate.b, candidate.keptB);
  llvm::sort(merged.members, [](const Member &x, const Member &y) {
    return x.stage < y.stage;
  });
  for (const Member &member : merged.members)
    grouping.groupOf[nodeOf(member)] = g;
  grouping.groups[g] = std::move(merged);
  grouping.groups[h].members.clear();
  paths->merge(g, h);
  return true;
}

/// In program order, until no edge is left that can be merged.
void Contractor::mergeAlongEdges() {
  for (bool changed = true; changed;) {
    changed = false;
    for (const Dependences::Edge &edge : dependences.edges()) {
      unsigned g = grouping.groupOf[edge.from], h = grouping.groupOf[edge.to];
      if (g != h && grouping.isGroup(g) && grouping.isGroup(h))
        changed |= tryMerge(g, h);
    }
  }
}

void Contractor::mergeSideBySide() {
  const std::vector<Group> &groups = grouping.groups;
  for (unsigned g = 0; g < groups.size(); ++g)
    for (unsigned h = g + 1; h < groups.size(); ++h)
      if (!groups[g].members.empty() && !groups[h].members.empty())
        tryMerge(g, h);
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

/// The accesses that a refusal names: those that have left no coordinate, or
/// too few, and those that they disagree with; else the first that meet, which
/// is why the groups have to do with each other at all.
static void addAccesses(MergeRefusal &refusal,
                        const ConflictMatches &conflicts) {
  refusal.blocking = conflicts.blocking;
  refusal.agreed = conflicts.agreed;
  bool disagree = refusal.obstacle == Obstacle::Iteration ||
                  refusal.obstacle == Obstacle::Whole;
  if (disagree)
    return;
  if (refusal.obstacle == Obstacle::Work && conflicts.narrowing) {
    refusal.blocking = conflicts.narrowing;
    return;
  }
  if (conflicts.agreed)
    refusal.blocking = conflicts.agreed;
  refusal.agreed = std::nullopt;
}

MergeRefusal Contractor::explain(unsigned g, unsigned h) const {
  const std::vector<Group> &groups = grouping.groups;
  MergeCandidate candidate(grouping, g, h);
  Obstacle obstacle = Obstacle::None;
  if (options.merge)
    obstacle = predicates.findObstacle(candidate).value_or(obstacle);
  MergeRefusal refusal{groups[g].members.front().stage,
                       groups[h].members.front().stage, obstacle};
  // What the user has switched off is refused before conflicts are looked at.
  if (obstacle == Obstacle::Views || obstacle == Obstacle::None)
    candidate.conflicts =
        matchConflicts(program, dependences, candidate.a, candidate.b);
  addAccesses(refusal, candidate.conflicts);
  if (obstacle != Obstacle::Cycle)
    return refusal;
  unsigned through = predicates.findThird(g, h);
  refusal.through = grouping.isGroup(through)
                        ? nodeOf(groups[through].members.front())
                        : through - groups.size();
  return refusal;
}

/// Of groups that are done: why those with an edge between them stay apart.
void Contractor::logRefusals(FusionLog &log) const {
  std::set<std::pair<unsigned, unsigned>> asked;
  for (const Dependences::Edge &edge : dependences.edges()) {
    unsigned g = grouping.groupOf[edge.from], h = grouping.groupOf[edge.to];
    if (g != h && grouping.isGroup(g) && grouping.isGroup(h) &&
        asked.insert(std::minmax(g, h)).second)
      log.refusals.push_back(explain(g, h));
  }
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

std::vector<Group> Contractor::run(FusionLog *log) {
  makeGroups();
  // Along the edges first; then side by side.
  if (options.merge)
    mergeAlongEdges();
  if (options.merge && options.views)
    mergeSideBySide();
  if (log)
    logRefusals(*log);
  llvm::erase_if(grouping.groups,
                 [](const Group &group) { return group.members.empty(); });
  return std::move(grouping.groups);
}

std::vector<Group> elena::fusion::contract(const FusionProgram &program,
                                           const Dependences &dependences,
                                           const ContractOptions &options,
                                           FusionLog *log) {
  return Contractor(program, dependences, options).run(log);
}
