//===- Combiner.cpp - How reductions combine values -----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/Combiner.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace elena::tensorref;

static Value emitConstant(OpBuilder &builder, Location loc, TypedAttr value) {
  return arith::ConstantOp::create(builder, loc, value);
}

static bool isLeast(ReduceKind kind) {
  return kind == ReduceKind::Min || kind == ReduceKind::ArgMin ||
         kind == ReduceKind::UMin || kind == ReduceKind::UArgMin;
}

static bool isUnsigned(ReduceKind kind) {
  return kind == ReduceKind::UMin || kind == ReduceKind::UMax ||
         kind == ReduceKind::UArgMin || kind == ReduceKind::UArgMax;
}

bool Combiner::needsPosition() const {
  return kind == ReduceKind::ArgMin || kind == ReduceKind::ArgMax ||
         kind == ReduceKind::UArgMin || kind == ReduceKind::UArgMax;
}

bool Combiner::isWidened() const {
  return (kind == ReduceKind::Sum || kind == ReduceKind::Prod) && type.isF32();
}

bool Combiner::isCompensated() const {
  return kind == ReduceKind::Sum && type.isF64();
}

//===----------------------------------------------------------------------===//
// Identities
//===----------------------------------------------------------------------===//

/// The value that loses against every other one.
Value Combiner::emitExtreme(OpBuilder &builder, Location loc) {
  bool least = isLeast(kind);
  if (auto floatType = dyn_cast<FloatType>(type)) {
    auto infinity = APFloat::getInf(floatType.getFloatSemantics(), !least);
    return emitConstant(builder, loc, builder.getFloatAttr(type, infinity));
  }
  unsigned width = type.getIntOrFloatBitWidth();
  bool asUnsigned = isUnsigned(kind) || width == 1;
  APInt value = least ? (asUnsigned ? APInt::getMaxValue(width)
                                    : APInt::getSignedMaxValue(width))
                      : (asUnsigned ? APInt::getMinValue(width)
                                    : APInt::getSignedMinValue(width));
  return emitConstant(builder, loc, builder.getIntegerAttr(type, value));
}

Value Combiner::emitIdentity(OpBuilder &builder, Location loc) {
  switch (kind) {
  case ReduceKind::Sum:
    // A running sum starts with the first value itself: -0.0 + x is x for
    // every x. (A reduction starts at 0.0, as NumPy's do.)
    if (isa<FloatType>(type))
      return emitConstant(builder, loc, builder.getFloatAttr(type, -0.0));
    return emitConstant(builder, loc, builder.getZeroAttr(type));
  case ReduceKind::Any:
    return emitConstant(builder, loc, builder.getZeroAttr(type));
  case ReduceKind::Prod:
    return emitConstant(builder, loc, builder.getOneAttr(type));
  case ReduceKind::All:
    return emitConstant(builder, loc, builder.getBoolAttr(true));
  default:
    return emitExtreme(builder, loc);
  }
}

SmallVector<Value> Combiner::emitInitial(OpBuilder &builder, Location loc) {
  if (isWidened())
    return {Combiner(kind, builder.getF64Type()).emitInitial(builder, loc)[0]};
  if (isCompensated()) {
    Value zero = emitConstant(builder, loc, builder.getZeroAttr(type));
    return {zero, zero};
  }
  if (needsPosition())
    return {emitExtreme(builder, loc),
            arith::ConstantIndexOp::create(builder, loc, 0)};
  return {emitIdentity(builder, loc)};
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

Value Combiner::emitIsBetter(OpBuilder &builder, Location loc, Value value,
                             Value best) {
  bool least = isLeast(kind);
  if (isa<FloatType>(type)) {
    // NaN beats every number, and nothing beats NaN.
    auto beats = least ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT;
    Value wins = arith::CmpFOp::create(builder, loc, beats, value, best);
    Value isNaN = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO,
                                        value, value);
    Value wasNumber = arith::CmpFOp::create(
        builder, loc, arith::CmpFPredicate::ORD, best, best);
    Value first = arith::AndIOp::create(builder, loc, isNaN, wasNumber);
    return arith::OrIOp::create(builder, loc, wins, first);
  }
  bool asUnsigned = isUnsigned(kind) || type.isInteger(1);
  auto beats = least ? (asUnsigned ? arith::CmpIPredicate::ult
                                   : arith::CmpIPredicate::slt)
                     : (asUnsigned ? arith::CmpIPredicate::ugt
                                   : arith::CmpIPredicate::sgt);
  return arith::CmpIOp::create(builder, loc, beats, value, best);
}

