//===- FloatRules.h - Rules for f32 and f64 --------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_INTERPRETER_FLOATRULES_H
#define ELENA_LIB_INTERPRETER_FLOATRULES_H

#include "Machine.h"

#include <cmath>

namespace elena::interpreter {

/// Calls `compute` with the operands as numbers of type T.
template <typename T, unsigned count, auto compute>
Outcome runOnFloats(Machine &m, const Instruction &i) {
  auto operand = [&](unsigned k) { return asFloat<T>(m[i.operands[k]]); };
  if constexpr (count == 1) {
    auto value = compute(operand(0));
    if constexpr (std::is_same_v<decltype(value), bool>)
      m[i.results[0]] = value;
    else
      m[i.results[0]] = bitsOfFloat(static_cast<T>(value));
  } else if constexpr (count == 2) {
    m[i.results[0]] =
        bitsOfFloat(static_cast<T>(compute(operand(0), operand(1))));
  } else {
    m[i.results[0]] = bitsOfFloat(
        static_cast<T>(compute(operand(0), operand(1), operand(2))));
  }
  return Outcome::Next;
}

/// Chooses by the type of the first operand.
template <unsigned count, auto compute>
mlir::LogicalResult chooseFloat(Translator &, Instruction &i) {
  mlir::Type type = i.op->getOperand(0).getType();
  if (type.isF32())
    i.run = runOnFloats<float, count, compute>;
  else if (type.isF64())
    i.run = runOnFloats<double, count, compute>;
  else
    return i.op->emitOpError("works on f32 and f64 in the interpreter");
  return mlir::success();
}

/// Rules of functions of one, two or three numbers.
template <auto compute> Rule onOne() {
  return {nullptr, chooseFloat<1, compute>};
}
template <auto compute> Rule onTwo() {
  return {nullptr, chooseFloat<2, compute>};
}
template <auto compute> Rule onThree() {
  return {nullptr, chooseFloat<3, compute>};
}

} // namespace elena::interpreter

#endif // ELENA_LIB_INTERPRETER_FLOATRULES_H
