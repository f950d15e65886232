// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// y = zeros(8); y[2:6] = 1; z = x + y
// Both fills are dead: membership is a comparison.
// CHECK:      group 0: T = [8]{{$}}
// CHECK-NEXT:   stage 2 [8]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @fill_inside(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) -> !tensorref.ref<8xf32> attributes {elena.entry} {
  %y = tensorref.alloc [8] : !tensorref.ref<8xf32>
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  tensorref.fill %zero into %y : f32, !tensorref.ref<8xf32>
  %h = tensorref.slice %y[2:6] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  tensorref.fill %one into %h : f32, !tensorref.ref<4xf32>
  %z = tensorref.alloc [8] : !tensorref.ref<8xf32>
  tensorref.map ins(%x, %y : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>) outs(%z : !tensorref.ref<8xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return %z : !tensorref.ref<8xf32>
}
