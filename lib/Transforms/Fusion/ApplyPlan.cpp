//===- ApplyPlan.cpp - IR from a plan -------------------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageBuilder.h"
#include "elena/Transforms/Fusion/Moves.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

namespace {
/// Puts the ops of a block into a new order: what is placed comes after all
/// that was placed before, and what it is computed from before it.
class Scheduler {
public:
  explicit Scheduler(Block &block) : block(block) {}

  void place(Operation *op) {
    if (op->getBlock() != &block || op->hasTrait<OpTrait::IsTerminator>() ||
        !placed.insert(op).second)
      return;
    for (Value operand : op->getOperands())
      place(operand);
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    for (Value value : captured)
      place(value);
    op->moveBefore(block.getTerminator());
  }

  void place(Value value) {
    if (Operation *op = value.getDefiningOp())
      place(op);
  }

  bool isPlaced(Operation *op) const { return placed.contains(op); }

private:
  Block &block;
  llvm::DenseSet<Operation *> placed;
};

class PlanApplier {
public:
  PlanApplier(FusionProgram &program, const FusionPlan &plan)
      : program(program), plan(plan), block(program.getBlock()),
        scheduler(block) {}

  void apply();

private:
  void placeNeeds(const Group &group);
  void placeExpression(const Expression &expression);
  void placePolynomial(const Polynomial &value);
  void placeForm(const AffineForm &form);
  void emitGroup(OpBuilder &builder, const Group &group);
  void eraseLeftovers(ArrayRef<Operation *> before);

  FusionProgram &program;
  const FusionPlan &plan;
  Block &block;
  Scheduler scheduler;
};
} // namespace

//===----------------------------------------------------------------------===//
// What a group needs
//===----------------------------------------------------------------------===//

void PlanApplier::placePolynomial(const Polynomial &value) {
  for (const Polynomial::Term &term : value.getTerms())
    for (Symbol symbol : term.monomial)
      scheduler.place(program.getSymbols().getValue(symbol));
}

void PlanApplier::placeForm(const AffineForm &form) {
  placePolynomial(form.offset);
  for (const Polynomial &coefficient : form.coefficients)
    placePolynomial(coefficient);
}

void PlanApplier::placeExpression(const Expression &expression) {
  StageOp op = expression.op;
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getBody(), captured);
  for (Value value : captured)
    scheduler.place(value);
  for (const AffineForm &index : expression.indices)
    placeForm(index);
  auto placeChoices = [&](ArrayRef<Input::Choice> choices) {
    for (const Input::Choice &choice : choices) {
      for (const AffineForm &condition : choice.conditions)
        placeForm(condition);
      placeExpression(*choice.value);
    }
  };
  for (const Input &input : expression.inputs) {
    placeForm(input.cell);
    placeChoices(input.choices);
  }
  for (const Gather &gather : expression.gathers)
    placeChoices(gather.choices);
}

void PlanApplier::placeNeeds(const Group &group) {
  auto isPrivate = [&](unsigned storage) {
    return llvm::any_of(group.privates, [&](const PrivateStorage &p) {
      return p.storage == storage && !p.writeBack;
    });
  };
  for (const Polynomial &size : group.sizes)
    placePolynomial(size);
  for (const PrivateStorage &own : group.privates)
    if (own.writeBack)
      placeForm(*own.writeBack);
  for (const Member &member : group.members) {
    const Stage &stage = program.stages[member.stage];
    placeExpression(stage.value);
    for (const Polynomial &size : stage.sizes)
      placePolynomial(size);
    for (const Coordinate &t : member.theta)
      placePolynomial(t.shift);
    forEachGather(stage.value,
                  [&](const Gather &gather) { scheduler.place(gather.ref); });
    if (stage.op.getScatter())
      for (Value output : stage.op.getOutputs())
        scheduler.place(output);
    auto placeLoad = [&](const Input &input) {
      if (input.isConditional)
        for (const Polynomial &size :
             program.storages[input.storage].layout.sizes)
          placePolynomial(size);
    };
    forEachLoad(stage.value, placeLoad);
    forEachGatheredLoad(
        stage.value, stage.sizes,
        [&](const Input &load, const Polynomials &) { placeLoad(load); });
    for (const StageAccess &access : program.getAccesses(stage)) {
      if (!isPrivate(access.storage))
        scheduler.place(program.storages[access.storage].root);
      placeForm(access.region.cell);
    }
  }
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

static std::string getGroupName(const FusionProgram &program,
                                const Group &group) {
  // The last stage is what the group is for.
  StageOp op = program.stages[group.members.back().stage].op;
  auto name = op->getParentOp()->getAttrOfType<StringAttr>("name");
  std::string text = name ? name.getValue().str() : "stage";
  return group.members.size() > 1 ? "fused_" + text : text;
}

void PlanApplier::emitGroup(OpBuilder &builder, const Group &group) {
  OpBuilder::InsertionGuard guard(builder);
  Location loc = program.stages[group.members.front().stage].op.getLoc();
  SmallVector<OpFoldResult> over;
  for (const Polynomial &size : group.sizes)
    over.push_back(program.getSymbols().materialize(builder, loc, size));
  auto op = GroupOp::create(builder, loc, over,
                            /*sequentialT=*/group.order != Order::Any,
                            /*descending=*/group.order == Order::Descending);
  op->setAttr("name", builder.getStringAttr(getGroupName(program, group)));
  builder.createBlock(&op.getBody());
  StageBuilder(program, group, builder).emit();
}

void PlanApplier::eraseLeftovers(ArrayRef<Operation *> before) {
  for (Operation *op : llvm::reverse(before)) {
    if (scheduler.isPlaced(op))
      continue;
    bool isOldGroup = isa<GroupOp>(op);
    if (isOldGroup || (op->use_empty() && (isa<AllocOp>(op) || isPure(op))))
      op->erase();
    else
      scheduler.place(op);
  }
}

void PlanApplier::apply() {
  SmallVector<Operation *> before;
  for (Operation &op : block.without_terminator())
    before.push_back(&op);
  for (Operation *op : before)
    if (isGuard(op))
      scheduler.place(op);
  for (const FusionPlan::Step &step : plan.steps) {
    if (step.barrier) {
      scheduler.place(program.barriers[*step.barrier].op);
      continue;
    }
    for (unsigned g : step.kernel->groups)
      placeNeeds(plan.groups[g]);
    OpBuilder builder(block.getTerminator());
    if (step.kernel->groups.size() > 1) {
      Location loc = block.getTerminator()->getLoc();
      auto pack = PackOp::create(builder, loc);
      builder.createBlock(&pack.getBody());
    }
    for (unsigned g : step.kernel->groups)
      emitGroup(builder, plan.groups[g]);
  }
  for (Value operand : block.getTerminator()->getOperands())
    scheduler.place(operand);
  eraseLeftovers(before);
}

void elena::fusion::applyPlan(FusionProgram &program, const FusionPlan &plan) {
  PlanApplier(program, plan).apply();
}
