// RUN: elena-opt %s --elena-module-to-llvm --canonicalize --cse --reconcile-unrealized-casts | FileCheck %s
// RUN: elena-opt %s --elena-module-to-llvm --reconcile-unrealized-casts | mlir-translate --mlir-to-llvmir \
// RUN:   | FileCheck %s --check-prefix=LLVM

// Bug: upstream's `mul nuw` and `getelementptr nuw` make the address of every
// element of x[::-1] poison. Ours are signed: nsw and inbounds, never nuw.

// CHECK-NOT: nuw
// LLVM-NOT: nuw

// CHECK-LABEL: llvm.func @reversed(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr, %[[O:.*]]: i64, %[[N:.*]]: i64, %[[S:.*]]: i64, %[[I:.*]]: i64, %[[J:.*]]: i64)
// CHECK: %[[MINUS:.*]] = llvm.mlir.constant(-1 : i64)
// CHECK: %[[ROW:.*]] = llvm.mul %[[I]], %[[S]] overflow<nsw>
// CHECK: %[[AT:.*]] = llvm.add %[[O]], %[[ROW]] overflow<nsw>
// CHECK: %[[BACK:.*]] = llvm.mul %[[J]], %[[MINUS]] overflow<nsw>
// CHECK: %[[POSITION:.*]] = llvm.add %[[AT]], %[[BACK]] overflow<nsw>
// CHECK: %[[ADDRESS:.*]] = llvm.getelementptr inbounds %[[P]][%[[POSITION]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: %[[E:.*]] = llvm.load %[[ADDRESS]] : !llvm.ptr -> f32
// CHECK: llvm.store %[[E]], %{{.*}} : f32, !llvm.ptr
func.func @reversed(%p: memref<f32>, %o: index, %n: index, %s: index, %i: index, %j: index) {
  %m = memref.reinterpret_cast %p to offset: [%o], sizes: [%n, 4], strides: [%s, -1]
      : memref<f32> to memref<?x4xf32, strided<[?, -1], offset: ?>>
  %e = memref.load %m[%i, %j] : memref<?x4xf32, strided<[?, -1], offset: ?>>
  memref.store %e, %m[%j, %i] : memref<?x4xf32, strided<[?, -1], offset: ?>>
  return
}

// Strides 0 and 1 and an offset 0 cost nothing.

// CHECK-LABEL: llvm.func @broadcast(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64, %[[J:.*]]: i64)
// CHECK-NOT: llvm.mul
// CHECK-NOT: llvm.add
// CHECK: llvm.getelementptr inbounds %[[P]][%[[J]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: llvm.return
func.func @broadcast(%p: memref<f32>, %n: index, %i: index, %j: index) -> f32 {
  %m = memref.reinterpret_cast %p to offset: [0], sizes: [%n, 4], strides: [0, 1]
      : memref<f32> to memref<?x4xf32, strided<[0, 1]>>
  %e = memref.load %m[%i, %j] : memref<?x4xf32, strided<[0, 1]>>
  return %e : f32
}

// A 0-d access is the pointer itself, or the pointer and the offset.

// CHECK-LABEL: llvm.func @zero_d(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr, %[[O:.*]]: i64, %[[V:.*]]: i8)
// CHECK: llvm.store %[[V]], %[[P]] : i8, !llvm.ptr
// CHECK: %[[A:.*]] = llvm.getelementptr inbounds %[[P]][%[[O]]] : (!llvm.ptr, i64) -> !llvm.ptr, i8
// CHECK: llvm.store %[[V]], %[[A]] : i8, !llvm.ptr
func.func @zero_d(%p: memref<i8>, %o: index, %v: i8) {
  memref.store %v, %p[] : memref<i8>
  %m = memref.reinterpret_cast %p to offset: [%o], sizes: [], strides: [] : memref<i8> to memref<i8, strided<[], offset: ?>>
  memref.store %v, %m[] : memref<i8, strided<[], offset: ?>>
  return
}
