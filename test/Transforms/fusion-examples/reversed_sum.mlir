// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// x[:] = u; y = x[::-1] + x
// Both reads of x are of u instead, so the order of the rows does not count.
// CHECK:      group 0: T = [dim(arg1,0)]{{$}}
// CHECK-NEXT:   stage 0 [dim(arg1,0)]  t0 = i0{{$}}
// CHECK-NEXT:   stage 1 [dim(arg1,0)]  t0 = i0{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @reversed_sum(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %u: !tensorref.ref<?xf32> {tensorref.contiguous}) -> !tensorref.ref<?xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %k = tensorref.dim %u, 0 : !tensorref.ref<?xf32>
  %same = arith.cmpi eq, %k, %n : index
  tensorref.guard %same
  tensorref.copy %u to %x : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  %rev = tensorref.slice %x[_:_:-1] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %y = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%rev, %x : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%y : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return %y : !tensorref.ref<?xf32>
}
