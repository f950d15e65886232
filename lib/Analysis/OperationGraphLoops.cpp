//===- OperationGraphLoops.cpp - From iteration to iteration --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of each loop, all ops inside are compared with each other, whatever loops and
// branches stand between: the edges of a nest are those of its outer loop and
// those of its inner one.
//
//===----------------------------------------------------------------------===//

#include "OperationGraphLoops.h"
#include "elena/Analysis/IterationDistance.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

#include <tuple>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// The nodes that have none inside.
static void collectLeaves(const OperationGraph &graph, unsigned node,
                          SmallVectorImpl<const GraphNode *> &leaves) {
  bool isLeaf = true;
  for (const OperationGraph::Body &body : graph.bodies()) {
    if (body.node != node)
      continue;
    isLeaf = false;
    for (unsigned inner = 0; inner < body.graph.nodes().size(); ++inner)
      collectLeaves(body.graph, inner, leaves);
  }
  if (isLeaf)
    leaves.push_back(&graph.nodes()[node]);
}

void CarriedEdgeFinder::visit(const OperationGraph &inner) {
  for (auto [number, node] : llvm::enumerate(inner.nodes())) {
    // The iterations of a `foreach` are independent, and it is no such op.
    if (isa<LoopLikeOpInterface>(node.op)) {
      SmallVector<const GraphNode *> leaves;
      collectLeaves(inner, number, leaves);
      // An unknown loop has no nodes inside.
      if (!leaves.empty() && leaves.front() != &node)
        addEdges(node.op, leaves);
    }
    for (const OperationGraph::Body &body : inner.bodies())
      if (body.node == number)
        visit(body.graph);
  }
}

void CarriedEdgeFinder::addEdges(Operation *loop,
                                 ArrayRef<const GraphNode *> nodes) {
  IterationComparison iterations(loop, views, alias);
  SmallVector<std::pair<IterationAccess, unsigned>> accesses;
  for (auto [place, node] : llvm::enumerate(nodes)) {
    // A check touches no cells, whatever its effects say to keep it in place.
    if (isa<AssertOp>(node->op))
      continue;
    for (const GraphAccess &access : node->accesses)
      accesses.push_back({{node->op, access}, unsigned(place)});
  }
  struct Placed {
    unsigned from, to, number;
    CarriedEdge edge;
  };
  std::vector<Placed> found;
  for (const auto &[a, from] : accesses)
    for (const auto &[b, to] : accesses)
      if (std::optional<LoopCarried> distance = iterations.findCarried(a, b))
        found.push_back(
            {from,
             to,
             unsigned(found.size()),
             {loop, a.op, b.op, getEdgeKind(a.access, b.access), *distance,
              a.access.ref && a.access.ref == b.access.ref, a.access.ref,
              b.access.ref}});
  llvm::sort(found, [](const Placed &x, const Placed &y) {
    return std::tie(x.from, x.to, x.edge.kind, x.number) <
           std::tie(y.from, y.to, y.edge.kind, y.number);
  });
  for (Placed &placed : found)
    graph.allCarried.push_back(std::move(placed.edge));
}
