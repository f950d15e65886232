//===- CellSetTest.cpp - Worked examples of sets of cells -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/CellSet.h"
#include "elena/Support/ViewOps.h"
#include "gtest/gtest.h"

#include <limits>

using namespace elena;
using enum SetRelation;

namespace {

using Ints = llvm::SmallVector<int64_t>;
constexpr auto none = std::nullopt;

/// Both directions agree, and so does the question for a shared cell.
SetRelation related(const StaticView &a, const StaticView &b) {
  SetRelation relation = relate(a, b);
  EXPECT_EQ(relate(b, a), flipped(relation));
  if (relation != Unknown)
    EXPECT_EQ(sharesCells(a, b), relation != Disjoint);
  EXPECT_EQ(mayShareCells(a, b), relation != Disjoint);
  return relation;
}

struct Slice {
  std::optional<int64_t> start = none, stop = none;
  int64_t step = 1;
};

/// base[slices...] of a fresh array.
StaticView sliced(const Ints &sizes, std::initializer_list<Slice> slices) {
  IntArith a;
  StaticView base = views::rowMajor(a, sizes);
  llvm::SmallVector<SliceBounds<int64_t>> bounds(sizes.size());
  unsigned d = 0;
  for (const Slice &slice : slices)
    bounds[d++] = {slice.start, slice.stop, slice.step};
  return views::slice(a, base, bounds);
}

/// Of a 10x10 array.
StaticView x(Slice rows = {}, Slice columns = {}) {
  return sliced({10, 10}, {rows, columns});
}

StaticView flipAll(const StaticView &view) {
  IntArith a;
  Ints dims;
  for (unsigned d = 0; d < view.getRank(); ++d)
    dims.push_back(d);
  return views::flip(a, view, dims);
}

TEST(CELLSET_EMPTY, AnEmptySetIsApartFromEverything) {
  EXPECT_EQ(related(x({3, 3}), x()), Disjoint);
  EXPECT_EQ(related(x({3, 3}), x({3, 3})), Disjoint);
  EXPECT_EQ(related({5, {0, 4}, {9, -1}}, {5, {}, {}}), Disjoint);
}

TEST(CELLSET_NORMAL_FORM, FlipsTransposesAndUnitDimensionsAreTheSameSet) {
  IntArith a;
  EXPECT_EQ(related(x(), flipAll(x())), Equal);
  EXPECT_EQ(related(x(), views::transpose(a, flipAll(x()), {1, 0})), Equal);
  EXPECT_EQ(related(x(), {0, {100}, {1}}), Equal);
  EXPECT_EQ(related({7, {}, {}}, {7, {1, 1}, {100, -3}}), Equal);
  EXPECT_EQ(related({0, {4, 6}, {6, 1}}, {23, {6, 1, 4}, {-1, 50, -6}}), Equal);
}

TEST(CELLSET_NORMAL_FORM, RepeatedCellsAddNothing) {
  EXPECT_EQ(related({0, {9, 6}, {0, 1}}, {0, {6}, {1}}), Equal);
  EXPECT_EQ(related({3, {9}, {0}}, {3, {}, {}}), Equal);
  EXPECT_EQ(related({3, {9}, {0}}, {4, {5}, {0}}), Disjoint);
}

TEST(CELLSET_NORMAL_FORM, WindowsMerge) {
  EXPECT_EQ(related({0, {8, 3}, {1, 1}}, {0, {10}, {1}}), Equal);
  EXPECT_EQ(related({0, {4, 3}, {2, 1}}, {0, {9}, {1}}), Equal);
  EXPECT_EQ(related({0, {4, 2}, {3, 1}}, {0, {11}, {1}}), Contained);
  EXPECT_EQ(related({0, {5, 4, 2}, {8, 2, 1}}, {0, {40}, {1}}), Equal);
}

TEST(CELLSET_HULL, HalvesAreApart) {
  EXPECT_EQ(related(x({none, 5}), x({5, none})), Disjoint);
  EXPECT_EQ(related(x({3}), x({none, 3, 1})), Disjoint);
  EXPECT_EQ(related(x({0, 6}), x({5, none})), Partial);
}

TEST(CELLSET_RESIDUE, ColumnsAndStepsAreApart) {
  EXPECT_EQ(related(x({}, {0, 1}), x({}, {1, 2})), Disjoint);
  EXPECT_EQ(related(x({}, {0, none, 2}), x({}, {1, none, 2})), Disjoint);
  EXPECT_EQ(related({0, {1000000}, {2}}, {1, {1000000}, {2}}), Disjoint);
  // Stores k::4 of offset2bbox: four columns each, C = 7, N = 5.
  for (int64_t k = 0; k < 4; ++k)
    for (int64_t l = 0; l < 4; ++l)
      EXPECT_EQ(related(sliced({5, 28}, {{}, {k, none, 4}}),
                        sliced({5, 28}, {{}, {l, none, 4}})),
                k == l ? Equal : Disjoint);
}

TEST(CELLSET_PROGRESSION, OneDimensionIsExactWhateverTheNumbers) {
  EXPECT_EQ(related({2, {4}, {3}}, {1, {6}, {2}}), Partial); // 5 and 11
  EXPECT_EQ(related({0, {5}, {6}}, {0, {13}, {2}}), Contained);
  EXPECT_EQ(related({0, {5}, {6}}, {0, {12}, {2}}), Partial);
  EXPECT_EQ(related({1, {5}, {6}}, {0, {13}, {3}}), Disjoint);
  // 3*i == 1 + 5*j first at i = 2.
  EXPECT_EQ(related({0, {2}, {3}}, {1, {9}, {5}}), Disjoint);
  EXPECT_EQ(related({0, {3}, {3}}, {1, {9}, {5}}), Partial);
  // Coprime, near 2^29: they meet again after the product of the strides.
  int64_t p = 536870909, q = 536870879;
  EXPECT_EQ(related({0, {q + 1}, {p}}, {0, {p + 1}, {q}}), Partial);
  EXPECT_EQ(related({p, {q - 1}, {p}}, {q, {p - 1}, {q}}), Disjoint);
  EXPECT_EQ(related({p, {q}, {p}}, {q, {p}, {q}}), Partial);
}

TEST(CELLSET_ONE_QUESTION, NeitherHullHoldsTheOther) {
  EXPECT_EQ(related(x({0, 4}, {0, 7}), x({3}, {7})), Disjoint);
  EXPECT_EQ(related(x({0, 5}, {0, 8}), x({3}, {7})), Partial);
  EXPECT_EQ(related(x({0, 5}, {0, 8}), x({4, 8}, {7})), Partial);
}

TEST(CELLSET_PRODUCT, RowsTimesColumns) {
  EXPECT_EQ(related(x(), x({3, 5})), Contains);
  EXPECT_EQ(related(x({}, {none, 3}), x({}, {3})), Disjoint);
  EXPECT_EQ(related(x({2, 8}, {2, 8}), x({3, 5}, {3, 5})), Contains);
  EXPECT_EQ(related(x({3, 5}, {2, 8}), x({2, 8}, {3, 5})), Partial);
  EXPECT_EQ(related(x({1, 5}, {2, 6}), x({0, 10, 2}, {5})), Partial);
  EXPECT_EQ(related(x({0, 10, 3}, {1, 2}), x({0, 10, 3})), Contained);
  EXPECT_EQ(related(x({0, 10, 2}), x({0, 10, 3})), Partial);
  EXPECT_EQ(related(x({0, 10, 2}, {0, 10, 2}), x({1, 10, 2}, {0, 10, 2})),
            Disjoint);
}

TEST(CELLSET_PRODUCT, WhateverTheSizes) {
  int64_t n = 1 << 20;
  StaticView all = sliced({n, n}, {});
  EXPECT_EQ(related(all, sliced({n, n}, {{2, n - 2}, {3, n - 3}})), Contains);
  EXPECT_EQ(
      related(sliced({n, n}, {{}, {0, n, 2}}), sliced({n, n}, {{}, {1, n, 2}})),
      Disjoint);
  EXPECT_EQ(related(sliced({n, n}, {{0, n, 6}, {0, n, 6}}),
                    sliced({n, n}, {{0, n, 2}, {0, n, 3}})),
            Contained);
  EXPECT_EQ(related(sliced({n, n}, {{0, n, 4}, {0, n, 4}}),
                    sliced({n, n}, {{0, n, 2}, {0, n, 3}})),
            Partial);
  EXPECT_EQ(related(sliced({64, n, 3, n}, {{}, {7, none, 5}, {1}, {9, n, 3}}),
                    sliced({64, n, 3, n}, {{8}, {2, none, 5}, {2}, {6}})),
            Partial);
}

TEST(CELLSET_CUT, FlatPiecesOfRows) {
  StaticView flat{3, {74}, {1}}; // x.ravel()[3:77]
  EXPECT_EQ(related(flat, x({1, 7})), Contains);
  EXPECT_EQ(related(flat, x({0, 7})), Partial);
  EXPECT_EQ(related(flat, x({0, 8}, {3, 7})), Contains);
  EXPECT_EQ(related(flat, x({0, 8}, {3, 8})), Partial);
  EXPECT_EQ(related(flat, x({7, 8}, {7})), Disjoint);
  int64_t n = 1 << 24;
  StaticView most{3, {n * n - 5}, {1}}; // all but 3 and 2
  EXPECT_EQ(related(most, sliced({n, n}, {{}, {3, n - 2}})), Contains);
  EXPECT_EQ(related(most, sliced({n, n}, {{}, {2, n - 2}})), Partial);
}

TEST(CELLSET_CUT, ColumnsThatWrapIntoTheNextRow) {
  // Columns 8, 9 and 0, 1 of the next row, against columns.
  StaticView wrapped{8, {9, 4}, {10, 1}};
  EXPECT_EQ(related(wrapped, x({}, {2, 8})), Disjoint);
  EXPECT_EQ(related(wrapped, x({}, {7})), Partial);
  EXPECT_EQ(related(wrapped, x({0, 9}, {8})), Contains);
  EXPECT_EQ(related(wrapped, x({1, 10}, {0, 2})), Contains);
}

TEST(CELLSET_LIST, DiagonalsOfBlocks) {
  int64_t n = 30000; // x.diagonal(1) of n x n
  StaticView diagonal{1, {n - 1}, {n + 1}};
  EXPECT_EQ(related(diagonal, sliced({n, n}, {{0, n}, {1, n}})), Contained);
  EXPECT_EQ(related(diagonal, sliced({n, n}, {{9, 1000}, {0, 10}})), Disjoint);
  EXPECT_EQ(related(diagonal, sliced({n, n}, {{9, 1000}, {0, 11}})), Partial);
}

TEST(CELLSET_BITS, WindowsOfCoprimeStrides) {
  // 6*i + 10*j + 15*k takes every number from 30 on, until the mirror image.
  StaticView sums{0, {40, 40, 40}, {6, 10, 15}};
  int64_t last = 39 * 31;
  EXPECT_EQ(related(sums, {30, {last - 59}, {1}}), Contains);
  EXPECT_EQ(related(sums, {29, {last - 59}, {1}}), Partial); // 29 is no sum
  EXPECT_EQ(related(sums, {0, {last + 1}, {1}}), Contained);
}

TEST(CELLSET_SEARCH, HugeAndSparse) {
  int64_t big = int64_t(1) << 40;
  StaticView a{0, {1000, 1000, 1000}, {big, 1000003, 17}};
  StaticView b{5, {1000, 1000, 1000}, {big, 1000033, 19}};
  EXPECT_EQ(sharesCells(a, b), true);
  EXPECT_EQ(relate(a, b), Partial);
}

TEST(CELLSET_UNKNOWN, BeyondTheAddressesIsNotDecided) {
  int64_t most = std::numeric_limits<int64_t>::max();
  int64_t least = std::numeric_limits<int64_t>::min();
  StaticView far{most, {}, {}}, wide{0, {3, 3}, {most, least}};
  EXPECT_EQ(relate(far, wide), Unknown);
  EXPECT_EQ(relate(wide, x()), Unknown);
  EXPECT_EQ(sharesCells(wide, x()), none);
  EXPECT_TRUE(mayShareCells(wide, x()));
  EXPECT_EQ(relate({least, {2}, {least}}, x()), Unknown);
}

} // namespace
