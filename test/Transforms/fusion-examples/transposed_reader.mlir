// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// y = exp(x); z = exp(y.T*w); x[:] = y + 1
func.func @transposed_reader(%x: !tensorref.ref<4x8xf32> {tensorref.contiguous}, %w: !tensorref.ref<8x4xf32> {tensorref.contiguous}) -> !tensorref.ref<8x4xf32> attributes {elena.entry} {
  %y = tensorref.alloc [4, 8] : !tensorref.ref<4x8xf32>
  tensorref.map ins(%x : !tensorref.ref<4x8xf32>) outs(%y : !tensorref.ref<4x8xf32>) {
  ^bb0(%ea: f32):
    %er = math.exp %ea : f32
    tensorref.yield %er : f32
  }
  %t = tensorref.transpose %y permutation [1, 0] : !tensorref.ref<4x8xf32> to !tensorref.ref<8x4xf32>
  %z = tensorref.alloc [8, 4] : !tensorref.ref<8x4xf32>
  tensorref.map ins(%t, %w : !tensorref.ref<8x4xf32>, !tensorref.ref<8x4xf32>) outs(%z : !tensorref.ref<8x4xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %es = arith.mulf %ea, %eb : f32
    %er = math.exp %es : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%y : !tensorref.ref<4x8xf32>) outs(%x : !tensorref.ref<4x8xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 1.0 : f32
    %er = arith.addf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return %z : !tensorref.ref<8x4xf32>
}
