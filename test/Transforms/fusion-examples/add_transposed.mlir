// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// x += x.T
func.func @add_transposed(%x: !tensorref.ref<6x6xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %t = tensorref.transpose %x permutation [1, 0] : !tensorref.ref<6x6xf32> to !tensorref.ref<6x6xf32>
  tensorref.map ins(%x, %t : !tensorref.ref<6x6xf32>, !tensorref.ref<6x6xf32>) outs(%x : !tensorref.ref<6x6xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return
}
