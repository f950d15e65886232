// RUN: elena-opt %s -split-input-file --tensorref-hoist-checks | FileCheck %s

// A group that writes what the function has allocated need not have run.
// CHECK-LABEL: func.func @past_allocation(
// CHECK:         arith.cmpi
// CHECK-NEXT:    tensorref.assert %{{.*}}, "ValueError", "first"
// CHECK:         arith.cmpi
// CHECK-NEXT:    tensorref.assert %{{.*}}, "ValueError", "second"
// CHECK-NEXT:    tensorref.group
// CHECK-NOT:     tensorref.assert
func.func @past_allocation(%b: !tensorref.ref<i64>, %v: i64) -> !tensorref.ref<8xi64> {
  %t = tensorref.alloc [8] : !tensorref.ref<8xi64>
  tensorref.group {
    tensorref.stage box [8] iterators [parallel] outs(%t : !tensorref.ref<8xi64>) {
      tensorref.yield %v : i64
    }
  }
  %n = tensorref.load %b : !tensorref.ref<i64>
  %ok = arith.cmpi slt, %n, %v : i64
  tensorref.assert %ok, "ValueError", "first"
  %ok2 = arith.cmpi sgt, %n, %v : i64
  tensorref.assert %ok2, "ValueError", "second"
  return %t : !tensorref.ref<8xi64>
}

// -----

// The caller sees that its array has been written.
// CHECK-LABEL: func.func @not_past_argument(
// CHECK:         tensorref.group
// CHECK:         tensorref.assert
// CHECK:         tensorref.group
func.func @not_past_argument(%x: !tensorref.ref<8xi64>, %b: !tensorref.ref<i64>, %v: i64) -> !tensorref.ref<8xi64> {
  %t = tensorref.alloc [8] : !tensorref.ref<8xi64>
  tensorref.group {
    tensorref.stage box [8] iterators [parallel] outs(%x : !tensorref.ref<8xi64>) sequential {
      tensorref.yield %v : i64
    }
  }
  tensorref.group {
    tensorref.stage box [8] iterators [parallel] outs(%t : !tensorref.ref<8xi64>) {
      tensorref.yield %v : i64
    }
  }
  %n = tensorref.load %b : !tensorref.ref<i64>
  %ok = arith.cmpi slt, %n, %v : i64
  tensorref.assert %ok, "ValueError", "first"
  return %t : !tensorref.ref<8xi64>
}

// -----

// It reads what the group writes.
// CHECK-LABEL: func.func @not_past_what_it_reads(
// CHECK:         tensorref.group
// CHECK:         tensorref.load
// CHECK:         tensorref.assert
func.func @not_past_what_it_reads(%v: i64) -> !tensorref.ref<8xi64> {
  %t = tensorref.alloc [8] : !tensorref.ref<8xi64>
  tensorref.group {
    tensorref.stage box [8] iterators [parallel] outs(%t : !tensorref.ref<8xi64>) {
      tensorref.yield %v : i64
    }
  }
  %first = tensorref.select %t dim 0 at 0 : !tensorref.ref<8xi64> to !tensorref.ref<i64>
  %n = tensorref.load %first : !tensorref.ref<i64>
  %ok = arith.cmpi slt, %n, %v : i64
  tensorref.assert %ok, "ValueError", "first"
  return %t : !tensorref.ref<8xi64>
}

// -----

// Not past a loop, and not out of one: how often it runs is not known.
// CHECK-LABEL: func.func @not_past_loop(
// CHECK:         tensorref.alloc
// CHECK:         scf.for
// CHECK-NEXT:      tensorref.assert %{{.*}}, "ValueError", "inside"
// CHECK-NEXT:      tensorref.group
// CHECK:         tensorref.assert %{{.*}}, "ValueError", "behind"
func.func @not_past_loop(%x: !tensorref.ref<8xi64>, %n: index, %ok: i1, %v: i64) -> !tensorref.ref<8xi64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = tensorref.alloc [8] : !tensorref.ref<8xi64>
  scf.for %i = %c0 to %n step %c1 {
    tensorref.group {
      tensorref.stage box [8] iterators [parallel] outs(%t : !tensorref.ref<8xi64>) {
        tensorref.yield %v : i64
      }
    }
    tensorref.assert %ok, "ValueError", "inside"
  }
  tensorref.assert %ok, "ValueError", "behind"
  return %t : !tensorref.ref<8xi64>
}
