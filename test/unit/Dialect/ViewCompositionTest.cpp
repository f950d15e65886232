//===- ViewCompositionTest.cpp - Views of SSA values ----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomViews.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;
using namespace elena::test;

namespace {

struct VIEW_COMPOSITION : testing::Test {
  VIEW_COMPOSITION() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        TensorRefDialect>();
  }

  /// Parses a function; its last op before the return is asked about.
  Operation *parse(StringRef text) {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    function = *module->getOps<func::FuncOp>().begin();
    return function.getBody().front().getTerminator()->getPrevNode();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
};

/// What SSA values of `index` and `i1` are, given the function's arguments.
struct Evaluator {
  llvm::DenseMap<Value, int64_t> values;

  int64_t operator()(Value value) {
    if (auto known = values.find(value); known != values.end())
      return known->second;
    Operation *op = value.getDefiningOp();
    int64_t result = compute(op);
    return values[value] = result;
  }
  int64_t operator()(OpFoldResult value) {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return *constant;
    return (*this)(cast<Value>(value));
  }

private:
  int64_t compute(Operation *op) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      return *getConstantIntValue(constant.getResult());
    SmallVector<int64_t> in;
    for (Value operand : op->getOperands())
      in.push_back((*this)(operand));
    if (isa<arith::AddIOp>(op))
      return in[0] + in[1];
    if (isa<arith::SubIOp>(op))
      return in[0] - in[1];
    if (isa<arith::MulIOp>(op))
      return in[0] * in[1];
    if (isa<arith::MinSIOp>(op))
      return std::min(in[0], in[1]);
    if (isa<arith::MaxSIOp>(op))
      return std::max(in[0], in[1]);
    if (isa<arith::DivUIOp>(op))
      return static_cast<uint64_t>(in[0]) / static_cast<uint64_t>(in[1]);
    if (isa<arith::SelectOp>(op))
      return in[0] ? in[1] : in[2];
    if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
      EXPECT_EQ(compare.getPredicate(), arith::CmpIPredicate::slt);
      return in[0] < in[1];
    }
    ADD_FAILURE() << "no view formula needs "
                  << op->getName().getStringRef().str();
    return 0;
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// IndexArith
//===----------------------------------------------------------------------===//

/// The IR that a formula makes computes what the formula computes: numbers that
/// are hidden behind function arguments give the view that they give as
/// numbers.
TEST_F(VIEW_COMPOSITION, TheIRComputesWhatTheNumbersDo) {
  RandomViews random(7);
  IntArith numbers;
  auto index = IndexType::get(&context);
  unsigned checked = 0;
  while (checked < 5000) {
    StaticView source = random.view();
    std::optional<ViewOp> op = random.op(source.sizes);
    if (!op || op->kind == ViewOp::Reshape)
      continue; // a reshape by run-time sizes needs groups
    OwningOpRef<ModuleOp> holder = ModuleOp::create(UnknownLoc::get(&context));
    auto builder = OpBuilder::atBlockEnd(holder->getBody());
    auto function = func::FuncOp::create(builder, builder.getUnknownLoc(), "f",
                                         builder.getFunctionType({}, {}));
    Block *body = function.addEntryBlock();
    builder.setInsertionPointToStart(body);
    IndexArith arith(builder, builder.getUnknownLoc());
    Evaluator evaluate;
    auto hide = [&](int64_t number) -> OpFoldResult {
      // What is broadcast has to be known as 1; some others are known too.
      if (number == 1 || random.pick(0, 3) == 0)
        return arith.constant(number);
      Value argument = body->addArgument(index, builder.getUnknownLoc());
      evaluate.values[argument] = number;
      return argument;
    };
    SymbolicView hidden{hide(source.offset), {}, {}};
    for (int64_t size : source.sizes)
      hidden.sizes.push_back(hide(size));
    for (int64_t stride : source.strides)
      hidden.strides.push_back(hide(stride));

    StaticView expected =
        *apply(numbers, source, *op, [](int64_t number) { return number; });
    SymbolicView made = *apply(arith, hidden, *op, hide);

    ASSERT_EQ(made.getRank(), expected.getRank()) << toString(*op);
    Ints sizes, strides;
    for (OpFoldResult size : made.sizes)
      sizes.push_back(evaluate(size));
    for (OpFoldResult stride : made.strides)
      strides.push_back(evaluate(stride));
    ASSERT_EQ(sizes, expected.sizes) << toString(*op);
    if (numElements(expected.sizes) != 0) { // VIEW-SLICE-5
      ASSERT_EQ(evaluate(made.offset), expected.offset) << toString(*op);
      ASSERT_EQ(strides, expected.strides) << toString(*op);
    }
    ++checked;
  }
}

/// Without a builder a formula makes no IR: what is not constant is unknown.
TEST_F(VIEW_COMPOSITION, WithoutABuilderTheRestIsUnknown) {
  Operation *op = parse(R"(
    func.func @f(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) {
      %v = tensorref.slice %x[1:_, _:_:2]
          : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
      return
    })");
  IndexArith arith(&context);
  FailureOr<RootedView> rooted = composeToRoot(arith, op->getResult(0));
  ASSERT_TRUE(succeeded(rooted));
  EXPECT_EQ(rooted->root, function.getArgument(0));
  EXPECT_FALSE(rooted->view.sizes[0]);
  EXPECT_EQ(getConstantIntValue(rooted->view.sizes[1]), 2);
  EXPECT_EQ(getConstantIntValue(rooted->view.strides[0]), 4);
  EXPECT_EQ(getConstantIntValue(rooted->view.strides[1]), 2);
  EXPECT_EQ(function.getBody().front().getOperations().size(), 2u);
}

//===----------------------------------------------------------------------===//
// composeToRoot
//===----------------------------------------------------------------------===//

/// The example of ViewComposition.h: x[h:, 2].
TEST_F(VIEW_COMPOSITION, ChainWithARunTimeBound) {
  Operation *op = parse(R"(
    func.func @f(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %h: index) {
      %a = tensorref.slice %x[%h:_, _:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
      %b = tensorref.select %a dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
      return
    })");
  OpBuilder builder(op->getNextNode());
  IndexArith arith(builder, op->getLoc());
  FailureOr<RootedView> rooted = composeToRoot(arith, op->getResult(0));
  ASSERT_TRUE(succeeded(rooted));
  ASSERT_EQ(rooted->view.getRank(), 1u);
  for (int64_t h : {-20, -10, -3, 0, 4, 10, 20}) {
    Evaluator evaluate;
    evaluate.values[function.getArgument(1)] = h;
    function.walk([&](DimOp dim) { evaluate.values[dim.getResult()] = 10; });
    int64_t start = std::clamp<int64_t>(h < 0 ? h + 10 : h, 0, 10);
    EXPECT_EQ(evaluate(rooted->view.offset), 4 * start + 2);
    EXPECT_EQ(evaluate(rooted->view.sizes[0]), 10 - start);
    EXPECT_EQ(evaluate(rooted->view.strides[0]), 4);
  }
}

/// A size that the type knows is not computed.
TEST_F(VIEW_COMPOSITION, TypesKnowSizes) {
  Operation *op = parse(R"(
    func.func @f(%x: !tensorref.ref<?xf32>, %h: index) {
      %a = tensorref.slice %x[_:%h] : !tensorref.ref<?xf32> to !tensorref.ref<4xf32>
      return
    })");
  IndexArith arith(&context);
  FailureOr<RootedView> rooted = composeToRoot(arith, op->getResult(0));
  ASSERT_TRUE(succeeded(rooted));
  EXPECT_EQ(getConstantIntValue(rooted->view.sizes[0]), 4);
}

/// STORAGE-ALLOC-1: row-major; a size 0 counts as 1 in the strides.
TEST_F(VIEW_COMPOSITION, AllocationsAreRowMajor) {
  Operation *op = parse(R"(
    func.func @f() {
      %a = tensorref.alloc [2, 0, 3] : !tensorref.ref<2x0x3xf32>
      return
    })");
  IndexArith arith(&context);
  auto view = views::asStatic(arith, getRootView(arith, op->getResult(0)));
  ASSERT_TRUE(view);
  EXPECT_EQ(*view, (StaticView{0, {2, 0, 3}, {3, 3, 1}}));
}

/// Layouts of arguments give strides, `tensorref.contiguous` all of them.
TEST_F(VIEW_COMPOSITION, StridesOfArguments) {
  parse(R"(
    func.func @f(%x: !tensorref.ref<2x3xf32, strided<[?, -1]>>,
                 %y: !tensorref.ref<2x3xf32> {tensorref.contiguous}) {
      return
    })");
  IndexArith arith(&context);
  SymbolicView x = getRootView(arith, function.getArgument(0));
  EXPECT_FALSE(x.strides[0]);
  EXPECT_EQ(getConstantIntValue(x.strides[1]), -1);
  SymbolicView y = getRootView(arith, function.getArgument(1));
  EXPECT_EQ(getConstantIntValue(y.strides[0]), 3);
  EXPECT_EQ(getConstantIntValue(y.strides[1]), 1);
}

//===----------------------------------------------------------------------===//
// isInjective, isContiguousRoot, getRoot
//===----------------------------------------------------------------------===//

TEST_F(VIEW_COMPOSITION, Injectivity) {
  parse(R"(
    func.func @f(%x: !tensorref.ref<4xf32>,
                 %c: !tensorref.ref<4xf32> {tensorref.contiguous},
                 %i: !tensorref.ref<4xf32> {tensorref.injective}) {
      %a = tensorref.alloc [4] : !tensorref.ref<4xf32>
      %flipped = tensorref.flip %i dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
      %repeated = tensorref.broadcast %i to [2, 4] : !tensorref.ref<4xf32> to !tensorref.ref<2x4xf32>
      %row = tensorref.select %repeated dim 0 at 0 : !tensorref.ref<2x4xf32> to !tensorref.ref<4xf32>
      %windows = tensorref.sliding_window %a window [2] dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<3x2xf32>
      %strided = tensorref.strided_view %a offset 0 sizes [2] strides [2] : !tensorref.ref<4xf32> to !tensorref.ref<2xf32>
      %said = tensorref.strided_view %a offset 0 sizes [2] strides [2] injective : !tensorref.ref<4xf32> to !tensorref.ref<2xf32>
      %of_unknown = tensorref.strided_view %x offset 0 sizes [2] strides [2] injective : !tensorref.ref<4xf32> to !tensorref.ref<2xf32>
      return
    })");
  EXPECT_FALSE(isInjective(function.getArgument(0)));
  EXPECT_TRUE(isInjective(function.getArgument(1)));
  EXPECT_TRUE(isInjective(function.getArgument(2)));
  EXPECT_TRUE(isContiguousRoot(function.getArgument(1)));
  EXPECT_FALSE(isContiguousRoot(function.getArgument(2)));
  bool expected[] = {
      /*alloc=*/true,   /*flip=*/true,       /*broadcast=*/false,
      /*select=*/false, /*window=*/false,    /*strided=*/false,
      /*said=*/true,    /*of_unknown=*/false};
  for (auto [op, injective] : llvm::zip(function.getOps(), expected))
    EXPECT_EQ(isInjective(op.getResult(0)), injective)
        << op.getName().getStringRef().str();
}

TEST_F(VIEW_COMPOSITION, RootsAreBehindAllViews) {
  Operation *op = parse(R"(
    func.func @f(%x: !tensorref.ref<?x4xf32>) {
      %a = tensorref.flip %x dims [0] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
      %b = tensorref.select %a dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
      return
    })");
  EXPECT_EQ(getRoot(op->getResult(0)), function.getArgument(0));
  EXPECT_EQ(getRoot(function.getArgument(0)), function.getArgument(0));
}
