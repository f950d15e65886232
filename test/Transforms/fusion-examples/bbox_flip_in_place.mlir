// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[:, 0] = 1 - x[:, 2]; x[:, 2] = 1 - x[:, 0]: the second sees the first.
// One kernel in program order.
// CHECK:      group 0: T = [dim(arg0,0)]{{$}}
// CHECK-NEXT:   stage 0 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @bbox_flip_in_place(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %one = arith.constant 1.0 : f32
  %x0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x2 = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  tensorref.map ins(%x2 : !tensorref.ref<?xf32>) outs(%x0 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %er = arith.subf %one, %ea : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x0 : !tensorref.ref<?xf32>) outs(%x2 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %er = arith.subf %one, %ea : f32
    tensorref.yield %er : f32
  }
  return
}
