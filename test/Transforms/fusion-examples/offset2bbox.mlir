// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// p = zeros; p[:, k] = x[:, k] + d[:, k]*w for all k: the four stores cover the fill,
// which is dropped. w and the products, which share one, are registers.
// CHECK:      group 0: T = [dim(arg0,0)]{{$}}
// CHECK-COUNT-9: stage {{[0-9]+}} [dim(arg0,0)
// CHECK-NEXT:   private s{{[0-9]+}} []
// CHECK-NEXT:   private s{{[0-9]+}} []
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @offset2bbox(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %d: !tensorref.ref<?x4xf32> {tensorref.contiguous}) -> !tensorref.ref<?x4xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %zero = arith.constant 0.0 : f32
  %p = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  tensorref.fill %zero into %p : f32, !tensorref.ref<?x4xf32>
  %x0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %d0 = tensorref.select %d dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %p0 = tensorref.select %p dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x1 = tensorref.select %x dim 1 at 1 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %d1 = tensorref.select %d dim 1 at 1 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %p1 = tensorref.select %p dim 1 at 1 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x2 = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %d2 = tensorref.select %d dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %p2 = tensorref.select %p dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x3 = tensorref.select %x dim 1 at 3 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %d3 = tensorref.select %d dim 1 at 3 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %p3 = tensorref.select %p dim 1 at 3 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %m = tensorref.dim %d, 0 : !tensorref.ref<?x4xf32>
  %same = arith.cmpi eq, %n, %m : index
  tensorref.guard %same
  %w = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%x2, %x0 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%w : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.subf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  %t0 = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%d0, %w : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%t0 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.mulf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x0, %t0 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%p0 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  %t1 = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%d1, %w : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%t1 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.mulf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x1, %t1 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%p1 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  %t2 = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%d2, %w : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%t2 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.mulf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x2, %t2 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%p2 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  %t3 = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%d3, %w : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%t3 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.mulf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  tensorref.map ins(%x3, %t3 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%p3 : !tensorref.ref<?xf32>) {
  ^bb0(%ea: f32, %eb: f32):
    %er = arith.addf %ea, %eb : f32
    tensorref.yield %er : f32
  }
  return %p : !tensorref.ref<?x4xf32>
}
