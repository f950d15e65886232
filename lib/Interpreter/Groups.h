//===- Groups.h - Groups and stages, translated ----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_INTERPRETER_GROUPS_H
#define ELENA_LIB_INTERPRETER_GROUPS_H

#include "Machine.h"

namespace elena::interpreter {

/// What is known of a stage before it runs.
struct StagePlan {
  tensorref::StageOp op;
  Mixed box, shifts;
  llvm::SmallVector<Slot> inputs, outputs;
  /// Dimensions of the box, ascending but for `along`: those that the group's
  /// space gives, those whose points may run in any order, the other parallel
  /// ones, and those that are reduced or scanned; and those of the outputs.
  llvm::SmallVector<int64_t> along, free, ordered, reduced, scanned, kept;
  llvm::SmallVector<tensorref::ReduceKind> combiners;
  /// The types of what the body yields.
  llvm::SmallVector<mlir::Type> types;
  bool isMasked = false;
  int64_t scatter = 0;
  Code body;
};

struct GroupPlan {
  tensorref::GroupOp op;
  /// The sizes of its space; none if each stage is a nest of its own.
  Mixed over;
  /// Do its points run in order, and from the last one to the first?
  bool isSequential = false, isDescending = false;
  /// All of its body but the stages: none of it depends on the point.
  Code prelude;
  std::vector<StagePlan> stages;
};

/// Groups that run at once.
struct KernelPlan : Detail {
  Code prelude;
  std::vector<GroupPlan> groups;
};

/// A stage on its way: the numbers of this run.
class StageRun {
public:
  StageRun(Machine &machine, const StagePlan &plan);

  /// The refs have the sizes that the box asks for.
  Outcome check();
  /// All that the stage does at one point of the group's space.
  Outcome runAt(llvm::ArrayRef<int64_t> point);

private:
  template <typename Each>
  Outcome forEach(llvm::ArrayRef<int64_t> dims, Each each);
  template <typename Each>
  Outcome forEachShuffled(llvm::ArrayRef<int64_t> dims, Each each);
  Outcome accumulate();
  Outcome reduce();
  Outcome scan();
  Outcome runBody();
  Outcome storeAll(llvm::ArrayRef<uint64_t> values);
  Outcome storeOne(const Ref &output, uint64_t value);
  bool isPlaceOf(const Ref &ref, llvm::ArrayRef<int64_t> place);

  Machine &m;
  const StagePlan &plan;
  llvm::SmallVector<int64_t> box, shifts;
  /// The point of the box.
  llvm::SmallVector<int64_t> indices;
  std::vector<int64_t> permutation;
};

/// Runs groups in an order that the machine's seed chooses.
Outcome runGroups(Machine &machine, llvm::ArrayRef<GroupPlan> groups);

} // namespace elena::interpreter

#endif // ELENA_LIB_INTERPRETER_GROUPS_H
