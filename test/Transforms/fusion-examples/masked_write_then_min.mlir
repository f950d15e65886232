// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}),canonicalize,cse)" | FileCheck %s

// b = repeat(a[None], P); b[m] = inf; b[:, 1:][k] = inf; s = b.min(axis=1): where
// a mask is false, the old value, which is that of the step before.
// CHECK: group 0: T = [dim(arg1,0)]
// CHECK-NEXT: stage 3 [dim(arg1,0), 2000]
// CHECK-NOT: stage {{[0-9]}}
// CHECK: tensorref.stage
// CHECK: scf.if
// CHECK: arith.select
func.func @masked_write_then_min(%a: !tensorref.ref<2000xf32> {tensorref.contiguous}, %m: !tensorref.ref<?x2000xi1> {tensorref.contiguous}, %k: !tensorref.ref<?x1999xi1> {tensorref.contiguous}) -> !tensorref.ref<?xf32> attributes {elena.entry} {
  %p = tensorref.dim %m, 0 : !tensorref.ref<?x2000xi1>
  %a1 = tensorref.newaxis %a dims [0] : !tensorref.ref<2000xf32> to !tensorref.ref<1x2000xf32>
  %ab = tensorref.broadcast %a1 to [%p, 2000] : !tensorref.ref<1x2000xf32> to !tensorref.ref<?x2000xf32>
  %b = tensorref.alloc [%p, 2000] : !tensorref.ref<?x2000xf32>
  tensorref.copy %ab to %b : !tensorref.ref<?x2000xf32>, !tensorref.ref<?x2000xf32>
  %inf = arith.constant 1.0e8 : f32
  tensorref.masked_fill %inf into %b where %m : f32, !tensorref.ref<?x2000xf32>, !tensorref.ref<?x2000xi1>
  %right = tensorref.slice %b[_:_, 1:_] : !tensorref.ref<?x2000xf32> to !tensorref.ref<?x1999xf32>
  tensorref.masked_fill %inf into %right where %k : f32, !tensorref.ref<?x1999xf32>, !tensorref.ref<?x1999xi1>
  %s = tensorref.alloc [%p] : !tensorref.ref<?xf32>
  tensorref.reduce min dims [1] ins(%b : !tensorref.ref<?x2000xf32>) outs(%s : !tensorref.ref<?xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  return %s : !tensorref.ref<?xf32>
}
