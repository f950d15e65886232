// RUN: elena-opt %s --tensorref-print-graph -o /dev/null 2>&1 | FileCheck %s

// The last rows of the table in docs/OperationGraph.md.

!x = !tensorref.ref<10xf32>
!four = !tensorref.ref<4xf32>
!any = !tensorref.ref<?xf32>

//===----------------------------------------------------------------------===//
// Reductions, the host's load
//===----------------------------------------------------------------------===//

// CHECK-LABEL: graph @reduce: 3 nodes, 2 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[1 + 3*4]
// CHECK-NEXT: #1 tensorref.reduce | reads arg0[0 + 3*4 + 4*1] | writes s0[0 + 3*1]
// CHECK-NEXT: #2 tensorref.scan | reads s0[0 + 3*1] | writes s1[0 + 3*1]
// CHECK-NEXT: #0 -> #1 RAW contained storage-only
// CHECK-NEXT: #1 -> #2 RAW equal ssa
func.func @reduce(%x: !tensorref.ref<3x4xf32> {tensorref.contiguous}, %zero: f32) {
  %t = tensorref.alloc [3] : !tensorref.ref<3xf32>
  %u = tensorref.alloc [3] : !tensorref.ref<3xf32>
  %column = tensorref.select %x dim 1 at 1 : !tensorref.ref<3x4xf32> to !tensorref.ref<3xf32>
  tensorref.fill %zero into %column : f32, !tensorref.ref<3xf32>
  tensorref.reduce sum dims [1] ins(%x : !tensorref.ref<3x4xf32>) outs(%t : !tensorref.ref<3xf32>) {
  ^bb0(%a: f32):
    tensorref.yield %a : f32
  }
  tensorref.scan sum dim 0 ins(%t : !tensorref.ref<3xf32>) outs(%u : !tensorref.ref<3xf32>)
  return
}

// y[:] = 2 * x[3]: the value takes the order from the load to the fill.
// CHECK-LABEL: graph @load: 4 nodes, 4 edges
// CHECK: #0 -> #1 RAW contains storage-only
// CHECK-NEXT: #0 -> #3 WAW contains storage-only
// CHECK-NEXT: #1 -> #2 value
// CHECK-NEXT: #1 -> #3 WAR equal ssa
func.func @load(%x: !x {tensorref.contiguous}, %y: !four, %zero: f32) {
  %e = tensorref.select %x dim 0 at 3 : !x to !tensorref.ref<f32>
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.load %e : !tensorref.ref<f32>
  %w = arith.addf %v, %v : f32
  tensorref.fill %w into %y : f32, !four
  tensorref.fill %zero into %e : f32, !tensorref.ref<f32>
  return
}

