//===- Program.cpp - From a function to instructions ----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

static const RuleTable &rules() {
  static const RuleTable *table = [] {
    auto *made = new RuleTable();
    for (auto add :
         {addIntegerRules, addFloatRules, addMathRules, addControlRules,
          addStorageRules, addViewRules, addCheckRules, addGroupRules})
      add(*made);
    return made;
  }();
  return *table;
}

unsigned interpreter::bitsOf(Type type) {
  if (type.isIndex())
    return 64;
  return type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 0;
}

/// Scalars are kept in words.
static bool isKnown(Type type) {
  return isa<RefType>(type) || type.isIndex() || type.isF32() || type.isF64() ||
         (type.isSignlessInteger() && type.getIntOrFloatBitWidth() <= 64);
}

Slot Translator::slotOf(Value value) {
  auto [place, isNew] = slots.try_emplace(value);
  if (isNew) {
    bool isRef = isa<RefType>(value.getType());
    place->second = {isRef ? program.numRefs++ : program.numScalars++, isRef};
  }
  return place->second;
}

SmallVector<Slot> Translator::slotsOf(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value v) { return slotOf(v); });
}

Mixed Translator::mixed(ArrayRef<int64_t> statics, ValueRange dynamics) {
  Mixed result;
  result.statics.assign(statics.begin(), statics.end());
  llvm::append_range(result.dynamics, slotsOf(dynamics));
  return result;
}

Mixed Translator::mixed(ArrayRef<OpFoldResult> values) {
  SmallVector<int64_t> statics;
  SmallVector<Value> dynamics;
  dispatchIndexOpFoldResults(values, dynamics, statics);
  return mixed(statics, dynamics);
}

LogicalResult Translator::translateOp(Operation &op, Code &code) {
  auto rule = rules().find(op.getName().getStringRef());
  if (rule == rules().end())
    return op.emitOpError("has no rule in the interpreter, which runs groups "
                          "(elena-to-groups)");
  for (Type type :
       llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
    if (!isKnown(type))
      return op.emitOpError("has a value of a type that the interpreter does "
                            "not know: ")
             << type;
  Instruction instruction;
  instruction.op = &op;
  instruction.run = rule->second.run;
  llvm::append_range(instruction.operands, slotsOf(op.getOperands()));
  llvm::append_range(instruction.results, slotsOf(op.getResults()));
  if (op.getNumOperands())
    instruction.width = bitsOf(op.getOperand(0).getType());
  if (op.getNumResults())
    instruction.resultWidth = bitsOf(op.getResult(0).getType());
  if (rule->second.prepare && failed(rule->second.prepare(*this, instruction)))
    return failure();
  code.instructions.push_back(std::move(instruction));
  return success();
}

LogicalResult Translator::translateBlock(Block &block, Code &code) {
  code.arguments = slotsOf(block.getArguments());
  for (Operation &op : block) {
    if (op.hasTrait<OpTrait::IsTerminator>() && !isa<func::ReturnOp>(op)) {
      code.yields = slotsOf(op.getOperands());
      continue;
    }
    if (failed(translateOp(op, code)))
      return failure();
  }
  return success();
}

LogicalResult Translator::translate() {
  func::FuncOp function = program.function;
  if (!llvm::hasSingleElement(function.getBody()))
    return function.emitOpError("has several blocks: keep control flow "
                                "structured");
  for (BlockArgument argument : function.getArguments()) {
    if (!isKnown(argument.getType()))
      return function.emitOpError("has an argument of a type that the "
                                  "interpreter does not know: ")
             << argument.getType();
    bool isContiguous = function.getArgAttr(argument.getArgNumber(),
                                            kContiguousAttr) != nullptr;
    program.arguments.push_back(
        {slotOf(argument), argument.getType(), isContiguous});
  }
  return translateBlock(function.getBody().front(), program.body);
}
