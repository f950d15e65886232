// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// v = x[:, ::-2, 1:-1] ; v[:, m:m + 2] -= v[:, 2:3], which has to be one row:
// that what the update reads and writes is at one point only the shape of x
// tells.
// CHECK: stage 3 [2, 1, s{{[0-9]+}}]  t0 = i0  t1 = i2
func.func @update_row_of_slice(%arg0: !tensorref.ref<2x?x?xf64, strided<[?, ?, 1]>> {tensorref.contiguous}, %arg1: index) attributes {elena.entry} {
  %0 = tensorref.dim %arg0, 1 : !tensorref.ref<2x?x?xf64, strided<[?, ?, 1]>>
  %1 = tensorref.dim %arg0, 2 : !tensorref.ref<2x?x?xf64, strided<[?, ?, 1]>>
  %2 = tensorref.slice %arg0[_:_, _:_:-2, 1:-1] : !tensorref.ref<2x?x?xf64, strided<[?, ?, 1]>> to !tensorref.ref<2x?x?xf64>
  %3 = tensorref.slice %2[_:_, 3:4, 1:2] : !tensorref.ref<2x?x?xf64> to !tensorref.ref<2x?x1xf64>
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %4 = arith.addi %0, %c1 : index
  %c2 = arith.constant 2 : index
  %5 = arith.floordivsi %4, %c2 : index
  %6 = arith.minsi %c4, %5 : index
  %c3 = arith.constant 3 : index
  %7 = arith.minsi %c3, %5 : index
  %8 = arith.addi %7, %c1 : index
  %9 = arith.cmpi eq, %6, %8 : index
  tensorref.guard %9
  %10 = arith.muli %0, %1 : index
  %c-2 = arith.constant -2 : index
  %11 = arith.muli %1, %c-2 : index
  %12 = tensorref.strided_view %3 offset 0 sizes [2, 1, 1] strides [%10, %11, 1] : !tensorref.ref<2x?x1xf64> to !tensorref.ref<2x1x1xf64>
  %13 = tensorref.broadcast %12 to [2, %0, %1] : !tensorref.ref<2x1x1xf64> to !tensorref.ref<2x?x?xf64>
  tensorref.copy %13 to %arg0 : !tensorref.ref<2x?x?xf64>, !tensorref.ref<2x?x?xf64, strided<[?, ?, 1]>>
  %14 = arith.addi %arg1, %c2 : index
  %15 = tensorref.slice %2[_:_, %arg1:%14, _:_] : !tensorref.ref<2x?x?xf64> to !tensorref.ref<2x?x?xf64>
  %16 = tensorref.slice %2[_:_, 2:3, _:_] : !tensorref.ref<2x?x?xf64> to !tensorref.ref<2x?x?xf64>
  %17 = arith.addi %arg1, %5 : index
  %18 = arith.addi %17, %c2 : index
  %c0 = arith.constant 0 : index
  %19 = arith.addi %arg1, %c3 : index
  %20 = arith.cmpi sge, %c0, %19 : index
  %21 = arith.select %20, %18, %14 : index
  %22 = arith.maxsi %21, %c0 : index
  %23 = arith.minsi %22, %5 : index
  %24 = arith.addi %arg1, %5 : index
  %25 = arith.addi %arg1, %c1 : index
  %26 = arith.cmpi sge, %c0, %25 : index
  %27 = arith.select %26, %24, %arg1 : index
  %28 = arith.maxsi %27, %c0 : index
  %29 = arith.minsi %5, %28 : index
  %30 = arith.subi %23, %29 : index
  %31 = arith.maxsi %30, %c0 : index
  %32 = arith.addi %31, %c2 : index
  %33 = arith.cmpi eq, %32, %7 : index
  tensorref.guard %33
  tensorref.map ins(%15, %16 : !tensorref.ref<2x?x?xf64>, !tensorref.ref<2x?x?xf64>) outs(%15 : !tensorref.ref<2x?x?xf64>) {
  ^bb0(%arg2: f64, %arg3: f64):
    %34 = arith.subf %arg2, %arg3 : f64
    tensorref.yield %34 : f64
  }
  return
}
