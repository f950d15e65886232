// RUN: elena-opt %s --tensorref-print-overlap -verify-diagnostics -split-input-file
// RUN: elena-opt %s --tensorref-resolve-overlap -split-input-file | FileCheck %s

// What is known of views whose sizes and bounds are only known at run time.

// x[k:] = x[:k] for any k: NumPy clamps both bounds to the same row.
// CHECK-LABEL: func.func @rows_around
// CHECK-NOT: tensorref.alloc
func.func @rows_around(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %k: index) {
  %a = tensorref.slice %x[_:%k, _:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  %b = tensorref.slice %x[%k:_, _:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  return
}

// -----

// x[:, k:] = x[:, :k]: apart by their columns.
// CHECK-LABEL: func.func @columns_around
// CHECK-NOT: tensorref.alloc
func.func @columns_around(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %k: index) {
  %a = tensorref.slice %x[_:_, _:%k] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  %b = tensorref.slice %x[_:_, %k:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  return
}

// -----

// The same with strides that are the caller's, if indices are known to name
// cells of their own.
// CHECK-LABEL: func.func @strided_columns
// CHECK-NOT: tensorref.alloc
func.func @strided_columns(%x: !tensorref.ref<?x?xf32> {tensorref.injective}, %k: index) {
  %a = tensorref.slice %x[_:_, _:%k] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  %b = tensorref.slice %x[_:_, %k:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  return
}

// -----

// Nothing is known of the strides: rows may be the same cells.
// CHECK-LABEL: func.func @any_strides
// CHECK: tensorref.alloc
func.func @any_strides(%x: !tensorref.ref<?x?xf32>, %k: index) {
  %a = tensorref.slice %x[_:_, _:%k] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  %b = tensorref.slice %x[_:_, %k:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  return
}

// -----

// x[k:] and x[:m] for other k and m.
// CHECK-LABEL: func.func @other_bounds
// CHECK: tensorref.alloc
func.func @other_bounds(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %k: index, %m: index) {
  %a = tensorref.slice %x[_:%m] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.slice %x[%k:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// -----

// x[:k] and x[k - 1:] share row k - 1.
// CHECK-LABEL: func.func @one_row_too_many
// CHECK: tensorref.alloc
func.func @one_row_too_many(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %k: index) {
  %one = arith.constant 1 : index
  %before = arith.subi %k, %one : index
  %a = tensorref.slice %x[_:%k] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.slice %x[%before:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// -----

// The columns 2*i and 2*i + 1 of rows of any even length.
// CHECK-LABEL: func.func @even_and_odd
// CHECK: tensorref.alloc
// CHECK-NOT: tensorref.alloc
func.func @even_and_odd(%n: index, %y: !tensorref.ref<?xf32>) {
  %two = arith.constant 2 : index
  %m = tensorref.dim %y, 0 : !tensorref.ref<?xf32>
  %columns = arith.muli %m, %two : index
  %x = tensorref.alloc [%n, %columns] : !tensorref.ref<?x?xf32>
  %a = tensorref.slice %x[_:_, 0:_:2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  %b = tensorref.slice %x[_:_, 1:_:2] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  return
}

// -----

// x[k:] made twice.
// CHECK-LABEL: func.func @one_view_by_two_ops
// CHECK-NOT: tensorref.alloc
func.func @one_view_by_two_ops(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %k: index, %f: f32) {
  %a = tensorref.slice %x[%k:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.slice %x[%k:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{same-map}}
  tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}
