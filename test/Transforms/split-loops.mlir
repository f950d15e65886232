// RUN: elena-opt %s --elena-split-loops --canonicalize --cse | FileCheck %s

// A condition that changes once: two loops, without a branch.
// CHECK-LABEL: func.func @padded
// CHECK-SAME: (%[[TO:.*]]: memref<?xf32>, %[[FROM:.*]]: memref<?xf32>, %[[V:.*]]: f32, %[[N:.*]]: index, %[[K:.*]]: index)
func.func @padded(%to: memref<?xf32>, %from: memref<?xf32>, %v: f32, %n: index, %k: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[LOW:.*]] = arith.maxsi %[[K]], %c0
  // CHECK: %[[CUT:.*]] = arith.minsi %[[LOW]], %[[N]]
  // CHECK: scf.for %[[I:.*]] = %c0 to %[[CUT]]
  // CHECK-NEXT: %[[X:.*]] = memref.load %[[FROM]][%[[I]]]
  // CHECK-NEXT: memref.store %[[X]], %[[TO]][%[[I]]]
  // CHECK-NEXT: }
  // CHECK: scf.for %[[J:.*]] = %[[CUT]] to %[[N]]
  // CHECK-NEXT: memref.store %[[V]], %[[TO]][%[[J]]]
  // CHECK-NEXT: }
  // CHECK-NOT: scf
  scf.for %i = %c0 to %n step %c1 {
    %inside = arith.cmpi slt, %i, %k : index
    %x = scf.if %inside -> (f32) {
      %there = memref.load %from[%i] : memref<?xf32>
      scf.yield %there : f32
    } else {
      scf.yield %v : f32
    }
    memref.store %x, %to[%i] : memref<?xf32>
  }
  return
}

// From the inside out: the row's part of the condition cuts the loop over rows
// (in another loop: the root stays one loop).
// CHECK-LABEL: func.func @rows
func.func @rows(%to: memref<?x?x?xf32>, %v: f32, %n: index, %k: index, %h: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for
  // CHECK: scf.for %{{.*}} = %{{.*}} to %[[CUT:[0-9]+]]
  // CHECK-NEXT: scf.for
  // CHECK-NEXT: memref.store
  // CHECK-NEXT: }
  // CHECK-NEXT: }
  // CHECK-NEXT: }
  // CHECK-NEXT: return
  scf.for %b = %c0 to %n step %c1 {
    scf.for %i = %c0 to %n step %c1 {
      scf.for %j = %c0 to %n step %c1 {
        %row = arith.cmpi sgt, %k, %i : index
        %column = arith.cmpi slt, %j, %h : index
        %inside = arith.andi %row, %column : i1
        scf.if %inside {
          memref.store %v, %to[%b, %i, %j] : memref<?x?x?xf32>
        }
      }
    }
  }
  return
}

// What is the same in all iterations chooses between loops, which carry on.
// CHECK-LABEL: func.func @sum
// CHECK: %[[R:.*]] = scf.if %{{.*}} -> (f32) {
// CHECK: scf.for
// CHECK: arith.addf
// CHECK: } else {
// CHECK: scf.for
// CHECK: arith.subf
// CHECK: return %[[R]]
func.func @sum(%x: memref<?xf32>, %zero: f32, %n: index, %plus: i1) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %t = scf.if %plus -> (f32) {
      %u = arith.addf %s, %v : f32
      scf.yield %u : f32
    } else {
      %u = arith.subf %s, %v : f32
      scf.yield %u : f32
    }
    scf.yield %t : f32
  }
  return %r : f32
}

// Falling indices: n - 1 - i >= k holds before, not after; the sum goes through
// both loops.
// CHECK-LABEL: func.func @falling
// CHECK: %[[A:.*]] = scf.for %{{.*}} = %c0 to %[[CUT:.*]] step %c1 iter_args
// CHECK: arith.addf
// CHECK: %[[B:.*]] = scf.for %{{.*}} = %[[CUT]] to %{{.*}} step %c1 iter_args(%{{.*}} = %[[A]])
// CHECK-NOT: scf.if
// CHECK: return %[[B]]
func.func @falling(%x: memref<?xf32>, %zero: f32, %n: index, %k: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %from_end = arith.subi %n, %i : index
    %last = arith.subi %from_end, %c1 : index
    %holds = arith.cmpi sge, %last, %k : index
    %t = scf.if %holds -> (f32) {
      %u = arith.addf %s, %v : f32
      scf.yield %u : f32
    } else {
      %u = arith.mulf %s, %v : f32
      scf.yield %u : f32
    }
    scf.yield %t : f32
  }
  return %r : f32
}

// Neither what data decide nor what changes twice cuts a loop.
// CHECK-LABEL: func.func @kept
// CHECK-COUNT-2: scf.if
// CHECK-NOT: scf.if
func.func @kept(%x: memref<?xi1>, %to: memref<?xf32>, %v: f32, %n: index, %k: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %data = memref.load %x[%i] : memref<?xi1>
    scf.if %data {
      memref.store %v, %to[%i] : memref<?xf32>
    }
    %once = arith.cmpi eq, %i, %k : index
    scf.if %once {
      memref.store %v, %to[%k] : memref<?xf32>
    }
  }
  return
}

// Few iterations are left to LLVM, which unrolls them.
// CHECK-LABEL: func.func @short
// CHECK: scf.for
// CHECK: scf.if
func.func @short(%to: memref<?xf32>, %v: f32, %k: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %inside = arith.cmpi slt, %i, %k : index
    scf.if %inside {
      memref.store %v, %to[%i] : memref<?xf32>
    }
  }
  return
}

// A number that loops inside use changes once.
// CHECK-LABEL: func.func @flags
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NEXT: scf.for
// CHECK-NEXT: memref.store %true
// CHECK: scf.for
// CHECK-NEXT: scf.for
// CHECK-NEXT: memref.store %false
// CHECK-NOT: cmpi
// CHECK: return
func.func @flags(%to: memref<?x?x?xi1>, %n: index, %k: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %b = %c0 to %n step %c1 {
    scf.for %i = %c0 to %n step %c1 {
      %flag = arith.cmpi slt, %i, %k : index
      scf.for %j = %c0 to %n step %c1 {
        memref.store %flag, %to[%b, %i, %j] : memref<?x?x?xi1>
      }
    }
  }
  return
}
