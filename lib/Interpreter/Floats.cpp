//===- Floats.cpp - Rules of floating-point arithmetic --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One IEEE operation per op, so results are those of compiled code bit by bit.
//
//===----------------------------------------------------------------------===//

#include "FloatRules.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;

//===----------------------------------------------------------------------===//
// Minimum, maximum, comparison
//===----------------------------------------------------------------------===//

namespace {
/// minimum and maximum: NaN wins, -0 is less than +0.
struct Maximum {
  template <typename T> static T compute(T x, T y) {
    if (std::isnan(x) || std::isnan(y))
      return x + y;
    return x == y ? (std::signbit(x) ? y : x) : (x > y ? x : y);
  }
};
struct Minimum {
  template <typename T> static T compute(T x, T y) {
    if (std::isnan(x) || std::isnan(y))
      return x + y;
    return x == y ? (std::signbit(x) ? x : y) : (x < y ? x : y);
  }
};
} // namespace

/// Whether the predicate holds, by how two numbers are ordered: the bits of the
/// predicate are the three orders and "unordered" for which it does.
static bool holds(arith::CmpFPredicate predicate, double x, double y) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(x) || std::isnan(y);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
  case P::UEQ:
    return unordered ? predicate == P::UEQ : x == y;
  case P::OGT:
  case P::UGT:
    return unordered ? predicate == P::UGT : x > y;
  case P::OGE:
  case P::UGE:
    return unordered ? predicate == P::UGE : x >= y;
  case P::OLT:
  case P::ULT:
    return unordered ? predicate == P::ULT : x < y;
  case P::OLE:
  case P::ULE:
    return unordered ? predicate == P::ULE : x <= y;
  case P::ONE:
  case P::UNE:
    return unordered ? predicate == P::UNE : x != y;
  }
  llvm_unreachable("all predicates are there");
}

static double widened(uint64_t bits, unsigned width) {
  return width == 32 ? asFloat<float>(bits) : asFloat<double>(bits);
}

static Outcome compare(Machine &m, const Instruction &i) {
  m[i.results[0]] = holds(static_cast<arith::CmpFPredicate>(i.immediate),
                          widened(m[i.operands[0]], i.width),
                          widened(m[i.operands[1]], i.width));
  return Outcome::Next;
}

static LogicalResult prepareCompare(Translator &, Instruction &i) {
  i.immediate = static_cast<uint64_t>(cast<arith::CmpFOp>(i.op).getPredicate());
  return success();
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

static Outcome convertFloat(Machine &m, const Instruction &i) {
  double value = widened(m[i.operands[0]], i.width);
  m[i.results[0]] = i.resultWidth == 32 ? bitsOfFloat(static_cast<float>(value))
                                        : bitsOfFloat(value);
  return Outcome::Next;
}

template <typename IntT>
static Outcome fromInteger(Machine &m, const Instruction &i) {
  IntT value = m[i.operands[0]];
  if constexpr (std::is_signed_v<IntT>)
    value = asSigned(m[i.operands[0]], i.width);
  m[i.results[0]] = i.resultWidth == 32
                        ? bitsOfFloat(static_cast<float>(value))
                        : bitsOfFloat(static_cast<double>(value));
  return Outcome::Next;
}

/// What does not fit is poison; x86 gives the least integer of 32 or 64 bits.
static Outcome toSigned(Machine &m, const Instruction &i) {
  double value = std::trunc(widened(m[i.operands[0]], i.width));
  int64_t result;
  if (i.resultWidth == 64)
    result = value >= -0x1p63 && value < 0x1p63 ? static_cast<int64_t>(value)
                                                : INT64_MIN;
  else
    result = value >= -0x1p31 && value < 0x1p31 ? static_cast<int64_t>(value)
                                                : INT32_MIN;
  m[i.results[0]] = truncateTo(result, i.resultWidth);
  return Outcome::Next;
}

static Outcome toUnsigned(Machine &m, const Instruction &i) {
  double value = std::trunc(widened(m[i.operands[0]], i.width));
  bool fits = value >= 0 && value < 0x1p64;
  uint64_t result = fits ? static_cast<uint64_t>(value) : uint64_t(1) << 63;
  m[i.results[0]] = truncateTo(result, i.resultWidth);
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

void interpreter::addFloatRules(RuleTable &table) {
  table["arith.addf"] = onTwo<[](auto x, auto y) { return x + y; }>();
  table["arith.subf"] = onTwo<[](auto x, auto y) { return x - y; }>();
  table["arith.mulf"] = onTwo<[](auto x, auto y) { return x * y; }>();
  table["arith.divf"] = onTwo<[](auto x, auto y) { return x / y; }>();
  table["arith.negf"] = onOne<[](auto x) { return -x; }>();
  table["arith.maximumf"] =
      onTwo<[](auto x, auto y) { return Maximum::compute(x, y); }>();
  table["arith.minimumf"] =
      onTwo<[](auto x, auto y) { return Minimum::compute(x, y); }>();
  table["arith.maxnumf"] =
      onTwo<[](auto x, auto y) { return std::fmax(x, y); }>();
  table["arith.minnumf"] =
      onTwo<[](auto x, auto y) { return std::fmin(x, y); }>();
  table["arith.cmpf"] = {compare, prepareCompare};
  table["arith.extf"] = {convertFloat};
  table["arith.truncf"] = {convertFloat};
  table["arith.sitofp"] = {fromInteger<int64_t>};
  table["arith.uitofp"] = {fromInteger<uint64_t>};
  table["arith.fptosi"] = {toSigned};
  table["arith.fptoui"] = {toUnsigned};
}
