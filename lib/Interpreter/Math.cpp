//===- Math.cpp - Rules of mathematical functions -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Those that compiled code takes from Elena's library come from there.
//
//===----------------------------------------------------------------------===//

#include "FloatRules.h"
#include "elena/Math/elena_math.h"

using namespace elena;
using namespace elena::interpreter;

/// Chosen by the type of the arguments.
#define ELENA_FUNCTION_1(name)                                                 \
  [](auto x) {                                                                 \
    if constexpr (sizeof(x) == 4)                                              \
      return elena_##name##_f32(x);                                            \
    else                                                                       \
      return elena_##name##_f64(x);                                            \
  }
#define ELENA_FUNCTION_2(name)                                                 \
  [](auto x, auto y) {                                                         \
    if constexpr (sizeof(x) == 4)                                              \
      return elena_##name##_f32(x, y);                                         \
    else                                                                       \
      return elena_##name##_f64(x, y);                                         \
  }

static void addExponentialRules(RuleTable &table) {
  table["math.exp"] = onOne<ELENA_FUNCTION_1(exp)>();
  table["math.exp2"] = onOne<ELENA_FUNCTION_1(exp2)>();
  table["math.expm1"] = onOne<ELENA_FUNCTION_1(expm1)>();
  table["math.log"] = onOne<ELENA_FUNCTION_1(log)>();
  table["math.log2"] = onOne<ELENA_FUNCTION_1(log2)>();
  table["math.log10"] = onOne<ELENA_FUNCTION_1(log10)>();
  table["math.log1p"] = onOne<ELENA_FUNCTION_1(log1p)>();
  table["math.cbrt"] = onOne<ELENA_FUNCTION_1(cbrt)>();
  table["math.erf"] = onOne<ELENA_FUNCTION_1(erf)>();
  table["math.powf"] = onTwo<ELENA_FUNCTION_2(pow)>();
  table["arith.remf"] = onTwo<ELENA_FUNCTION_2(fmod)>();
}

static void addTrigonometricRules(RuleTable &table) {
  table["math.sin"] = onOne<ELENA_FUNCTION_1(sin)>();
  table["math.cos"] = onOne<ELENA_FUNCTION_1(cos)>();
  table["math.tan"] = onOne<ELENA_FUNCTION_1(tan)>();
  table["math.asin"] = onOne<ELENA_FUNCTION_1(asin)>();
  table["math.acos"] = onOne<ELENA_FUNCTION_1(acos)>();
  table["math.atan"] = onOne<ELENA_FUNCTION_1(atan)>();
  table["math.atan2"] = onTwo<ELENA_FUNCTION_2(atan2)>();
  table["math.sinh"] = onOne<ELENA_FUNCTION_1(sinh)>();
  table["math.cosh"] = onOne<ELENA_FUNCTION_1(cosh)>();
  table["math.tanh"] = onOne<ELENA_FUNCTION_1(tanh)>();
}

void interpreter::addMathRules(RuleTable &table) {
  table["math.sqrt"] = onOne<[](auto x) { return std::sqrt(x); }>();
  table["math.rsqrt"] = onOne<[](auto x) { return 1 / std::sqrt(x); }>();
  table["math.absf"] = onOne<[](auto x) { return std::fabs(x); }>();
  table["math.floor"] = onOne<[](auto x) { return std::floor(x); }>();
  table["math.ceil"] = onOne<[](auto x) { return std::ceil(x); }>();
  table["math.trunc"] = onOne<[](auto x) { return std::trunc(x); }>();
  table["math.round"] = onOne<[](auto x) { return std::round(x); }>();
  table["math.roundeven"] = onOne<[](auto x) { return std::rint(x); }>();
  table["math.isnan"] = onOne<[](auto x) -> bool { return std::isnan(x); }>();
  table["math.isinf"] = onOne<[](auto x) -> bool { return std::isinf(x); }>();
  table["math.isfinite"] =
      onOne<[](auto x) -> bool { return std::isfinite(x); }>();
  table["math.copysign"] =
      onTwo<[](auto x, auto y) { return std::copysign(x, y); }>();
  table["math.fma"] =
      onThree<[](auto x, auto y, auto z) { return std::fma(x, y, z); }>();
  addExponentialRules(table);
  addTrigonometricRules(table);
}
