// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}))" -o /dev/null | FileCheck %s

// b[m] = inf; s = b.min(axis=1): the old value of an argument is gone where the
// mask is true, and nobody has computed it.
// CHECK: stage 0
// CHECK: stage 1
func.func @masked_write_into_argument(%b: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %m: !tensorref.ref<?x?xi1> {tensorref.contiguous}) -> !tensorref.ref<?xf32> attributes {elena.entry} {
  %p = tensorref.dim %b, 0 : !tensorref.ref<?x?xf32>
  %inf = arith.constant 1.0e8 : f32
  tensorref.masked_fill %inf into %b where %m : f32, !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xi1>
  %s = tensorref.alloc [%p] : !tensorref.ref<?xf32>
  tensorref.reduce min dims [1] ins(%b : !tensorref.ref<?x?xf32>) outs(%s : !tensorref.ref<?xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  return %s : !tensorref.ref<?xf32>
}
