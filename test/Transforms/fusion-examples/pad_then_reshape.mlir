// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// np.pad(x, ((0, 0), (0, 1), (0, 0))).reshape(h, a, a + 1) * 2 with x of
// [h, a, a]: element (r, k) of it is number r*(a + 1) + k of a block, which is
// one of x's if it is less than a*a, and 0 else. One stage is left.
// CHECK:      group 0: T = [dim(arg0,0), dim(arg0,2), dim(arg0,2) + 1]
// CHECK-NEXT:   stage 2
// CHECK-NEXT: kernel: groups 0
func.func @pad_then_reshape(%x: !tensorref.ref<?x?x?xf32> {tensorref.contiguous}) -> !tensorref.ref<?x?x?xf32> attributes {elena.entry} {
  %one = arith.constant 1 : index
  %h = tensorref.dim %x, 0 : !tensorref.ref<?x?x?xf32>
  %a = tensorref.dim %x, 1 : !tensorref.ref<?x?x?xf32>
  %b = tensorref.dim %x, 2 : !tensorref.ref<?x?x?xf32>
  %square = arith.cmpi eq, %b, %a : index
  tensorref.guard %square
  %more = arith.addi %a, %one : index
  %p = tensorref.alloc [%h, %more, %a] : !tensorref.ref<?x?x?xf32>
  %zero = arith.constant 0.0 : f32
  tensorref.fill %zero into %p : f32, !tensorref.ref<?x?x?xf32>
  %inside = tensorref.slice %p[_:_, _:%a, _:_] : !tensorref.ref<?x?x?xf32> to !tensorref.ref<?x?x?xf32>
  tensorref.copy %x to %inside : !tensorref.ref<?x?x?xf32>, !tensorref.ref<?x?x?xf32>
  %q = tensorref.reshape %p to [%h, %a, %more] groups [[0], [1, 2]] into [[0], [1, 2]] : !tensorref.ref<?x?x?xf32> to !tensorref.ref<?x?x?xf32>
  %z = tensorref.alloc [%h, %a, %more] : !tensorref.ref<?x?x?xf32>
  tensorref.map ins(%q : !tensorref.ref<?x?x?xf32>) outs(%z : !tensorref.ref<?x?x?xf32>) {
  ^bb0(%v: f32):
    %s = arith.addf %v, %v : f32
    tensorref.yield %s : f32
  }
  return %z : !tensorref.ref<?x?x?xf32>
}

// A column of padding in the place of a row: the numbers of the points of x do
// not follow each other in p, so nothing is recomputed.
// CHECK:      stage 0
// CHECK:      stage 1
// CHECK:      stage 2
func.func @pad_columns(%x: !tensorref.ref<?x?x?xf32> {tensorref.contiguous}) -> !tensorref.ref<?x?x?xf32> attributes {elena.entry} {
  %one = arith.constant 1 : index
  %h = tensorref.dim %x, 0 : !tensorref.ref<?x?x?xf32>
  %a = tensorref.dim %x, 1 : !tensorref.ref<?x?x?xf32>
  %b = tensorref.dim %x, 2 : !tensorref.ref<?x?x?xf32>
  %square = arith.cmpi eq, %b, %a : index
  tensorref.guard %square
  %more = arith.addi %a, %one : index
  %p = tensorref.alloc [%h, %a, %more] : !tensorref.ref<?x?x?xf32>
  %zero = arith.constant 0.0 : f32
  tensorref.fill %zero into %p : f32, !tensorref.ref<?x?x?xf32>
  %inside = tensorref.slice %p[_:_, _:_, _:%a] : !tensorref.ref<?x?x?xf32> to !tensorref.ref<?x?x?xf32>
  tensorref.copy %x to %inside : !tensorref.ref<?x?x?xf32>, !tensorref.ref<?x?x?xf32>
  %q = tensorref.reshape %p to [%h, %more, %a] groups [[0], [1, 2]] into [[0], [1, 2]] : !tensorref.ref<?x?x?xf32> to !tensorref.ref<?x?x?xf32>
  %z = tensorref.alloc [%h, %more, %a] : !tensorref.ref<?x?x?xf32>
  tensorref.map ins(%q : !tensorref.ref<?x?x?xf32>) outs(%z : !tensorref.ref<?x?x?xf32>) {
  ^bb0(%v: f32):
    %s = arith.addf %v, %v : f32
    tensorref.yield %s : f32
  }
  return %z : !tensorref.ref<?x?x?xf32>
}
