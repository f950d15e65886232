//===- OverlapTest.cpp - The overlap analysis against brute force ---------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/Overlap.h"
#include "gtest/gtest.h"

#include <random>
#include <set>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {

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

bool shareACell(const StaticView &a, const StaticView &b) {
  std::vector<int64_t> cellsA = cellsOf(a), cellsB = cellsOf(b);
  std::set<int64_t> inA(cellsA.begin(), cellsA.end());
  return llvm::any_of(cellsB, [&](int64_t cell) { return inA.count(cell); });
}

/// The definition: equal indices, equal cells.
bool areSameMap(const StaticView &a, const StaticView &b) {
  return a.sizes == b.sizes && cellsOf(a) == cellsOf(b);
}

struct OVERLAP : testing::Test {
  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }

  StaticView randomView() {
    StaticView view{pick(0, 30), {}, {}};
    for (int64_t rank = pick(0, 3); rank > 0; --rank) {
      view.sizes.push_back(pick(0, 5));
      view.strides.push_back(pick(-8, 8));
    }
    return view;
  }

  /// Anything, or something near `a`: that is where mistakes are.
  StaticView randomPartner(const StaticView &a) {
    if (pick(0, 2) == 0)
      return randomView();
    StaticView b = a;
    if (pick(0, 1))
      b.offset += pick(-4, 4);
    if (!b.sizes.empty() && pick(0, 1)) {
      unsigned d = pick(0, b.sizes.size() - 1);
      b.sizes[d] = pick(0, 5);
      if (pick(0, 2) == 0)
        b.strides[d] = -b.strides[d];
    }
    if (b.sizes.size() > 1 && pick(0, 3) == 0) {
      std::swap(b.sizes[0], b.sizes[1]);
      std::swap(b.strides[0], b.strides[1]);
    }
    return b;
  }

  /// The view, each number of which is unknown with the given chance.
  SymbolicView hide(const StaticView &view, int64_t percent) {
    auto number = [&](int64_t known) -> OpFoldResult {
      if (pick(1, 100) <= percent)
        return {};
      return arith.constant(known);
    };
    SymbolicView hidden{number(view.offset), {}, {}};
    for (int64_t size : view.sizes)
      hidden.sizes.push_back(number(size));
    for (int64_t stride : view.strides)
      hidden.strides.push_back(number(stride));
    return hidden;
  }

  std::string text(const StaticView &view) {
    std::string result = std::to_string(view.offset) + " [";
    for (auto [size, stride] : llvm::zip(view.sizes, view.strides))
      result += " " + std::to_string(size) + ":" + std::to_string(stride);
    return result + " ]";
  }

  /// How often the answers were `Unknown` though views were apart or the same.
  struct Counts {
    unsigned apart = 0, missedApart = 0, same = 0, missedSame = 0;
  };

  void check(int64_t percentHidden, Counts &counts) {
    StaticView a = randomView(), b = randomPartner(a);
    Overlap overlap =
        classifyViews(arith, hide(a, percentHidden), hide(b, percentHidden));
    bool apart = !shareACell(a, b), same = areSameMap(a, b);
    if (overlap == Overlap::Apart)
      ASSERT_TRUE(apart) << text(a) << " and " << text(b);
    if (overlap == Overlap::SameMap)
      ASSERT_TRUE(same) << text(a) << " and " << text(b);
    counts.apart += apart;
    counts.missedApart += apart && overlap == Overlap::Unknown;
    counts.same += same && !apart;
    counts.missedSame += same && !apart && overlap == Overlap::Unknown;
  }

  MLIRContext context;
  IndexArith arith{&context};
  std::mt19937 engine{11};
};

} // namespace

/// 40,000 pairs of which all is known: never falsely certain, and never
/// uncertain whether they are apart.
TEST_F(OVERLAP, StaticPairsAgainstBruteForce) {
  Counts counts;
  for (int i = 0; i < 40000; ++i)
    ASSERT_NO_FATAL_FAILURE(check(0, counts));
  std::cout << "apart: " << counts.apart << ", of which unknown "
            << counts.missedApart << "; same map: " << counts.same
            << ", of which unknown " << counts.missedSame << "\n";
  RecordProperty("apart", counts.apart);
  RecordProperty("apart_but_unknown", counts.missedApart);
  RecordProperty("same_map", counts.same);
  RecordProperty("same_map_but_unknown", counts.missedSame);
  EXPECT_GT(counts.apart, 5000u);
  EXPECT_GT(counts.same, 1000u);
  EXPECT_EQ(counts.missedApart, 0u);
  // Strides of dimensions of size 1 do not matter, but are compared.
  EXPECT_LE(counts.missedSame, counts.same / 4);
}

/// Numbers that are not known never make an answer certain that is wrong for
/// the numbers that they turn out to be.
TEST_F(OVERLAP, PartlyKnownPairsAgainstBruteForce) {
  Counts counts;
  for (int i = 0; i < 20000; ++i)
    ASSERT_NO_FATAL_FAILURE(check(15, counts));
  EXPECT_LT(counts.missedApart, counts.apart);
}

/// Two unknown numbers are not equal numbers.
TEST_F(OVERLAP, UnknownIsNotEqual) {
  SymbolicView view{arith.constant(0), {OpFoldResult()}, {arith.constant(1)}};
  EXPECT_EQ(classifyViews(arith, view, view), Overlap::Unknown);
}

/// Whatever their number of rows, columns of a row of 4 are apart.
TEST_F(OVERLAP, ColumnsOfAnyNumberOfRows) {
  auto column = [&](int64_t j) {
    return SymbolicView{
        arith.constant(j), {OpFoldResult()}, {arith.constant(4)}};
  };
  EXPECT_EQ(classifyViews(arith, column(0), column(1)), Overlap::Apart);
  EXPECT_EQ(classifyViews(arith, column(0), column(3)), Overlap::Apart);
  EXPECT_EQ(classifyViews(arith, column(0), column(4)), Overlap::Unknown);
  EXPECT_EQ(classifyViews(arith, column(1), column(-3)), Overlap::Unknown);
}
