//===- OperationGraphLoopsTest.cpp - Carried edges against brute force ----===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random nests of one or two loops, with elements, rows and pieces of rows of
// two matrices at affine indices, some with a number that the iteration loads,
// and branches. Sizes are numbers, or known at
// run time only: then what the graph claims has to hold for all sizes that are
// tried. ELENA_SOAK=n in the environment: n times as many, other seeds.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {

/// c + i*I + j*J + n*(the size of the dimension) + w*(what is loaded at I)
struct Index {
  int64_t c = 0, i = 0, j = 0, n = 0, w = 0;
  int64_t at(int64_t iValue, int64_t jValue, int64_t size) const {
    return c + i * iValue + j * jValue + n * size + w * loaded(iValue);
  }
  static int64_t loaded(int64_t i) { return (i * i + 1) % 3; }
};

/// Of a matrix: an element, a piece of a row (width > 0), or a row (-1).
struct ModelAccess {
  unsigned matrix;
  Index row, column;
  int64_t width;
  bool isWrite;
};

struct Statement {
  bool isInner, isConditional;
  std::vector<ModelAccess> accesses;
};

/// From `low` to `high` + n*size (of the same dimension) + i*I.
struct Loop {
  int64_t low, high, step;
  bool toSize = false, toOuter = false;
};

struct Program {
  bool isStatic, hasInner;
  Loop outer, inner;
  std::vector<Statement> statements;
};

class Generator {
public:
  explicit Generator(unsigned seed) : engine(seed) {}

  Program make() {
    Program program;
    isStatic = program.isStatic = pick(0, 1);
    hasInner = program.hasInner = pick(0, 2) > 0;
    program.outer = makeLoop(false);
    program.inner = makeLoop(true);
    isTriangle = program.inner.toOuter;
    for (int64_t k = pick(1, 3); k > 0; --k)
      program.statements.push_back(makeStatement());
    return program;
  }

private:
  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }

  Loop makeLoop(bool isInner) {
    int64_t step = pick(0, 2) ? 1 : pick(2, 3);
    if (isStatic) {
      int64_t low = pick(0, 3);
      return {low, low + pick(0, 6), step};
    }
    Loop loop{2, -2, step, true};
    if (isInner && pick(0, 3) == 0)
      loop = {2, 0, step, false, true};
    return loop;
  }

  Index makeIndex(bool inInner, bool isRow) {
    Index index = makeAffine(inInner, isRow);
    index.w = pick(0, 7) == 0;
    return index;
  }

  Index makeAffine(bool inInner, bool isRow) {
    bool usesI = pick(0, 3) > 0 && (isRow || pick(0, 2) == 0);
    bool usesJ = inInner && pick(0, 3) > 0 && (!isRow || pick(0, 2) == 0);
    if (isStatic)
      return {pick(16, 20), usesI ? pick(-2, 2) : 0, usesJ ? pick(-2, 2) : 0};
    if (usesI && usesJ) {
      if (isTriangle)
        return {-1 + pick(-1, 1), -1, 1, 1};
      usesI = false;
    }
    bool backwards = pick(0, 3) == 0;
    int64_t shift = pick(0, 1) ? 0 : pick(-2, 2);
    if (usesI)
      return backwards ? Index{shift - 1, -1, 0, 1} : Index{shift, 1};
    if (usesJ)
      return backwards ? Index{shift - 1, 0, -1, 1} : Index{shift, 0, 1};
    return {pick(0, 3)};
  }

  Statement makeStatement() {
    Statement statement{hasInner && pick(0, 3) > 0, pick(0, 5) == 0, {}};
    int64_t form = pick(0, 5);
    int64_t width = form == 0 ? -1 : form == 1 ? pick(1, 3) : 0;
    auto add = [&](bool isWrite) {
      statement.accesses.push_back(
          {unsigned(pick(0, 3) == 0), makeIndex(statement.isInner, true),
           makeIndex(statement.isInner, false), width, isWrite});
    };
    if (pick(0, 2))
      add(false);
    add(true);
    return statement;
  }

  std::mt19937 engine;
  bool isStatic, hasInner, isTriangle;
};

//===----------------------------------------------------------------------===//
// As IR
//===----------------------------------------------------------------------===//

constexpr int64_t kStaticSize = 40;

