// RUN: elena-opt %s --elena-kernels-to-gpu --split-input-file --verify-diagnostics | FileCheck %s

// One thread per point of the parallel dimensions, the last one fastest; a tail
// guard; the kernel function stays as a declaration.

// CHECK: func.func private @map(memref<f32>, index, index, index) attributes {elena.kernel}
// CHECK: gpu.module @kernels
// CHECK: gpu.func @map(%[[P:.*]]: memref<f32>, %[[O:.*]]: index, %[[N:.*]]: index, %[[S:.*]]: index) kernel
// CHECK-SAME: known_block_size = array<i32: 256, 1, 1>
// CHECK: %[[M:.*]] = memref.reinterpret_cast %[[P]]
// CHECK: %[[BLOCK:.*]] = gpu.block_id x
// CHECK: %[[THREAD:.*]] = gpu.thread_id x
// CHECK: %[[C256:.*]] = arith.constant 256 : index
// CHECK: %[[FIRST:.*]] = arith.muli %[[BLOCK]], %[[C256]] overflow<nsw> : index
// CHECK: %[[NUMBER:.*]] = arith.addi %[[FIRST]], %[[THREAD]] overflow<nsw> : index
// CHECK: %[[COUNT:.*]] = arith.muli %[[N]], %[[C4:.*]] : index
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt, %[[NUMBER]], %[[COUNT]] : index
// CHECK: scf.if %[[INSIDE]] {
// CHECK: %[[J:.*]] = arith.remui %[[NUMBER]], %[[C4]] : index
// CHECK: %[[I:.*]] = arith.divui %[[NUMBER]], %[[C4]] : index
// CHECK: memref.load %[[M]][%[[I]], %[[J]]]
// CHECK: math.exp
// CHECK: memref.store %{{.*}}, %[[M]][%[[I]], %[[J]]]
// CHECK-NOT: tensorref
// CHECK: gpu.return
func.func private @map(%p: memref<f32>, %o: index, %n: index, %s: index) attributes {elena.kernel} {
  %m = memref.reinterpret_cast %p to offset: [%o], sizes: [%n, 4], strides: [%s, 1]
      : memref<f32> to memref<?x4xf32, strided<[?, 1], offset: ?>>
  %r = tensorref.from_memref %m
      : memref<?x4xf32, strided<[?, 1], offset: ?>> to !tensorref.ref<?x4xf32>
  tensorref.group {
    tensorref.stage box [%n, 4] iterators [parallel, parallel]
        ins(%r : !tensorref.ref<?x4xf32>) outs(%r : !tensorref.ref<?x4xf32>) {
    ^bb0(%x: f32):
      %y = math.exp %x : f32
      tensorref.yield %y : f32
    }
  }
  return
}

// -----

// A reduction is a loop in the thread of its result.

// CHECK-LABEL: gpu.func @rowsum
// CHECK: scf.if
// CHECK: scf.for
// CHECK: memref.store
func.func private @rowsum(%p: memref<f32>, %q: memref<f32>, %n: index, %k: index) attributes {elena.kernel} {
  %a = memref.reinterpret_cast %p to offset: [0], sizes: [%n, %k], strides: [%k, 1]
      : memref<f32> to memref<?x?xf32, strided<[?, 1]>>
  %b = memref.reinterpret_cast %q to offset: [0], sizes: [%n], strides: [1]
      : memref<f32> to memref<?xf32, strided<[1]>>
  %x = tensorref.from_memref %a : memref<?x?xf32, strided<[?, 1]>> to !tensorref.ref<?x?xf32>
  %o = tensorref.from_memref %b : memref<?xf32, strided<[1]>> to !tensorref.ref<?xf32>
  tensorref.group {
    tensorref.stage box [%n, %k] iterators [parallel, reduction]
        ins(%x : !tensorref.ref<?x?xf32>) outs(%o : !tensorref.ref<?xf32>) combiners [sum] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// A sequential stage is one thread's work.

// CHECK-LABEL: gpu.func @sequential
// CHECK: %[[NUMBER:.*]] = arith.addi
// CHECK: %[[ONE:.*]] = arith.constant 1 : index
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt, %[[NUMBER]], %[[ONE]] : index
// CHECK: scf.if %[[INSIDE]] {
// CHECK: scf.for
func.func private @sequential(%p: memref<f32>, %q: memref<f32>, %n: index) attributes {elena.kernel} {
  %a = memref.reinterpret_cast %p to offset: [0], sizes: [%n], strides: [1]
      : memref<f32> to memref<?xf32, strided<[1]>>
  %b = memref.reinterpret_cast %q to offset: [0], sizes: [%n], strides: [0]
      : memref<f32> to memref<?xf32, strided<[0]>>
  %x = tensorref.from_memref %a : memref<?xf32, strided<[1]>> to !tensorref.ref<?xf32>
  %o = tensorref.from_memref %b : memref<?xf32, strided<[0]>> to !tensorref.ref<?xf32>
  tensorref.group {
    tensorref.stage box [%n] iterators [parallel]
        ins(%x : !tensorref.ref<?xf32>) outs(%o : !tensorref.ref<?xf32>) sequential {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// Nothing to do: no gpu.module.

// CHECK-LABEL: func.func @host
// CHECK-NOT: gpu.module
func.func @host() {
  return
}

// -----

// expected-error @+1 {{has 0 groups; the GPU lowering takes kernels of one group or pack}}
func.func private @empty(%p: memref<f32>) attributes {elena.kernel} {
  return
}
