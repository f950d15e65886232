// RUN: elena-opt %s --tensorref-print-overlap -verify-diagnostics -split-input-file

//===----------------------------------------------------------------------===//
// Views of one storage
//===----------------------------------------------------------------------===//

// The examples of elena/Analysis/Overlap.h, for a contiguous 8x4 array x.

func.func @columns(%x: !tensorref.ref<8x4xf32> {tensorref.contiguous}) {
  %a = tensorref.select %x dim 1 at 0 : !tensorref.ref<8x4xf32> to !tensorref.ref<8xf32>
  %b = tensorref.select %x dim 1 at 1 : !tensorref.ref<8x4xf32> to !tensorref.ref<8xf32>
  // expected-remark @+1 {{read operand 0, written operand 1: apart}}
  tensorref.copy %a to %b : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  return
}

func.func @left_and_right(%x: !tensorref.ref<8x4xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[_:_, _:2] : !tensorref.ref<8x4xf32> to !tensorref.ref<8x2xf32>
  %b = tensorref.slice %x[_:_, 2:_] : !tensorref.ref<8x4xf32> to !tensorref.ref<8x2xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<8x2xf32>, !tensorref.ref<8x2xf32>
  return
}

func.func @left_and_right_that_meet(%x: !tensorref.ref<8x4xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[_:_, _:3] : !tensorref.ref<8x4xf32> to !tensorref.ref<8x3xf32>
  %b = tensorref.slice %x[_:_, 1:_] : !tensorref.ref<8x4xf32> to !tensorref.ref<8x3xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<8x3xf32>, !tensorref.ref<8x3xf32>
  return
}

func.func @upper_and_lower(%x: !tensorref.ref<8x4xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[_:4, _:_] : !tensorref.ref<8x4xf32> to !tensorref.ref<4x4xf32>
  %b = tensorref.slice %x[4:_, _:_] : !tensorref.ref<8x4xf32> to !tensorref.ref<4x4xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<4x4xf32>, !tensorref.ref<4x4xf32>
  return
}

func.func @itself(%x: !tensorref.ref<8x4xf32>) {
  // expected-remark @+1 {{same-map}}
  tensorref.copy %x to %x : !tensorref.ref<8x4xf32>, !tensorref.ref<8x4xf32>
  return
}

// The same map by another way: x[2:][1:] and x[3:].
func.func @the_same_by_another_way(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[2:_] : !tensorref.ref<8xf32> to !tensorref.ref<6xf32>
  %b = tensorref.slice %a[1:_] : !tensorref.ref<6xf32> to !tensorref.ref<5xf32>
  %c = tensorref.slice %x[3:_] : !tensorref.ref<8xf32> to !tensorref.ref<5xf32>
  // expected-remark @+1 {{same-map}}
  tensorref.copy %b to %c : !tensorref.ref<5xf32>, !tensorref.ref<5xf32>
  return
}

func.func @shifted(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[_:-1] : !tensorref.ref<8xf32> to !tensorref.ref<7xf32>
  %b = tensorref.slice %x[1:_] : !tensorref.ref<8xf32> to !tensorref.ref<7xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<7xf32>, !tensorref.ref<7xf32>
  return
}

// The same cells at other indices.
func.func @reversed(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) {
  %a = tensorref.flip %x dims [0] : !tensorref.ref<8xf32> to !tensorref.ref<8xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %x : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  return
}

func.func @transposed(%x: !tensorref.ref<4x4xf32> {tensorref.contiguous}) {
  %a = tensorref.transpose %x permutation [1, 0] : !tensorref.ref<4x4xf32> to !tensorref.ref<4x4xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %x : !tensorref.ref<4x4xf32>, !tensorref.ref<4x4xf32>
  return
}

