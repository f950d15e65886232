//===- CoordinateMatching.cpp - Which coordinates are the same ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/CoordinateMatching.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// Within a stage
//===----------------------------------------------------------------------===//

/// Legality::FreeDimensions: do two points of the stage meet only where they
/// are equal in dimension d?
static bool isFree(const FusionProgram &program, const Stage &stage, size_t d) {
  if (program.ignored.contains(Legality::FreeDimensions))
    return true;
  const auto &accesses = program.getAccesses(stage);
  for (auto [k, x] : llvm::enumerate(accesses))
    for (const StageAccess &y : ArrayRef(accesses).drop_front(k)) {
      if (!x.isWrite && !y.isWrite)
        continue;
      Meeting meeting = meet(program, x, stage.getRank(), y, stage.getRank());
      if (!meeting.disjoint &&
          llvm::none_of(meeting.equalities, [&](const IndexEquality &e) {
            return e.first == d && e.second == d && e.shift.isZero();
          }))
        return false;
    }
  return true;
}

SmallVector<Coordinate, 4>
elena::fusion::getFreeCoordinates(const FusionProgram &program,
                                  const Stage &stage) {
  SmallVector<Coordinate, 4> coordinates;
  // All points of a stage have the same index in a dimension of size 1.
  size_t firstUnit = stage.getRank() - stage.numUnits;
  for (size_t d = 0; d < stage.getRank(); ++d)
    if (d >= firstUnit)
      coordinates.push_back({d, Polynomial(0)});
    else if (stage.kinds[d] == IteratorKind::Parallel &&
             !stage.sizes[d].isConstant(1) && isFree(program, stage, d))
      coordinates.push_back({d, Polynomial(0)});
  return coordinates;
}

//===----------------------------------------------------------------------===//
// By the conflicts
//===----------------------------------------------------------------------===//

Matches elena::fusion::getMatches(const SymbolFacts &facts,
                                  const Meeting &meeting, const Member &x,
                                  const Member &y) {
  Matches matches;
  for (auto [k, t] : llvm::enumerate(x.theta))
    for (auto [l, u] : llvm::enumerate(y.theta))
      for (const IndexEquality &equality : meeting.equalities)
        // t = i + s, u = j + r and i = j + e, so t = u + e + s - r.
        if (equality.first == t.dimension && equality.second == u.dimension)
          matches.push_back(
              {k, l, facts.normalize(equality.shift + t.shift - u.shift)});
  return matches;
}

/// Legality::Agreement: do the points that meet have the coordinates that the
/// match says, if they have those of `here`?
static bool agrees(const Match &match, const Matches &here) {
  return llvm::any_of(here, [&](const Match &other) {
    return other.first == match.first && other.second == match.second &&
           other.shift == match.shift;
  });
}

/// Keeps what holds for one more conflict.
static void intersect(ConflictMatches &common, const Matches &here,
                      const AccessPair &pair, bool ignoreAgreement) {
  Matches &matches = common.matches;
  size_t before = matches.size();
  bool couldMatch = !common.anyConflict || before != 0;
  if (ignoreAgreement)
    llvm::append_range(matches, here);
  else if (!common.anyConflict)
    matches = here;
  else
    llvm::erase_if(matches,
                   [&](const Match &match) { return !agrees(match, here); });
  if (matches.empty() && couldMatch)
    common.blocking = pair;
  else if (!common.anyConflict)
    common.agreed = pair;
  else if (matches.size() < before && !common.narrowing)
    common.narrowing = pair;
  common.anyConflict = true;
}

/// The same, seen from the other stage.
static Meeting reverse(Meeting meeting) {
  std::swap(meeting.accessA, meeting.accessB);
  for (IndexEquality &equality : meeting.equalities)
    equality = {equality.second, equality.first, -equality.shift};
  return meeting;
}

static Matches chooseOnePartnerEach(const Matches &matches) {
  Matches chosen;
  for (const Match &match : matches)
    if (llvm::none_of(chosen, [&](const Match &other) {
          return other.first == match.first || other.second == match.second;
        }))
      chosen.push_back(match);
  return chosen;
}

bool elena::fusion::visitConflicts(
    const FusionProgram &program, const Dependences &dependences,
    const Group &a, const Group &b,
    llvm::function_ref<void(const Member &, const Member &, const Meeting &)>
        visit) {
  for (const Member &x : a.members)
    for (const Member &y : b.members) {
      unsigned n = program.nodeOfStage[x.stage];
      unsigned m = program.nodeOfStage[y.stage];
      bool forward = n < m;
      const Dependences::Edge *edge =
          forward ? dependences.find(n, m) : dependences.find(m, n);
      if (!edge)
        continue;
      if (edge->isCut && !program.ignored.contains(Legality::NoCut))
        return false;
      for (const Meeting &conflict : edge->conflicts)
        visit(x, y, forward ? conflict : reverse(conflict));
    }
  return true;
}

ConflictMatches elena::fusion::matchConflicts(const FusionProgram &program,
                                              const Dependences &dependences,
                                              const Group &a, const Group &b) {
  ConflictMatches common;
  auto keep = [&](const Member &x, const Member &y, const Meeting &meeting) {
    intersect(common, getMatches(program.facts(), meeting, x, y),
              {x.stage, meeting.accessA, y.stage, meeting.accessB},
              program.ignored.contains(Legality::Agreement));
  };
  if (!visitConflicts(program, dependences, a, b, keep)) {
    common.isCut = true;
    return common;
  }
  common.matches = chooseOnePartnerEach(common.matches);
  return common;
}

//===----------------------------------------------------------------------===//
// By the ranges
//===----------------------------------------------------------------------===//

/// Those of more than one point.
static SmallVector<size_t, 4> getLongCoordinates(const Group &group) {
  SmallVector<size_t, 4> coordinates;
  for (auto [k, size] : llvm::enumerate(group.sizes))
    if (!size.isConstant(1))
      coordinates.push_back(k);
  return coordinates;
}

Matches elena::fusion::matchBySizes(const SymbolFacts &facts, const Group &a,
                                    const Group &b) {
  auto first = getLongCoordinates(a), second = getLongCoordinates(b);
  Matches matches;
  if (first.size() != second.size())
    return matches;
  for (auto [k, l] : llvm::zip_equal(first, second)) {
    if (!facts.areEqual(a.sizes[k], b.sizes[l]))
      return {};
    matches.push_back({k, l, Polynomial(0)});
  }
  return matches;
}

/// Legality::Inside: is [shift, shift + inner) inside [0, outer)? A range
/// without points is inside any other; one with points is not inside one that
/// may have none.
static bool isInside(const SymbolFacts &facts, const Polynomial &shift,
                     const Polynomial &inner, const Polynomial &outer) {
  Polynomials nonEmpty;
  if (!inner.getConstant())
    nonEmpty.push_back(inner - 1);
  return facts.isNonNegative(shift, nonEmpty) &&
         facts.isNonNegative(outer - inner - shift, nonEmpty);
}

bool elena::fusion::adjust(const FusionProgram &program, Group &a, Group &b,
                           Matches &matches) {
  const SymbolFacts &facts = program.facts();
  for (Match &match : matches) {
    // t = u + shift, with t in [0, n) and u in [0, m).
    const Polynomial &n = a.sizes[match.first], &m = b.sizes[match.second];
    bool bInA = isInside(facts, match.shift, m, n) ||
                program.ignored.contains(Legality::Inside);
    if (!bInA && !isInside(facts, -match.shift, n, m))
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
