//===- AccessPairs.h - Pairs of accesses, for the checker -------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two questions of the plan checker about accesses α at i and β at j:
//
//   areApart   do they never share a cell?
//   agree      where they share a cell, is i[d] + s = j[e] + r?
//
// Nothing is searched for: a claim is tested against the difference of the two
// cells, digit by digit. With cells 4*i + c and 4*j + d, the first digit says
// 0 = i - j, which is the claim for d = e = 0 and s = r. Where digits do not
// say so, but the boxes are small and all numbers known, the points are asked.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_FUSION_ACCESSPAIRS_H
#define ELENA_LIB_TRANSFORMS_FUSION_ACCESSPAIRS_H

#include "elena/Analysis/PointMeetings.h"
#include "elena/Transforms/Fusion/FusionPlan.h"

namespace elena::fusion {

/// Two regions in one system of digits.
class DigitPair {
public:
  DigitPair(const SymbolFacts &facts, const JointForm &form,
            const AccessRegion &first, size_t numberOfFirst,
            const AccessRegion &second, size_t numberOfSecond);

  bool areApart() const;
  bool agree(const Coordinate &first, const Coordinate &second) const;
  /// Is i[d] + s > j[e] + r wherever the two share a cell?
  bool isAfter(const Coordinate &first, const Coordinate &second) const;
  /// Is it less?
  bool isBefore(const Coordinate &first, const Coordinate &second) const;

private:
  bool agreeAtOnePoint(const Coordinate &t, bool isUnitT, const Coordinate &u,
                       bool isUnitU) const;
  /// The sign of i[d] + s - (j[e] + r), if it is the same wherever the two
  /// share a cell and not 0.
  int getSign(const Coordinate &t, const Coordinate &u) const;
  bool isNonZero(const Polynomial &value) const;
  bool isApartIn(size_t digit) const;

  const SymbolFacts &facts;
  llvm::ArrayRef<AffineForm> first, second;
  const Polynomials &firstSizes, &secondSizes;
  /// What is >= 0 because a shared cell needs a point in each box.
  Polynomials given;
};

/// The same questions, to all points of two small boxes.
class PointPair {
public:
  explicit PointPair(const PointMeetings &meetings) : meetings(meetings) {}

  bool agree(const Coordinate &first, const Coordinate &second) const;
  bool isAfter(const Coordinate &first, const Coordinate &second) const;
  bool isBefore(const Coordinate &first, const Coordinate &second) const;

private:
  const PointMeetings &meetings;
};

template <typename Question>
bool askPoints(const StageAccess &a, const StageAccess &b, Question question) {
  if (a.storage != b.storage)
    return false;
  auto meetings = PointMeetings::build(a.region, b.region);
  return meetings && question(PointPair(*meetings));
}

/// The sizes, less one, of the box: none of them is negative at any point.
Polynomials getNonEmpty(llvm::ArrayRef<Polynomial> sizes);

/// Is the form within [least, most] at every point of the box?
bool isWithin(const SymbolFacts &facts, const AffineForm &form,
              llvm::ArrayRef<Polynomial> box, const Polynomial &least,
              const Polynomial &most);

bool areEqual(const SymbolFacts &facts, const AffineForm &a,
              const AffineForm &b);

/// An access of a stage and its place among all accesses of its storage.
struct ListedAccess {
  unsigned stage, number;
  size_t rank;
  StageAccess what;
  /// Its place in the form of all accesses; gathers and scatters have none.
  std::optional<size_t> slot;

  bool isAffine() const { return what.region.sizes.size() == rank; }
};

class AccessPairs {
public:
  /// Lists the accesses of all stages that are not removed.
  explicit AccessPairs(const FusionProgram &program);

  llvm::ArrayRef<ListedAccess> of(unsigned storage) const {
    return lists[storage];
  }
  /// The storages that may share cells with this one, itself included.
  llvm::ArrayRef<unsigned> aliasesOf(unsigned storage) const {
    return aliases[storage];
  }

  bool areApart(const ListedAccess &a, const ListedAccess &b);
  /// All coordinates, wherever the two meet.
  bool agree(const ListedAccess &a, llvm::ArrayRef<Coordinate> thetaA,
             const ListedAccess &b, llvm::ArrayRef<Coordinate> thetaB);
  /// Wherever the two meet: does `a` come first, or with `b`, in that order of
  /// T?
  bool isInOrder(Order order, const ListedAccess &a,
                 llvm::ArrayRef<Coordinate> thetaA, const ListedAccess &b,
                 llvm::ArrayRef<Coordinate> thetaB);

private:
  struct Common {
    bool isTried = false;
    std::optional<JointForm> form;
    std::vector<AccessRegion> regions;
  };

  bool ask(const ListedAccess &a, const ListedAccess &b,
           llvm::function_ref<bool(const DigitPair &)> question);

  const FusionProgram &program;
  std::vector<std::vector<ListedAccess>> lists;
  std::vector<llvm::SmallVector<unsigned, 2>> aliases;
  /// One form for all accesses of a storage answers most questions; a pair has
  /// one of its own where that is too coarse.
  std::vector<Common> common;
};

/// Two regions on their own: do they never share a cell?
bool areRegionsApart(const FusionProgram &program, unsigned storage,
                     const AccessRegion &a, const AccessRegion &b);

} // namespace elena::fusion

#endif // ELENA_LIB_TRANSFORMS_FUSION_ACCESSPAIRS_H
