//===- CellSetPropertyTest.cpp - Sets of cells against brute force --------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ELENA_SOAK=n in the environment: n times as many random pairs, other seeds.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/CellSet.h"
#include "elena/Support/ViewOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "gtest/gtest.h"

#include <array>
#include <bitset>
#include <cmath>
#include <cstdlib>
#include <random>
#include <sstream>

using namespace elena;
using enum SetRelation;

namespace {

using Cells = std::vector<int64_t>;
using Ints = llvm::SmallVector<int64_t>;

/// All cells, each once, increasing.
Cells cellsOf(const StaticView &view) {
  Cells cells{view.offset};
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides)) {
    Cells next;
    for (int64_t i = 0; i < size; ++i)
      for (int64_t cell : cells)
        next.push_back(cell + i * stride);
    llvm::sort(next);
    next.erase(llvm::unique(next), next.end());
    cells = std::move(next);
  }
  return cells;
}

SetRelation bruteForce(const Cells &a, const Cells &b) {
  Cells common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(common));
  if (common.empty())
    return Disjoint;
  if (common.size() == a.size())
    return common.size() == b.size() ? Equal : Contained;
  return common.size() == b.size() ? Contains : Partial;
}

std::string toString(const StaticView &view) {
  std::ostringstream out;
  out << view.offset << " [";
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides))
    out << " " << size << "*" << stride;
  out << " ]";
  return out.str();
}

std::string toString(const StaticView &a, const StaticView &b) {
  return toString(a) + " and " + toString(b);
}

class Random {
public:
  explicit Random(unsigned seed) : engine(seed) {}

  /// From low to high, both included.
  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }

  /// Strides at will: negative, zero, coprime, overlapping.
  StaticView strided(int64_t maxRank, int64_t maxSize, int64_t maxStride) {
    StaticView view{pick(-maxStride, maxStride), {}, {}};
    for (int64_t d = pick(0, maxRank); d > 0; --d) {
      view.sizes.push_back(pick(0, 49) == 0 ? 0 : pick(1, maxSize));
      view.strides.push_back(pick(0, 9) == 0 ? 0 : pick(-maxStride, maxStride));
    }
    return view;
  }

  /// A slice of an array with these sizes, transposed and flipped.
  StaticView sliceOf(const Ints &sizes) {
    IntArith a;
    StaticView view = views::rowMajor(a, sizes);
    llvm::SmallVector<SliceBounds<int64_t>> bounds(sizes.size());
    for (auto [bound, size] : llvm::zip_equal(bounds, sizes)) {
      if (pick(0, 2))
        bound = {pick(0, size), pick(0, size), pick(0, 2) ? 1 : pick(2, 3)};
      if (bound.start && *bound.start > *bound.stop)
        bound.step = -bound.step;
    }
    view = views::slice(a, view, bounds);
    Ints order = llvm::to_vector(llvm::seq<int64_t>(0, sizes.size()));
    std::shuffle(order.begin(), order.end(), engine);
    view = views::transpose(a, view, order);
    return pick(0, 1) ? view
                      : views::flip(a, view, {pick(0, order.size() - 1)});
  }

  /// Two of the same array, of one style.
  std::pair<StaticView, StaticView> pair() {
    switch (pick(0, 4)) {
    case 0: // anything, close together
      return {strided(4, 5, 12), strided(4, 5, 12)};
    case 1: // sparse
      return {strided(4, 4, 90), strided(4, 4, 90)};
    case 2: { // a slice and anything
      Ints sizes{pick(1, 4), pick(1, 8), pick(1, 8)};
      return {sliceOf(sizes), strided(3, 6, 20)};
    }
    case 3: { // one shifted against itself
      StaticView a = strided(4, 5, 20), b = a;
      b.offset += pick(-4, 4);
      if (b.getRank() && b.sizes[0])
        b.sizes[0] += pick(0, 1);
      return {a, b};
    }
    default: { // slices of one array
      Ints sizes;
      for (int64_t d = pick(1, 4); d > 0; --d)
        sizes.push_back(pick(1, 7));
      return {sliceOf(sizes), sliceOf(sizes)};
    }
    }
  }

