// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[1:] = x[:-1]
// Each element is read before it is written from the last one to the first.
// CHECK:      group 0: T = [s{{[0-9]+}}] descending{{$}}
// CHECK-NEXT:   stage 0 [s{{[0-9]+}}]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [s{{[0-9]+}}]  t0 = i0{{$}}
// CHECK-NEXT:   private s1 []{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @shift_one(%x: !tensorref.ref<?xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %d = tensorref.slice %x[1:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %s = tensorref.slice %x[_:-1] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  tensorref.copy %s to %d : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}
