//===- StridedViewTest.cpp - Questions about views and reshapes -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A suite is named after the rule of docs/Dialects/TensorRef.md it pins:
// VIEW_RESHAPE_1 is VIEW-RESHAPE-1.
//
//===----------------------------------------------------------------------===//

#include "elena/Support/StridedView.h"
#include "elena/Support/ViewOps.h"
#include "gtest/gtest.h"

using namespace elena;

namespace {

const StaticView x{0, {4, 6}, {6, 1}};
const StaticView everySecondRow{0, {2, 6}, {12, 1}};
const StaticView transposed{0, {6, 4}, {1, 6}};

TEST(VIEW_REF_1, AddressIsOffsetPlusStrideTimesIndex) {
  StaticView reversed{5, {4, 6}, {6, -1}};
  EXPECT_EQ(elementAddress(reversed, {0, 0}), 5);
  EXPECT_EQ(elementAddress(reversed, {2, 5}), 12);
  EXPECT_EQ(elementAddress({7, {}, {}}, {}), 7);
}

TEST(VIEW_REF_2, NumberOfElements) {
  EXPECT_EQ(numElements({}), 1);
  EXPECT_EQ(numElements({4, 6}), 24);
  EXPECT_EQ(numElements({4, 0, 6}), 0);
}

TEST(VIEW_CONTIGUOUS_1, OneDimensionsAndEmptyViewsDoNotMatter) {
  EXPECT_TRUE(isContiguous(x));
  EXPECT_TRUE(isContiguous({3, {4, 6}, {6, 1}}));
  EXPECT_TRUE(isContiguous({0, {4, 1, 6}, {6, 99, 1}}));
  EXPECT_TRUE(isContiguous({0, {4, 0}, {-7, 3}}));
  EXPECT_TRUE(isContiguous({0, {}, {}}));
  EXPECT_TRUE(isContiguous({0, {1}, {0}}));
  EXPECT_FALSE(isContiguous(transposed));
  EXPECT_FALSE(isContiguous(everySecondRow));
  EXPECT_FALSE(isContiguous({5, {6}, {-1}}));
  EXPECT_FALSE(isContiguous({0, {2}, {0}}));
}

TEST(VIEW_INJECTIVE_1, SortedStridesExceedTheirSpan) {
  EXPECT_TRUE(isInjective(x));
  EXPECT_TRUE(isInjective(transposed));
  EXPECT_TRUE(isInjective({5, {4, 6}, {6, -1}}));
  EXPECT_TRUE(isInjective({0, {4, 1}, {6, 0}}));
  EXPECT_TRUE(isInjective({0, {0, 5}, {0, 0}}));
  EXPECT_FALSE(isInjective({0, {2, 6}, {0, 1}})) << "broadcast";
  EXPECT_FALSE(isInjective({0, {4, 3}, {1, 1}})) << "sliding window";
  EXPECT_FALSE(isInjective({0, {2, 2}, {2, -2}}));
  EXPECT_FALSE(isInjective({0, {2, 2}, {INT64_MIN, INT64_MIN}}));
}

TEST(VIEW_HULL_1, NegativeStridesReachDown) {
  IntArith a;
  EXPECT_EQ(views::hull(a, x), (Hull<int64_t>{0, 23}));
  EXPECT_EQ(views::hull(a, {5, {4, 6}, {6, -1}}), (Hull<int64_t>{0, 23}));
  EXPECT_EQ(views::hull(a, {9, {}, {}}), (Hull<int64_t>{9, 9}));
  EXPECT_EQ(views::hull(a, {9, {3, 2}, {0, -4}}), (Hull<int64_t>{5, 9}));
}

TEST(VIEW_RESHAPE_1, IsAViewExactlyWhereGroupsMerge) {
  EXPECT_TRUE(reshapeAsView(transposed, {3, 2, 4}));
  EXPECT_FALSE(reshapeAsView(transposed, {24}));
  EXPECT_FALSE(reshapeAsView(transposed, {4, 6}));
  EXPECT_TRUE(reshapeAsView(everySecondRow, {2, 3, 2}));
  EXPECT_FALSE(reshapeAsView(everySecondRow, {12}));
  EXPECT_FALSE(reshapeAsView(everySecondRow, {3, 4}));
  // A broadcast row does not merge; broadcast twice does.
  EXPECT_FALSE(reshapeAsView({0, {2, 6}, {0, 1}}, {12}));
  EXPECT_EQ(reshapeAsView({0, {2, 6}, {0, 0}}, {12}),
            (StaticView{0, {12}, {0}}));
  // All reversed: one reversed run.
  EXPECT_EQ(reshapeAsView({23, {4, 6}, {-6, -1}}, {24}),
            (StaticView{23, {24}, {-1}}));
}

TEST(VIEW_RESHAPE_2, SameShapeKeepsTheStrides) {
  EXPECT_EQ(reshapeAsView(everySecondRow, {2, 6}), everySecondRow);
  StaticView odd{3, {1, 4}, {77, 1}};
  EXPECT_EQ(reshapeAsView(odd, {1, 4}), odd);
}

TEST(VIEW_RESHAPE_3, ContiguousSourceGivesRowMajorStrides) {
  EXPECT_EQ(reshapeAsView(x, {4, 2, 3}), (StaticView{0, {4, 2, 3}, {6, 3, 1}}));
  EXPECT_EQ(reshapeAsView({9, {1, 1}, {50, 70}}, {1}),
            (StaticView{9, {1}, {1}}));
  EXPECT_EQ(reshapeAsView({9, {1, 1}, {50, 70}}, {}), (StaticView{9, {}, {}}));
}

TEST(VIEW_RESHAPE_4, SplitDimensionsContinueTheMergedStride) {
  // NumPy 2.4: x[::2].reshape(1, 2, 1, 6, 1, 1)
  EXPECT_EQ(reshapeAsView(everySecondRow, {1, 2, 1, 6, 1, 1}),
            (StaticView{0, {1, 2, 1, 6, 1, 1}, {24, 12, 6, 1, 1, 1}}));
  // x.T.reshape(6, 1, 4)
  EXPECT_EQ(reshapeAsView(transposed, {6, 1, 4}),
            (StaticView{0, {6, 1, 4}, {1, 24, 6}}));
  // x[::3, ::6].reshape(2)
  EXPECT_EQ(reshapeAsView({0, {2, 1}, {18, 6}}, {2}),
            (StaticView{0, {2}, {18}}));
  EXPECT_EQ(reshapeAsView({0, {2}, {18}}, {1, 2, 1}),
            (StaticView{0, {1, 2, 1}, {36, 18, 18}}));
}

TEST(VIEW_RESHAPE_5, EmptyIsAlwaysAView) {
  EXPECT_EQ(reshapeAsView({0, {4, 0}, {6, 1}}, {5, 0, 3}),
            (StaticView{0, {5, 0, 3}, {3, 3, 1}}));
  EXPECT_EQ(reshapeAsView({0, {2, 0}, {12, 1}}, {2, 0}),
            (StaticView{0, {2, 0}, {12, 1}}));
  EXPECT_FALSE(reshapeAsView({0, {4, 0}, {6, 1}}, {5, 3}));
}

TEST(VIEW_RESHAPE_6, GroupsPairDimensionsAsNumPyDoes) {
  EXPECT_EQ(inferReshapeGroups({4, 6}, {2, 2, 1, 6}),
            (ReshapeGroups{{{0}, {1}}, {{0, 1}, {2, 3}}}));
  EXPECT_EQ(inferReshapeGroups({2, 1, 3, 4}, {6, 4, 1}),
            (ReshapeGroups{{{0, 2}, {3}}, {{0}, {1}}}));
  EXPECT_EQ(inferReshapeGroups({4, 6}, {6, 4}),
            (ReshapeGroups{{{0, 1}}, {{0, 1}}}));
  EXPECT_EQ(inferReshapeGroups({0, 6}, {3, 0}),
            (ReshapeGroups{{{0, 1}}, {{0, 1}}}));
  EXPECT_EQ(inferReshapeGroups({1, 1}, {1}), ReshapeGroups());
  EXPECT_EQ(inferReshapeGroups({4, 6}, {5, 5}), std::nullopt);

  IntArith a;
  ReshapeGroups rows{{{0}, {1}}, {{0, 1}, {2}}};
  EXPECT_EQ(views::reshapeGroups(a, transposed, {3, 2, 4}, rows),
            (StaticView{0, {3, 2, 4}, {2, 1, 6}}));
  EXPECT_TRUE(canMergeGroups(transposed, rows));
  EXPECT_FALSE(canMergeGroups(transposed, {{{0, 1}}, {{0}}}));
  // A last member of size 1 does not give its stride.
  EXPECT_EQ(views::reshapeGroups(a, {0, {4, 1}, {6, 5}}, {2, 2},
                                 {{{0, 1}}, {{0, 1}}}),
            (StaticView{0, {2, 2}, {12, 6}}));
  // Dimensions of size 1 may be in a group or not.
  StaticView padded{0, {4, 1, 6}, {6, 5, 1}};
  for (ReshapeGroups groups :
       {ReshapeGroups{{{0, 1, 2}}, {{0}}}, ReshapeGroups{{{0, 2}}, {{0}}}}) {
    EXPECT_TRUE(canMergeGroups(padded, groups));
    EXPECT_EQ(views::reshapeGroups(a, padded, {24}, groups),
              (StaticView{0, {24}, {1}}));
  }
}

} // namespace
