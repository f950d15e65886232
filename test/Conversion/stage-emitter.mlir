// RUN: elena-opt %s --elena-group-to-loops --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,CPU
// RUN: elena-opt %s --elena-kernels-to-gpu --canonicalize --cse \
// RUN:   | FileCheck %s --check-prefixes=CHECK,GPU

// One point of a stage is the same code in a loop nest and in a GPU's thread
// (elena/Conversion/StageEmitter.h): only what is around it differs.

// A sequential stage has no parallel dimension: all its loops are the point's.

// CPU-LABEL: func.func private @sequential(
// GPU-LABEL: gpu.func @sequential(
// GPU: scf.if
// CHECK: scf.for %[[I:.*]] = %c0 to %c3
// CHECK: scf.for %[[J:.*]] = %c0 to %c4
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %[[J]]]
func.func private @sequential(%o: memref<3x4xf32>, %v: f32) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<3x4xf32> to !tensorref.ref<3x4xf32>
  tensorref.group {
    tensorref.stage box [3, 4] iterators [parallel, parallel] outs(%y : !tensorref.ref<3x4xf32>) sequential {
      tensorref.yield %v : f32
    }
  }
  return
}

// Of a scatter the trailing dimensions are parallel, the index dimensions are
// not, on either side.

// CPU-LABEL: func.func private @scatter(
// CPU: scf.for %[[R:.*]] = %c0 to %c5
// GPU-LABEL: gpu.func @scatter(
// GPU: %[[R:.*]] = arith.addi
// GPU: arith.cmpi slt, %[[R]], %c5
// GPU-NOT: scf.for %{{.*}} = %c0 to %c5
// CHECK: scf.for %[[K0:.*]] = %c0 to %c2
// CHECK: scf.for %[[K1:.*]] = %c0 to %c3
// CHECK: memref.load %{{.*}}[%[[K0]], %[[K1]], %[[R]]] : memref<2x3x5xf32>
// CHECK: memref.store %{{.*}}, %{{.*}}[%{{.*}}, %[[R]]] : memref<7x5xf32>
func.func private @scatter(%s: memref<2x3x5xf32>, %i: memref<2x3x5xi64>, %x: memref<7x5xf32>) attributes {elena.kernel} {
  %a = tensorref.from_memref %s : memref<2x3x5xf32> to !tensorref.ref<2x3x5xf32>
  %b = tensorref.from_memref %i : memref<2x3x5xi64> to !tensorref.ref<2x3x5xi64>
  %y = tensorref.from_memref %x : memref<7x5xf32> to !tensorref.ref<7x5xf32>
  tensorref.group {
    tensorref.stage box [2, 3, 5] iterators [parallel, parallel, parallel]
        ins(%a, %b : !tensorref.ref<2x3x5xf32>, !tensorref.ref<2x3x5xi64>) outs(%y : !tensorref.ref<7x5xf32>) scatter 1 {
    ^bb0(%e: f32, %k: i64):
      %row = arith.index_cast %k : i64 to index
      tensorref.yield %e, %row : f32, index
    }
  }
  return
}

// The parallel dimension is the middle one; index ops give the indices of the
// box, whichever loop they come from.

// CPU-LABEL: func.func private @reduction(
// CPU: scf.for %[[J:.*]] = %c0 to %c4
// GPU-LABEL: gpu.func @reduction(
// GPU: %[[J:.*]] = arith.addi
// GPU: scf.if
// CHECK: scf.for %[[I:.*]] = %c0 to %c3 {{.*}} iter_args
// CHECK: scf.for %[[K:.*]] = %c0 to %c5 {{.*}} iter_args
// CHECK: %[[IJ:.*]] = arith.addi %[[I]], %[[J]] : index
// CHECK: %[[IJK:.*]] = arith.addi %[[IJ]], %[[K]] : index
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[J]]] : memref<4xi64>
func.func private @reduction(%o: memref<4xi64>) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<4xi64> to !tensorref.ref<4xi64>
  tensorref.group {
    tensorref.stage box [3, 4, 5] iterators [reduction, parallel, reduction] outs(%y : !tensorref.ref<4xi64>) combiners [sum] {
      %i = tensorref.index 0 : index
      %j = tensorref.index 1 : index
      %k = tensorref.index 2 : index
      %ij = arith.addi %i, %j : index
      %ijk = arith.addi %ij, %k : index
      %r = arith.index_cast %ijk : index to i64
      tensorref.yield %r : i64
    }
  }
  return
}

// Regions in the body are copied with it.

// CPU-LABEL: func.func private @region_in_the_body(
// GPU-LABEL: gpu.func @region_in_the_body(
// CHECK: %[[E:.*]] = memref.load
// CHECK: scf.if %{{.*}} -> (f32) {
// CHECK: math.sqrt %[[E]]
// CHECK: } else {
// CHECK: scf.yield %[[E]]
// CHECK: memref.store
func.func private @region_in_the_body(%a: memref<4xf32>, %c: i1) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<4xf32> to !tensorref.ref<4xf32>
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] ins(%x : !tensorref.ref<4xf32>) outs(%x : !tensorref.ref<4xf32>) {
    ^bb0(%e: f32):
      %r = scf.if %c -> f32 {
        %s = math.sqrt %e : f32
        scf.yield %s : f32
      } else {
        scf.yield %e : f32
      }
      tensorref.yield %r : f32
    }
  }
  return
}
