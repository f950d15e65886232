//===- Integers.cpp - Rules of integer arithmetic -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scalars are kept zero-extended to 64 bits. `index` has 64 bits.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;

/// One of the bits alone.
template <auto compute>
static Outcome onBits(Machine &m, const Instruction &i) {
  uint64_t value = compute(m[i.operands[0]], m[i.operands[1]]);
  m[i.results[0]] = truncateTo(value, i.width);
  return Outcome::Next;
}

template <auto compute>
static Outcome onSigned(Machine &m, const Instruction &i) {
  int64_t value = compute(asSigned(m[i.operands[0]], i.width),
                          asSigned(m[i.operands[1]], i.width));
  m[i.results[0]] = truncateTo(value, i.width);
  return Outcome::Next;
}

template <auto compute>
static Outcome onOneSigned(Machine &m, const Instruction &i) {
  m[i.results[0]] =
      truncateTo(compute(asSigned(m[i.operands[0]], i.width)), i.width);
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// Division: a division by zero ends a compiled program
//===----------------------------------------------------------------------===//

template <auto compute>
static Outcome divideSigned(Machine &m, const Instruction &i) {
  int64_t x = asSigned(m[i.operands[0]], i.width);
  int64_t y = asSigned(m[i.operands[1]], i.width);
  if (y == 0)
    return m.fail(i.op, "divides by zero");
  if (y == -1 && x == asSigned(uint64_t(1) << (i.width - 1), i.width))
    return m.fail(i.op, "divides the least integer by -1");
  m[i.results[0]] = truncateTo(compute(x, y), i.width);
  return Outcome::Next;
}

template <auto compute>
static Outcome divideUnsigned(Machine &m, const Instruction &i) {
  uint64_t y = m[i.operands[1]];
  if (y == 0)
    return m.fail(i.op, "divides by zero");
  m[i.results[0]] = compute(m[i.operands[0]], y);
  return Outcome::Next;
}

static int64_t floorDivide(int64_t x, int64_t y) {
  return x / y - (x % y != 0 && (x < 0) != (y < 0));
}

static int64_t ceilDivide(int64_t x, int64_t y) {
  return x / y + (x % y != 0 && (x < 0) == (y < 0));
}

//===----------------------------------------------------------------------===//
// Shifts, comparisons, conversions
//===----------------------------------------------------------------------===//

/// Shifts by the width or more are poison, which a `select` may throw away:
/// some bits that are easy to recognise.
static constexpr uint64_t kPoison = 0xDEADBEEFDEADBEEF;

template <auto compute> static Outcome shift(Machine &m, const Instruction &i) {
  uint64_t count = m[i.operands[1]];
  uint64_t value =
      count < i.width ? compute(m[i.operands[0]], count, i.width) : kPoison;
  m[i.results[0]] = truncateTo(value, i.width);
  return Outcome::Next;
}

static Outcome poison(Machine &m, const Instruction &i) {
  m[i.results[0]] = truncateTo(kPoison, i.resultWidth);
  return Outcome::Next;
}

static Outcome compare(Machine &m, const Instruction &i) {
  auto predicate = static_cast<arith::CmpIPredicate>(i.immediate);
  APInt x(i.width, m[i.operands[0]]), y(i.width, m[i.operands[1]]);
  m[i.results[0]] = arith::applyCmpPredicate(predicate, x, y);
  return Outcome::Next;
}

static LogicalResult prepareCompare(Translator &, Instruction &i) {
  i.immediate = static_cast<uint64_t>(cast<arith::CmpIOp>(i.op).getPredicate());
  return success();
}

static Outcome copyBits(Machine &m, const Instruction &i) {
  m[i.results[0]] = truncateTo(m[i.operands[0]], i.resultWidth);
  return Outcome::Next;
}

static Outcome extendSign(Machine &m, const Instruction &i) {
  m[i.results[0]] =
      truncateTo(asSigned(m[i.operands[0]], i.width), i.resultWidth);
  return Outcome::Next;
}

static Outcome select(Machine &m, const Instruction &i) {
  m.copy(m[i.operands[0]] ? i.operands[1] : i.operands[2], i.results[0]);
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static Outcome constant(Machine &m, const Instruction &i) {
  m[i.results[0]] = i.immediate;
  return Outcome::Next;
}

static LogicalResult prepareConstant(Translator &, Instruction &i) {
  Attribute value = cast<arith::ConstantOp>(i.op).getValue();
  if (auto integer = dyn_cast<IntegerAttr>(value))
    i.immediate = integer.getValue().getZExtValue();
  else if (auto number = dyn_cast<FloatAttr>(value))
    i.immediate = number.getValue().bitcastToAPInt().getZExtValue();
  else
    return i.op->emitOpError("is no scalar");
  return success();
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

using U = uint64_t;
using S = int64_t;

static void addDivisionRules(RuleTable &table) {
  table["arith.divsi"] = {divideSigned<[](S x, S y) { return x / y; }>};
  table["arith.remsi"] = {divideSigned<[](S x, S y) { return x % y; }>};
  table["arith.floordivsi"] = {divideSigned<floorDivide>};
  table["arith.ceildivsi"] = {divideSigned<ceilDivide>};
  table["arith.divui"] = {divideUnsigned<[](U x, U y) { return x / y; }>};
  table["arith.remui"] = {divideUnsigned<[](U x, U y) { return x % y; }>};
  table["arith.ceildivui"] = {
      divideUnsigned<[](U x, U y) { return x / y + (x % y != 0); }>};
}

static void addConversionRules(RuleTable &table) {
  table["arith.constant"] = {constant, prepareConstant};
  table["ub.poison"] = {poison};
  table["arith.cmpi"] = {compare, prepareCompare};
  table["arith.select"] = {select};
  for (auto name :
       {"arith.extui", "arith.trunci", "arith.index_castui", "arith.bitcast"})
    table[name] = {copyBits};
  for (auto name : {"arith.extsi", "arith.index_cast"})
    table[name] = {extendSign};
}

void interpreter::addIntegerRules(RuleTable &table) {
  table["arith.addi"] = {onBits<[](U x, U y) { return x + y; }>};
  table["arith.subi"] = {onBits<[](U x, U y) { return x - y; }>};
  table["arith.muli"] = {onBits<[](U x, U y) { return x * y; }>};
  table["arith.andi"] = {onBits<[](U x, U y) { return x & y; }>};
  table["arith.ori"] = {onBits<[](U x, U y) { return x | y; }>};
  table["arith.xori"] = {onBits<[](U x, U y) { return x ^ y; }>};
  table["arith.maxui"] = {onBits<[](U x, U y) { return std::max(x, y); }>};
  table["arith.minui"] = {onBits<[](U x, U y) { return std::min(x, y); }>};
  table["arith.maxsi"] = {onSigned<[](S x, S y) { return std::max(x, y); }>};
  table["arith.minsi"] = {onSigned<[](S x, S y) { return std::min(x, y); }>};
  table["arith.shli"] = {shift<[](U x, U n, unsigned) { return x << n; }>};
  table["arith.shrui"] = {shift<[](U x, U n, unsigned) { return x >> n; }>};
  table["arith.shrsi"] = {shift<[](U x, U n, unsigned width) -> U {
    return asSigned(x, width) >> n;
  }>};
  table["math.absi"] = {
      onOneSigned<[](S x) -> U { return x < 0 ? U(0) - U(x) : U(x); }>};
  addDivisionRules(table);
  addConversionRules(table);
}
