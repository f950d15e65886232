//===- GPUPasses.td - Passes of the GPU target -------------*- tablegen -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_GPUPASSES_TD
#define ELENA_CONVERSION_GPUPASSES_TD

include "mlir/Pass/PassBase.td"

def MathToCalls : Pass<"elena-math-to-calls"> {
  let summary = "call Elena's math library for exp, log, sin, ...";
  let description = [{
    Replaces the ops of the math dialect that no processor has an instruction
    for, and `arith.remf`, by calls of Elena's own math library, so that CPU and
    GPU compute the same bits. Only scalars of f32 and f64 are replaced; ops
    such as `math.sqrt`, `math.floor` or `math.fma` are left to LLVM.

    Runs on a module or a gpu.module: the functions are declared in the symbol
    table that is nearest to the op.

    ```mlir
    func.func @f(%x: f32) -> f32 {
      %y = math.exp %x : f32
      return %y : f32
    }
    ```
    becomes
    ```mlir
    func.func private @elena_exp_f32(f32) -> f32
    func.func @f(%x: f32) -> f32 {
      %y = func.call @elena_exp_f32(%x) : (f32) -> f32
      return %y : f32
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def KernelsToGPU : Pass<"elena-kernels-to-gpu", "::mlir::ModuleOp"> {
  let summary = "make GPU kernels from kernel functions";
  let description = [{
    Makes a `gpu.func` in one `gpu.module` from every kernel function (those
    with the attribute `elena.kernel`), and leaves a declaration of the kernel
    function behind. The kernel's parameters stay as they are.

    One thread computes one point of the parallel dimensions of the stage: the
    threads span the linearised parallel dimensions, the last one fastest, in
    blocks of 256. Reduction and scan dimensions are loops within a thread. The
    points of a stage that is `sequential` are computed by thread 0 alone, one
    after the other in C order.

    One thread computes one point of a fused group's space: all that the stages
    do there. Its private storage is local memory, or registers. With
    `sequential_t` thread 0 computes all points. The first threads of a pack are
    those of its first group, the next ones those of the second, and so on.

    ```mlir
    func.func private @k(%p: memref<f32>, %n: index) attributes {elena.kernel} {
      %m = memref.reinterpret_cast %p to offset: [0], sizes: [%n], strides: [1]
          : memref<f32> to memref<?xf32, strided<[1]>>
      %r = tensorref.from_memref %m
          : memref<?xf32, strided<[1]>> to !tensorref.ref<?xf32>
      tensorref.group {
        tensorref.stage box [%n] iterators [parallel]
            outs(%r : !tensorref.ref<?xf32>) {
          %one = arith.constant 1.0 : f32
          tensorref.yield %one : f32
        }
      }
      return
    }
    ```
    becomes
    ```mlir
    func.func private @k(memref<f32>, index) attributes {elena.kernel}
    gpu.module @kernels {
      gpu.func @k(%p: memref<f32>, %n: index) kernel
          attributes {known_block_size = array<i32: 256, 1, 1>} {
        %m = memref.reinterpret_cast %p to offset: [0], sizes: [%n], strides: [1]
            : memref<f32> to memref<?xf32, strided<[1]>>
        %block = gpu.block_id x
        %thread = gpu.thread_id x
        %size = arith.constant 256 : index
        %first = arith.muli %block, %size overflow<nsw> : index
        %i = arith.addi %first, %thread overflow<nsw> : index
        %inside = arith.cmpi slt, %i, %n : index
        scf.if %inside {
          %one = arith.constant 1.0 : f32
          memref.store %one, %m[%i] : memref<?xf32, strided<[1]>>
        }
        gpu.return
      }
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::math::MathDialect", "::mlir::ub::UBDialect"
  ];
}

def GPUToNVVM : Pass<"elena-gpu-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "lower a gpu.module to the LLVM and NVVM dialects";
  let description = [{
    Converts what `elena-kernels-to-gpu` made, with `index` as 64 bits and a
    memref of rank 0 as one pointer. Differs from upstream's
    `convert-gpu-to-nvvm` in its mathematics: nothing is left to libdevice,
    square roots and divisions are rounded to nearest, nothing is contracted.
    Structured control flow and functions from `elena-math-to-calls` must have
    been made before.
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

#endif // ELENA_CONVERSION_GPUPASSES_TD
