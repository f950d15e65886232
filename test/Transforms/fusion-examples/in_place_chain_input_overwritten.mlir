// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}))" -o /dev/null | FileCheck %s

// b = x - 1; b *= w[:, None]; b *= b; x[:] = 0; s = b.sum(axis=1): b cannot be
// computed from x any more, nor from itself.
// CHECK: stage 1
// CHECK: stage 2
// CHECK: stage 4
func.func @in_place_chain_input_overwritten(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %w: !tensorref.ref<?xf32> {tensorref.contiguous}) -> !tensorref.ref<?xf32> attributes {elena.entry} {
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
  %zero = arith.constant 0.0 : f32
  tensorref.fill %zero into %x : f32, !tensorref.ref<?x?xf32>
  %s = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.reduce sum dims [1] ins(%b : !tensorref.ref<?x?xf32>) outs(%s : !tensorref.ref<?xf32>) {
  ^bb0(%a: f32):
    tensorref.yield %a : f32
  }
  return %s : !tensorref.ref<?xf32>
}
