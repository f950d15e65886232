//===- OperationGraphPropertyTest.cpp - Graphs against brute force --------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ELENA_SOAK=n in the environment: n times as many random programs, other
// seeds.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <map>
#include <random>
#include <set>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {

using Cells = std::set<std::pair<unsigned, int64_t>>;

/// What the brute force knows of an access: a set of (storage, cell).
struct ModelAccess {
  Value ref;
  Cells cells;
  bool isWrite, must;
};

using Line = std::tuple<unsigned, unsigned, EdgeKind, SetRelation, bool>;

SetRelation relateCells(const Cells &a, const Cells &b) {
  Cells common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::inserter(common, common.begin()));
  if (common.empty())
    return SetRelation::Disjoint;
  if (common == a)
    return common == b ? SetRelation::Equal : SetRelation::Contained;
  return common == b ? SetRelation::Contains : SetRelation::Partial;
}

bool includes(const Cells &a, const Cells &b) {
  return std::includes(a.begin(), a.end(), b.begin(), b.end());
}

/// A function of fills, copies and masked fills between random views of a few
/// storages, and what each of its ops touches.
class RandomProgram {
public:
  RandomProgram(MLIRContext &context, unsigned seed)
      : engine(seed), builder(&context), loc(builder.getUnknownLoc()),
        module(ModuleOp::create(loc)) {
    builder.setInsertionPointToEnd(module->getBody());
    function = func::FuncOp::create(
        builder, loc, "f", builder.getFunctionType({builder.getF32Type()}, {}));
    builder.setInsertionPointToStart(function.addEntryBlock());
    for (int64_t k = pick(1, 3); k > 0; --k)
      makeStorage(builder.getF32Type());
    for (int64_t k = pick(2, 9); k > 0; --k)
      makeOp();
    func::ReturnOp::create(builder, loc);
  }

  func::FuncOp getFunction() { return function; }
  std::string getText() {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    return text;
  }

  /// The accesses of each op, in program order.
  std::vector<std::vector<ModelAccess>> ops;

private:
  struct View {
    Value ref;
    StaticView view;
    unsigned storage;
  };

  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }

  Value makeStorage(Type elementType) {
    SmallVector<OpFoldResult> sizes{builder.getIndexAttr(storageSize)};
    storages.push_back(AllocOp::create(builder, loc, sizes, elementType));
    return storages.back();
  }

  /// Any view of these sizes that lies in the storage; strides of any sign.
  View makeView(unsigned storage, ArrayRef<int64_t> sizes) {
    StaticView view{0, SmallVector<int64_t>(sizes), {}};
    int64_t least = 0, most = 0;
    for (int64_t size : sizes) {
      view.strides.push_back(pick(0, 2) ? pick(-1, 1) : pick(-6, 6));
      int64_t span = std::max<int64_t>(size - 1, 0) * view.strides.back();
      (span < 0 ? least : most) += span;
    }
    if (most - least >= storageSize)
      return makeView(storage, sizes);
    view.offset = pick(-least, storageSize - 1 - most);
    IndexArith arith(builder.getContext());
    SymbolicView symbolic{arith.constant(view.offset),
                          views::asValues<IndexArith>(arith, view.sizes),
                          views::asValues<IndexArith>(arith, view.strides)};
    return {StridedViewOp::create(builder, loc, storages[storage], symbolic),
            view, storage};
  }

  /// One of the views that exist, or a new one; of given sizes, or any.
  View chooseView(std::optional<SmallVector<int64_t>> sizes) {
    if (!sizes && !known.empty() && pick(0, 2) == 0)
      return known[pick(0, known.size() - 1)];
    SmallVector<View> fitting;
    for (const View &view : known)
      if (sizes && view.view.sizes == *sizes)
        fitting.push_back(view);
    if (!fitting.empty() && pick(0, 2) == 0)
      return fitting[pick(0, fitting.size() - 1)];
    if (!sizes) {
      sizes.emplace();
      for (int64_t rank = pick(0, 2); rank > 0; --rank)
        sizes->push_back(pick(0, 30) ? pick(1, 4) : 0);
    }
    // The masks' storages come after those of the floats.
    known.push_back(makeView(pick(0, numFloats() - 1), *sizes));
    return known.back();
  }

  unsigned numFloats() const {
    return llvm::count_if(storages, [](Value storage) {
      return cast<RefType>(storage.getType()).getElementType().isF32();
    });
  }

  static ModelAccess accessOf(const View &view, bool isWrite, bool must) {
    Cells cells;
    SmallVector<int64_t> addresses{view.view.offset};
    for (auto [size, stride] : llvm::zip(view.view.sizes, view.view.strides)) {
      SmallVector<int64_t> more;
      for (int64_t address : addresses)
        for (int64_t i = 0; i < size; ++i)
          more.push_back(address + i * stride);
      addresses = std::move(more);
    }
    for (int64_t address : addresses)
      cells.insert({view.storage, address});
    return {view.ref, cells, isWrite, must};
  }

  void makeOp() {
    View written = chooseView(std::nullopt);
    Value number = function.getArgument(0);
    switch (pick(0, 5)) {
    case 0:
    case 1:
      FillOp::create(builder, loc, number, written.ref);
      ops.push_back({accessOf(written, true, true)});
      return;
    case 2: {
      if (!mask) {
        mask = storages.size();
        makeStorage(builder.getI1Type());
      }
      View where = makeView(*mask, written.view.sizes);
      MaskedFillOp::create(builder, loc, number, written.ref, where.ref);
      ops.push_back(
          {accessOf(written, true, false), accessOf(where, false, true)});
      return;
    }
    default: {
      View read = chooseView(written.view.sizes);
      CopyOp::create(builder, loc, read.ref, written.ref);
      ops.push_back(
          {accessOf(read, false, true), accessOf(written, true, true)});
    }
    }
  }

  static constexpr int64_t storageSize = 24;
  std::mt19937 engine;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  SmallVector<Value> storages;
  SmallVector<View> known;
  std::optional<unsigned> mask;
};

