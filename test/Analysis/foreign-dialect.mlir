// RUN: elena-test-opt %s --tensorref-print-overlap -o /dev/null 2>&1 | FileCheck %s --check-prefix=OVERLAP
// RUN: elena-test-opt %s --tensorref-resolve-overlap | FileCheck %s
// RUN: elena-test-opt %s --tensorref-print-graph -o /dev/null 2>&1 | FileCheck %s --check-prefix=GRAPH

// Ops of a dialect that Elena does not name (test/lib/elena-test-opt.cpp) are
// analysed by what their AccessOpInterface says.

!x = !tensorref.ref<?xf32>

// x[k:] = 2 * x[:k]: apart; then x[:k] *= 2, which meets only the read.
// OVERLAP: read operand 0, written operand 1: apart
// CHECK-LABEL: func.func @apart(
// CHECK-NOT: tensorref.alloc
// GRAPH-LABEL: graph @apart: 2 nodes, 2 edges
// GRAPH-NEXT: #0 test.scale_into | reads arg0[0 + ?*1] | writes arg0[? + ?*1]
// GRAPH-NEXT: #1 test.scale_into | reads arg0[0 + ?*1] | writes arg0[0 + ?*1]
// GRAPH-NEXT: #0 -> #1 WAR equal ssa
// GRAPH-NEXT: #0 -> #1 RAR equal ssa
// GRAPH-NOT: RAW
func.func @apart(%x: !x {tensorref.contiguous}, %k: index) {
  %a = tensorref.slice %x[_:%k] : !x to !x
  %b = tensorref.slice %x[%k:_] : !x to !x
  "test.scale_into"(%a, %b) : (!x, !x) -> ()
  "test.scale_into"(%a, %a) : (!x, !x) -> ()
  return
}

// x[1:] = 2 * x[:-1]: a temporary.
// OVERLAP: read operand 0, written operand 1: unknown
// CHECK-LABEL: func.func @shifted(
// CHECK: %[[T:.*]] = tensorref.alloc
// CHECK: tensorref.copy %{{.*}} to %[[T]]
// CHECK: "test.scale_into"(%[[T]], %{{.*}})
func.func @shifted(%x: !x {tensorref.contiguous}) {
  %a = tensorref.slice %x[_:-1] : !x to !x
  %b = tensorref.slice %x[1:_] : !x to !x
  "test.scale_into"(%a, %b) : (!x, !x) -> ()
  return
}

// x = 2 * x, element by element: harmless, because the op says so.
// OVERLAP: read operand 0, written operand 1: same-map
// CHECK-LABEL: func.func @in_place(
// CHECK-NOT: tensorref.alloc
func.func @in_place(%x: !x {tensorref.contiguous}) {
  "test.scale_into"(%x, %x) : (!x, !x) -> ()
  return
}

// An op that names no order reads what it may have overwritten.
// CHECK-LABEL: func.func @sort(
// CHECK: tensorref.alloc
// GRAPH-LABEL: graph @sort: 1 nodes, 0 edges
func.func @sort(%x: !x {tensorref.contiguous}) {
  "test.sort"(%x) : (!x) -> ()
  return
}
