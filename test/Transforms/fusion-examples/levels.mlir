// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// Three levels without anything in common: one launch.
func.func @levels(%x0: !tensorref.ref<16xf32> {tensorref.contiguous}, %x1: !tensorref.ref<32xf32> {tensorref.contiguous}, %x2: !tensorref.ref<48xf32> {tensorref.contiguous}) -> (!tensorref.ref<16xf32>, !tensorref.ref<32xf32>, !tensorref.ref<48xf32>) attributes {elena.entry} {
  %o0 = tensorref.alloc [16] : !tensorref.ref<16xf32>
  tensorref.map ins(%x0 : !tensorref.ref<16xf32>) outs(%o0 : !tensorref.ref<16xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %o1 = tensorref.alloc [32] : !tensorref.ref<32xf32>
  tensorref.map ins(%x1 : !tensorref.ref<32xf32>) outs(%o1 : !tensorref.ref<32xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %o2 = tensorref.alloc [48] : !tensorref.ref<48xf32>
  tensorref.map ins(%x2 : !tensorref.ref<48xf32>) outs(%o2 : !tensorref.ref<48xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return %o0, %o1, %o2 : !tensorref.ref<16xf32>, !tensorref.ref<32xf32>, !tensorref.ref<48xf32>
}
