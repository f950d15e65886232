// RUN: elena-opt %s --tensorref-print-graph -o /dev/null 2>&1 | FileCheck %s

// Edges between views whose bounds are only known at run time.

!m = !tensorref.ref<?x?xf32>

// x[:k] and x[k:] are apart, and x has all cells of both, so that the last two
// see only #2; x[:k] made again is the same.
// CHECK-LABEL: graph @halves: 4 nodes, 3 edges
// CHECK: #0 -> #2 WAW contained storage-only
// CHECK-NEXT: #1 -> #2 WAW contained storage-only
// CHECK-NEXT: #2 -> #3 WAW contains storage-only
// CHECK-NOT: ->
func.func @halves(%x: !m {tensorref.contiguous}, %k: index, %f: f32) {
  %a = tensorref.slice %x[_:%k, _:_] : !m to !m
  %b = tensorref.slice %x[%k:_, _:_] : !m to !m
  tensorref.fill %f into %a : f32, !m
  tensorref.fill %f into %b : f32, !m
  tensorref.fill %f into %x : f32, !m
  %c = tensorref.slice %x[_:%k, _:_] : !m to !m
  tensorref.fill %f into %c : f32, !m
  return
}

// Columns: the writes of the left ones do not meet reads of the right ones.
// CHECK-LABEL: graph @columns: 2 nodes, 0 edges
func.func @columns(%x: !m {tensorref.injective}, %y: !m, %k: index, %f: f32) {
  %a = tensorref.slice %x[_:_, _:%k] : !m to !m
  %b = tensorref.slice %x[_:_, %k:_] : !m to !m
  tensorref.fill %f into %a : f32, !m
  tensorref.copy %b to %y : !m, !m
  return
}
