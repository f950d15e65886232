// RUN: elena-opt %s --pass-pipeline="builtin.module(canonicalize,cse,func.func(tensorref-resolve-overlap,tensorref-form-groups,canonicalize,cse,tensorref-unroll-reductions,tensorref-fuse-stages{print=true strict=true},canonicalize,cse))" | FileCheck %s

// d = stack([p[:, :1] - b[:, 0], b[:, 1] - p[:, :1]], axis=-1);
// (d.min(axis=-1) > 0).any(axis=1): the smaller one of two columns is computed
// where it is read.
// CHECK: group 0: T = [dim(arg0,0)]
// CHECK-NEXT: stage 6 [dim(arg0,0), dim(arg1,0)]  t0 = i0
// CHECK-NEXT: kernel: groups 0
// CHECK: arith.subf
// CHECK: arith.subf
// CHECK: arith.cmpf ogt
// CHECK-NEXT: tensorref.yield
func.func @few_columns(%arg0: !tensorref.ref<?x2xf32, strided<[2, 1]>> {tensorref.contiguous}, %arg1: !tensorref.ref<?x2xf32, strided<[2, 1]>> {tensorref.contiguous}) -> !tensorref.ref<?xi1> attributes {elena.entry} {
  %0 = tensorref.dim %arg0, 0 : !tensorref.ref<?x2xf32, strided<[2, 1]>>
  %1 = tensorref.dim %arg1, 0 : !tensorref.ref<?x2xf32, strided<[2, 1]>>
  %2 = tensorref.select %arg0 dim 1 at 0 : !tensorref.ref<?x2xf32, strided<[2, 1]>> to !tensorref.ref<?xf32>
  %3 = tensorref.newaxis %2 dims [1] : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
  %4 = tensorref.select %arg1 dim 1 at 0 : !tensorref.ref<?x2xf32, strided<[2, 1]>> to !tensorref.ref<?xf32>
  %5 = tensorref.alloc [%0, %1] : !tensorref.ref<?x?xf32>
  %6 = tensorref.broadcast %3 to [%0, %1] : !tensorref.ref<?x1xf32> to !tensorref.ref<?x?xf32>
  %7 = tensorref.broadcast %4 to [%0, %1] : !tensorref.ref<?xf32> to !tensorref.ref<?x?xf32>
  tensorref.map ins(%6, %7 : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>) outs(%5 : !tensorref.ref<?x?xf32>) {
  ^bb0(%arg2: f32, %arg3: f32):
    %22 = arith.subf %arg2, %arg3 : f32
    tensorref.yield %22 : f32
  }
  %8 = tensorref.select %arg1 dim 1 at 1 : !tensorref.ref<?x2xf32, strided<[2, 1]>> to !tensorref.ref<?xf32>
  %9 = tensorref.select %arg0 dim 1 at 0 : !tensorref.ref<?x2xf32, strided<[2, 1]>> to !tensorref.ref<?xf32>
  %10 = tensorref.newaxis %9 dims [1] : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
  %11 = tensorref.alloc [%0, %1] : !tensorref.ref<?x?xf32>
  %12 = tensorref.broadcast %8 to [%0, %1] : !tensorref.ref<?xf32> to !tensorref.ref<?x?xf32>
  %13 = tensorref.broadcast %10 to [%0, %1] : !tensorref.ref<?x1xf32> to !tensorref.ref<?x?xf32>
  tensorref.map ins(%12, %13 : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>) outs(%11 : !tensorref.ref<?x?xf32>) {
  ^bb0(%arg2: f32, %arg3: f32):
    %22 = arith.subf %arg2, %arg3 : f32
    tensorref.yield %22 : f32
  }
  %14 = tensorref.newaxis %5 dims [2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?x1xf32>
  %15 = tensorref.newaxis %11 dims [2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?x1xf32>
  %16 = tensorref.alloc [%0, %1, 2] : !tensorref.ref<?x?x2xf32>
  %17 = tensorref.slice %16[_:_, _:_, _:1] : !tensorref.ref<?x?x2xf32> to !tensorref.ref<?x?x1xf32>
  tensorref.copy %14 to %17 : !tensorref.ref<?x?x1xf32>, !tensorref.ref<?x?x1xf32>
  %18 = tensorref.slice %16[_:_, _:_, 1:_] : !tensorref.ref<?x?x2xf32> to !tensorref.ref<?x?x1xf32>
  tensorref.copy %15 to %18 : !tensorref.ref<?x?x1xf32>, !tensorref.ref<?x?x1xf32>
  %19 = tensorref.alloc [%0, %1] : !tensorref.ref<?x?xf32>
  tensorref.reduce min dims [2] ins(%16 : !tensorref.ref<?x?x2xf32>) outs(%19 : !tensorref.ref<?x?xf32>) {
  ^bb0(%arg2: f32):
    tensorref.yield %arg2 : f32
  }
  %20 = tensorref.alloc [%0, %1] : !tensorref.ref<?x?xi1>
  tensorref.map ins(%19 : !tensorref.ref<?x?xf32>) outs(%20 : !tensorref.ref<?x?xi1>) {
  ^bb0(%arg2: f32):
    %cst = arith.constant 0.000000e+00 : f32
    %22 = arith.cmpf ogt, %arg2, %cst : f32
    tensorref.yield %22 : i1
  }
  %21 = tensorref.alloc [%0] : !tensorref.ref<?xi1>
  tensorref.reduce any dims [1] ins(%20 : !tensorref.ref<?x?xi1>) outs(%21 : !tensorref.ref<?xi1>) {
  ^bb0(%arg2: i1):
    tensorref.yield %arg2 : i1
  }
  return %21 : !tensorref.ref<?xi1>
}
