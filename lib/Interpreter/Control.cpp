//===- Control.cpp - Rules of structured control flow ---------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;

/// Translates the regions; one that is empty (no `else`) has no instruction.
static LogicalResult translateRegions(Translator &translator, Instruction &i) {
  i.regions.resize(i.op->getNumRegions());
  for (auto [region, code] : llvm::zip(i.op->getRegions(), i.regions))
    if (!region.empty() &&
        failed(translator.translateBlock(region.front(), code)))
      return failure();
  return success();
}

static Outcome runIf(Machine &m, const Instruction &i) {
  const Code &branch = i.regions[m[i.operands[0]] ? 0 : 1];
  if (m.execute(branch) == Outcome::Stop)
    return Outcome::Stop;
  m.copy(branch.yields, i.results);
  return Outcome::Next;
}

static Outcome runFor(Machine &m, const Instruction &i) {
  const Code &body = i.regions[0];
  ArrayRef<Slot> carried = ArrayRef(body.arguments).drop_front();
  int64_t index = asSigned(m[i.operands[0]], i.width);
  int64_t end = asSigned(m[i.operands[1]], i.width);
  int64_t step = asSigned(m[i.operands[2]], i.width);
  if (step <= 0)
    return m.fail(i.op, "has the step " + Twine(step));
  m.copy(ArrayRef(i.operands).drop_front(3), carried);
  for (; index < end; index += step) {
    m[body.arguments[0]] = truncateTo(index, i.width);
    if (m.execute(body) == Outcome::Stop)
      return Outcome::Stop;
    m.copy(body.yields, carried);
  }
  m.copy(carried, i.results);
  return Outcome::Next;
}

static Outcome runWhile(Machine &m, const Instruction &i) {
  const Code &before = i.regions[0], &after = i.regions[1];
  m.copy(i.operands, before.arguments);
  while (true) {
    if (m.execute(before) == Outcome::Stop)
      return Outcome::Stop;
    ArrayRef<Slot> passed = ArrayRef(before.yields).drop_front();
    if (!m[before.yields[0]]) {
      m.copy(passed, i.results);
      return Outcome::Next;
    }
    m.copy(passed, after.arguments);
    if (m.execute(after) == Outcome::Stop)
      return Outcome::Stop;
    m.copy(after.yields, before.arguments);
  }
}

void interpreter::addControlRules(RuleTable &table) {
  table["scf.if"] = {runIf, translateRegions};
  table["scf.for"] = {runFor, translateRegions};
  table["scf.while"] = {runWhile, translateRegions};
}
