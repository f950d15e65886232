// RUN: elena-opt %s --mlir-disable-threading --split-input-file --tensorref-form-groups \
// RUN:   "--tensorref-share-storage=print=true" --canonicalize | FileCheck %s

// Lives that are apart: the smaller one is a view of the larger one, which
// comes first now.

// CHECK: storage 0: 64 bytes of f32, ops [[#A:]] to [[#B:]]
// CHECK: storage 0: 32 bytes of f32, ops [[#C:]] to [[#D:]]
// CHECK-LABEL: func.func @apart(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !tensorref.ref<8xf32>, %[[Y:[a-z0-9]+]]: !tensorref.ref<16xf32>
func.func @apart(%x: !tensorref.ref<8xf32>, %y: !tensorref.ref<16xf32>) attributes {elena.entry} {
  // CHECK: %[[S:.+]] = tensorref.alloc [16] : !tensorref.ref<16xf32>
  // CHECK-NOT: tensorref.alloc
  // CHECK: %[[T:.+]] = tensorref.strided_view %[[S]] offset 0 sizes [2, 4] strides [4, 1] injective
  %t = tensorref.alloc [2, 4] : !tensorref.ref<2x4xf32>
  %s = tensorref.alloc [16] : !tensorref.ref<16xf32>
  %r = tensorref.reshape %x to [2, 4] : !tensorref.ref<8xf32> to !tensorref.ref<2x4xf32>
  tensorref.copy %r to %t : !tensorref.ref<2x4xf32>, !tensorref.ref<2x4xf32>
  tensorref.copy %t to %r : !tensorref.ref<2x4xf32>, !tensorref.ref<2x4xf32>
  tensorref.copy %y to %s : !tensorref.ref<16xf32>, !tensorref.ref<16xf32>
  tensorref.copy %s to %y : !tensorref.ref<16xf32>, !tensorref.ref<16xf32>
  return
}

// -----

// One op that reads one and writes the other: both live there.

// CHECK: storage 0:
// CHECK: storage 1:
// CHECK-LABEL: func.func @meet(
func.func @meet(%x: !tensorref.ref<8xf32>) attributes {elena.entry} {
  // CHECK-COUNT-2: tensorref.alloc
  %s = tensorref.alloc [8] : !tensorref.ref<8xf32>
  %t = tensorref.alloc [8] : !tensorref.ref<8xf32>
  tensorref.copy %x to %s : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  tensorref.copy %s to %t : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  tensorref.copy %t to %x : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  return
}

// -----

// Two small ones, which meet, side by side where a large one was; the sizes
// are known at run time only.

// CHECK: storage 0: 16*dim(arg0,0) bytes
// CHECK: storage 0: 4*dim(arg0,0) bytes
// CHECK: storage 0: 4*dim(arg0,0) bytes
// CHECK-LABEL: func.func @side_by_side(
func.func @side_by_side(%x: !tensorref.ref<?x4xf32>) attributes {elena.entry} {
  // CHECK: %[[N:.+]] = tensorref.dim %{{.*}}, 0
  // CHECK: %[[L:.+]] = tensorref.alloc [%[[N]], 4] : !tensorref.ref<?x4xf32>
  // CHECK-DAG: tensorref.strided_view %[[L]] offset 0 sizes [%[[N]]] strides [1] injective
  // CHECK-DAG: tensorref.strided_view %[[L]] offset %[[N]] sizes [%[[N]]] strides [1] injective
  // CHECK-NOT: tensorref.alloc
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %l = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  tensorref.copy %x to %l : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>
  tensorref.copy %l to %x : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>
  %s = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  %t = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  %c = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  tensorref.copy %c to %s : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %s to %t : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %t to %c : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// -----

// Not shared: another element type, sizes of which neither is known to be the
// larger one, what a result refers to.

// CHECK-LABEL: func.func @not_shared(
func.func @not_shared(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<?xf32>, %z: !tensorref.ref<?xi32>)
    -> !tensorref.ref<?xf32> attributes {elena.entry} {
  // CHECK-COUNT-4: tensorref.alloc
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %m = tensorref.dim %y, 0 : !tensorref.ref<?xf32>
  %k = tensorref.dim %z, 0 : !tensorref.ref<?xi32>
  %s = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  %t = tensorref.alloc [%m] : !tensorref.ref<?xf32>
  %u = tensorref.alloc [%k] : !tensorref.ref<?xi32>
  %r = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.copy %x to %s : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %s to %x : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %y to %t : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %t to %y : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %z to %u : !tensorref.ref<?xi32>, !tensorref.ref<?xi32>
  tensorref.copy %u to %z : !tensorref.ref<?xi32>, !tensorref.ref<?xi32>
  tensorref.copy %x to %r : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return %r : !tensorref.ref<?xf32>
}

// -----

// One extent that may be negative, and then counts as 0: a proof about the
// numbers as they are is one about the clamped ones.

// CHECK: storage 0: 4*dim(arg0,0) bytes
// CHECK: storage 0: 4*dim(arg0,0) - 4 bytes
// CHECK-LABEL: func.func @negative(
func.func @negative(%x: !tensorref.ref<?xf32>) attributes {elena.entry} {
  // CHECK: %[[LESS:.+]] = arith.subi %{{.+}}, %c1
  // CHECK: %[[S:.+]] = tensorref.alloc [%{{.+}}]
  // CHECK: %[[COUNT:.+]] = arith.maxsi %[[LESS]], %
  // CHECK-NEXT: tensorref.strided_view %[[S]] offset 0 sizes [%[[COUNT]]] strides [1] injective
  // CHECK-NOT: tensorref.alloc
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %less = arith.subi %n, %c1 : index
  %s = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.copy %x to %s : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %s to %x : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  %t = tensorref.alloc [%less] : !tensorref.ref<?xf32>
  %part = tensorref.slice %x[1:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  tensorref.copy %part to %t : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %t to %part : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}
