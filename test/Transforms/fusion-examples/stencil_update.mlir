// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// d = exp(x[2:] - x[:-2]); x[1:-1] += d; x *= 0.5
func.func @stencil_update(%x: !tensorref.ref<16xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<16xf32>
  %l = tensorref.slice %x[_:-2] : !tensorref.ref<16xf32> to !tensorref.ref<14xf32>
  %r = tensorref.slice %x[2:_] : !tensorref.ref<16xf32> to !tensorref.ref<14xf32>
  %d = tensorref.alloc [14] : !tensorref.ref<14xf32>
  tensorref.map ins(%l, %r : !tensorref.ref<14xf32>, !tensorref.ref<14xf32>) outs(%d : !tensorref.ref<14xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %eq = arith.subf %eb, %ea : f32
    %ee = math.exp %eq : f32
    tensorref.yield %ee : f32
  }
  %c = tensorref.slice %x[1:-1] : !tensorref.ref<16xf32> to !tensorref.ref<14xf32>
  tensorref.map ins(%c, %d : !tensorref.ref<14xf32>, !tensorref.ref<14xf32>) outs(%c : !tensorref.ref<14xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x : !tensorref.ref<16xf32>) outs(%x : !tensorref.ref<16xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 0.5 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return
}
