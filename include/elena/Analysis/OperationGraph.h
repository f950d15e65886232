//===- OperationGraph.h - What depends on what -----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The ops of a function that touch elements, in program order, and the edges
// between them: for a before b, one edge for each access of a and access of b
// that may share a cell.
//
//   x = np.empty(10)
//   x[:] = 0              #0 writes x
//   x[1:] = x[:-1]        #1 reads x[:-1], writes x[1:]
//   y[:] = x              #2 reads x, writes y
//
//   #0 -> #1 RAW contains storage-only     x      has all cells of x[:-1]
//   #0 -> #1 WAW contains storage-only     x      has all cells of x[1:]
//   #0 -> #2 RAW equal ssa                 x[0] is still the zero of #0
//   #1 -> #2 RAW contained storage-only    x[1:]  lies in x
//   #1 -> #2 RAR contained storage-only    x[:-1] lies in x
//
// The relation is that of the *sets* of cells touched, the earlier to the
// later (CellSet.h; where numbers are only known at run time, `contains` may
// also mean the same cells, see relate in JointForm.h). `ssa`: both ops take
// the same ref, so that the edge is also seen by those who only know values;
// the others are the edges that only storage reveals.
//
// Hidden writers. A write that surely touches every cell of its ref hides an
// earlier one from those who come later if it has all cells of the earlier
// write, or all those that the later op touches. RAW and WAW edges from hidden
// writers are left out: a path of other edges says the same. Nothing else is
// left out: not where two writes hide a third one together, and no WAR or RAR.
//
// What an op touches is asked through AccessOpInterface, whatever dialect it
// is of. Otherwise:
//  * `tensorref.group`: its stages are the nodes; so it is inside of a
//    `tensorref.pack`.
//  * An op with regions (scf.if, scf.for, ...) is one node. It has the accesses
//    that are inside, none of them sure: their relations are `unknown`, but for
//    those that are apart in any case. What is inside is a graph of its own, of
//    one iteration; the edges from an iteration to later ones are listed beside
//    (CarriedEdge).
//  * Any other op with memory effects is opaque: it may touch all of the
//    storages that it takes (reading or writing as its effects say; both if
//    they are not known), or anything if it takes none.
//  * A guard is evaluated at the entry, on metadata: it is no node.
// A `value` edge says that b uses what a returns (the host's load), or what is
// computed from it.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_OPERATIONGRAPH_H
#define ELENA_ANALYSIS_OPERATIONGRAPH_H

#include "elena/Analysis/CellSet.h"
#include "elena/Analysis/Overlap.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"

namespace elena {

/// What one node does to one ref.
struct GraphAccess {
  enum class Extent {
    /// Cells of `ref`: all of them if `must`, otherwise some.
    Ref,
    /// Some cells of the storage of `ref`.
    Storage,
    /// Some cells of any storage; `ref` is null.
    Anything
  };

  mlir::Value ref;
  tensorref::AccessKind kind;
  bool must = false;
  Extent extent = Extent::Ref;

  bool isWrite() const { return kind == tensorref::AccessKind::Write; }
};

/// What `op` touches, by the rules above. Each ref is listed once for reading
/// and once for writing; refs that are known to be empty are not listed.
llvm::SmallVector<GraphAccess, 3> collectAccesses(mlir::Operation *op);

/// An op that touches elements.
struct GraphNode {
  mlir::Operation *op;
  llvm::SmallVector<GraphAccess, 3> accesses;
  /// The fusion group that the op is a stage of, or null.
  mlir::Operation *group = nullptr;
  /// The pack that the group is in, or null.
  mlir::Operation *getPack() const;
};

enum class EdgeKind {
  /// Read after write, ...
  RAW,
  WAR,
  WAW,
  /// Both only read: no order, but the same cells.
  RAR,
  /// The later uses what the earlier returned.
  Value
};

/// "RAW", "WAR", "WAW", "RAR", "value".
llvm::StringRef stringify(EdgeKind kind);

/// Of an access and a later one.
EdgeKind getEdgeKind(const GraphAccess &earlier, const GraphAccess &later);

struct GraphEdge {
  unsigned from, to;
  EdgeKind kind;
  /// Of what `from` touches to what `to` touches. Never `Disjoint`; `Equal`
  /// includes that both are empty where sizes are not known.
  SetRelation relation;
  /// Both take the same ref (or the edge is one of values).
  bool ssa;
  /// The refs of the two accesses; null for `Value`.
  mlir::Value fromRef, toRef;