class Writer {
public:
  explicit Writer(const Program &program) : program(program) {}

  std::string write() {
    matrix = program.isStatic ? "!tensorref.ref<40x40xf32>"
                              : "!tensorref.ref<?x?xf32>";
    row = program.isStatic ? "!tensorref.ref<40xf32>" : "!tensorref.ref<?xf32>";
    line("func.func @f(%x0: " + matrix +
         " {tensorref.contiguous}, %x1: " + matrix +
         " {tensorref.contiguous}, %w: !tensorref.ref<?xi64>, %v: f32, %cond: "
         "i1) {");
    for (std::string k : {"0", "1"}) {
      line("%n" + k + " = tensorref.dim %x0, " + k + " : " + matrix);
      line("%m" + k + " = tensorref.dim %x1, " + k + " : " + matrix);
      // Both have the same sizes, which are those of `check`.
      guard("eq, %m" + k + ", %n" + k);
      guard("sge, %n" + k + ", " + constant(5));
    }
    openLoop("i", program.outer, 0);
    std::string place = make("tensorref.select %w dim 0 at %i : "
                             "!tensorref.ref<?xi64> to !tensorref.ref<i64>");
    std::string number =
        make("tensorref.load " + place + " : !tensorref.ref<i64>");
    // Not negative, so that indices that it is part of count from the front.
    line("%loaded = arith.maxsi " + constant(0) + ", " +
         make("arith.index_cast " + number + " : i64 to index") + " : index");
    writeStatements(false);
    if (program.hasInner) {
      openLoop("j", program.inner, 1);
      writeStatements(true);
      line("}");
    }
    line("}");
    line("return");
    line("}");
    return text;
  }

private:
  void line(const std::string &s) { text += s + "\n"; }
  std::string fresh() { return "%t" + std::to_string(next++); }
  std::string make(const std::string &what) {
    std::string name = fresh();
    line(name + " = " + what);
    return name;
  }
  void guard(const std::string &condition) {
    line("tensorref.guard " + make("arith.cmpi " + condition + " : index"));
  }
  std::string constant(int64_t value) {
    return make("arith.constant " + std::to_string(value) + " : index");
  }
  std::string add(const std::string &a, const std::string &b) {
    return make("arith.addi " + a + ", " + b + " : index");
  }

  std::string index(const Index &index, const std::string &size) {
    std::string sum = constant(index.c);
    auto addTerm = [&](int64_t factor, const std::string &value) {
      if (factor)
        sum = add(sum, make("arith.muli " + value + ", " + constant(factor) +
                            " : index"));
    };
    addTerm(index.i, "%i");
    addTerm(index.j, "%j");
    addTerm(index.n, size);
    addTerm(index.w, "%loaded");
    return sum;
  }

  void openLoop(const std::string &name, const Loop &loop, unsigned dimension) {
    std::string low = constant(loop.low), high = constant(loop.high);
    if (loop.toSize)
      high = add(high, "%n" + std::to_string(dimension));
    if (loop.toOuter)
      high = add(high, "%i");
    line("scf.for %" + name + " = " + low + " to " + high + " step " +
         constant(loop.step) + " {");
  }

  /// The ref and its type.
  std::pair<std::string, std::string> access(const ModelAccess &access) {
    std::string of = access.matrix ? "%m" : "%n";
    std::string line = make(
        "tensorref.select %x" + std::to_string(access.matrix) + " dim 0 at " +
        index(access.row, of + "0") + " : " + matrix + " to " + row);
    if (access.width < 0)
      return {line, row};
    std::string start = index(access.column, of + "1");
    std::string element = "!tensorref.ref<f32>",
                piece = "!tensorref.ref<?xf32>";
    if (access.width == 0)
      return {make("tensorref.select " + line + " dim 0 at " + start + " : " +
                   row + " to " + element),
              element};
    std::string end = add(start, constant(access.width));
    return {make("tensorref.slice " + line + "[" + start + ":" + end +
                 "] : " + row + " to " + piece),
            piece};
  }

