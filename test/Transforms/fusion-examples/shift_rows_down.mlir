// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[:-1] = x[1:]
// Rows agree in no iteration; in C order each is read before it is written.
// CHECK:      group 0: T = [99, 4] ascending{{$}}
// CHECK-NEXT:   stage 0 [99, 4]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 1 [99, 4]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   private s1 []{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @shift_rows_down(%x: !tensorref.ref<100x4xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %d = tensorref.slice %x[_:-1, _:_] : !tensorref.ref<100x4xf32> to !tensorref.ref<99x4xf32>
  %s = tensorref.slice %x[1:_, _:_] : !tensorref.ref<100x4xf32> to !tensorref.ref<99x4xf32>
  tensorref.copy %s to %d : !tensorref.ref<99x4xf32>, !tensorref.ref<99x4xf32>
  return
}
