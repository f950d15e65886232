//===- Interpreter.cpp - Runs groups without compiling them ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Interpreter/Interpreter.h"
#include "Machine.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

Interpreter::Interpreter(std::unique_ptr<Program> program)
    : program(std::move(program)) {}

Interpreter::~Interpreter() = default;

static func::FuncOp findEntry(ModuleOp module, StringRef name) {
  if (!name.empty())
    return module.lookupSymbol<func::FuncOp>(name);
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(kEntryAttr))
      return function;
  return {};
}

llvm::Expected<std::unique_ptr<Interpreter>>
Interpreter::create(ModuleOp module, StringRef entry) {
  func::FuncOp function = findEntry(module, entry);
  if (!function || function.isDeclaration())
    return llvm::createStringError("the module has no entry function " + entry);
  auto program = std::make_unique<Program>();
  program->function = function;
  std::string problems;
  ScopedDiagnosticHandler handler(
      module.getContext(), [&](Diagnostic &diagnostic) {
        llvm::raw_string_ostream(problems)
            << diagnostic.getLocation() << ": " << diagnostic << "\n";
        return success();
      });
  if (failed(Translator(*program).translate()))
    return llvm::createStringError(StringRef(problems).rtrim());
  return std::unique_ptr<Interpreter>(new Interpreter(std::move(program)));
}

llvm::Expected<int32_t>
Interpreter::run(const int64_t *args, int64_t *results, ElenaRuntime *runtime,
                 const InterpreterOptions &options) const {
  Machine machine(*program, runtime, results, options);
  if (int32_t status = machine.bindArguments(args))
    return status;
  return machine.execute();
}

const std::vector<Interpreter::Check> &Interpreter::getChecks() const {
  return program->checks;
}

std::vector<int64_t> Interpreter::getResultRanks() const {
  std::vector<int64_t> ranks;
  for (Type type : program->function.getResultTypes()) {
    auto ref = dyn_cast<RefType>(type);
    ranks.push_back(ref ? ref.getRank() : -1);
  }
  return ranks;
}
