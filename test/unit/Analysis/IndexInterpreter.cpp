//===- IndexInterpreter.cpp - Runs index arithmetic -----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexInterpreter.h"
#include "SymbolWorld.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;
using namespace elena::test;

static constexpr int64_t kLargest = int64_t(1) << 30;

static std::optional<int64_t> divide(Operation *op, int64_t x, int64_t y) {
  if (y == 0)
    return std::nullopt;
  if (isa<arith::DivUIOp>(op))
    return static_cast<int64_t>(uint64_t(x) / uint64_t(y));
  return isa<arith::CeilDivSIOp>(op) ? -floorDivide(-x, y) : floorDivide(x, y);
}

static std::optional<int64_t> apply(Operation *op, ArrayRef<int64_t> x) {
  if (isa<arith::AddIOp>(op))
    return IntArith().add(x[0], x[1]);
  if (isa<arith::SubIOp>(op))
    return IntArith().sub(x[0], x[1]);
  if (isa<arith::MulIOp>(op))
    return IntArith().mul(x[0], x[1]);
  if (isa<arith::AndIOp>(op))
    return x[0] & x[1];
  if (isa<arith::MaxSIOp>(op))
    return std::max(x[0], x[1]);
  if (isa<arith::MinSIOp>(op))
    return std::min(x[0], x[1]);
  if (isa<arith::SelectOp>(op))
    return x[0] ? x[1] : x[2];
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return arith::applyCmpPredicate(
        compare.getPredicate(), APInt(64, x[0], true), APInt(64, x[1], true));
  return divide(op, x[0], x[1]);
}

std::optional<int64_t> IndexInterpreter::drawMetadata(Operation *op) {
  auto dim = dyn_cast<DimOp>(op);
  auto stride = dyn_cast<StrideOp>(op);
  // Those of views are computed, which is not done here: no value.
  if (!isa<BlockArgument>(dim ? dim.getRef() : stride.getRef()))
    return std::nullopt;
  void *ref = (dim ? dim.getRef() : stride.getRef()).getAsOpaquePointer();
  int64_t d = dim ? dim.getDimension() : stride.getDimension();
  auto [place, isNew] =
      metadata.try_emplace({ref, d, dim != nullptr}, int64_t(0));
  if (isNew)
    place->second = draw(op->getResult(0), dim != nullptr);
  return place->second;
}

std::optional<int64_t> IndexInterpreter::compute(Operation *op) {
  if (isa<DimOp, StrideOp>(op))
    return drawMetadata(op);
  APInt constant;
  if (matchPattern(op->getResult(0), m_ConstantInt(&constant)))
    return constant.getSExtValue();
  SmallVector<int64_t> operands;
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> value = get(operand);
    if (!value)
      return std::nullopt;
    operands.push_back(*value);
  }
  // Polynomials are taken not to overflow (SymbolicValues.h): no value.
  std::optional<int64_t> result = apply(op, operands);
  bool isSmall = result && *result > -kLargest && *result < kLargest;
  return isSmall ? result : std::nullopt;
}

std::optional<int64_t> IndexInterpreter::get(Value value) {
  if (auto place = values.find(value); place != values.end())
    return place->second;
  Operation *op = value.getDefiningOp();
  std::optional<int64_t> result = op ? compute(op) : draw(value, false);
  return values[value] = result;
}

bool IndexInterpreter::run(Block &block) {
  for (Operation &op : block) {
    if (auto guard = dyn_cast<GuardOp>(op)) {
      if (!get(guard.getCondition()).value_or(0))
        return false;
    } else if (op.getNumResults() == 1 &&
               op.getResult(0).getType().isIntOrIndex() &&
               !get(op.getResult(0))) {
      return false;
    }
  }
  return true;
}
