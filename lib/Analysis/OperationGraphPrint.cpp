//===- OperationGraphPrint.cpp - Graphs as text -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperationGraphPrint.h"

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

std::string elena::stringify(const LoopCarried &distance) {
  std::string least = std::to_string(distance.least);
  if (distance.getExact())
    return "d=" + least;
  if (distance.isEvery)
    return "d>=" + least;
  if (distance.most)
    return "d=" + least + ".." + std::to_string(*distance.most);
  return "d=?";
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

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
// Edges
//===----------------------------------------------------------------------===//

/// "RAW partial".
static std::string describe(const GraphEdge &edge) {
  std::string text = stringify(edge.kind).str();
  if (edge.kind != EdgeKind::Value)
    text += " " + stringify(edge.relation).str();
  return text;
}

static StringRef styleOf(EdgeKind kind, bool ssa) {
  if (kind == EdgeKind::RAR)
    return "dotted";
  return ssa ? "solid" : "dashed";
}

void GraphPrinter::add(std::vector<PrintedEdge> &edges, PrintedEdge edge) {
  if (!edges.empty() && edges.back().looksLike(edge))
    ++edges.back().count;
  else
    edges.push_back(std::move(edge));
}

void GraphPrinter::list(const OperationGraph &part, const std::string &prefix,
                        unsigned first, std::optional<unsigned> parent,
                        StringRef branch) {
  SmallVector<unsigned> places;
  for (auto [number, node] : llvm::enumerate(part.nodes())) {
    unsigned place = allNodes.size();
    places.push_back(place);
    placeOf[node.op] = place;
    std::string name = prefix + std::to_string(first + number);
    allNodes.push_back({&node, name, parent, branch.str(), {}});
    if (parent)
      allNodes[*parent].inside.push_back(place);
    for (const OperationGraph::Body &body : part.bodies())
      if (body.node == number)
        list(body.graph, name + ".", body.firstNumber, place, body.name);
  }
  std::vector<PrintedEdge> edges;
  for (const GraphEdge &edge : part.edges())
    add(edges, {places[edge.from], places[edge.to], edge.kind, describe(edge),
                styleOf(edge.kind, edge.ssa), edge.ssa, parent, ""});
  // Those of the function first, then those of what is inside.
  allEdges.insert(parent ? allEdges.end() : allEdges.begin(), edges.begin(),
                  edges.end());
}

GraphPrinter::GraphPrinter(const OperationGraph &graph)
    : nodePrinter(entryOf(graph.function)) {
  list(graph, "", 0, std::nullopt, "");
  for (const CarriedEdge &edge : graph.carriedEdges()) {
    std::string distance = stringify(edge.distance);
    std::string label = stringify(edge.kind).str() + " " + distance + " " +
                        stringify(edge.distance.relation).str();
    add(allCarried, {placeOf.lookup(edge.from), placeOf.lookup(edge.to),
                     edge.kind, label, styleOf(edge.kind, edge.ssa), edge.ssa,
                     placeOf.lookup(edge.loop), distance});
  }
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

void GraphPrinter::printEdge(llvm::raw_ostream &os, const PrintedEdge &edge) {
  os << '#' << allNodes[edge.from].name << " -> #" << allNodes[edge.to].name
     << ' ' << edge.label;
  if (edge.kind != EdgeKind::Value)
    os << (edge.ssa ? " ssa" : " storage-only");
  if (edge.count > 1)
    os << " x" << edge.count;
  os << '\n';
}

/// All that is directly inside of one node, or of the function.
void GraphPrinter::printPart(llvm::raw_ostream &os,
                             std::optional<unsigned> parent) {
  for (const PrintedNode &node : allNodes) {
    if (node.parent != parent)
      continue;
    os << '#' << node.name << ' ';
    if (!node.branch.empty())
      os << node.branch << ": ";
    nodePrinter.print(os, *node.node, /*lineStart=*/" | ");
    os << '\n';
  }
  for (const PrintedEdge &edge : allEdges)
    if (edge.inside == parent)
      printEdge(os, edge);
  for (const PrintedEdge &edge : allCarried)
    if (edge.inside == parent)
      printEdge(os, edge);
}

static size_t countIn(ArrayRef<PrintedEdge> edges, unsigned parent) {
  size_t count = 0;
  for (const PrintedEdge &edge : edges)
    if (edge.inside == parent)
      count += edge.count;
  return count;
}

void GraphPrinter::printText(llvm::raw_ostream &os) {
  printPart(os, std::nullopt);
  for (auto [place, node] : llvm::enumerate(allNodes)) {
    if (node.inside.empty())
      continue;
    os << "inside of #" << node.name << ' ' << node.node->op->getName() << ": "
       << node.inside.size() << " nodes, " << countIn(allEdges, place)
       << " edges, " << countIn(allCarried, place) << " carried\n";
    printPart(os, place);
  }
}

std::string elena::nameOf(FunctionOpInterface function) {
  return SymbolTable::getSymbolName(function).str();
}

Block *elena::entryOf(FunctionOpInterface function) {
  Region &body = function.getFunctionBody();
  return body.empty() ? nullptr : &body.front();
}

void OperationGraph::print(llvm::raw_ostream &os) const {
  os << "graph @" << nameOf(function) << ": " << allNodes.size() << " nodes, "
     << allEdges.size() << " edges\n";
  GraphPrinter(*this).printText(os);
}
