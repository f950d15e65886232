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
