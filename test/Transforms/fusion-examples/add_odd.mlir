// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[::2] += x[1::2]
// Residues of 2 are apart: one kernel in place, no temporary.
// CHECK:      group 0: T = [4]{{$}}
// CHECK-NEXT:   stage 0 [4]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @add_odd(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %e = tensorref.slice %x[_:_:2] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  %o = tensorref.slice %x[1:_:2] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  tensorref.map ins(%e, %o : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>) outs(%e : !tensorref.ref<4xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return
}
