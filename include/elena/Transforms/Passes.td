//===- Passes.td - Passes on tensorref IR ------------------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_PASSES_TD
#define ELENA_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

// What is assumed of two different ref arguments.
def ElenaAliasOption
    : Option<"alias", "alias", "::elena::ArgumentAlias",
             "::elena::ArgumentAlias::Apart",
             "what is assumed of two different ref arguments",
             [{::llvm::cl::values(
               clEnumValN(::elena::ArgumentAlias::Apart, "apart",
                          "they share no byte; the entry checks it"),
               clEnumValN(::elena::ArgumentAlias::Overlap, "overlap",
                          "they may overlap in any way"))}]>;

def ResolveOverlap : Pass<"tensorref-resolve-overlap", "::mlir::func::FuncOp"> {
  let summary = "gives temporaries to ops that overwrite what they still read";
  let description = [{
    An access op reads all that it reads before it writes anything. Where an op
    reads a ref that may share cells with one that it writes, and the two are
    not the same map of an element-wise op, the read ref is copied into a fresh
    storage first. Every such copy is a `missed` remark.

    ```mlir
    // x[1:] = x[:-1]
    tensorref.copy %src to %dst
    // becomes
    %t = tensorref.alloc [%n] : !tensorref.ref<?xf32>
    tensorref.copy %src to %t
    tensorref.copy %t to %dst
    ```
  }];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect"];
}

def GuardArguments : Pass<"tensorref-guard-arguments", "::mlir::func::FuncOp"> {
  let summary = "fixes what is assumed of arguments that may overlap";
  let description = [{
    With `alias=apart`, adds `tensorref.guard_apart` for every pair of ref
    arguments of an entry function of which one is written: the entry checks
    what the other passes then rely on. With `alias=overlap`, marks the
    function `elena.arguments_overlap`: they rely on nothing.
  }];
  let options = [ElenaAliasOption];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect"];
}

def HoistGuards : Pass<"tensorref-hoist-guards", "::mlir::func::FuncOp"> {
  let summary = "moves guards, with what they are computed from, to the entry";
  let description = [{
    A guard depends on metadata only, so it can be evaluated before anything is
    written: a version that does not fit is left without a trace.
  }];
}

def FormGroups : Pass<"tensorref-form-groups", "::mlir::func::FuncOp"> {
  let summary = "turns each access op into a group of one stage";
  let description = [{
    The group form is the only one that is lowered. `tensorref.load`, which
    gives a value to the host, stays.
  }];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def OutlineKernels : Pass<"tensorref-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "moves each group into a kernel with flat arguments";
  let description = [{
    A kernel is a function `@<entry>_k<number>_<what>` that takes, for each ref,
    a pointer, an offset and those sizes and strides that are not constant, and
    the scalars that its bodies use. The group's place is taken by
    `tensorref.launch`.
  }];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::arith::ArithDialect"];
}

def PrintOverlap : Pass<"tensorref-print-overlap", "::mlir::func::FuncOp"> {
  let summary = "prints how what an op reads overlaps what it writes";
  let description = [{
    Shows the answers of `elena/Analysis/Overlap.h`: a remark at each access op
    for each pair of a ref that it reads and one that it writes. Changes
    nothing.

    ```
    remark: read operand 0, written operand 1: apart
    ```
  }];
}

#endif // ELENA_TRANSFORMS_PASSES_TD
