// RUN: elena-opt %s --tensorref-form-groups --tensorref-promote-scalars | FileCheck %s

// int(floor(x[0])): the cell is loaded where the first stage read it, before
// the write. What is computed from values alone goes with it, and a stage that
// reads a slot through a broadcast takes the value.

// CHECK-LABEL: func.func @chain(
// CHECK-SAME: %[[X:.+]]: !tensorref.ref<4xf32>, %[[Y:.+]]: !tensorref.ref<8xf32>
// CHECK: %[[CELL:.+]] = tensorref.select %[[X]]
// CHECK: %[[A:.+]] = tensorref.load %[[CELL]]
// CHECK: tensorref.group
// CHECK: outs(%[[X]]
// CHECK-NOT: tensorref.alloc
// CHECK-NOT: tensorref.load
// CHECK: %[[B:.+]] = math.floor %[[A]] : f32
// CHECK-NEXT: %[[C:.+]] = arith.subf %[[B]], %[[A]] : f32
// CHECK: tensorref.stage box [8] iterators [parallel] outs(%[[Y]]
// CHECK-NEXT: tensorref.yield %[[C]]
// CHECK: return %[[B]]
func.func @chain(%x: !tensorref.ref<4xf32>, %y: !tensorref.ref<8xf32>, %v: f32) -> f32 {
  %cell = tensorref.select %x dim 0 at 0 : !tensorref.ref<4xf32> to !tensorref.ref<f32>
  %a = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.copy %cell to %a : !tensorref.ref<f32>, !tensorref.ref<f32>
  tensorref.fill %v into %x : f32, !tensorref.ref<4xf32>
  %b = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.map ins(%a : !tensorref.ref<f32>) outs(%b : !tensorref.ref<f32>) {
  ^bb0(%e: f32):
    %r = math.floor %e : f32
    tensorref.yield %r : f32
  }
  %c = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.map ins(%b, %a : !tensorref.ref<f32>, !tensorref.ref<f32>) outs(%c : !tensorref.ref<f32>) {
  ^bb0(%e: f32, %f: f32):
    %r = arith.subf %e, %f : f32
    tensorref.yield %r : f32
  }
  %many = tensorref.broadcast %c to [8] : !tensorref.ref<f32> to !tensorref.ref<8xf32>
  tensorref.copy %many to %y : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  %n = tensorref.load %b : !tensorref.ref<f32>
  return %n : f32
}

// Written twice, read in between, after, and inside of a loop.

// CHECK-LABEL: func.func @written_twice(
// CHECK-SAME: %[[V:[a-z0-9]+]]: f32,
// CHECK-NOT: tensorref.alloc
// CHECK: %[[W:.+]] = arith.addf %[[V]], %[[V]]
// CHECK: scf.for
// CHECK-NOT: tensorref.load
// CHECK: tensorref.yield %[[W]]
// CHECK: return %[[V]], %[[W]]
func.func @written_twice(%v: f32, %y: !tensorref.ref<8xf32>, %n: index) -> (f32, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.fill %v into %s : f32, !tensorref.ref<f32>
  %first = tensorref.load %s : !tensorref.ref<f32>
  tensorref.map ins(%s, %s : !tensorref.ref<f32>, !tensorref.ref<f32>) outs(%s : !tensorref.ref<f32>) {
  ^bb0(%e: f32, %f: f32):
    %r = arith.addf %e, %f : f32
    tensorref.yield %r : f32
  }
  %many = tensorref.broadcast %s to [8] : !tensorref.ref<f32> to !tensorref.ref<8xf32>
  scf.for %i = %c0 to %n step %c1 {
    tensorref.copy %many to %y : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  }
  %second = tensorref.load %s : !tensorref.ref<f32>
  return %first, %second : f32, f32
}

// Only kernels read it: the host has no need of it.

// CHECK-LABEL: func.func @device_only(
// CHECK: tensorref.alloc []
// CHECK-NOT: tensorref.load
func.func @device_only(%x: !tensorref.ref<f32>, %y: !tensorref.ref<8xf32>) {
  %s = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.map ins(%x : !tensorref.ref<f32>) outs(%s : !tensorref.ref<f32>) {
  ^bb0(%e: f32):
    %r = math.floor %e : f32
    tensorref.yield %r : f32
  }
  %many = tensorref.broadcast %s to [8] : !tensorref.ref<f32> to !tensorref.ref<8xf32>
  tensorref.copy %many to %y : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  return
}

// A reduction stays, and is loaded where the stage read its result.

// CHECK-LABEL: func.func @reduction(
// CHECK: %[[S:.+]] = tensorref.alloc []
// CHECK: outs(%[[S]]
// CHECK-NOT: tensorref.alloc
// CHECK: %[[V:.+]] = tensorref.load %[[S]]
// CHECK-NEXT: %[[R:.+]] = math.sqrt %[[V]]
// CHECK-NEXT: return %[[R]]
func.func @reduction(%x: !tensorref.ref<8xf32>) -> f32 {
  %s = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.reduce sum dims [0] ins(%x : !tensorref.ref<8xf32>) outs(%s : !tensorref.ref<f32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  %t = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.map ins(%s : !tensorref.ref<f32>) outs(%t : !tensorref.ref<f32>) {
  ^bb0(%e: f32):
    %r = math.sqrt %e : f32
    tensorref.yield %r : f32
  }
  %v = tensorref.load %t : !tensorref.ref<f32>
  return %v : f32
}

// Not promoted: a write that may not happen, a write in a branch, a returned
// ref, a cell of an array that fusion may keep in registers.

// CHECK-LABEL: func.func @masked(
// CHECK: tensorref.alloc []
func.func @masked(%m: !tensorref.ref<i1>, %v: f32) -> f32 {
  %s = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.fill %v into %s : f32, !tensorref.ref<f32>
  tensorref.masked_fill %v into %s where %m : f32, !tensorref.ref<f32>, !tensorref.ref<i1>
  %r = tensorref.load %s : !tensorref.ref<f32>
  return %r : f32
}

// CHECK-LABEL: func.func @branch(
// CHECK: tensorref.alloc []
func.func @branch(%c: i1, %v: f32, %w: f32) -> f32 {
  %s = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.fill %v into %s : f32, !tensorref.ref<f32>
  scf.if %c {
    tensorref.fill %w into %s : f32, !tensorref.ref<f32>
  }
  %r = tensorref.load %s : !tensorref.ref<f32>
  return %r : f32
}

// CHECK-LABEL: func.func @returned(
// CHECK: tensorref.alloc []
func.func @returned(%v: f32) -> (f32, !tensorref.ref<f32>) {
  %s = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.fill %v into %s : f32, !tensorref.ref<f32>
  %r = tensorref.load %s : !tensorref.ref<f32>
  return %r, %s : f32, !tensorref.ref<f32>
}

// CHECK-LABEL: func.func @cell_of_temporary(
// CHECK: tensorref.alloc [8]
// CHECK: tensorref.alloc []
func.func @cell_of_temporary(%v: f32) -> f32 {
  %t = tensorref.alloc [8] : !tensorref.ref<8xf32>
  tensorref.fill %v into %t : f32, !tensorref.ref<8xf32>
  %cell = tensorref.select %t dim 0 at 3 : !tensorref.ref<8xf32> to !tensorref.ref<f32>
  %s = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.copy %cell to %s : !tensorref.ref<f32>, !tensorref.ref<f32>
  %r = tensorref.load %s : !tensorref.ref<f32>
  return %r : f32
}
