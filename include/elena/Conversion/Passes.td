//===- Passes.td - Conversions out of the dialect ----------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_PASSES_TD
#define ELENA_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def GroupToLoops : Pass<"elena-group-to-loops", "::mlir::func::FuncOp"> {
  let summary = "lowers the groups of kernels to loops over memrefs";
  let description = [{
    Each stage becomes a nest of `scf.for` over the parallel dimensions of its
    box, in C order, with its sequential loops inside. A fused group becomes one
    nest over its space: in it the stages, each behind a check of its range where
    it may not run at all points, and inner loops of at most 16 points are
    written out. Its private storage is on the stack. The groups of a pack follow
    each other.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::ub::UBDialect"];
}

def EntryToABI : Pass<"elena-entry-to-abi", "::mlir::ModuleOp"> {
  let summary = "gives entry functions the flat ABI of elena.h";
  let description = [{
    An entry becomes `(args: !llvm.ptr, results: !llvm.ptr, rt: !llvm.ptr) ->
    i32`: refs are read from and written to arrays of 64-bit words, storages
    come from `rt->alloc`, guards and asserts become early returns with a
    status. The table of the asserts' messages is left in the module attribute
    `elena.checks`. With `launch=runtime` kernels are started through
    `rt->launch`; otherwise they are called. Kernels that can run in parts
    (`elena-divide-kernels`) go through `rt->parallel` if a launch has at least
    `least-work` units of work.
  }];
  let options = [
    Option<"launch", "launch", "::elena::LaunchMode",
           "::elena::LaunchMode::Call", "how kernels are started",
           [{::llvm::cl::values(
             clEnumValN(::elena::LaunchMode::Call, "call",
                        "kernels are functions of the module"),
             clEnumValN(::elena::LaunchMode::Runtime, "runtime",
                        "kernels are started by the run time"))}]>,
    Option<"leastWork", "least-work", "int64_t", "kLeastParallelWork",
           "work from which on kernels run in parts">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::cf::ControlFlowDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ModuleToLLVM : Pass<"elena-module-to-llvm", "::mlir::ModuleOp"> {
  let summary = "lowers entries and kernels for the CPU to the LLVM dialect";
  let description = [{
    One conversion of everything that is left after `elena-entry-to-abi`,
    `elena-group-to-loops` and `convert-scf-to-cf`. A memref parameter is a bare
    pointer.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // ELENA_CONVERSION_PASSES_TD
