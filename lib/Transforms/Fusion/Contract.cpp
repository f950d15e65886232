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
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// Points of one iteration that are cheap to run one after the other.
static constexpr int64_t kSmallInner = 64;

namespace {
/// Coordinate k of one group is coordinate l of another one: t = u + shift.
struct Match {
  size_t first, second;
  Polynomial shift;
};

/// Two groups that may be merged, and what is found out about them.
struct Candidate {
  unsigned g, h;
  Group a, b;
  bool anyConflict = false, isCut = false;
  SmallVector<Match, 4> matches = {};
  SmallVector<size_t> keptA = {}, keptB = {};
  /// See MergeRefusal.
  std::optional<AccessPair> blocking = {}, agreed = {};
  unsigned through = 0;
};

class Contractor {
public:
  Contractor(const FusionProgram &program, const Dependences &dependences,
             const ContractOptions &options)
      : program(program), dependences(dependences), options(options) {}

  std::vector<Group> run(FusionLog *log);

private:
  Group makeGroup(unsigned stage);
  SmallVector<Coordinate, 4> getFreeCoordinates(const Stage &stage);
  std::optional<Obstacle> findObstacle(Candidate &candidate) const;
  bool tryMerge(unsigned g, unsigned h);
  void logRefusals(FusionLog &log) const;
  void matchConflicts(Candidate &candidate) const;
  SmallVector<Match, 4> matchBySizes(const Group &a, const Group &b) const;
  bool isSmall(const Group &group, ArrayRef<size_t> kept) const;
  bool isPlain(const Group &a, const Group &b) const;
  bool adjust(Group &a, Group &b, SmallVectorImpl<Match> &matches) const;

  // The predicates of a merge, in the order in which they are asked.
  bool isWithinOptions(Candidate &candidate) const;
  bool needsNoHost(Candidate &candidate) const;
  bool hasFreeDimensions(Candidate &candidate) const;
  bool hasCommonIteration(Candidate &candidate) const;
  bool hasKnownRange(Candidate &candidate) const;
  bool isWorthIt(Candidate &candidate) const;
  bool staysAcyclic(Candidate &candidate) const;
  unsigned nodeOf(const Member &member) const {
    return program.nodeOfStage[member.stage];
  }

  const FusionProgram &program;
  const Dependences &dependences;
  const ContractOptions &options;
  std::vector<Group> groups;
  /// The group of each node; barriers have numbers of their own, after all
  /// groups.
  std::vector<unsigned> groupOf;
};
} // namespace

/// The dimensions along which two points of a stage never meet, but in
/// themselves.
SmallVector<Coordinate, 4> Contractor::getFreeCoordinates(const Stage &stage) {
  SmallVector<Coordinate, 4> coordinates;
  const auto &accesses = program.getAccesses(stage);
  for (size_t d = 0; d < stage.getRank(); ++d) {
    if (stage.kinds[d] != IteratorKind::Parallel ||
        stage.sizes[d].isConstant(1))
      continue;
    bool agrees = true;
    for (auto [k, x] : llvm::enumerate(accesses))
      for (const StageAccess &y : ArrayRef(accesses).drop_front(k)) {
        if ((!x.isWrite && !y.isWrite) || !agrees)
          continue;
        Meeting meeting = meet(program, x, stage.getRank(), y, stage.getRank());
        agrees = meeting.disjoint ||
                 llvm::any_of(meeting.equalities, [&](const IndexEquality &e) {
                   return e.first == d && e.second == d && e.shift.isZero();
                 });
      }
    if (agrees)
      coordinates.push_back({d, Polynomial(0)});
  }
  return coordinates;
}

Group Contractor::makeGroup(unsigned number) {
  const Stage &stage = program.stages[number];
  Group group;
  group.members.push_back({number, getFreeCoordinates(stage)});
  for (const Coordinate &coordinate : group.members.front().theta)
    group.sizes.push_back(stage.sizes[coordinate.dimension]);
  return group;
}