Value Combiner::emitStep(OpBuilder &builder, Location loc, Value accumulated,
                         Value value) {
  bool isFloat = isa<FloatType>(value.getType());
  switch (kind) {
  case ReduceKind::Sum:
    if (isFloat)
      return arith::AddFOp::create(builder, loc, accumulated, value);
    return arith::AddIOp::create(builder, loc, accumulated, value);
  case ReduceKind::Prod:
    if (isFloat)
      return arith::MulFOp::create(builder, loc, accumulated, value);
    return arith::MulIOp::create(builder, loc, accumulated, value);
  case ReduceKind::Any:
    return arith::OrIOp::create(builder, loc, accumulated, value);
  case ReduceKind::All:
    return arith::AndIOp::create(builder, loc, accumulated, value);
  default: {
    Value better = emitIsBetter(builder, loc, value, accumulated);
    return arith::SelectOp::create(builder, loc, better, value, accumulated);
  }
  }
}

/// (sum, correction) after one more value: the rounding error of each addition
/// is recovered exactly and added up.
static SmallVector<Value> emitCompensatedStep(OpBuilder &builder, Location loc,
                                              ValueRange state, Value value) {
  Value sum = state[0], correction = state[1];
  Value total = arith::AddFOp::create(builder, loc, sum, value);
  Value larger =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGE,
                            math::AbsFOp::create(builder, loc, sum),
                            math::AbsFOp::create(builder, loc, value));
  Value big = arith::SelectOp::create(builder, loc, larger, sum, value);
  Value small = arith::SelectOp::create(builder, loc, larger, value, sum);
  Value rest = arith::SubFOp::create(builder, loc, big, total);
  Value lost = arith::AddFOp::create(builder, loc, rest, small);
  return {total, arith::AddFOp::create(builder, loc, correction, lost)};
}

SmallVector<Value> Combiner::emitCombine(OpBuilder &builder, Location loc,
                                         ValueRange state, Value value,
                                         Value position) {
  if (isCompensated())
    return emitCompensatedStep(builder, loc, state, value);
  if (needsPosition()) {
    Value better = emitIsBetter(builder, loc, value, state[0]);
    return {arith::SelectOp::create(builder, loc, better, value, state[0]),
            arith::SelectOp::create(builder, loc, better, position, state[1])};
  }
  if (isWidened())
    value = arith::ExtFOp::create(builder, loc, builder.getF64Type(), value);
  return {emitStep(builder, loc, state[0], value)};
}

/// sum + correction, unless the sum is not finite (then the correction is NaN)
/// or exact (then its sign of zero counts).
static Value emitCompensatedResult(OpBuilder &builder, Location loc,
                                   ValueRange state) {
  Value sum = state[0], correction = state[1];
  Value zero = emitConstant(builder, loc, builder.getZeroAttr(sum.getType()));
  // Ordered and unequal: false for NaN and for 0.
  Value matters = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::ONE,
                                        correction, zero);
  Value corrected = arith::AddFOp::create(builder, loc, sum, correction);
  return arith::SelectOp::create(builder, loc, matters, corrected, sum);
}

Value Combiner::emitResult(OpBuilder &builder, Location loc, ValueRange state) {
  if (isCompensated())
    return emitCompensatedResult(builder, loc, state);
  if (isWidened())
    return arith::TruncFOp::create(builder, loc, type, state[0]);
  if (needsPosition())
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                      state[1]);
  return state[0];
}
