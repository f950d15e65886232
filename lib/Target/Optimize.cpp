//===- Optimize.cpp - the math library and the LLVM pass pipeline ---------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Math/MathBitcode.h"
#include "elena/Target/Codegen.h"
#include "elena/Target/Traffic.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include <cstdlib>

using namespace elena;
using namespace llvm;

/// The prefix of all functions of the math library.
static constexpr StringLiteral kMathPrefix = "elena_";

/// What runs at every compile. Chosen for compile time, which is nearly
/// proportional to the IR that is left:
///  - always-inline: the bodies of the math functions, so that loops vectorise;
///  - the first function(...): SSA form and simple expressions (dce first: what
///    is left of memref descriptors keeps stack storage from becoming
///    registers);
///  - mergefunc: kernels that differ in name only are compiled once;
///  - canonical loops; licm takes the loads of sizes and strides out;
///  - loop-vectorize without interleaving (the loops have no chain of
///    operations from point to point that it would break up), then clean-up of
///    what it leaves;
///  - no unrolling.
#define ELENA_SCALAR                                                           \
  "always-inline,globaldce,"                                                   \
  "function(dce,sroa,early-cse,simplifycfg,instcombine<no-verify-fixpoint>)"
#define ELENA_LOOPS "loop-mssa(loop-rotate,licm),loop(indvars)"
static constexpr const char *kPipeline =
    ELENA_SCALAR ",mergefunc,function(" ELENA_LOOPS ","
                 "loop-vectorize<interleave-forced-only>,"
                 "instcombine<no-verify-fixpoint>,simplifycfg,loop-mssa(licm))";

/// Up to vectorisation, where an access is still one element. Every kernel
/// stays a function of its own, which is counted apart.
static constexpr const char *kCountedPipeline =
    ELENA_SCALAR ",function(" ELENA_LOOPS ")";

/// The vectoriser would add a second, narrower vector loop for the remainder:
/// a third of the code, for at most 15 points. There is no other switch.
static void disableEpilogueVectorization() {
  static const bool done = [] {
    auto &registered = cl::getRegisteredOptions();
    auto found = registered.find("enable-epilogue-vectorization");
    if (found != registered.end())
      static_cast<cl::opt<bool> *>(found->second)->setValue(false);
    return true;
  }();
  (void)done;
}

static bool callsMath(const Module &module) {
  return any_of(module, [](const Function &function) {
    return function.isDeclaration() && !function.use_empty() &&
           function.getName().starts_with(kMathPrefix);
  });
}

/// The functions of the library belong to no target; they take that of `like`.
static void adoptMath(Module &module, const StringSet<> &names,
                      const Function &like) {
  for (const auto &entry : names) {
    GlobalValue *value = module.getNamedValue(entry.getKey());
    if (!value || value->isDeclaration())
      continue;
    value->setLinkage(GlobalValue::InternalLinkage);
    auto *function = dyn_cast<Function>(value);
    if (!function)
      continue;
    for (const char *name : {"target-cpu", "target-features"})
      if (like.hasFnAttribute(name))
        function->addFnAttr(like.getFnAttribute(name));
    function->removeFnAttr(Attribute::NoInline);
    function->addFnAttr(Attribute::AlwaysInline);
    function->addFnAttr(Attribute::NoUnwind);
  }
}

Error elena::linkMath(Module &module) {
  if (!callsMath(module))
    return Error::success();
  auto own = find_if(module, [](Function &f) { return !f.isDeclaration(); });
  if (own == module.end())
    return Error::success();

  StringRef bitcode(reinterpret_cast<const char *>(elenaMathBitcode),
                    elenaMathBitcodeSize);
  auto library = getOwningLazyBitcodeModule(
      MemoryBuffer::getMemBuffer(bitcode, "elena-math",
                                 /*RequiresNullTerminator=*/false),
      module.getContext());
  if (!library)
    return library.takeError();
  (*library)->setDataLayout(module.getDataLayout());
  (*library)->setTargetTriple(module.getTargetTriple());
  auto adopt = [&](Module &linked, const StringSet<> &names) {
    adoptMath(linked, names, *own);
  };
  if (Linker::linkModules(module, std::move(*library), Linker::LinkOnlyNeeded,
                          adopt))
    return createStringError("linking the math library failed");
  if (callsMath(module))
    return createStringError("the math library lacks a function that the "
                             "module calls");
  return Error::success();
}

static Error parsePipeline(PassBuilder &builder, ModulePassManager &passes,
                           bool isCounted) {
  const char *own = isCounted ? nullptr : std::getenv("ELENA_LLVM_PIPELINE");
  if (!own)
    return builder.parsePassPipeline(passes,
                                     isCounted ? kCountedPipeline : kPipeline);
  Error error = builder.parsePassPipeline(passes, own);
  if (!error)
    return error;
  return createStringError("ELENA_LLVM_PIPELINE must be a pipeline as 'opt "
                           "-passes' takes it, not '%s': %s",
                           own, toString(std::move(error)).c_str());
}

Error elena::optimize(Module &module, TargetMachine &machine,
                      TrafficCounter *counter) {
  disableEpilogueVectorization();
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.LoopInterleaving = true;
  PassBuilder builder(&machine, tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);

  ModulePassManager passes;
  if (Error error = parsePipeline(builder, passes, counter))
    return error;
  passes.run(module, modules);
  if (counter)
    instrumentTraffic(module, *counter);
  return Error::success();
}
