// RUN: elena-opt %s --elena-collapse-loops --canonicalize --cse | FileCheck %s

// Rows that follow each other, in both arrays, are one row: the stride of a row
// is its number of columns.
// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[N:[a-z0-9]+]]: index, %[[M:[a-z0-9]+]]: index, %[[A:[a-z0-9]+]]: index
// CHECK-DAG: %[[FIRST:.*]] = arith.muli %[[A]], %[[M]]
// CHECK-DAG: %[[END:.*]] = arith.muli %[[N]], %[[M]]
// CHECK: scf.for %[[T:.*]] = %[[FIRST]] to %[[END]]
// CHECK-NEXT: memref.load %{{.*}}[%c0, %[[T]]]
// CHECK-NEXT: memref.store
// CHECK-NOT: scf.for
func.func @rows(%x: memref<f32>, %y: memref<f32>, %n: index, %m: index, %a: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %from = memref.reinterpret_cast %x to offset: [0], sizes: [%n, %m], strides: [%m, 1] : memref<f32> to memref<?x?xf32, strided<[?, 1]>>
  %to = memref.reinterpret_cast %y to offset: [0], sizes: [%n, %m], strides: [%m, 1] : memref<f32> to memref<?x?xf32, strided<[?, 1]>>
  scf.for %i = %a to %n step %c1 {
    scf.for %j = %c0 to %m step %c1 {
      %v = memref.load %from[%i, %j] : memref<?x?xf32, strided<[?, 1]>>
      memref.store %v, %to[%i, %j] : memref<?x?xf32, strided<[?, 1]>>
    }
  }
  return
}

// Addresses that are made between the loops, and three loops.
// CHECK-LABEL: func.func @linear
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @linear(%to: memref<?xf32>, %v: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c12 = arith.constant 12 : index
  %c3 = arith.constant 3 : index
  scf.for %b = %c0 to %n step %c1 {
    %plane = arith.muli %b, %c12 : index
    scf.for %i = %c0 to %c3 step %c1 {
      %row = arith.muli %i, %c4 : index
      %start = arith.addi %plane, %row : index
      scf.for %j = %c0 to %c4 step %c1 {
        %at = arith.addi %start, %j : index
        memref.store %v, %to[%at] : memref<?xf32>
      }
    }
  }
  return
}

// The rows of the one array follow each other, those of the other do not.
// CHECK-LABEL: func.func @gaps
// CHECK-COUNT-2: scf.for
func.func @gaps(%from: memref<8x16xf32, strided<[32, 1]>>, %to: memref<8x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c16 step %c1 {
      %v = memref.load %from[%i, %j] : memref<8x16xf32, strided<[32, 1]>>
      memref.store %v, %to[%i, %j] : memref<8x16xf32>
    }
  }
  return
}

// A part of each row, a column of each row, and an index that is a number.
// CHECK-LABEL: func.func @others
// CHECK-COUNT-6: scf.for
func.func @others(%to: memref<8x16xf32>, %v: f32, %numbers: memref<8x16xindex>, %columns: memref<16x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c12 = arith.constant 12 : index
  %c16 = arith.constant 16 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c12 step %c1 {
      memref.store %v, %to[%i, %j] : memref<8x16xf32>
    }
  }
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c16 step %c1 {
      memref.store %v, %columns[%j, %i] : memref<16x8xf32>
    }
  }
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c16 step %c1 {
      memref.store %i, %numbers[%i, %j] : memref<8x16xindex>
    }
  }
  return
}
