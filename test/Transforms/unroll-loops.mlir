// RUN: elena-opt %s --elena-unroll-loops --canonicalize --cse | FileCheck %s

// The three columns of a row; the loop of rows stays.
// CHECK-LABEL: func.func @columns
// CHECK: scf.for %[[I:.*]] = %c0 to
// CHECK-NOT: scf.for
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %c0]
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %c1]
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %c2]
// CHECK-NOT: memref.store
// CHECK: return
func.func @columns(%to: memref<?x3xf32>, %v: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %c3 step %c1 {
      memref.store %v, %to[%i, %j] : memref<?x3xf32>
    }
  }
  return
}

// A sum of two terms that the loop carries.
// CHECK-LABEL: func.func @carried
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: %[[A:.*]] = arith.addf
// CHECK: %[[B:.*]] = arith.addf %[[A]]
// CHECK: memref.store %[[B]]
func.func @carried(%x: memref<?x2xf32>, %to: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %sum = scf.for %j = %c0 to %c2 step %c1 iter_args(%acc = %zero) -> f32 {
      %v = memref.load %x[%i, %j] : memref<?x2xf32>
      %next = arith.addf %acc, %v : f32
      scf.yield %next : f32
    }
    memref.store %sum, %to[%i] : memref<?xf32>
  }
  return
}

// Four are a vector; the number of others is not known; a loop that is in no
// other is not worth it.
// CHECK-LABEL: func.func @stay
// CHECK-COUNT-5: scf.for
// CHECK: return
func.func @stay(%to: memref<?x4xf32>, %x: memref<2xf32>, %v: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %c4 step %c1 {
      memref.store %v, %to[%i, %j] : memref<?x4xf32>
    }
  }
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      memref.store %v, %to[%i, %j] : memref<?x4xf32>
    }
  }
  scf.for %i = %c0 to %c2 step %c1 {
    memref.store %v, %x[%i] : memref<2xf32>
  }
  return
}
