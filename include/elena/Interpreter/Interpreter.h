//===- Interpreter.h - Runs groups without compiling them ------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Executes an entry function in group form (after `elena-to-groups`) on host
// memory: an oracle for fusion that shares nothing with the lowering to loops.
// It is called like a compiled entry (elena.h):
//
//   auto interpreter = Interpreter::create(module);
//   auto status = (*interpreter)->run(args, results, &arena.runtime, {.seed =
//   7});
//
// The order in which a plan lets things happen is its claim of what does not
// depend on what, and the seed chooses it:
//
//   0      program order, points in C order
//   other  points of iteration spaces at random, between any two stages of one
//          point stages of others; groups of a pack mixed; the points of one
//          stage at one point at random, unless the stage orders them
//
// So a plan that needs an order that it does not state gives another result
// under some seed. Fresh storages hold garbage that depends on the seed, and
// every access is checked: what a correct plan never does is an error.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_INTERPRETER_INTERPRETER_H
#define ELENA_INTERPRETER_INTERPRETER_H

#include "elena/Runtime/elena.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace elena {
namespace interpreter {
struct Program;
} // namespace interpreter

struct InterpreterOptions {
  /// The order of what may run in any order.
  uint64_t seed = 0;
  /// Two points that may run in any order must not touch one cell if one of
  /// them writes: an error even where the result is right.
  bool findConflicts = true;
};

class Interpreter {
public:
  /// For the function `entry` of the module, or the one marked as its entry if
  /// no name is given. The module must outlive the interpreter. Fails where an
  /// op has no rule.
  static llvm::Expected<std::unique_ptr<Interpreter>>
  create(mlir::ModuleOp module, llvm::StringRef entry = {});
  ~Interpreter();

  /// Calls the entry: an ElenaStatus, or an error where the program does what
  /// no correct program does (access out of bounds, division by zero).
  llvm::Expected<int32_t> run(const int64_t *args, int64_t *results,
                              ElenaRuntime *runtime,
                              const InterpreterOptions &options = {}) const;

  /// One failed check of the entry: what to raise, and its text.
  struct Check {
    std::string kind, message;
  };
  const std::vector<Check> &getChecks() const;
  /// The rank of each result, -1 for a scalar.
  std::vector<int64_t> getResultRanks() const;

private:
  explicit Interpreter(std::unique_ptr<interpreter::Program> program);
  std::unique_ptr<interpreter::Program> program;
};

} // namespace elena

#endif // ELENA_INTERPRETER_INTERPRETER_H
