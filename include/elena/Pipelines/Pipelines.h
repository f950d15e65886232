//===- Pipelines.h - Registration and named pipelines ----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What another compiler needs to embed Elena: the dialect, the passes, and the
// pipelines from the front end's IR to machine code.
//
//   elena-to-groups    temporaries where reads are overwritten; guards first;
//                      each access op a group of one stage
//   elena-to-kernels   each group a kernel with flat arguments, and its launch
//   elena-to-loops     kernels as loops over memrefs              (CPU)
//   elena-to-llvm      entries with the flat ABI, LLVM dialect    (CPU)
//   elena-to-gpu       kernels as a gpu.module in NVVM: GPUPipeline.h
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PIPELINES_PIPELINES_H
#define ELENA_PIPELINES_PIPELINES_H

#include "elena/Analysis/Overlap.h"
#include "elena/Conversion/Passes.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace elena {

/// What is assumed of two different ref arguments, but for those that are the
/// very same: see `same` of tensorref-guard-arguments.
struct AssumedArguments {
  ArgumentAlias alias = ArgumentAlias::Apart;
  llvm::SmallVector<int64_t> same;
};

/// From "apart", "overlap" or "same:0,0,2"; nothing for other text.
std::optional<AssumedArguments> parseAssumedArguments(llvm::StringRef text);

struct ToGroupsOptions : mlir::PassPipelineOptions<ToGroupsOptions> {
  /// "apart": different ref arguments share no byte, the entry checks it.
  /// "overlap": they may overlap in any way. "same:0,0,2": the second one is
  /// the first, the very same ref, and "apart" holds for the others.
  Option<std::string> alias{
      *this, "alias",
      llvm::cl::desc("what is assumed of ref arguments: apart, overlap or "
                     "same:0,0,2 (the second is the first)"),
      llvm::cl::init("apart")};
  /// "full", "noviews" or "none".
  Option<std::string> fuse{
      *this, "fuse",
      llvm::cl::desc("what may share a kernel: full, noviews (element-wise ops "
                     "without views or in-place writes between them) or none"),
      llvm::cl::init("full")};
  /// Moves of fusion that are not made: those of `tensorref-fuse-stages`, and,
  /// for "full" only, "promote" (`tensorref-promote-scalars`), "unroll"
  /// (`tensorref-unroll-reductions`) and "loop" (`tensorref-loops-to-kernels`).
  ListOption<std::string> without{
      *this, "without", llvm::cl::desc("moves of fusion that are not made")};
  /// For tests. See tensorref-fuse-stages; `alias-guard` and `lives` are of
  /// tensorref-guard-arguments and tensorref-share-storage.
  ListOption<std::string> ignore{
      *this, "ignore",
      llvm::cl::desc("for tests: predicates of legality that are not asked")};
  Option<bool> strict{
      *this, "strict",
      llvm::cl::desc("fail where a plan of fusion is rejected, instead of "
                     "making one that does less"),
      llvm::cl::init(false)};
  Option<bool> gpu{
      *this, "gpu",
      llvm::cl::desc("for a GPU: no loops whose points run in an order, each "
                     "of which would be one thread"),
      llvm::cl::init(false)};
  Option<bool> report{
      *this, "report",
      llvm::cl::desc("attach the account of fusion to the function, as JSON"),
      llvm::cl::init(false)};
  Option<bool> print{*this, "print",
                     llvm::cl::desc("print the plans of fusion"),
                     llvm::cl::init(false)};
  /// If given, the milliseconds that checking plans takes are added to it.
  double *checkTime = nullptr;
};

struct ToLLVMOptions : mlir::PassPipelineOptions<ToLLVMOptions> {
  Option<bool> launchThroughRuntime{
      *this, "launch-through-runtime",
      llvm::cl::desc("start kernels by rt->launch (GPU)"),
      llvm::cl::init(false)};
  Option<bool> threads{*this, "threads",
                       llvm::cl::desc("run large kernels in parts, by "
                                      "rt->parallel (CPU)"),
                       llvm::cl::init(true)};
  Option<int64_t> leastWork{
      *this, "least-work",
      llvm::cl::desc("work from which on a kernel is large"),
      llvm::cl::init(kLeastParallelWork)};
};

void buildToGroupsPipeline(mlir::OpPassManager &passes,
                           const ToGroupsOptions &options);
void buildToKernelsPipeline(mlir::OpPassManager &passes);
void buildToLoopsPipeline(mlir::OpPassManager &passes);
/// Entries only, if kernels are started through the run time: those have been
/// taken out of the module, or are declarations.
void buildToLLVMPipeline(mlir::OpPassManager &passes,
                         const ToLLVMOptions &options);
inline void buildToLLVMPipeline(mlir::OpPassManager &passes) {
  buildToLLVMPipeline(passes, ToLLVMOptions());
}

/// Adds the tensorref dialect, and the upstream dialects that it is lowered
/// through, to `registry`.
void registerAllElenaDialects(mlir::DialectRegistry &registry);

/// Registers all passes and pipelines for use by name.
void registerAllElenaPasses();

} // namespace elena

#endif // ELENA_PIPELINES_PIPELINES_H
