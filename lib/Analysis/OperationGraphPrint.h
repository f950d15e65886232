//===- OperationGraphPrint.h - Graphs as text and pictures ------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_ANALYSIS_OPERATIONGRAPHPRINT_H
#define ELENA_LIB_ANALYSIS_OPERATIONGRAPHPRINT_H

#include "elena/Analysis/OperationGraph.h"
#include "llvm/Support/JSON.h"

namespace elena {

std::string nameOf(mlir::FunctionOpInterface function);
mlir::Block *entryOf(mlir::FunctionOpInterface function);

/// Names storages: argk for argument k of the function, s0, s1, ... for others
/// in the order of their first mention.
class NodePrinter {
public:
  explicit NodePrinter(mlir::Block *entry) : entry(entry) {}

  void print(llvm::raw_ostream &os, const GraphNode &node,
             llvm::StringRef lineStart);
  std::string nameOf(mlir::Value root);
  void printAccess(llvm::raw_ostream &os, const GraphAccess &access);

private:
  static void printView(llvm::raw_ostream &os, mlir::Value ref);

  mlir::Block *entry;
  llvm::DenseMap<mlir::Value, unsigned> numbers;
};

/// A node of the function, or of what is inside of one.
struct PrintedNode {
  const GraphNode *node;
  /// "2", "2.0", ...
  std::string name;
  std::optional<unsigned> parent;
  /// "then" or "else".
  std::string branch;
  llvm::SmallVector<unsigned> inside;
};

/// `count` edges that differ by nothing but their refs.
struct PrintedEdge {
  unsigned from, to;
  EdgeKind kind;
  std::string label;
  llvm::StringRef style;
  bool ssa;
  /// The node that it is inside of; of a carried edge, its loop.
  std::optional<unsigned> inside;
  /// "d=1", or nothing within an iteration.
  std::string distance;
  unsigned count = 1;

  bool looksLike(const PrintedEdge &other) const {
    return from == other.from && to == other.to && kind == other.kind &&
           label == other.label && ssa == other.ssa && inside == other.inside;
  }
};

/// All nodes and edges of a graph and of what is inside, in one list.
class GraphPrinter {
public:
  explicit GraphPrinter(const OperationGraph &graph);

  void printText(llvm::raw_ostream &os);
  void printDot(llvm::raw_ostream &os);
  void printJSON(llvm::json::OStream &json);

private:
  static void add(std::vector<PrintedEdge> &edges, PrintedEdge edge);
  void list(const OperationGraph &part, const std::string &prefix,
            unsigned first, std::optional<unsigned> parent,
            llvm::StringRef branch);
  void printPart(llvm::raw_ostream &os, std::optional<unsigned> parent);
  void printEdge(llvm::raw_ostream &os, const PrintedEdge &edge);
  void printDotNodes(llvm::raw_ostream &os, llvm::ArrayRef<unsigned> places,
                     unsigned depth);
  void printDotEdge(llvm::raw_ostream &os, const PrintedEdge &edge);
  void printStorages(llvm::raw_ostream &os);
  void printNode(llvm::json::OStream &json, const PrintedNode &node);
  void printAccesses(llvm::json::OStream &json, const GraphNode &node);

  NodePrinter nodePrinter;
  std::vector<PrintedNode> allNodes;
  std::vector<PrintedEdge> allEdges, allCarried;
  llvm::DenseMap<mlir::Operation *, unsigned> placeOf;
  /// Groups and packs in the order of their first mention.
  llvm::DenseMap<mlir::Operation *, unsigned> groups, packs;
};

} // namespace elena

#endif // ELENA_LIB_ANALYSIS_OPERATIONGRAPHPRINT_H
