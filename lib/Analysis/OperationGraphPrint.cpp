//===- OperationGraphPrint.cpp - Graphs as text and pictures --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/GraphWriter.h"
#include "llvm/Support/JSON.h"

#include <set>

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
  std::string nameOf(Value root);
  void printAccess(llvm::raw_ostream &os, const GraphAccess &access);

private:
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

namespace {
/// Ends the boxes of the last node that the next one is not in, and begins its
/// own.
class BoxWriter {
public:
  explicit BoxWriter(llvm::raw_ostream &os) : os(os) {}

  void moveTo(unsigned number, Operation *pack, Operation *group) {
    if (group == openGroup)
      return;
    close(openGroup);
    if (pack != openPack) {
      close(openPack);
      open(openPack, pack, "pack", "p" + std::to_string(number));
    }
    open(openGroup, group, "group", std::to_string(number));
  }
  void indent() {
    os.indent(2 + 2 * ((openPack ? 1 : 0) + (openGroup ? 1 : 0)));
  }

private:
  void open(Operation *&box, Operation *op, StringRef kind, StringRef suffix) {
    if (!op)
      return;
    indent();
    os << "subgraph cluster" << suffix << " {\n";
    box = op;
    indent();
    os << "label=\"" << kind << "\";\n";
  }
  void close(Operation *&box) {
    if (!box)
      return;
    box = nullptr;
    indent();
    os << "}\n";
  }

  llvm::raw_ostream &os;
  Operation *openPack = nullptr, *openGroup = nullptr;
};
} // namespace

static bool isFused(const GraphNode &node) {
  return node.group && cast<GroupOp>(node.group).isFused();
}

/// Is the storage in memory, and not an iteration's own?
static bool isInMemory(Value root) {
  return !isa_and_present<GroupOp>(root.getParentBlock()->getParentOp());
}

/// The storages in memory, with thin edges to and from who touches them.
static void printStorages(llvm::raw_ostream &os, NodePrinter &printer,
                          ArrayRef<GraphNode> nodes) {
  std::set<std::string> known;
  for (auto [number, node] : llvm::enumerate(nodes))
    for (const GraphAccess &access : node.accesses) {
      if (!access.ref || !isInMemory(getRoot(access.ref)))
        continue;
      std::string name = printer.nameOf(getRoot(access.ref));
      if (known.insert(name).second)
        os << "  " << name << " [shape=cylinder];\n";
      std::string node = "n" + std::to_string(number);
      os << "  " << (access.isWrite() ? node : name) << " -> "
         << (access.isWrite() ? name : node) << " [color=gray];\n";
    }
}

void OperationGraph::printDot(llvm::raw_ostream &os) const {
  os << "digraph \"" << llvm::DOT::EscapeString(nameOf(function)) << "\" {\n"
     << "  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n"
     << "  edge [fontname=\"Helvetica\", fontsize=9];\n";
  NodePrinter printer(entryOf(function));
  BoxWriter boxes(os);
  for (auto [number, node] : llvm::enumerate(allNodes)) {
    boxes.moveTo(number, node.getPack(), node.group);
    std::string label = "#" + std::to_string(number) + " ";
    llvm::raw_string_ostream stream(label);
    printer.print(stream, node, /*lineStart=*/"\n");
    boxes.indent();
    os << "n" << number << " [label=\"" << llvm::DOT::EscapeString(label)
       << "\"];\n";
  }
  boxes.moveTo(allNodes.size(), nullptr, nullptr);
  if (llvm::any_of(allNodes, isFused))
    printStorages(os, printer, allNodes);
  forEachRun(allEdges, [&](const GraphEdge &edge, size_t count) {
    os << "  n" << edge.from << " -> n" << edge.to << " [label=\""
       << describe(edge);
    if (count > 1)
      os << " x" << count;
    os << "\", style=" << styleOf(edge) << "];\n";
  });
  os << "}\n";
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// What a node computes: "subf mulf".
static std::string getBodyText(Operation *op) {
  std::string text;
  llvm::SmallSetVector<StringRef, 4> names;
  op->walk([&](Operation *inner) {
    if (inner != op && !isa<YieldOp, IndexOp, arith::ConstantOp>(inner))
      names.insert(inner->getName().stripDialect());
  });
  for (StringRef name : names)
    text += (text.empty() ? "" : " ") + name.str();
  return text;
}

static unsigned getNumber(DenseMap<Operation *, unsigned> &numbers,
                          Operation *op) {
  return numbers.try_emplace(op, numbers.size()).first->second;
}

static void printAccesses(llvm::json::OStream &json, NodePrinter &printer,
                          const GraphNode &node) {
  json.attributeArray("accesses", [&] {
    for (const GraphAccess &access : node.accesses)
      json.object([&] {
        std::string text;
        llvm::raw_string_ostream stream(text);
        printer.printAccess(stream, access);
        json.attribute("text", text);
        json.attribute("write", access.isWrite());
        if (!access.ref)
          return;
        Value root = getRoot(access.ref);
        json.attribute("storage", printer.nameOf(root));
        json.attribute("in_memory", isInMemory(root));
      });
  });
}

static void printEdge(llvm::json::OStream &json, const GraphEdge &edge,
                      size_t count) {
  json.object([&] {
    json.attribute("from", edge.from);
    json.attribute("to", edge.to);
    json.attribute("label", describe(edge));
    json.attribute("style", styleOf(edge));
    json.attribute("count", static_cast<int64_t>(count));
  });
}

void OperationGraph::printJSON(llvm::raw_ostream &os) const {
  NodePrinter printer(entryOf(function));
  DenseMap<Operation *, unsigned> groups, packs;
  llvm::json::OStream json(os);
  json.objectBegin();
  json.attribute("name", nameOf(function));
  json.attributeArray("nodes", [&] {
    for (const GraphNode &node : allNodes)
      json.object([&] {
        json.attribute("op", node.op->getName().stripDialect());
        json.attribute("body", getBodyText(node.op));
        if (auto file = node.op->getLoc()->findInstanceOf<FileLineColLoc>()) {
          json.attribute("file", file.getFilename().getValue());
          json.attribute("line", file.getLine());
        }
        if (node.group)
          json.attribute("group", getNumber(groups, node.group));
        if (Operation *pack = node.getPack())
          json.attribute("pack", getNumber(packs, pack));
        printAccesses(json, printer, node);
      });
  });
  json.attributeArray("edges", [&] {
    forEachRun(allEdges, [&](const GraphEdge &edge, size_t count) {
      printEdge(json, edge, count);
    });
  });
  json.objectEnd();
}
