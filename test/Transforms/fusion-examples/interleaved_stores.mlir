// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// p = zeros(x.shape); p[:, 0::2] = v; p[:, 1::2] = w for any width >= 2
// (w + 1) / 2 and w / 2 columns are all columns: the zeros are gone.
// CHECK:      group 0: T = [{{.*}}]{{$}}
// CHECK-NEXT:   stage 1 {{.*}}  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: group 1: T = [{{.*}}]{{$}}
// CHECK-NEXT:   stage 2 {{.*}}  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: kernel: groups 0, 1{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @interleaved_stores(%x: !tensorref.ref<?x?xf32>, %v: f32, %w: f32) -> !tensorref.ref<?x?xf32> attributes {elena.entry} {
  %zero = arith.constant 0.0 : f32
  %c2 = arith.constant 2 : index
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %m = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %least = arith.cmpi sge, %m, %c2 : index
  tensorref.guard %least
  %p = tensorref.alloc [%n, %m] : !tensorref.ref<?x?xf32>
  tensorref.fill %zero into %p : f32, !tensorref.ref<?x?xf32>
  %even = tensorref.slice %p[_:_, 0:_:2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  tensorref.fill %v into %even : f32, !tensorref.ref<?x?xf32>
  %odd = tensorref.slice %p[_:_, 1:_:2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  tensorref.fill %w into %odd : f32, !tensorref.ref<?x?xf32>
  return %p : !tensorref.ref<?x?xf32>
}
