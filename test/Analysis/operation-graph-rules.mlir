// RUN: elena-opt %s --tensorref-print-graph -o /dev/null 2>&1 | FileCheck %s

// One function per row of the table "Op by op" in docs/OperationGraph.md; test/python/test_operation_graph_rules.py
// compares the two. In each: what has been written and read before, the op, and who comes after it.

!x = !tensorref.ref<4x6xf32>
!v = !tensorref.ref<8xf32>

// CHECK-LABEL: graph @rule_slice: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[6 + 2*6 + 3*2] | writes s0[0 + 2*3 + 3*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[6 + 2*6 + 3*2]
// CHECK-NEXT: #0 -> #1 RAW contains storage-only
// CHECK-NEXT: #0 -> #2 WAW contains storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_slice(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.slice %x[1:3, _:_:2] : !x to !tensorref.ref<2x3xf32>
  %t = tensorref.alloc [2, 3] : !tensorref.ref<2x3xf32>
  tensorref.copy %v to %t : !tensorref.ref<2x3xf32>, !tensorref.ref<2x3xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<2x3xf32>
  return
}

// CHECK-LABEL: graph @rule_select: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[6 + 6*1] | writes s0[0 + 6*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[6 + 6*1]
// CHECK-NEXT: #0 -> #1 RAW contains storage-only
// CHECK-NEXT: #0 -> #2 WAW contains storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_select(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.select %x dim 0 at 1 : !x to !tensorref.ref<6xf32>
  %t = tensorref.alloc [6] : !tensorref.ref<6xf32>
  tensorref.copy %v to %t : !tensorref.ref<6xf32>, !tensorref.ref<6xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<6xf32>
  return
}

// CHECK-LABEL: graph @rule_newaxis: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[0 + 1*0 + 4*6 + 6*1] | writes s0[0 + 1*24 + 4*6 + 6*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[0 + 1*0 + 4*6 + 6*1]
// CHECK-NEXT: #0 -> #1 RAW equal storage-only
// CHECK-NEXT: #0 -> #2 WAW equal storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_newaxis(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.newaxis %x dims [0] : !x to !tensorref.ref<1x4x6xf32>
  %t = tensorref.alloc [1, 4, 6] : !tensorref.ref<1x4x6xf32>
  tensorref.copy %v to %t : !tensorref.ref<1x4x6xf32>, !tensorref.ref<1x4x6xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<1x4x6xf32>
  return
}

// CHECK-LABEL: graph @rule_squeeze: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[6 + 6*1] | writes s0[0 + 6*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[6 + 6*1]
// CHECK-NEXT: #0 -> #1 RAW contains storage-only
// CHECK-NEXT: #0 -> #2 WAW contains storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_squeeze(%x: !x {tensorref.contiguous}, %zero: f32) {
  %y = tensorref.slice %x[1:2, _:_] : !x to !tensorref.ref<1x6xf32>
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.squeeze %y dims [0] : !tensorref.ref<1x6xf32> to !tensorref.ref<6xf32>
  %t = tensorref.alloc [6] : !tensorref.ref<6xf32>
  tensorref.copy %v to %t : !tensorref.ref<6xf32>, !tensorref.ref<6xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<6xf32>
  return
}

// CHECK-LABEL: graph @rule_transpose: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[0 + 6*1 + 4*6] | writes s0[0 + 6*4 + 4*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[0 + 6*1 + 4*6]
// CHECK-NEXT: #0 -> #1 RAW equal storage-only
// CHECK-NEXT: #0 -> #2 WAW equal storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_transpose(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.transpose %x permutation [1, 0] : !x to !tensorref.ref<6x4xf32>
  %t = tensorref.alloc [6, 4] : !tensorref.ref<6x4xf32>
  tensorref.copy %v to %t : !tensorref.ref<6x4xf32>, !tensorref.ref<6x4xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<6x4xf32>
  return
}

// CHECK-LABEL: graph @rule_broadcast: 2 nodes, 1 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[0 + 2*0 + 4*6 + 6*1] | writes s0[0 + 2*24 + 4*6 + 6*1]
// CHECK-NEXT: #0 -> #1 RAW equal storage-only
func.func @rule_broadcast(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.broadcast %x to [2, 4, 6] : !x to !tensorref.ref<2x4x6xf32>
  %t = tensorref.alloc [2, 4, 6] : !tensorref.ref<2x4x6xf32>
  tensorref.copy %v to %t : !tensorref.ref<2x4x6xf32>, !tensorref.ref<2x4x6xf32>
  return
}

