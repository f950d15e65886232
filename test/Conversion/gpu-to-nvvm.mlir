// RUN: elena-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(elena-gpu-to-nvvm))' | FileCheck %s

// Memrefs of rank 0 are bare pointers, indices 64 bits, the size of a block
// becomes `.maxntid`; nothing of libdevice.

// CHECK-LABEL: llvm.func @k
// CHECK-SAME: (%{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: f32)
// CHECK-SAME: nvvm.kernel, nvvm.maxntid = array<i32: 256, 1, 1>
// CHECK-NOT: __nv_
// CHECK-DAG: nvvm.read.ptx.sreg.ctaid.x
// CHECK-DAG: nvvm.read.ptx.sreg.tid.x
// CHECK-DAG: llvm.intr.sqrt
// CHECK-DAG: llvm.intr.floor
// CHECK-DAG: llvm.intr.ceil
// CHECK-DAG: llvm.intr.trunc
// CHECK-DAG: llvm.intr.roundeven
// CHECK-DAG: llvm.intr.fabs
// CHECK-DAG: llvm.intr.copysign
// CHECK-DAG: llvm.intr.fma
// CHECK-DAG: llvm.fdiv
gpu.module @kernels {
  gpu.func @k(%p: memref<f32>, %n: index, %x: f32) kernel
      attributes {known_block_size = array<i32: 256, 1, 1>} {
    %m = memref.reinterpret_cast %p to offset: [0], sizes: [%n], strides: [1]
        : memref<f32> to memref<?xf32, strided<[1]>>
    %b = gpu.block_id x
    %t = gpu.thread_id x
    %c3 = arith.constant 3 : index
    %s = arith.addi %b, %t : index
    %i = arith.floordivsi %s, %c3 : index
    %0 = math.sqrt %x : f32
    %1 = math.floor %0 : f32
    %2 = math.ceil %1 : f32
    %3 = math.trunc %2 : f32
    %4 = math.roundeven %3 : f32
    %5 = math.absf %4 : f32
    %6 = math.copysign %5, %x : f32
    %7 = math.fma %6, %x, %x : f32
    %8 = arith.divf %7, %x : f32
    %9 = math.round %8 : f32
    %10 = math.rsqrt %9 : f32
    memref.store %10, %m[%i] : memref<?xf32, strided<[1]>>
    gpu.return
  }
}

// -----

// An op that Elena's library lacks is named.

gpu.module @kernels {
  gpu.func @k(%p: memref<f32>, %x: f32) kernel {
    // expected-error @+1 {{'math.asinh' op has no code for GPUs: Elena's math library does not have this function of these types}}
    %0 = math.asinh %x : f32
    memref.store %0, %p[] : memref<f32>
    gpu.return
  }
}