/// Does a sure write between `from` and `to` have all cells of one of the two?
bool isHidden(const RandomProgram &program, unsigned from, const Cells &a,
              unsigned to, const Cells &b) {
  for (unsigned k = from + 1; k < to; ++k)
    for (const ModelAccess &access : program.ops[k])
      if (access.isWrite && access.must &&
          (includes(access.cells, a) || includes(access.cells, b)))
        return true;
  return false;
}

EdgeKind kindOf(const ModelAccess &a, const ModelAccess &b) {
  if (b.isWrite)
    return a.isWrite ? EdgeKind::WAW : EdgeKind::WAR;
  return a.isWrite ? EdgeKind::RAW : EdgeKind::RAR;
}

/// Calls visit(from, access, to, access) for all accesses of two ops in order.
template <typename Visit>
void forEachPair(const RandomProgram &program, Visit visit) {
  for (unsigned to = 0; to < program.ops.size(); ++to)
    for (unsigned from = 0; from < to; ++from)
      for (const ModelAccess &a : program.ops[from])
        for (const ModelAccess &b : program.ops[to])
          visit(from, a, to, b);
}

std::multiset<Line> bruteForce(const RandomProgram &program) {
  std::multiset<Line> lines;
  forEachPair(program, [&](unsigned from, const ModelAccess &a, unsigned to,
                           const ModelAccess &b) {
    SetRelation relation = relateCells(a.cells, b.cells);
    if (relation == SetRelation::Disjoint)
      return;
    if (a.isWrite && isHidden(program, from, a.cells, to, b.cells))
      return;
    if (!a.must || !b.must)
      relation = SetRelation::Unknown;
    lines.insert({from, to, kindOf(a, b), relation, a.ref == b.ref});
  });
  return lines;
}

std::multiset<Line> linesOf(const OperationGraph &graph) {
  std::multiset<Line> lines;
  for (const GraphEdge &edge : graph.edges())
    lines.insert({edge.from, edge.to, edge.kind, edge.relation, edge.ssa});
  return lines;
}

/// All conflicts are paths, and paths are made of conflicts.
void checkReachability(const RandomProgram &program,
                       const OperationGraph &graph) {
  unsigned n = program.ops.size();
  std::vector<std::vector<bool>> paths(n, std::vector<bool>(n));
  forEachPair(program, [&](unsigned from, const ModelAccess &a, unsigned to,
                           const ModelAccess &b) {
    if ((a.isWrite || b.isWrite) &&
        relateCells(a.cells, b.cells) != SetRelation::Disjoint)
      paths[from][to] = true;
  });
  for (unsigned k = 0; k < n; ++k)
    for (unsigned i = 0; i < n; ++i)
      for (unsigned j = 0; j < n; ++j)
        if (paths[i][k] && paths[k][j])
          paths[i][j] = true;
  for (unsigned i = 0; i < n; ++i)
    for (unsigned j = 0; j < n; ++j)
      EXPECT_EQ(graph.isReachable(i, j), i == j || paths[i][j])
          << i << " to " << j;
}

