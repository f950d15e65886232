// RUN: elena-opt %s --tensorref-resolve-overlap | FileCheck %s
// RUN: elena-opt %s --pass-pipeline='builtin.module(func.func(tensorref-guard-arguments{alias=overlap},tensorref-resolve-overlap))' \
// RUN:   | FileCheck %s --check-prefix=OVERLAP
// RUN: elena-opt %s --tensorref-resolve-overlap --remarks-filter='tensorref.*' \
// RUN:   --remark-format=emitRemark 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// x[1:] = x[:-1]

// CHECK-LABEL: func.func @shift(
// CHECK: %[[DST:.*]] = tensorref.slice %{{.*}}[1:_]
// CHECK: %[[SRC:.*]] = tensorref.slice %{{.*}}[_:-1]
// CHECK: %[[N:.*]] = tensorref.dim %[[SRC]], 0
// CHECK: %[[T:.*]] = tensorref.alloc [%[[N]]] : !tensorref.ref<?xf32>
// CHECK: tensorref.copy %[[SRC]] to %[[T]]
// CHECK: tensorref.copy %[[T]] to %[[DST]]
// REMARK: resolve-overlap.mlir:[[@LINE+4]]:3: remark: [Missed] Temporary | Category:tensorref.overlap | Remark="reads what it may already have written: operand 0 is copied first"
func.func @shift(%x: !tensorref.ref<?xf32> {tensorref.contiguous}) {
  %dst = tensorref.slice %x[1:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %src = tensorref.slice %x[_:-1] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  tensorref.copy %src to %dst : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// x += 1: the same map, element by element. REMARK says nothing of it.

// CHECK-LABEL: func.func @add_one(
// CHECK-NOT: tensorref.alloc
// CHECK: return
// REMARK-NOT: resolve-overlap.mlir:[[@LINE+2]]
func.func @add_one(%x: !tensorref.ref<?x4xf32> {tensorref.injective}, %one: f32) {
  tensorref.map ins(%x : !tensorref.ref<?x4xf32>) outs(%x : !tensorref.ref<?x4xf32>) {
  ^bb0(%e: f32):
    %s = arith.addf %e, %one : f32
    tensorref.yield %s : f32
  }
  return
}

// x[:, ::2] = x[:, 1::2]: even and odd columns share nothing.

// CHECK-LABEL: func.func @even_from_odd_columns(
// CHECK-NOT: tensorref.alloc
// CHECK: return
func.func @even_from_odd_columns(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) {
  %even = tensorref.slice %x[_:_, _:_:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  %odd = tensorref.slice %x[_:_, 1:_:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  tensorref.copy %odd to %even : !tensorref.ref<?x2xf32>, !tensorref.ref<?x2xf32>
  return
}

// x += x.T: only the transposed operand is copied.

// CHECK-LABEL: func.func @add_transposed(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<4x4xf32>
// CHECK: %[[XT:.*]] = tensorref.transpose %[[X]]
// CHECK: %[[T:.*]] = tensorref.alloc [4, 4] : !tensorref.ref<4x4xf32>
// CHECK: tensorref.copy %[[XT]] to %[[T]]
// CHECK-NOT: tensorref.alloc
// CHECK: tensorref.map ins(%[[X]], %[[T]] : {{.*}}) outs(%[[X]] :
// REMARK: operand 1 is copied first
func.func @add_transposed(%x: !tensorref.ref<4x4xf32> {tensorref.contiguous}) {
  %xt = tensorref.transpose %x permutation [1, 0] : !tensorref.ref<4x4xf32> to !tensorref.ref<4x4xf32>
  tensorref.map ins(%x, %xt : !tensorref.ref<4x4xf32>, !tensorref.ref<4x4xf32>)
      outs(%x : !tensorref.ref<4x4xf32>) {
  ^bb0(%e: f32, %f: f32):
    %s = arith.addf %e, %f : f32
    tensorref.yield %s : f32
  }
  return
}

// A destination of which two elements are one cell: the first write would
// destroy what the second one still has to read.

// CHECK-LABEL: func.func @not_injective(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<4xf32>
// CHECK: tensorref.copy %[[X]] to %[[T:.*]] :
// CHECK: tensorref.map ins(%[[T]] : {{.*}}) outs(%[[X]] :
func.func @not_injective(%x: !tensorref.ref<4xf32>, %one: f32) {
  tensorref.map ins(%x : !tensorref.ref<4xf32>) outs(%x : !tensorref.ref<4xf32>) {
  ^bb0(%e: f32):
    %s = arith.addf %e, %one : f32
    tensorref.yield %s : f32
  }
  return
}

// CHECK-LABEL: func.func @broadcast_destination(
// CHECK: %[[B:.*]] = tensorref.broadcast
// CHECK: tensorref.copy %[[B]] to %[[T:.*]] :
// CHECK: tensorref.map ins(%[[T]] : {{.*}}) outs(%[[B]] :
func.func @broadcast_destination(%x: !tensorref.ref<4xf32> {tensorref.contiguous}, %one: f32) {
  %b = tensorref.broadcast %x to [3, 4] : !tensorref.ref<4xf32> to !tensorref.ref<3x4xf32>
  tensorref.map ins(%b : !tensorref.ref<3x4xf32>) outs(%b : !tensorref.ref<3x4xf32>) {
  ^bb0(%e: f32):
    %s = arith.addf %e, %one : f32
    tensorref.yield %s : f32
  }
  return
}

// Not element by element: a reduction into a part of its input, a scan onto
// itself, a gather from what it writes, a scatter onto what it reads.

// CHECK-LABEL: func.func @reduce_into_its_input(
// CHECK: tensorref.copy %[[X:.*]] to %[[T:.*]] :
// CHECK: tensorref.reduce sum dims [0] ins(%[[T]] :
func.func @reduce_into_its_input(%x: !tensorref.ref<4x4xf32> {tensorref.contiguous}) {
  %row = tensorref.select %x dim 0 at 0 : !tensorref.ref<4x4xf32> to !tensorref.ref<4xf32>
  tensorref.reduce sum dims [0] ins(%x : !tensorref.ref<4x4xf32>) outs(%row : !tensorref.ref<4xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  return
}

// CHECK-LABEL: func.func @scan_onto_itself(
// CHECK: tensorref.copy %[[X:.*]] to %[[T:.*]] :
// CHECK: tensorref.scan sum dim 0 ins(%[[T]] : {{.*}}) outs(%[[X]] :
func.func @scan_onto_itself(%x: !tensorref.ref<4xf32> {tensorref.contiguous}) {
  tensorref.scan sum dim 0 ins(%x : !tensorref.ref<4xf32>) outs(%x : !tensorref.ref<4xf32>)
  return
}

// CHECK-LABEL: func.func @gather_onto_itself(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<4xi64>
// CHECK: tensorref.copy %[[X]] to %[[T:.*]] :
// CHECK: tensorref.copy %[[X]] to %[[U:.*]] :
// CHECK: tensorref.gather %[[T]][%[[U]]] into %[[X]]
func.func @gather_onto_itself(%x: !tensorref.ref<4xi64> {tensorref.contiguous}) {
  tensorref.gather %x[%x] into %x : !tensorref.ref<4xi64>[!tensorref.ref<4xi64>] into !tensorref.ref<4xi64>
  return
}

// CHECK-LABEL: func.func @scatter_onto_itself(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<4xf32> {tensorref.contiguous}, %[[I:.*]]: !tensorref.ref<4xi64>
// CHECK: tensorref.copy %[[X]] to %[[T:.*]] :
// CHECK: tensorref.scatter %[[T]] into %[[X]][%[[I]]]
func.func @scatter_onto_itself(%x: !tensorref.ref<4xf32> {tensorref.contiguous},
                               %i: !tensorref.ref<4xi64> {tensorref.contiguous}) {
  tensorref.scatter %x into %x[%i] : !tensorref.ref<4xf32> into !tensorref.ref<4xf32>[!tensorref.ref<4xi64>]
  return
}

// A mask that the op overwrites.

// CHECK-LABEL: func.func @mask_of_itself(
// CHECK: %[[M:.*]] = tensorref.flip
// CHECK: tensorref.copy %[[M]] to %[[T:.*]] :
// CHECK: tensorref.masked_fill %{{.*}} into %{{.*}} where %[[T]]
func.func @mask_of_itself(%x: !tensorref.ref<4xi1> {tensorref.contiguous}, %v: i1) {
  %m = tensorref.flip %x dims [0] : !tensorref.ref<4xi1> to !tensorref.ref<4xi1>
  tensorref.masked_fill %v into %x where %m : i1, !tensorref.ref<4xi1>, !tensorref.ref<4xi1>
  return
}

// Two arguments share nothing; if they may, there is a temporary.

// CHECK-LABEL: func.func @arguments(
// CHECK-NOT: tensorref.alloc
// CHECK: return
// OVERLAP-LABEL: func.func @arguments(
// OVERLAP-SAME: %[[X:.*]]: !tensorref.ref<?xf32>{{.*}}, %[[Y:.*]]: !tensorref.ref<?xf32>
// OVERLAP-SAME: elena.arguments_overlap
// OVERLAP: tensorref.copy %[[X]] to %[[T:.*]] :
// OVERLAP: tensorref.copy %[[T]] to %[[Y]] :
func.func @arguments(%x: !tensorref.ref<?xf32> {tensorref.contiguous},
                     %y: !tensorref.ref<?xf32> {tensorref.contiguous}) attributes {elena.entry} {
  tensorref.copy %x to %y : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// A fresh storage is apart from all arguments in both.

// CHECK-LABEL: func.func @allocation(
// CHECK-COUNT-1: tensorref.alloc
// CHECK-NOT: tensorref.alloc
// CHECK: return
// OVERLAP-LABEL: func.func @allocation(
// OVERLAP-COUNT-1: tensorref.alloc
// OVERLAP-NOT: tensorref.alloc
// OVERLAP: return
func.func @allocation(%x: !tensorref.ref<4xf32>) -> !tensorref.ref<4xf32> attributes {elena.entry} {
  %a = tensorref.alloc [4] : !tensorref.ref<4xf32>
  tensorref.copy %x to %a : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return %a : !tensorref.ref<4xf32>
}