private:
  std::mt19937 engine;
};

int64_t soak() {
  const char *times = std::getenv("ELENA_SOAK");
  return times ? std::max(1, std::atoi(times)) : 1;
}

unsigned seed(unsigned k) { return soak() == 1 ? k : k + 1000 * soak(); }

TEST(CELLSET_RANDOM, PairsAgreeWithBruteForce) {
  Random random(seed(1));
  std::array<int64_t, 6> seen{};
  for (int64_t k = 0; k < 600000 * soak(); ++k) {
    auto [a, b] = random.pair();
    SetRelation expected = bruteForce(cellsOf(a), cellsOf(b));
    ASSERT_EQ(relate(a, b), expected) << toString(a, b);
    ASSERT_EQ(relate(b, a), flipped(expected)) << toString(a, b);
    ASSERT_EQ(sharesCells(a, b), expected != Disjoint) << toString(a, b);
    ++seen[unsigned(expected)];
  }
  for (SetRelation relation : {Disjoint, Equal, Contains, Contained, Partial}) {
    EXPECT_GT(seen[unsigned(relation)], 15000) << stringify(relation).str();
    RecordProperty(stringify(relation).str(),
                   std::to_string(seen[unsigned(relation)]));
  }
}

TEST(CELLSET_RANDOM, LargerSetsAgreeWithBruteForce) {
  Random random(seed(2));
  for (int64_t k = 0; k < 2000 * soak(); ++k) {
    StaticView a = random.strided(4, 14, 3000), b = random.strided(4, 14, 3000);
    if (k % 2) {
      Ints sizes{random.pick(1, 9), random.pick(1, 30), random.pick(1, 60)};
      a = random.sliceOf(sizes), b = random.sliceOf(sizes);
    }
    SetRelation expected = bruteForce(cellsOf(a), cellsOf(b));
    ASSERT_EQ(relate(a, b), expected) << toString(a, b);
    ASSERT_EQ(sharesCells(a, b), expected != Disjoint) << toString(a, b);
  }
}

/// Sizes with that product at most, and more than a part of it.
Ints sizesWithin(Random &random, int64_t rank, int64_t most) {
  Ints sizes;
  for (int64_t d = 1; d <= rank; ++d) {
    int64_t side = d == rank ? most : std::max<int64_t>(2, std::sqrt(most));
    sizes.push_back(random.pick(std::max<int64_t>(1, side / 2), side));
    most /= sizes.back();
  }
  return sizes;
}

/// CellSet.h: never unknown if both have at most 2^16 elements, …
TEST(CELLSET_RANDOM, NothingIsUnknownOfFewElements) {
  Random random(seed(5));
  for (int64_t k = 0; k < 150 * soak(); ++k) {
    StaticView views[2];
    int64_t far = random.pick(0, 1) ? 5000 : int64_t(1) << 36;
    for (StaticView &view : views) {
      view.sizes = sizesWithin(random, random.pick(2, 4), 1 << 16);
      for (size_t d = 0; d < view.sizes.size(); ++d)
        view.strides.push_back(random.pick(1, 7) * random.pick(1, far) + d);
      view.offset = random.pick(-far, far);
    }
    if (k % 3 == 0) { // one that has the other, or nearly so
      views[1] = views[0];
      views[1].sizes[0] -= views[1].sizes[0] > 1;
      views[1].offset += views[1].strides[0] * (k % 2) + k % 5 / 4;
    }
    SetRelation expected = bruteForce(cellsOf(views[0]), cellsOf(views[1]));
    ASSERT_EQ(relate(views[0], views[1]), expected)
        << toString(views[0], views[1]);
  }
}

using Bits = std::bitset<1 << 20>;

