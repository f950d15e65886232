//===- Pipelines.cpp - Registration and named pipelines -------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Pipelines/Pipelines.h"
#include "elena/Conversion/GPUPasses.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Pipelines/GPUPipeline.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace elena;

/// Names in `ignore` of what other passes than tensorref-fuse-stages ask.
static constexpr StringLiteral kAliasGuard = "alias-guard", kLives = "lives";

/// The canonicalizer, but for what only graphs of blocks need, which there are
/// none before the LLVM dialect: that takes a third of its time.
static std::unique_ptr<Pass> createStructuredCanonicalizer() {
  GreedyRewriteConfig config;
  config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
  return createCanonicalizerPass(config);
}

std::optional<AssumedArguments> elena::parseAssumedArguments(StringRef text) {
  if (text == "apart")
    return AssumedArguments();
  if (text == "overlap")
    return AssumedArguments{ArgumentAlias::Overlap, {}};
  if (!text.consume_front("same:"))
    return std::nullopt;
  AssumedArguments result;
  SmallVector<StringRef> parts;
  text.split(parts, ',');
  for (StringRef part : parts)
    if (part.getAsInteger(10, result.same.emplace_back()))
      return std::nullopt;
  return result;
}

void elena::buildToGroupsPipeline(OpPassManager &passes,
                                  const ToGroupsOptions &options) {
  passes.addPass(createStructuredCanonicalizer());
  passes.addPass(createCSEPass());
  OpPassManager &functions = passes.nest<func::FuncOp>();
  auto assumed = parseAssumedArguments(options.alias);
  if (!assumed)
    llvm::reportFatalUsageError("no such alias: " + Twine(options.alias));
  GuardArgumentsOptions arguments;
  arguments.alias = assumed->alias;
  arguments.same = assumed->same;
  auto ignores = [&](StringRef predicate) {
    return llvm::any_of(options.ignore, [&](const std::string &name) {
      return name == predicate;
    });
  };
  // Without the pass arguments are taken to be apart.
  if (!ignores(kAliasGuard) || arguments.alias == ArgumentAlias::Overlap ||
      !arguments.same.empty())
    functions.addPass(createGuardArguments(arguments));
  bool makesLoops =
      options.fuse == "full" && !llvm::is_contained(options.without, "loop");
  if (makesLoops)
    functions.addPass(createSinkIntoLoops());
  functions.addPass(createResolveOverlap());
  functions.addPass(createFormGroups());
  functions.addPass(createStructuredCanonicalizer());
  functions.addPass(createCSEPass());
  functions.addPass(createHoistGuards());
  functions.addPass(createElideChecks());
  functions.addPass(createStructuredCanonicalizer());
  // A move of the pipeline, not of the pass that makes the others. Behind the
  // elision of checks: what only they need, the host does not.
  bool promotes = !llvm::is_contained(options.without, "promote");
  if (options.fuse == "full" && promotes) {
    PromoteScalarsOptions promote;
    promote.report = options.report;
    functions.addPass(createPromoteScalars(promote));
    functions.addPass(createStructuredCanonicalizer());
    functions.addPass(createCSEPass());
  }
  if (options.fuse == "full") {
    functions.addPass(createHoistChecks());
    functions.addPass(createMergeLoads());
  }
  bool unrolls = !llvm::is_contained(options.without, "unroll");
  if (options.fuse == "full" && unrolls) {
    functions.addPass(createUnrollReductions());
    functions.addPass(createStructuredCanonicalizer());
    functions.addPass(createCSEPass());
  }
  if (options.fuse != "none") {
    FuseStagesOptions fuse;
    fuse.views = options.fuse != "noviews";
    for (const std::string &move : options.without)
      if (move != "promote" && move != "unroll" && move != "loop")
        fuse.without.push_back(move);
    if (options.gpu)
      fuse.without.push_back("sequence");
    for (const std::string &predicate : options.ignore)
      if (predicate != kAliasGuard && predicate != kLives)
        fuse.ignore.push_back(predicate);
    fuse.strict = options.strict;
    fuse.report = options.report;
    fuse.print = options.print;
    functions.addPass(createTimedFuseStages(fuse, options.checkTime));
    functions.addPass(createStructuredCanonicalizer());
    functions.addPass(createCSEPass());
  }
  if (makesLoops) {
    LoopsToKernelsOptions loops;
    loops.report = options.report;
    functions.addPass(createLoopsToKernels(loops));
    functions.addPass(createStructuredCanonicalizer());
    functions.addPass(createCSEPass());
  }
  ShareStorageOptions sharing;
  sharing.ignoreLives = ignores(kLives);
  sharing.strict = options.strict;
  functions.addPass(createShareStorage(sharing));
  functions.addPass(createStructuredCanonicalizer());
  functions.addPass(createCSEPass());
}

void elena::buildToKernelsPipeline(OpPassManager &passes) {
  passes.addPass(createOutlineKernels());
  passes.addPass(createStructuredCanonicalizer());
  passes.addPass(createCSEPass());
}

void elena::buildToLoopsPipeline(OpPassManager &passes) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  functions.addPass(createGroupToLoops());
  functions.addPass(createCSEPass());
  functions.addPass(createSplitLoops());
  functions.addPass(createCollapseLoops());
  functions.addPass(createUnrollLoops());
  functions.addPass(createStructuredCanonicalizer());
  functions.addPass(createCSEPass());
}

void elena::buildToLLVMPipeline(OpPassManager &passes,
                                const ToLLVMOptions &options) {
  if (options.threads && !options.launchThroughRuntime)
    passes.addPass(createDivideKernels());
  EntryToABIOptions entry;
  entry.leastWork = options.leastWork;
  entry.launch =
      options.launchThroughRuntime ? LaunchMode::Runtime : LaunchMode::Call;
  passes.addPass(createEntryToABI(entry));
  passes.addPass(createMathToCalls());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createModuleToLLVM());
  passes.addPass(createReconcileUnrealizedCastsPass());
}

void elena::registerAllElenaDialects(DialectRegistry &registry) {
  registry.insert<tensorref::TensorRefDialect, affine::AffineDialect,
                  arith::ArithDialect, cf::ControlFlowDialect,
                  func::FuncDialect, LLVM::LLVMDialect, math::MathDialect,
                  memref::MemRefDialect, scf::SCFDialect>();
}

void elena::registerAllElenaPasses() {
  registerElenaTransformsPasses();
  registerElenaConversionPasses();
  registerGPUPipeline();
  PassPipelineRegistration<ToGroupsOptions>("elena-to-groups",
                                            "Front end IR to groups of stages",
                                            buildToGroupsPipeline);
  PassPipelineRegistration<>("elena-to-kernels", "Groups to kernels",
                             buildToKernelsPipeline);
  PassPipelineRegistration<>("elena-to-loops", "Kernels to loops for the CPU",
                             buildToLoopsPipeline);
  PassPipelineRegistration<ToLLVMOptions>(
      "elena-to-llvm", "Entries and CPU kernels to the LLVM dialect",
      [](OpPassManager &passes, const ToLLVMOptions &options) {
        buildToLLVMPipeline(passes, options);
      });
}
