//===- Compilation.cpp - one run of the compiler --------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compilation.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Pipelines/GPUPipeline.h"
#include "elena/Pipelines/Pipelines.h"
#include "elena/Target/PTX.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace elena;
using namespace llvm;
using mlir::ModuleOp;

Compilation::Compilation(const CompileOptions &options) : options(options) {}
Compilation::~Compilation() = default;

/// Finds the one function that is marked as the entry.
static Expected<std::string> findEntry(ModuleOp module) {
  mlir::func::FuncOp entry;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    if (!function->hasAttr(tensorref::kEntryAttr))
      continue;
    if (entry)
      return createStringError("the module has two entry functions: @" +
                               entry.getName() + " and @" + function.getName());
    entry = function;
  }
  if (!entry)
    return createStringError("the module has no entry: one func.func must have "
                             "the attribute " +
                             tensorref::kEntryAttr);
  return entry.getName().str();
}

Error Compilation::parse(StringRef source) {
  StageTimer timer(timings, "parse");
  module = mlir::parseSourceString<ModuleOp>(
      source, mlir::ParserConfig(&session->getContext()), "<elena>");
  if (!module)
    return session.makeError("the tensorref text does not parse");
  auto entry = findEntry(*module);
  if (!entry)
    return entry.takeError();
  entryName = std::move(*entry);
  return Error::success();
}

Error Compilation::runPipeline(const char *name, const Twine &variant,
                               function_ref<void(mlir::PassManager &)> build) {
  StageTimer timer(timings, name);
  std::string key = (Twine(name) + " " + variant).str();
  if (mlir::failed(session->getPipeline(key, build).run(*module)))
    return session.makeError(Twine("the pipeline ") + name + " failed");
  return Error::success();
}

Error Compilation::lowerOne(Level next) {
  switch (next) {
  case Level::Group: {
    std::string variant =
        options.alias + " " + options.fuse + " " + (isGPU() ? "gpu " : "cpu ") +
        join(options.without, ",") + " " + join(options.ignore, ",") +
        (options.strict ? " strict" : "") + (options.report ? " report" : "");
    session->checkTime = 0;
    Error error =
        runPipeline("to-groups", variant, [&](mlir::PassManager &passes) {
          ToGroupsOptions groups;
          groups.alias = options.alias;
          groups.fuse = options.fuse;
          for (const std::string &move : options.without)
            groups.without.push_back(move);
          groups.gpu = isGPU();
          for (const std::string &predicate : options.ignore)
            groups.ignore.push_back(predicate);
          groups.strict = options.strict;
          groups.report = options.report;
          groups.checkTime = &session->checkTime;
          buildToGroupsPipeline(passes, groups);
        });
    timings.back().second -= session->checkTime;
    timings.emplace_back("check-plan", session->checkTime);
    return error;
  }
  case Level::Kernels:
    return runPipeline("to-kernels", "", [&](mlir::PassManager &passes) {
      buildToKernelsPipeline(passes);
    });
  case Level::Loops:
    if (isGPU())
      return runPipeline("to-gpu", "", [&](mlir::PassManager &passes) {
        buildToGPUPipeline(passes);
      });
    return runPipeline("to-loops", "", [&](mlir::PassManager &passes) {
      buildToLoopsPipeline(passes);
    });
  case Level::LLVMDialect:
    if (Error error = takeOutGPUModules())
      return error;
    return runPipeline("to-llvm",
                       isGPU() ? "gpu"
                       : options.countTraffic
                           ? "serial"
                           : std::to_string(options.leastWork.value_or(-1)),
                       [&](mlir::PassManager &passes) {
                         ToLLVMOptions llvm;
                         if (options.leastWork)
                           llvm.leastWork = *options.leastWork;
                         llvm.launchThroughRuntime = isGPU();
                         llvm.threads = !options.countTraffic;
                         buildToLLVMPipeline(passes, llvm);
                       });
  case Level::TensorRef:
    break;
  }
  return Error::success();
}

Error Compilation::takeOutGPUModules() {
  if (!isGPU())
    return Error::success();
  StageTimer timer(timings, "ptx");
  PTXOptions ptxOptions;
  ptxOptions.chip = options.chip;
  for (auto gpuModule :
       llvm::make_early_inc_range(module->getOps<mlir::gpu::GPUModuleOp>())) {
    auto text = translateToPTX(gpuModule, ptxOptions);
    if (mlir::failed(text))
      return session.makeError("the kernels could not be written as PTX");
    ptx += *text;
    gpuModule.erase();
  }
  return Error::success();
}

Error Compilation::lowerTo(Level wanted) {
  while (level < wanted) {
    Level next = static_cast<Level>(static_cast<int>(level) + 1);
    if (Error error = lowerOne(next))
      return error;
    level = next;
  }
  return Error::success();
}

Error Compilation::toLLVM() {
  auto found = session->getMachine(options.machine);
  if (!found)
    return found.takeError();
  machine = *found;
  {
    StageTimer timer(timings, "translate");
    auto translated = translateToLLVM(*module, llvmContext, *machine);
    if (!translated)
      return session.makeError(toString(translated.takeError()));
    llvmModule = std::move(*translated);
    internalizeAllBut(*llvmModule, {entryName});
    if (options.unaligned)
      assumeNoAlignment(*llvmModule);
  }
  StageTimer timer(timings, "link-math");
  return linkMath(*llvmModule);
}

Error Compilation::optimizeLLVM(TrafficCounter *counter) {
  StageTimer timer(timings, "optimize");
  return optimize(*llvmModule, *machine, counter);
}

Error Compilation::emit(SmallVectorImpl<char> &out, bool assembly) {
  StageTimer timer(timings, "codegen");
  return emitObject(*llvmModule, *machine, out, assembly);
}
