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
  for (const Gather &gather : expression.gathers) {
    if (gather.isRead())
      visit(gather);
    for (const Input::Choice &choice : gather.choices)
      forEachGather(*choice.value, visit);
  }
  for (const Input &input : expression.inputs)
    for (const Input::Choice &choice : input.choices)
      forEachGather(*choice.value, visit);
}

Polynomials elena::fusion::getGatherBox(const Gather &gather,
                                        const Polynomials &box) {
  Polynomials sizes = box;
  llvm::append_range(sizes, gather.region.sizes);
  return sizes;
}

void elena::fusion::forEachGatheredLoad(
    const Expression &expression, const Polynomials &box,
    llvm::function_ref<void(const Input &, const Polynomials &)> visit) {
  for (const Gather &gather : expression.gathers) {
    Polynomials sizes = getGatherBox(gather, box);
    for (const Input::Choice &choice : gather.choices) {
      forEachLoad(*choice.value,
                  [&](const Input &load) { visit(load, sizes); });
      forEachGatheredLoad(*choice.value, sizes, visit);
    }
  }
  for (const Input &input : expression.inputs)
    for (const Input::Choice &choice : input.choices)
      forEachGatheredLoad(*choice.value, box, visit);
}

static bool areSame(const Input::Choice &a, const Input::Choice &b);

/// Of what is gathered, too: instead of elements there may be expressions.
static bool areSame(const Expression &a, const Expression &b) {
  bool isSameGathered =
      llvm::equal(a.gathers, b.gathers, [](const Gather &x, const Gather &y) {
        return llvm::equal(
            x.choices, y.choices,
            [](const auto &c, const auto &d) { return ::areSame(c, d); });
      });
  return isSameGathered && a.op == b.op && a.stage == b.stage &&
         a.indices == b.indices &&
         llvm::equal(a.inputs, b.inputs, [](const Input &x, const Input &y) {
           return elena::fusion::areSame(x, y);
         });
}

static bool areSame(const Input::Choice &a, const Input::Choice &b) {
  return a.conditions == b.conditions && areSame(*a.value, *b.value);
}

bool elena::fusion::areSame(const Input &a, const Input &b) {
  return a.storage == b.storage && a.cell == b.cell &&
         a.isConditional == b.isConditional &&
         llvm::equal(a.choices, b.choices, [](const auto &x, const auto &y) {
           return ::areSame(x, y);
         });
}

static Input::Choice substitute(const Input::Choice &choice,
                                ArrayRef<AffineForm> indices, size_t rank) {
  Input::Choice moved;
  for (const AffineForm &condition : choice.conditions)
    moved.conditions.push_back(condition.compose(indices, rank));
  moved.value = std::make_shared<Expression>(
      elena::fusion::substitute(*choice.value, indices, rank));
  return moved;
}

/// The dimensions of the ref stay behind those of the box.
static Gather substitute(const Gather &gather, ArrayRef<AffineForm> indices,
                         size_t rank) {
  Gather moved = gather;
  size_t all = rank + gather.region.sizes.size();
  SmallVector<AffineForm, 4> extended(indices);
  for (AffineForm &index : extended)
    index.coefficients.resize(all, Polynomial(0));
  for (size_t d = rank; d < all; ++d)
    extended.push_back(AffineForm::dimension(d, all));
  for (Input::Choice &choice : moved.choices)
    choice = substitute(choice, extended, all);
  return moved;
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
  for (const Gather &gather : expression.gathers)
    result.gathers.push_back(::substitute(gather, indices, rank));
  for (const AffineForm &index : expression.indices)
    result.indices.push_back(moved(index));
  for (const Input &input : expression.inputs) {
    Input copy;
    copy.storage = input.storage;
    copy.isConditional = input.isConditional;
    if (input.isLoad())
      copy.cell = moved(input.cell);
    for (const Input::Choice &choice : input.choices)
      copy.choices.push_back(::substitute(choice, indices, rank));
    result.inputs.push_back(std::move(copy));
  }
  return result;
}

/// Of exp, sin and the like.
static constexpr unsigned kTranscendental = 20;

static unsigned getCost(Operation &op) {
  if (isa<math::SqrtOp, arith::DivFOp, arith::DivSIOp, arith::DivUIOp,
          arith::RemSIOp, arith::RemUIOp, arith::RemFOp>(op))
    return 4;
  if (isa<math::AbsFOp, math::FloorOp, math::CeilOp, math::TruncOp,
          math::CopySignOp>(op))
    return 1;
  if (isa_and_present<math::MathDialect>(op.getDialect()))
    return kTranscendental;
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
  auto add = [&](ArrayRef<Input::Choice> choices) {
    for (const Input::Choice &choice : choices)
      cost += getCost(*choice.value) + choice.conditions.size();
  };
  for (const Input &input : expression.inputs) {
    cost += input.isLoad();
    add(input.choices);
  }
  for (const Gather &gather : expression.gathers)
    add(gather.choices);
  return cost;
}

bool elena::fusion::hasTranscendental(const Expression &expression) {
  StageOp op = expression.op;
  auto has = [](ArrayRef<Input::Choice> choices) {
    return llvm::any_of(choices, [](const Input::Choice &choice) {
      return hasTranscendental(*choice.value);
    });
  };
  return llvm::any_of(op.getBody().front(),
                      [](Operation &nested) {
                        return nested.getNumRegions() == 0 &&
                               ::getCost(nested) >= kTranscendental;
                      }) ||
         llvm::any_of(expression.inputs,
                      [&](const Input &input) { return has(input.choices); }) ||
         llvm::any_of(expression.gathers, [&](const Gather &gather) {
           return has(gather.choices);
         });
}