  void writeStatements(bool isInner) {
    for (const Statement &statement : program.statements) {
      if (statement.isInner != isInner)
        continue;
      if (statement.isConditional)
        line("scf.if %cond {");
      auto first = access(statement.accesses[0]);
      if (statement.accesses.size() == 1) {
        line("tensorref.fill %v into " + first.first + " : f32, " +
             first.second);
      } else {
        auto second = access(statement.accesses[1]);
        line("tensorref.copy " + first.first + " to " + second.first + " : " +
             first.second + ", " + second.second);
      }
      if (statement.isConditional)
        line("}");
    }
  }

  const Program &program;
  std::string matrix, row, text;
  unsigned next = 0;
};

//===----------------------------------------------------------------------===//
// Brute force
//===----------------------------------------------------------------------===//

using Cell = std::tuple<unsigned, int64_t, int64_t>;
using Cells = std::set<Cell>;

/// What one access touches, by the number of the outer iteration and that of
/// the inner one (0 for what stands outside of it).
struct Trace {
  unsigned statement, access;
  bool isWrite;
  std::map<std::pair<int64_t, int64_t>, Cells> cells;

  /// In outer iteration k.
  Cells ofOuter(int64_t k) const {
    Cells all;
    for (const auto &[at, some] : cells)
      if (at.first == k)
        all.insert(some.begin(), some.end());
    return all;
  }
};

struct Execution {
  std::vector<Trace> traces;
  int64_t numOuter = 0;
  /// By outer iteration.
  std::map<int64_t, int64_t> numInner;
};

bool share(const Cells &a, const Cells &b) {
  return std::any_of(a.begin(), a.end(),
                     [&](const Cell &cell) { return b.count(cell); });
}

/// Nothing if an access leaves its matrix.
std::optional<Execution> runProgram(const Program &program, int64_t rows,
                                    int64_t columns) {
  Execution run;
  for (auto [s, statement] : llvm::enumerate(program.statements))
    for (auto [k, access] : llvm::enumerate(statement.accesses))
      run.traces.push_back({unsigned(s), unsigned(k), access.isWrite, {}});
  auto visit = [&](bool isInner, int64_t i, int64_t j,
                   std::pair<int64_t, int64_t> at) {
    for (Trace &trace : run.traces) {
      const Statement &statement = program.statements[trace.statement];
      if (statement.isInner != isInner)
        continue;
      const ModelAccess &access = statement.accesses[trace.access];
      int64_t row = access.row.at(i, j, rows);
      int64_t first = access.width < 0 ? 0 : access.column.at(i, j, columns);
      int64_t width =
          access.width < 0 ? columns : std::max<int64_t>(access.width, 1);
      if (row < 0 || row >= rows || first < 0 || first + width > columns)
        return false;
      for (int64_t c = first; c < first + width; ++c)
        trace.cells[at].insert({access.matrix, row, c});
    }
    return true;
  };
  const Loop &outer = program.outer, &inner = program.inner;
  for (int64_t i = outer.low; i < outer.high + outer.toSize * rows;
       i += outer.step, ++run.numOuter) {
    if (!visit(false, i, 0, {run.numOuter, 0}))
      return std::nullopt;
    int64_t end = inner.high + inner.toSize * columns + inner.toOuter * i;
    for (int64_t j = inner.low; program.hasInner && j < end; j += inner.step)
      if (!visit(true, i, j, {run.numOuter, run.numInner[run.numOuter]++}))
        return std::nullopt;
  }
  return run;
}

