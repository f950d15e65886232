//===- SymbolicViewsTest.cpp - Run-time views against their cells ---------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicViews.h"
#include "IndexInterpreter.h"
#include "SymbolWorld.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <iostream>
#include <set>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;
using namespace elena::test;

namespace {

/// The text of a function with two chains of views of one argument.
class ViewsText {
public:
  explicit ViewsText(Random &random) : random(random) {
    const char *marks[] = {"{tensorref.contiguous}", "{tensorref.contiguous}",
                           "{tensorref.injective}", ""};
    rank = random.pick(1, 2);
    text = "func.func @f(%x: " + type(rank) + " " + marks[random.pick(0, 3)] +
           ", %i: index, %j: index) {\n";
    for (unsigned k = 0; k < 2; ++k)
      addChain();
    text += "  return\n}\n";
  }
  std::string text;

private:
  static std::string type(int64_t rank) {
    std::string shape;
    for (int64_t d = 0; d < rank; ++d)
      shape += "?x";
    return "!tensorref.ref<" + shape + "f32>";
  }
  std::string bound() {
    const char *bounds[] = {"_", "_", "%i", "%i", "%j", "1", "-1", "2"};
    return bounds[random.pick(0, 7)];
  }
  std::string range() {
    if (random.chance(40))
      return "_:_";
    std::string steps[] = {"", "", "", ":2", ":-1"};
    return bound() + ":" + bound() + steps[random.pick(0, 4)];
  }
  void addChain() {
    std::string ref = "%x";
    int64_t dims = rank;
    for (int64_t n = random.pick(1, 2); n > 0 && dims > 0; --n) {
      std::string next = "%v" + std::to_string(count++);
      text += "  " + next + " = ";
      int64_t from = dims;
      if (random.chance(15)) {
        const char *indices[] = {"%i", "%j", "0", "1", "-1"};
        text += "tensorref.select " + ref + " dim " +
                std::to_string(random.pick(0, dims - 1)) + " at " +
                indices[random.pick(0, 4)];
        --dims;
      } else {
        text += "tensorref.slice " + ref + "[" + range();
        for (int64_t d = 1; d < dims; ++d)
          text += ", " + range();
        text += "]";
      }
      text += " : " + type(from) + " to " + type(dims) + "\n";
      ref = next;
    }
    text += "  \"test.use\"(" + ref + ") : (" + type(dims) + ") -> ()\n";
  }

  Random &random;
  int64_t rank;
  unsigned count = 0;
};

/// The cells of a view in the order of its indices.
std::vector<int64_t> cellsOf(const StaticView &view) {
  std::vector<int64_t> cells{view.offset};
  for (auto [size, stride] : llvm::zip(view.sizes, view.strides)) {
    std::vector<int64_t> more;
    for (int64_t cell : cells)
      for (int64_t i = 0; i < size; ++i)
        more.push_back(cell + i * stride);
    cells = std::move(more);
  }
  return cells;
}

struct SymbolicViewsTest : testing::Test {
  SymbolicViewsTest() {
    context.loadDialect<TensorRefDialect, func::FuncDialect,
                        arith::ArithDialect>();
    context.allowUnregisteredDialects();
  }

  struct Counts {
    unsigned instances = 0, apart = 0, saidApart = 0, inside = 0,
             saidInside = 0;
  };
  void check(unsigned seed, Counts &counts);
  /// The view in numbers of one run.
  std::optional<StaticView> evaluate(IndexInterpreter &run,
                                     const SymbolicView &view) {
    StaticView result;
    auto number = [&](OpFoldResult value) -> std::optional<int64_t> {
      if (std::optional<int64_t> constant = getConstantIntValue(value))
        return constant;
      return run.get(cast<Value>(value));
    };
    auto offset = number(view.offset);
    if (!offset)
      return std::nullopt;
    result.offset = *offset;
    for (auto [size, stride] : llvm::zip(view.sizes, view.strides)) {
      auto n = number(size), s = number(stride);
      if (!n || !s)
        return std::nullopt;
      result.sizes.push_back(*n);
      result.strides.push_back(*s);
    }
    return result;
  }

