// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// y = x[2:5]; x *= 2; z = y + 1: z sees the new x.
// z is computed in the iteration of x[i + 2], after its update.
// CHECK:      group 0: T = [8]{{$}}
// CHECK-NEXT:   stage 0 [8]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [3]  t0 = i0 + 2{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @read_after_update(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) -> !tensorref.ref<3xf32> attributes {elena.entry} {
  %y = tensorref.slice %x[2:5] : !tensorref.ref<8xf32> to !tensorref.ref<3xf32>
  tensorref.map ins(%x : !tensorref.ref<8xf32>) outs(%x : !tensorref.ref<8xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %z = tensorref.alloc [3] : !tensorref.ref<3xf32>
  tensorref.map ins(%y : !tensorref.ref<3xf32>) outs(%z : !tensorref.ref<3xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 1.0 : f32
    %er = arith.addf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return %z : !tensorref.ref<3xf32>
}