func.func @even_and_odd(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[_:_:2] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  %b = tensorref.slice %x[1:_:2] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// Nothing is shared with a ref without elements.
func.func @empty(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[3:3] : !tensorref.ref<8xf32> to !tensorref.ref<0xf32>
  %b = tensorref.slice %x[5:4] : !tensorref.ref<8xf32> to !tensorref.ref<0xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<0xf32>, !tensorref.ref<0xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Sizes and strides that are known at run time only
//===----------------------------------------------------------------------===//

// Columns are apart whatever the number of rows.
func.func @columns_of_any_number_of_rows(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) {
  %a = tensorref.slice %x[_:_, 0:4:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  %b = tensorref.slice %x[_:_, 1:4:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %a to %b : !tensorref.ref<?x2xf32>, !tensorref.ref<?x2xf32>
  return
}

// Not if the row stride is not known: it may be 1.
func.func @columns_of_unknown_stride(%x: !tensorref.ref<?x4xf32>) {
  %a = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %b = tensorref.select %x dim 1 at 1 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// Two views of one strided form with one run-time offset are the same map.
func.func @same_run_time_view(%x: !tensorref.ref<?xf32>, %o: index, %n: index, %s: index) {
  %a = tensorref.strided_view %x offset %o sizes [%n] strides [%s] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.strided_view %x offset %o sizes [%n] strides [%s] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{same-map}}
  tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

func.func @other_run_time_view(%x: !tensorref.ref<?xf32>, %o: index, %p: index, %n: index) {
  %a = tensorref.strided_view %x offset %o sizes [%n] strides [1] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.strided_view %x offset %p sizes [%n] strides [1] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// Two unknown numbers are not one; one number in two views is.
func.func @unknown_is_not_equal(%x: !tensorref.ref<?xf32>, %n: index, %m: index) {
  %a = tensorref.slice %x[_:%n] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.slice %x[_:%m] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  %c = tensorref.slice %x[_:%n] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-remark @+1 {{same-map}}
  tensorref.copy %a to %c : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Different roots
//===----------------------------------------------------------------------===//

func.func @arguments(%x: !tensorref.ref<4xf32>, %y: !tensorref.ref<4xf32>) {
  // expected-remark @+1 {{apart}}
  tensorref.copy %x to %y : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

func.func @arguments_that_may_overlap(%x: !tensorref.ref<4xf32>, %y: !tensorref.ref<4xf32>)
    attributes {elena.arguments_overlap} {
  // expected-remark @+1 {{unknown}}
  tensorref.copy %x to %y : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// A fresh storage is nobody else's, whatever is said of the arguments.
func.func @allocations(%x: !tensorref.ref<4xf32>) attributes {elena.arguments_overlap} {
  %a = tensorref.alloc [4] : !tensorref.ref<4xf32>
  %b = tensorref.alloc [4] : !tensorref.ref<4xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %x to %a : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  // expected-remark @+1 {{apart}}
  tensorref.copy %b to %a : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  // expected-remark @+1 {{same-map}}
  tensorref.copy %a to %a : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// Where a memref comes from is not known.
func.func @memrefs(%m: memref<4xf32>, %n: memref<4xf32>, %x: !tensorref.ref<4xf32>) {
  %a = tensorref.from_memref %m : memref<4xf32> to !tensorref.ref<4xf32>
  %b = tensorref.from_memref %n : memref<4xf32> to !tensorref.ref<4xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  // expected-remark @+1 {{unknown}}
  tensorref.copy %a to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// Nor which of two refs a branch gives.
func.func @branches(%c: i1, %x: !tensorref.ref<4xf32>, %y: !tensorref.ref<4xf32>) {
  %z = scf.if %c -> !tensorref.ref<4xf32> {
    scf.yield %x : !tensorref.ref<4xf32>
  } else {
    scf.yield %y : !tensorref.ref<4xf32>
  }
  // expected-remark @+1 {{unknown}}
  tensorref.copy %z to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

func.func @branch_to_an_allocation(%c: i1, %x: !tensorref.ref<4xf32>) {
  %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
  %z = scf.if %c -> !tensorref.ref<4xf32> {
    scf.yield %x : !tensorref.ref<4xf32>
  } else {
    scf.yield %t : !tensorref.ref<4xf32>
  }
  // expected-remark @+1 {{unknown}}
  tensorref.copy %z to %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// A ref that a loop carries is no argument of the function.
func.func @loop_carried(%x: !tensorref.ref<4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%z = %x) -> !tensorref.ref<4xf32> {
    // expected-remark @+1 {{unknown}}
    tensorref.copy %z to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
    %v = tensorref.flip %z dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
    scf.yield %v : !tensorref.ref<4xf32>
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// Which operands of an op are read and written
//===----------------------------------------------------------------------===//

func.func @reads_and_writes(%x: !tensorref.ref<4xf32>, %r: !tensorref.ref<f32>, %m: !tensorref.ref<4xi1>,
                            %i: !tensorref.ref<4xi64>, %y: !tensorref.ref<4xf32>) {
  // expected-remark @+1 {{read operand 0, written operand 1: apart}}
  tensorref.reduce sum dims [0] ins(%x : !tensorref.ref<4xf32>) outs(%r : !tensorref.ref<f32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  // expected-remark @+1 {{read operand 0, written operand 1: same-map}}
  tensorref.scan sum dim 0 ins(%x : !tensorref.ref<4xf32>) outs(%x : !tensorref.ref<4xf32>)
  // expected-remark @+2 {{read operand 0, written operand 1: same-map}}
  // expected-remark @+1 {{read operand 2, written operand 1: apart}}
  tensorref.masked_copy %x to %x where %m : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  // expected-remark @+2 {{read operand 0, written operand 2: apart}}
  // expected-remark @+1 {{read operand 1, written operand 2: apart}}
  tensorref.gather %x[%i] into %y : !tensorref.ref<4xf32>[!tensorref.ref<4xi64>] into !tensorref.ref<4xf32>
  // expected-remark @+2 {{read operand 0, written operand 1: same-map}}
  // expected-remark @+1 {{read operand 2, written operand 1: apart}}
  tensorref.scatter %x into %x[%i] : !tensorref.ref<4xf32> into !tensorref.ref<4xf32>[!tensorref.ref<4xi64>]
  return
}
