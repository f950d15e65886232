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
    %dst = tensorref.slice %x[1:_] : !tensorref.ref<8xf32> to !tensorref.ref<7xf32>
    %src = tensorref.slice %x[_:-1] : !tensorref.ref<8xf32> to !tensorref.ref<7xf32>
    tensorref.copy %src to %dst : !tensorref.ref<7xf32>, !tensorref.ref<7xf32>
    ```
    becomes
    ```mlir
    %dst = tensorref.slice %x[1:_] : !tensorref.ref<8xf32> to !tensorref.ref<7xf32>
    %src = tensorref.slice %x[_:-1] : !tensorref.ref<8xf32> to !tensorref.ref<7xf32>
    %t = tensorref.alloc [7] : !tensorref.ref<7xf32>
    tensorref.copy %src to %t : !tensorref.ref<7xf32>, !tensorref.ref<7xf32>
    tensorref.copy %t to %dst : !tensorref.ref<7xf32>, !tensorref.ref<7xf32>
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

    `same=0,0,2` is about the ref arguments in their order: the number of the
    first one that is the very same ref. Here the second one is the first, so
    that it is replaced by it, and `tensorref.guard_same` checks it. To the
    other passes they are one ref, which aligns with itself index by index.

    ```mlir
    func.func @f(%x: !tensorref.ref<4xf32>, %y: !tensorref.ref<4xf32>)
        attributes {elena.entry} {
      tensorref.copy %x to %y : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
      return
    }
    ```
    becomes
    ```mlir
    func.func @f(%x: !tensorref.ref<4xf32>, %y: !tensorref.ref<4xf32>)
        attributes {elena.entry} {
      tensorref.guard_apart %x, %y : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
      tensorref.copy %x to %y : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
      return
    }
    ```
  }];
  let options = [
    ElenaAliasOption,
    ListOption<"same", "same", "int64_t",
               "of each ref argument, the number of the first ref argument that "
               "is the very same; none: all are different">
  ];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect"];
}

def HoistGuards : Pass<"tensorref-hoist-guards", "::mlir::func::FuncOp"> {
  let summary = "moves guards, with what they are computed from, to the entry";
  let description = [{
    A guard depends on metadata only, so it can be evaluated before anything is
    written: a version that does not fit is left without a trace.

    ```mlir
    tensorref.fill %v into %x : f32, !tensorref.ref<?xf32>
    %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
    %same = arith.cmpi eq, %n, %k : index
    tensorref.guard %same
    ```
    becomes
    ```mlir
    %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
    %same = arith.cmpi eq, %n, %k : index
    tensorref.guard %same
    tensorref.fill %v into %x : f32, !tensorref.ref<?xf32>
    ```
  }];
}

