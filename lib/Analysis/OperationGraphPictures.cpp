//===- OperationGraphPictures.cpp - Graphs for Graphviz and as JSON -------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperationGraphPrint.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/GraphWriter.h"

#include <set>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// DOT
//===----------------------------------------------------------------------===//

namespace {
/// Ends the boxes of the last node that the next one is not in, and begins its
/// own.
class BoxWriter {
public:
  BoxWriter(llvm::raw_ostream &os, unsigned depth) : os(os), depth(depth) {}

  void moveTo(StringRef number, Operation *pack, Operation *group) {
    if (group == openGroup)
      return;
    close(openGroup);
    if (pack != openPack) {
      close(openPack);
      open(openPack, pack, "pack", "p" + number.str());
    }
    open(openGroup, group, "group", number);
  }
  void indent() {
    os.indent(2 * depth + 2 * ((openPack ? 1 : 0) + (openGroup ? 1 : 0)));
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
  unsigned depth;
  Operation *openPack = nullptr, *openGroup = nullptr;
};
} // namespace

static bool isFused(const PrintedNode &printed) {
  Operation *group = printed.node->group;
  return group && cast<GroupOp>(group).isFused();
}

/// Is the storage in memory, and not an iteration's own?
static bool isInMemory(Value root) {
  return !isa_and_present<GroupOp>(root.getParentBlock()->getParentOp());
}

/// "n1_0" for "1.0".
static std::string dotName(const PrintedNode &node) {
  std::string name = "n" + node.name;
  llvm::replace(name, '.', '_');
  return name;
}

/// The storages in memory, with thin edges to and from who touches them.
void GraphPrinter::printStorages(llvm::raw_ostream &os) {
  std::set<std::string> known;
  for (const PrintedNode &printed : allNodes)
    for (const GraphAccess &access : printed.node->accesses) {
      // What is touched inside of a node is said there.
      if (!printed.inside.empty() || !access.ref ||
          !isInMemory(getRoot(access.ref)))
        continue;
      std::string name = nodePrinter.nameOf(getRoot(access.ref));
      if (known.insert(name).second)
        os << "  " << name << " [shape=cylinder];\n";
      std::string node = dotName(printed);
      os << "  " << (access.isWrite() ? node : name) << " -> "
         << (access.isWrite() ? name : node) << " [color=gray];\n";
    }
}

/// A node with others inside is a box around them, and a node of that box.
void GraphPrinter::printDotNodes(llvm::raw_ostream &os,
                                 ArrayRef<unsigned> places, unsigned depth) {
  BoxWriter boxes(os, depth);
  for (unsigned place : places) {
    const PrintedNode &printed = allNodes[place];
    std::string id = StringRef(dotName(printed)).drop_front().str();
    boxes.moveTo(id, printed.node->getPack(), printed.node->group);
    std::string label = "#" + printed.name + " ";
    llvm::raw_string_ostream stream(label);
    if (!printed.branch.empty())
      stream << printed.branch << ": ";
    nodePrinter.print(stream, *printed.node, /*lineStart=*/"\n");
    if (!printed.inside.empty()) {
      boxes.indent();
      os << "subgraph cluster" << id << " {\n";
      os.indent(2 * depth + 2)
          << "label=\"" << printed.node->op->getName() << "\";\n  ";
    }
    boxes.indent();
    os << dotName(printed) << " [label=\"" << llvm::DOT::EscapeString(label)
       << "\"];\n";
    if (!printed.inside.empty()) {
      printDotNodes(os, printed.inside, depth + 1);
      boxes.indent();
      os << "}\n";
    }
  }
  boxes.moveTo("", nullptr, nullptr);
}

void GraphPrinter::printDotEdge(llvm::raw_ostream &os,
                                const PrintedEdge &edge) {
  os << "  " << dotName(allNodes[edge.from]) << " -> "
     << dotName(allNodes[edge.to]) << " [label=\"" << edge.label;
  if (edge.count > 1)
    os << " x" << edge.count;
  os << "\", style=" << edge.style;
  // An edge back to the first op of an iteration is no reason to draw it last.
  if (!edge.distance.empty())
    os << ", color=purple, constraint=false";
  os << "];\n";
}

void GraphPrinter::printDot(llvm::raw_ostream &os) {
  SmallVector<unsigned> outer;
  for (auto [place, node] : llvm::enumerate(allNodes))
    if (!node.parent)
      outer.push_back(place);
  printDotNodes(os, outer, /*depth=*/1);
  if (llvm::any_of(allNodes, isFused))
    printStorages(os);
  for (const PrintedEdge &edge :
       llvm::concat<PrintedEdge>(allEdges, allCarried))
    printDotEdge(os, edge);
}

void OperationGraph::printDot(llvm::raw_ostream &os) const {
  os << "digraph \"" << llvm::DOT::EscapeString(nameOf(function)) << "\" {\n"
     << "  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n"
     << "  edge [fontname=\"Helvetica\", fontsize=9];\n";
  GraphPrinter(*this).printDot(os);
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

void GraphPrinter::printAccesses(llvm::json::OStream &json,
                                 const GraphNode &node) {
  json.attributeArray("accesses", [&] {
    for (const GraphAccess &access : node.accesses)
      json.object([&] {
        std::string text;
        llvm::raw_string_ostream stream(text);
        nodePrinter.printAccess(stream, access);
        json.attribute("text", text);
        json.attribute("write", access.isWrite());
        if (!access.ref)
          return;
        Value root = getRoot(access.ref);
        json.attribute("storage", nodePrinter.nameOf(root));
        json.attribute("in_memory", isInMemory(root));
      });
  });
}

void GraphPrinter::printNode(llvm::json::OStream &json,
                             const PrintedNode &printed) {
  const GraphNode &node = *printed.node;
  json.attribute("op", node.op->getName().stripDialect());
  json.attribute("body", getBodyText(node.op));
  if (auto file = node.op->getLoc()->findInstanceOf<FileLineColLoc>()) {
    json.attribute("file", file.getFilename().getValue());
    json.attribute("line", file.getLine());
  }
  if (printed.parent) {
    json.attribute("name", printed.name);
    json.attribute("inside", *printed.parent);
  }
  if (!printed.branch.empty())
    json.attribute("branch", printed.branch);
  if (node.group)
    json.attribute("group", getNumber(groups, node.group));
  if (Operation *pack = node.getPack())
    json.attribute("pack", getNumber(packs, pack));
  printAccesses(json, node);
}

static void printEdge(llvm::json::OStream &json, const PrintedEdge &edge) {
  json.attribute("from", edge.from);
  json.attribute("to", edge.to);
  json.attribute("label", edge.label);
  json.attribute("style", edge.style);
  json.attribute("count", static_cast<int64_t>(edge.count));
  if (edge.distance.empty())
    return;
  json.attribute("loop", *edge.inside);
  json.attribute("distance", edge.distance);
}

void GraphPrinter::printJSON(llvm::json::OStream &json) {
  json.attributeArray("nodes", [&] {
    for (const PrintedNode &node : allNodes)
      json.object([&] { printNode(json, node); });
  });
  json.attributeArray("edges", [&] {
    for (const PrintedEdge &edge :
         llvm::concat<PrintedEdge>(allEdges, allCarried))
      json.object([&] { ::printEdge(json, edge); });
  });
}

void OperationGraph::printJSON(llvm::raw_ostream &os) const {
  llvm::json::OStream json(os);
  json.objectBegin();
  json.attribute("name", nameOf(function));
  GraphPrinter(*this).printJSON(json);
  json.objectEnd();
}
