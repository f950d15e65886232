//===- GroupPaths.h - Which groups lead to which ----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The transitive closure of the dependences between groups and barriers, kept
// while groups are merged: whether two of them may be is asked for every pair,
// of which there are many more than groups.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_GROUPPATHS_H
#define ELENA_TRANSFORMS_FUSION_GROUPPATHS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"
#include <utility>
#include <vector>

namespace elena::fusion {

class GroupPaths {
public:
  using Edge = std::pair<unsigned, unsigned>;
  /// Between numbers below `size`. The edges of a node come after those that
  /// lead to it, as they do in the order of the program.
  GroupPaths(unsigned size, llvm::ArrayRef<Edge> edges);

  /// Is there a path from one to the other through a third one?
  bool existsThroughThird(unsigned g, unsigned h) const {
    return leadsThroughThird(g, h) || leadsThroughThird(h, g);
  }
  /// What was `h` is part of `g`.
  void merge(unsigned g, unsigned h);

private:
  bool leadsThroughThird(unsigned from, unsigned to) const;

  /// By number: those that an edge leads to, and those that a path does.
  std::vector<llvm::BitVector> next, reached;
};

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_GROUPPATHS_H
