//===- FusionOracle.h - Fusion by brute force -------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of fusion, point by point, for one choice of sizes. A plan that is
// legal for these sizes may be illegal for others; one that is illegal here is
// illegal. The examples have no scatters.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_TRANSFORMS_FUSIONORACLE_H
#define ELENA_TEST_UNIT_TRANSFORMS_FUSIONORACLE_H

#include "FusionExamples.h"

namespace elena::fusion {

class FusionOracle {
public:
  /// With sizes for which the guards of the example hold.
  explicit FusionOracle(const Example &example);
  /// With `size` for every dimension that is not constant, and `index` for
  /// arguments.
  FusionOracle(const Example &example, int64_t size, int64_t index)
      : example(example), sizes({size}), index(index) {}

  /// Do all pairs of points that share a cell keep their order?
  bool isLegal(const FusionPlan &plan);
  /// Does the program leave in all storages that are seen what the original
  /// does? Values are hashes of the way in which they are computed.
  bool isEquivalent(const FusionProgram &program);

private:
  using Point = std::vector<int64_t>;
  using Cell = std::pair<unsigned, int64_t>;
  using Memory = std::map<Cell, uint64_t>;
  struct Touch;
  struct Place;

  int64_t evaluate(mlir::Value value);
  int64_t evaluate(const Polynomial &value);
  int64_t evaluate(const AffineForm &form, const Point &point);
  std::vector<Point> enumerate(llvm::ArrayRef<Polynomial> sizes);

  bool place(const FusionPlan &plan, std::vector<Place> &places);
  bool isInOrder(const Touch &a, const Touch &b) const;
  bool isWrittenBack(const Group &group, const PrivateStorage &own,
                     const std::map<std::pair<Point, int64_t>, int64_t> &made);
  bool arePrivatesLegal(const FusionPlan &plan, const std::vector<Touch> &all);
  bool areBarriersInOrder(const FusionPlan &plan,
                          const std::vector<Touch> &all);

  Memory run(const FusionProgram &program);
  void run(const Stage &stage, Memory &memory);
  uint64_t load(const Memory &memory, Cell cell);
  uint64_t choose(llvm::ArrayRef<Input::Choice> choices, const Point &point,
                  const Memory &memory);
  uint64_t compute(const Expression &expression, const Point &point,
                   const Memory &memory);

  const Example &example;
  /// Of the refs that are arguments; the last one is that of all others.
  std::vector<int64_t> sizes;
  /// If not set, arguments are some small numbers.
  std::optional<int64_t> index;
};

} // namespace elena::fusion

#endif // ELENA_TEST_UNIT_TRANSFORMS_FUSIONORACLE_H
