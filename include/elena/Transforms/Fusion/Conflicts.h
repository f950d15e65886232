//===- Conflicts.h - Which points of two stages meet ------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two accesses of one storage *conflict* where a point i of one stage and a
// point j of the other reach the same cell and one of them writes it:
//
//   x[2:5] *= 2 ; z = x + 1
//
// the write at i and the read at j conflict where i + 2 = j. What fusion needs
// is not the pairs but the equalities that hold for all of them.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_CONFLICTS_H
#define ELENA_TRANSFORMS_FUSION_CONFLICTS_H

#include "elena/Transforms/Fusion/FusionProgram.h"

namespace elena::fusion {

/// How two accesses meet.
struct Meeting {
  /// They share no cell.
  bool disjoint = false;
  /// The numbers of the two accesses (FusionProgram::getAccesses).
  unsigned accessA = 0, accessB = 0;
  /// What holds for all pairs of points that share a cell; dimensions beyond
  /// the stage's box are left out.
  llvm::SmallVector<IndexEquality, 4> equalities;
};

Meeting meet(const FusionProgram &program, const StageAccess &a, size_t rankA,
             const StageAccess &b, size_t rankB);

/// The edges between the nodes of a program.
class Dependences {
public:
  explicit Dependences(const FusionProgram &program);

  struct Edge {
    unsigned from, to;
    llvm::SmallVector<Meeting, 4> conflicts;
    /// An edge of values or of barriers: `from` has to end before `to` starts.
    bool isCut = false;
  };
  llvm::ArrayRef<Edge> edges() const { return allEdges; }
  /// The numbers of the edges that end at the node.
  llvm::ArrayRef<unsigned> incoming(unsigned node) const { return into[node]; }
  llvm::ArrayRef<unsigned> outgoing(unsigned node) const { return outOf[node]; }
  const Edge *find(unsigned from, unsigned to) const;

private:
  void addEdge(Edge edge);

  llvm::SmallVector<Edge, 0> allEdges; // moves them when it grows
  std::vector<llvm::SmallVector<unsigned, 4>> into, outOf;
};

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_CONFLICTS_H
