// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// x[:, 0] = 1 - x[:, 2]; x[:, 2] = 1 - x[:, 0]: the second sees the first.
func.func @bbox_flip_in_place(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %one = arith.constant 1.0 : f32
  %x0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x2 = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  tensorref.map ins(%x2 : !tensorref.ref<?xf32>) outs(%x0 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %er = arith.subf %one, %ea : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x0 : !tensorref.ref<?xf32>) outs(%x2 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %er = arith.subf %one, %ea : f32
    tensorref.yield %er : f32
  }
  return
}
