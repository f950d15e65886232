//===- Reducer.cpp - How reductions combine values ------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reducer.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using tensorref::ReduceKind;

static bool isLeast(ReduceKind kind) {
  return kind == ReduceKind::Min || kind == ReduceKind::ArgMin ||
         kind == ReduceKind::UMin || kind == ReduceKind::UArgMin;
}

static bool isUnsigned(ReduceKind kind, unsigned width) {
  return width == 1 || kind == ReduceKind::UMin || kind == ReduceKind::UMax ||
         kind == ReduceKind::UArgMin || kind == ReduceKind::UArgMax;
}

Reducer::Reducer(ReduceKind kind, Type type)
    : kind(kind), type(type), width(bitsOf(type)), isF32(type.isF32()),
      isF64(type.isF64()),
      isWidened(isF32 && (isSum() || kind == ReduceKind::Prod)),
      isCompensated(isF64 && isSum()), best(identity()),
      total(kind == ReduceKind::Prod ? 1 : 0) {}

//===----------------------------------------------------------------------===//
// Identities
//===----------------------------------------------------------------------===//

/// The value that loses against every other one.
uint64_t Reducer::extreme() const {
  bool least = isLeast(kind);
  if (isF32 || isF64) {
    double infinity = std::numeric_limits<double>::infinity();
    double value = least ? infinity : -infinity;
    return isF32 ? bitsOfFloat(static_cast<float>(value)) : bitsOfFloat(value);
  }
  APInt value =
      isUnsigned(kind, width)
          ? (least ? APInt::getMaxValue(width) : APInt::getMinValue(width))
          : (least ? APInt::getSignedMaxValue(width)
                   : APInt::getSignedMinValue(width));
  return value.getZExtValue();
}

uint64_t Reducer::identity() const {
  bool isFloat = isF32 || isF64;
  switch (kind) {
  case ReduceKind::Sum:
    // Of a running sum: -0.0 + x is x for every x.
    return !isFloat ? 0 : isF32 ? bitsOfFloat(-0.0f) : bitsOfFloat(-0.0);
  case ReduceKind::Prod:
    return !isFloat ? 1 : isF32 ? bitsOfFloat(1.0f) : bitsOfFloat(1.0);
  case ReduceKind::Any:
    return 0;
  case ReduceKind::All:
    return 1;
  default:
    return extreme();
  }
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

bool Reducer::isBetter(uint64_t value, uint64_t other) const {
  bool least = isLeast(kind);
  if (isF32 || isF64) {
    double x = isF32 ? asFloat<float>(value) : asFloat<double>(value);
    double y = isF32 ? asFloat<float>(other) : asFloat<double>(other);
    // NaN beats every number, and nothing beats NaN.
    return (least ? x < y : x > y) || (std::isnan(x) && !std::isnan(y));
  }
  if (isUnsigned(kind, width))
    return least ? value < other : value > other;
  int64_t x = asSigned(value, width), y = asSigned(other, width);
  return least ? x < y : x > y;
}

template <typename T>
static uint64_t joinFloats(bool isSum, uint64_t x, uint64_t y) {
  T a = asFloat<T>(x), b = asFloat<T>(y);
  return bitsOfFloat(static_cast<T>(isSum ? a + b : a * b));
}

uint64_t Reducer::joined(uint64_t accumulated, uint64_t value) const {
  switch (kind) {
  case ReduceKind::Sum:
  case ReduceKind::Prod:
    if (isF32)
      return joinFloats<float>(isSum(), accumulated, value);
    if (isF64)
      return joinFloats<double>(isSum(), accumulated, value);
    return truncateTo(isSum() ? accumulated + value : accumulated * value,
                      width);
  case ReduceKind::Any:
    return accumulated | value;
  case ReduceKind::All:
    return accumulated & value;
  default:
    return isBetter(value, accumulated) ? value : accumulated;
  }
}

/// The rounding error of each addition is recovered exactly and added up.
void Reducer::addCompensated(double value) {
  double sum = total;
  total = sum + value;
  bool larger = std::fabs(sum) >= std::fabs(value);
  double big = larger ? sum : value, small = larger ? value : sum;
  double rest = big - total;
  correction += rest + small;
}

void Reducer::combine(uint64_t value, int64_t place) {
  if (isCompensated)
    return addCompensated(asFloat<double>(value));
  if (isWidened) {
    double number = asFloat<float>(value);
    total = isSum() ? total + number : total * number;
    return;
  }
  if (givesPosition(kind)) {
    if (isBetter(value, best)) {
      best = value;
      position = place;
    }
    return;
  }
  best = joined(best, value);
}

uint64_t Reducer::getResult() const {
  if (isCompensated) {
    // Not if the sum is exact (the sign of zero counts) or not finite.
    bool matters = correction < 0 || correction > 0;
    return bitsOfFloat(matters ? total + correction : total);
  }
  if (isWidened)
    return bitsOfFloat(static_cast<float>(total));
  return givesPosition(kind) ? position : best;
}

void Reducer::startRunning() { best = identity(); }

uint64_t Reducer::step(uint64_t value) { return best = joined(best, value); }
