// RUN: elena-opt %s --tensorref-sink-into-loops --split-input-file | FileCheck %s

// out = zeros; for i: out[i, 4:6] = x[i, 2:4]
// CHECK-LABEL: func.func @fill_of_rows
func.func @fill_of_rows(%x: !tensorref.ref<?x8xf32>) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
  %out = tensorref.alloc [%n, 8] : !tensorref.ref<?x8xf32>
  // CHECK-NOT: tensorref.fill
  tensorref.fill %zero into %out : f32, !tensorref.ref<?x8xf32>
  // CHECK: scf.for %[[I:.*]] = %{{.*}}
  // CHECK: %[[ROW:.*]] = tensorref.select %{{.*}} dim 0 at %[[I]]
  // CHECK: tensorref.fill %{{.*}} into %[[ROW]]
  // CHECK: tensorref.copy
  scf.for %i = %c0 to %n step %c1 {
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    %o = tensorref.select %out dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    %b = tensorref.slice %a[2:4] : !tensorref.ref<8xf32> to !tensorref.ref<2xf32>
    %p = tensorref.slice %o[4:6] : !tensorref.ref<8xf32> to !tensorref.ref<2xf32>
    tensorref.copy %b to %p : !tensorref.ref<2xf32>, !tensorref.ref<2xf32>
  }
  return %out : !tensorref.ref<?x8xf32>
}

// -----

// A loop over other rows than all of them leaves some unfilled.
// CHECK-LABEL: func.func @too_few_iterations
func.func @too_few_iterations(%x: !tensorref.ref<?x8xf32>, %m: index) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
  %out = tensorref.alloc [%n, 8] : !tensorref.ref<?x8xf32>
  // CHECK: tensorref.fill
  // CHECK: scf.for
  tensorref.fill %zero into %out : f32, !tensorref.ref<?x8xf32>
  scf.for %i = %c0 to %m step %c1 {
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    %o = tensorref.select %out dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.copy %a to %o : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  }
  return %out : !tensorref.ref<?x8xf32>
}

// -----

// An iteration writes a row that was filled for another one: n - 1 - i.
// CHECK-LABEL: func.func @other_row
func.func @other_row(%x: !tensorref.ref<?x8xf32>) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
  %out = tensorref.alloc [%n, 8] : !tensorref.ref<?x8xf32>
  // CHECK: tensorref.fill
  // CHECK: scf.for
  tensorref.fill %zero into %out : f32, !tensorref.ref<?x8xf32>
  scf.for %i = %c0 to %n step %c1 {
    %last = arith.subi %n, %c1 : index
    %j = arith.subi %last, %i : index
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    %o = tensorref.select %out dim 0 at %j : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.copy %a to %o : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  }
  return %out : !tensorref.ref<?x8xf32>
}

// -----

// What stands between reads it.
// CHECK-LABEL: func.func @read_before_the_loop
func.func @read_before_the_loop(%x: !tensorref.ref<?x8xf32>, %y: !tensorref.ref<?x8xf32> {tensorref.contiguous}) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
  %out = tensorref.alloc [%n, 8] : !tensorref.ref<?x8xf32>
  // CHECK: tensorref.fill
  // CHECK: tensorref.copy
  // CHECK: scf.for
  tensorref.fill %zero into %out : f32, !tensorref.ref<?x8xf32>
  tensorref.copy %out to %y : !tensorref.ref<?x8xf32>, !tensorref.ref<?x8xf32>
  scf.for %i = %c0 to %n step %c1 {
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    %o = tensorref.select %out dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.copy %a to %o : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  }
  return %out : !tensorref.ref<?x8xf32>
}

// -----

// The caller sees what the loop has not come to if a check fails.
// CHECK-LABEL: func.func @array_of_the_caller
func.func @array_of_the_caller(%x: !tensorref.ref<?x8xf32> {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
  // CHECK: tensorref.fill
  // CHECK: scf.for
  tensorref.fill %zero into %x : f32, !tensorref.ref<?x8xf32>
  scf.for %i = %c0 to %n step %c1 {
    %o = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.fill %one into %o : f32, !tensorref.ref<8xf32>
  }
  return
}

// -----

// padded = pad(x, ((0, 0), (1, 1))); for i: out[i] = padded[i, 2:]: an iteration has its own row.
// CHECK-LABEL: func.func @storage_of_rows
// CHECK-SAME: %[[X:[^:]*]]: !tensorref.ref<?x8xf32>,
func.func @storage_of_rows(%x: !tensorref.ref<?x8xf32>, %out: !tensorref.ref<?x8xf32> {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x8xf32>
  // CHECK: scf.for %[[I:.*]] = %{{.*}}
  // CHECK: %[[ROW:.*]] = tensorref.alloc [10] : !tensorref.ref<10xf32>
  %padded = tensorref.alloc [%n, 10] : !tensorref.ref<?x10xf32>
  // CHECK: %[[WHOLE:.*]] = tensorref.strided_view %[[ROW]] offset %{{.*}} sizes [10] strides [1]
  // CHECK: tensorref.fill %{{.*}} into %[[WHOLE]]
  tensorref.fill %zero into %padded : f32, !tensorref.ref<?x10xf32>
  // CHECK: %[[XROW:.*]] = tensorref.select %[[X]] dim 0 at %[[I]]
  // CHECK: %[[INNER:.*]] = tensorref.strided_view %[[ROW]] offset %{{.*}} sizes [8] strides [1]
  // CHECK: tensorref.copy %[[XROW]] to %[[INNER]]
  %inner = tensorref.slice %padded[_:_, 1:9] : !tensorref.ref<?x10xf32> to !tensorref.ref<?x8xf32>
  tensorref.copy %x to %inner : !tensorref.ref<?x8xf32>, !tensorref.ref<?x8xf32>
  scf.for %i = %c0 to %n step %c1 {
    %p = tensorref.select %padded dim 0 at %i : !tensorref.ref<?x10xf32> to !tensorref.ref<10xf32>
    %a = tensorref.slice %p[2:10] : !tensorref.ref<10xf32> to !tensorref.ref<8xf32>
    %o = tensorref.select %out dim 0 at %i : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.copy %a to %o : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  }
  return
}
