//===- OperationGraphPrint.cpp - Graphs as text and pictures --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "llvm/Support/GraphWriter.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

using Extent = GraphAccess::Extent;

StringRef elena::stringify(EdgeKind kind) {
  switch (kind) {
  case EdgeKind::RAW:
    return "RAW";
  case EdgeKind::WAR:
    return "WAR";
  case EdgeKind::WAW:
    return "WAW";
  case EdgeKind::RAR:
    return "RAR";
  case EdgeKind::Value:
    return "value";
  }
  llvm_unreachable("all kinds are named");
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

namespace {
/// Names storages: argk for argument k of the function, s0, s1, ... for others
/// in the order of their first mention.
class NodePrinter {
public:
  explicit NodePrinter(Block *entry) : entry(entry) {}

  void print(llvm::raw_ostream &os, const GraphNode &node, StringRef lineStart);

private:
  std::string nameOf(Value root);
  void printAccess(llvm::raw_ostream &os, const GraphAccess &access);
  static void printView(llvm::raw_ostream &os, Value ref);

  Block *entry;
  DenseMap<Value, unsigned> numbers;
};
} // namespace

std::string NodePrinter::nameOf(Value root) {
  auto argument = dyn_cast<BlockArgument>(root);
  if (argument && argument.getOwner() == entry)
    return "arg" + std::to_string(argument.getArgNumber());
  auto number = numbers.try_emplace(root, numbers.size()).first->second;
  return "s" + std::to_string(number);
}

/// "5 + 4*6 + 3*-1": from element 5 of the storage, 4 times the stride 6, and
/// so on. What is not constant is "?".
void NodePrinter::printView(llvm::raw_ostream &os, Value ref) {
  IndexArith arith(ref.getContext());
  FailureOr<RootedView> rooted = composeToRoot(arith, ref);
  if (failed(rooted)) {
    os << '?';
    return;
  }
  auto number = [&](OpFoldResult value) -> std::string {
    std::optional<int64_t> constant = arith.getConstant(value);
    return constant ? std::to_string(*constant) : "?";
  };
  os << number(rooted->view.offset);
  for (auto [size, stride] :
       llvm::zip_equal(rooted->view.sizes, rooted->view.strides))
    os << " + " << number(size) << '*' << number(stride);
}

void NodePrinter::printAccess(llvm::raw_ostream &os,
                              const GraphAccess &access) {
  if (access.must)
    os << (access.isWrite() ? "writes " : "reads ");
  else
    os << (access.isWrite() ? "may write " : "may read ");
  if (access.extent == Extent::Anything) {
    os << "anything";
    return;
  }
  os << nameOf(getRoot(access.ref)) << '[';
  if (access.extent == Extent::Storage)
    os << '*';
  else
    printView(os, access.ref);
  os << ']';
}

void NodePrinter::print(llvm::raw_ostream &os, const GraphNode &node,
                        StringRef lineStart) {
  os << node.op->getName();
  for (const GraphAccess &access : node.accesses) {
    os << lineStart;
    printAccess(os, access);
  }
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// "RAW partial".
static std::string describe(const GraphEdge &edge) {
  std::string text = stringify(edge.kind).str();
  if (edge.kind != EdgeKind::Value)
    text += " " + stringify(edge.relation).str();
  return text;
}

static bool looksLike(const GraphEdge &a, const GraphEdge &b) {
  return a.from == b.from && a.to == b.to && a.kind == b.kind &&
         a.relation == b.relation && a.ssa == b.ssa;
}

/// Calls `visit(edge, count)` for each run of edges that look the same.
static void
forEachRun(ArrayRef<GraphEdge> edges,
           llvm::function_ref<void(const GraphEdge &, size_t)> visit) {
  while (!edges.empty()) {
    size_t count = 1;
    while (count < edges.size() && looksLike(edges[0], edges[count]))
      ++count;
    visit(edges[0], count);
    edges = edges.drop_front(count);
  }
}

static std::string nameOf(FunctionOpInterface function) {
  return SymbolTable::getSymbolName(function).str();
}

static Block *entryOf(FunctionOpInterface function) {
  Region &body = function.getFunctionBody();
  return body.empty() ? nullptr : &body.front();
}

void OperationGraph::print(llvm::raw_ostream &os) const {
  os << "graph @" << nameOf(function) << ": " << allNodes.size() << " nodes, "
     << allEdges.size() << " edges\n";
  NodePrinter printer(entryOf(function));
  for (auto [number, node] : llvm::enumerate(allNodes)) {
    os << '#' << number << ' ';
    printer.print(os, node, /*lineStart=*/" | ");
    os << '\n';
  }
  forEachRun(allEdges, [&](const GraphEdge &edge, size_t count) {
    os << '#' << edge.from << " -> #" << edge.to << ' ' << describe(edge);
    if (edge.kind != EdgeKind::Value)
      os << (edge.ssa ? " ssa" : " storage-only");
    if (count > 1)
      os << " x" << count;
    os << '\n';
  });
}

//===----------------------------------------------------------------------===//
// DOT
//===----------------------------------------------------------------------===//

static StringRef styleOf(const GraphEdge &edge) {
  if (edge.kind == EdgeKind::RAR)
    return "dotted";
  return edge.ssa ? "solid" : "dashed";
}

void OperationGraph::printDot(llvm::raw_ostream &os) const {
  os << "digraph \"" << llvm::DOT::EscapeString(nameOf(function)) << "\" {\n"
     << "  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n"
     << "  edge [fontname=\"Helvetica\", fontsize=9];\n";
  NodePrinter printer(entryOf(function));
  Operation *openGroup = nullptr;
  for (auto [number, node] : llvm::enumerate(allNodes)) {
    if (openGroup && node.group != openGroup)
      os << "  }\n";
    if (node.group && node.group != openGroup)
      os << "  subgraph cluster" << number << " {\n    label=\"group\";\n";
    openGroup = node.group;
    std::string label = "#" + std::to_string(number) + " ";
    llvm::raw_string_ostream stream(label);
    printer.print(stream, node, /*lineStart=*/"\n");
    os << (openGroup ? "    n" : "  n") << number << " [label=\""
       << llvm::DOT::EscapeString(label) << "\"];\n";
  }
  if (openGroup)
    os << "  }\n";
  forEachRun(allEdges, [&](const GraphEdge &edge, size_t count) {
    os << "  n" << edge.from << " -> n" << edge.to << " [label=\""
       << describe(edge);
    if (count > 1)
      os << " x" << count;
    os << "\", style=" << styleOf(edge) << "];\n";
  });
  os << "}\n";
}
