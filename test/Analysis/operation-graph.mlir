// RUN: elena-opt %s --tensorref-print-graph -o /dev/null 2>&1 | FileCheck %s

// One test per row of the table in docs/OperationGraph.md. Its last rows
// (reductions, load, arguments, regions, opaque ops): operation-graph-other.mlir.

!x = !tensorref.ref<10xf32>
!four = !tensorref.ref<4xf32>
!two = !tensorref.ref<2xf32>
!any = !tensorref.ref<?xf32>

//===----------------------------------------------------------------------===//
// View ops and allocations
//===----------------------------------------------------------------------===//

// A view is a new ref of the same storage: no node, and it sees the writers of
// what it is a view of.
// CHECK-LABEL: graph @view: 2 nodes, 1 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[9 + 4*-1] | writes s0[0 + 4*1]
// CHECK-NEXT: #0 -> #1 RAW contains storage-only
func.func @view(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.flip %x dims [0] : !x to !x
  %w = tensorref.slice %v[_:4] : !x to !four
  %t = tensorref.alloc [4] : !four
  tensorref.copy %w to %t : !four, !four
  return
}

// A storage is new: nothing has touched it.
// CHECK-LABEL: graph @alloc: 3 nodes, 1 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 tensorref.fill | writes s0[0 + 10*1]
// CHECK-NEXT: #2 tensorref.copy | reads s0[0 + 10*1] | writes s1[0 + 10*1]
// CHECK-NEXT: #1 -> #2 RAW equal ssa
func.func @alloc(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %t = tensorref.alloc [10] : !x
  tensorref.fill %zero into %t : f32, !x
  %u = tensorref.alloc [10] : !x
  tensorref.copy %t to %u : !x, !x
  return
}

//===----------------------------------------------------------------------===//
// RAW, WAR, WAW, RAR: each with each relation
//===----------------------------------------------------------------------===//

// x[2:6] is written; x[2:6], x[2:4], x, x[4:8], x[6:], x[%n:] are read.
// CHECK-LABEL: graph @raw: 7 nodes, 17 edges
// CHECK: #0 -> #1 RAW equal storage-only
// CHECK-NEXT: #0 -> #2 RAW contains storage-only
// CHECK-NEXT: #0 -> #3 RAW contained storage-only
// CHECK-NEXT: #0 -> #4 RAW partial storage-only
// CHECK-NEXT: #0 -> #6 RAW unknown storage-only
func.func @raw(%x: !x {tensorref.contiguous}, %n: index, %zero: f32) {
  %w = tensorref.slice %x[2:6] : !x to !four
  %same = tensorref.slice %x[2:6] : !x to !four
  %inside = tensorref.slice %x[2:4] : !x to !two
  %across = tensorref.slice %x[4:8] : !x to !four
  %beside = tensorref.slice %x[6:_] : !x to !four
  %some = tensorref.slice %x[%n:_] : !x to !any
  %t0 = tensorref.alloc [4] : !four
  %t1 = tensorref.alloc [2] : !two
  %t2 = tensorref.alloc [10] : !x
  %t3 = tensorref.alloc [4] : !four
  %t4 = tensorref.alloc [4] : !four
  %t5 = tensorref.alloc [%n] : !any
  tensorref.fill %zero into %w : f32, !four
  tensorref.copy %same to %t0 : !four, !four
  tensorref.copy %inside to %t1 : !two, !two
  tensorref.copy %x to %t2 : !x, !x
  tensorref.copy %across to %t3 : !four, !four
  tensorref.copy %beside to %t4 : !four, !four
  tensorref.copy %some to %t5 : !any, !any
  return
}

