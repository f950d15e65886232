// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// Three slice stores that leave edges of the zeros.
// One loop: each cell is chosen in a register and stored once.
// CHECK:      group 0: T = [8, dim(arg0,1), 6]{{$}}
// CHECK-NEXT:   stage 0 [8, dim(arg0,1), 6]  t0 = i0  t1 = i1  t2 = i2{{$}}
// CHECK-NEXT:   stage 1 [7, dim(arg0,1), 2]  t0 = i0  t1 = i1  t2 = i2{{$}}
// CHECK-NEXT:   stage 2 [7, dim(arg0,1), 2]  t0 = i0 + 1  t1 = i1  t2 = i2 + 2{{$}}
// CHECK-NEXT:   stage 3 [8, dim(arg0,1), 2]  t0 = i0  t1 = i1  t2 = i2 + 4{{$}}
// CHECK-NEXT:   private s{{[0-9]+}} [] written back
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @tsm_shift(%x: !tensorref.ref<8x?x6xf32> {tensorref.contiguous}) -> !tensorref.ref<8x?x6xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 1 : !tensorref.ref<8x?x6xf32>
  %zero = arith.constant 0.0 : f32
  %o = tensorref.alloc [8, %n, 6] : !tensorref.ref<8x?x6xf32>
  tensorref.fill %zero into %o : f32, !tensorref.ref<8x?x6xf32>
  %s0 = tensorref.slice %x[1:_, _:_, _:2] : !tensorref.ref<8x?x6xf32> to !tensorref.ref<7x?x2xf32>
  %d0 = tensorref.slice %o[_:-1, _:_, _:2] : !tensorref.ref<8x?x6xf32> to !tensorref.ref<7x?x2xf32>
  tensorref.copy %s0 to %d0 : !tensorref.ref<7x?x2xf32>, !tensorref.ref<7x?x2xf32>
  %s1 = tensorref.slice %x[_:-1, _:_, 2:4] : !tensorref.ref<8x?x6xf32> to !tensorref.ref<7x?x2xf32>
  %d1 = tensorref.slice %o[1:_, _:_, 2:4] : !tensorref.ref<8x?x6xf32> to !tensorref.ref<7x?x2xf32>
  tensorref.copy %s1 to %d1 : !tensorref.ref<7x?x2xf32>, !tensorref.ref<7x?x2xf32>
  %s2 = tensorref.slice %x[_:_, _:_, 4:_] : !tensorref.ref<8x?x6xf32> to !tensorref.ref<8x?x2xf32>
  %d2 = tensorref.slice %o[_:_, _:_, 4:_] : !tensorref.ref<8x?x6xf32> to !tensorref.ref<8x?x2xf32>
  tensorref.copy %s2 to %d2 : !tensorref.ref<8x?x2xf32>, !tensorref.ref<8x?x2xf32>
  return %o : !tensorref.ref<8x?x6xf32>
}
