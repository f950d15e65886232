// RUN: elena-opt %s --inline | FileCheck %s

// Calls of functions on refs are inlined: arguments are refs, as in Python, so
// nothing is copied.

// CHECK-LABEL: func.func @caller(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32>, %[[V:.*]]: f32, %[[C:.*]]: i1)
// CHECK-NOT: call
// CHECK: tensorref.guard %[[C]]
// CHECK: %[[ROW:.*]] = tensorref.strided_view %[[X]] offset 0 sizes [4]
// CHECK: tensorref.fill %[[V]] into %[[ROW]]
// CHECK: tensorref.map ins(%[[X]] : !tensorref.ref<?x4xf32>) outs(%[[X]] : !tensorref.ref<?x4xf32>) {
// CHECK: arith.addf %{{.*}}, %[[V]]
// CHECK: tensorref.assert %[[C]], "ValueError", "no"
// CHECK: return %[[ROW]]
func.func @caller(%x: !tensorref.ref<?x4xf32>, %v: f32, %c: i1) -> !tensorref.ref<4xf32> {
  %row = call @first_row(%x, %v, %c) : (!tensorref.ref<?x4xf32>, f32, i1) -> !tensorref.ref<4xf32>
  call @add(%x, %v, %c) : (!tensorref.ref<?x4xf32>, f32, i1) -> ()
  return %row : !tensorref.ref<4xf32>
}

func.func private @first_row(%x: !tensorref.ref<?x4xf32>, %v: f32, %c: i1) -> !tensorref.ref<4xf32> {
  tensorref.guard %c
  %row = tensorref.select %x dim 0 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<4xf32>
  tensorref.fill %v into %row : f32, !tensorref.ref<4xf32>
  return %row : !tensorref.ref<4xf32>
}

func.func private @add(%x: !tensorref.ref<?x4xf32>, %v: f32, %c: i1) {
  tensorref.map ins(%x : !tensorref.ref<?x4xf32>) outs(%x : !tensorref.ref<?x4xf32>) {
  ^bb0(%e: f32):
    %s = arith.addf %e, %v : f32
    tensorref.yield %s : f32
  }
  tensorref.assert %c, "ValueError", "no"
  return
}

// A call in the body of an access op goes too.

// CHECK-LABEL: func.func @call_in_a_body(
// CHECK-NOT: call
// CHECK: tensorref.map
// CHECK: arith.mulf
// CHECK-NEXT: tensorref.yield
func.func @call_in_a_body(%x: !tensorref.ref<4xf32>) {
  tensorref.map ins(%x : !tensorref.ref<4xf32>) outs(%x : !tensorref.ref<4xf32>) {
  ^bb0(%e: f32):
    %s = func.call @square(%e) : (f32) -> f32
    tensorref.yield %s : f32
  }
  return
}

func.func private @square(%x: f32) -> f32 {
  %0 = arith.mulf %x, %x : f32
  return %0 : f32
}
