// RUN: elena-opt %s --split-input-file -verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(func.func(tensorref-guard-arguments{same=0,0,2}))' | FileCheck %s
// RUN: elena-opt %s --split-input-file -verify-diagnostics --elena-to-groups="alias=same:0,0,2" | FileCheck %s --check-prefix=GROUPS

// same=0,0,2: the second ref argument is the first one. Numbers count refs only.

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[A:.*]]: !tensorref.ref<4xf32> {tensorref.injective}, %{{.*}}: f32, %[[B:.*]]: !tensorref.ref<4xf32>, %[[C:.*]]: !tensorref.ref<4xf32>)
// CHECK-NEXT: tensorref.guard_same %[[A]], %[[B]] : !tensorref.ref<4xf32>
// CHECK-NEXT: tensorref.guard_apart %[[A]], %[[C]] : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
// CHECK-NEXT: tensorref.map ins(%[[A]], %[[C]] : {{.*}}) outs(%[[A]] :
// CHECK: return %[[A]] :

// a = b * c is a = a * c, element by element: no temporary.

// GROUPS-LABEL: func.func @f(
// GROUPS: tensorref.guard_same
// GROUPS: tensorref.guard_apart
// GROUPS-NOT: tensorref.alloc
// GROUPS: return
func.func @f(%a: !tensorref.ref<4xf32> {tensorref.injective}, %v: f32, %b: !tensorref.ref<4xf32>, %c: !tensorref.ref<4xf32>)
    -> !tensorref.ref<4xf32> attributes {elena.entry} {
  tensorref.map ins(%b, %c : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>) outs(%a : !tensorref.ref<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    %z = arith.mulf %x, %y : f32
    tensorref.yield %z : f32
  }
  return %b : !tensorref.ref<4xf32>
}

// -----

// Those that the list does not reach are different ones.

// CHECK-LABEL: func.func @one_more(
// CHECK-NEXT: tensorref.guard_same %{{.*}}, %{{.*}} : !tensorref.ref<4xf32>
// CHECK-NEXT: tensorref.guard_apart
// CHECK-NEXT: tensorref.copy
func.func @one_more(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<4xf32>, %c: !tensorref.ref<4xf32>,
                    %captured: !tensorref.ref<4xf32>) attributes {elena.entry} {
  tensorref.copy %b to %captured : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// -----

// expected-error @+1 {{there are 1 ref arguments, not 3}}
func.func @too_few(%a: !tensorref.ref<4xf32>) attributes {elena.entry} {
  return
}

// -----

// expected-error @+1 {{ref arguments 0 and 1 cannot be the same: their types differ}}
func.func @types(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<4xi32>, %c: !tensorref.ref<4xi32>) attributes {elena.entry} {
  return
}
