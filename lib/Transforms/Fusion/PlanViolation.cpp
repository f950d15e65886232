//===- PlanViolation.cpp - Reports of the plan checker --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/PlanChecker.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

StringRef elena::fusion::getName(PlanRule rule) {
  switch (rule) {
  case PlanRule::Structure:
    return "structure";
  case PlanRule::TotalTheta:
    return "total-theta";
  case PlanRule::NoRepeat:
    return "no-repeat";
  case PlanRule::ProgramOrder:
    return "program-order";
  case PlanRule::SharedLoops:
    return "shared-loops";
  case PlanRule::Agreement:
    return "agreement";
  case PlanRule::ReadsFirst:
    return "reads-first";
  case PlanRule::StepOrder:
    return "step-order";
  case PlanRule::ValueOrder:
    return "value-order";
  case PlanRule::PackApart:
    return "pack-apart";
  case PlanRule::PrivateUnseen:
    return "private-unseen";
  case PlanRule::PrivateSize:
    return "private-size";
  case PlanRule::PrivateCell:
    return "private-cell";
  case PlanRule::WriteBack:
    return "write-back";
  case PlanRule::Partition:
    return "partition";
  case PlanRule::SameBox:
    return "same-box";
  case PlanRule::SameAccess:
    return "same-access";
  case PlanRule::Definition:
    return "definition";
  case PlanRule::DefinitionIndex:
    return "definition-index";
  case PlanRule::Membership:
    return "membership";
  case PlanRule::GuardedLoad:
    return "guarded-load";
  case PlanRule::Unchanged:
    return "unchanged";
  case PlanRule::DeadStage:
    return "dead-stage";
  }
  llvm_unreachable("all rules have names");
}

void elena::fusion::emitViolation(Operation *op, const PlanViolation &violation,
                                  const FusionProgram &program,
                                  const FusionPlan *plan) {
  InFlightDiagnostic error = emitError(op->getLoc(), "illegal fusion (rule ")
                             << getName(violation.rule)
                             << "): " << violation.message;
  for (unsigned number : violation.stages)
    if (number < program.stages.size())
      error.attachNote(program.stages[number].op.getLoc())
          << "stage " << number;
  if (!plan)
    return;
  std::string text;
  llvm::raw_string_ostream os(text);
  plan->print(os, program);
  error.attachNote() << "the plan is\n" << text;
}
