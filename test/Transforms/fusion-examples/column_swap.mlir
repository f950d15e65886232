// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[:, 0], x[:, 2] = x[:, 2].copy(), x[:, 0].copy()
// One of the two copies is kept, in a register. The other one is dead: x[:, 2]
// is read when nothing has changed it yet.
// CHECK:      group 0: T = [dim(arg0,0)]{{$}}
// CHECK-NEXT:   stage 1 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   stage 2 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   stage 3 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   private s{{[0-9]+}} []
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @column_swap(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %x0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x2 = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %s = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  %t = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.copy %x2 to %s : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %x0 to %t : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %s to %x0 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %t to %x2 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}
