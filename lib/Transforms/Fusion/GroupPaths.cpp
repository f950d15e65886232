//===- GroupPaths.cpp - Which groups lead to which ------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/GroupPaths.h"

using namespace elena;
using namespace elena::fusion;

GroupPaths::GroupPaths(unsigned size, llvm::ArrayRef<Edge> edges)
    : next(size, llvm::BitVector(size)), reached(next) {
  // From the end: where an edge leads to, all of its own have been seen.
  for (auto [from, to] : llvm::reverse(edges)) {
    next[from].set(to);
    reached[from].set(to);
    reached[from] |= reached[to];
  }
}

bool GroupPaths::leadsThroughThird(unsigned from, unsigned to) const {
  return reached[from].test(to) &&
         llvm::any_of(next[from].set_bits(), [&](unsigned third) {
           return third != to && reached[third].test(to);
         });
}

void GroupPaths::merge(unsigned g, unsigned h) {
  next[g] |= next[h];
  next[g].reset(g).reset(h);
  reached[g] |= reached[h];
  reached[g].reset(g).reset(h);
  next[h].reset();
  reached[h].reset();
  for (unsigned other = 0; other < next.size(); ++other) {
    if (other == g)
      continue;
    if (next[other].test(h))
      next[other].reset(h).set(g);
    if (!reached[other].test(g) && !reached[other].test(h))
      continue;
    reached[other].reset(h).set(g);
    reached[other] |= reached[g];
  }
}
