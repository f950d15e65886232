//===- GroupPathsTest.cpp - Paths between groups against a search ---------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/GroupPaths.h"
#include "gtest/gtest.h"

#include <random>
#include <set>

using namespace elena::fusion;

namespace {
/// Nodes in groups, and edges between nodes: nothing is kept.
struct Graph {
  std::vector<GroupPaths::Edge> edges;
  std::vector<unsigned> groupOf;

  /// Of paths that have left `from` and have not come to it or `to` yet.
  bool leadsThroughThird(unsigned from, unsigned to) const {
    std::vector<unsigned> work{from};
    std::set<unsigned> seen;
    while (!work.empty()) {
      unsigned group = work.back();
      work.pop_back();
      for (auto [a, b] : edges) {
        unsigned next = groupOf[b];
        if (groupOf[a] != group || next == group)
          continue;
        if (next == to && group != from)
          return true;
        if (next != to && next != from && seen.insert(next).second)
          work.push_back(next);
      }
    }
    return false;
  }
};
} // namespace

TEST(GroupPaths, MergesOfRandomGraphs) {
  std::mt19937 random(1);
  unsigned numThird = 0, numMerged = 0;
  for (unsigned round = 0; round < 200; ++round) {
    unsigned size = 3 + random() % 12;
    Graph graph;
    for (unsigned a = 0; a < size; ++a) {
      graph.groupOf.push_back(a);
      for (unsigned b = a + 1; b < size; ++b)
        if (random() % 4 == 0)
          graph.edges.push_back({a, b});
    }
    GroupPaths paths(size, graph.edges);
    for (unsigned step = 0; step < 40; ++step) {
      unsigned g = graph.groupOf[random() % size];
      unsigned h = graph.groupOf[random() % size];
      if (g == h)
        continue;
      bool expected =
          graph.leadsThroughThird(g, h) || graph.leadsThroughThird(h, g);
      ASSERT_EQ(paths.existsThroughThird(g, h), expected);
      ++(expected ? numThird : numMerged);
      if (expected)
        continue;
      paths.merge(g, h);
      std::replace(graph.groupOf.begin(), graph.groupOf.end(), h, g);
    }
  }
  EXPECT_GT(numThird, 500u);
  EXPECT_GT(numMerged, 500u);
}
