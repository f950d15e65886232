// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// b = concat(xy, exp(wh)); b[:, :2] -= b[:, 2:]/2; b[:, 2:] += b[:, :2]
// T = (n, c < 2), one kernel; exp(wh) and what is halved share a register.
// CHECK:      group 0: T = [dim(arg0,0), 2]{{$}}
// CHECK-NEXT:   stage 0 [dim(arg0,0), 2]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 2 [dim(arg0,0), 2]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 3 [dim(arg0,0), 2]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 4 [dim(arg0,0), 2]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 5 [dim(arg0,0), 2]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   private s{{[0-9]+}} []
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @ssd_decode(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) -> !tensorref.ref<?x4xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %b = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  %xy = tensorref.slice %x[_:_, _:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  %wh = tensorref.slice %x[_:_, 2:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  %b0 = tensorref.slice %b[_:_, _:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  %b1 = tensorref.slice %b[_:_, 2:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  %e = tensorref.alloc [%n, 2] : !tensorref.ref<?x2xf32>
  tensorref.map ins(%wh : !tensorref.ref<?x2xf32>) outs(%e : !tensorref.ref<?x2xf32>) {
  ^bb0(%ea: f32):
    %er = math.exp %ea : f32
    tensorref.yield %er : f32
  }
  tensorref.copy %xy to %b0 : !tensorref.ref<?x2xf32>, !tensorref.ref<?x2xf32>
  tensorref.copy %e to %b1 : !tensorref.ref<?x2xf32>, !tensorref.ref<?x2xf32>
  %h = tensorref.alloc [%n, 2] : !tensorref.ref<?x2xf32>
  tensorref.map ins(%b1 : !tensorref.ref<?x2xf32>) outs(%h : !tensorref.ref<?x2xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.divf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%b0, %h : !tensorref.ref<?x2xf32>, !tensorref.ref<?x2xf32>) outs(%b0 : !tensorref.ref<?x2xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.subf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%b1, %b0 : !tensorref.ref<?x2xf32>, !tensorref.ref<?x2xf32>) outs(%b1 : !tensorref.ref<?x2xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return %b : !tensorref.ref<?x4xf32>
}
