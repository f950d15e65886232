// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// o = x.copy(); o[:, 0] = 1 - x[:, 2]; o[:, 2] = 1 - x[:, 0]
// o is made in registers, row by row, and stored once: what is copied into its
// columns 0 and 2 is never stored.
// CHECK:      group 0: T = [dim(arg0,0)]{{$}}
// CHECK-NEXT:   stage 0 [dim(arg0,0), 4]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   stage 2 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   private s{{[0-9]+}} [4] written back
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @bbox_flip_back(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) -> !tensorref.ref<?x4xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %one = arith.constant 1.0 : f32
  %o = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  tensorref.copy %x to %o : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>
  %x0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x2 = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %o0 = tensorref.select %o dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %o2 = tensorref.select %o dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  tensorref.map ins(%x2 : !tensorref.ref<?xf32>) outs(%o0 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %er = arith.subf %one, %ea : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x0 : !tensorref.ref<?xf32>) outs(%o2 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %er = arith.subf %one, %ea : f32
    tensorref.yield %er : f32
  }
  return %o : !tensorref.ref<?x4xf32>
}