// x[2:6] is read; x[2:6], x[2:4], x, x[4:8], x[6:], x[%n:] are written. No
// write hides a reader.
// CHECK-LABEL: graph @war: 7 nodes, 14 edges
// CHECK: #0 -> #1 WAR equal storage-only
// CHECK-NEXT: #0 -> #2 WAR contains storage-only
// CHECK-NEXT: #0 -> #3 WAR contained storage-only
// CHECK-NEXT: #0 -> #4 WAR partial storage-only
// CHECK-NEXT: #0 -> #6 WAR unknown storage-only
func.func @war(%x: !x {tensorref.contiguous}, %n: index, %zero: f32) {
  %r = tensorref.slice %x[2:6] : !x to !four
  %same = tensorref.slice %x[2:6] : !x to !four
  %inside = tensorref.slice %x[2:4] : !x to !two
  %across = tensorref.slice %x[4:8] : !x to !four
  %beside = tensorref.slice %x[6:_] : !x to !four
  %some = tensorref.slice %x[%n:_] : !x to !any
  %t = tensorref.alloc [4] : !four
  tensorref.copy %r to %t : !four, !four
  tensorref.fill %zero into %same : f32, !four
  tensorref.fill %zero into %inside : f32, !two
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %across : f32, !four
  tensorref.fill %zero into %beside : f32, !four
  tensorref.fill %zero into %some : f32, !any
  return
}

// x[2:6] is written; then x[2:4], x[4:8], x[6:], x[%n:] and x are. What is
// written after x does not see it.
// CHECK-LABEL: graph @waw: 7 nodes, 13 edges
// CHECK: #0 -> #1 WAW contains storage-only
// CHECK-NEXT: #0 -> #2 WAW partial storage-only
// CHECK-NEXT: #0 -> #4 WAW unknown storage-only
// CHECK-NEXT: #0 -> #5 WAW contained storage-only
// CHECK-NEXT: #1 -> #4 WAW unknown storage-only
// CHECK-NEXT: #1 -> #5 WAW contained storage-only
// CHECK-NEXT: #2 -> #3 WAW partial storage-only
// CHECK-NEXT: #2 -> #4 WAW unknown storage-only
// CHECK-NEXT: #2 -> #5 WAW contained storage-only
// CHECK-NEXT: #3 -> #4 WAW unknown storage-only
// CHECK-NEXT: #3 -> #5 WAW contained storage-only
// CHECK-NEXT: #4 -> #5 WAW contained storage-only
// CHECK-NEXT: #5 -> #6 WAW contains storage-only
func.func @waw(%x: !x {tensorref.contiguous}, %n: index, %zero: f32) {
  %w = tensorref.slice %x[2:6] : !x to !four
  %inside = tensorref.slice %x[2:4] : !x to !two
  %across = tensorref.slice %x[4:8] : !x to !four
  %beside = tensorref.slice %x[6:_] : !x to !four
  %some = tensorref.slice %x[%n:_] : !x to !any
  tensorref.fill %zero into %w : f32, !four
  tensorref.fill %zero into %inside : f32, !two
  tensorref.fill %zero into %across : f32, !four
  tensorref.fill %zero into %beside : f32, !four
  tensorref.fill %zero into %some : f32, !any
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %w : f32, !four
  return
}

// CHECK-LABEL: graph @waw_equal: 3 nodes, 2 edges
// CHECK: #0 -> #1 WAW equal storage-only
// CHECK-NEXT: #1 -> #2 WAW equal ssa
func.func @waw_equal(%x: !x {tensorref.contiguous}, %zero: f32) {
  %v = tensorref.flip %x dims [0] : !x to !x
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %v : f32, !x
  tensorref.fill %zero into %v : f32, !x
  return
}

