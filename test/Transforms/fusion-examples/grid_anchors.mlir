// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// meshgrid(arange(W)*8, arange(H)*8), stacked
// The ramps and their stacks are computed where they are read: only the two
// columns of the result are stored.
// CHECK:      group 0: T = [s{{[0-9]+}}, s{{[0-9]+}}]{{$}}
// CHECK-NEXT:   stage 4 [s{{[0-9]+}}, s{{[0-9]+}}]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 5 [s{{[0-9]+}}, s{{[0-9]+}}]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @grid_anchors(%H: index, %W: index) -> !tensorref.ref<?x?x2xf32> attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %h = arith.maxsi %H, %c0 : index
  %w = arith.maxsi %W, %c0 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %x = tensorref.alloc [%w] : !tensorref.ref<?xf32>
  %y = tensorref.alloc [%h] : !tensorref.ref<?xf32>
  tensorref.iota %zero step %one into %x : f32, !tensorref.ref<?xf32>
  tensorref.iota %zero step %one into %y : f32, !tensorref.ref<?xf32>
  %x8 = tensorref.alloc [%w] : !tensorref.ref<?xf32>
  tensorref.map ins(%x : !tensorref.ref<?xf32>) outs(%x8 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 8.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %y8 = tensorref.alloc [%h] : !tensorref.ref<?xf32>
  tensorref.map ins(%y : !tensorref.ref<?xf32>) outs(%y8 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 8.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %nx = tensorref.newaxis %x8 dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<1x?xf32>
  %ny = tensorref.newaxis %y8 dims [1] : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
  %bx = tensorref.broadcast %nx to [%h, %w] : !tensorref.ref<1x?xf32> to !tensorref.ref<?x?xf32>
  %by = tensorref.broadcast %ny to [%h, %w] : !tensorref.ref<?x1xf32> to !tensorref.ref<?x?xf32>
  %o = tensorref.alloc [%h, %w, 2] : !tensorref.ref<?x?x2xf32>
  %o0 = tensorref.select %o dim 2 at 0 : !tensorref.ref<?x?x2xf32> to !tensorref.ref<?x?xf32>
  %o1 = tensorref.select %o dim 2 at 1 : !tensorref.ref<?x?x2xf32> to !tensorref.ref<?x?xf32>
  tensorref.copy %bx to %o0 : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  tensorref.copy %by to %o1 : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  return %o : !tensorref.ref<?x?x2xf32>
}
