// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{strict=true print=true}),canonicalize,cse)" | FileCheck %s

// t[:, 0] = x * x; t[:, 1] = x + x; g = t[i]: which columns were written by whom
// is known for every element that may be gathered, so t is not needed.
// CHECK:      group 0: T = [dim(arg1,0), 2]
// CHECK-NEXT:   stage 2 [dim(arg1,0), 2]
// CHECK-NEXT: kernel: groups 0
// CHECK: tensorref.stage
// CHECK: %[[ROW:.+]] = arith.select
// CHECK: scf.if
// CHECK: %[[A:.+]] = tensorref.element %{{.+}}[%[[ROW]]]
// CHECK: arith.addf %[[A]], %[[A]]
// CHECK: else
// CHECK: %[[B:.+]] = tensorref.element %{{.+}}[%[[ROW]]]
// CHECK: arith.mulf %[[B]], %[[B]]
func.func @gather_of_computed(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %i: !tensorref.ref<?xi64> {tensorref.contiguous}) -> !tensorref.ref<?x2xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %k = tensorref.dim %i, 0 : !tensorref.ref<?xi64>
  %t = tensorref.alloc [%n, 2] : !tensorref.ref<?x2xf32>
  %left = tensorref.select %t dim 1 at 0 : !tensorref.ref<?x2xf32> to !tensorref.ref<?xf32>
  tensorref.map ins(%x : !tensorref.ref<?xf32>) outs(%left : !tensorref.ref<?xf32>) {
  ^bb0(%a: f32):
    %b = arith.mulf %a, %a : f32
    tensorref.yield %b : f32
  }
  %right = tensorref.select %t dim 1 at 1 : !tensorref.ref<?x2xf32> to !tensorref.ref<?xf32>
  tensorref.map ins(%x : !tensorref.ref<?xf32>) outs(%right : !tensorref.ref<?xf32>) {
  ^bb0(%a: f32):
    %b = arith.addf %a, %a : f32
    tensorref.yield %b : f32
  }
  %g = tensorref.alloc [%k, 2] : !tensorref.ref<?x2xf32>
  tensorref.gather %t[%i] into %g : !tensorref.ref<?x2xf32>[!tensorref.ref<?xi64>] into !tensorref.ref<?x2xf32>
  return %g : !tensorref.ref<?x2xf32>
}
