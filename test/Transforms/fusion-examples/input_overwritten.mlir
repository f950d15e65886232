// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// y = x*3; x += 1; z = y + 5: y is not to be computed from the new x.
// One kernel in program order; y is a register, not computed again.
// CHECK:      group 0: T = [8]{{$}}
// CHECK-NEXT:   stage 0 [8]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [8]  t0 = i0{{$}}
// CHECK-NEXT:   stage 2 [8]  t0 = i0{{$}}
// CHECK-NEXT:   private s{{[0-9]+}} []
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
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