def FormGroups : Pass<"tensorref-form-groups", "::mlir::func::FuncOp"> {
  let summary = "turns each access op into a group of one stage";
  let description = [{
    The group form is the only one that is lowered. `tensorref.load`, which
    gives a value to the host, stays.

    ```mlir
    tensorref.copy %a to %o : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
    ```
    becomes
    ```mlir
    tensorref.group attributes {name = "copy"} {
      tensorref.stage box [4] iterators [parallel]
          ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>)
          sequential {
      ^bb0(%x: f32):
        tensorref.yield %x : f32
      }
    }
    ```
    (It is `sequential` because nothing says that %o is injective.)
  }];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def ElideChecks : Pass<"tensorref-elide-checks", "::mlir::func::FuncOp"> {
  let summary = "drops the checks that cannot fail";
  let description = [{
    A check that depends on data needs a number from memory: the host waits for
    it, and nothing is fused across. Where the ranges of what storages hold
    (`StoredRanges.h`), the bounds of loops and the guards prove the condition,
    the check goes, with the loads and stages that only it needed. So does a
    check of a condition that has been checked before.

    ```mlir
    // labels[areas.argmin(axis=1)], with as many labels as areas has columns
    func.func @f(%m: index, %p: index, %areas: !tensorref.ref<?x8xf32>) -> !tensorref.ref<?xi64> {
      %nearest = tensorref.alloc [%m] : !tensorref.ref<?xi64>
      tensorref.group {
        tensorref.stage box [%m, 8] iterators [parallel, reduction]
            ins(%areas : !tensorref.ref<?x8xf32>) outs(%nearest : !tensorref.ref<?xi64>)
            combiners [argmin] {
        ^bb0(%x: f32):
          tensorref.yield %x : f32
        }
      }
      %c8 = arith.constant 8 : index
      %r = tensorref.select %nearest dim 0 at %p : !tensorref.ref<?xi64> to !tensorref.ref<i64>
      %v = tensorref.load %r : !tensorref.ref<i64>
      %i = arith.index_cast %v : i64 to index
      %ok = arith.cmpi slt, %i, %c8 : index
      tensorref.assert %ok, "IndexError", "out of bounds"
      return %nearest : !tensorref.ref<?xi64>
    }
    ```
    becomes
    ```mlir
    func.func @f(%m: index, %p: index, %areas: !tensorref.ref<?x8xf32>) -> !tensorref.ref<?xi64> {
      %nearest = tensorref.alloc [%m] : !tensorref.ref<?xi64>
      tensorref.group {
        tensorref.stage box [%m, 8] iterators [parallel, reduction]
            ins(%areas : !tensorref.ref<?x8xf32>) outs(%nearest : !tensorref.ref<?xi64>)
            combiners [argmin] {
        ^bb0(%x: f32):
          tensorref.yield %x : f32
        }
      }
      return %nearest : !tensorref.ref<?xi64>
    }
    ```
    Fused groups are not read: the pass runs before fusion.
  }];
}

def PromoteScalars : Pass<"tensorref-promote-scalars", "::mlir::func::FuncOp"> {
  let summary = "makes values of 0-d storages that the host needs";
  let description = [{
    `int(np.floor(box[0]))` makes 0-d storages: one for the element, one for
    its floor, which the host then loads. Each costs a kernel, and the load
    waits for both. This pass computes such values where they are needed: ops on
    scalars take the place of the stages, and a stage that reads the storage,
    repeated over a box perhaps, uses the value. MLIR's `mem2reg` does the rest.

    Into values go the 0-d allocations that the host loads, those that they are
    computed from without a dimension, and those that are computed from nothing
    but such. Not those that only kernels read, so that nothing is copied from a
    GPU's memory that the host does not need. What reductions, gathers and
    masked writes give stays in memory; it is loaded from there. The same where
    a cell of an array is read that the block itself allocates: fusion may keep
    the array in registers.

    A cell is loaded where the stage that read it was, so that later writes do
    not matter. All writes of a promoted storage are in the block of its
    allocation; it may be read deeper inside.

    ```mlir
    func.func @f(%x: !tensorref.ref<f32>, %y: !tensorref.ref<8xf32>) -> f32 {
      %s = tensorref.alloc [] : !tensorref.ref<f32>
      tensorref.group {
        tensorref.stage box [] iterators [] ins(%x : !tensorref.ref<f32>) outs(%s : !tensorref.ref<f32>) {
        ^bb0(%a: f32):
          %b = math.floor %a : f32
          tensorref.yield %b : f32
        }
      }
      %v = tensorref.load %s : !tensorref.ref<f32>
      %r = tensorref.broadcast %s to [8] : !tensorref.ref<f32> to !tensorref.ref<8xf32>
      tensorref.group {
        tensorref.stage box [8] iterators [parallel] ins(%r : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<8xf32>) sequential {
        ^bb0(%a: f32):
          tensorref.yield %a : f32
        }
      }
      return %v : f32
    }
    ```
    becomes
    ```mlir
    func.func @f(%x: !tensorref.ref<f32>, %y: !tensorref.ref<8xf32>) -> f32 {
      %0 = tensorref.load %x : !tensorref.ref<f32>
      %1 = math.floor %0 : f32
      tensorref.group {
        tensorref.stage box [8] iterators [parallel] outs(%y : !tensorref.ref<8xf32>) sequential {
          tensorref.yield %1 : f32
        }
      }
      return %1 : f32
    }
    ```
  }];
  let options = [
    Option<"report", "report", "bool", "false",
           "attach the places of what is promoted to the function, as JSON "
           "(elena.fusion_report)">
  ];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::arith::ArithDialect"];
}

def HoistChecks : Pass<"tensorref-hoist-checks", "::mlir::func::FuncOp"> {
  let summary = "puts checks before what they need not wait for";
  let description = [{
    A check that depends on data is a barrier: what stands before and behind it
    is not fused. Where it fails, the caller sees its own arrays as they are
    then, and nothing of what the function has allocated. So a check may come
    before groups that write only that, if it reads nothing of it. Checks keep
    their order.

    ```mlir
    func.func @f(%x: !tensorref.ref<8xf32>, %v: f32) -> !tensorref.ref<8xf32> {
      %c = arith.constant 0.0 : f32
      %t = tensorref.alloc [8] : !tensorref.ref<8xf32>
      tensorref.group {
        tensorref.stage box [8] iterators [parallel] ins(%x : !tensorref.ref<8xf32>) outs(%t : !tensorref.ref<8xf32>) {
        ^bb0(%a: f32):
          tensorref.yield %a : f32
        }
      }
      %ok = arith.cmpf oge, %v, %c : f32
      tensorref.assert %ok, "ValueError", "negative"
      return %t : !tensorref.ref<8xf32>
    }
    ```
    becomes
    ```mlir
    func.func @f(%arg0: !tensorref.ref<8xf32>, %arg1: f32) -> !tensorref.ref<8xf32> {
      %cst = arith.constant 0.000000e+00 : f32
      %0 = tensorref.alloc [8] : !tensorref.ref<8xf32>
      %1 = arith.cmpf oge, %arg1, %cst : f32
      tensorref.assert %1, "ValueError", "negative"
      tensorref.group {
        tensorref.stage box [8] iterators [parallel] ins(%arg0 : !tensorref.ref<8xf32>) outs(%0 : !tensorref.ref<8xf32>) {
        ^bb0(%arg2: f32):
          tensorref.yield %arg2 : f32
        }
      }
      return %0 : !tensorref.ref<8xf32>
    }
    ```
  }];
}

def MergeLoads : Pass<"tensorref-merge-loads", "::mlir::func::FuncOp"> {
  let summary = "loads each number once";
  let description = [{
    A number that the host has loaded before, from a cell that nothing has
    written since, is the same number: `x[i[k]]` and `y[i[k]]` are at the same
    index. Common subexpression elimination of loads stops at every check; this
    pass does not, and eliminates what has become common.

    ```mlir
    func.func @f(%i: !tensorref.ref<i64>) -> i64 {
      %zero = arith.constant 0 : i64
      %v = tensorref.load %i : !tensorref.ref<i64>
      %ok = arith.cmpi sge, %v, %zero : i64
      tensorref.assert %ok, "ValueError", "negative"
      %w = tensorref.load %i : !tensorref.ref<i64>
      return %w : i64
    }
    ```
    becomes
    ```mlir
    func.func @f(%arg0: !tensorref.ref<i64>) -> i64 {
      %c0_i64 = arith.constant 0 : i64
      %0 = tensorref.load %arg0 : !tensorref.ref<i64>
      %1 = arith.cmpi sge, %0, %c0_i64 : i64
      tensorref.assert %1, "ValueError", "negative"
      return %0 : i64
    }
    ```
  }];
}

def FuseStages : Pass<"tensorref-fuse-stages", "::mlir::func::FuncOp"> {
  let summary = "puts stages into groups that become one kernel each";
  let description = [{
    Plans fusion for every block that holds groups of single stages, and
    rewrites the block to the plan. docs/Fusion.md explains the moves.

    ```mlir
    func.func @f(%x: !tensorref.ref<8xf32, strided<[1]>> {tensorref.contiguous}, %y: !tensorref.ref<8xf32, strided<[1]>> {tensorref.contiguous}) {
      %t = tensorref.alloc [8] : !tensorref.ref<8xf32>
      tensorref.group {
        tensorref.stage box [8] iterators [parallel] ins(%x : !tensorref.ref<8xf32, strided<[1]>>) outs(%t : !tensorref.ref<8xf32>) {
        ^bb0(%a: f32):
          %b = math.exp %a : f32
          tensorref.yield %b : f32
        }
      }
      tensorref.group {
        tensorref.stage box [8] iterators [parallel] ins(%t : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<8xf32, strided<[1]>>) {
        ^bb0(%a: f32):
          %b = arith.addf %a, %a : f32
          tensorref.yield %b : f32
        }
      }
      return
    }
    ```
    becomes
    ```mlir
    func.func @f(%arg0: !tensorref.ref<8xf32, strided<[1]>> {tensorref.contiguous}, %arg1: !tensorref.ref<8xf32, strided<[1]>> {tensorref.contiguous}) {
      tensorref.group over [8] attributes {name = "fused_stage"} {
        %0 = tensorref.alloc [1] : !tensorref.ref<1xf32>
        %1 = tensorref.strided_view %arg0 offset 0 sizes [8] strides [1] : !tensorref.ref<8xf32, strided<[1]>> to !tensorref.ref<8xf32>
        %2 = tensorref.strided_view %0 offset 0 sizes [8] strides [0] : !tensorref.ref<1xf32> to !tensorref.ref<8xf32>
        tensorref.stage box [8] iterators [parallel] ins(%1 : !tensorref.ref<8xf32>) outs(%2 : !tensorref.ref<8xf32>) along [0] {
        ^bb0(%arg2: f32):
          %5 = math.exp %arg2 : f32
          tensorref.yield %5 : f32
        }
        %3 = tensorref.strided_view %0 offset 0 sizes [8] strides [0] : !tensorref.ref<1xf32> to !tensorref.ref<8xf32>
        %4 = tensorref.strided_view %arg1 offset 0 sizes [8] strides [1] : !tensorref.ref<8xf32, strided<[1]>> to !tensorref.ref<8xf32>
        tensorref.stage box [8] iterators [parallel] ins(%3 : !tensorref.ref<8xf32>) outs(%4 : !tensorref.ref<8xf32>) along [0] {
        ^bb0(%arg2: f32):
          %5 = arith.addf %arg2, %arg2 : f32
          tensorref.yield %5 : f32
        }
      }
      return
    }
    ```
  }];
  let options = [
    Option<"views", "views", "bool", "true",
           "fuse through views and in-place writes">,
    ListOption<"without", "without", "std::string",
               "moves that are not made: split, recompute, profit (recompute "
               "what is not worth it, too), contract, sequence, siblings, "
               "private, write-back, pack">,
    Option<"check", "check", "bool", "true",
           "test the plan against the rules of fusion before it is applied">,
    Option<"strict", "strict", "bool", "false",
           "fail where a plan is rejected, instead of making one that does "
           "less">,
    ListOption<"ignore", "ignore", "std::string",
               "for tests: predicates of Fusion/Legality.h that are taken for "
               "true; plans are not tested then">,
    Option<"print", "print", "bool", "false", "print the plan">,
    Option<"printProgram", "print-program", "bool", "false",
           "print the stages as they are after the moves, the plan, and the "
           "cells of private storages">,
    Option<"report", "report", "bool", "false",
           "attach an account of the decisions to the function, as JSON "
           "(elena.fusion_report)">
  ];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def UnrollReductions : Pass<"tensorref-unroll-reductions", "::mlir::func::FuncOp"> {
  let summary = "reductions over a few elements become element-wise stages";
  let description = [{
    `np.stack([a, b, c, d], axis=-1).min(axis=-1)` reduces rows of 4: its stage
    becomes one over the rows, which reads each column by a view of its own and
    combines what it has read, in the same order and with the same steps as the
    loop would. Fusion then sees the result as it sees any other value: it can
    be computed again where it is read, and what is read can be as well.

    Reductions over at most 8 elements, a number that is known when the program
    is compiled.

    ```mlir
    func.func @f(%x: !tensorref.ref<8x2xi32, strided<[2, 1]>>, %y: !tensorref.ref<8xi32>) {
      tensorref.group {
        tensorref.stage box [8, 2] iterators [parallel, reduction] ins(%x : !tensorref.ref<8x2xi32, strided<[2, 1]>>) outs(%y : !tensorref.ref<8xi32>) combiners [sum] {
        ^bb0(%a: i32):
          tensorref.yield %a : i32
        }
      }
      return
    }
    ```
    becomes
    ```mlir
    func.func @f(%arg0: !tensorref.ref<8x2xi32, strided<[2, 1]>>, %arg1: !tensorref.ref<8xi32>) {
      %0 = tensorref.strided_view %arg0 offset 0 sizes [8] strides [2] : !tensorref.ref<8x2xi32, strided<[2, 1]>> to !tensorref.ref<8xi32>
      %1 = tensorref.strided_view %arg0 offset 1 sizes [8] strides [2] : !tensorref.ref<8x2xi32, strided<[2, 1]>> to !tensorref.ref<8xi32>
      tensorref.group {
        tensorref.stage box [8] iterators [parallel] ins(%0, %1 : !tensorref.ref<8xi32>, !tensorref.ref<8xi32>) outs(%arg1 : !tensorref.ref<8xi32>) {
        ^bb0(%arg2: i32, %arg3: i32):
          %c0_i32 = arith.constant 0 : i32
          %2 = arith.addi %c0_i32, %arg2 : i32
          %3 = arith.addi %2, %arg3 : i32
          tensorref.yield %3 : i32
        }
      }
      return
    }
    ```
  }];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

def LoopsToKernels : Pass<"tensorref-loops-to-kernels", "::mlir::func::FuncOp"> {
  let summary = "makes one kernel of loops whose iterations allow it";
  let description = [{
    A loop whose bounds are known at run time launches the kernels of its body
    in each iteration. Where no iteration touches what another one writes
    (`elena/Analysis/LoopIterations.h`), and the body has one group or pack,
    the loop becomes a `tensorref.foreach`, which is launched once.

    Checks that depend on data stay with the host: a loop before makes those of
    all iterations. So they may depend on nothing that the loop writes. Where
    the loop writes to an argument, the kernel runs the iterations before the
    first one with a check that fails; then the check fails.

    Other loops keep their order where each iteration touches one plane of the
    only array that they write, and a group before the loop goes through the
    same planes (`elena/Analysis/OwnedPlanes.h`). The group and the loop become
    one `tensorref.foreach` over owners of planes: each of them makes its planes
    and runs those iterations, in order, that touch them. There are no more
    owners than planes, and no more pairs of owners and iterations than the
    array has cells.

    ```mlir
    func.func @f(%x: !tensorref.ref<8x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %n: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %f1 = arith.constant 1.0 : f32
      scf.for %i = %c0 to %n step %c1 {
        %row = tensorref.select %x dim 0 at %i : !tensorref.ref<8x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
        tensorref.group over [4] {
          tensorref.stage box [4] iterators [parallel] outs(%row : !tensorref.ref<4xf32>) along [0] {
            tensorref.yield %f1 : f32
          }
        }
      }
      return
    }
    ```
    becomes
    ```mlir
    func.func @f(%arg0: !tensorref.ref<8x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %arg1: index) {
      %c256 = arith.constant 256 : index
      %c1024 = arith.constant 1024 : index
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %cst = arith.constant 1.000000e+00 : f32
      %0 = arith.maxsi %arg1, %c0 : index
      %1 = arith.maxsi %0, %c1 : index
      %2 = arith.ceildivsi %c1024, %1 : index
      %3 = arith.muli %2, %c256 : index
      tensorref.foreach %0 threads %3 {
      ^bb0(%arg2: index):
        %4 = tensorref.select %arg0 dim 0 at %arg2 : !tensorref.ref<8x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
        tensorref.group over [4] {
          tensorref.stage box [4] iterators [parallel] outs(%4 : !tensorref.ref<4xf32>) along [0] {
            tensorref.yield %cst : f32
          }
        }
      }
      return
    }
    ```
  }];
  let options = [
    Option<"report", "report", "bool", "false",
           "attach which loops became kernels, and why others did not, to the "
           "function, as JSON (elena.fusion_report)">
  ];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def ShareStorage : Pass<"tensorref-share-storage", "::mlir::func::FuncOp"> {
  let summary = "lets temporaries whose lives are apart share one storage";
  let description = [{
    The life of an allocation that no result refers to goes from the first to
    the last op of the block that touches it, both included; what happens
    inside an op (a group, a pack, a loop) lasts as long as the op. Where the
    lives of two are apart, the element type is the same, and one is proved to
    be at most as large, it becomes a view of the other. The larger ones are
    placed first. What is planned is checked, by other means (StorageSharing.h),
    before it is done; a plan that is rejected is not, or is an error (`strict`).

    ```mlir
    func.func @f(%x: !tensorref.ref<8xf32>, %y: !tensorref.ref<8xf32>, %v: f32) {
      %s = tensorref.alloc [8] : !tensorref.ref<8xf32>
      %t = tensorref.alloc [2, 4] : !tensorref.ref<2x4xf32>
      tensorref.copy %x to %s : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
      tensorref.copy %s to %y : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
      tensorref.fill %v into %t : f32, !tensorref.ref<2x4xf32>
      return
    }
    ```
    becomes
    ```mlir
    func.func @f(%x: !tensorref.ref<8xf32>, %y: !tensorref.ref<8xf32>, %v: f32) {
      %s = tensorref.alloc [8] : !tensorref.ref<8xf32>
      %t = tensorref.strided_view %s offset 0 sizes [2, 4] strides [4, 1]
          injective : !tensorref.ref<8xf32> to !tensorref.ref<2x4xf32>
      tensorref.copy %x to %s : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
      tensorref.copy %s to %y : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
      tensorref.fill %v into %t : f32, !tensorref.ref<2x4xf32>
      return
    }
    ```
  }];
  let options = [
    Option<"ignoreLives", "ignore-lives", "bool", "false",
           "for tests: that lives are apart is not asked">,
    Option<"strict", "strict", "bool", "false",
           "fail where a plan is rejected, instead of sharing nothing">,
    Option<"print", "print", "bool", "false",
           "print the storages and the lives in them">
  ];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect",
                           "::mlir::arith::ArithDialect"];
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

def PrintIterations : Pass<"tensorref-print-iterations", "::mlir::func::FuncOp"> {
  let summary = "prints which loops have independent iterations";
  let description = [{
    Shows the answers of `elena/Analysis/LoopIterations.h`: a remark at each
    loop, with notes at two ops that may touch the same cells in different
    iterations. Changes nothing.

    ```
    remark: independent iterations
    ```
  }];
}

def PrintGraph : Pass<"tensorref-print-graph", "::mlir::ModuleOp"> {
  let summary = "prints what depends on what";
  let description = [{
    Prints the operation graph (`elena/Analysis/OperationGraph.h`,
    [OperationGraph.md](OperationGraph.md)) of each function to the standard
    error stream: a line per op that touches elements, then a line per
    dependence edge; then the same for the inside of each loop and branch, with
    edges from one iteration to a later one. Changes nothing.

    ```
    graph @f: 2 nodes, 1 edges
    #0 tensorref.fill | writes arg0[0 + 10*1]
    #1 tensorref.load | reads arg0[3]
    #0 -> #1 RAW contains storage-only
    ```
  }];
  let options = [
    Option<"format", "format", "std::string", /*default=*/"\"text\"",
           "text, dot for Graphviz, or json">
  ];
}

def SinkIntoLoops : Pass<"tensorref-sink-into-loops", "::mlir::func::FuncOp"> {
  let summary = "runs statements before a loop in its iterations, a row in each";
  let description = [{
    `out = np.zeros((n, m)); for i in range(n): out[i, a:b] = ...`: where no
    iteration touches a cell that another one writes, iteration i may as well
    fill row i itself, and what is fused in the iteration writes each cell
    once. So statements before the loop that do the same at every index of
    refs with n rows are run row by row, if iterations are independent with
    them, too, and write only what the function has allocated (a check in the
    loop may fail). A storage of which each iteration uses its own row only
    becomes one row that each iteration allocates.

    ```mlir
    func.func @f(%x: !tensorref.ref<?x8xf32>) -> !tensorref.ref<?x8xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0.0 : f32
      %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
      %out = tensorref.alloc [%n, 8] : !tensorref.ref<?x8xf32>
      tensorref.fill %zero into %out : f32, !tensorref.ref<?x8xf32>
      scf.for %i = %c0 to %n step %c1 {
        %a = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
        %o = tensorref.select %out dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
        %b = tensorref.slice %a[2:4] : !tensorref.ref<8xf32> to !tensorref.ref<2xf32>
        %p = tensorref.slice %o[4:6] : !tensorref.ref<8xf32> to !tensorref.ref<2xf32>
        tensorref.copy %b to %p : !tensorref.ref<2xf32>, !tensorref.ref<2xf32>
      }
      return %out : !tensorref.ref<?x8xf32>
    }
    ```
    becomes
    ```mlir
    func.func @f(%x: !tensorref.ref<?x8xf32>) -> !tensorref.ref<?x8xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0.0 : f32
      %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
      %out = tensorref.alloc [%n, 8] : !tensorref.ref<?x8xf32>
      scf.for %i = %c0 to %n step %c1 {
        %row = tensorref.select %out dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
        tensorref.fill %zero into %row : f32, !tensorref.ref<8xf32>
        %a = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
        %o = tensorref.select %out dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
        %b = tensorref.slice %a[2:4] : !tensorref.ref<8xf32> to !tensorref.ref<2xf32>
        %p = tensorref.slice %o[4:6] : !tensorref.ref<8xf32> to !tensorref.ref<2xf32>
        tensorref.copy %b to %p : !tensorref.ref<2xf32>, !tensorref.ref<2xf32>
      }
      return %out : !tensorref.ref<?x8xf32>
    }
    ```
  }];
  let dependentDialects = ["::elena::tensorref::TensorRefDialect"];
}

def SplitLoops : Pass<"elena-split-loops", "::mlir::func::FuncOp"> {
  let summary = "cuts loops where the conditions in them change";
  let description = [{
    Of the conditions of `scf.if` in loops, comparisons of indices are decided
    before the loop. One that is the same in all iterations chooses between two
    loops; one that changes once, as `i < k`, cuts the loop in two. The order of
    the iterations stays the same. What is left are loops that LLVM can
    vectorise, or sees to be a copy or a fill.

    ```mlir
    func.func @f(%to: memref<?xf32>, %v: f32, %n: index, %k: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      scf.for %i = %c0 to %n step %c1 {
        %holds = arith.cmpi slt, %i, %k : index
        scf.if %holds {
          memref.store %v, %to[%i] : memref<?xf32>
        }
      }
      return
    }
    ```
    becomes (with `canonicalize`)
    ```mlir
    func.func @f(%arg0: memref<?xf32>, %arg1: f32, %arg2: index, %arg3: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %0 = arith.maxsi %arg3, %c0 : index
      %1 = arith.minsi %0, %arg2 : index
      scf.for %arg4 = %c0 to %1 step %c1 {
        memref.store %arg1, %arg0[%arg4] : memref<?xf32>
      }
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def CollapseLoops : Pass<"elena-collapse-loops", "::mlir::func::FuncOp"> {
  let summary = "makes one loop of two over contiguous memory";
  let description = [{
    Two loops, one in the other, whose indices serve addresses only, all of them
    those of a longer row, become one loop: a vector does not end where a row of
    the array does, and a copy or a fill is one call.

    ```mlir
    func.func @f(%to: memref<8x32xf32>, %v: f32) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c8 = arith.constant 8 : index
      %c32 = arith.constant 32 : index
      scf.for %i = %c0 to %c8 step %c1 {
        scf.for %j = %c0 to %c32 step %c1 {
          memref.store %v, %to[%i, %j] : memref<8x32xf32>
        }
      }
      return
    }
    ```
    becomes (with `canonicalize`)
    ```mlir
    func.func @f(%arg0: memref<8x32xf32>, %arg1: f32) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c256 = arith.constant 256 : index
      scf.for %arg2 = %c0 to %c256 step %c1 {
        memref.store %arg1, %arg0[%c0, %arg2] : memref<8x32xf32>
      }
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def UnrollLoops : Pass<"elena-unroll-loops", "::mlir::func::FuncOp"> {
  let summary = "writes out inner loops of a few iterations";
  let description = [{
    A vector does not fill in a loop of two or three iterations, and LLVM
    vectorises the loop around it only if that is the innermost one: two or
    three columns are written out one after the other. A loop of four is one
    vector of 128 bits as it is.

    ```mlir
    func.func @f(%to: memref<?x2xf32>, %v: f32, %n: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      scf.for %i = %c0 to %n step %c1 {
        scf.for %j = %c0 to %c2 step %c1 {
          memref.store %v, %to[%i, %j] : memref<?x2xf32>
        }
      }
      return
    }
    ```
    becomes (with `canonicalize`)
    ```mlir
    func.func @f(%arg0: memref<?x2xf32>, %arg1: f32, %arg2: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      scf.for %arg3 = %c0 to %arg2 step %c1 {
        memref.store %arg1, %arg0[%arg3, %c0] : memref<?x2xf32>
        memref.store %arg1, %arg0[%arg3, %c1] : memref<?x2xf32>
      }
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def DivideKernels : Pass<"elena-divide-kernels", "::mlir::ModuleOp"> {
  let summary = "lets a kernel run a part of its iterations";
  let description = [{
    A kernel whose outermost loops are `elena.parallel` gets two parameters more,
    `part` and `shift`, and runs part number `part` of 2^`shift` parts of equal
    size, which may run in any order and at once. Its launches run it as one
    part, 0 of 2^0. Loops of few iterations, known at compile time, stay whole:
    the next inner one is divided. Beside it comes a function that
    estimates the work of a launch, about one unit for each operation and
    element; the attribute `elena.work` names it.

    ```mlir
    func.func private @k(%to: memref<?xf32>, %v: f32, %n: index) attributes {elena.kernel} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      scf.for %i = %c0 to %n step %c1 {
        memref.store %v, %to[%i] : memref<?xf32>
      } {elena.parallel}
      return
    }
    ```
    becomes (with `canonicalize`)
    ```mlir
    func.func private @k_work(%arg0: memref<?xf32>, %arg1: f32, %arg2: index) -> index attributes {passthrough = ["alwaysinline"]} {
      %c2 = arith.constant 2 : index
      %c0 = arith.constant 0 : index
      %0 = arith.maxsi %arg2, %c0 : index
      %1 = arith.muli %0, %c2 : index
      return %1 : index
    }
    func.func private @k(%arg0: memref<?xf32>, %arg1: f32, %arg2: index, %arg3: index, %arg4: index) attributes {elena.kernel, elena.work = @k_work, passthrough = ["noinline"]} {
      %c9223372036854775807 = arith.constant 9223372036854775807 : index
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %0 = arith.addi %arg3, %c1 : index
      %1 = arith.maxsi %arg2, %c0 : index
      %2 = arith.muli %1, %arg3 : index
      %3 = arith.shrui %2, %arg4 : index
      %4 = arith.andi %3, %c9223372036854775807 : index
      %5 = arith.muli %1, %0 : index
      %6 = arith.shrui %5, %arg4 : index
      %7 = arith.andi %6, %c9223372036854775807 : index
      scf.for %arg5 = %4 to %7 step %c1 {
        memref.store %arg1, %arg0[%arg5] : memref<?xf32>
      } {elena.parallel}
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

#endif // ELENA_TRANSFORMS_PASSES_TD
