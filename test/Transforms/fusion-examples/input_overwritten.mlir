// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// y = x*3; x += 1; z = y + 5: y is not to be computed from the new x.
func.func @input_overwritten(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) -> !tensorref.ref<8xf32> attributes {elena.entry} {
  %y = tensorref.alloc [8] : !tensorref.ref<8xf32>
  tensorref.map ins(%x : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<8xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 3.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x : !tensorref.ref<8xf32>) outs(%x : !tensorref.ref<8xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 1.0 : f32
    %er = arith.addf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %z = tensorref.alloc [8] : !tensorref.ref<8xf32>
  tensorref.map ins(%y : !tensorref.ref<8xf32>) outs(%z : !tensorref.ref<8xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 5.0 : f32
    %er = arith.addf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return %z : !tensorref.ref<8xf32>
}