Bits bitsOf(const StaticView &view) {
  Bits bits;
  bits.set(view.offset);
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides)) {
    Bits first = bits;
    for (int64_t i = 1; i < size; ++i)
      bits |= first <<= stride;
  }
  return bits;
}

/// … or their hulls span at most 2^20 cells, with more elements than that.
TEST(CELLSET_RANDOM, NothingIsUnknownOfShortHulls) {
  Random random(seed(6));
  for (int64_t k = 0; k < 60 * soak(); ++k) {
    StaticView views[2];
    for (StaticView &view : views) {
      int64_t left = (1 << 20) - 200;
      view.offset = random.pick(0, 100);
      for (int64_t d = random.pick(2, 4); d > 0; --d) {
        int64_t stride = random.pick(1, k % 2 ? 60 : 3000);
        int64_t most = std::min<int64_t>(left / stride / 2 + 1, 90);
        view.sizes.push_back(random.pick(std::max<int64_t>(1, most / 2), most));
        view.strides.push_back(stride);
        left -= stride * (view.sizes.back() - 1);
      }
    }
    auto a = std::make_unique<Bits>(bitsOf(views[0]));
    auto b = std::make_unique<Bits>(bitsOf(views[1]));
    Bits common = *a & *b;
    SetRelation expected = common.none()  ? Disjoint
                           : *a == *b     ? Equal
                           : common == *b ? Contains
                           : common == *a ? Contained
                                          : Partial;
    ASSERT_EQ(relate(views[0], views[1]), expected)
        << toString(views[0], views[1]);
  }
}

/// Cells of a plane: stride[k] = p * pitch + q. While |q| sums stay below half
/// a pitch, the relation does not depend on it: brute force with a small pitch
/// is right for a huge one, where cells cannot be marked.
TEST(CELLSET_RANDOM, ThePitchDoesNotMatter) {
  Random random(seed(3));
  for (int64_t k = 0; k < 50000 * soak(); ++k) {
    StaticView small[2], huge[2];
    for (unsigned v : {0, 1}) {
      bool isSteep = random.pick(0, 2) == 0; // also diagonals
      small[v].offset = random.pick(0, 3) * 401 + random.pick(0, 9);
      huge[v].offset =
          small[v].offset / 401 * (int64_t(1) << 44) + small[v].offset % 401;
      for (int64_t d = random.pick(1, 4); d > 0; --d) {
        bool isRow = random.pick(0, 1);
        int64_t p = isRow || isSteep ? random.pick(-3, 3) : 0;
        int64_t q = !isRow || isSteep ? random.pick(-9, 9) : 0;
        for (StaticView *view : {&small[v], &huge[v]})
          view->sizes.push_back(0);
        small[v].sizes.back() = huge[v].sizes.back() = random.pick(1, 6);
        small[v].strides.push_back(p * 401 + q);
        huge[v].strides.push_back(p * (int64_t(1) << 44) + q);
      }
    }
    SetRelation expected = bruteForce(cellsOf(small[0]), cellsOf(small[1]));
    ASSERT_EQ(relate(small[0], small[1]), expected)
        << toString(small[0], small[1]);
    ASSERT_EQ(relate(huge[0], huge[1]), expected) << toString(huge[0], huge[1]);
    ASSERT_EQ(sharesCells(huge[0], huge[1]), expected != Disjoint)
        << toString(huge[0], huge[1]);
  }
}

