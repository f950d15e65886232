// RUN: elena-opt %s --tensorref-print-overlap -verify-diagnostics
// RUN: elena-opt %s --tensorref-print-overlap 2>/dev/null | FileCheck %s

// One remark per pair of a read and a written operand; the IR stays.

// CHECK-LABEL: func.func @pairs(
// CHECK-NEXT: %[[T:.*]] = tensorref.alloc [4]
// CHECK-NEXT: tensorref.map
func.func @pairs(%x: !tensorref.ref<4xf32>, %i: !tensorref.ref<4xi64>, %m: !tensorref.ref<4xi1>, %c1: i64, %f: f32) {
  %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
  // expected-remark @+4 {{read operand 0, written operand 2: same-map}}
  // expected-remark @+3 {{read operand 0, written operand 3: apart}}
  // expected-remark @+2 {{read operand 1, written operand 2: apart}}
  // expected-remark @+1 {{read operand 1, written operand 3: same-map}}
  tensorref.map ins(%x, %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>)
      outs(%x, %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    tensorref.yield %b, %a : f32, f32
  }
  // Nothing is read: nothing is said.
  tensorref.iota %c1 step %c1 into %i : i64, !tensorref.ref<4xi64>
  // expected-remark @+1 {{read operand 2, written operand 1: apart}}
  tensorref.masked_fill %f into %x where %m : f32, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  return
}
