// RUN: elena-opt %s --cse --split-input-file | FileCheck %s --check-prefixes=CHECK,CSE
// RUN: elena-opt %s --loop-invariant-code-motion --split-input-file | FileCheck %s --check-prefixes=CHECK,LICM
// RUN: elena-opt %s --canonicalize --split-input-file | FileCheck %s 
// RUN: elena-opt %s --sccp --symbol-dce --remove-dead-values --split-input-file | FileCheck %s

// Upstream's passes see what our ops read and write by their memory effects.

// Equal views are one; equal loads are one unless something may have written in
// between, through whatever ref.

// CHECK-LABEL: func.func @equal_views(
// CSE: %[[V:.*]] = tensorref.flip
// CSE-NOT: tensorref.flip
// CSE: return %[[V]], %[[V]]
func.func @equal_views(%x: !tensorref.ref<?xf32>) -> (!tensorref.ref<?xf32>, !tensorref.ref<?xf32>) {
  %a = tensorref.flip %x dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.flip %x dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  return %a, %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
}

// CHECK-LABEL: func.func @loads(
// CSE: %[[BEFORE:.*]] = tensorref.load
// CSE-NOT: tensorref.load
// CHECK: tensorref.fill
// CSE: %[[AFTER:.*]] = tensorref.load
// CSE: return %[[BEFORE]], %[[BEFORE]], %[[AFTER]]
func.func @loads(%r: !tensorref.ref<f32>, %x: !tensorref.ref<?xf32>, %v: f32) -> (f32, f32, f32) {
  %0 = tensorref.load %r : !tensorref.ref<f32>
  %1 = tensorref.load %r : !tensorref.ref<f32>
  tensorref.fill %v into %x : f32, !tensorref.ref<?xf32>
  %2 = tensorref.load %r : !tensorref.ref<f32>
  return %0, %1, %2 : f32, f32, f32
}

// -----

// Two allocations are never one, and two equal writes both stay.

// CHECK-LABEL: func.func @allocations(
// CHECK: %[[A:.*]] = tensorref.alloc
// CHECK: %[[B:.*]] = tensorref.alloc
// CHECK: tensorref.fill
// CHECK: tensorref.fill
// CHECK: return %[[A]], %[[B]]
func.func @allocations(%v: f32) -> (!tensorref.ref<4xf32>, !tensorref.ref<4xf32>) {
  %a = tensorref.alloc [4] : !tensorref.ref<4xf32>
  %b = tensorref.alloc [4] : !tensorref.ref<4xf32>
  tensorref.fill %v into %a : f32, !tensorref.ref<4xf32>
  tensorref.fill %v into %b : f32, !tensorref.ref<4xf32>
  return %a, %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
}

// -----

// Every access op that writes stays, though it has no result.

// CHECK-LABEL: func.func @writes_stay(
// CHECK: tensorref.map
// CHECK: tensorref.fill
// CHECK: tensorref.copy
// CHECK: tensorref.iota
// CHECK: tensorref.from_elements
// CHECK: tensorref.reduce
// CHECK: tensorref.scan
// CHECK: tensorref.masked_copy
// CHECK: tensorref.masked_fill
// CHECK: tensorref.gather
// CHECK: tensorref.scatter
// CHECK: tensorref.guard
// CHECK: tensorref.guard_apart
// CHECK: tensorref.assert
func.func @writes_stay(%x: !tensorref.ref<4xf32>, %y: !tensorref.ref<4xf32>, %r: !tensorref.ref<f32>,
                       %m: !tensorref.ref<4xi1>, %i: !tensorref.ref<4xi64>, %v: f32, %c: i1) {
  tensorref.map outs(%x : !tensorref.ref<4xf32>) {
    tensorref.yield %v : f32
  }
  tensorref.fill %v into %x : f32, !tensorref.ref<4xf32>
  tensorref.copy %y to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  tensorref.iota %v step %v into %x : f32, !tensorref.ref<4xf32>
  tensorref.from_elements %v, %v, %v, %v into %x : !tensorref.ref<4xf32>
  tensorref.reduce sum dims [0] ins(%x : !tensorref.ref<4xf32>) outs(%r : !tensorref.ref<f32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  tensorref.scan sum dim 0 ins(%x : !tensorref.ref<4xf32>) outs(%y : !tensorref.ref<4xf32>)
  tensorref.masked_copy %y to %x where %m : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  tensorref.masked_fill %v into %x where %m : f32, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  tensorref.gather %x[%i] into %y : !tensorref.ref<4xf32>[!tensorref.ref<4xi64>] into !tensorref.ref<4xf32>
  tensorref.scatter %y into %x[%i] : !tensorref.ref<4xf32> into !tensorref.ref<4xf32>[!tensorref.ref<4xi64>]
  tensorref.guard %c
  tensorref.guard_apart %x, %y : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  tensorref.assert %c, "ValueError", "no"
  return
}

// -----

// Views leave a loop, reads and writes do not.

// CHECK-LABEL: func.func @loop(
// LICM: %[[V:.*]] = tensorref.flip
// CHECK: scf.for
// LICM-NOT: tensorref.flip
// CHECK: tensorref.load
// CHECK: tensorref.fill
func.func @loop(%x: !tensorref.ref<?xf32>, %r: !tensorref.ref<f32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %v = tensorref.flip %x dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
    %e = tensorref.load %r : !tensorref.ref<f32>
    tensorref.fill %e into %v : f32, !tensorref.ref<?xf32>
  }
  return
}

// CHECK-LABEL: func.func @allocation_in_a_loop(
// CHECK: scf.for
// CHECK: tensorref.alloc
func.func @allocation_in_a_loop(%x: !tensorref.ref<4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
    tensorref.copy %x to %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
    %u = tensorref.flip %t dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
    tensorref.copy %u to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  }
  return
}

// -----

// Groups: stages write.

// CHECK-LABEL: func.func @group(
// CHECK: tensorref.group
// CHECK: tensorref.stage
func.func @group(%x: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] outs(%x : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

