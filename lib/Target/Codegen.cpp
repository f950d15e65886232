//===- Codegen.cpp - LLVM dialect to object code --------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Codegen.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace elena;
using namespace llvm;

static void initializeTargets() {
  static bool done = [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

const TargetSpec &TargetSpec::host() {
  static const TargetSpec spec = [] {
    initializeTargets();
    auto builder = cantFail(orc::JITTargetMachineBuilder::detectHost());
    return TargetSpec{builder.getTargetTriple().str(), builder.getCPU(),
                      builder.getFeatures().getString()};
  }();
  return spec;
}

TargetSpec TargetSpec::resolved() const {
  const TargetSpec &own = host();
  TargetSpec result = *this;
  if (result.triple.empty())
    result.triple = own.triple;
  if (result.cpu.empty()) {
    // A list of features without a CPU adjusts the host's list.
    result.cpu = own.cpu;
    result.features = own.features;
    if (!features.empty())
      result.features += "," + features;
  }
  return result;
}

bool TargetSpec::isHost() const {
  TargetSpec wanted = resolved();
  const TargetSpec &own = host();
  return wanted.triple == own.triple && wanted.cpu == own.cpu &&
         StringRef(wanted.features).starts_with(own.features);
}

/// Every target of this LLVM is initialised only when a foreign one is wanted.
static Expected<const Target *> findTarget(const Triple &triple) {
  std::string error;
  if (const Target *target = TargetRegistry::lookupTarget(triple, error))
    return target;
  InitializeAllTargetInfos();
  InitializeAllTargets();
  InitializeAllTargetMCs();
  InitializeAllAsmPrinters();
  if (const Target *target = TargetRegistry::lookupTarget(triple, error))
    return target;
  return createStringError("unknown target triple '" + triple.str() +
                           "': " + error);
}

/// Gathers and scatters of x86 win nothing over single loads and stores on
/// strided columns and index arrays, but LLVM likes them well enough to gather
/// rows of more than 8 neighbours that a fused group writes out: 3 times
/// slower.
static std::string withTuning(const Triple &triple, StringRef features) {
  StringRef tuning =
      triple.isX86() ? "+prefer-no-gather,+prefer-no-scatter" : "";
  bool both = !tuning.empty() && !features.empty();
  return (tuning + (both ? "," : "") + features).str();
}

Expected<std::unique_ptr<TargetMachine>>
elena::createTargetMachine(const TargetSpec &spec) {
  initializeTargets();
  TargetSpec wanted = spec.resolved();
  Triple triple(Triple::normalize(wanted.triple));
  auto target = findTarget(triple);
  if (!target)
    return target.takeError();
  // Asked first: the target machine only warns, on stderr.
  std::unique_ptr<MCSubtargetInfo> info(
      (*target)->createMCSubtargetInfo(triple, "", ""));
  if (info && !info->isCPUStringValid(wanted.cpu))
    return createStringError("unknown CPU '" + wanted.cpu + "' for " +
                             wanted.triple);
  TargetOptions options;
  options.AllowFPOpFusion = FPOpFusion::Strict;
  std::unique_ptr<TargetMachine> machine((*target)->createTargetMachine(
      triple, wanted.cpu, withTuning(triple, wanted.features), options,
      Reloc::PIC_, CodeModel::Small, CodeGenOptLevel::Default, /*JIT=*/false));
  if (!machine)
    return createStringError("no code generator for '" + wanted.triple + "'");
  return machine;
}

static void setFunctionTarget(Function &function, TargetMachine &machine) {
  function.addFnAttr("target-cpu", machine.getTargetCPU());
  function.addFnAttr("target-features", machine.getTargetFeatureString());
  function.addFnAttr(Attribute::NoUnwind);
  function.setUWTableKind(UWTableKind::None);
}

Expected<std::unique_ptr<Module>>
elena::translateToLLVM(mlir::ModuleOp op, LLVMContext &context,
                       TargetMachine &machine) {
  std::unique_ptr<Module> module =
      mlir::translateModuleToLLVMIR(op, context, "elena",
                                    /*disableVerification=*/true);
  if (!module)
    return createStringError("translation to LLVM IR failed");
  module->setDataLayout(machine.createDataLayout());
  module->setTargetTriple(machine.getTargetTriple());
  for (Function &function : *module)
    if (!function.isDeclaration())
      setFunctionTarget(function, machine);
  return module;
}

void elena::assumeNoAlignment(Module &module) {
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *load = dyn_cast<LoadInst>(&instruction))
        load->setAlignment(Align(1));
      else if (auto *store = dyn_cast<StoreInst>(&instruction))
        store->setAlignment(Align(1));
}

void elena::internalizeAllBut(Module &module, ArrayRef<std::string> exported) {
  for (GlobalValue &value : module.global_values()) {
    if (value.isDeclaration() || is_contained(exported, value.getName()))
      continue;
    value.setLinkage(GlobalValue::InternalLinkage);
    value.setVisibility(GlobalValue::DefaultVisibility);
    value.setDSOLocal(true);
  }
}

Error elena::emitObject(Module &module, TargetMachine &machine,
                        SmallVectorImpl<char> &object, bool assembly) {
  raw_svector_ostream os(object);
  legacy::PassManager passes;
  CodeGenFileType type =
      assembly ? CodeGenFileType::AssemblyFile : CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, os, nullptr, type,
                                  /*DisableVerify=*/true))
    return createStringError("this target cannot write object files");
  passes.run(module);
  return Error::success();
}
