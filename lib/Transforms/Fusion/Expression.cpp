//===- Expression.cpp - What a stage computes at a point ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/FusionProgram.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

Expression elena::fusion::getWrittenValue(const Stage &stage) {
  Expression value = stage.value;
  if (stage.op.getMasked())
    value.inputs.push_back({stage.outputs.front().storage,
                            stage.outputs.front().cell,
                            {},
                            /*isConditional=*/false});
  return value;
}

void elena::fusion::forEachLoad(const Expression &expression,
                                llvm::function_ref<void(const Input &)> visit) {
  for (const Input &input : expression.inputs) {
    if (input.isLoad())
      visit(input);
    for (const Input::Choice &choice : input.choices)
      forEachLoad(*choice.value, visit);
  }
}

void elena::fusion::forEachGather(
    const Expression &expression,
    llvm::function_ref<void(const Gather &)> visit) {
  for (const Gather &gather : expression.gathers)
    visit(gather);
  for (const Input &input : expression.inputs)
    for (const Input::Choice &choice : input.choices)
      forEachGather(*choice.value, visit);
}

static bool areSame(const Expression &a, const Expression &b) {
  return a.op == b.op && a.stage == b.stage && a.indices == b.indices &&
         llvm::equal(a.inputs, b.inputs, [](const Input &x, const Input &y) {
           return elena::fusion::areSame(x, y);
         });
}

bool elena::fusion::areSame(const Input &a, const Input &b) {
  return a.storage == b.storage && a.cell == b.cell &&
         a.isConditional == b.isConditional &&
         llvm::equal(a.choices, b.choices,
                     [](const Input::Choice &x, const Input::Choice &y) {
                       return x.conditions == y.conditions &&
                              ::areSame(*x.value, *y.value);
                     });
}

Expression elena::fusion::substitute(const Expression &expression,
                                     ArrayRef<AffineForm> indices,
                                     size_t rank) {
  auto moved = [&](const AffineForm &form) {
    return form.compose(indices, rank);
  };
  Expression result;
  result.op = expression.op;
  result.stage = expression.stage;
  result.gathers = expression.gathers;
  for (const AffineForm &index : expression.indices)
    result.indices.push_back(moved(index));
  for (const Input &input : expression.inputs) {
    Input copy;
    copy.storage = input.storage;
    copy.isConditional = input.isConditional;
    if (input.isLoad())
      copy.cell = moved(input.cell);
    for (const Input::Choice &choice : input.choices) {
      Input::Choice chosen;
      for (const AffineForm &condition : choice.conditions)
        chosen.conditions.push_back(moved(condition));
      chosen.value = std::make_shared<Expression>(
          substitute(*choice.value, indices, rank));
      copy.choices.push_back(std::move(chosen));
    }
    result.inputs.push_back(std::move(copy));
  }
  return result;
}

static unsigned getCost(Operation &op) {
  if (isa<math::SqrtOp, arith::DivFOp, arith::DivSIOp, arith::DivUIOp,
          arith::RemSIOp, arith::RemUIOp, arith::RemFOp>(op))
    return 4;
  if (isa<math::AbsFOp, math::FloorOp, math::CeilOp, math::CopySignOp>(op))
    return 1;
  if (isa_and_present<math::MathDialect>(op.getDialect()))
    return 20;
  unsigned cost = 1;
  for (Region &region : op.getRegions())
    for (Operation &nested : region.getOps())
      cost += getCost(nested);
  return cost;
}

unsigned elena::fusion::getCost(const Expression &expression) {
  unsigned cost = 0;
  StageOp op = expression.op;
  for (Operation &nested : op.getBody().front().without_terminator())
    cost += ::getCost(nested);
  for (const Input &input : expression.inputs) {
    if (input.isLoad())
      ++cost;
    for (const Input::Choice &choice : input.choices)
      cost += getCost(*choice.value) + choice.conditions.size();
  }
  return cost;
}
