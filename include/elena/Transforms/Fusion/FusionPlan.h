//===- FusionPlan.h - What will be fused ------------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The result of planning, before any IR is changed: groups of stages, each with
// a common iteration space T, packs of groups that share a launch, and the
// storages that live in one iteration only. For bbox decoding
//
//   group 0: T = [dim(arg0,0)]
//     stage 0 [dim(arg0,0), 2]  t0 = i0
//     stage 1 [dim(arg0,0), 2]  t0 = i0
//     private s4 [4]
//   kernel 0: groups 0
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_FUSIONPLAN_H
#define ELENA_TRANSFORMS_FUSION_FUSIONPLAN_H

#include "elena/Transforms/Fusion/Conflicts.h"
#include "llvm/Support/raw_ostream.h"

namespace elena::fusion {

/// Where one coordinate of T comes from: t = i[dimension] + shift.
struct Coordinate {
  size_t dimension;
  Polynomial shift;
};

struct Member {
  unsigned stage;
  /// One per coordinate of T.
  llvm::SmallVector<Coordinate, 4> theta;
  /// A reduction may run in the loops of an earlier one: the stage that has
  /// them.
  std::optional<unsigned> loopsOf = {};
};

/// A storage of which each iteration has its own cells.
struct PrivateStorage {
  unsigned storage;
  /// Sizes of the cells of one iteration.
  llvm::SmallVector<int64_t, 4> sizes;
  /// For each access of the group's members, in the order of getAccesses: the
  /// cell within the iteration's own ones, in C order of `sizes`.
  std::map<std::pair<unsigned, unsigned>, AffineForm> cells;
  /// If others see the storage: the cell of it, over T and then `sizes`, that
  /// an iteration's own cell is stored to when the iteration ends. All of them
  /// have been written by then.
  std::optional<AffineForm> writeBack;
};

/// How the points of T follow each other. In C order, or its reverse, where all
/// that one point needs of another comes before it (`x[1:] = x[:-1]`:
/// descending).
enum class Order { Any, Ascending, Descending };

struct Group {
  /// In program order.
  llvm::SmallVector<Member, 8> members;
  /// The sizes of T.
  Polynomials sizes;
  Order order = Order::Any;
  std::vector<PrivateStorage> privates;
};

struct Kernel {
  llvm::SmallVector<unsigned, 2> groups;
};

struct FusionPlan {
  std::vector<Group> groups;
  /// In an order that respects all dependences; barriers in between.
  struct Step {
    std::optional<Kernel> kernel;
    std::optional<unsigned> barrier;
  };
  std::vector<Step> steps;

  void print(llvm::raw_ostream &os, const FusionProgram &program) const;
  /// Where each access finds its cells in the private storages.
  void printCells(llvm::raw_ostream &os, const FusionProgram &program) const;
};

/// What a plan costs, to be compared with other plans for the same block: first
/// launches and storages in memory, then stages.
std::pair<size_t, size_t> getCost(const FusionProgram &program,
                                  const FusionPlan &plan);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_FUSIONPLAN_H
