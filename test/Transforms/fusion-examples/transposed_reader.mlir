// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// y = exp(x); z = exp(y.T*w); x[:] = y + 1
// One kernel, in which the reader of y.T has its dimensions the other way
// round: y is a register.
// CHECK:      group 0: T = [4, 8]{{$}}
// CHECK-NEXT:   stage 0 [4, 8]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 1 [8, 4]  t0 = i1  t1 = i0{{$}}
// CHECK-NEXT:   stage 2 [4, 8]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   private s{{[0-9]+}} []
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
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