/// Of a loop: all pairs of an iteration's cells and a later one's.
template <typename Visit>
void forEachPair(const Execution &run, const Trace &a, const Trace &b,
                 bool ofInner, Visit visit) {
  if (!ofInner) {
    std::vector<Cells> first, second;
    for (int64_t k = 0; k < run.numOuter; ++k) {
      first.push_back(a.ofOuter(k));
      second.push_back(b.ofOuter(k));
    }
    for (int64_t k = 0; k < run.numOuter; ++k)
      for (int64_t later = k + 1; later < run.numOuter; ++later)
        visit(later - k, first[k], second[later]);
    return;
  }
  for (const auto &[k, count] : run.numInner)
    for (int64_t early = 0; early < count; ++early)
      for (int64_t later = early + 1; later < count; ++later)
        visit(later - early, a.cells.at({k, early}), b.cells.at({k, later}));
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

bool isTrue(SetRelation claimed, const Cells &a, const Cells &b) {
  bool hasAll = std::includes(a.begin(), a.end(), b.begin(), b.end());
  bool isInside = std::includes(b.begin(), b.end(), a.begin(), a.end());
  switch (claimed) {
  case SetRelation::Equal:
    return hasAll && isInside;
  case SetRelation::Contains:
    return hasAll;
  case SetRelation::Contained:
    return isInside;
  case SetRelation::Partial:
    return !hasAll && !isInside && share(a, b);
  case SetRelation::Disjoint:
  case SetRelation::Unknown:
    return true;
  }
  return false;
}

class LoopGraphTest : public testing::Test {
protected:
  LoopGraphTest() {
    context.loadDialect<TensorRefDialect, func::FuncDialect, scf::SCFDialect,
                        arith::ArithDialect>();
  }

  void check(const Program &program);
  void checkPair(const Program &program, ArrayRef<Execution> runs, unsigned a,
                 unsigned b, bool ofInner);
  void checkOneIteration(const Program &program, ArrayRef<Execution> runs,
                         const OperationGraph &graph);
  const CarriedEdge *find(const Execution &run, unsigned a, unsigned b,
                          bool ofInner);

  MLIRContext context;
  /// By statement; the loops.
  std::vector<Operation *> ops, loops;
  const OperationGraph *graph = nullptr;
  /// "static one: unknown": numbers; one distance occurs; not decided.
  std::map<std::string, int> claimed;
};

Value refOf(Operation *op, unsigned access) {
  return isa<FillOp>(op) ? op->getOperand(1) : op->getOperand(access);
}

const CarriedEdge *LoopGraphTest::find(const Execution &run, unsigned a,
                                       unsigned b, bool ofInner) {
  const Trace &first = run.traces[a], &second = run.traces[b];
  const CarriedEdge *result = nullptr;
  for (const CarriedEdge &edge : graph->carriedEdges())
    if (edge.loop == loops[ofInner] && edge.from == ops[first.statement] &&
        edge.to == ops[second.statement] &&
        edge.fromRef == refOf(edge.from, first.access) &&
        edge.toRef == refOf(edge.to, second.access)) {
      EXPECT_EQ(result, nullptr) << "two edges for one pair";
      EXPECT_EQ(edge.kind,
                second.isWrite
                    ? (first.isWrite ? EdgeKind::WAW : EdgeKind::WAR)
                    : (first.isWrite ? EdgeKind::RAW : EdgeKind::RAR));
      result = &edge;
    }
  return result;
}

void LoopGraphTest::checkPair(const Program &program, ArrayRef<Execution> runs,
                              unsigned a, unsigned b, bool ofInner) {
  const CarriedEdge *edge = find(runs[0], a, b, ofInner);
  std::set<int64_t> distances;
  bool isEvery = true;
  for (const Execution &run : runs)
    forEachPair(
        run, run.traces[a], run.traces[b], ofInner,
        [&](int64_t d, const Cells &first, const Cells &second) {
          bool meet = share(first, second);
          // An inner loop that is empty has no cells to share.
          isEvery &= meet || first.empty() || second.empty();
          if (meet)
            distances.insert(d);
          if (edge &&
              (edge->distance.getExact() == d || edge->distance.isEvery) &&
              !first.empty() && !second.empty())
            EXPECT_TRUE(isTrue(edge->distance.relation, first, second))
                << stringify(edge->distance.relation).str();
        });
  std::string truth = distances.empty()       ? "none"
                      : distances.size() == 1 ? "one"
                      : isEvery               ? "every"
                                              : "several";
  if (!edge) {
    EXPECT_TRUE(distances.empty()) << "not independent";
    ++claimed[(program.isStatic ? "static " : "dynamic ") + truth + ": none"];
    return;
  }
  ASSERT_GE(edge->distance.least, 1);
  for (int64_t d : distances) {
    EXPECT_GE(d, edge->distance.least);
    EXPECT_LE(d, edge->distance.most.value_or(d));
  }
  auto mayBeSkipped = [&](unsigned trace) {
    return program.statements[runs[0].traces[trace].statement].isConditional;
  };
  if (mayBeSkipped(a) || mayBeSkipped(b))
    EXPECT_TRUE(!edge->distance.isEvery &&
                edge->distance.relation == SetRelation::Unknown);
  if (edge->distance.isEvery)
    EXPECT_TRUE(isEvery) << "not every iteration";
  std::string claim = edge->distance.getExact() ? "one"
                      : edge->distance.isEvery  ? "every"
                      : edge->distance.most     ? "range"
                                                : "unknown";
  ++claimed[(program.isStatic ? "static " : "dynamic ") + truth + ": " + claim];
}

/// Within an iteration: who shares a cell, one of them a write, is ordered.
void LoopGraphTest::checkOneIteration(const Program &program,
                                      ArrayRef<Execution> runs,
                                      const OperationGraph &body) {
  auto statementOf = [&](Operation *op) {
    return llvm::find(ops, op) - ops.begin();
  };
  for (unsigned to = 0; to < body.nodes().size(); ++to)
    for (unsigned from = 0; from < to; ++from) {
      unsigned s = statementOf(body.nodes()[from].op);
      unsigned t = statementOf(body.nodes()[to].op);
      if (s == ops.size() || t == ops.size() || body.isReachable(from, to))
        continue;
      for (const Execution &run : runs)
        for (const Trace &a : run.traces)
          for (const Trace &b : run.traces)
            if (a.statement == s && b.statement == t &&
                (a.isWrite || b.isWrite))
              for (const auto &[at, cells] : a.cells)
                EXPECT_FALSE(b.cells.count(at) && share(cells, b.cells.at(at)))
                    << "no path from " << from << " to " << to;
    }
  for (const OperationGraph::Body &inner : body.bodies())
    checkOneIteration(program, runs, inner.graph);
}

void LoopGraphTest::check(const Program &program) {
  std::vector<Execution> runs;
  std::vector<int64_t> sizes{kStaticSize};
  if (!program.isStatic)
    sizes = {5, 6, 7, 9, 12};
  for (int64_t rows : sizes)
    for (int64_t columns : sizes)
      if (std::optional<Execution> run = runProgram(program, rows, columns))
        runs.push_back(std::move(*run));
  if (runs.empty())
    return;
  std::string text = Writer(program).write();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text;
  auto function = *module->getOps<func::FuncOp>().begin();
  ops.assign(program.statements.size(), nullptr);
  loops.clear();
  std::vector<unsigned> order;
  for (bool isInner : {false, true})
    for (unsigned s = 0; s < program.statements.size(); ++s)
      if (program.statements[s].isInner == isInner)
        order.push_back(s);
  unsigned next = 0;
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<FillOp, CopyOp>(op))
      ops[order[next++]] = op;
    else if (isa<scf::ForOp>(op))
      loops.push_back(op);
  });
  FailureOr<OperationGraph> built = OperationGraph::build(function);
  ASSERT_TRUE(succeeded(built));
  graph = &*built;
  std::string before;
  llvm::raw_string_ostream(before) << *module;
  for (bool ofInner : {false, true}) {
    if (ofInner && !program.hasInner)
      break;
    for (unsigned a = 0; a < runs[0].traces.size(); ++a)
      for (unsigned b = 0; b < runs[0].traces.size(); ++b) {
        auto isInside = [&](unsigned k) {
          return program.statements[runs[0].traces[k].statement].isInner;
        };
        if (!ofInner || (isInside(a) && isInside(b)))
          checkPair(program, runs, a, b, ofInner);
      }
  }
  checkOneIteration(program, runs, *graph);
  if (HasFailure()) {
    graph->print(llvm::errs());
    FAIL() << text;
  }
}

TEST_F(LoopGraphTest, EqualsBruteForce) {
  const char *soak = std::getenv("ELENA_SOAK");
  int factor = soak ? std::max(1, std::atoi(soak)) : 1;
  for (int seed = 0; seed < 2000 * factor; ++seed) {
    check(Generator(soak ? seed + 2000 : seed).make());
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  // The programs are not trivial ones, and what is true is often found.
  for (std::string sizes : {"static ", "dynamic "}) {
    EXPECT_GT(claimed[sizes + "none: none"], claimed[sizes + "none: unknown"]);
    EXPECT_GT(claimed[sizes + "one: one"], 30);
    EXPECT_GT(claimed[sizes + "several: range"], 3);
    EXPECT_GT(claimed[sizes + "several: unknown"], 100);
    EXPECT_GT(claimed[sizes + "every: every"],
              claimed[sizes + "every: unknown"]);
  }
}

} // namespace
