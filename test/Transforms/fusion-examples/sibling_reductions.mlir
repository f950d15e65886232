// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}),canonicalize,cse)" | FileCheck %s

// b = repeat(a[None], P); b[m] = inf; near = b.argmin(axis=1); near += near;
// least = b.min(axis=1): both in one loop, so that each element of b is chosen
// once. The minimum has nothing to do with what runs between the two.
// CHECK: group 0: T = [dim(arg1,0)]
// CHECK-NEXT: stage 2 [dim(arg1,0), dim(arg1,1)]  t0 = i0{{$}}
// CHECK-NEXT: stage 3 [dim(arg1,0)]  t0 = i0
// CHECK-NEXT: stage 4 [dim(arg1,0), dim(arg1,1)]  t0 = i0  in the loops of stage 2
// CHECK: kernel: groups 0
// CHECK: combiners [argmin, min]
// CHECK-NEXT: ^bb0
// CHECK-NEXT: %[[B:.*]] = arith.select
// CHECK-NEXT: tensorref.yield %[[B]], %[[B]] : f32, f32
func.func @sibling_reductions(%a: !tensorref.ref<?xf32> {tensorref.contiguous}, %m: !tensorref.ref<?x?xi1> {tensorref.contiguous}) -> (!tensorref.ref<?xi64>, !tensorref.ref<?xf32>) attributes {elena.entry} {
  %p = tensorref.dim %m, 0 : !tensorref.ref<?x?xi1>
  %g = tensorref.dim %m, 1 : !tensorref.ref<?x?xi1>
  %a1 = tensorref.newaxis %a dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<1x?xf32>
  %ab = tensorref.broadcast %a1 to [%p, %g] : !tensorref.ref<1x?xf32> to !tensorref.ref<?x?xf32>
  %b = tensorref.alloc [%p, %g] : !tensorref.ref<?x?xf32>
  tensorref.copy %ab to %b : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  %inf = arith.constant 1.0e8 : f32
  tensorref.masked_fill %inf into %b where %m : f32, !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xi1>
  %near = tensorref.alloc [%p] : !tensorref.ref<?xi64>
  tensorref.reduce argmin dims [1] ins(%b : !tensorref.ref<?x?xf32>) outs(%near : !tensorref.ref<?xi64>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  tensorref.map ins(%near : !tensorref.ref<?xi64>) outs(%near : !tensorref.ref<?xi64>) {
  ^bb0(%e: i64):
    %r = arith.addi %e, %e : i64
    tensorref.yield %r : i64
  }
  %s = tensorref.alloc [%p] : !tensorref.ref<?xf32>
  tensorref.reduce min dims [1] ins(%b : !tensorref.ref<?x?xf32>) outs(%s : !tensorref.ref<?xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  return %near, %s : !tensorref.ref<?xi64>, !tensorref.ref<?xf32>
}
