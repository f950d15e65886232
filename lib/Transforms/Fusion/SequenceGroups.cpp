//===- SequenceGroups.cpp - One loop in an order, without a temporary -----===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for i: t[i] = x[i]            for i from n - 2 down to 0:
//   for j: x[j + 1] = t[j]          x[i + 1] = x[i]
//
// On the left, i of the first loop meets j of the second one in t where they
// are equal, and in x where i = j + 1. In one loop each i has to come before
// that j: it is one behind, so the loop descends.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/CoordinateMatching.h"
#include "elena/Transforms/Fusion/GroupPaths.h"
#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {
class Sequencer {
public:
  Sequencer(const FusionProgram &program, const Dependences &dependences,
            std::vector<Group> &groups)
      : program(program), dependences(dependences), groups(groups) {}

  void run();

private:
  void findPlaces();
  void findTemporaries();
  std::optional<Group> merge(unsigned temporary, unsigned g, unsigned h) const;
  std::optional<Matches> matchThrough(unsigned temporary, const Group &a,
                                      const Group &b) const;
  std::optional<Order> findOrder(const Group &a, const Group &b) const;
  std::optional<Order> findOrder(const Matches &matches, size_t rank) const;
  bool isBetween(unsigned g, unsigned h) const;

  const FusionProgram &program;
  const Dependences &dependences;
  std::vector<Group> &groups;
  /// Of each node; barriers come after all groups.
  std::vector<unsigned> groupOf;
  struct Temporary {
    unsigned storage;
    /// The stages that write it, and those that read it.
    SmallVector<unsigned, 2> writers, readers;
  };
  std::vector<Temporary> temporaries;
};
} // namespace

//===----------------------------------------------------------------------===//
// Which groups
//===----------------------------------------------------------------------===//

void Sequencer::findPlaces() {
  groupOf.assign(program.nodes.size(), ~0u);
  for (auto [g, group] : llvm::enumerate(groups))
    for (const Member &member : group.members)
      groupOf[program.nodeOfStage[member.stage]] = g;
  for (auto [n, node] : llvm::enumerate(program.nodes))
    if (node.barrier)
      groupOf[n] = groups.size() + n;
}

/// One point of T is one point of each stage: there it reads before it writes.
static bool isPointwise(const FusionProgram &program, const Group &group) {
  return llvm::all_of(group.members, [&](const Member &member) {
    const Stage &stage = program.stages[member.stage];
    size_t moving = llvm::count_if(
        stage.sizes, [](const Polynomial &n) { return !n.isConstant(1); });
    size_t named = llvm::count_if(member.theta, [&](const Coordinate &t) {
      return !stage.sizes[t.dimension].isConstant(1);
    });
    return stage.isParallel() && moving == named;
  });
}

/// The storages that nobody sees, with all that touch them.
void Sequencer::findTemporaries() {
  std::vector<Temporary> all(program.storages.size());
  for (auto [s, stage] : llvm::enumerate(program.stages)) {
    if (stage.isRemoved)
      continue;
    for (const StageAccess &access : program.getAccesses(stage)) {
      Temporary &temporary = all[access.storage];
      (access.isWrite ? temporary.writers : temporary.readers).push_back(s);
    }
  }
  for (auto [s, temporary] : llvm::enumerate(all)) {
    const StorageInfo &info = program.storages[s];
    temporary.storage = s;
    if (info.isAllocation && !info.escapes && !temporary.writers.empty() &&
        !temporary.readers.empty())
      temporaries.push_back(std::move(temporary));
  }
}

/// Does a path lead from one to the other through a third one?
bool Sequencer::isBetween(unsigned g, unsigned h) const {
  SmallVector<GroupPaths::Edge> edges;
  for (const Dependences::Edge &edge : dependences.edges())
    edges.push_back({groupOf[edge.from], groupOf[edge.to]});
  unsigned count = groups.size() + program.nodes.size();
  return GroupPaths(count, edges).existsThroughThird(g, h);
}

//===----------------------------------------------------------------------===//
// In which order
//===----------------------------------------------------------------------===//

