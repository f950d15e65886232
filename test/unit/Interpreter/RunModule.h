//===- RunModule.h - Interprets hand-written modules -----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_INTERPRETER_RUNMODULE_H
#define ELENA_TEST_UNIT_INTERPRETER_RUNMODULE_H

#include "elena/Interpreter/Interpreter.h"
#include "elena/Pipelines/Pipelines.h"
#include "mlir/Parser/Parser.h"

namespace elena {

using Floats = std::vector<float>;

/// Parses a module and calls its entry on contiguous vectors of f32.
class RunModule {
public:
  explicit RunModule(llvm::StringRef body) : context(makeRegistry()) {
    std::string text = "!vector = !tensorref.ref<?xf32>\n" + body.str();
    module = mlir::parseSourceString<mlir::ModuleOp>(
        text, mlir::ParserConfig(&context));
    if (!module)
      return;
    auto made = Interpreter::create(*module);
    if (made)
      interpreter = std::move(*made);
    else
      problem = llvm::toString(made.takeError());
  }

  /// The status, or -1 and `problem`.
  int32_t call(std::vector<Floats *> arrays, InterpreterOptions options = {}) {
    problem.clear();
    std::vector<int64_t> words;
    for (Floats *array : arrays)
      words.insert(words.end(), {reinterpret_cast<intptr_t>(array->data()),
                                 static_cast<int64_t>(array->size()), 1});
    elena_runtime_init(&arena);
    auto status =
        interpreter->run(words.data(), results, &arena.runtime, options);
    elena_runtime_release(&arena);
    if (status)
      return *status;
    problem = llvm::toString(status.takeError());
    return -1;
  }

  std::unique_ptr<Interpreter> interpreter;
  std::string problem;
  ElenaArena arena;
  int64_t results[16];

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerAllElenaDialects(registry);
    return registry;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace elena

#endif // ELENA_TEST_UNIT_INTERPRETER_RUNMODULE_H
