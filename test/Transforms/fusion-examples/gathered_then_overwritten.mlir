// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}))" -o /dev/null | FileCheck %s

// g = x[i]; x[0] = 0; s = g.max(axis=0): which rows were gathered is not known, so
// any of them may have changed.
// CHECK: stage 0
// CHECK: stage 2
func.func @gathered_then_overwritten(%x: !tensorref.ref<5x6xf32> {tensorref.contiguous}, %i: !tensorref.ref<?xi64> {tensorref.contiguous}) -> !tensorref.ref<6xf32> attributes {elena.entry} {
  %n = tensorref.dim %i, 0 : !tensorref.ref<?xi64>
  %g = tensorref.alloc [%n, 6] : !tensorref.ref<?x6xf32>
  tensorref.gather %x[%i] into %g : !tensorref.ref<5x6xf32>[!tensorref.ref<?xi64>] into !tensorref.ref<?x6xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %row = tensorref.select %x dim 0 at %c0 : !tensorref.ref<5x6xf32> to !tensorref.ref<6xf32>
  tensorref.fill %zero into %row : f32, !tensorref.ref<6xf32>
  %s = tensorref.alloc [6] : !tensorref.ref<6xf32>
  tensorref.reduce max dims [0] ins(%g : !tensorref.ref<?x6xf32>) outs(%s : !tensorref.ref<6xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  return %s : !tensorref.ref<6xf32>
}
