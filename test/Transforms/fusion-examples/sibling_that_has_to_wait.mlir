// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}))" -o /dev/null | FileCheck %s

// near = b.argmin(axis=1); near += near; s = (b + near[:, None]).min(axis=1): the
// second reduction takes in what is made after the first one.
// CHECK: group 0: T = [dim(arg1,0)]
// CHECK-NOT: in the loops of
// CHECK: kernel
func.func @sibling_that_has_to_wait(%a: !tensorref.ref<?xf32> {tensorref.contiguous}, %m: !tensorref.ref<?x?xi1> {tensorref.contiguous}) -> (!tensorref.ref<?xi64>, !tensorref.ref<?xf32>) attributes {elena.entry} {
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
  %near1 = tensorref.newaxis %near dims [1] : !tensorref.ref<?xi64> to !tensorref.ref<?x1xi64>
  %nearb = tensorref.broadcast %near1 to [%p, %g] : !tensorref.ref<?x1xi64> to !tensorref.ref<?x?xi64>
  %s = tensorref.alloc [%p] : !tensorref.ref<?xf32>
  tensorref.reduce min dims [1] ins(%b, %nearb : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xi64>) outs(%s : !tensorref.ref<?xf32>) {
  ^bb0(%e: f32, %i: i64):
    %f = arith.sitofp %i : i64 to f32
    %r = arith.addf %e, %f : f32
    tensorref.yield %r : f32
  }
  return %near, %s : !tensorref.ref<?xi64>, !tensorref.ref<?xf32>
}
