//===- Program.h - What the interpreter executes ---------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function is translated once: every SSA value gets a slot, every op becomes
// an instruction, a function pointer with the slots it works on. What an op
// becomes is said by a table from its name to a rule.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_INTERPRETER_PROGRAM_H
#define ELENA_LIB_INTERPRETER_PROGRAM_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Interpreter/Interpreter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

namespace elena::interpreter {

class Machine;
struct Instruction;

/// Where a value lives: a number of the scalars or of the refs.
struct Slot {
  uint32_t number = 0;
  bool isRef = false;
};

/// Whether execution goes on with the next instruction.
enum class Outcome { Next, Stop };
using Handler = Outcome (*)(Machine &, const Instruction &);

/// Instructions of a block, without its terminator.
struct Code {
  Code() = default;
  Code(Code &&) = default;
  Code &operator=(Code &&) = default;

  llvm::SmallVector<Slot> arguments;
  std::vector<Instruction> instructions;
  /// The operands of the terminator.
  llvm::SmallVector<Slot> yields;
};

/// Numbers of which some are known at run time only.
struct Mixed {
  llvm::SmallVector<int64_t, 4> statics;
  llvm::SmallVector<Slot, 2> dynamics;
};

/// What else an instruction knows.
struct Detail {
  virtual ~Detail() = default;
};

struct Instruction {
  Handler run = nullptr;
  mlir::Operation *op = nullptr;
  llvm::SmallVector<Slot, 3> operands;
  llvm::SmallVector<Slot, 1> results;
  /// The bits of the first operand and of the first result, if it is a scalar.
  unsigned width = 0, resultWidth = 0;
  /// A constant, a predicate, a dimension: what the rule makes of it.
  uint64_t immediate = 0;
  llvm::SmallVector<Code, 0> regions;
  std::unique_ptr<Detail> detail;
};

/// An argument of the entry.
struct Argument {
  Slot slot;
  mlir::Type type;
  bool isContiguous = false;
};

struct Program {
  mlir::func::FuncOp function;
  std::vector<Argument> arguments;
  Code body;
  uint32_t numScalars = 0, numRefs = 0;
  std::vector<Interpreter::Check> checks;
};

/// Fills in an instruction of which the op's slots are known.
class Translator;
using Prepare = mlir::LogicalResult (*)(Translator &, Instruction &);

/// How an op is executed. `prepare` may choose the handler.
struct Rule {
  Handler run = nullptr;
  Prepare prepare = nullptr;
};
using RuleTable = llvm::StringMap<Rule>;

/// The rules of the ops, by family.
void addIntegerRules(RuleTable &table);
void addFloatRules(RuleTable &table);
void addMathRules(RuleTable &table);
void addControlRules(RuleTable &table);
void addStorageRules(RuleTable &table);
void addViewRules(RuleTable &table);
void addCheckRules(RuleTable &table);
void addGroupRules(RuleTable &table);

/// Makes a program of a function. Without the translator's help a rule cannot
/// name slots.
class Translator {
public:
  explicit Translator(Program &program) : program(program) {}

  mlir::LogicalResult translate();

  Slot slotOf(mlir::Value value);
  llvm::SmallVector<Slot> slotsOf(mlir::ValueRange values);
  Mixed mixed(llvm::ArrayRef<int64_t> statics, mlir::ValueRange dynamics);
  Mixed mixed(llvm::ArrayRef<mlir::OpFoldResult> values);
  mlir::LogicalResult translateBlock(mlir::Block &block, Code &code);
  mlir::LogicalResult translateOp(mlir::Operation &op, Code &code);
  Program &getProgram() { return program; }

private:
  Program &program;
  llvm::DenseMap<mlir::Value, Slot> slots;
};

/// The bits of a scalar type; `index` has 64.
unsigned bitsOf(mlir::Type type);

} // namespace elena::interpreter

#endif // ELENA_LIB_INTERPRETER_PROGRAM_H
