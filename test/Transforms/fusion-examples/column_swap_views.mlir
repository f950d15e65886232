// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[:, 0], x[:, 2] = x[:, 2], x[:, 0]: the second store sees the first.
// One kernel in program order, without registers.
// CHECK:      group 0: T = [dim(arg0,0)]{{$}}
// CHECK-NEXT:   stage 0 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @column_swap_views(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %x0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x2 = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  tensorref.copy %x2 to %x0 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %x0 to %x2 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}
