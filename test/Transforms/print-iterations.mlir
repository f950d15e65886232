// RUN: elena-opt %s --tensorref-print-iterations -verify-diagnostics -split-input-file

// Row i, columns that depend on the data: where two iterations meet, i = i'.
func.func @rows(%b: !tensorref.ref<?xi64>, %n: index, %h: index, %w: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %gn = arith.cmpi sge, %n, %c0 : index
  tensorref.guard %gn
  %gh = arith.cmpi sge, %h, %c0 : index
  tensorref.guard %gh
  %gw = arith.cmpi sge, %w, %c0 : index
  tensorref.guard %gw
  %o = tensorref.alloc [%n, %h, %w] : !tensorref.ref<?x?x?xf32>
  %f = arith.constant 1.0 : f32
  // expected-remark @+1 {{independent iterations}}
  scf.for %i = %c0 to %n step %c1 {
    %r = tensorref.select %b dim 0 at %i : !tensorref.ref<?xi64> to !tensorref.ref<i64>
    %v = tensorref.load %r : !tensorref.ref<i64>
    %k = arith.index_cast %v : i64 to index
    %row = tensorref.select %o dim 0 at %i : !tensorref.ref<?x?x?xf32> to !tensorref.ref<?x?xf32>
    %part = tensorref.slice %row[_:%k, %k:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
    tensorref.fill %f into %part : f32, !tensorref.ref<?x?xf32>
  }
  return
}

// -----

// The row depends on the data: two objects may have the same.
func.func @rows_of_data(%b: !tensorref.ref<?xi64>, %o: !tensorref.ref<?x?xf32, strided<[?, 1]>> {tensorref.contiguous}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %f = arith.constant 1.0 : f32
  // expected-remark @+1 {{iterations depend on each other: iterations may write the same cells}}
  scf.for %i = %c0 to %n step %c1 {
    %r = tensorref.select %b dim 0 at %i : !tensorref.ref<?xi64> to !tensorref.ref<i64>
    %v = tensorref.load %r : !tensorref.ref<i64>
    %k = arith.index_cast %v : i64 to index
    %row = tensorref.select %o dim 0 at %k : !tensorref.ref<?x?xf32, strided<[?, 1]>> to !tensorref.ref<?xf32>
    // expected-note @+1 {{here}}
    tensorref.fill %f into %row : f32, !tensorref.ref<?xf32>
  }
  return
}

// -----

// x[i + 1] = x[i]: the next iteration reads it.
func.func @recurrence(%x: !tensorref.ref<8x4xf32, strided<[4, 1]>> {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  // expected-remark @+1 {{an iteration may read what another one writes}}
  scf.for %i = %c0 to %c7 step %c1 {
    %j = arith.addi %i, %c1 : index
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<8x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    %b = tensorref.select %x dim 0 at %j : !tensorref.ref<8x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    // expected-note @+1 {{here}}
    tensorref.copy %a to %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  }
  return
}

// -----

// Columns apart, whatever the rows are: 0 and 1 are read, i + 2 is written.
func.func @columns(%x: !tensorref.ref<4x8xf32, strided<[8, 1]>> {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  // expected-remark @+1 {{independent iterations}}
  scf.for %i = %c0 to %c6 step %c1 {
    %j = arith.addi %i, %c2 : index
    %a = tensorref.slice %x[_:_, 0:1] : !tensorref.ref<4x8xf32, strided<[8, 1]>> to !tensorref.ref<4x1xf32>
    %b = tensorref.select %x dim 1 at %j : !tensorref.ref<4x8xf32, strided<[8, 1]>> to !tensorref.ref<4xf32>
    %c = tensorref.reshape %a to [4] : !tensorref.ref<4x1xf32> to !tensorref.ref<4xf32>
    tensorref.copy %c to %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  }
  return
}

// -----

// What an iteration allocates is its own; the sum is one cell for all.
func.func @temporary(%x: !tensorref.ref<8x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %s: !tensorref.ref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // expected-remark @+1 {{independent iterations}}
  scf.for %i = %c0 to %c8 step %c1 {
    %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<8x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    tensorref.copy %a to %t : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
    tensorref.copy %t to %a : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  }
  // expected-remark @+1 {{iterations depend on each other}}
  scf.for %i = %c0 to %c8 step %c1 {
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<8x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    // expected-note @+1 {{here}}
    tensorref.copy %a to %s : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  }
  return
}

// -----

func.func @carried(%n: index, %v: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @+1 {{it carries numbers from one iteration to the next}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %v) -> f32 {
    %t = arith.addf %s, %s : f32
    scf.yield %t : f32
  }
  return %r : f32
}

// -----

// Two arguments may be one array.
func.func @aliases(%x: !tensorref.ref<8xf32, strided<[1]>> {tensorref.contiguous}, %y: !tensorref.ref<8xf32, strided<[1]>> {tensorref.contiguous}) attributes {elena.arguments_overlap} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // expected-remark @+1 {{an iteration may read what another one writes}}
  scf.for %i = %c0 to %c8 step %c1 {
    %a = tensorref.select %x dim 0 at %i : !tensorref.ref<8xf32, strided<[1]>> to !tensorref.ref<f32>
    %b = tensorref.select %y dim 0 at %i : !tensorref.ref<8xf32, strided<[1]>> to !tensorref.ref<f32>
    // expected-note @+1 {{here}}
    tensorref.copy %a to %b : !tensorref.ref<f32>, !tensorref.ref<f32>
  }
  return
}

// -----

// What an iteration chooses among storages is not its own.
func.func @chosen(%x: !tensorref.ref<8xf32>, %y: !tensorref.ref<8xf32>, %c: i1, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // expected-remark @+1 {{iterations may write the same cells}}
  scf.for %i = %c0 to %c8 step %c1 {
    %z = scf.if %c -> !tensorref.ref<8xf32> {
      scf.yield %x : !tensorref.ref<8xf32>
    } else {
      scf.yield %y : !tensorref.ref<8xf32>
    }
    %a = tensorref.select %z dim 0 at 0 : !tensorref.ref<8xf32> to !tensorref.ref<f32>
    // expected-note @+1 {{here}}
    tensorref.fill %v into %a : f32, !tensorref.ref<f32>
  }
  return
}