// CHECK-LABEL: graph @rule_reshape: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[0 + 24*1] | writes s0[0 + 24*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[0 + 24*1]
// CHECK-NEXT: #0 -> #1 RAW equal storage-only
// CHECK-NEXT: #0 -> #2 WAW equal storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_reshape(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.reshape %x to [24] : !x to !tensorref.ref<24xf32>
  %t = tensorref.alloc [24] : !tensorref.ref<24xf32>
  tensorref.copy %v to %t : !tensorref.ref<24xf32>, !tensorref.ref<24xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<24xf32>
  return
}

// CHECK-LABEL: graph @rule_flip: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[5 + 4*6 + 6*-1] | writes s0[0 + 4*6 + 6*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[5 + 4*6 + 6*-1]
// CHECK-NEXT: #0 -> #1 RAW equal storage-only
// CHECK-NEXT: #0 -> #2 WAW equal storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_flip(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.flip %x dims [1] : !x to !x
  %t = tensorref.alloc [4, 6] : !tensorref.ref<4x6xf32>
  tensorref.copy %v to %t : !tensorref.ref<4x6xf32>, !tensorref.ref<4x6xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<4x6xf32>
  return
}

// CHECK-LABEL: graph @rule_diagonal: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[0 + 4*7] | writes s0[0 + 4*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[0 + 4*7]
// CHECK-NEXT: #0 -> #1 RAW contains storage-only
// CHECK-NEXT: #0 -> #2 WAW contains storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_diagonal(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.diagonal %x offset 0 dims [0, 1] : !x to !tensorref.ref<4xf32>
  %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
  tensorref.copy %v to %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<4xf32>
  return
}

// CHECK-LABEL: graph @rule_sliding_window: 2 nodes, 1 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[0 + 4*6 + 4*1 + 3*1] | writes s0[0 + 4*12 + 4*3 + 3*1]
// CHECK-NEXT: #0 -> #1 RAW equal storage-only
func.func @rule_sliding_window(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.sliding_window %x window [3] dims [1] : !x to !tensorref.ref<4x4x3xf32>
  %t = tensorref.alloc [4, 4, 3] : !tensorref.ref<4x4x3xf32>
  tensorref.copy %v to %t : !tensorref.ref<4x4x3xf32>, !tensorref.ref<4x4x3xf32>
  return
}

