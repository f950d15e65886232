//===- FusionExamples.cpp - Programs and plans for tests ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FusionExamples.h"
#include "elena/Pipelines/Pipelines.h"
#include "elena/Transforms/Fusion/Moves.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

std::unique_ptr<MLIRContext> elena::fusion::makeContext() {
  static bool isRegistered = (registerAllElenaPasses(), true);
  (void)isRegistered;
  DialectRegistry registry;
  registerAllElenaDialects(registry);
  auto context = std::make_unique<MLIRContext>(registry);
  context->loadAllAvailableDialects();
  return context;
}

FusionPlan elena::fusion::makePlan(const FusionProgram &program) {
  Dependences dependences(program);
  FusionPlan plan;
  plan.groups = contract(program, dependences, ContractOptions(),
                         /*log=*/nullptr);
  sequenceGroups(program, dependences, plan.groups);
  mergeSiblings(program, plan.groups);
  findPrivateStorages(program, plan.groups, /*writeBack=*/true);
  packAndOrder(program, dependences, plan, /*pack=*/true);
  return plan;
}

std::unique_ptr<Example> elena::fusion::makeExample(MLIRContext &context,
                                                    StringRef name,
                                                    StringRef text) {
  auto example = std::make_unique<Example>();
  example->name = name.str();
  example->module = parseSourceString<ModuleOp>(text, &context);
  PassManager manager(&context);
  if (!example->module ||
      failed(parsePassPipeline("elena-to-groups{fuse=none},func.func("
                               "tensorref-unroll-reductions)",
                               manager)) ||
      failed(manager.run(*example->module)))
    return nullptr;
  auto function = *example->module->getOps<func::FuncOp>().begin();
  example->symbols = std::make_unique<SymbolicValues>(function);
  example->changed = std::make_unique<FusionProgram>(
      function.front(), *example->symbols, getArgumentAlias(function));
  example->original = std::make_unique<FusionProgram>(*example->changed);
  splitDimensions(*example->changed);
  recomputeReads(*example->changed, /*log=*/nullptr);
  removeDeadStages(*example->changed);
  example->plan = makePlan(*example->changed);
  return example;
}

std::vector<std::unique_ptr<Example>>
elena::fusion::loadExamples(MLIRContext &context, StringRef directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator file(directory, error), end;
       file != end && !error; file.increment(error))
    if (StringRef(file->path()).ends_with(".mlir"))
      paths.push_back(file->path());
  llvm::sort(paths);
  std::vector<std::unique_ptr<Example>> examples;
  for (const std::string &path : paths) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    examples.push_back(buffer
                           ? makeExample(context, llvm::sys::path::stem(path),
                                         (*buffer)->getBuffer())
                           : nullptr);
  }
  return examples;
}