// Reading in any order is fine: the edges are not ordering ones.
// CHECK-LABEL: graph @rar: 7 nodes, 17 edges
// CHECK: #0 -> #1 RAR equal storage-only
// CHECK-NEXT: #0 -> #2 RAR contains storage-only
// CHECK-NEXT: #0 -> #3 RAR contained storage-only
// CHECK-NEXT: #0 -> #4 RAR partial storage-only
// CHECK-NEXT: #0 -> #6 RAR unknown storage-only
func.func @rar(%x: !x {tensorref.contiguous}, %n: index) {
  %r = tensorref.slice %x[2:6] : !x to !four
  %same = tensorref.slice %x[2:6] : !x to !four
  %inside = tensorref.slice %x[2:4] : !x to !two
  %across = tensorref.slice %x[4:8] : !x to !four
  %beside = tensorref.slice %x[6:_] : !x to !four
  %some = tensorref.slice %x[%n:_] : !x to !any
  %t = tensorref.alloc [4] : !four
  %t0 = tensorref.alloc [4] : !four
  %t1 = tensorref.alloc [2] : !two
  %t2 = tensorref.alloc [10] : !x
  %t3 = tensorref.alloc [4] : !four
  %t4 = tensorref.alloc [4] : !four
  %t5 = tensorref.alloc [%n] : !any
  tensorref.copy %r to %t : !four, !four
  tensorref.copy %same to %t0 : !four, !four
  tensorref.copy %inside to %t1 : !two, !two
  tensorref.copy %x to %t2 : !x, !x
  tensorref.copy %across to %t3 : !four, !four
  tensorref.copy %beside to %t4 : !four, !four
  tensorref.copy %some to %t5 : !any, !any
  return
}

//===----------------------------------------------------------------------===//
// Who hides whom
//===----------------------------------------------------------------------===//

// A write of all of x is the only one that the reader sees.
// CHECK-LABEL: graph @hidden: 3 nodes, 2 edges
// CHECK: #0 -> #1 WAW contained storage-only
// CHECK-NEXT: #1 -> #2 RAW equal ssa
func.func @hidden(%x: !x {tensorref.contiguous}, %zero: f32) {
  %w = tensorref.slice %x[2:6] : !x to !four
  %t = tensorref.alloc [10] : !x
  tensorref.fill %zero into %w : f32, !four
  tensorref.fill %zero into %x : f32, !x
  tensorref.copy %x to %t : !x, !x
  return
}

// So is one of all that is read, though not of all that was written.
// CHECK-LABEL: graph @hidden_where_read: 3 nodes, 2 edges
// CHECK: #0 -> #1 WAW contains storage-only
// CHECK-NEXT: #1 -> #2 RAW contains storage-only
func.func @hidden_where_read(%x: !x {tensorref.contiguous}, %zero: f32) {
  %w = tensorref.slice %x[2:6] : !x to !four
  %r = tensorref.slice %x[3:5] : !x to !two
  %t = tensorref.alloc [2] : !two
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %w : f32, !four
  tensorref.copy %r to %t : !two, !two
  return
}

// Two writes that hide a third one together do not count.
// CHECK-LABEL: graph @hidden_together: 4 nodes, 5 edges
// CHECK: #0 -> #1 WAW contains storage-only
// CHECK-NEXT: #0 -> #2 WAW contains storage-only
// CHECK-NEXT: #0 -> #3 RAW equal ssa
// CHECK-NEXT: #1 -> #3 RAW contained storage-only
// CHECK-NEXT: #2 -> #3 RAW contained storage-only
func.func @hidden_together(%x: !x {tensorref.contiguous}, %zero: f32) {
  %a = tensorref.slice %x[_:5] : !x to !tensorref.ref<5xf32>
  %b = tensorref.slice %x[5:_] : !x to !tensorref.ref<5xf32>
  %t = tensorref.alloc [10] : !x
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %a : f32, !tensorref.ref<5xf32>
  tensorref.fill %zero into %b : f32, !tensorref.ref<5xf32>
  tensorref.copy %x to %t : !x, !x
  return
}

// x += 1 twice: each sees the one before.
// CHECK-LABEL: graph @in_place: 2 nodes, 4 edges
// CHECK: #0 -> #1 RAW equal ssa
// CHECK-NEXT: #0 -> #1 WAR equal ssa
// CHECK-NEXT: #0 -> #1 WAW equal ssa
// CHECK-NEXT: #0 -> #1 RAR equal ssa
func.func @in_place(%x: !x {tensorref.contiguous}, %one: f32) {
  tensorref.map ins(%x : !x) outs(%x : !x) {
  ^bb0(%a: f32):
    %b = arith.addf %a, %one : f32
    tensorref.yield %b : f32
  }
  tensorref.map ins(%x : !x) outs(%x : !x) {
  ^bb0(%a: f32):
    %b = arith.addf %a, %one : f32
    tensorref.yield %b : f32
  }
  return
}

