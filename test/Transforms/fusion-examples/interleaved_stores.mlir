// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// p = zeros(n, w); p[:, 0::2] = v; p[:, 1::2] = w for any width
// (w + 1) / 2 and w / 2 columns are all columns: the zeros are gone.
// CHECK:      group 0: T = [s{{[0-9]+}}, s{{[0-9]+}}]{{$}}
// CHECK-NEXT:   stage 1 {{.*}}  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: group 1: T = [{{.*}}]{{$}}
// CHECK-NEXT:   stage 2 {{.*}}  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: kernel: groups 0, 1{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @interleaved_stores(%rows: index, %width: index, %v: f32, %w: f32) -> !tensorref.ref<?x?xf32> attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.maxsi %rows, %c0 : index
  %m = arith.maxsi %width, %c0 : index
  %p = tensorref.alloc [%n, %m] : !tensorref.ref<?x?xf32>
  tensorref.fill %zero into %p : f32, !tensorref.ref<?x?xf32>
  %even = tensorref.slice %p[_:_, 0:_:2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  tensorref.fill %v into %even : f32, !tensorref.ref<?x?xf32>
  %odd = tensorref.slice %p[_:_, 1:_:2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  tensorref.fill %w into %odd : f32, !tensorref.ref<?x?xf32>
  return %p : !tensorref.ref<?x?xf32>
}
