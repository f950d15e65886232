// RUN: elena-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(tensorref-form-groups,tensorref-hoist-guards,tensorref-elide-checks,canonicalize))" | FileCheck %s

// The positions of a reduction over n elements are 0 to n - 1; nobody reads
// them after that.

// CHECK-LABEL: @argmin_is_in_bounds
// CHECK-NOT:     tensorref.assert
// CHECK-NOT:     tensorref.load
func.func @argmin_is_in_bounds(%x: !tensorref.ref<?x?xf32>, %at: index) {
  %m = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %n = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %c1 = arith.constant 1 : index
  %some = arith.cmpi sge, %n, %c1 : index
  tensorref.guard %some
  %p = tensorref.alloc [%m] : !tensorref.ref<?xi64>
  tensorref.reduce argmin dims [1] ins(%x : !tensorref.ref<?x?xf32>) outs(%p : !tensorref.ref<?xi64>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  %r = tensorref.select %p dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %ok = arith.cmpi slt, %i, %n : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// Off by one: n - 1 is possible.

// CHECK-LABEL: @argmin_off_by_one
// CHECK:         tensorref.assert
func.func @argmin_off_by_one(%x: !tensorref.ref<?x?xf32>, %at: index) {
  %m = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %n = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %c1 = arith.constant 1 : index
  %some = arith.cmpi sge, %n, %c1 : index
  tensorref.guard %some
  %p = tensorref.alloc [%m] : !tensorref.ref<?xi64>
  tensorref.reduce argmin dims [1] ins(%x : !tensorref.ref<?x?xf32>) outs(%p : !tensorref.ref<?xi64>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  %r = tensorref.select %p dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %last = arith.subi %n, %c1 : index
  %ok = arith.cmpi slt, %i, %last : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// The first position of nothing is 0, which is no position of nothing.

// CHECK-LABEL: @argmin_of_nothing
// CHECK:         tensorref.assert
func.func @argmin_of_nothing(%x: !tensorref.ref<?x?xf32>, %at: index) {
  %m = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %n = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %p = tensorref.alloc [%m] : !tensorref.ref<?xi64>
  tensorref.reduce argmin dims [1] ins(%x : !tensorref.ref<?x?xf32>) outs(%p : !tensorref.ref<?xi64>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  %r = tensorref.select %p dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %ok = arith.cmpi slt, %i, %n : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// Clamped to 0 ... n + 1, whatever comes in.

// CHECK-LABEL: @clamp
// CHECK-NOT:     tensorref.assert
func.func @clamp(%x: !tensorref.ref<?xi64>, %at: index) {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xi64>
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %most = arith.addi %n, %c1 : index
  %word = arith.index_cast %most : index to i64
  %p = tensorref.alloc [%n] : !tensorref.ref<?xi64>
  tensorref.map ins(%x : !tensorref.ref<?xi64>) outs(%p : !tensorref.ref<?xi64>) {
  ^bb0(%e: i64):
    %c0 = arith.constant 0 : i64
    %a = arith.maxsi %e, %c0 : i64
    %b = arith.minsi %a, %word : i64
    tensorref.yield %b : i64
  }
  %r = tensorref.select %p dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %size = arith.addi %n, %c2 : index
  %c0 = arith.constant 0 : index
  %below = arith.cmpi slt, %i, %size : index
  %above = arith.cmpi sge, %i, %c0 : index
  %ok = arith.andi %above, %below : i1
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// Clamped from above only: it can be negative.

// CHECK-LABEL: @clamp_negative
// CHECK:         tensorref.assert
func.func @clamp_negative(%x: !tensorref.ref<?xi64>, %at: index) {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xi64>
  %word = arith.index_cast %n : index to i64
  %p = tensorref.alloc [%n] : !tensorref.ref<?xi64>
  tensorref.map ins(%x : !tensorref.ref<?xi64>) outs(%p : !tensorref.ref<?xi64>) {
  ^bb0(%e: i64):
    %b = arith.minsi %e, %word : i64
    tensorref.yield %b : i64
  }
  %r = tensorref.select %p dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %c0 = arith.constant 0 : index
  %ok = arith.cmpi sge, %i, %c0 : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// i + n where i < 0: the index counted from the end.

// CHECK-LABEL: @wrapped
// CHECK-NOT:     tensorref.assert
func.func @wrapped(%x: !tensorref.ref<?xi64>, %at: index) {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xi64>
  %word = arith.index_cast %n : index to i64
  %p = tensorref.alloc [%n] : !tensorref.ref<?xi64>
  tensorref.map ins(%x : !tensorref.ref<?xi64>) outs(%p : !tensorref.ref<?xi64>) {
  ^bb0(%e: i64):
    %c0 = arith.constant 0 : i64
    %c1 = arith.constant 1 : i64
    %least = arith.subi %c0, %word : i64
    %largest = arith.subi %word, %c1 : i64
    %a = arith.maxsi %e, %least : i64
    %b = arith.minsi %a, %largest : i64
    %negative = arith.cmpi slt, %b, %c0 : i64
    %behind = arith.addi %b, %word : i64
    %c = arith.select %negative, %behind, %b : i64
    tensorref.yield %c : i64
  }
  %r = tensorref.select %p dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %c0 = arith.constant 0 : index
  %below = arith.cmpi slt, %i, %n : index
  %above = arith.cmpi sge, %i, %c0 : index
  %ok = arith.andi %above, %below : i1
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// Near 2^63 a sum wraps around: max(x, 0) + 1 can be negative.

// CHECK-LABEL: @overflow
// CHECK:         tensorref.assert
func.func @overflow(%x: !tensorref.ref<4xi64>) {
  %p = tensorref.alloc [4] : !tensorref.ref<4xi64>
  tensorref.map ins(%x : !tensorref.ref<4xi64>) outs(%p : !tensorref.ref<4xi64>) {
  ^bb0(%e: i64):
    %c0 = arith.constant 0 : i64
    %c1 = arith.constant 1 : i64
    %a = arith.maxsi %e, %c0 : i64
    %b = arith.addi %a, %c1 : i64
    tensorref.yield %b : i64
  }
  %r = tensorref.select %p dim 0 at 1 : !tensorref.ref<4xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %c0 = arith.constant 0 : index
  %ok = arith.cmpi sge, %i, %c0 : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// No more than 2^63 - 2: no overflow.

// CHECK-LABEL: @no_overflow
// CHECK-NOT:     tensorref.assert
func.func @no_overflow(%x: !tensorref.ref<4xi64>) {
  %p = tensorref.alloc [4] : !tensorref.ref<4xi64>
  tensorref.map ins(%x : !tensorref.ref<4xi64>) outs(%p : !tensorref.ref<4xi64>) {
  ^bb0(%e: i64):
    %c0 = arith.constant 0 : i64
    %c1 = arith.constant 1 : i64
    %most = arith.constant 9223372036854775806 : i64
    %a = arith.maxsi %e, %c0 : i64
    %b = arith.minsi %a, %most : i64
    %c = arith.addi %b, %c1 : i64
    tensorref.yield %c : i64
  }
  %r = tensorref.select %p dim 0 at 1 : !tensorref.ref<4xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %c0 = arith.constant 0 : index
  %ok = arith.cmpi sgt, %i, %c0 : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// A masked write adds its value to those that are possible.

// CHECK-LABEL: @masked_write
// CHECK:         tensorref.assert {{.*}}"three"
// CHECK-NOT:     tensorref.assert
func.func @masked_write(%mask: !tensorref.ref<4xi1>) {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c3 = arith.constant 3 : i64
  %p = tensorref.alloc [4] : !tensorref.ref<4xi64>
  tensorref.iota %c0 step %c1 into %p : i64, !tensorref.ref<4xi64>
  %q = tensorref.alloc [4] : !tensorref.ref<4xi64>
  tensorref.fill %c0 into %q : i64, !tensorref.ref<4xi64>
  tensorref.masked_fill %c3 into %q where %mask : i64, !tensorref.ref<4xi64>, !tensorref.ref<4xi1>
  %r = tensorref.select %q dim 0 at 1 : !tensorref.ref<4xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %n3 = arith.constant 3 : index
  %n4 = arith.constant 4 : index
  %ok3 = arith.cmpi slt, %i, %n3 : index
  tensorref.assert %ok3, "IndexError", "three"
  %ok4 = arith.cmpi slt, %i, %n4 : index
  tensorref.assert %ok4, "IndexError", "four"
  %s = tensorref.select %p dim 0 at 1 : !tensorref.ref<4xi64> to !tensorref.ref<i64>
  %w = tensorref.load %s : !tensorref.ref<i64>
  %j = arith.index_cast %w : i64 to index
  %ok5 = arith.cmpi slt, %j, %n4 : index
  tensorref.assert %ok5, "IndexError", "ramp"
  return
}

// -----

// A write through another view of the storage.

// CHECK-LABEL: @overlapping_view
// CHECK:         tensorref.assert
func.func @overlapping_view() {
  %c0 = arith.constant 0 : i64
  %c9 = arith.constant 9 : i64
  %p = tensorref.alloc [4] : !tensorref.ref<4xi64>
  tensorref.fill %c0 into %p : i64, !tensorref.ref<4xi64>
  %part = tensorref.slice %p[_:2] : !tensorref.ref<4xi64> to !tensorref.ref<2xi64>
  tensorref.fill %c9 into %part : i64, !tensorref.ref<2xi64>
  %r = tensorref.select %p dim 0 at 1 : !tensorref.ref<4xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %n4 = arith.constant 4 : index
  %ok = arith.cmpi slt, %i, %n4 : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// What nobody has written can be anything.

// CHECK-LABEL: @not_all_written
// CHECK:         tensorref.assert
func.func @not_all_written() {
  %c0 = arith.constant 0 : i64
  %p = tensorref.alloc [4] : !tensorref.ref<4xi64>
  %part = tensorref.slice %p[_:2] : !tensorref.ref<4xi64> to !tensorref.ref<2xi64>
  tensorref.fill %c0 into %part : i64, !tensorref.ref<2xi64>
  %r = tensorref.select %p dim 0 at 2 : !tensorref.ref<4xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %n4 = arith.constant 4 : index
  %ok = arith.cmpi slt, %i, %n4 : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// Written in a branch: not surely before the reader.

// CHECK-LABEL: @written_in_a_branch
// CHECK:         tensorref.assert
func.func @written_in_a_branch(%c: i1) {
  %c0 = arith.constant 0 : i64
  %p = tensorref.alloc [] : !tensorref.ref<i64>
  scf.if %c {
    tensorref.fill %c0 into %p : i64, !tensorref.ref<i64>
  }
  %v = tensorref.load %p : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %n4 = arith.constant 4 : index
  %ok = arith.cmpi slt, %i, %n4 : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// An argument holds anything, and so does what somebody else can write to.

// CHECK-LABEL: @escapes
// CHECK:         tensorref.assert
// CHECK:         tensorref.assert
func.func private @other(!tensorref.ref<i64>)
func.func @escapes(%x: !tensorref.ref<i64>) {
  %n4 = arith.constant 4 : index
  %u = tensorref.load %x : !tensorref.ref<i64>
  %j = arith.index_cast %u : i64 to index
  %okx = arith.cmpi slt, %j, %n4 : index
  tensorref.assert %okx, "IndexError", "out of bounds"
  %c0 = arith.constant 0 : i64
  %p = tensorref.alloc [] : !tensorref.ref<i64>
  tensorref.fill %c0 into %p : i64, !tensorref.ref<i64>
  func.call @other(%p) : (!tensorref.ref<i64>) -> ()
  %v = tensorref.load %p : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %ok = arith.cmpi slt, %i, %n4 : index
  tensorref.assert %ok, "IndexError", "out of bounds"
  return
}

// -----

// The storage is that of all iterations: i itself says nothing of what an
// earlier one has stored, its bounds do.

// CHECK-LABEL: @stored_by_other_iterations
// CHECK:         tensorref.assert {{.*}}"is this iteration"
// CHECK-NOT:     tensorref.assert
func.func @stored_by_other_iterations(%n: index, %at: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %p = tensorref.alloc [4] : !tensorref.ref<4xi64>
  tensorref.fill %zero into %p : i64, !tensorref.ref<4xi64>
  scf.for %i = %c0 to %n step %c1 {
    %r = tensorref.select %p dim 0 at %at : !tensorref.ref<4xi64> to !tensorref.ref<i64>
    %v = tensorref.load %r : !tensorref.ref<i64>
    %k = arith.index_cast %v : i64 to index
    %same = arith.cmpi sge, %k, %i : index
    tensorref.assert %same, "IndexError", "is this iteration"
    %ok = arith.cmpi slt, %k, %n : index
    tensorref.assert %ok, "IndexError", "is below n"
    %word = arith.index_cast %i : index to i64
    tensorref.fill %word into %p : i64, !tensorref.ref<4xi64>
  }
  return
}

// -----

// Bounds of loops are facts in the body, and nowhere else.

// CHECK-LABEL: @loop_bounds
// CHECK:         scf.for
// CHECK-NEXT:      arith.addi
// CHECK-NEXT:      arith.cmpi
// CHECK-NEXT:      tensorref.assert {{.*}}"off by one"
// CHECK-NEXT:    }
// CHECK-NEXT:    arith.cmpi
// CHECK-NEXT:    tensorref.assert {{.*}}"outside"
func.func @loop_bounds(%x: !tensorref.ref<?xf32>) {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %below = arith.cmpi slt, %i, %n : index
    %above = arith.cmpi sge, %i, %c0 : index
    %ok = arith.andi %above, %below : i1
    tensorref.assert %ok, "IndexError", "out of bounds"
    %next = arith.addi %i, %c1 : index
    %off = arith.cmpi slt, %next, %n : index
    tensorref.assert %off, "IndexError", "off by one"
  }
  %some = arith.cmpi sge, %n, %c1 : index
  tensorref.assert %some, "IndexError", "outside"
  return
}

// -----

// What a `while` tests, what it carries, and the branch of an `if`.

// CHECK-LABEL: @while_and_if
// CHECK-NOT:     tensorref.assert
// CHECK:         tensorref.assert {{.*}}"after the loop"
func.func @while_and_if(%n: index, %c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %false = arith.constant false
  %last = scf.while (%i = %c0) : (index) -> index {
    %more = arith.cmpi slt, %i, %n : index
    %both = scf.if %more -> i1 {
      scf.yield %c : i1
    } else {
      scf.yield %false : i1
    }
    scf.condition(%both) %i : index
  } do {
  ^bb0(%i: index):
    %below = arith.cmpi slt, %i, %n : index
    %above = arith.cmpi sge, %i, %c0 : index
    %ok = arith.andi %above, %below : i1
    tensorref.assert %ok, "IndexError", "in the loop"
    %next = arith.addi %i, %c1 : index
    scf.yield %next : index
  }
  %some = arith.cmpi sgt, %n, %c0 : index
  scf.if %some {
    %ok = arith.cmpi sge, %n, %c1 : index
    tensorref.assert %ok, "IndexError", "in the branch"
  }
  %ok = arith.cmpi slt, %last, %n : index
  tensorref.assert %ok, "IndexError", "after the loop"
  return
}

// -----

// i + 1 <= n says nothing of i = 2^63 - 1, which is negative plus 1.

// CHECK-LABEL: @wrapped_condition
// CHECK:         tensorref.assert
func.func @wrapped_condition(%x: !tensorref.ref<i64>, %n: index) {
  %c1 = arith.constant 1 : index
  %v = tensorref.load %x : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %next = arith.addi %i, %c1 : index
  %fits = arith.cmpi sle, %next, %n : index
  scf.if %fits {
    %ok = arith.cmpi slt, %i, %n : index
    tensorref.assert %ok, "IndexError", "out of bounds"
  }
  return
}

// -----

// The same condition a second time; not before the first.

// CHECK-LABEL: @checked_before
// CHECK-NOT:     tensorref.assert {{.*}}"again"
// CHECK:         tensorref.assert {{.*}}"in a branch"
// CHECK:         tensorref.assert {{.*}}"first"
// CHECK-NOT:     tensorref.assert
func.func @checked_before(%ok: i1, %c: i1) {
  scf.if %c {
    tensorref.assert %ok, "IndexError", "in a branch"
  }
  tensorref.assert %ok, "IndexError", "first"
  tensorref.assert %ok, "IndexError", "again"
  return
}

// -----

// Floor-mod by a size is an index; by a number that may be 0 it is not.

// CHECK-LABEL: @remainder
// CHECK-NOT:     tensorref.assert {{.*}}"some"
// CHECK:         tensorref.assert {{.*}}"perhaps none"
func.func @remainder(%x: !tensorref.ref<?xi64>, %y: !tensorref.ref<?xf32>, %at: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %k = tensorref.dim %x, 0 : !tensorref.ref<?xi64>
  %n = tensorref.dim %y, 0 : !tensorref.ref<?xf32>
  %some = arith.cmpi ne, %n, %c0 : index
  tensorref.guard %some
  %p = tensorref.alloc [%k] : !tensorref.ref<?xi64>
  %q = tensorref.alloc [%k] : !tensorref.ref<?xi64>
  %word = arith.index_cast %n : index to i64
  %less = arith.subi %n, %c1 : index
  %lessword = arith.index_cast %less : index to i64
  tensorref.map ins(%x : !tensorref.ref<?xi64>) outs(%p, %q : !tensorref.ref<?xi64>, !tensorref.ref<?xi64>) {
  ^bb0(%e: i64):
    %zero = arith.constant 0 : i64
    %rest = arith.remsi %e, %word : i64
    %nonzero = arith.cmpi ne, %rest, %zero : i64
    %signs = arith.xori %rest, %word : i64
    %differ = arith.cmpi slt, %signs, %zero : i64
    %both = arith.andi %nonzero, %differ : i1
    %moved = arith.addi %rest, %word : i64
    %mod = arith.select %both, %moved, %rest : i64
    %other = arith.remsi %e, %lessword : i64
    tensorref.yield %mod, %other : i64, i64
  }
  %r = tensorref.select %p dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %v = tensorref.load %r : !tensorref.ref<i64>
  %i = arith.index_cast %v : i64 to index
  %below = arith.cmpi slt, %i, %n : index
  %above = arith.cmpi sge, %i, %c0 : index
  %ok = arith.andi %above, %below : i1
  tensorref.assert %ok, "IndexError", "some"
  %s = tensorref.select %q dim 0 at %at : !tensorref.ref<?xi64> to !tensorref.ref<i64>
  %w = tensorref.load %s : !tensorref.ref<i64>
  %j = arith.index_cast %w : i64 to index
  %okj = arith.cmpi slt, %j, %n : index
  tensorref.assert %okj, "IndexError", "perhaps none"
  return
}