// CHECK-LABEL: graph @rule_strided_view: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 4*6 + 6*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[2 + 4*6 + 2*1] | writes s0[0 + 4*2 + 2*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg0[2 + 4*6 + 2*1]
// CHECK-NEXT: #0 -> #1 RAW contains storage-only
// CHECK-NEXT: #0 -> #2 WAW contains storage-only
// CHECK-NEXT: #1 -> #2 WAR equal ssa
func.func @rule_strided_view(%x: !x {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !x
  %v = tensorref.strided_view %x offset 2 sizes [4, 2] strides [6, 1] : !x to !tensorref.ref<4x2xf32>
  %t = tensorref.alloc [4, 2] : !tensorref.ref<4x2xf32>
  tensorref.copy %v to %t : !tensorref.ref<4x2xf32>, !tensorref.ref<4x2xf32>
  tensorref.fill %zero into %v : f32, !tensorref.ref<4x2xf32>
  return
}

// CHECK-LABEL: graph @rule_alloc: 2 nodes, 0 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes s0[0 + 8*1]
func.func @rule_alloc(%x: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %x : f32, !v
  %t = tensorref.alloc [8] : !v
  tensorref.fill %zero into %t : f32, !v
  return
}

// CHECK-LABEL: graph @rule_fill: 5 nodes, 5 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_fill(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.fill %zero into %x : f32, !v
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_iota: 5 nodes, 5 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.iota | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_iota(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.iota %zero step %zero into %x : f32, !v
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_from_elements: 5 nodes, 5 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.from_elements | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_from_elements(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.from_elements %zero, %zero, %zero, %zero, %zero, %zero, %zero, %zero into %x : !v
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_copy: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.copy | reads arg1[0 + 8*1] | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_copy(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.copy %a to %x : !v, !v
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_map: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.map | reads arg1[0 + 8*1] | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_map(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.map ins(%a : !v) outs(%x : !v) {
  ^bb0(%p: f32):
    tensorref.yield %p : f32
  }
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_reduce: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.reduce | reads arg1[0 + 8*1 + 1*0] | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW equal storage-only
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_reduce(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  %m = tensorref.newaxis %a dims [1] : !v to !tensorref.ref<8x1xf32>
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.reduce sum dims [1] ins(%m : !tensorref.ref<8x1xf32>) outs(%x : !v) {
  ^bb0(%p: f32):
    tensorref.yield %p : f32
  }
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_scan: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.scan | reads arg1[0 + 8*1] | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_scan(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.scan sum dim 0 ins(%a : !v) outs(%x : !v)
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_masked_copy: 5 nodes, 7 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.masked_copy | reads arg1[0 + 8*1] | may write arg0[0 + 8*1] | reads arg3[0 + 8*?]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW unknown ssa
// CHECK-NEXT: #1 -> #4 RAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR unknown ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW unknown ssa
func.func @rule_masked_copy(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32, %mask: !tensorref.ref<8xi1>) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.masked_copy %a to %x where %mask : !v, !v, !tensorref.ref<8xi1>
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_masked_fill: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.masked_fill | may write arg0[0 + 8*1] | reads arg3[0 + 8*?]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW unknown ssa
// CHECK-NEXT: #1 -> #4 RAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR unknown ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW unknown ssa
func.func @rule_masked_fill(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32, %mask: !tensorref.ref<8xi1>) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.masked_fill %zero into %x where %mask : f32, !v, !tensorref.ref<8xi1>
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_gather: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.gather | may read arg1[0 + 8*1] | reads arg3[0 + 8*?] | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW unknown ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_gather(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32, %i: !tensorref.ref<8xi64>) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.gather %a[%i] into %x : !v[!tensorref.ref<8xi64>] into !v
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_scatter: 5 nodes, 7 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.scatter | reads arg1[0 + 8*1] | may write arg0[0 + 8*1] | reads arg3[0 + 8*?]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW unknown ssa
// CHECK-NEXT: #1 -> #4 RAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR unknown ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW unknown ssa
func.func @rule_scatter(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32, %i: !tensorref.ref<8xi64>) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.scatter %a into %x[%i] : !v into !v[!tensorref.ref<8xi64>]
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_load: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.load | reads arg0[3]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 RAW contains storage-only
// CHECK-NEXT: #1 -> #4 RAW equal ssa
// CHECK-NEXT: #2 -> #3 RAR contains storage-only
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAR contained storage-only
func.func @rule_load(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  %e = tensorref.select %x dim 0 at 3 : !v to !tensorref.ref<f32>
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  %n = tensorref.load %e : !tensorref.ref<f32>
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_stage: 5 nodes, 6 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.fill | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes s0[0 + 8*1]
// CHECK-NEXT: #3 tensorref.stage | reads arg1[0 + 8*1] | writes arg0[0 + 8*1]
// CHECK-NEXT: #4 tensorref.copy | reads arg0[0 + 8*1] | writes s1[0 + 8*1]
// CHECK-NEXT: #0 -> #3 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #3 WAW equal ssa
// CHECK-NEXT: #2 -> #3 WAR equal ssa
// CHECK-NEXT: #2 -> #4 RAR equal ssa
// CHECK-NEXT: #3 -> #4 RAW equal ssa
func.func @rule_stage(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.fill %zero into %x : f32, !v
  %before = tensorref.alloc [8] : !v
  tensorref.copy %x to %before : !v, !v
  tensorref.group {
    tensorref.stage box [8] iterators [parallel] ins(%a : !v) outs(%x : !v) {
    ^bb0(%p: f32):
      tensorref.yield %p : f32
    }
  }
  %after = tensorref.alloc [8] : !v
  tensorref.copy %x to %after : !v, !v
  return
}

// CHECK-LABEL: graph @rule_element: 3 nodes, 3 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #1 tensorref.stage | may read arg1[0 + 8*1] | writes arg0[0 + 8*1]
// CHECK-NEXT: #2 tensorref.fill | writes arg1[0 + 8*1]
// CHECK-NEXT: #0 -> #1 RAW unknown ssa
// CHECK-NEXT: #0 -> #2 WAW equal ssa
// CHECK-NEXT: #1 -> #2 WAR unknown ssa
func.func @rule_element(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.fill %zero into %a : f32, !v
  tensorref.group {
    tensorref.stage box [8] iterators [parallel] gathers(%a : !v) outs(%x : !v) {
      %n = tensorref.index 0 : index
      %p = tensorref.element %a[%n] : !v
      tensorref.yield %p : f32
    }
  }
  tensorref.fill %zero into %a : f32, !v
  return
}

// CHECK-LABEL: graph @rule_pack: 3 nodes, 2 edges
// CHECK-NEXT: #0 tensorref.stage | writes arg0[0 + 8*1]
// CHECK-NEXT: #1 tensorref.stage | writes arg1[0 + 8*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 8*1] | writes arg1[0 + 8*1]
// CHECK-NEXT: #0 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #2 WAW equal ssa
func.func @rule_pack(%x: !v {tensorref.contiguous}, %a: !v {tensorref.contiguous}, %zero: f32) {
  tensorref.pack {
    tensorref.group {
      tensorref.stage box [8] iterators [parallel] outs(%x : !v) {
        tensorref.yield %zero : f32
      }
    }
    tensorref.group {
      tensorref.stage box [8] iterators [parallel] outs(%a : !v) {
        tensorref.yield %zero : f32
      }
    }
  }
  tensorref.copy %x to %a : !v, !v
  return
}
