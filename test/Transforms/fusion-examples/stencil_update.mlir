// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// d = exp(x[2:] - x[:-2]); x[1:-1] += d; x *= 0.5
// d is read from x as it was, at other places than are written: it is stored.
// The two updates share a kernel.
// CHECK:      group 0: T = [14]{{$}}
// CHECK-NEXT:   stage 0 [14]  t0 = i0{{$}}
// CHECK-NEXT: group 1: T = [16]{{$}}
// CHECK-NEXT:   stage 1 [14]  t0 = i0 + 1{{$}}
// CHECK-NEXT:   stage 2 [16]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NEXT: kernel: groups 1{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @stencil_update(%x: !tensorref.ref<16xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<16xf32>
  %l = tensorref.slice %x[_:-2] : !tensorref.ref<16xf32> to !tensorref.ref<14xf32>
  %r = tensorref.slice %x[2:_] : !tensorref.ref<16xf32> to !tensorref.ref<14xf32>
  %d = tensorref.alloc [14] : !tensorref.ref<14xf32>
  tensorref.map ins(%l, %r : !tensorref.ref<14xf32>, !tensorref.ref<14xf32>) outs(%d : !tensorref.ref<14xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %eq = arith.subf %eb, %ea : f32
    %ee = math.exp %eq : f32
    tensorref.yield %ee : f32
  }
  %c = tensorref.slice %x[1:-1] : !tensorref.ref<16xf32> to !tensorref.ref<14xf32>
  tensorref.map ins(%c, %d : !tensorref.ref<14xf32>, !tensorref.ref<14xf32>) outs(%c : !tensorref.ref<14xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x : !tensorref.ref<16xf32>) outs(%x : !tensorref.ref<16xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 0.5 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return
}
