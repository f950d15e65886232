//===- Emulator.cpp - Runs GPU kernels on the host ---------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Emulator.h"
#include "GridRunner.h"
#include "Rewrite.h"

#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace llvm;

namespace elena {

using namespace emulator;

//===----------------------------------------------------------------------===//
// Compilation for the host
//===----------------------------------------------------------------------===//

static void optimize(Module &module, TargetMachine &machine) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager sccs;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O1)
      .run(module, modules);
}

static Expected<orc::JITTargetMachineBuilder> detectHost() {
  static std::once_flag once;
  std::call_once(once, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
  });
  return orc::JITTargetMachineBuilder::detectHost();
}

static Expected<std::unique_ptr<orc::LLJIT>>
createJIT(const orc::JITTargetMachineBuilder &host) {
  auto jit = orc::LLJITBuilder().setJITTargetMachineBuilder(host).create();
  if (!jit)
    return jit.takeError();
  orc::JITDylib &main = (*jit)->getMainJITDylib();
  orc::SymbolMap symbols;
  for (const Callbacks::Entry &entry : Callbacks::getTable())
    symbols[(*jit)->mangleAndIntern(entry.name)] = {
        orc::ExecutorAddr::fromPtr(entry.address),
        JITSymbolFlags::Exported | JITSymbolFlags::Callable};
  if (Error error = main.define(orc::absoluteSymbols(std::move(symbols))))
    return error;
  // The host's code generator may call libm, for fma for example.
  auto process = orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      (*jit)->getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  main.addGenerator(std::move(*process));
  return jit;
}

//===----------------------------------------------------------------------===//
// Emulator
//===----------------------------------------------------------------------===//

struct Emulator::Implementation {
  explicit Implementation(const EmulatorOptions &options) : runner(options) {}

  Error load(orc::ThreadSafeModule module, bool checkAccesses);
  Error rewrite(Module &module, TargetMachine &machine, bool checkAccesses);
  Error registerVariables();

  std::unique_ptr<orc::LLJIT> jit;
  RewrittenModule rewritten;
  GridRunner runner;
};

/// Everything up to machine code, in place.
Error Emulator::Implementation::rewrite(Module &module, TargetMachine &machine,
                                        bool checkAccesses) {
  Expected<RewrittenModule> result = rewriteForHost(module, machine);
  if (!result)
    return result.takeError();
  rewritten = std::move(*result);
  if (checkAccesses)
    if (Error error = instrumentAccesses(module))
      return error;
  makePackedKernels(module, rewritten);
  std::string problem;
  raw_string_ostream stream(problem);
  if (verifyModule(module, &stream))
    return createStringError("the GPU emulator made a broken module: " +
                             problem);
  optimize(module, machine);
  return Error::success();
}

Error Emulator::Implementation::load(orc::ThreadSafeModule module,
                                     bool checkAccesses) {
  auto host = detectHost();
  if (!host)
    return host.takeError();
  auto machine = host->createTargetMachine();
  if (!machine)
    return machine.takeError();
  if (Error error =
          rewrite(*module.getModuleUnlocked(), **machine, checkAccesses))
    return error;
  Expected<std::unique_ptr<orc::LLJIT>> created = createJIT(*host);
  if (!created)
    return created.takeError();
  jit = std::move(*created);
  if (Error error = jit->addIRModule(std::move(module)))
    return error;
  return registerVariables();
}

Error Emulator::Implementation::registerVariables() {
  for (const VariableInfo &variable : rewritten.variables) {
    auto address = jit->lookup(variable.name);
    if (!address)
      return address.takeError();
    runner.memory.add(address->getValue(), variable.bytes, variable.name,
                      variable.shared ? Origin::Shared : Origin::ModuleData,
                      variable.writable);
  }
  return Error::success();
}

Emulator::Emulator(std::unique_ptr<Implementation> implementation)
    : implementation(std::move(implementation)) {}

Emulator::~Emulator() = default;

Expected<std::unique_ptr<Emulator>>
Emulator::create(std::unique_ptr<Module> module,
                 std::unique_ptr<LLVMContext> context,
                 const EmulatorOptions &options) {
  // Owns both from here on: the module must go before its context.
  orc::ThreadSafeModule owner(std::move(module), std::move(context));
  auto implementation = std::make_unique<Implementation>(options);
  if (Error error =
          implementation->load(std::move(owner), options.checkAccesses))
    return error;
  return std::unique_ptr<Emulator>(new Emulator(std::move(implementation)));
}

std::vector<std::string> Emulator::getKernels() const {
  std::vector<std::string> names;
  for (const KernelInfo &info : implementation->rewritten.kernels)
    names.push_back(info.name);
  return names;
}

Error Emulator::launch(StringRef kernel, Dim3 grid, Dim3 block,
                       void *const *params, uint64_t seed) {
  const auto &kernels = implementation->rewritten.kernels;
  auto info = find_if(
      kernels, [&](const KernelInfo &info) { return info.name == kernel; });
  if (info == kernels.end())
    return createStringError("no kernel '" + kernel + "' in the module");
  if (grid.count() == 0 || block.count() == 0 || block.count() > 1024)
    return createStringError("cannot launch '" + kernel + "' with " +
                             Twine(grid.count()) + " blocks of " +
                             Twine(block.count()) + " threads");
  if (info->maxThreads && block.count() > info->maxThreads)
    return createStringError("kernel '" + kernel + "' allows " +
                             Twine(info->maxThreads) +
                             " threads per block, not " + Twine(block.count()));
  auto packed = implementation->jit->lookup(info->packedName);
  if (!packed)
    return packed.takeError();
  implementation->runner.run({kernel.str(), packed->toPtr<PackedKernel>(),
                              params, grid, block, seed, info->synchronizes});
  return Error::success();
}

void Emulator::addRange(const void *start, size_t bytes, StringRef name,
                        bool writable) {
  implementation->runner.memory.add(reinterpret_cast<uintptr_t>(start), bytes,
                                    name, Origin::Caller, writable);
}

void Emulator::clearRanges() { implementation->runner.memory.clear(); }

ArrayRef<EmulatorReport> Emulator::getReports() const {
  return implementation->runner.reports;
}

uint64_t Emulator::getNumFindings() const {
  return implementation->runner.numFindings;
}

void Emulator::clearReports() {
  implementation->runner.reports.clear();
  implementation->runner.numFindings = 0;
  implementation->runner.numAccesses = 0;
}

uint64_t Emulator::getNumAccesses() const {
  return implementation->runner.numAccesses;
}

} // namespace elena
