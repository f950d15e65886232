//===- OperationGraph.cpp - What depends on what --------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

#include <tuple>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

using Extent = GraphAccess::Extent;

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

namespace elena {
/// Walks the ops in program order and keeps, for each storage, the writes that
/// nothing hides yet and all reads.
class OperationGraphBuilder {
public:
  OperationGraphBuilder(OperationGraph &graph)
      : graph(graph), alias(getArgumentAlias(graph.function)) {}

  void run(Block &body);

private:
  /// An access that came before.
  struct Past {
    unsigned node;
    GraphAccess access;
  };
  struct StorageRecord {
    Value root;
    SmallVector<Past> writes, reads;
  };
  struct RefFacts {
    Value ref, root;
    std::optional<StaticView> view;
  };

  void addNode(Operation *op, Operation *group);
  void addEdges(unsigned node, const GraphAccess &access);
  void addEdge(const Past &past, unsigned node, const GraphAccess &access);
  void addValueEdges(unsigned node);
  void hideWrites(unsigned node, const GraphAccess &access);
  void record(unsigned node, const GraphAccess &access);

  Value rootOf(const GraphAccess &access);
  bool mayMeet(Value rootA, Value rootB) const;
  unsigned factsOf(Value ref);
  SetRelation compute(const RefFacts &a, const RefFacts &b) const;
  SetRelation relateRefs(unsigned a, unsigned b);
  SetRelation relateExtents(const GraphAccess &a, const GraphAccess &b);
  bool covers(const GraphAccess &write, const GraphAccess &other);
  const SmallVector<unsigned> &sourcesOf(Operation *op);

  OperationGraph &graph;
  ArgumentAlias alias;
  llvm::MapVector<Value, StorageRecord> storages;
  DenseMap<Value, unsigned> refNumbers;
  std::vector<RefFacts> refs;
  DenseMap<std::pair<unsigned, unsigned>, SetRelation> relations;
  DenseMap<Operation *, SmallVector<unsigned>> valueSources;
};
} // namespace elena

void OperationGraphBuilder::run(Block &body) {
  for (Operation &op : body) {
    if (!isa<GroupOp>(op)) {
      addNode(&op, /*group=*/nullptr);
      continue;
    }
    for (Operation &inner : op.getRegion(0).getOps())
      addNode(&inner, &op);
  }
}

void OperationGraphBuilder::addNode(Operation *op, Operation *group) {
  GraphNode made{op, collectAccesses(op), group};
  if (made.accesses.empty() && !isa<AccessOpInterface>(op))
    return;
  unsigned node = graph.allNodes.size();
  graph.numbers[op] = node;
  graph.allNodes.push_back(std::move(made));
  addValueEdges(node);
  // A node's accesses see those of earlier nodes only.
  ArrayRef<GraphAccess> accesses = graph.allNodes.back().accesses;
  for (const GraphAccess &access : accesses)
    addEdges(node, access);
  for (const GraphAccess &access : accesses)
    hideWrites(node, access);
  for (const GraphAccess &access : accesses)
    record(node, access);
}

void OperationGraphBuilder::addEdges(unsigned node, const GraphAccess &access) {
  Value root = rootOf(access);
  SmallVector<Past *> writes, reads;
  for (auto &entry : storages) {
    if (!mayMeet(root, entry.second.root))
      continue;
    for (Past &past : entry.second.writes)
      writes.push_back(&past);
    for (Past &past : entry.second.reads)
      reads.push_back(&past);
  }
  // The last write of all that the access touches hides those before it.
  unsigned hiddenBefore = 0;
  for (Past *past : writes)
    if (past->node > hiddenBefore && covers(past->access, access))
      hiddenBefore = past->node;
  for (Past *past : writes)
    if (past->node >= hiddenBefore)
      addEdge(*past, node, access);
  for (Past *past : reads)
    addEdge(*past, node, access);
}

void OperationGraphBuilder::addEdge(const Past &past, unsigned node,
                                    const GraphAccess &access) {
  SetRelation relation = relateExtents(past.access, access);
  if (relation == SetRelation::Disjoint)
    return;
  // Which of the cells are touched is not known, only that no others are.
  if (!past.access.must || !access.must)
    relation = SetRelation::Unknown;
  EdgeKind kind = access.isWrite()
                      ? (past.access.isWrite() ? EdgeKind::WAW : EdgeKind::WAR)
                      : (past.access.isWrite() ? EdgeKind::RAW : EdgeKind::RAR);
  bool ssa = access.ref && access.ref == past.access.ref;
  graph.allEdges.push_back(
      {past.node, node, kind, relation, ssa, past.access.ref, access.ref});
}

/// Forgets the earlier writes that `access` overwrites.
void OperationGraphBuilder::hideWrites(unsigned node,
                                       const GraphAccess &access) {
  if (!access.isWrite() || !access.must)
    return;
  Value root = rootOf(access);
  for (auto &entry : storages)
    if (mayMeet(root, entry.second.root))
      llvm::erase_if(entry.second.writes, [&](const Past &past) {
        return past.node < node && covers(access, past.access);
      });
}

void OperationGraphBuilder::record(unsigned node, const GraphAccess &access) {
  Value root = rootOf(access);
  StorageRecord &storage = storages[root];
  storage.root = root;
  (access.isWrite() ? storage.writes : storage.reads).push_back({node, access});
}

//===----------------------------------------------------------------------===//
// Relations
//===----------------------------------------------------------------------===//

/// Null for what may be any storage.
Value OperationGraphBuilder::rootOf(const GraphAccess &access) {
  switch (access.extent) {
  case Extent::Ref:
    return refs[factsOf(access.ref)].root;
  case Extent::Storage:
    return getRoot(access.ref);
  case Extent::Anything:
    return {};
  }
  llvm_unreachable("all extents are handled");
}

