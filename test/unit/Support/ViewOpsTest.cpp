//===- ViewOpsTest.cpp - Every view op by worked examples -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The numbers are NumPy 2.4's, in elements, for x = np.zeros((4, 6)). A suite
// is named after the rule of docs/Dialects/TensorRef.md it pins.
//
//===----------------------------------------------------------------------===//

#include "elena/Support/ViewOps.h"
#include "gtest/gtest.h"

#include <climits>

using namespace elena;

namespace {

using Bounds = SliceBounds<int64_t>;
constexpr std::nullopt_t _ = std::nullopt;
IntArith a;
const StaticView x{0, {4, 6}, {6, 1}};

views::SliceRange<int64_t> range(int64_t size, Bounds bounds) {
  return views::sliceRange(a, size, bounds);
}

void expectRange(views::SliceRange<int64_t> range, int64_t start,
                 int64_t length) {
  EXPECT_EQ(range.start, start);
  EXPECT_EQ(range.length, length);
}

TEST(VIEW_SLICE_1, BoundsWrapOnceThenClamp) {
  expectRange(range(10, {-3, -1}), 7, 2);
  expectRange(range(10, {-30, 30}), 0, 10);
  expectRange(range(10, {30, -30, -1}), 9, 10);
  expectRange(range(10, {-30, 5, -1}), -1, 0);
  expectRange(range(10, {2, INT64_MAX}), 2, 8);
  expectRange(range(10, {INT64_MIN, 3}), 0, 3);
  expectRange(range(10, {INT64_MAX, INT64_MIN, -4}), 9, 3);
}

TEST(VIEW_SLICE_2, AbsentBoundsAreTheEndsInTheDirectionOfTheStep) {
  expectRange(range(10, {_, _}), 0, 10);
  expectRange(range(10, {_, _, -1}), 9, 10);
  expectRange(range(10, {_, 3, -1}), 9, 6);
  expectRange(range(10, {3, _, -1}), 3, 4);
  expectRange(range(10, {3, _}), 3, 7);
  expectRange(range(0, {_, _, -1}), -1, 0);
}

TEST(VIEW_SLICE_3, LengthIsRoundedUpAndNeverNegative) {
  expectRange(range(10, {0, 10, 3}), 0, 4);
  expectRange(range(10, {1, 10, 3}), 1, 3);
  expectRange(range(10, {9, 0, -4}), 9, 3);
  expectRange(range(10, {7, 3}), 7, 0);
  expectRange(range(10, {3, 7, -1}), 3, 0);
  expectRange(range(10, {0, 10, INT64_MAX}), 0, 1);
  expectRange(range(10, {_, _, -INT64_MAX}), 9, 1);
}

TEST(VIEW_SLICE_4, OffsetMovesByStartAndStridesScaleByStep) {
  EXPECT_EQ(views::slice(a, x, {Bounds{1, 4, 2}, Bounds{_, _, -1}}),
            (StaticView{11, {2, 6}, {12, -1}}));
  EXPECT_EQ(views::slice(a, {3, {5}, {-2}}, {Bounds{_, _, -2}}),
            (StaticView{-5, {3}, {4}}));
}

TEST(VIEW_SLICE_5, AnEmptySliceMovesNothing) {
  EXPECT_EQ(views::slice(a, x, {Bounds{3, 1}, Bounds{_, _, -1}}),
            (StaticView{5, {0, 6}, {6, -1}}));
  EXPECT_EQ(views::slice(a, x, {Bounds{9, _, 2}, Bounds{2, _}}),
            (StaticView{2, {0, 4}, {6, 1}}));
}

TEST(VIEW_SELECT_1, OffsetMovesAndTheDimensionGoes) {
  EXPECT_EQ(views::select(a, x, 0, 2), (StaticView{12, {6}, {1}}));
  EXPECT_EQ(views::select(a, x, 1, 2), (StaticView{2, {4}, {6}}));
}

TEST(VIEW_SELECT_2, NegativeIndexCountsFromTheEnd) {
  EXPECT_EQ(views::select(a, x, 0, -1), (StaticView{18, {6}, {1}}));
  EXPECT_EQ(views::select(a, x, 0, -4), (StaticView{0, {6}, {1}}));
}

TEST(VIEW_NEWAXIS_1, SizeOneStrideZeroAtResultPositions) {
  EXPECT_EQ(views::newaxis(a, x, {0, 2}),
            (StaticView{0, {1, 4, 1, 6}, {0, 6, 0, 1}}));
  EXPECT_EQ(views::newaxis(a, {5, {}, {}}, {0}), (StaticView{5, {1}, {0}}));
}

TEST(VIEW_SQUEEZE_1, DimensionsGo) {
  EXPECT_EQ(views::squeeze(a, {2, {1, 4, 1}, {9, 6, 8}}, {0, 2}),
            (StaticView{2, {4}, {6}}));
}

TEST(VIEW_TRANSPOSE_1, ResultDimensionIIsSourceDimensionPermutationI) {
  EXPECT_EQ(views::transpose(a, {1, {2, 3, 4}, {12, 4, 1}}, {2, 0, 1}),
            (StaticView{1, {4, 2, 3}, {1, 12, 4}}));
}

TEST(VIEW_BROADCAST_1, AlignedAtTheEndNewDimensionsHaveStrideZero) {
  EXPECT_EQ(views::broadcast(a, {12, {6}, {1}}, {9, 6}),
            (StaticView{12, {9, 6}, {0, 1}}));
  EXPECT_EQ(views::broadcast(a, {7, {}, {}}, {2, 3}),
            (StaticView{7, {2, 3}, {0, 0}}));
}

TEST(VIEW_BROADCAST_2, SizeOneHasStrideZeroWhateverTheTarget) {
  EXPECT_EQ(views::broadcast(a, {0, {1, 6}, {6, 1}}, {3, 6}),
            (StaticView{0, {3, 6}, {0, 1}}));
  EXPECT_EQ(views::broadcast(a, {0, {1, 6}, {6, 1}}, {1, 6}),
            (StaticView{0, {1, 6}, {0, 1}}));
  EXPECT_EQ(views::broadcast(a, {0, {1, 1}, {6, 1}}, {0, 1}),
            (StaticView{0, {0, 1}, {0, 0}}));
}

TEST(VIEW_FLIP_1, IsTheSliceWithStepMinusOne) {
  EXPECT_EQ(views::flip(a, x, {0, 1}), (StaticView{23, {4, 6}, {-6, -1}}));
  EXPECT_EQ(views::flip(a, {0, {0, 6}, {6, 1}}, {0, 1}),
            (StaticView{5, {0, 6}, {6, -1}}));
}

TEST(VIEW_DIAGONAL_1, StridesAddAndTheDiagonalIsLast) {
  EXPECT_EQ(views::diagonal(a, x, 0, 0, 1), (StaticView{0, {4}, {7}}));
  EXPECT_EQ(views::diagonal(a, {0, {2, 3, 4}, {12, 4, 1}}, 0, 0, 2),
            (StaticView{0, {3, 2}, {4, 13}}));
}

TEST(VIEW_DIAGONAL_2, OffsetMovesAlongTheSecondOrDownTheFirst) {
  EXPECT_EQ(views::diagonal(a, x, 1, 0, 1), (StaticView{1, {4}, {7}}));
  EXPECT_EQ(views::diagonal(a, x, 5, 0, 1), (StaticView{5, {1}, {7}}));
  EXPECT_EQ(views::diagonal(a, x, -3, 0, 1), (StaticView{18, {1}, {7}}));
  EXPECT_EQ(views::diagonal(a, x, 1, 1, 0), (StaticView{6, {3}, {7}}));
}

TEST(VIEW_DIAGONAL_3, OutsideIsEmptyAndFartherOutsideDoesNotMove) {
  EXPECT_EQ(views::diagonal(a, x, 6, 0, 1), (StaticView{6, {0}, {7}}));
  EXPECT_EQ(views::diagonal(a, x, 7, 0, 1), (StaticView{0, {0}, {7}}));
  EXPECT_EQ(views::diagonal(a, x, -4, 0, 1), (StaticView{24, {0}, {7}}));
  EXPECT_EQ(views::diagonal(a, x, -5, 0, 1), (StaticView{0, {0}, {7}}));
}

TEST(VIEW_WINDOW_1, PositionsStayAndWindowDimensionsComeLast) {
  EXPECT_EQ(views::slidingWindow(a, x, {3}, {1}),
            (StaticView{0, {4, 4, 3}, {6, 1, 1}}));
  EXPECT_EQ(views::slidingWindow(a, x, {4, 6}, {0, 1}),
            (StaticView{0, {1, 1, 4, 6}, {6, 1, 6, 1}}));
  EXPECT_EQ(views::slidingWindow(a, x, {0}, {0}),
            (StaticView{0, {5, 6, 0}, {6, 1, 6}}));
}

TEST(VIEW_WINDOW_2, ADimensionMayBeWindowedTwice) {
  EXPECT_EQ(views::slidingWindow(a, x, {2, 2}, {0, 0}),
            (StaticView{0, {2, 6, 2, 2}, {6, 1, 6, 6}}));
}

TEST(VIEW_STRIDED_1, IsRelativeToElementZeroAndIgnoresTheSourceStrides) {
  EXPECT_EQ(views::stridedView(a, {8, {3, 4}, {6, 1}}, 2, {2, 0, 1}, {1, 2, 3}),
            (StaticView{10, {2, 0, 1}, {1, 2, 3}}));
}

TEST(VIEW_COMPOSE_1, AViewOfAViewIsOneStridedView) {
  StaticView rows = views::slice(a, x, {Bounds{1, 4, 2}, Bounds{_, _}});
  EXPECT_EQ(views::select(a, rows, 0, 1), (StaticView{18, {6}, {1}}));
  StaticView inner{3, {2}, {2}};
  EXPECT_EQ(views::compose(a, rows, inner), (StaticView{9, {2}, {2}}));
}

TEST(STORAGE_ALLOC_1, IsRowMajorAndAZeroSizeCountsAsOne) {
  EXPECT_EQ(views::rowMajor(a, {4, 6}), x);
  EXPECT_EQ(views::rowMajor(a, {}), (StaticView{0, {}, {}}));
  EXPECT_EQ(views::rowMajor(a, {2, 0, 3}),
            (StaticView{0, {2, 0, 3}, {3, 3, 1}}));
}

} // namespace
