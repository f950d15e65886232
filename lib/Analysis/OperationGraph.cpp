//===- OperationGraph.cpp - What depends on what --------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "OperationGraphLoops.h"
#include "elena/Analysis/IterationDistance.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
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

/// Is it a node that has nodes inside?
static bool hasBodies(Operation *op) {
  return op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() &&
         !isa<AccessOpInterface>(op) &&
         llvm::all_of(op->getRegions(), [](Region &region) {
           return region.empty() || region.hasOneBlock();
         });
}

namespace elena {
/// Walks the ops in program order and keeps, for each storage, the writes that
/// nothing hides yet and all reads.
class OperationGraphBuilder {
public:
  /// `loop`: the innermost one around the ops of the graph, or null.
  OperationGraphBuilder(OperationGraph &graph, SymbolicViews &views,
                        Operation *loop)
      : graph(graph), alias(getArgumentAlias(graph.function)), views(views),
        loop(loop) {}

  /// `blocks` run one after the other.
  void run(ArrayRef<Block *> blocks);

private:
  /// An access of a node.
  struct Touch {
    unsigned node;
    GraphAccess access;
    /// Null for what may be any storage.
    Value root;
    /// Index into `refs`, for an access of a ref.
    unsigned ref = 0;
  };
  struct StorageRecord {
    SmallVector<Touch> writes, reads;
  };
  struct RefFacts {
    Value ref, root;
    std::optional<StaticView> view;
    /// Of the view: its least and greatest cell.
    Hull<int64_t> hull = {0, 0};
  };

  void addGroup(Operation *group);
  void addNode(Operation *op, Operation *group);
  void addBodies(unsigned node);
  void addEdges(const Touch &touch);
  void addEdge(const Touch &from, const Touch &to);
  void addValueEdges(unsigned node);
  void hideWrites(const Touch &touch);
  void record(const Touch &touch);

  Touch makeTouch(unsigned node, const GraphAccess &access);
  bool mayMeet(Value rootA, Value rootB) const;
  unsigned factsOf(Value ref);
  SetRelation compute(const RefFacts &a, const RefFacts &b);
  SetRelation relateRefs(unsigned a, unsigned b);
  SetRelation relateExtents(const Touch &a, const Touch &b);
  bool areApartByIteration(const Touch &a, const Touch &b);
  bool covers(const Touch &write, const Touch &other);
  const SmallVector<unsigned> &sourcesOf(Operation *op);

  OperationGraph &graph;
  ArgumentAlias alias;
  SymbolicViews &views;
  Operation *loop;
  llvm::MapVector<Value, StorageRecord> storages;
  DenseMap<Value, unsigned> refNumbers;
  std::vector<RefFacts> refs;
  DenseMap<std::pair<unsigned, unsigned>, SetRelation> relations;
  DenseMap<Operation *, SmallVector<unsigned>> valueSources;
};
} // namespace elena

void OperationGraphBuilder::run(ArrayRef<Block *> blocks) {
  for (Block *block : blocks)
    for (Operation &op : *block) {
      if (isa<PackOp>(op)) {
        for (auto group : op.getRegion(0).getOps<GroupOp>())
          addGroup(group);
      } else if (isa<GroupOp>(op)) {
        addGroup(&op);
      } else {
        addNode(&op, /*group=*/nullptr);
      }
    }
  graph.finish();
}

/// What runs one after the other in an iteration is one graph: the test and the
/// body of an scf.while, but not the branches of an scf.if.
void OperationGraphBuilder::addBodies(unsigned node) {
  Operation *op = graph.allNodes[node].op;
  if (!hasBodies(op))
    return;
  SmallVector<std::pair<std::string, SmallVector<Block *, 2>>> parts;
  bool isSequence = isa<LoopLikeOpInterface>(op);
  for (Region &region : op->getRegions()) {
    if (region.empty())
      continue;
    if (!isSequence || parts.empty())
      parts.push_back({});
    parts.back().second.push_back(&region.front());
    if (isa<scf::IfOp>(op))
      parts.back().first = region.getRegionNumber() ? "else" : "then";
  }
  unsigned next = 0;
  for (auto &[name, blocks] : parts) {
    OperationGraph::Body body{node, name, next, OperationGraph()};
    body.graph.function = graph.function;
    OperationGraphBuilder(body.graph, views, isSequence ? op : loop)
        .run(blocks);
    next += body.graph.allNodes.size();
    graph.allBodies.push_back(std::move(body));
  }
}

void OperationGraphBuilder::addGroup(Operation *group) {
  for (Operation &inner : group->getRegion(0).getOps())
    addNode(&inner, group);
}

void OperationGraphBuilder::addNode(Operation *op, Operation *group) {
  GraphNode made{op, collectAccesses(op), group};
  if (made.accesses.empty() && !isa<AccessOpInterface>(op))
    return;
  unsigned node = graph.allNodes.size();
  graph.numbers[op] = node;
  graph.allNodes.push_back(std::move(made));
  addValueEdges(node);
  SmallVector<Touch> touches;
  for (const GraphAccess &access : graph.allNodes.back().accesses)
    touches.push_back(makeTouch(node, access));
  // A node's accesses see those of earlier nodes only.
  llvm::for_each(touches, [&](const Touch &touch) { addEdges(touch); });
  llvm::for_each(touches, [&](const Touch &touch) { hideWrites(touch); });
  llvm::for_each(touches, [&](const Touch &touch) { record(touch); });
  addBodies(node);
}

