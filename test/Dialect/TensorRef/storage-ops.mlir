// RUN: elena-opt %s | elena-opt | FileCheck %s
// RUN: elena-opt %s --mlir-print-op-generic | elena-opt | FileCheck %s
// RUN: elena-opt %s --emit-bytecode | elena-opt | FileCheck %s

// What is printed is what was read, through the pretty form, the generic form
// and bytecode: types and the ops on storages.

// CHECK-LABEL: func.func @types(
// CHECK-SAME: %{{.*}}: !tensorref.ref<f32>,
// CHECK-SAME: %{{.*}}: !tensorref.ref<4x?xi64>,
// CHECK-SAME: %{{.*}}: !tensorref.ref<?x4xf64, strided<[?, 1], offset: ?>>,
// CHECK-SAME: %{{.*}}: !tensorref.ref<2xi8, strided<[-1]>>,
// CHECK-SAME: %{{.*}}: !tensorref.ref<0x3xi1>,
// CHECK-SAME: %{{.*}}: !tensorref.ref<?xi16> {tensorref.contiguous},
// CHECK-SAME: %{{.*}}: !tensorref.ref<?xi32> {tensorref.injective})
func.func @types(%0: !tensorref.ref<f32>, %1: !tensorref.ref<4x?xi64>,
                 %2: !tensorref.ref<?x4xf64, strided<[?, 1], offset: ?>>,
                 %3: !tensorref.ref<2xi8, strided<[-1]>>,
                 %4: !tensorref.ref<0x3xi1>,
                 %5: !tensorref.ref<?xi16> {tensorref.contiguous},
                 %6: !tensorref.ref<?xi32> {tensorref.injective}) {
  return
}

// CHECK-LABEL: func.func @alloc(
// CHECK-SAME: %[[N:.*]]: index)
// CHECK: tensorref.alloc [%[[N]], 4] : !tensorref.ref<?x4xf32>
// CHECK: tensorref.alloc [] : !tensorref.ref<f32>
// CHECK: tensorref.alloc [3] : !tensorref.ref<3xi1>
// CHECK: tensorref.alloc [0, 3] : !tensorref.ref<0x3xi64>
func.func @alloc(%n: index) {
  %0 = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  %1 = tensorref.alloc [] : !tensorref.ref<f32>
  %2 = tensorref.alloc [3] : !tensorref.ref<3xi1>
  %3 = tensorref.alloc [0, 3] : !tensorref.ref<0x3xi64>
  return
}

// CHECK-LABEL: func.func @memrefs(
// CHECK-SAME: %[[M:.*]]: memref<?x4xf32, strided<[?, 1], offset: ?>>, %[[B:.*]]: memref<3xi8>)
// CHECK: %[[R:.*]] = tensorref.from_memref %[[M]] : memref<?x4xf32, strided<[?, 1], offset: ?>> to !tensorref.ref<?x4xf32>
// CHECK: tensorref.from_memref %[[B]] : memref<3xi8> to !tensorref.ref<3xi1>
// CHECK: tensorref.to_memref %[[R]] : !tensorref.ref<?x4xf32> to memref<?x4xf32, strided<[?, ?], offset: ?>>
// CHECK: tensorref.base %[[R]] : !tensorref.ref<?x4xf32> to memref<f32>
func.func @memrefs(%m: memref<?x4xf32, strided<[?, 1], offset: ?>>, %b: memref<3xi8>) {
  %0 = tensorref.from_memref %m
      : memref<?x4xf32, strided<[?, 1], offset: ?>> to !tensorref.ref<?x4xf32>
  %1 = tensorref.from_memref %b : memref<3xi8> to !tensorref.ref<3xi1>
  %2 = tensorref.to_memref %0
      : !tensorref.ref<?x4xf32> to memref<?x4xf32, strided<[?, ?], offset: ?>>
  %3 = tensorref.base %0 : !tensorref.ref<?x4xf32> to memref<f32>
  return
}

// CHECK-LABEL: func.func @metadata(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32>)
// CHECK: tensorref.dim %[[X]], 0 : !tensorref.ref<?x4xf32>
// CHECK: tensorref.stride %[[X]], 1 : !tensorref.ref<?x4xf32>
func.func @metadata(%x: !tensorref.ref<?x4xf32>) {
  %0 = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %1 = tensorref.stride %x, 1 : !tensorref.ref<?x4xf32>
  return
}