//===----------------------------------------------------------------------===//
// Matching coordinates
//===----------------------------------------------------------------------===//

/// The matches on which all conflicts between the groups agree.
void Contractor::matchConflicts(Candidate &candidate) const {
  const Group &a = candidate.a, &b = candidate.b;
  SmallVector<Match, 4> &matches = candidate.matches;
  auto intersect = [&](const Meeting &meeting, const Member &x,
                       const Member &y) {
    SmallVector<Match, 4> here;
    for (auto [k, t] : llvm::enumerate(x.theta))
      for (auto [l, u] : llvm::enumerate(y.theta))
        for (const IndexEquality &equality : meeting.equalities)
          // t = i + s, u = j + r and i = j + e, so t = u + e + s - r.
          if (equality.first == t.dimension && equality.second == u.dimension)
            here.push_back({k, l,
                            program.facts().normalize(equality.shift + t.shift -
                                                      u.shift)});
    AccessPair pair{x.stage, meeting.accessA, y.stage, meeting.accessB};
    bool couldMatch = !candidate.anyConflict || !matches.empty();
    if (!candidate.anyConflict)
      matches = here;
    else
      llvm::erase_if(matches, [&](const Match &match) {
        return llvm::none_of(here, [&](const Match &other) {
          return other.first == match.first && other.second == match.second &&
                 other.shift == match.shift;
        });
      });
    if (matches.empty() && couldMatch)
      candidate.blocking = pair;
    else if (!candidate.anyConflict)
      candidate.agreed = pair;
    candidate.anyConflict = true;
  };
  for (const Member &x : a.members)
    for (const Member &y : b.members) {
      unsigned n = nodeOf(x), m = nodeOf(y);
      bool forward = n < m;
      const Dependences::Edge *edge =
          forward ? dependences.find(n, m) : dependences.find(m, n);
      if (!edge)
        continue;
      if (edge->isCut) {
        candidate.isCut = true;
        return;
      }
      for (Meeting meeting : edge->conflicts) {
        if (!forward) {
          std::swap(meeting.accessA, meeting.accessB);
          for (IndexEquality &equality : meeting.equalities)
            equality = {equality.second, equality.first, -equality.shift};
        }
        intersect(meeting, x, y);
      }
    }
  // One partner each.
  SmallVector<Match, 4> chosen;
  for (const Match &match : matches)
    if (llvm::none_of(chosen, [&](const Match &other) {
          return other.first == match.first || other.second == match.second;
        }))
      chosen.push_back(match);
  matches = std::move(chosen);
}

/// Groups that have nothing to do with each other: all coordinates, in order.
SmallVector<Match, 4> Contractor::matchBySizes(const Group &a,
                                               const Group &b) const {
  SmallVector<Match, 4> matches;
  if (a.sizes.size() != b.sizes.size())
    return matches;
  for (size_t k = 0; k < a.sizes.size(); ++k) {
    if (!program.facts().areEqual(a.sizes[k], b.sizes[k]))
      return {};
    matches.push_back({k, k, Polynomial(0)});
  }
  return matches;
}