  MLIRContext context;
};

void expectTrue(SetRelation relation, Overlap overlap, const StaticView &a,
                const StaticView &b, const std::string &text) {
  std::vector<int64_t> listA = cellsOf(a), listB = cellsOf(b);
  std::set<int64_t> inA(listA.begin(), listA.end()),
      inB(listB.begin(), listB.end());
  bool contains = llvm::includes(inA, inB),
       contained = llvm::includes(inB, inA);
  bool apart =
      llvm::none_of(inA, [&](int64_t cell) { return inB.count(cell); });
  if (relation == SetRelation::Disjoint || overlap == Overlap::Apart)
    ASSERT_TRUE(apart) << text;
  if (relation == SetRelation::Equal || relation == SetRelation::Contains)
    ASSERT_TRUE(contains) << text;
  if (relation == SetRelation::Equal || relation == SetRelation::Contained)
    ASSERT_TRUE(contained) << text;
  ASSERT_NE(relation, SetRelation::Partial);
  if (overlap == Overlap::SameMap)
    ASSERT_TRUE(a.sizes == b.sizes && listA == listB) << text;
}

void SymbolicViewsTest::check(unsigned seed, Counts &counts) {
  Random random(seed);
  std::string text = ViewsText(random).text;
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text;
  auto function = *module->getOps<func::FuncOp>().begin();
  SmallVector<Value> used;
  for (Operation &op : function.getBody().front())
    if (op.getName().getStringRef() == "test.use")
      used.push_back(op.getOperand(0));
  SymbolicViews views(function);
  SetRelation relation = views.relate(used[0], used[1]);
  Overlap overlap =
      classifyOverlap(used[0], used[1], ArgumentAlias::Apart, &views);
  OpBuilder builder(function.getBody().front().getTerminator());
  IndexArith arith(builder, builder.getUnknownLoc());
  Value x = function.getArgument(0);
  SymbolicView root = getRootView(arith, x);
  std::array<SymbolicView, 2> made{composeToRoot(arith, used[0])->view,
                                   composeToRoot(arith, used[1])->view};
  bool apart = true, inside = true, seen = false;
  for (unsigned k = 0; k < 8; ++k) {
    IndexInterpreter run([&](Value value, bool isSize) {
      bool isStride = value.getDefiningOp() && !isSize;
      return isStride ? random.pick(-9, 9) : random.pick(isSize ? 0 : -6, 6);
    });
    auto a = evaluate(run, made[0]), b = evaluate(run, made[1]),
         whole = evaluate(run, root);
    if (!a || !b || !whole)
      continue;
    std::vector<int64_t> cells = cellsOf(*whole), listA = cellsOf(*a),
                         listB = cellsOf(*b);
    std::set<int64_t> unique(cells.begin(), cells.end());
    if (tensorref::isInjective(x) && unique.size() != cells.size())
      continue;
    ++counts.instances;
    ASSERT_NO_FATAL_FAILURE(expectTrue(relation, overlap, *a, *b, text));
    std::set<int64_t> inA(listA.begin(), listA.end()),
        inB(listB.begin(), listB.end());
    apart &= llvm::none_of(inA, [&](int64_t c) { return inB.count(c); });
    inside &= llvm::includes(inA, inB) || llvm::includes(inB, inA);
    seen |= !inA.empty() && !inB.empty();
  }
  if (!seen)
    return;
  counts.apart += apart;
  counts.saidApart += overlap == Overlap::Apart;
  counts.inside += inside && !apart;
  counts.saidInside +=
      relation != SetRelation::Unknown && relation != SetRelation::Disjoint;
}

} // namespace

TEST_F(SymbolicViewsTest, AgainstTheirCells) {
  Counts counts;
  for (unsigned seed = 0; seed < 4000 * soak(); ++seed)
    ASSERT_NO_FATAL_FAILURE(check(seed, counts)) << "seed " << seed;
  std::cout << counts.instances << " instantiations; apart in all samples "
            << counts.apart << ", said " << counts.saidApart
            << "; one in the other " << counts.inside << ", said "
            << counts.saidInside << "\n";
  EXPECT_GE(counts.instances, 20000u);
  EXPECT_GT(counts.saidApart * 100, counts.apart * 10);
  EXPECT_GT(counts.saidInside * 100, counts.inside * 10);
}
