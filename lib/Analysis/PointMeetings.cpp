//===- PointMeetings.cpp - Which points of two small boxes meet -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/PointMeetings.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace elena;

/// Cells beyond it are not worth the care that sums of them would need.
static constexpr int64_t kMaxCell = int64_t(1) << 60;

using Range = std::pair<int64_t, int64_t>;

/// The number of points, if there are few and all cells are in reach.
static std::optional<int64_t> countPoints(const StaticView &view) {
  if (llvm::is_contained(view.sizes, 0))
    return 0;
  int64_t points = 1, reach;
  if (view.offset < -kMaxCell || view.offset > kMaxCell)
    return std::nullopt;
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides)) {
    if (size > PointMeetings::kMaxPoints ||
        (points *= size) > PointMeetings::kMaxPoints ||
        __builtin_mul_overflow(stride, size, &reach) || reach < -kMaxCell ||
        reach > kMaxCell)
      return std::nullopt;
  }
  return points;
}

/// Calls visit(index, cell) for all points, in C order.
static void
forEachPoint(const StaticView &view, int64_t points,
             llvm::function_ref<void(llvm::ArrayRef<int64_t>, int64_t)> visit) {
  llvm::SmallVector<int64_t, 4> index(view.getRank(), 0);
  int64_t cell = view.offset;
  for (int64_t n = 0; n < points; ++n) {
    visit(index, cell);
    for (size_t d = view.getRank(); d-- > 0;) {
      cell += view.strides[d];
      if (++index[d] < view.sizes[d])
        break;
      cell -= view.strides[d] * view.sizes[d];
      index[d] = 0;
    }
  }
}

namespace {
/// For each cell of `a` the range of each index, of both boxes.
class CellTable {
public:
  CellTable(size_t rankA, size_t rankB, int64_t points)
      : rankA(rankA), rankB(rankB), rows(points) {
    ranges.reserve(points * (rankA + rankB));
  }

  void addFirst(llvm::ArrayRef<int64_t> index, int64_t cell) {
    auto [place, isNew] = rows.try_emplace(cell, rows.size());
    if (isNew) {
      ranges.resize(ranges.size() + rankA + rankB, {INT64_MAX, INT64_MIN});
      isCommon.push_back(false);
    }
    extend(place->second, 0, index);
  }

  void addSecond(llvm::ArrayRef<int64_t> index, int64_t cell) {
    auto place = rows.find(cell);
    if (place == rows.end())
      return;
    isCommon[place->second] = true;
    extend(place->second, rankA, index);
  }

  /// Of i[d] - j[e], at all common cells; empty if there is none.
  std::vector<Range> getDifferences() const {
    std::vector<Range> result;
    for (size_t row = 0; row < isCommon.size(); ++row) {
      if (!isCommon[row])
        continue;
      if (result.empty())
        result.resize(std::max<size_t>(rankA * rankB, 1),
                      {INT64_MAX, INT64_MIN});
      const Range *i = ranges.data() + row * (rankA + rankB), *j = i + rankA;
      for (size_t d = 0; d < rankA; ++d)
        for (size_t e = 0; e < rankB; ++e) {
          Range &sum = result[d * rankB + e];
          sum.first = std::min(sum.first, i[d].first - j[e].second);
          sum.second = std::max(sum.second, i[d].second - j[e].first);
        }
    }
    return result;
  }

private:
  void extend(size_t row, size_t from, llvm::ArrayRef<int64_t> index) {
    for (auto [d, value] : llvm::enumerate(index)) {
      Range &range = ranges[row * (rankA + rankB) + from + d];
      range.first = std::min(range.first, value);
      range.second = std::max(range.second, value);
    }
  }

  size_t rankA, rankB;
  llvm::DenseMap<int64_t, unsigned> rows;
  std::vector<Range> ranges;
  std::vector<bool> isCommon;
};
} // namespace

std::optional<PointMeetings> PointMeetings::build(const AccessRegion &a,
                                                  const AccessRegion &b) {
  std::optional<StaticView> viewA = a.getStatic(), viewB = b.getStatic();
  if (!viewA || !viewB)
    return std::nullopt;
  std::optional<int64_t> pointsA = countPoints(*viewA),
                         pointsB = countPoints(*viewB);
  if (!pointsA || !pointsB)
    return std::nullopt;
  PointMeetings meetings(viewA->getRank(), viewB->getRank());
  CellTable table(meetings.rankA, meetings.rankB, *pointsA);
  forEachPoint(*viewA, *pointsA,
               [&](auto index, int64_t cell) { table.addFirst(index, cell); });
  forEachPoint(*viewB, *pointsB,
               [&](auto index, int64_t cell) { table.addSecond(index, cell); });
  meetings.differences = table.getDifferences();
  return meetings;
}

llvm::SmallVector<IndexEquality, 4> PointMeetings::getEqualities() const {
  llvm::SmallVector<IndexEquality, 4> equalities;
  if (areDisjoint())
    return equalities;
  for (size_t d = 0; d < rankA; ++d)
    for (size_t e = 0; e < rankB; ++e)
      if (auto [least, most] = getDifference(d, e); least == most)
        equalities.push_back({d, e, Polynomial(least)});
  return equalities;
}

/// Is there a dimension that moves, of which no equality says anything?
static bool lacksEquality(const AccessRegion &region,
                          llvm::ArrayRef<IndexEquality> equalities,
                          size_t IndexEquality::*side) {
  for (size_t d = 0; d < region.sizes.size(); ++d)
    if (!region.sizes[d].isConstant(1) &&
        !region.cell.coefficients[d].isZero() &&
        llvm::none_of(equalities, [&](const IndexEquality &equality) {
          return equality.*side == d;
        }))
      return true;
  return false;
}

void elena::addMissingEqualities(
    const AccessRegion &a, const AccessRegion &b,
    llvm::SmallVectorImpl<IndexEquality> &equalities) {
  if (!lacksEquality(a, equalities, &IndexEquality::first) &&
      !lacksEquality(b, equalities, &IndexEquality::second))
    return;
  std::optional<PointMeetings> meetings = PointMeetings::build(a, b);
  if (!meetings)
    return;
  for (IndexEquality &found : meetings->getEqualities())
    if (llvm::none_of(equalities, [&](const IndexEquality &known) {
          return known.first == found.first && known.second == found.second;
        }))
      equalities.push_back(std::move(found));
}
