// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}))" -o /dev/null | FileCheck %s

// g = x[i]; s = g.max(axis=0): the reduction gathers what it needs.
// CHECK: group 0: T = [6]
// CHECK-NEXT: stage 1 [dim(arg1,0), 6]
// CHECK-NOT: stage
func.func @gather_into_reduction(%x: !tensorref.ref<5x6xf32> {tensorref.contiguous}, %i: !tensorref.ref<?xi64> {tensorref.contiguous}) -> !tensorref.ref<6xf32> attributes {elena.entry} {
  %n = tensorref.dim %i, 0 : !tensorref.ref<?xi64>
  %g = tensorref.alloc [%n, 6] : !tensorref.ref<?x6xf32>
  tensorref.gather %x[%i] into %g : !tensorref.ref<5x6xf32>[!tensorref.ref<?xi64>] into !tensorref.ref<?x6xf32>
  %s = tensorref.alloc [6] : !tensorref.ref<6xf32>
  tensorref.reduce max dims [0] ins(%g : !tensorref.ref<?x6xf32>) outs(%s : !tensorref.ref<6xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  return %s : !tensorref.ref<6xf32>
}