  /// Must `from` run before `to`?
  bool isOrdering() const { return kind != EdgeKind::RAR; }
};

/// How far apart the iterations are that meet at a cell; 1 is the next one.
struct LoopCarried {
  /// No other distances than these; without `most`, any from `least` on.
  int64_t least = 1;
  std::optional<int64_t> most;
  /// Every later iteration meets it: the cells are the same in all of them.
  bool isEvery = false;
  /// Of the cells of the earlier iteration to those of the later one.
  SetRelation relation = SetRelation::Unknown;

  /// The only distance that occurs.
  std::optional<int64_t> getExact() const {
    return most == least ? most : std::nullopt;
  }
};

/// "d=2", "d=1..3" (no others), "d>=1" (all of them), "d=?" (not decided).
std::string stringify(const LoopCarried &distance);

/// From `from` in one iteration of the loop to `to` in a later one. Both may be
/// the same op, and `to` may be the one that comes first in an iteration.
struct CarriedEdge {
  mlir::Operation *loop, *from, *to;
  EdgeKind kind;
  LoopCarried distance;
  /// Both take the same ref.
  bool ssa;
  mlir::Value fromRef, toRef;
};

/// The graph of one function. It keeps pointers into the IR: changing the
/// function invalidates it. It never changes the IR itself.
class OperationGraph {
public:
  /// Fails if the function is not one block (structured control flow is).
  /// A declaration has an empty graph.
  static mlir::FailureOr<OperationGraph>
  build(mlir::FunctionOpInterface function);

  /// In program order.
  llvm::ArrayRef<GraphNode> nodes() const { return allNodes; }
  /// From a smaller to a larger number; sorted by (from, to, kind).
  llvm::ArrayRef<GraphEdge> edges() const { return allEdges; }
  /// The number of the node that `op` is, if it is one. Ops inside of a loop
  /// are nodes of its body.
  std::optional<unsigned> getNode(mlir::Operation *op) const;

  struct Body;
  /// Of the nodes that are loops and branches, what is inside: one graph for
  /// what runs one after the other. The two branches of an scf.if are two.
  llvm::ArrayRef<Body> bodies() const;
  /// From one iteration to a later one, of all loops of the function; only the
  /// graph of the function has them. No write hides another one here. By loop,
  /// then by the places of the two ops.
  llvm::ArrayRef<CarriedEdge> carriedEdges() const { return allCarried; }

  /// The nodes with an ordering edge to `node`, ascending.
  llvm::SmallVector<unsigned> predecessors(unsigned node) const;
  /// An order of all nodes that no ordering edge contradicts: by the number of
  /// edges on the longest path to a node, then by program order. (Program order
  /// is another one.) Nodes with equally long paths do not depend on each
  /// other.
  llvm::SmallVector<unsigned> topologicalOrder() const;
  /// Is there a path of ordering edges? True for a node and itself.
  bool isReachable(unsigned from, unsigned to) const;

  /// A line per node, then a line per edge; edges between the same nodes that
  /// differ by their refs only are one line, which ends in their number. Then
  /// the same for the inside of each loop and branch; "#1.0" is in node 1.
  void print(llvm::raw_ostream &os) const;
  /// For Graphviz: solid SSA edges, dashed storage-only edges, dotted RAR.
  /// Packs, groups, loops and branches are boxes around what is inside; of
  /// fused IR the storages in memory are nodes, too.
  void printDot(llvm::raw_ostream &os) const;
  /// All of that for other tools: nodes (op, name, file, line, group, pack,
  /// the node that it is inside of, accesses), storages, edges.
  void printJSON(llvm::raw_ostream &os) const;

private:
  friend class OperationGraphBuilder;
  friend class CarriedEdgeFinder;
  friend class GraphPrinter;

  /// Sorts the edges and fills what follows from them.
  void finish();

  mlir::FunctionOpInterface function;
  std::vector<GraphNode> allNodes;
  std::vector<GraphEdge> allEdges;
  std::vector<Body> allBodies;
  std::vector<CarriedEdge> allCarried;
  llvm::DenseMap<mlir::Operation *, unsigned> numbers;
  /// For each node the nodes with an edge to it, and those with a path to it.
  std::vector<llvm::BitVector> direct, reaching;
};

struct OperationGraph::Body {
  /// The node that it is inside of.
  unsigned node;
  /// "then", "else" or "" where there is one body only.
  std::string name;
  /// The number of its first node among those of all bodies of `node`.
  unsigned firstNumber;
  OperationGraph graph;
};

inline llvm::ArrayRef<OperationGraph::Body> OperationGraph::bodies() const {
  return allBodies;
}

} // namespace elena

#endif // ELENA_ANALYSIS_OPERATIONGRAPH_H
