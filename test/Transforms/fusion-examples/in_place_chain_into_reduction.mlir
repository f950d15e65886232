// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}))" -o /dev/null | FileCheck %s

// b = x - 1; b *= w[:, None]; b *= b; s = b.sum(axis=1): each step overwrites
// what it reads, but all of b can be computed from x and w.
// CHECK: group 0: T = [dim(arg0,0)]
// CHECK-NEXT: stage 3 [dim(arg0,0), dim(arg0,1)]
// CHECK-NOT: stage
func.func @in_place_chain_into_reduction(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %w: !tensorref.ref<?xf32> {tensorref.contiguous}) -> !tensorref.ref<?xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %c = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %b = tensorref.alloc [%n, %c] : !tensorref.ref<?x?xf32>
  tensorref.map ins(%x : !tensorref.ref<?x?xf32>) outs(%b : !tensorref.ref<?x?xf32>) {
  ^bb0(%ea: f32):
    %one = arith.constant 1.0 : f32
    %er = arith.subf %ea, %one : f32
    tensorref.yield %er : f32
  }
  %w1 = tensorref.newaxis %w dims [1] : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
  %wb = tensorref.broadcast %w1 to [%n, %c] : !tensorref.ref<?x1xf32> to !tensorref.ref<?x?xf32>
  tensorref.map ins(%b, %wb : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>) outs(%b : !tensorref.ref<?x?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.mulf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%b, %b : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>) outs(%b : !tensorref.ref<?x?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.mulf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  %s = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.reduce sum dims [1] ins(%b : !tensorref.ref<?x?xf32>) outs(%s : !tensorref.ref<?xf32>) {
  ^bb0(%a: f32):
    tensorref.yield %a : f32
  }
  return %s : !tensorref.ref<?xf32>
}
