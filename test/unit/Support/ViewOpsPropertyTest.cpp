//===- ViewOpsPropertyTest.cpp - View formulas against brute force --------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomViews.h"
#include "elena/Support/ViewOps.h"
#include "gtest/gtest.h"

#include <functional>
#include <set>

using namespace elena;
using namespace elena::test;

namespace {

/// Symbols for tests: a number behind a function, evaluated when asked.
struct Expr {
  std::optional<int64_t> constant;
  std::shared_ptr<std::function<int64_t()>> compute;

  int64_t value() const { return constant ? *constant : (*compute)(); }
};

struct ExprArith : FoldingArith<ExprArith, Expr> {
  unsigned emitted = 0;

  Expr constant(int64_t c) { return {c, nullptr}; }
  Expr symbol(int64_t hidden) {
    return make([=] { return hidden; });
  }
  std::optional<int64_t> getConstant(Expr x) { return x.constant; }
  bool isSame(Expr x, Expr y) { return x.compute && x.compute == y.compute; }
  Expr emitAdd(Expr x, Expr y) {
    return make([=] { return x.value() + y.value(); });
  }
  Expr emitSub(Expr x, Expr y) {
    return make([=] { return x.value() - y.value(); });
  }
  Expr emitMul(Expr x, Expr y) {
    return make([=] { return x.value() * y.value(); });
  }
  Expr emitMin(Expr x, Expr y) {
    return make([=] { return std::min(x.value(), y.value()); });
  }
  Expr emitMax(Expr x, Expr y) {
    return make([=] { return std::max(x.value(), y.value()); });
  }
  Expr emitCeilDiv(Expr x, int64_t divisor) {
    return make([=] {
      EXPECT_GE(x.value(), 0);
      return (x.value() + divisor - 1) / divisor;
    });
  }
  Expr emitSelectLess(Expr x, Expr y, Expr ifTrue, Expr ifFalse) {
    return make([=] {
      return x.value() < y.value() ? ifTrue.value() : ifFalse.value();
    });
  }

private:
  Expr make(std::function<int64_t()> compute) {
    ++emitted;
    return {std::nullopt, std::make_shared<decltype(compute)>(compute)};
  }
};

int64_t asNumber(int64_t c) { return c; }

/// Where the elements lie that the op means: its index map, then the source.
std::vector<int64_t> expectedAddresses(const StaticView &source,
                                       const ViewOp &op) {
  std::vector<int64_t> result;
  forEachIndex(op.expectedSizes, [&](const Ints &index) {
    result.push_back(elementAddress(source, op.sourceIndex(index)));
  });
  return result;
}

std::vector<int64_t> addresses(const StaticView &view) {
  std::vector<int64_t> result;
  forEachIndex(view.sizes, [&](const Ints &index) {
    result.push_back(elementAddress(view, index));
  });
  return result;
}

TEST(VIEW_REF_1, EveryOpMapsElementsAsItsIndexMapSays) {
  RandomViews random(1);
  IntArith a;
  unsigned checked = 0;
  while (checked < 20000) {
    StaticView source = random.view();
    std::optional<ViewOp> op = random.op(source.sizes);
    if (!op)
      continue;
    std::optional<StaticView> result = apply(a, source, *op, asNumber);
    if (!result)
      continue;
    ++checked;
    ASSERT_EQ(result->sizes, op->expectedSizes) << toString(*op);
    ASSERT_EQ(addresses(*result), expectedAddresses(source, *op))
        << toString(*op);
  }
}

TEST(VIEW_RESHAPE_1, ReshapeIsRefusedOnlyWhereNoStridesFit) {
  RandomViews random(2);
  IntArith a;
  unsigned refused = 0;
  for (unsigned attempt = 0; attempt < 100000; ++attempt) {
    StaticView source = random.view();
    std::optional<ViewOp> op = random.op(source.sizes);
    if (!op || op->kind != ViewOp::Reshape || apply(a, source, *op, asNumber))
      continue;
    ++refused;
    // The only candidate: strides read off at the unit indices.
    StaticView candidate{
        elementAddress(source, Ints(source.getRank(), 0)), op->sizes, {}};
    for (unsigned d = 0; d < op->sizes.size(); ++d) {
      Ints unit(op->sizes.size(), 0);
      unit[d] = op->sizes[d] > 1;
      candidate.strides.push_back(
          elementAddress(source, op->sourceIndex(unit)) - candidate.offset);
    }
    ASSERT_NE(addresses(candidate), expectedAddresses(source, *op))
        << toString(*op);
  }
  EXPECT_GT(refused, 500u);
}

TEST(VIEW_COMPOSE_2, SymbolicFormulasHaveTheNumericValues) {
  RandomViews random(3);
  IntArith numbers;
  for (unsigned chain = 0; chain < 20000; ++chain) {
    ExprArith symbols;
    StaticView number = random.view();
    // Some integers are known, some are not.
    auto make = [&](int64_t c) {
      return random.pick(0, 1) ? symbols.constant(c) : symbols.symbol(c);
    };
    StridedView<Expr> symbol{make(number.offset), {}, {}};
    for (auto [size, stride] : llvm::zip_equal(number.sizes, number.strides)) {
      symbol.sizes.push_back(size == 1 ? symbols.constant(1) : make(size));
      symbol.strides.push_back(make(stride));
    }
    for (int64_t length = random.pick(1, 4); length > 0; --length) {
      std::optional<ViewOp> op = random.op(number.sizes);
      // A dimension of unknown size 1 must not be stretched (VIEW-BROADCAST-3).
      if (!op || op->kind == ViewOp::Broadcast || op->kind == ViewOp::Reshape)
        continue;
      number = *apply(numbers, number, *op, asNumber);
      symbol = *apply(symbols, symbol, *op, make);
      ASSERT_EQ(symbol.sizes.size(), number.sizes.size());
      for (auto [s, n] : llvm::zip_equal(symbol.sizes, number.sizes))
        ASSERT_EQ(s.value(), n) << toString(*op);
      if (llvm::is_contained(number.sizes, 0))
        break; // offset and strides of the empty may differ (VIEW-SLICE-5)
      ASSERT_EQ(symbol.offset.value(), number.offset) << toString(*op);
      for (auto [s, n] : llvm::zip_equal(symbol.strides, number.strides))
        ASSERT_EQ(s.value(), n) << toString(*op);
    }
  }
}

TEST(VIEW_RESHAPE_6, GroupsWithSymbolsGiveTheNumericElements) {
  RandomViews random(4);
  IntArith numbers;
  unsigned checked = 0;
  while (checked < 2000) {
    StaticView source = random.view();
    std::optional<ViewOp> op = random.op(source.sizes);
    if (!op || op->kind != ViewOp::Reshape ||
        !apply(numbers, source, *op, asNumber))
      continue;
    std::optional<ReshapeGroups> groups =
        inferReshapeGroups(source.sizes, op->sizes);
    ASSERT_TRUE(groups);
    if (!canMergeGroups(source, *groups))
      continue; // the same shape again
    ++checked;
    ExprArith symbols;
    StridedView<Expr> symbol{symbols.symbol(source.offset), {}, {}};
    llvm::SmallVector<Expr> sizes;
    for (auto [size, stride] : llvm::zip_equal(source.sizes, source.strides)) {
      symbol.sizes.push_back(size == 1 ? symbols.constant(1)
                                       : symbols.symbol(size));
      symbol.strides.push_back(symbols.symbol(stride));
    }
    for (int64_t size : op->sizes)
      sizes.push_back(symbols.symbol(size));
    StridedView<Expr> result = *views::reshape(symbols, symbol, sizes, groups);
    StaticView value{result.offset.value(), op->sizes, {}};
    for (const Expr &stride : result.strides)
      value.strides.push_back(stride.value());
    ASSERT_EQ(addresses(value), expectedAddresses(source, *op))
        << toString(*op);
  }
}

TEST(VIEW_SLICE_6, FoldsToWhatIsKnown) {
  ExprArith a;
  Expr n = a.symbol(10);
  auto range = [&](SliceBounds<Expr> bounds) {
    a.emitted = 0;
    return views::sliceRange(a, n, bounds);
  };
  auto all = range({});
  EXPECT_EQ(all.start.constant, 0);
  EXPECT_TRUE(a.isSame(all.length, n));
  EXPECT_EQ(a.emitted, 0u);
  auto rest = range({a.constant(3), std::nullopt}); // n - min(3, n)
  EXPECT_EQ(rest.length.value(), 7);
  EXPECT_EQ(a.emitted, 2u);
  auto head = range({a.constant(0), a.constant(3)}); // min(3, n)
  EXPECT_EQ(head.start.constant, 0);
  EXPECT_EQ(head.length.value(), 3);
  EXPECT_EQ(a.emitted, 1u);
  auto reversed = range({std::nullopt, std::nullopt, -1}); // from n - 1
  EXPECT_EQ(reversed.start.value(), 9);
  EXPECT_TRUE(a.isSame(reversed.length, n));
  EXPECT_EQ(a.emitted, 1u);
}

TEST(VIEW_BROADCAST_3, OnlyASizeKnownToBeOneIsStretched) {
  ExprArith a;
  StridedView<Expr> source{
      a.constant(0), {a.symbol(3), a.constant(1)}, {a.symbol(5), a.symbol(7)}};
  StridedView<Expr> result = views::broadcast(
      a, source, {a.constant(2), a.constant(3), a.constant(4)});
  EXPECT_EQ(result.strides[0].constant, 0);
  EXPECT_TRUE(a.isSame(result.strides[1], source.strides[0]));
  EXPECT_EQ(result.strides[2].constant, 0);
}

TEST(VIEW_CONTIGUOUS_1, IsWhatTheAddressesSay) {
  RandomViews random(5);
  for (unsigned k = 0; k < 5000; ++k) {
    StaticView view = random.view();
    int64_t next = view.offset;
    bool inOrder = true;
    for (int64_t address : addresses(view))
      inOrder &= address == next++;
    ASSERT_EQ(isContiguous(view), inOrder);
  }
}

TEST(VIEW_INJECTIVE_1, NeverClaimsTooMuchAndHullIsExact) {
  RandomViews random(6);
  IntArith a;
  unsigned found = 0, claimed = 0;
  for (unsigned k = 0; k < 5000; ++k) {
    StaticView view = random.view();
    std::vector<int64_t> all = addresses(view);
    std::set<int64_t> cells(all.begin(), all.end());
    found += cells.size() == all.size();
    claimed += isInjective(view);
    if (isInjective(view))
      ASSERT_EQ(cells.size(), all.size());
    if (!all.empty())
      ASSERT_EQ(views::hull(a, view),
                (Hull<int64_t>{*cells.begin(), *cells.rbegin()}));
  }
  EXPECT_GT(claimed * 10, found * 7) << "the simple test decides most views";
}

} // namespace
