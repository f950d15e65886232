// RUN: elena-opt %s --tensorref-hoist-guards -verify-diagnostics --split-input-file | FileCheck %s

// Guards come first, in their order, with what they are computed from; the rest
// keeps its order.

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?xf32>, %[[Y:.*]]: !tensorref.ref<?xf32>, %[[K:.*]]: index, %[[V:.*]]: f32)
// CHECK-NEXT: %[[N:.*]] = tensorref.dim %[[X]], 0
// CHECK-NEXT: %[[M:.*]] = tensorref.dim %[[Y]], 0
// CHECK-NEXT: %[[SAME:.*]] = arith.cmpi eq, %[[N]], %[[M]]
// CHECK-NEXT: tensorref.guard %[[SAME]]
// CHECK-NEXT: tensorref.guard_apart %[[X]], %[[Y]]
// CHECK-NEXT: %[[SMALL:.*]] = arith.cmpi slt, %[[K]], %[[N]]
// CHECK-NEXT: tensorref.guard %[[SMALL]]
// CHECK-NEXT: tensorref.fill %[[V]] into %[[X]]
// CHECK-NEXT: tensorref.alloc [%[[M]]]
// CHECK-NEXT: tensorref.fill %[[V]] into %[[Y]]
// CHECK-NEXT: return
func.func @f(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<?xf32>, %k: index, %v: f32) {
  tensorref.fill %v into %x : f32, !tensorref.ref<?xf32>
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %m = tensorref.dim %y, 0 : !tensorref.ref<?xf32>
  %t = tensorref.alloc [%m] : !tensorref.ref<?xf32>
  %same = arith.cmpi eq, %n, %m : index
  tensorref.guard %same
  tensorref.fill %v into %y : f32, !tensorref.ref<?xf32>
  tensorref.guard_apart %x, %y : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  %small = arith.cmpi slt, %k, %n : index
  tensorref.guard %small
  return
}

// What is in place already stays.

// CHECK-LABEL: func.func @in_place(
// CHECK-NEXT: %[[C:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[OK:.*]] = arith.cmpi sgt, %{{.*}}, %[[C]]
// CHECK-NEXT: tensorref.guard %[[OK]]
// CHECK-NEXT: return
func.func @in_place(%k: index) {
  %c0 = arith.constant 0 : index
  %ok = arith.cmpi sgt, %k, %c0 : index
  tensorref.guard %ok
  return
}

// CHECK: func.func private @declaration
func.func private @declaration(index)

// -----

// A guard on an element would be evaluated before the element is computed.

func.func @depends_on_data(%r: !tensorref.ref<i1>) {
  // expected-note @+1 {{on this op}}
  %c = tensorref.load %r : !tensorref.ref<i1>
  // expected-error @+1 {{'tensorref.guard' op depends on more than metadata}}
  tensorref.guard %c
  return
}
