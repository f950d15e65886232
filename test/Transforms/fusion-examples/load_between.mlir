// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// v = x.max() on the host; y = x/v; x *= 2
// The host waits for v: the two stages after that share a kernel, none is
// before.
// CHECK:      group 0: T = []{{$}}
// CHECK-NEXT:   stage 0 [dim(arg0,0)]{{$}}
// CHECK-NEXT: group 1: T = [dim(arg0,0)]{{$}}
// CHECK-NEXT:   stage 1 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT:   stage 2 [dim(arg0,0)]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NEXT: barrier tensorref.load{{$}}
// CHECK-NEXT: kernel: groups 1{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @load_between(%x: !tensorref.ref<?xf32> {tensorref.contiguous}) -> !tensorref.ref<?xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %m = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.reduce max dims [0] ins(%x : !tensorref.ref<?xf32>) outs(%m : !tensorref.ref<f32>) {
  ^bb0(%a: f32):
    tensorref.yield %a : f32
  }
  %v = tensorref.load %m : !tensorref.ref<f32>
  %y = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%x : !tensorref.ref<?xf32>) outs(%y : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %er = arith.divf %ea, %v : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x : !tensorref.ref<?xf32>) outs(%x : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return %y : !tensorref.ref<?xf32>
}
