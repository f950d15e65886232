// RUN: elena-opt %s | elena-opt | FileCheck %s
// RUN: elena-opt %s --mlir-print-op-generic | elena-opt | FileCheck %s
// RUN: elena-opt %s --emit-bytecode | elena-opt | FileCheck %s

// CHECK-LABEL: func.func @slice(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32>, %[[A:.*]]: index, %[[B:.*]]: index)
// CHECK: tensorref.slice %[[X]][_:_, _:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
// CHECK: tensorref.slice %[[X]][%[[A]]:%[[B]], 1:-1:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x1xf32>
// CHECK: tensorref.slice %[[X]][_:%[[B]]:-3, _:_:-1] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
// CHECK: tensorref.slice %[[X]][%[[A]]:_, %[[B]]:3] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x?xf32>
func.func @slice(%x: !tensorref.ref<?x4xf32>, %a: index, %b: index) {
  %0 = tensorref.slice %x[_:_, _:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
  %1 = tensorref.slice %x[%a:%b:1, 1:-1:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x1xf32>
  %2 = tensorref.slice %x[_:%b:-3, _:_:-1] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
  %3 = tensorref.slice %x[%a:_, %b:3] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x?xf32>
  return
}

// A 0-d ref has no dimension to slice.
// CHECK-LABEL: func.func @slice_0d(
// CHECK: tensorref.slice %{{.*}}[] : !tensorref.ref<f32> to !tensorref.ref<f32>
func.func @slice_0d(%x: !tensorref.ref<f32>) {
  %0 = tensorref.slice %x[] : !tensorref.ref<f32> to !tensorref.ref<f32>
  return
}

// CHECK-LABEL: func.func @select(
// CHECK: tensorref.select %{{.*}} dim 1 at %{{.*}} : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
// CHECK: tensorref.select %{{.*}} dim 1 at -4 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
func.func @select(%x: !tensorref.ref<?x4xf32>, %i: index) {
  %0 = tensorref.select %x dim 1 at %i : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %1 = tensorref.select %x dim 1 at -4 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  return
}

// CHECK-LABEL: func.func @axes(
// CHECK: %[[V:.*]] = tensorref.newaxis %{{.*}} dims [0, 2] : !tensorref.ref<?x4xf32> to !tensorref.ref<1x?x1x4xf32>
// CHECK: tensorref.squeeze %[[V]] dims [0, 2] : !tensorref.ref<1x?x1x4xf32> to !tensorref.ref<?x4xf32>
// CHECK: tensorref.transpose %[[V]] permutation [3, 0, 1, 2] : !tensorref.ref<1x?x1x4xf32> to !tensorref.ref<4x1x?x1xf32>
// CHECK: tensorref.flip %[[V]] dims [3, 1] : !tensorref.ref<1x?x1x4xf32> to !tensorref.ref<1x?x1x4xf32>
func.func @axes(%x: !tensorref.ref<?x4xf32>) {
  %0 = tensorref.newaxis %x dims [0, 2] : !tensorref.ref<?x4xf32> to !tensorref.ref<1x?x1x4xf32>
  %1 = tensorref.squeeze %0 dims [0, 2] : !tensorref.ref<1x?x1x4xf32> to !tensorref.ref<?x4xf32>
  %2 = tensorref.transpose %0 permutation [3, 0, 1, 2]
      : !tensorref.ref<1x?x1x4xf32> to !tensorref.ref<4x1x?x1xf32>
  %3 = tensorref.flip %0 dims [3, 1]
      : !tensorref.ref<1x?x1x4xf32> to !tensorref.ref<1x?x1x4xf32>
  return
}

// CHECK-LABEL: func.func @shapes(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32>, %[[N:.*]]: index)
// CHECK: tensorref.broadcast %[[X]] to [2, %[[N]], 4] : !tensorref.ref<?x4xf32> to !tensorref.ref<2x?x4xf32>
// CHECK: tensorref.reshape %[[X]] to [%[[N]], 2, 2] groups {{\[\[}}0], [1]] into {{\[\[}}0], [1, 2]] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2x2xf32>
// CHECK: tensorref.reshape %{{.*}} to [2, 6] : !tensorref.ref<3x4xf32> to !tensorref.ref<2x6xf32>
func.func @shapes(%x: !tensorref.ref<?x4xf32>, %n: index) {
  %0 = tensorref.broadcast %x to [2, %n, 4] : !tensorref.ref<?x4xf32> to !tensorref.ref<2x?x4xf32>
  %1 = tensorref.reshape %x to [%n, 2, 2] groups [[0], [1]] into [[0], [1, 2]]
      : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2x2xf32>
  %2 = tensorref.alloc [3, 4] : !tensorref.ref<3x4xf32>
  %3 = tensorref.reshape %2 to [2, 6] : !tensorref.ref<3x4xf32> to !tensorref.ref<2x6xf32>
  return
}

// CHECK-LABEL: func.func @diagonals_and_windows(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32>, %[[N:.*]]: index)
// CHECK: tensorref.diagonal %[[X]] offset -1 dims [1, 0] : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
// CHECK: tensorref.sliding_window %[[X]] window [%[[N]], 3] dims [0, 1] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2x?x3xf32>
// CHECK: tensorref.sliding_window %[[X]] window [2, 2] dims [1, 1] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2x2x2xf32>
func.func @diagonals_and_windows(%x: !tensorref.ref<?x4xf32>, %n: index) {
  %0 = tensorref.diagonal %x offset -1 dims [1, 0] : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %1 = tensorref.sliding_window %x window [%n, 3] dims [0, 1]
      : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2x?x3xf32>
  %2 = tensorref.sliding_window %x window [2, 2] dims [1, 1]
      : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2x2x2xf32>
  return
}

// CHECK-LABEL: func.func @strided_view(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?xf32>, %[[N:.*]]: index)
// CHECK: tensorref.strided_view %[[X]] offset %[[N]] sizes [%[[N]], 2] strides [4, %[[N]]] : !tensorref.ref<?xf32> to !tensorref.ref<?x2xf32>
// CHECK: tensorref.strided_view %[[X]] offset 3 sizes [2] strides [-1] injective : !tensorref.ref<?xf32> to !tensorref.ref<2xf32>
// CHECK: tensorref.strided_view %[[X]] offset 0 sizes [] strides [] : !tensorref.ref<?xf32> to !tensorref.ref<f32>
func.func @strided_view(%x: !tensorref.ref<?xf32>, %n: index) {
  %0 = tensorref.strided_view %x offset %n sizes [%n, 2] strides [4, %n]
      : !tensorref.ref<?xf32> to !tensorref.ref<?x2xf32>
  %1 = tensorref.strided_view %x offset 3 sizes [2] strides [-1] injective
      : !tensorref.ref<?xf32> to !tensorref.ref<2xf32>
  %2 = tensorref.strided_view %x offset 0 sizes [] strides []
      : !tensorref.ref<?xf32> to !tensorref.ref<f32>
  return
}
