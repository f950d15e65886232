//===- StepValues.cpp - What steps are computed from ----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepValues.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

namespace {
class StepValues {
public:
  StepValues(const FusionProgram &program, const FusionPlan &plan);

  std::optional<PlanViolation> run();

private:
  /// The step after which the op can run; 0: at any time.
  unsigned readyAfter(Operation *op);
  unsigned readyAfter(Value value);

  void use(Value value) { latest = std::max(latest, readyAfter(value)); }
  void use(const Polynomial &value);
  void use(const AffineForm &form);
  void use(const Expression &expression);
  void use(const Group &group, const Member &member);

  const FusionProgram &program;
  const FusionPlan &plan;
  /// For each op, one more than the last step that it waits for.
  llvm::DenseMap<Operation *, unsigned> ready;
  /// Of all that was used since it was set to 0.
  unsigned latest = 0;
};
} // namespace

StepValues::StepValues(const FusionProgram &program, const FusionPlan &plan)
    : program(program), plan(plan) {
  for (auto [s, step] : llvm::enumerate(plan.steps))
    if (step.barrier)
      ready[program.barriers[*step.barrier].op] = s + 1;
}

unsigned StepValues::readyAfter(Value value) {
  Operation *source = value.getDefiningOp();
  if (!source)
    // An argument of this block or of one around it.
    return 0;
  return readyAfter(source);
}

unsigned StepValues::readyAfter(Operation *op) {
  Block &block = program.getBlock();
  // What is defined around the block is there; inside it, count the op of the
  // block itself.
  op = block.findAncestorOpInBlock(*op);
  if (!op)
    return 0;
  if (auto known = ready.find(op); known != ready.end())
    return known->second;
  llvm::SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  unsigned after = 0;
  for (Value value : used)
    after = std::max(after, readyAfter(value));
  return ready[op] = after;
}

void StepValues::use(const Polynomial &value) {
  for (const Polynomial::Term &term : value.getTerms())
    for (Symbol symbol : term.monomial)
      use(program.getSymbols().getValue(symbol));
}

void StepValues::use(const AffineForm &form) {
  use(form.offset);
  for (const Polynomial &coefficient : form.coefficients)
    use(coefficient);
}

void StepValues::use(const Expression &expression) {
  StageOp op = expression.op;
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getBody(), captured);
  for (Value value : captured)
    use(value);
  for (const AffineForm &index : expression.indices)
    use(index);
  auto useAll = [&](ArrayRef<Input::Choice> choices) {
    for (const Input::Choice &choice : choices) {
      for (const AffineForm &condition : choice.conditions)
        use(condition);
      use(*choice.value);
    }
  };
  for (const Input &input : expression.inputs) {
    if (input.isLoad())
      use(input.cell);
    useAll(input.choices);
  }
  for (const Gather &gather : expression.gathers)
    useAll(gather.choices);
}

void StepValues::use(const Group &group, const Member &member) {
  const Stage &stage = program.stages[member.stage];
  use(stage.value);
  for (const Polynomial &size : stage.sizes)
    use(size);
  for (const Coordinate &t : member.theta)
    use(t.shift);
  forEachGather(stage.value, [&](const Gather &gather) { use(gather.ref); });
  if (stage.op.getScatter())
    for (Value output : stage.op.getOutputs())
      use(output);
  auto isPrivate = [&](unsigned storage) {
    return llvm::any_of(group.privates, [&](const PrivateStorage &own) {
      return own.storage == storage && !own.writeBack;
    });
  };
  auto touch = [&](unsigned storage) {
    if (!isPrivate(storage))
      use(program.storages[storage].root);
  };
  auto useLoad = [&](const Input &input) {
    touch(input.storage);
    // Such a load goes through the whole storage.
    if (input.isConditional)
      for (const Polynomial &size :
           program.storages[input.storage].layout.sizes)
        use(size);
  };
  forEachLoad(stage.value, useLoad);
  forEachGatheredLoad(
      stage.value, stage.sizes,
      [&](const Input &load, const Polynomials &) { useLoad(load); });
  for (const Stage::Output &output : stage.outputs) {
    use(output.cell);
    touch(output.storage);
  }
}

std::optional<PlanViolation> StepValues::run() {
  for (auto [s, step] : llvm::enumerate(plan.steps)) {
    if (step.barrier) {
      Operation *op = program.barriers[*step.barrier].op;
      latest = 0;
      llvm::SetVector<Value> used(op->operand_begin(), op->operand_end());
      getUsedValuesDefinedAbove(op->getRegions(), used);
      for (Value value : used)
        use(value);
      if (latest > s)
        return PlanViolation{PlanRule::ValueOrder,
                             "a barrier uses what a later one computes",
                             {}};
      continue;
    }
    for (unsigned g : step.kernel->groups) {
      latest = 0;
      for (const Polynomial &size : plan.groups[g].sizes)
        use(size);
      for (const PrivateStorage &own : plan.groups[g].privates)
        if (own.writeBack)
          use(*own.writeBack);
      for (const Member &member : plan.groups[g].members) {
        use(plan.groups[g], member);
        if (latest > s)
          return PlanViolation{PlanRule::ValueOrder,
                               "the stage uses what a later step computes",
                               {member.stage}};
      }
    }
  }
  return std::nullopt;
}

std::optional<PlanViolation>
elena::fusion::checkStepValues(const FusionProgram &program,
                               const FusionPlan &plan) {
  return StepValues(program, plan).run();
}
