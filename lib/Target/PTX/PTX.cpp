//===- PTX.cpp - From gpu.module to PTX text ----------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/PTX.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace llvm;

// Declared here: llvm/Support/TargetSelect.h would want every target.
extern "C" {
void LLVMInitializeNVPTXTargetInfo();
void LLVMInitializeNVPTXTarget();
void LLVMInitializeNVPTXTargetMC();
void LLVMInitializeNVPTXAsmPrinter();
}

namespace elena {

static const Triple &getTriple() {
  static const Triple triple("nvptx64-nvidia-cuda");
  return triple;
}

static const Target *getNVPTXTarget(std::string &error) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  return TargetRegistry::lookupTarget(getTriple(), error);
}

static CodeGenOptLevel toCodeGenLevel(unsigned level) {
  switch (level) {
  case 0:
    return CodeGenOptLevel::None;
  case 1:
    return CodeGenOptLevel::Less;
  case 2:
    return CodeGenOptLevel::Default;
  default:
    return CodeGenOptLevel::Aggressive;
  }
}

static Expected<std::unique_ptr<TargetMachine>>
createTargetMachine(const PTXOptions &options) {
  Expected<ChipInfo> chip = lookupChip(options.chip);
  if (!chip)
    return chip.takeError();
  std::string error;
  const Target *target = getNVPTXTarget(error);
  if (!target)
    return createStringError("this LLVM was built without NVPTX: " + error);
  // The defaults of TargetOptions are what NumPy's results need: no contraction
  // to fma, no approximate division or square root.
  std::string features = "+ptx" + std::to_string(chip->ptxVersion);
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      getTriple(), chip->name, features, TargetOptions(), std::nullopt,
      std::nullopt, toCodeGenLevel(options.optLevel)));
  if (!machine)
    return createStringError("cannot create LLVM's NVPTX target machine");
  return machine;
}

static OptimizationLevel toPassLevel(unsigned level) {
  switch (level) {
  case 0:
    return OptimizationLevel::O0;
  case 1:
    return OptimizationLevel::O1;
  case 2:
    return OptimizationLevel::O2;
  default:
    return OptimizationLevel::O3;
  }
}

static void optimize(Module &module, TargetMachine &machine, unsigned level) {
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
  OptimizationLevel passLevel = toPassLevel(level);
  ModulePassManager passes =
      level == 0 ? builder.buildO0DefaultPipeline(passLevel)
                 : builder.buildPerModuleDefaultPipeline(passLevel);
  passes.run(module, modules);
}

Expected<std::string> writePTX(Module &module, const PTXOptions &options) {
  Expected<std::unique_ptr<TargetMachine>> machine =
      createTargetMachine(options);
  if (!machine)
    return machine.takeError();
  module.setTargetTriple(getTriple());
  module.setDataLayout((*machine)->createDataLayout());
  if (Error error = verifySelfContained(module))
    return error;
  optimize(module, **machine, options.optLevel);
  // The optimiser may have made calls of its own.
  if (Error error = verifySelfContained(module))
    return error;

  SmallString<0> text;
  raw_svector_ostream stream(text);
  legacy::PassManager codegen;
  if ((*machine)->addPassesToEmitFile(codegen, stream, nullptr,
                                      CodeGenFileType::AssemblyFile))
    return createStringError("LLVM's NVPTX target cannot write PTX");
  codegen.run(module);
  return text.str().str();
}

void registerPTXTranslations(mlir::DialectRegistry &registry) {
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  mlir::registerNVVMDialectTranslation(registry);
  mlir::registerGPUDialectTranslation(registry);
}

mlir::FailureOr<std::unique_ptr<Module>>
translateGPUModuleToLLVM(mlir::gpu::GPUModuleOp module, LLVMContext &context) {
  std::unique_ptr<Module> result =
      mlir::translateModuleToLLVMIR(module, context, module.getName());
  if (!result)
    return mlir::emitError(module.getLoc(),
                           "the GPU kernels cannot be translated to LLVM IR");
  std::string error;
  if (const Target *target = getNVPTXTarget(error)) {
    std::unique_ptr<TargetMachine> machine(
        target->createTargetMachine(getTriple(), "sm_75", "+ptx63", {}, {}));
    result->setTargetTriple(getTriple());
    result->setDataLayout(machine->createDataLayout());
  }
  if (Error problem = linkElenaMath(*result))
    return mlir::emitError(module.getLoc(), toString(std::move(problem)));
  return result;
}

mlir::FailureOr<std::string> translateToPTX(mlir::gpu::GPUModuleOp module,
                                            const PTXOptions &options) {
  // Before the translation: a wrong chip is the commonest error.
  if (Expected<ChipInfo> chip = lookupChip(options.chip); !chip)
    return mlir::emitError(module.getLoc(), toString(chip.takeError()));
  LLVMContext context;
  mlir::FailureOr<std::unique_ptr<Module>> translated =
      translateGPUModuleToLLVM(module, context);
  if (mlir::failed(translated))
    return mlir::failure();
  Expected<std::string> ptx = writePTX(**translated, options);
  if (!ptx)
    return mlir::emitError(module.getLoc(), toString(ptx.takeError()));
  return *ptx;
}

} // namespace elena
