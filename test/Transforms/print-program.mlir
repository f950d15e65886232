// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print-program=true strict=true}))" -o /dev/null | FileCheck %s

// y = exp(x); z = exp(y.T*2); x[:] = y + 1: stages as they are after the moves,
// and where the cells of what is private are.
// CHECK:      program transposed_reader
// CHECK-NEXT: storage s0: argument 0, seen
// CHECK-NEXT: storage s1: alloc@[[#@LINE+13]]
// CHECK-NEXT: storage s2: alloc@{{[0-9]+}}, seen
// CHECK-NEXT: stage 0 [4, 8] parallel, parallel: s1[0 + (8)*i0 + (1)*i1] = map@[[#@LINE+12]] {exp}(s0[0 + (8)*i0 + (1)*i1])
// CHECK-NEXT: stage 1 [8, 4] parallel, parallel: s2[0 + (4)*i0 + (1)*i1] = map@{{[0-9]+}} {exp}(s1[0 + (1)*i0 + (8)*i1])
// CHECK-NEXT: stage 2 [4, 8] parallel, parallel: s0[0 + (8)*i0 + (1)*i1] = map@{{[0-9]+}} {addf}(s1[0 + (8)*i0 + (1)*i1])
// CHECK-NEXT: group 0: T = [4, 8]
// CHECK:      kernel: groups 0
// CHECK-NEXT: own s1 [] of group 0
// CHECK-NEXT:   stage 0 access 1: 0 + (8)*i0 + (1)*i1 at 0
// CHECK-NEXT:   stage 1 access 0: 0 + (1)*i0 + (8)*i1 at 0
// CHECK-NEXT:   stage 2 access 0: 0 + (8)*i0 + (1)*i1 at 0
func.func @transposed_reader(%x: !tensorref.ref<4x8xf32> {tensorref.contiguous}) -> !tensorref.ref<8x4xf32> attributes {elena.entry} {
  %one = arith.constant 1.0 : f32
  %y = tensorref.alloc [4, 8] : !tensorref.ref<4x8xf32>
  tensorref.map ins(%x : !tensorref.ref<4x8xf32>) outs(%y : !tensorref.ref<4x8xf32>) {
  ^bb0(%ea: f32):
    %er = math.exp %ea : f32
    tensorref.yield %er : f32
  }
  %t = tensorref.transpose %y permutation [1, 0] : !tensorref.ref<4x8xf32> to !tensorref.ref<8x4xf32>
  %z = tensorref.alloc [8, 4] : !tensorref.ref<8x4xf32>
  tensorref.map ins(%t : !tensorref.ref<8x4xf32>) outs(%z : !tensorref.ref<8x4xf32>) {
  ^bb0(%ea: f32):
    %er = math.exp %ea : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%y : !tensorref.ref<4x8xf32>) outs(%x : !tensorref.ref<4x8xf32>) {
  ^bb0(%ea: f32):
    %er = arith.addf %ea, %one : f32
    tensorref.yield %er : f32
  }
  return %z : !tensorref.ref<8x4xf32>
}
