// RUN: elena-opt %s --elena-kernels-to-gpu --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

// One thread per point of the space, the last dimension fastest; the stages are
// in it, each behind a check where it does not run at all points. Private storage
// is each thread's own.

// CHECK-LABEL: gpu.func @fused
// CHECK-SAME: (%[[A:.*]]: memref<?x2xf32>, %[[O:.*]]: memref<?x2xf32>, %[[N:.*]]: index, %[[M:.*]]: index, %[[S:.*]]: index)
// CHECK-DAG: %[[P:.*]] = memref.alloca() : memref<f32>
// CHECK-DAG: %[[V:.*]] = memref.reinterpret_cast %[[P]] to offset: [0], sizes: [%[[N]], 2], strides: [0, 0]
// CHECK-DAG: %[[W:.*]] = memref.reinterpret_cast %[[P]] to offset: [0], sizes: [%[[M]], 2], strides: [0, 0]
// CHECK: %[[COUNT:.*]] = arith.muli %[[N]], %c2
// CHECK: %[[IN:.*]] = arith.cmpi slt, %[[NUMBER:.*]], %[[COUNT]]
// CHECK: scf.if %[[IN]] {
// CHECK-NEXT: %[[J:.*]] = arith.remui %[[NUMBER]], %c2
// CHECK-NEXT: %[[T:.*]] = arith.divui %[[NUMBER]], %c2
// CHECK-NEXT: %[[E:.*]] = memref.load %[[A]][%[[T]], %[[J]]]
// CHECK-NEXT: memref.store %[[E]], %[[V]][%[[T]], %[[J]]]
// CHECK-NEXT: %[[I:.*]] = arith.subi %[[T]], %[[S]]
// CHECK: scf.if %{{.*}} {
// CHECK-NEXT: %[[F:.*]] = memref.load %[[W]][%[[I]], %[[J]]]
// CHECK-NEXT: memref.store %[[F]], %[[O]][%[[I]], %[[J]]]
// CHECK-NOT: tensorref
func.func private @fused(%a: memref<?x2xf32>, %o: memref<?x2xf32>, %n: index, %m: index, %s: index) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<?x2xf32> to !tensorref.ref<?x2xf32>
  %y = tensorref.from_memref %o : memref<?x2xf32> to !tensorref.ref<?x2xf32>
  tensorref.group over [%n, 2] {
    %p = tensorref.alloc [] : !tensorref.ref<f32>
    %v = tensorref.strided_view %p offset 0 sizes [%n, 2] strides [0, 0] : !tensorref.ref<f32> to !tensorref.ref<?x2xf32>
    %w = tensorref.strided_view %p offset 0 sizes [%m, 2] strides [0, 0] : !tensorref.ref<f32> to !tensorref.ref<?x2xf32>
    tensorref.stage box [%n, 2] iterators [parallel, parallel]
        ins(%x : !tensorref.ref<?x2xf32>) outs(%v : !tensorref.ref<?x2xf32>) along [0, 1] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
    tensorref.stage box [%m, 2] iterators [parallel, parallel]
        ins(%w : !tensorref.ref<?x2xf32>) outs(%y : !tensorref.ref<?x2xf32>) along [0 + %s, 1] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// Points in order: thread 0 runs through them.

// CHECK-LABEL: gpu.func @in_order
// CHECK: %[[FIRST:.*]] = arith.cmpi slt, %{{.*}}, %c1
// CHECK: scf.if %[[FIRST]] {
// CHECK-NEXT: scf.for %[[I:.*]] = %c0 to %{{.*}} step %c1 {
// CHECK-NEXT: memref.store %{{.*}}, %{{.*}}[%[[I]]]
func.func private @in_order(%o: memref<?xf32>, %n: index, %v: f32) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<?xf32> to !tensorref.ref<?xf32>
  tensorref.group over [%n] sequential_t {
    tensorref.stage box [%n] iterators [parallel] outs(%y : !tensorref.ref<?xf32>) along [0] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

// The groups of a pack have the threads one after the other.

// CHECK-LABEL: gpu.func @packed
// CHECK-SAME: (%[[A:.*]]: memref<?xf32>, %[[B:.*]]: memref<?xf32>, %[[C:.*]]: memref<3x?xf32>, %[[N:.*]]: index, %[[V:.*]]: f32)
// CHECK: %[[IN1:.*]] = arith.cmpi slt, %[[T:.*]], %[[N]]
// CHECK-NEXT: scf.if %[[IN1]] {
// CHECK-NEXT: memref.store %[[V]], %[[A]][%[[T]]]
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[U:.*]] = arith.subi %[[T]], %[[N]]
// CHECK-NEXT: %[[IN2:.*]] = arith.cmpi slt, %[[U]], %c1
// CHECK-NEXT: scf.if %[[IN2]] {
// CHECK-NEXT: scf.for
// CHECK-NEXT: memref.store %[[V]], %[[B]]
// CHECK-NEXT: }
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[W:.*]] = arith.subi %[[U]], %c1
// CHECK-NEXT: %[[COUNT3:.*]] = arith.muli %[[N]], %c3
// CHECK-NEXT: %[[IN3:.*]] = arith.cmpi slt, %[[W]], %[[COUNT3]]
// CHECK-NEXT: scf.if %[[IN3]] {
// CHECK-NEXT: arith.remui %[[W]], %[[N]]
// CHECK-NEXT: arith.divui %[[W]], %[[N]]
// CHECK-NEXT: memref.store %[[V]], %[[C]]
func.func private @packed(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<3x?xf32>, %n: index, %v: f32) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<?xf32> to !tensorref.ref<?xf32>
  %y = tensorref.from_memref %b : memref<?xf32> to !tensorref.ref<?xf32>
  %z = tensorref.from_memref %c : memref<3x?xf32> to !tensorref.ref<3x?xf32>
  tensorref.pack {
    tensorref.group over [%n] {
      tensorref.stage box [%n] iterators [parallel] outs(%x : !tensorref.ref<?xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
    tensorref.group {
      tensorref.stage box [%n] iterators [parallel] outs(%y : !tensorref.ref<?xf32>) sequential {
        tensorref.yield %v : f32
      }
    }
    tensorref.group over [3, %n] {
      tensorref.stage box [3, %n] iterators [parallel, parallel] outs(%z : !tensorref.ref<3x?xf32>) along [0, 1] {
        tensorref.yield %v : f32
      }
    }
  }
  return
}

// -----

func.func private @not_fused(%a: memref<4xf32>, %v: f32) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<4xf32> to !tensorref.ref<4xf32>
  // expected-error @+1 {{has 2 stages and no `over`; the GPU lowering takes fused groups and groups of one stage}}
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] outs(%x : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
    tensorref.stage box [4] iterators [parallel] outs(%x : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

// Each iteration has %t threads in a row, which share its points.

// CHECK-LABEL: gpu.func @iterations(
// CHECK-SAME: %[[N:[a-z0-9]+]]: index, %[[T:[a-z0-9]+]]: index, %{{.*}}: f32)
// CHECK: %[[I:.*]] = arith.divui %[[NUMBER:.*]], %[[T]]
// CHECK: %[[FIRST:.*]] = arith.remui %[[NUMBER]], %[[T]]
// CHECK: %[[THERE:.*]] = arith.cmpi slt, %[[I]], %[[N]]
// CHECK: scf.if %[[THERE]] {
// CHECK: %[[L:.*]] = memref.load %{{.*}}[]
// CHECK: %[[M:.*]] = arith.index_cast %[[L]]
// CHECK: scf.for %[[J:.*]] = %[[FIRST]] to %[[M]] step %[[T]] {
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[J]]]
// CHECK-NOT: tensorref
func.func private @iterations(%b: memref<i64>, %o: memref<f32>, %n: index, %t: index, %v: f32) attributes {elena.kernel} {
  tensorref.foreach %n threads %t {
  ^bb0(%i: index):
    %bi = memref.reinterpret_cast %b to offset: [%i], sizes: [], strides: [] : memref<i64> to memref<i64, strided<[], offset: ?>>
    %x = tensorref.from_memref %bi : memref<i64, strided<[], offset: ?>> to !tensorref.ref<i64>
    %l = tensorref.load %x : !tensorref.ref<i64>
    %m = arith.index_cast %l : i64 to index
    %first = arith.muli %i, %n : index
    %oi = memref.reinterpret_cast %o to offset: [%first], sizes: [%m], strides: [1] : memref<f32> to memref<?xf32, strided<[1], offset: ?>>
    %y = tensorref.from_memref %oi : memref<?xf32, strided<[1], offset: ?>> to !tensorref.ref<?xf32>
    tensorref.group over [%m] {
      tensorref.stage box [%m] iterators [parallel] outs(%y : !tensorref.ref<?xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
  }
  return
}

// -----

// The sum of row %i in storage of the iteration; then, for each %k, a column.
// An iteration is a block: shared memory, and a barrier before each turn of the
// loop, which also keeps the next iteration's writes behind these reads.
// CHECK-LABEL: gpu.func @steps(
// CHECK-SAME: workgroup(%[[SUM:.*]] : memref<f32, #gpu.address_space<workgroup>>)
// CHECK: %[[I:.*]] = gpu.block_id x
// CHECK: %[[THREAD:.*]] = gpu.thread_id x
// CHECK: scf.if
// CHECK-NOT: gpu.barrier
// CHECK: scf.for %{{.*}} = %[[THREAD]] to
// CHECK: memref.store
// CHECK: scf.for %[[K:.*]] = %c0
// CHECK: gpu.barrier
// CHECK: scf.for %{{.*}} = %[[THREAD]] to %[[K]]
// CHECK: arith.addf
// CHECK: memref.store
// CHECK-NOT: tensorref
func.func private @steps(%x: memref<f32>, %y: memref<f32>, %n: index, %m: index) attributes {elena.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  tensorref.foreach %n threads %c256 {
  ^bb0(%i: index):
    %sum = tensorref.alloc [] : !tensorref.ref<f32>
    %first = arith.muli %i, %m : index
    %xi = memref.reinterpret_cast %x to offset: [%first], sizes: [%m], strides: [1] : memref<f32> to memref<?xf32, strided<[1], offset: ?>>
    %row = tensorref.from_memref %xi : memref<?xf32, strided<[1], offset: ?>> to !tensorref.ref<?xf32>
    tensorref.group over [] {
      tensorref.stage box [%m] iterators [reduction] ins(%row : !tensorref.ref<?xf32>) outs(%sum : !tensorref.ref<f32>) combiners [max] along [] {
      ^bb0(%e: f32):
        tensorref.yield %e : f32
      }
    }
    scf.for %k = %c0 to %m step %c1 {
      %yk = memref.reinterpret_cast %y to offset: [%first], sizes: [%k], strides: [1] : memref<f32> to memref<?xf32, strided<[1], offset: ?>>
      %part = tensorref.from_memref %yk : memref<?xf32, strided<[1], offset: ?>> to !tensorref.ref<?xf32>
      %all = tensorref.strided_view %sum offset 0 sizes [%k] strides [0] : !tensorref.ref<f32> to !tensorref.ref<?xf32>
      tensorref.group over [%k] {
        tensorref.stage box [%k] iterators [parallel] ins(%part, %all : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%part : !tensorref.ref<?xf32>) along [0] {
        ^bb0(%e: f32, %f: f32):
          %g = arith.addf %e, %f : f32
          tensorref.yield %g : f32
        }
      }
    }
  }
  return
}

// -----

// What the launch has counted would be another number of blocks.
func.func private @steps_of_any_team(%y: memref<4xf32>, %n: index, %t: index, %v: f32) attributes {elena.kernel} {
  %r = tensorref.from_memref %y : memref<4xf32> to !tensorref.ref<4xf32>
  // expected-error @+1 {{has several groups in an iteration, so `threads` is the constant 256: an iteration is one block}}
  tensorref.foreach %n threads %t {
  ^bb0(%i: index):
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%r : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%r : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
  }
  return
}
