// RUN: elena-opt %s --tensorref-form-groups --tensorref-unroll-reductions | FileCheck %s

// Both dimensions, in C order; an index of the box is a number, or another one.

// CHECK-LABEL: @two_dimensions
// CHECK-SAME: %[[X:.+]]: !tensorref.ref<2x?x2xi32, strided<[?, 2, 1]>>
// CHECK: %[[S:.+]] = tensorref.stride %[[X]], 0
// CHECK: %[[A:.+]] = tensorref.strided_view %[[X]] offset 0 sizes [%{{.+}}] strides [2]
// CHECK: %[[B:.+]] = tensorref.strided_view %[[X]] offset 1 sizes [%{{.+}}] strides [2]
// CHECK: %[[C:.+]] = tensorref.strided_view %[[X]] offset %{{.+}} sizes [%{{.+}}] strides [2]
// CHECK: %[[D:.+]] = tensorref.strided_view %[[X]] offset %{{.+}} sizes [%{{.+}}] strides [2]
// CHECK: tensorref.stage box [%{{.+}}] iterators [parallel] ins(%[[A]], %[[B]], %[[C]], %[[D]] :
// CHECK-NEXT: ^bb0(%[[a:.+]]: i32, %[[b:.+]]: i32, %[[c:.+]]: i32, %[[d:.+]]: i32):
// CHECK: %[[S0:.+]] = arith.addi %{{.+}}, %[[a]]
// CHECK-NEXT: %[[S1:.+]] = arith.addi %[[S0]], %[[b]]
// CHECK-NEXT: %[[S2:.+]] = arith.addi %[[S1]], %[[c]]
// CHECK-NEXT: %[[S3:.+]] = arith.addi %[[S2]], %[[d]]
// CHECK-NEXT: tensorref.yield %[[S3]]
func.func @two_dimensions(%x: !tensorref.ref<2x?x2xi32, strided<[?, 2, 1]>>, %y: !tensorref.ref<?xi32> {tensorref.contiguous}) {
  tensorref.reduce sum dims [0, 2] ins(%x : !tensorref.ref<2x?x2xi32, strided<[?, 2, 1]>>) outs(%y : !tensorref.ref<?xi32>) {
  ^bb0(%e: i32):
    tensorref.yield %e : i32
  }
  return
}

// Of equal ones the first; their places are numbers.

// CHECK-LABEL: @position
// CHECK: ^bb0(%[[a:.+]]: i32, %[[b:.+]]: i32):
// CHECK: %[[FIRST:.+]] = arith.cmpi slt, %[[a]], %{{.+}}
// CHECK: %[[BEST:.+]] = arith.select %[[FIRST]], %[[a]],
// CHECK: %[[SECOND:.+]] = arith.cmpi slt, %[[b]], %[[BEST]]
// CHECK: %[[AT:.+]] = arith.select %[[SECOND]], %c1, %{{.+}} : index
// CHECK: %[[RESULT:.+]] = arith.index_cast %[[AT]] : index to i64
// CHECK: tensorref.yield %[[RESULT]]
func.func @position(%x: !tensorref.ref<8x2xi32>, %y: !tensorref.ref<8xi64> {tensorref.contiguous}) {
  tensorref.reduce argmin dims [1] ins(%x : !tensorref.ref<8x2xi32>) outs(%y : !tensorref.ref<8xi64>) {
  ^bb0(%e: i32):
    tensorref.yield %e : i32
  }
  return
}

// CHECK-LABEL: @stay
// CHECK: iterators [parallel, reduction]
// CHECK: iterators [parallel, reduction]
// CHECK: iterators [reduction, parallel]
// CHECK: iterators [parallel, scan]
func.func @stay(%x: !tensorref.ref<8x9xi32>, %none: !tensorref.ref<8x0xi32>, %many: !tensorref.ref<?x8xi32>, %few: !tensorref.ref<8x2xi32>, %y: !tensorref.ref<8xi32> {tensorref.contiguous}) {
  tensorref.reduce sum dims [1] ins(%x : !tensorref.ref<8x9xi32>) outs(%y : !tensorref.ref<8xi32>) {
  ^bb0(%e: i32):
    tensorref.yield %e : i32
  }
  tensorref.reduce sum dims [1] ins(%none : !tensorref.ref<8x0xi32>) outs(%y : !tensorref.ref<8xi32>) {
  ^bb0(%e: i32):
    tensorref.yield %e : i32
  }
  tensorref.reduce sum dims [0] ins(%many : !tensorref.ref<?x8xi32>) outs(%y : !tensorref.ref<8xi32>) {
  ^bb0(%e: i32):
    tensorref.yield %e : i32
  }
  tensorref.scan sum dim 1 ins(%few : !tensorref.ref<8x2xi32>) outs(%few : !tensorref.ref<8x2xi32>)
  return
}
