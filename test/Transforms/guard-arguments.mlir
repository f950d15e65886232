// RUN: elena-opt %s --tensorref-guard-arguments | FileCheck %s
// RUN: elena-opt %s --pass-pipeline='builtin.module(func.func(tensorref-guard-arguments{alias=overlap}))' \
// RUN:   | FileCheck %s --check-prefix=OVERLAP

// A guard for each pair of ref arguments of which one is written and the other
// touched, at the front.

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[A:.*]]: !tensorref.ref<4xf32>, %[[B:.*]]: !tensorref.ref<4xf32>, %[[C:.*]]: !tensorref.ref<4xf32>, %[[UNUSED:.*]]: !tensorref.ref<4xf32>, %{{.*}}: f32)
// CHECK-NEXT: tensorref.guard_apart %[[A]], %[[C]] : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
// CHECK-NEXT: tensorref.guard_apart %[[B]], %[[C]] : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
// CHECK-NOT: tensorref.guard_apart
// CHECK: return

// OVERLAP-LABEL: func.func @f(
// OVERLAP-SAME: attributes {elena.arguments_overlap, elena.entry}
// OVERLAP-NOT: tensorref.guard_apart
func.func @f(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<4xf32>, %c: !tensorref.ref<4xf32>,
             %unused: !tensorref.ref<4xf32>, %v: f32) attributes {elena.entry} {
  tensorref.map ins(%a, %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>) outs(%c : !tensorref.ref<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    %z = arith.addf %x, %y : f32
    tensorref.yield %z : f32
  }
  return
}

// Accesses through views count, and those of other ops: the assumption is one
// for the whole function.

// CHECK-LABEL: func.func @views_and_other_ops(
// CHECK-SAME: %[[A:.*]]: !tensorref.ref<4xf32>, %[[B:.*]]: !tensorref.ref<f32>, %{{.*}}: f32)
// CHECK: tensorref.guard_apart %[[A]], %[[B]] : !tensorref.ref<4xf32>, !tensorref.ref<f32>
func.func @views_and_other_ops(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<f32>, %v: f32)
    -> f32 attributes {elena.entry} {
  %view = tensorref.slice %a[1:_] : !tensorref.ref<4xf32> to !tensorref.ref<3xf32>
  tensorref.fill %v into %view : f32, !tensorref.ref<3xf32>
  %e = tensorref.load %b : !tensorref.ref<f32>
  return %e : f32
}

// Nothing is written: nothing to check.

// CHECK-LABEL: func.func @reads_only(
// CHECK-NOT: tensorref.guard_apart
// CHECK: return
func.func @reads_only(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<4xf32>)
    -> (!tensorref.ref<4xf32>, !tensorref.ref<4xf32>) attributes {elena.entry} {
  %s = tensorref.alloc [4] : !tensorref.ref<4xf32>
  %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
  tensorref.copy %a to %s : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  tensorref.copy %b to %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return %s, %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
}

// Only entries are called from outside.

// CHECK-LABEL: func.func private @no_entry(
// CHECK-NOT: tensorref.guard_apart
// CHECK: return
// OVERLAP-LABEL: func.func private @no_entry(
// OVERLAP-NOT: elena.arguments_overlap
// OVERLAP: return
func.func private @no_entry(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<4xf32>) {
  tensorref.copy %a to %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// CHECK: func.func private @declaration(
func.func private @declaration(!tensorref.ref<4xf32>, !tensorref.ref<4xf32>) attributes {elena.entry}
