//===- Legality.h - The names of what makes a move legal --------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A move asks two kinds of questions. *May* it? Each answer is a predicate with
// one of the names below: one function, called in one place, whose comment says
// the name. No choice overrules it. *Is it worth it?* RecomputeProfit.h and
// MergeProfit.h say so, and a wrong answer costs time only. For
//
//   x = u + v ; u[0] = 7 ; z = x[1:] * 2
//
// the sum may be computed again in z because the store changes nothing that it
// then reads: u at j + 1, which is never 0 (Unchanged). That it is only an
// addition makes it worth it.
//
// PlanRule (PlanChecker.h) names what a plan has to be, however it was made.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_LEGALITY_H
#define ELENA_TRANSFORMS_FUSION_LEGALITY_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace elena::fusion {

enum class Legality {
  // Of a read that is computed again: ReachingDefinitions.h.

  /// The points of the reader may be run in any order.
  ParallelReader,
  /// The stage surely was the last one to write what is read.
  LastWriter,
  /// It writes at each of its points, or its value says what it leaves there.
  MustWrite,
  /// No barrier between the two may write what is read.
  NoBarrier,
  /// What it wrote at a point is its expression at that point.
  PointValue,
  /// It is known which point of the writer made the cell.
  WriterPoint,
  /// A condition that is not tested at run time holds for all of the reader.
  Membership,
  /// The writers taken together have written all that is read.
  Cover,
  /// Nothing that the expression reads is overwritten before the reader runs,
  /// or
  /// what was there is computed in its turn.
  Unchanged,
  /// … nor by the reader, before the point that reads it.
  ReadsFirst,
  /// A load that is only made under a condition can be told where it goes.
  GuardedLoad,

  // Of stages in common loops: CoordinateMatching.h, MergePredicates.h.

  /// Points of one stage that differ in a coordinate of T never meet.
  FreeDimensions,
  /// No value that the host computes goes from one group to the other.
  NoCut,
  /// Points of two stages that meet have the same coordinates in T.
  Agreement,
  /// The range of each coordinate of T holds those of all stages.
  Inside,
  /// No path leaves the merged group and comes back.
  Acyclic,

  // Of groups whose points run in an order: SequenceGroups.cpp.

  /// Of two points that meet, the one that has to come first does.
  Direction,

  // Of reductions in one loop: SiblingReductions.cpp.

  /// They have the same box, and the same place in T.
  SameLoops,
  /// What the later one reads and writes, nothing from the earlier one up to it
  /// writes, or reads.
  Independent,

  // Of pieces: SplitIndexSets.cpp.

  /// The pieces of a stage have each of its points once.
  Partition,

  // Of dead stages: DeadStages.cpp.

  /// Nobody reads what the stage writes.
  Unread,

  // Of storages of an iteration: PrivateStorage.cpp.

  /// Nobody but the group touches the cells.
  Unseen,
  /// No two iterations have a cell in common.
  OwnCells,
  /// What is stored at the end of an iteration has all been made in it.
  WrittenWhole,

  // Of kernels: PackAndOrder.cpp.

  /// Groups of one kernel have no path between them.
  PackApart
};

/// Why there is no move if it does not hold.
const char *describe(Legality rule);

/// As in the option `ignore` of tensorref-fuse-stages.
llvm::StringRef getName(Legality rule);
std::optional<Legality> parseLegality(llvm::StringRef name);

/// Predicates that a test takes for true, to see what goes wrong then.
class IgnoredLegality {
public:
  void insert(Legality rule) { bits |= bit(rule); }
  bool contains(Legality rule) const { return bits & bit(rule); }
  bool empty() const { return bits == 0; }

private:
  static uint64_t bit(Legality rule) {
    return uint64_t(1) << static_cast<unsigned>(rule);
  }
  uint64_t bits = 0;
};

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_LEGALITY_H
