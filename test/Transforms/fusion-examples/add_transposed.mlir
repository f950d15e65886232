// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x += x.T
// No iteration has (i, j) and (j, i): a temporary and two kernels.
// CHECK:      group 0: T = [6, 6]{{$}}
// CHECK-NEXT:   stage 0 [6, 6]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: group 1: T = [6, 6]{{$}}
// CHECK-NEXT:   stage 1 [6, 6]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NEXT: kernel: groups 1{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @add_transposed(%x: !tensorref.ref<6x6xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %t = tensorref.transpose %x permutation [1, 0] : !tensorref.ref<6x6xf32> to !tensorref.ref<6x6xf32>
  tensorref.map ins(%x, %t : !tensorref.ref<6x6xf32>, !tensorref.ref<6x6xf32>) outs(%x : !tensorref.ref<6x6xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return
}
