// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// c = concat(x, y); z = c[::-1]: each element is loaded from one of the two.
// The two copies into c are dead: one stage is left.
// CHECK:      group 0: T = [8]{{$}}
// CHECK-NEXT:   stage 2 [8]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @concat_reversed(%x: !tensorref.ref<3xf32> {tensorref.contiguous}, %y: !tensorref.ref<5xf32> {tensorref.contiguous}) -> !tensorref.ref<8xf32> attributes {elena.entry} {
  %c = tensorref.alloc [8] : !tensorref.ref<8xf32>
  %c0 = tensorref.slice %c[_:3] : !tensorref.ref<8xf32> to !tensorref.ref<3xf32>
  %c1 = tensorref.slice %c[3:_] : !tensorref.ref<8xf32> to !tensorref.ref<5xf32>
  tensorref.copy %x to %c0 : !tensorref.ref<3xf32>, !tensorref.ref<3xf32>
  tensorref.copy %y to %c1 : !tensorref.ref<5xf32>, !tensorref.ref<5xf32>
  %r = tensorref.slice %c[_:_:-1] : !tensorref.ref<8xf32> to !tensorref.ref<8xf32>
  %z = tensorref.alloc [8] : !tensorref.ref<8xf32>
  tensorref.copy %r to %z : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  return %z : !tensorref.ref<8xf32>
}