bool OperationGraphBuilder::mayMeet(Value rootA, Value rootB) const {
  return !rootA || !rootB || mayShareStorage(rootA, rootB, alias);
}

unsigned OperationGraphBuilder::factsOf(Value ref) {
  auto [it, inserted] = refNumbers.try_emplace(ref, refs.size());
  if (!inserted)
    return it->second;
  RefFacts facts{ref, getRoot(ref), std::nullopt};
  IndexArith arith(ref.getContext());
  FailureOr<RootedView> rooted = composeToRoot(arith, ref);
  if (succeeded(rooted))
    facts.view = views::asStatic(arith, rooted->view);
  refs.push_back(std::move(facts));
  return refs.size() - 1;
}

SetRelation OperationGraphBuilder::compute(const RefFacts &a,
                                           const RefFacts &b) const {
  if (a.root == b.root && a.view && b.view)
    return relate(*a.view, *b.view);
  switch (classifyOverlap(a.ref, b.ref, alias)) {
  case Overlap::Apart:
    return SetRelation::Disjoint;
  case Overlap::SameMap:
    return SetRelation::Equal;
  case Overlap::Unknown:
    return SetRelation::Unknown;
  }
  llvm_unreachable("all overlaps are handled");
}

SetRelation OperationGraphBuilder::relateRefs(unsigned a, unsigned b) {
  if (b < a)
    return flipped(relateRefs(b, a));
  auto [it, inserted] = relations.try_emplace({a, b}, SetRelation::Unknown);
  if (inserted)
    it->second = compute(refs[a], refs[b]);
  return it->second;
}

/// The relation of all that the two may touch.
SetRelation OperationGraphBuilder::relateExtents(const GraphAccess &a,
                                                 const GraphAccess &b) {
  if (a.extent == Extent::Ref && b.extent == Extent::Ref)
    return relateRefs(factsOf(a.ref), factsOf(b.ref));
  return mayMeet(rootOf(a), rootOf(b)) ? SetRelation::Unknown
                                       : SetRelation::Disjoint;
}

/// Does `write` surely touch all that `other` may touch?
bool OperationGraphBuilder::covers(const GraphAccess &write,
                                   const GraphAccess &other) {
  if (!write.must)
    return false;
  SetRelation relation = relateExtents(write, other);
  return relation == SetRelation::Equal || relation == SetRelation::Contains;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The nodes whose results `op` or an op inside it uses, directly or through
/// ops that are no nodes.
const SmallVector<unsigned> &OperationGraphBuilder::sourcesOf(Operation *op) {
  auto known = valueSources.find(op);
  if (known != valueSources.end())
    return known->second;
  llvm::SmallSetVector<unsigned, 4> sources;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands()) {
      Operation *made = operand.getDefiningOp();
      if (!made || op->isAncestor(made))
        continue;
      if (std::optional<unsigned> node = graph.getNode(made))
        sources.insert(*node);
      else
        sources.insert_range(sourcesOf(made));
    }
  });
  return valueSources[op] = llvm::to_vector(sources.getArrayRef());
}

void OperationGraphBuilder::addValueEdges(unsigned node) {
  for (unsigned source : sourcesOf(graph.allNodes[node].op))
    graph.allEdges.push_back({source, node, EdgeKind::Value, SetRelation::Equal,
                              /*ssa=*/true, Value(), Value()});
}

//===----------------------------------------------------------------------===//
// OperationGraph
//===----------------------------------------------------------------------===//

FailureOr<OperationGraph> OperationGraph::build(FunctionOpInterface function) {
  OperationGraph graph;
  graph.function = function;
  Region &body = function.getFunctionBody();
  if (!body.empty()) {
    if (!body.hasOneBlock())
      return failure();
    OperationGraphBuilder(graph).run(body.front());
  }
  graph.finish();
  return graph;
}

void OperationGraph::finish() {
  llvm::sort(allEdges, [](const GraphEdge &a, const GraphEdge &b) {
    return std::tie(a.from, a.to, a.kind, a.relation, b.ssa) <
           std::tie(b.from, b.to, b.kind, b.relation, a.ssa);
  });
  direct.assign(allNodes.size(), llvm::BitVector(allNodes.size()));
  for (const GraphEdge &edge : allEdges)
    if (edge.isOrdering())
      direct[edge.to].set(edge.from);
  reaching = direct;
  for (llvm::BitVector &before : reaching)
    for (unsigned node : llvm::BitVector(before).set_bits())
      before |= reaching[node];
}

std::optional<unsigned> OperationGraph::getNode(Operation *op) const {
  auto it = numbers.find(op);
  return it == numbers.end() ? std::nullopt : std::optional(it->second);
}

SmallVector<unsigned> OperationGraph::predecessors(unsigned node) const {
  return llvm::to_vector(direct[node].set_bits());
}

SmallVector<unsigned> OperationGraph::topologicalOrder() const {
  SmallVector<unsigned> depth(allNodes.size(), 0), order;
  for (unsigned node = 0; node < allNodes.size(); ++node) {
    order.push_back(node);
    for (unsigned before : direct[node].set_bits())
      depth[node] = std::max(depth[node], depth[before] + 1);
  }
  llvm::sort(order, [&](unsigned a, unsigned b) {
    return std::tie(depth[a], a) < std::tie(depth[b], b);
  });
  return order;
}

bool OperationGraph::isReachable(unsigned from, unsigned to) const {
  return from == to || reaching[to].test(from);
}
