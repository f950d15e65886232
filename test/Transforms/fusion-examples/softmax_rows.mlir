// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// exp(x - max)/sum by rows
// T = rows; the maximum or the sum is a register, and the row of exponentials a
// buffer of one row.
// CHECK:      group 0: T = [dim(arg0,0)]{{$}}
// CHECK-NEXT:   stage 0 [dim(arg0,0), 64]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [dim(arg0,0), 64]  t0 = i0{{$}}
// CHECK-NEXT:   stage 2 [dim(arg0,0), 64]  t0 = i0{{$}}
// CHECK-NEXT:   stage 3 [dim(arg0,0), 64]  t0 = i0{{$}}
// CHECK-NEXT:   private s{{[0-9]+}} []
// CHECK-NEXT:   private s{{[0-9]+}} [64]
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @softmax_rows(%x: !tensorref.ref<?x64xf32> {tensorref.contiguous}) -> !tensorref.ref<?x64xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x64xf32>
  %m = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.reduce max dims [1] ins(%x : !tensorref.ref<?x64xf32>) outs(%m : !tensorref.ref<?xf32>) {
  ^bb0(%a: f32):
    tensorref.yield %a : f32
  }
  %m1 = tensorref.newaxis %m dims [1] : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
  %mb = tensorref.broadcast %m1 to [%n, 64] : !tensorref.ref<?x1xf32> to !tensorref.ref<?x64xf32>
  %e = tensorref.alloc [%n, 64] : !tensorref.ref<?x64xf32>
  tensorref.map ins(%x, %mb : !tensorref.ref<?x64xf32>, !tensorref.ref<?x64xf32>) outs(%e : !tensorref.ref<?x64xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %ed = arith.subf %ea, %eb : f32
    %er = math.exp %ed : f32
    tensorref.yield %er : f32
  }
  %s = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.reduce sum dims [1] ins(%e : !tensorref.ref<?x64xf32>) outs(%s : !tensorref.ref<?xf32>) {
  ^bb0(%a: f32):
    tensorref.yield %a : f32
  }
  %s1 = tensorref.newaxis %s dims [1] : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
  %sb = tensorref.broadcast %s1 to [%n, 64] : !tensorref.ref<?x1xf32> to !tensorref.ref<?x64xf32>
  %o = tensorref.alloc [%n, 64] : !tensorref.ref<?x64xf32>
  tensorref.map ins(%e, %sb : !tensorref.ref<?x64xf32>, !tensorref.ref<?x64xf32>) outs(%o : !tensorref.ref<?x64xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.divf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return %o : !tensorref.ref<?x64xf32>
}