/// All coordinates, each with that of the same number: where the temporary is
/// written is where it is read.
std::optional<Matches> Sequencer::matchThrough(unsigned temporary,
                                               const Group &a,
                                               const Group &b) const {
  std::optional<Matches> common;
  auto keep = [&](const Member &x, const Member &y, const Meeting &meeting) {
    const Stage &stage = program.stages[x.stage];
    if (program.getAccesses(stage)[meeting.accessA].storage != temporary)
      return;
    Matches here = getMatches(program.facts(), meeting, x, y);
    if (!common)
      common = here;
    llvm::erase_if(*common, [&](const Match &match) {
      return match.first != match.second ||
             llvm::none_of(here, [&](const Match &other) {
               return other.first == match.first &&
                      other.second == match.second &&
                      other.shift == match.shift;
             });
    });
  };
  if (!visitConflicts(program, dependences, a, b, keep) || !common)
    return std::nullopt;
  llvm::sort(*common,
             [](const Match &x, const Match &y) { return x.first < y.first; });
  for (size_t k = 0; k < a.sizes.size(); ++k)
    if (k >= common->size() || (*common)[k].first != k)
      return std::nullopt;
  if (common->size() != a.sizes.size())
    return std::nullopt;
  return common;
}

/// Legality::Direction: the sign of the first coordinate that differs. Matches
/// say t = u + shift, and t has to come first.
std::optional<Order> Sequencer::findOrder(const Matches &matches,
                                          size_t rank) const {
  for (size_t k = 0; k < rank; ++k) {
    const Match *match = llvm::find_if(
        matches, [&](const Match &m) { return m.first == k && m.second == k; });
    if (match == matches.end())
      return std::nullopt;
    if (match->shift.isZero())
      continue;
    if (program.facts().isPositive(match->shift))
      return Order::Descending;
    if (program.facts().isPositive(-match->shift))
      return Order::Ascending;
    return std::nullopt;
  }
  return Order::Any;
}

/// The one that suits all conflicts.
std::optional<Order> Sequencer::findOrder(const Group &a,
                                          const Group &b) const {
  Order order = a.order == Order::Any ? b.order : a.order;
  bool isLegal = b.order == Order::Any || b.order == order;
  auto add = [&](const Member &x, const Member &y, const Meeting &meeting) {
    Matches matches = getMatches(program.facts(), meeting, x, y);
    // Of y before x: the same, seen from there.
    if (x.stage > y.stage)
      for (Match &match : matches)
        match.shift = -match.shift;
    std::optional<Order> wanted = findOrder(matches, a.sizes.size());
    if (wanted == Order::Any)
      return;
    isLegal &= wanted && (order == Order::Any || order == wanted);
    order = wanted.value_or(order);
  };
  if (!visitConflicts(program, dependences, a, b, add))
    return std::nullopt;
  if (program.ignored.contains(Legality::Direction))
    return Order::Ascending;
  return isLegal ? std::optional(order) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

std::optional<Group> Sequencer::merge(unsigned temporary, unsigned g,
                                      unsigned h) const {
  if (!isPointwise(program, groups[g]) || !isPointwise(program, groups[h]) ||
      groups[g].sizes.size() != groups[h].sizes.size())
    return std::nullopt;
  Group a = groups[g], b = groups[h];
  std::optional<Matches> matches = matchThrough(temporary, a, b);
  if (!matches || !adjust(program, a, b, *matches))
    return std::nullopt;
  std::optional<Order> order = findOrder(a, b);
  if (!order || *order == Order::Any || isBetween(g, h))
    return std::nullopt;
  llvm::append_range(a.members, b.members);
  llvm::sort(a.members, [](const Member &x, const Member &y) {
    return x.stage < y.stage;
  });
  a.order = *order;
  return a;
}

void Sequencer::run() {
  findPlaces();
  findTemporaries();
  for (const Temporary &temporary : temporaries) {
    auto placeOf = [&](unsigned stage) {
      return groupOf[program.nodeOfStage[stage]];
    };
    unsigned g = placeOf(temporary.writers.front());
    unsigned h = placeOf(temporary.readers.back());
    auto isIn = [&](unsigned group) {
      return [&, group](unsigned stage) { return placeOf(stage) == group; };
    };
    // Nobody else touches it.
    if (g == h || !llvm::all_of(temporary.writers, isIn(g)) ||
        !llvm::all_of(temporary.readers, isIn(h)))
      continue;
    std::optional<Group> merged = merge(temporary.storage, g, h);
    if (!merged)
      continue;
    groups[g] = std::move(*merged);
    groups[h].members.clear();
    findPlaces();
  }
  llvm::erase_if(groups,
                 [](const Group &group) { return group.members.empty(); });
}

void elena::fusion::sequenceGroups(const FusionProgram &program,
                                   const Dependences &dependences,
                                   std::vector<Group> &groups) {
  Sequencer(program, dependences, groups).run();
}