/// Moves the coordinates so that both groups count from one origin. False if
/// it is not known which range holds the other.
bool Contractor::adjust(Group &a, Group &b,
                        SmallVectorImpl<Match> &matches) const {
  for (Match &match : matches) {
    // t = u + shift, with t in [0, n) and u in [0, m).
    const Polynomial &n = a.sizes[match.first], &m = b.sizes[match.second];
    const SymbolFacts &facts = program.facts();
    // A range without points is inside any other; one with points is not inside
    // one that may have none.
    Polynomials nonEmptyA, nonEmptyB;
    if (!n.getConstant())
      nonEmptyA.push_back(n - 1);
    if (!m.getConstant())
      nonEmptyB.push_back(m - 1);
    bool bInA = facts.isNonNegative(match.shift, nonEmptyB) &&
                facts.isNonNegative(n - m - match.shift, nonEmptyB);
    bool aInB = facts.isNonNegative(-match.shift, nonEmptyA) &&
                facts.isNonNegative(m - n + match.shift, nonEmptyA);
    if (!bInA && !aInB)
      return false;
    Group &moved = bInA ? b : a;
    size_t k = bInA ? match.second : match.first;
    Polynomial by = bInA ? match.shift : -match.shift;
    for (Member &member : moved.members)
      member.theta[k].shift = facts.normalize(member.theta[k].shift + by);
    moved.sizes[k] = bInA ? n : m;
    match.shift = Polynomial(0);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

/// May the coordinates that are not kept become loops inside an iteration?
bool Contractor::isSmall(const Group &group, ArrayRef<size_t> kept) const {
  int64_t lost = 1;
  bool isLong = false;
  for (size_t k = 0; k < group.sizes.size(); ++k) {
    if (llvm::is_contained(kept, k))
      continue;
    std::optional<int64_t> size = group.sizes[k].getConstant();
    isLong |= !size;
    lost *= size.value_or(1);
  }
  return !isLong && lost <= kSmallInner;
}

static bool hasReduction(const FusionProgram &program, const Group &group) {
  return llvm::any_of(group.members, [&](const Member &member) {
    return !llvm::all_of(
        program.stages[member.stage].kinds,
        [](IteratorKind kind) { return kind == IteratorKind::Parallel; });
  });
}

/// Are the coordinates of T the outer dimensions of every stage, in order? Then
/// an iteration walks through rows, and not across them.
static bool walksRows(const FusionProgram &program, const Group &group,
                      ArrayRef<size_t> kept) {
  return llvm::all_of(group.members, [&](const Member &member) {
    const Stage &stage = program.stages[member.stage];
    size_t d = 0;
    return llvm::all_of(kept, [&](size_t k) {
      while (d < stage.getRank() && stage.sizes[d].isConstant(1))
        ++d;
      return member.theta[k].dimension == d++;
    });
  });
}

/// Would temporaries of the group, which are registers now, have to hold whole
/// rows? One of them is enough to lose more than a launch.
static bool losesRegisters(const FusionProgram &program, const Group &group,
                           ArrayRef<size_t> kept) {
  std::map<unsigned, std::set<unsigned>> usersOfRow;
  for (const Member &member : group.members) {
    const Stage &stage = program.stages[member.stage];
    for (const StageAccess &access : program.getAccesses(stage)) {
      if (program.storages[access.storage].escapes)
        continue;
      for (size_t k = 0; k < group.sizes.size(); ++k) {
        size_t d = member.theta[k].dimension;
        if (!llvm::is_contained(kept, k) && !group.sizes[k].getConstant() &&
            !access.region.cell.coefficients[d].isZero())
          usersOfRow[access.storage].insert(member.stage);
      }
    }
  }
  return llvm::any_of(
      usersOfRow, [](const auto &users) { return users.second.size() > 1; });
}

/// Is there no path from one group to the other through a third one?
bool Contractor::staysAcyclic(Candidate &candidate) const {
  unsigned g = candidate.g, h = candidate.h;
  // Paths that start at one of the two and have left it.
  SmallVector<unsigned> work;
  llvm::DenseMap<unsigned, unsigned> cameFrom;
  auto addSuccessors = [&](unsigned unit, unsigned node, bool isStart) {
    for (unsigned e : dependences.outgoing(node)) {
      unsigned next = groupOf[dependences.edges()[e].to];
      if (isStart && (next == g || next == h))
        continue;
      if (cameFrom.try_emplace(next, unit).second)
        work.push_back(next);
    }
  };
  for (unsigned start : {g, h})
    for (const Member &member : groups[start].members)
      addSuccessors(start, nodeOf(member), true);
  while (!work.empty()) {
    unsigned current = work.pop_back_val();
    if (current == g || current == h) {
      candidate.through = cameFrom[current];
      return false;
    }
    if (current >= groups.size()) {
      addSuccessors(current, current - groups.size(), false);
      continue;
    }
    for (const Member &member : groups[current].members)
      addSuccessors(current, nodeOf(member), false);
  }
  return true;
}

/// Does the access reach all cells of a new array, in its own order?
static bool isWholeArray(const FusionProgram &program,
                         const StageAccess &access) {
  const StorageInfo &info = program.storages[access.storage];
  return info.isAllocation && access.region.cell.offset.isZero() &&
         access.region.sizes == info.layout.sizes &&
         access.region.cell.coefficients == info.layout.strides;
}

/// Is it only that one stage reads arrays that another one has made? What
/// compilers of values can fuse.
bool Contractor::isPlain(const Group &a, const Group &b) const {
  auto isPlainStage = [&](const Member &member) {
    const Stage &stage = program.stages[member.stage];
    return stage.isElementwise() && stage.isMust() && stage.gathers.empty() &&
           llvm::all_of(
               program.getAccesses(stage), [&](const StageAccess &access) {
                 return !access.isWrite || isWholeArray(program, access);
               });
  };
  if (!llvm::all_of(a.members, isPlainStage) ||
      !llvm::all_of(b.members, isPlainStage))
    return false;
  for (const Member &member : a.members)
    for (const StageAccess &x :
         program.getAccesses(program.stages[member.stage]))
      for (const Member &other : b.members)
        for (const StageAccess &y :
             program.getAccesses(program.stages[other.stage])) {
          if (x.storage != y.storage || (!x.isWrite && !y.isWrite))
            continue;
          if ((x.isWrite && y.isWrite) || !isWholeArray(program, x) ||
              !isWholeArray(program, y))
            return false;
        }
  return true;
}

//===----------------------------------------------------------------------===//
// The predicates
//===----------------------------------------------------------------------===//

bool Contractor::isWithinOptions(Candidate &candidate) const {
  return options.views || isPlain(candidate.a, candidate.b);
}

bool Contractor::needsNoHost(Candidate &candidate) const {
  matchConflicts(candidate);
  return !candidate.isCut;
}

bool Contractor::hasFreeDimensions(Candidate &candidate) const {
  return !candidate.anyConflict ||
         (!candidate.a.sizes.empty() && !candidate.b.sizes.empty());
}

bool Contractor::hasCommonIteration(Candidate &candidate) const {
  if (!candidate.anyConflict)
    candidate.matches = matchBySizes(candidate.a, candidate.b);
  return !candidate.matches.empty();
}

bool Contractor::hasKnownRange(Candidate &candidate) const {
  if (!adjust(candidate.a, candidate.b, candidate.matches))
    return false;
  llvm::sort(candidate.matches,
             [](const Match &x, const Match &y) { return x.first < y.first; });
  for (const Match &match : candidate.matches) {
    candidate.keptA.push_back(match.first);
    candidate.keptB.push_back(match.second);
  }
  return true;
}

bool Contractor::isWorthIt(Candidate &candidate) const {
  const Group &a = candidate.a, &b = candidate.b;
  bool isRow = candidate.anyConflict &&
               (hasReduction(program, a) || hasReduction(program, b)) &&
               walksRows(program, a, candidate.keptA) &&
               walksRows(program, b, candidate.keptB) &&
               !losesRegisters(program, a, candidate.keptA) &&
               !losesRegisters(program, b, candidate.keptB);
  return isRow || (isSmall(a, candidate.keptA) && isSmall(b, candidate.keptB));
}

std::optional<Obstacle> Contractor::findObstacle(Candidate &candidate) const {
  static constexpr std::pair<Obstacle, bool (Contractor::*)(Candidate &) const>
      predicates[] = {{Obstacle::Views, &Contractor::isWithinOptions},
                      {Obstacle::Host, &Contractor::needsNoHost},
                      {Obstacle::Whole, &Contractor::hasFreeDimensions},
                      {Obstacle::Iteration, &Contractor::hasCommonIteration},
                      {Obstacle::Range, &Contractor::hasKnownRange},
                      {Obstacle::Work, &Contractor::isWorthIt},
                      {Obstacle::Cycle, &Contractor::staysAcyclic}};
  for (auto [obstacle, holds] : predicates)
    if (!(this->*holds)(candidate))
      return obstacle;
  return std::nullopt;
}

/// Of groups that are done: why those with an edge between them stay apart.
void Contractor::logRefusals(FusionLog &log) const {
  std::set<std::pair<unsigned, unsigned>> asked;
  for (const Dependences::Edge &edge : dependences.edges()) {
    unsigned g = groupOf[edge.from], h = groupOf[edge.to];
    if (g == h || g >= groups.size() || h >= groups.size() ||
        !asked.insert(std::minmax(g, h)).second)
      continue;
    Candidate candidate{g, h, groups[g], groups[h]};
    Obstacle obstacle = Obstacle::None;
    if (options.merge)
      obstacle = findObstacle(candidate).value_or(obstacle);
    MergeRefusal refusal{groups[g].members.front().stage,
                         groups[h].members.front().stage, obstacle};
    if (obstacle == Obstacle::Iteration || obstacle == Obstacle::Whole) {
      refusal.blocking = candidate.blocking;
      refusal.agreed = candidate.agreed;
    }
    if (obstacle == Obstacle::Cycle)
      refusal.through = candidate.through < groups.size()
                            ? nodeOf(groups[candidate.through].members.front())
                            : candidate.through - groups.size();
    log.refusals.push_back(std::move(refusal));
  }
}

//===----------------------------------------------------------------------===//
// The merge
//===----------------------------------------------------------------------===//

bool Contractor::tryMerge(unsigned g, unsigned h) {
  Candidate candidate{g, h, groups[g], groups[h]};
  if (findObstacle(candidate))
    return false;
  Group &a = candidate.a, &b = candidate.b;
  Group merged;
  for (const Match &match : candidate.matches)
    merged.sizes.push_back(a.sizes[match.first]);
  auto take = [&](const Group &from, ArrayRef<size_t> kept) {
    for (const Member &member : from.members) {
      Member copy{member.stage, {}};
      for (size_t k : kept)
        copy.theta.push_back(member.theta[k]);
      merged.members.push_back(std::move(copy));
    }
  };
  take(a, candidate.keptA);
  take(b, candidate.keptB);
  llvm::sort(merged.members, [](const Member &x, const Member &y) {
    return x.stage < y.stage;
  });
  for (const Member &member : merged.members)
    groupOf[nodeOf(member)] = g;
  groups[g] = std::move(merged);
  groups[h].members.clear();
  return true;
}

std::vector<Group> Contractor::run(FusionLog *log) {
  groupOf.assign(program.nodes.size(), 0);
  for (auto [s, stage] : llvm::enumerate(program.stages)) {
    groupOf[program.nodeOfStage[s]] = groups.size();
    groups.push_back(stage.isRemoved ? Group() : makeGroup(s));
  }
  for (auto [n, node] : llvm::enumerate(program.nodes))
    if (node.barrier)
      groupOf[n] = groups.size() + n;
  // Along the edges first, in program order; then side by side.
  for (bool changed = options.merge; changed;) {
    changed = false;
    for (const Dependences::Edge &edge : dependences.edges()) {
      unsigned g = groupOf[edge.from], h = groupOf[edge.to];
      if (g != h && g < groups.size() && h < groups.size())
        changed |= tryMerge(g, h);
    }
  }
  for (unsigned g = 0; options.merge && options.views && g < groups.size(); ++g)
    for (unsigned h = g + 1; h < groups.size(); ++h)
      if (!groups[g].members.empty() && !groups[h].members.empty())
        tryMerge(g, h);
  if (log)
    logRefusals(*log);
  llvm::erase_if(groups,
                 [](const Group &group) { return group.members.empty(); });
  return std::move(groups);
}

std::vector<Group> elena::fusion::contract(const FusionProgram &program,
                                           const Dependences &dependences,
                                           const ContractOptions &options,
                                           FusionLog *log) {
  return Contractor(program, dependences, options).run(log);
}