/// Big products, which no list holds: rows and columns are related alone.
TEST(CELLSET_RANDOM, ProductsOfAnySize) {
  Random random(seed(4));
  for (int64_t k = 0; k < 50000 * soak(); ++k) {
    int64_t pitch = random.pick(200, 1 << 20);
    auto line = [&] {
      return StaticView{
          random.pick(0, 5), {random.pick(1, 30)}, {random.pick(1, 6)}};
    };
    StaticView rows[2]{line(), line()}, columns[2]{line(), line()}, view[2];
    for (unsigned v : {0, 1})
      view[v] = {columns[v].offset + pitch * rows[v].offset,
                 {rows[v].sizes[0], columns[v].sizes[0]},
                 {rows[v].strides[0] * pitch, columns[v].strides[0]}};
    auto byRows = bruteForce(cellsOf(rows[0]), cellsOf(rows[1]));
    auto byColumns = bruteForce(cellsOf(columns[0]), cellsOf(columns[1]));
    SetRelation expected = byRows == byColumns     ? byRows
                           : byRows == Disjoint    ? Disjoint
                           : byColumns == Disjoint ? Disjoint
                           : byRows == Equal       ? byColumns
                           : byColumns == Equal    ? byRows
                                                   : Partial;
    ASSERT_EQ(relate(view[0], view[1]), expected) << toString(view[0], view[1]);
  }
}

/// A slice of ten elements, and its elements as bits.
struct Line {
  SliceBounds<int64_t> bounds;
  unsigned bits;
};

/// One slice for each set of elements that a step of 1, 2 or 3 can take.
std::vector<Line> linesOfTen() {
  std::vector<Line> lines;
  for (int64_t step : {1, 2, 3})
    for (int64_t start = 0; start < 10; ++start)
      for (int64_t stop = start + 1; stop <= 10; stop += step) {
        unsigned bits = 0;
        for (int64_t i = start; i < stop; i += step)
          bits |= 1u << i;
        if (llvm::none_of(lines, [&](Line line) { return line.bits == bits; }))
          lines.push_back({{start, stop, step}, bits});
      }
  return lines;
}

/// x[rows, columns] of the 10x10 array; a bit of `flips` reverses a dimension.
StaticView sliceOfTens(const Line &rows, const Line &columns, unsigned flips) {
  IntArith a;
  StaticView x{0, {10, 10}, {10, 1}};
  x = views::slice<IntArith>(a, x, {rows.bounds, columns.bounds});
  Ints dims;
  for (unsigned d : {0, 1})
    if (flips >> d & 1)
      dims.push_back(d);
  return views::flip(a, x, dims); // steps of -1, -2, -3
}

SetRelation fromMasks(unsigned __int128 a, unsigned __int128 b) {
  if (!(a & b))
    return Disjoint;
  if (a == b)
    return Equal;
  return (a & b) == b ? Contains : (a & b) == a ? Contained : Partial;
}

/// Every pair of sets that slices with steps of +-1, +-2, +-3 take of a 10x10
/// array; the signs change from pair to pair.
TEST(CELLSET_SLICES, EveryPairOfA10x10Array) {
  std::vector<Line> lines = linesOfTen();
  struct Slice {
    std::array<StaticView, 4> views; // by flips
    unsigned __int128 mask = 0;
  };
  std::vector<Slice> slices;
  for (const Line &rows : lines)
    for (const Line &columns : lines) {
      Slice &slice = slices.emplace_back();
      for (unsigned flips : {0, 1, 2, 3})
        slice.views[flips] = sliceOfTens(rows, columns, flips);
      for (int64_t r = 0; r < 10; ++r)
        if (rows.bits >> r & 1)
          slice.mask |= static_cast<unsigned __int128>(columns.bits)
                        << (10 * r);
    }
  uint32_t signs = 1;
  int64_t pairs = 0;
  for (size_t i = 0; i < slices.size(); ++i)
    for (size_t j = i; j < slices.size(); ++j) {
      signs = signs * 1664525 + 1013904223;
      const StaticView &a = slices[i].views[signs >> 30];
      const StaticView &b = slices[j].views[signs >> 28 & 3];
      SetRelation expected = fromMasks(slices[i].mask, slices[j].mask);
      if (relate(a, b) != expected) // ASSERT_EQ costs more than the question
        FAIL() << toString(a, b) << " " << stringify(expected).str();
      ++pairs;
    }
  RecordProperty("pairs", std::to_string(pairs));
}

} // namespace
