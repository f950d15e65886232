//===- Moves.h - The moves of fusion ----------------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/Fusion.md explains them. The first three change the program (not the
// IR); the others make the plan.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_MOVES_H
#define ELENA_TRANSFORMS_FUSION_MOVES_H

#include "elena/Transforms/Fusion/FusionPlan.h"
#include "elena/Transforms/Fusion/FusionReport.h"

namespace elena::fusion {

/// Cuts a stage into pieces, where it reads a storage that several others have
/// written side by side: one piece for each of them. False if there is none.
bool splitIndexSets(FusionProgram &program);

/// Splits dimensions of stages, so that the accesses of a storage walk through
/// it in common steps: a box [H*W] that reads what a box [H, W] has written
/// becomes [H, W].
void splitDimensions(FusionProgram &program);

/// Replaces reads by the expressions that were stored there, where nothing
/// that they read has changed and it is worth it; for tests with `always`,
/// worth it or not. `log`, here and below: null if nobody asks why.
void recomputeReads(FusionProgram &program, FusionLog *log,
                    bool always = false);

/// Gives a stage that fixes a coordinate of a storage, through which others
/// walk, a dimension of size 1 for it: for x over t < n, the box of x[-1] = y
/// becomes [1], which can run in iteration t = 0 + n - 1. False if there is no
/// such stage.
bool addUnitDimensions(FusionProgram &program);

/// Removes those that are no coordinate of the stage's group.
void dropUnitDimensions(FusionProgram &program, std::vector<Group> &groups);

/// Removes the stages whose results nobody reads; with `overwritten` also those
/// of a new storage all of which is written anew before.
void removeDeadStages(FusionProgram &program, bool overwritten = true);

struct ContractOptions {
  /// If not, every stage is a group of its own.
  bool merge = true;
  /// Merge stages that meet through views or in-place writes too. If not, only
  /// element-wise stages of which one reads exactly the whole array that the
  /// other one has made.
  bool views = true;
};

/// Groups of stages that run in common loops.
std::vector<Group> contract(const FusionProgram &program,
                            const Dependences &dependences,
                            const ContractOptions &options, FusionLog *log);

/// Lets reductions of a group that compute the same things share their loops.
/// Merges two groups between which a temporary is all that stands against one
/// loop, where the points of that loop can follow each other in an order that
/// needs none: `t = x[:-1]; x[1:] = t` is one descending loop.
void sequenceGroups(const FusionProgram &program,
                    const Dependences &dependences, std::vector<Group> &groups);

void mergeSiblings(const FusionProgram &program, std::vector<Group> &groups);

/// Finds the storages of each group that live in one iteration. With
/// `writeBack` also those that others see, but that are made in one group: they
/// are written once, when an iteration ends.
void findPrivateStorages(const FusionProgram &program,
                         std::vector<Group> &groups, bool writeBack);

/// Groups of one kernel, and their order. Without `pack`, one group each.
void packAndOrder(const FusionProgram &program, const Dependences &dependences,
                  FusionPlan &plan, bool pack);

/// Makes IR of a plan.
void applyPlan(FusionProgram &program, const FusionPlan &plan);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_MOVES_H