/// Whoever last wrote a cell that is read has an edge to the reader.
void checkLastWriters(const RandomProgram &program,
                      const OperationGraph &graph) {
  std::set<std::pair<unsigned, unsigned>> flows;
  for (const GraphEdge &edge : graph.edges())
    if (edge.kind == EdgeKind::RAW)
      flows.insert({edge.from, edge.to});
  std::map<std::pair<unsigned, int64_t>, std::vector<unsigned>> writers;
  for (unsigned node = 0; node < program.ops.size(); ++node) {
    for (const ModelAccess &access : program.ops[node])
      if (!access.isWrite)
        for (auto &cell : access.cells)
          for (unsigned writer : writers[cell])
            EXPECT_TRUE(flows.count({writer, node}))
                << writer << " to " << node;
    for (const ModelAccess &access : program.ops[node])
      if (access.isWrite)
        for (auto &cell : access.cells) {
          if (access.must)
            writers[cell].clear();
          writers[cell].push_back(node);
        }
  }
}

void checkOrder(const OperationGraph &graph) {
  SmallVector<unsigned> order = graph.topologicalOrder();
  ASSERT_EQ(order.size(), graph.nodes().size());
  std::vector<int> position(order.size(), -1);
  for (auto [k, node] : llvm::enumerate(order)) {
    ASSERT_EQ(position[node], -1);
    position[node] = k;
  }
  for (unsigned node = 0; node < order.size(); ++node)
    for (unsigned before : graph.predecessors(node))
      EXPECT_LT(position[before], position[node]);
}

TEST(OperationGraphTest, EqualsBruteForce) {
  const char *soak = std::getenv("ELENA_SOAK");
  int factor = soak ? std::max(1, std::atoi(soak)) : 1;
  MLIRContext context;
  context.loadDialect<TensorRefDialect, func::FuncDialect>();
  std::map<std::pair<EdgeKind, SetRelation>, int> seen;
  int hidden = 0;
  for (int seed = 0; seed < 5000 * factor; ++seed) {
    RandomProgram program(context, soak ? seed + 5000 : seed);
    ASSERT_TRUE(succeeded(verify(program.getFunction())));
    std::string before = program.getText();
    FailureOr<OperationGraph> graph =
        OperationGraph::build(program.getFunction());
    ASSERT_TRUE(succeeded(graph));
    ASSERT_EQ(graph->nodes().size(), program.ops.size());
    EXPECT_EQ(linesOf(*graph), bruteForce(program));
    checkReachability(program, *graph);
    checkLastWriters(program, *graph);
    checkOrder(*graph);
    ASSERT_EQ(program.getText(), before) << "an analysis changed the IR";
    if (HasFailure()) {
      graph->print(llvm::errs());
      FAIL() << "seed " << seed << "\n" << before;
    }
    for (const GraphEdge &edge : graph->edges())
      ++seen[{edge.kind, edge.relation}];
    forEachPair(program, [&](unsigned from, const ModelAccess &a, unsigned to,
                             const ModelAccess &b) {
      hidden += a.isWrite && isHidden(program, from, a.cells, to, b.cells) &&
                relateCells(a.cells, b.cells) != SetRelation::Disjoint;
    });
  }
  // The programs are not trivial ones: every kind with every relation.
  for (EdgeKind kind :
       {EdgeKind::RAW, EdgeKind::WAR, EdgeKind::WAW, EdgeKind::RAR})
    for (SetRelation relation : {SetRelation::Equal, SetRelation::Contains,
                                 SetRelation::Contained, SetRelation::Partial})
      EXPECT_GT((seen[{kind, relation}]), 100)
          << stringify(kind).str() << " " << stringify(relation).str();
  EXPECT_GT((seen[{EdgeKind::WAW, SetRelation::Unknown}]), 100);
  EXPECT_GT(hidden, 100);
}

} // namespace
