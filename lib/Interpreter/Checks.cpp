//===- Checks.cpp - Rules of guards, checks and the end -------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

static Outcome runGuard(Machine &m, const Instruction &i) {
  return m[i.operands[0]] ? Outcome::Next : m.leave(ELENA_GUARD);
}

/// An argument as words of elena.h: address, sizes, strides.
static SmallVector<int64_t> argumentWords(const Ref &ref) {
  const Storage &storage = *ref.storage;
  SmallVector<int64_t> words{reinterpret_cast<intptr_t>(storage.element0) +
                             ref.view.offset * storage.bytes};
  llvm::append_range(words, ref.view.sizes);
  llvm::append_range(words, ref.view.strides);
  return words;
}

static Outcome runGuardApart(Machine &m, const Instruction &i) {
  const Ref &a = m.ref(i.operands[0]), &b = m.ref(i.operands[1]);
  auto rank = [](const Ref &ref) { return int32_t(ref.view.getRank()); };
  auto bytes = [](const Ref &ref) { return int32_t(ref.storage->bytes); };
  if (elena_overlap(argumentWords(a).data(), rank(a), bytes(a),
                    argumentWords(b).data(), rank(b), bytes(b),
                    ELENA_OVERLAP_BUDGET) != ELENA_APART)
    return m.leave(ELENA_OVERLAP);
  return Outcome::Next;
}

static Outcome runGuardSame(Machine &m, const Instruction &i) {
  if (argumentWords(m.ref(i.operands[0])) !=
      argumentWords(m.ref(i.operands[1])))
    return m.leave(ELENA_OVERLAP);
  return Outcome::Next;
}

/// A scalar as a word of elena.h.
static int64_t toWord(uint64_t bits, Type type) {
  unsigned width = bitsOf(type);
  bool keepsZeros = isa<FloatType>(type) || width == 1 || width == 64;
  return keepsZeros ? static_cast<int64_t>(bits) : asSigned(bits, width);
}

static Outcome runAssert(Machine &m, const Instruction &i) {
  if (m[i.operands[0]])
    return Outcome::Next;
  SmallVector<int64_t> values;
  for (auto [slot, value] : llvm::zip(ArrayRef(i.operands).drop_front(),
                                      i.op->getOperands().drop_front()))
    values.push_back(toWord(m[slot], value.getType()));
  m.runtime->fail(m.runtime, static_cast<int32_t>(i.immediate), values.data(),
                  static_cast<int32_t>(values.size()));
  return m.leave(ELENA_CHECK);
}

static LogicalResult prepareAssert(Translator &translator, Instruction &i) {
  auto op = cast<AssertOp>(i.op);
  auto &checks = translator.getProgram().checks;
  i.immediate = checks.size();
  checks.push_back({op.getKind().str(), op.getMessage().str()});
  return success();
}

static void writeRef(int64_t *&words, const Ref &ref) {
  const Storage &storage = *ref.storage;
  *words++ = reinterpret_cast<intptr_t>(storage.origin);
  *words++ = reinterpret_cast<intptr_t>(storage.element0) +
             ref.view.offset * storage.bytes;
  for (int64_t size : ref.view.sizes)
    *words++ = size;
  for (int64_t stride : ref.view.strides)
    *words++ = stride;
}

static Outcome runReturn(Machine &m, const Instruction &i) {
  int64_t *words = m.results;
  for (auto [slot, type] : llvm::zip(i.operands, i.op->getOperandTypes())) {
    if (slot.isRef)
      writeRef(words, m.ref(slot));
    else
      *words++ = toWord(m[slot], type);
  }
  return m.leave(ELENA_OK);
}

void interpreter::addCheckRules(RuleTable &table) {
  table["tensorref.guard"] = {runGuard};
  table["tensorref.guard_apart"] = {runGuardApart};
  table["tensorref.guard_same"] = {runGuardSame};
  table["tensorref.assert"] = {runAssert, prepareAssert};
  table["func.return"] = {runReturn};
}
