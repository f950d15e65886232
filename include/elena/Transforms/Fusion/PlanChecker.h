//===- PlanChecker.h - Is a fusion plan legal? ------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tests a finished plan against the rules of fusion before any IR is changed.
// The planner searches, the checker only verifies: it takes the accesses of the
// stages as they are, derives every conflict anew, and asks of each pair of
// accesses whether the plan keeps its order. A planner that forgets a conflict
// is found out; so is a plan that something has changed afterwards. What cannot
// be proved is a violation.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_PLANCHECKER_H
#define ELENA_TRANSFORMS_FUSION_PLANCHECKER_H

#include "elena/Transforms/Fusion/FusionPlan.h"

namespace elena::fusion {

enum class PlanRule {
  /// Every live stage is in one group, every group and barrier in one step.
  Structure,
  /// The coordinates are different parallel dimensions, and their ranges lie
  /// inside T.
  TotalTheta,
  /// A stage that lacks a coordinate is never repeated.
  NoRepeat,
  /// The members of a group are in program order.
  ProgramOrder,
  /// Reductions in one loop have the same box, and nothing that runs from the
  /// first one up to the place of the second one has to do with the latter.
  SharedLoops,
  /// Two points that share a cell, one of them writing it, share t.
  Agreement,
  /// What a stage reads and writes itself, it does at one point.
  ReadsFirst,
  /// A dependence between steps goes forward.
  StepOrder,
  /// What a step is computed from is there before it.
  ValueOrder,
  /// Groups of one kernel share no cell that one of them writes.
  PackApart,
  /// Only the group's own members touch a private storage.
  PrivateUnseen,
  /// Private cells are inside the declared sizes.
  PrivateSize,
  /// Inside one t, private cells are equal where the real ones are.
  PrivateCell,
  /// What an iteration stores when it ends are the cells that it has made.
  WriteBack,
  /// The pieces of a stage have each of its points once.
  Partition,
  /// A changed box has the same points in the same order.
  SameBox,
  /// Accesses that are not replaced are the same.
  SameAccess,
  /// A replaced read has the last writer of its cell as its definition.
  Definition,
  /// … at the point that wrote the cell,
  DefinitionIndex,
  /// … where its conditions say so, and some choice applies everywhere.
  Membership,
  /// A load is evaluated only where its definition applies.
  GuardedLoad,
  /// Nothing changes what a definition reads up to the reader.
  Unchanged,
  /// Nobody reads what a removed stage would have written.
  DeadStage,
};

llvm::StringRef getName(PlanRule rule);

struct PlanViolation {
  PlanRule rule;
  std::string message;
  /// The stages that are concerned, at most two.
  llvm::SmallVector<unsigned, 2> stages;
};

/// The first violation found, if there is one.
std::optional<PlanViolation> checkPlan(const FusionProgram &program,
                                       const FusionPlan &plan);

/// Does the changed program compute what the original did? The changes are
/// splits of boxes, reads replaced by expressions, and removed stages.
std::optional<PlanViolation> checkRecompute(const FusionProgram &original,
                                            const FusionProgram &changed);

/// Are the stages of the second program those of the first one, cut into pieces
/// that stand in their places?
std::optional<PlanViolation> checkPieces(const FusionProgram &whole,
                                         const FusionProgram &pieces);

/// Reports the violation as an error of the compiler, with the stages and, if
/// there is one, the plan.
void emitViolation(mlir::Operation *op, const PlanViolation &violation,
                   const FusionProgram &program,
                   const FusionPlan *plan = nullptr);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_PLANCHECKER_H
