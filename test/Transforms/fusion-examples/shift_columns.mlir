// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[:, 1:] = x[:, :-1]
// Rows agree; along a row it is the second coordinate that orders.
// CHECK:      group 0: T = [8, 99] descending{{$}}
// CHECK-NEXT:   stage 0 [8, 99]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 1 [8, 99]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   private s1 []{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @shift_columns(%x: !tensorref.ref<8x100xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %d = tensorref.slice %x[_:_, 1:_] : !tensorref.ref<8x100xf32> to !tensorref.ref<8x99xf32>
  %s = tensorref.slice %x[_:_, _:-1] : !tensorref.ref<8x100xf32> to !tensorref.ref<8x99xf32>
  tensorref.copy %s to %d : !tensorref.ref<8x99xf32>, !tensorref.ref<8x99xf32>
  return
}