//===----------------------------------------------------------------------===//
// May accesses: their relation is unknown
//===----------------------------------------------------------------------===//

// A masked write hides nobody, and may be hidden.
// CHECK-LABEL: graph @masked: 5 nodes, 9 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 tensorref.masked_fill | may write arg0[0 + 10*1] | reads arg1[0 + 10*?]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 10*1] | writes s0[0 + 10*1]
// CHECK-NEXT: #3 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 10*1] | writes s0[0 + 10*1]
// CHECK-NEXT: #0 -> #1 WAW unknown ssa
// CHECK-NEXT: #0 -> #2 RAW equal ssa
// CHECK-NEXT: #0 -> #3 WAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW unknown ssa
// CHECK-NEXT: #1 -> #3 WAW unknown ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 WAW equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @masked(%x: !x {tensorref.contiguous}, %m: !tensorref.ref<10xi1>, %zero: f32) {
  %t = tensorref.alloc [10] : !x
  tensorref.fill %zero into %x : f32, !x
  tensorref.masked_fill %zero into %x where %m : f32, !x, !tensorref.ref<10xi1>
  tensorref.copy %x to %t : !x, !x
  tensorref.fill %zero into %x : f32, !x
  tensorref.copy %x to %t : !x, !x
  return
}

// A masked write outside of what is read makes no edge.
// CHECK-LABEL: graph @masked_apart: 2 nodes, 1 edges
// CHECK-NEXT: #0 tensorref.masked_copy | reads s0[0 + 4*1] | may write arg0[0 + 4*1] | reads arg1[0 + 4*?]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[4 + 4*1] | writes s0[0 + 4*1]
// CHECK-NEXT: #0 -> #1 WAR equal ssa
func.func @masked_apart(%x: !x {tensorref.contiguous}, %m: !tensorref.ref<4xi1>, %zero: f32) {
  %a = tensorref.slice %x[_:4] : !x to !four
  %b = tensorref.slice %x[4:8] : !x to !four
  %t = tensorref.alloc [4] : !four
  tensorref.masked_copy %t to %a where %m : !four, !four, !tensorref.ref<4xi1>
  tensorref.copy %b to %t : !four, !four
  return
}

// CHECK-LABEL: graph @gather: 4 nodes, 4 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg1[0 + 4*?]
// CHECK-NEXT: #2 tensorref.gather | may read arg0[0 + 10*1] | reads arg1[0 + 4*?] | writes arg2[0 + 4*?]
// CHECK-NEXT: #3 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #0 -> #2 RAW unknown ssa
// CHECK-NEXT: #0 -> #3 WAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR unknown ssa
func.func @gather(%x: !x {tensorref.contiguous}, %i: !tensorref.ref<4xi64>, %y: !four, %zero: f32, %c0: i64) {
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %c0 into %i : i64, !tensorref.ref<4xi64>
  tensorref.gather %x[%i] into %y : !x[!tensorref.ref<4xi64>] into !four
  tensorref.fill %zero into %x : f32, !x
  return
}

// CHECK-LABEL: graph @scatter: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 tensorref.scatter | reads arg2[0 + 4*?] | may write arg0[0 + 10*1] | reads arg1[0 + 4*?]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 10*1] | writes s0[0 + 10*1]
// CHECK-NEXT: #0 -> #1 WAW unknown ssa
// CHECK-NEXT: #0 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW unknown ssa
func.func @scatter(%x: !x {tensorref.contiguous}, %i: !tensorref.ref<4xi64>, %y: !four, %zero: f32) {
  %t = tensorref.alloc [10] : !x
  tensorref.fill %zero into %x : f32, !x
  tensorref.scatter %y into %x[%i] : !four into !x[!tensorref.ref<4xi64>]
  tensorref.copy %x to %t : !x, !x
  return
}
