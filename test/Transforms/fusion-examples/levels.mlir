// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// Three levels without anything in common: one launch.
// Three groups, one launch.
// CHECK:      group 0: T = [16]{{$}}
// CHECK-NEXT:   stage 0 [16]  t0 = i0{{$}}
// CHECK-NEXT: group 1: T = [32]{{$}}
// CHECK-NEXT:   stage 1 [32]  t0 = i0{{$}}
// CHECK-NEXT: group 2: T = [48]{{$}}
// CHECK-NEXT:   stage 2 [48]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0, 1, 2{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @levels(%x0: !tensorref.ref<16xf32> {tensorref.contiguous}, %x1: !tensorref.ref<32xf32> {tensorref.contiguous}, %x2: !tensorref.ref<48xf32> {tensorref.contiguous}) -> (!tensorref.ref<16xf32>, !tensorref.ref<32xf32>, !tensorref.ref<48xf32>) attributes {elena.entry} {
  %o0 = tensorref.alloc [16] : !tensorref.ref<16xf32>
  tensorref.map ins(%x0 : !tensorref.ref<16xf32>) outs(%o0 : !tensorref.ref<16xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %o1 = tensorref.alloc [32] : !tensorref.ref<32xf32>
  tensorref.map ins(%x1 : !tensorref.ref<32xf32>) outs(%o1 : !tensorref.ref<32xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  %o2 = tensorref.alloc [48] : !tensorref.ref<48xf32>
  tensorref.map ins(%x2 : !tensorref.ref<48xf32>) outs(%o2 : !tensorref.ref<48xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return %o0, %o1, %o2 : !tensorref.ref<16xf32>, !tensorref.ref<32xf32>, !tensorref.ref<48xf32>
}