void OperationGraphBuilder::addEdges(const Touch &touch) {
  SmallVector<const Touch *> writes, reads;
  for (auto &[root, storage] : storages) {
    if (!mayMeet(touch.root, root))
      continue;
    for (const Touch &write : storage.writes)
      writes.push_back(&write);
    for (const Touch &read : storage.reads)
      reads.push_back(&read);
  }
  // The last write of all that the access touches hides those before it.
  unsigned hiddenBefore = 0;
  for (const Touch *write : writes)
    if (write->node > hiddenBefore && covers(*write, touch))
      hiddenBefore = write->node;
  for (const Touch *write : writes)
    if (write->node >= hiddenBefore)
      addEdge(*write, touch);
  for (const Touch *read : reads)
    addEdge(*read, touch);
}

void OperationGraphBuilder::addEdge(const Touch &from, const Touch &to) {
  SetRelation relation = relateExtents(from, to);
  if (relation == SetRelation::Disjoint || areApartByIteration(from, to))
    return;
  // Which of the cells are touched is not known, only that no others are.
  if (!from.access.must || !to.access.must)
    relation = SetRelation::Unknown;
  EdgeKind kind = getEdgeKind(from.access, to.access);
  bool ssa = to.access.ref && to.access.ref == from.access.ref;
  graph.allEdges.push_back({from.node, to.node, kind, relation, ssa,
                            from.access.ref, to.access.ref});
}

/// Forgets the earlier writes that `touch` overwrites.
void OperationGraphBuilder::hideWrites(const Touch &touch) {
  if (!touch.access.isWrite() || !touch.access.must)
    return;
  for (auto &[root, storage] : storages)
    if (mayMeet(touch.root, root))
      llvm::erase_if(storage.writes, [&](const Touch &write) {
        return write.node < touch.node && covers(touch, write);
      });
}

void OperationGraphBuilder::record(const Touch &touch) {
  StorageRecord &storage = storages[touch.root];
  (touch.access.isWrite() ? storage.writes : storage.reads).push_back(touch);
}

//===----------------------------------------------------------------------===//
// Relations
//===----------------------------------------------------------------------===//

OperationGraphBuilder::Touch
OperationGraphBuilder::makeTouch(unsigned node, const GraphAccess &access) {
  switch (access.extent) {
  case Extent::Ref: {
    unsigned ref = factsOf(access.ref);
    return {node, access, refs[ref].root, ref};
  }
  case Extent::Storage:
    return {node, access, getRoot(access.ref)};
  case Extent::Anything:
    return {node, access, Value()};
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
  IntArith numbers;
  if (facts.view && numElements(facts.view->sizes) != 0)
    facts.hull = views::hull(numbers, *facts.view);
  refs.push_back(std::move(facts));
  return refs.size() - 1;
}

SetRelation OperationGraphBuilder::compute(const RefFacts &a,
                                           const RefFacts &b) {
  if (a.root == b.root && a.view && b.view)
    return relate(*a.view, *b.view);
  switch (classifyOverlap(a.ref, b.ref, alias)) {
  case Overlap::Apart:
    return SetRelation::Disjoint;
  case Overlap::SameMap:
    return SetRelation::Equal;
  case Overlap::Unknown:
    return a.root == b.root ? views.relate(a.ref, b.ref) : SetRelation::Unknown;
  }
  llvm_unreachable("all overlaps are handled");
}

SetRelation OperationGraphBuilder::relateRefs(unsigned a, unsigned b) {
  // Most pairs: not worth remembering.
  const RefFacts &factsA = refs[a], &factsB = refs[b];
  if (factsA.root == factsB.root && factsA.view && factsB.view &&
      (factsA.hull.max < factsB.hull.min || factsB.hull.max < factsA.hull.min))
    return SetRelation::Disjoint;
  if (b < a)
    return flipped(relateRefs(b, a));
  auto [it, inserted] = relations.try_emplace({a, b}, SetRelation::Unknown);
  if (inserted)
    it->second = compute(refs[a], refs[b]);
  return it->second;
}

/// The relation of all that the two may touch.
SetRelation OperationGraphBuilder::relateExtents(const Touch &a,
                                                 const Touch &b) {
  if (a.access.extent == Extent::Ref && b.access.extent == Extent::Ref)
    return relateRefs(a.ref, b.ref);
  return mayMeet(a.root, b.root) ? SetRelation::Unknown : SetRelation::Disjoint;
}

/// x[n - i] and x[n - i - 1]: where they meet, the iterations are not the same.
bool OperationGraphBuilder::areApartByIteration(const Touch &a,
                                                const Touch &b) {
  Operation *opA = graph.allNodes[a.node].op, *opB = graph.allNodes[b.node].op;
  if (!loop || hasBodies(opA) || hasBodies(opB))
    return false;
  return !IterationComparison(loop, views, alias)
              .mayMeetInOne({opA, a.access}, {opB, b.access});
}

/// Does `write` surely touch all that `other` may touch?
bool OperationGraphBuilder::covers(const Touch &write, const Touch &other) {
  if (!write.access.must)
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
    SymbolicViews views(function);
    OperationGraphBuilder(graph, views, /*loop=*/nullptr).run(&body.front());
    CarriedEdgeFinder(graph, views).run();
  }
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
  for (llvm::BitVector &before : reaching) {
    llvm::BitVector nodes = before; // which grows
    for (unsigned node : nodes.set_bits())
      before |= reaching[node];
  }
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