// A value that is used in a body, too.
// CHECK-LABEL: graph @load_in_body: 2 nodes, 1 edges
// CHECK: #0 -> #1 value
func.func @load_in_body(%x: !tensorref.ref<f32>, %y: !four) {
  %v = tensorref.load %x : !tensorref.ref<f32>
  tensorref.map outs(%y : !four) {
    %w = arith.addf %v, %v : f32
    tensorref.yield %w : f32
  }
  return
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

// CHECK-LABEL: graph @arguments_apart: 2 nodes, 0 edges
func.func @arguments_apart(%x: !x, %y: !x, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %y : f32, !x
  return
}

// CHECK-LABEL: graph @arguments_overlap: 3 nodes, 3 edges
// CHECK: #0 -> #1 WAW unknown storage-only
// CHECK-NEXT: #0 -> #2 WAW equal ssa
// CHECK-NEXT: #1 -> #2 WAW unknown storage-only
func.func @arguments_overlap(%x: !x, %y: !x, %zero: f32) attributes {elena.arguments_overlap} {
  %t = tensorref.alloc [10] : !x
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %y : f32, !x
  tensorref.copy %t to %x : !x, !x
  return
}

// Guards are evaluated at the entry: they are no nodes.
// CHECK-LABEL: graph @guarded: 1 nodes, 0 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*?]
func.func @guarded(%x: !x, %y: !x, %zero: f32, %c: i1) {
  tensorref.guard_apart %x, %y : !x, !x
  tensorref.guard %c
  tensorref.fill %zero into %x : f32, !x
  return
}

//===----------------------------------------------------------------------===//
// Run-time sizes
//===----------------------------------------------------------------------===//

// Columns of rows are apart whatever their number; a column is itself.
// CHECK-LABEL: graph @columns: 3 nodes, 2 edges
// CHECK: #0 -> #2 WAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
func.func @columns(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %zero: f32) {
  %a = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !any
  %b = tensorref.select %x dim 1 at 1 : !tensorref.ref<?x4xf32> to !any
  tensorref.fill %zero into %a : f32, !any
  tensorref.fill %zero into %b : f32, !any
  tensorref.copy %b to %a : !any, !any
  return
}

// What is known to be empty touches nothing.
// CHECK-LABEL: graph @empty: 2 nodes, 0 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 tensorref.fill
func.func @empty(%x: !x {tensorref.contiguous}, %zero: f32) {
  %v = tensorref.slice %x[4:4] : !x to !tensorref.ref<0xf32>
  tensorref.fill %zero into %x : f32, !x
  tensorref.fill %zero into %v : f32, !tensorref.ref<0xf32>
  return
}

//===----------------------------------------------------------------------===//
// Regions and opaque ops
//===----------------------------------------------------------------------===//

// A branch is one node; what it does is not sure, but for where it cannot be.
// CHECK-LABEL: graph @if: 4 nodes, 4 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 scf.if | may write arg0[0 + 4*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[4 + 4*1]
// CHECK-NEXT: #3 tensorref.fill | writes arg0[0 + 4*1]
// CHECK-NEXT: #0 -> #1 WAW unknown storage-only
// CHECK-NEXT: #0 -> #2 WAW contains storage-only
// CHECK-NEXT: #0 -> #3 WAW contains storage-only
// CHECK-NEXT: #1 -> #3 WAW unknown ssa
func.func @if(%x: !x {tensorref.contiguous}, %c: i1, %zero: f32) {
  %a = tensorref.slice %x[_:4] : !x to !four
  %b = tensorref.slice %x[4:8] : !x to !four
  tensorref.fill %zero into %x : f32, !x
  scf.if %c {
    tensorref.fill %zero into %a : f32, !four
  }
  tensorref.fill %zero into %b : f32, !four
  tensorref.fill %zero into %a : f32, !four
  return
}

// A loop is one node; an element that the induction variable names is some
// element.
// CHECK-LABEL: graph @for: 3 nodes, 5 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 scf.for | may read arg0[?] | may write arg0[?]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #0 -> #1 RAW unknown storage-only
// CHECK-NEXT: #0 -> #1 WAW unknown storage-only
// CHECK-NEXT: #0 -> #2 WAW equal ssa
// CHECK-NEXT: #1 -> #2 WAR unknown storage-only
// CHECK-NEXT: #1 -> #2 WAW unknown storage-only
func.func @for(%x: !x {tensorref.contiguous}, %zero: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  tensorref.fill %zero into %x : f32, !x
  scf.for %i = %c0 to %c10 step %c1 {
    %e = tensorref.select %x dim 0 at %i : !x to !tensorref.ref<f32>
    %v = tensorref.load %e : !tensorref.ref<f32>
    tensorref.fill %v into %e : f32, !tensorref.ref<f32>
  }
  tensorref.fill %zero into %x : f32, !x
  return
}

// What a branch gives may be any storage.
// CHECK-LABEL: graph @chosen: 3 nodes, 4 edges
// CHECK: #0 -> #1 WAW unknown storage-only
// CHECK-NEXT: #0 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW unknown storage-only
// CHECK-NEXT: #1 -> #2 WAW unknown storage-only
func.func @chosen(%x: !x {tensorref.contiguous}, %y: !x, %c: i1, %zero: f32) {
  %t = tensorref.alloc [10] : !x
  tensorref.fill %zero into %t : f32, !x
  %z = scf.if %c -> !x {
    scf.yield %x : !x
  } else {
    scf.yield %t : !x
  }
  tensorref.fill %zero into %z : f32, !x
  tensorref.copy %t to %y : !x, !x
  return
}

// A call touches the storages that it takes, beyond the ref that it takes, and
// hides nobody.
// CHECK-LABEL: graph @call: 3 nodes, 2 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[4 + 4*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg1[0 + 10*?]
// CHECK-NEXT: #2 func.call | may read arg0[*] | may write arg0[*]
// CHECK-NEXT: #0 -> #2 RAW unknown storage-only
// CHECK-NEXT: #0 -> #2 WAW unknown storage-only
func.func private @callee(!four)
func.func @call(%x: !x {tensorref.contiguous}, %y: !x, %zero: f32) {
  %a = tensorref.slice %x[_:4] : !x to !four
  %b = tensorref.slice %x[4:8] : !x to !four
  tensorref.fill %zero into %b : f32, !four
  tensorref.fill %zero into %y : f32, !x
  func.call @callee(%a) : (!four) -> ()
  return
}

// An op with effects that takes no storage may touch any.
// CHECK-LABEL: graph @assert: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*?]
// CHECK-NEXT: #1 tensorref.assert | may write anything
// CHECK-NEXT: #2 tensorref.fill | writes arg0[0 + 10*?]
// CHECK-NEXT: #0 -> #1 WAW unknown storage-only
// CHECK-NEXT: #0 -> #2 WAW equal ssa
// CHECK-NEXT: #1 -> #2 WAW unknown storage-only
func.func @assert(%x: !x, %c: i1, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  tensorref.assert %c, "ValueError", "no"
  tensorref.fill %zero into %x : f32, !x
  return
}

// A memref of a ref is traced to its storage; one that comes from elsewhere may
// be any.
// CHECK-LABEL: graph @bridge: 4 nodes, 5 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 10*?]
// CHECK-NEXT: #1 memref.store | may write arg0[*]
// CHECK-NEXT: #2 memref.load | may read anything
// CHECK-NEXT: #3 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #0 -> #2 RAW unknown storage-only
// CHECK-NEXT: #1 -> #2 RAW unknown storage-only
// CHECK-NEXT: #1 -> #3 WAW unknown ssa
// CHECK-NEXT: #2 -> #3 WAR unknown storage-only
// CHECK-NEXT: #2 -> #3 value
func.func @bridge(%x: !x {tensorref.contiguous}, %y: !x, %m: memref<10xf32>, %zero: f32) {
  %c0 = arith.constant 0 : index
  tensorref.fill %zero into %y : f32, !x
  %b = tensorref.to_memref %x : !x to memref<10xf32, strided<[?], offset: ?>>
  memref.store %zero, %b[%c0] : memref<10xf32, strided<[?], offset: ?>>
  %v = memref.load %m[%c0] : memref<10xf32>
  tensorref.fill %v into %x : f32, !x
  return
}
