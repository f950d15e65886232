//===- PointMeetings.h - Which points of two small boxes meet ---*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last rung of the ladder about maps (docs/Overlap.md). Digits decide most
// pairs of accesses, but not those whose strides have no common system:
//
//   cells 5*i + 3*j, i < 2, j < 3      0, 3, 5, 6, 8, 11
//   cells 3*k, k < 4                   0, 3, 6, 9
//
// meet at 0, 3 and 6, where j = k; but 5 is no multiple of 3. If all numbers
// are constants and the boxes are small, all points are put into a table by
// their cells. For each cell only the least and the largest index of each
// dimension are kept, so what this costs grows with the points and not with the
// pairs of them.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_POINTMEETINGS_H
#define ELENA_ANALYSIS_POINTMEETINGS_H

#include "elena/Analysis/JointForm.h"

namespace elena {

class PointMeetings {
public:
  /// Of each box. A table of that many points takes some 100 µs.
  static constexpr int64_t kMaxPoints = 4096;

  /// Nothing if a number is no constant, or one of the boxes is too large.
  static std::optional<PointMeetings> build(const AccessRegion &a,
                                            const AccessRegion &b);

  /// No cell in common.
  bool areDisjoint() const { return differences.empty(); }
  /// The least and the largest i[first] - j[second] of all pairs of points that
  /// share a cell. There is such a pair.
  std::pair<int64_t, int64_t> getDifference(size_t first, size_t second) const {
    return differences[first * rankB + second];
  }
  /// All that there are, also of dimensions of size 1.
  llvm::SmallVector<IndexEquality, 4> getEqualities() const;

private:
  PointMeetings(size_t rankA, size_t rankB) : rankA(rankA), rankB(rankB) {}

  size_t rankA, rankB;
  /// At least one, also where a box has no dimensions; or none, if no points
  /// meet.
  std::vector<std::pair<int64_t, int64_t>> differences;
};

/// Adds the equalities that digits have not found, if the two are small enough.
/// Asked only where a dimension that moves has none.
void addMissingEqualities(const AccessRegion &a, const AccessRegion &b,
                          llvm::SmallVectorImpl<IndexEquality> &equalities);

} // namespace elena

#endif // ELENA_ANALYSIS_POINTMEETINGS_H
