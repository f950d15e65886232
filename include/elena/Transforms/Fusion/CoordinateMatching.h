//===- CoordinateMatching.h - Which coordinates are the same ----*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which coordinates of two groups may become one coordinate of common loops?
//
//   x *= 2 ; z = x[2:5] + 1        x over t < n, z over u < 3
//
// The write at t and the read at u meet where t = u + 2: that is the match of
// t and u, with the shift 2. A coordinate of T is one on which *all* conflicts
// between the groups agree; x[::-1] in the place of x[2:5] leaves none. Then
// the origins are adjusted: z runs in iteration u + 2, and 2 <= u + 2 < 5 lies
// inside [0, n) where n >= 5 is known.
//
// Within one stage the same is asked for each dimension on its own: x[1:] =
// x[:-1] meets itself at other points, so no dimension of it is free.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_COORDINATEMATCHING_H
#define ELENA_TRANSFORMS_FUSION_COORDINATEMATCHING_H

#include "elena/Transforms/Fusion/FusionPlan.h"
#include "elena/Transforms/Fusion/FusionReport.h"

namespace elena::fusion {

/// Coordinate `first` of one group is coordinate `second` of another one:
/// t = u + shift.
struct Match {
  size_t first, second;
  Polynomial shift;
};
using Matches = llvm::SmallVector<Match, 4>;

/// What all conflicts between two groups have in common.
struct ConflictMatches {
  bool anyConflict = false;
  /// One has to end before the other starts; nothing else is known then.
  bool isCut = false;
  /// One partner each.
  Matches matches;
  /// See MergeRefusal.
  std::optional<AccessPair> blocking, agreed;
  /// The first conflict that has left fewer matches than those before, but
  /// some.
  std::optional<AccessPair> narrowing;
};

/// The dimensions that are free (Legality::FreeDimensions): parallel, and two
/// points of the stage that differ in them never meet.
llvm::SmallVector<Coordinate, 4>
getFreeCoordinates(const FusionProgram &program, const Stage &stage);

/// The matches on which all conflicts between the groups agree.
/// The pairs of coordinates that are a constant apart wherever the two meet.
Matches getMatches(const SymbolFacts &facts, const Meeting &meeting,
                   const Member &x, const Member &y);

/// Calls `visit` with a stage of each group for all their conflicts, as seen
/// from the first; false, if one group has to end before the other starts.
bool visitConflicts(const FusionProgram &program,
                    const Dependences &dependences, const Group &a,
                    const Group &b,
                    llvm::function_ref<void(const Member &x, const Member &y,
                                            const Meeting &meeting)>
                        visit);

ConflictMatches matchConflicts(const FusionProgram &program,
                               const Dependences &dependences, const Group &a,
                               const Group &b);

/// For groups that have nothing to do with each other: all coordinates, in
/// order; none if their sizes differ.
Matches matchBySizes(const SymbolFacts &facts, const Group &a, const Group &b);

/// Moves the coordinates so that both groups count from one origin. False if
/// it is not known which range holds the other.
bool adjust(const FusionProgram &program, Group &a, Group &b, Matches &matches);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_COORDINATEMATCHING_H
