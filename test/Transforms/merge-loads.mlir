// RUN: elena-opt %s -split-input-file --tensorref-merge-loads | FileCheck %s

// A check and a write of something else change nothing; what is computed of the
// number is one, too.
// CHECK-LABEL: func.func @twice(
// CHECK:         %[[V:.*]] = tensorref.load %arg0
// CHECK:         %[[K:.*]] = arith.index_cast %[[V]]
// CHECK:         tensorref.assert
// CHECK:         tensorref.group
// CHECK-NOT:     tensorref.load
// CHECK-NOT:     arith.index_cast
// CHECK:         tensorref.slice %arg1[%[[K]]:_]
func.func @twice(%i: !tensorref.ref<i64>, %x: !tensorref.ref<8xf32>, %f: f32) -> !tensorref.ref<?xf32> {
  %zero = arith.constant 0 : i64
  %t = tensorref.alloc [8] : !tensorref.ref<8xf32>
  %v = tensorref.load %i : !tensorref.ref<i64>
  %k = arith.index_cast %v : i64 to index
  %p = tensorref.slice %t[%k:_] : !tensorref.ref<8xf32> to !tensorref.ref<?xf32>
  %n = tensorref.dim %p, 0 : !tensorref.ref<?xf32>
  %ok = arith.cmpi sge, %v, %zero : i64
  tensorref.assert %ok, "ValueError", "negative"
  tensorref.group over [%n] {
    tensorref.stage box [%n] iterators [parallel] outs(%p : !tensorref.ref<?xf32>) along [0] {
      tensorref.yield %f : f32
    }
  }
  %w = tensorref.load %i : !tensorref.ref<i64>
  %m = arith.index_cast %w : i64 to index
  %r = tensorref.slice %x[%m:_] : !tensorref.ref<8xf32> to !tensorref.ref<?xf32>
  return %r : !tensorref.ref<?xf32>
}

// -----

// The group writes it; with arguments that overlap, so may one of %x.
// CHECK-LABEL: func.func @written(
// CHECK:         tensorref.load
// CHECK:         tensorref.group
// CHECK:         tensorref.load
func.func @written(%i: !tensorref.ref<f32>) -> (f32, f32) {
  %v = tensorref.load %i : !tensorref.ref<f32>
  tensorref.group over [] {
    tensorref.stage box [] iterators [] outs(%i : !tensorref.ref<f32>) along [] {
      tensorref.yield %v : f32
    }
  }
  %w = tensorref.load %i : !tensorref.ref<f32>
  return %v, %w : f32, f32
}

// -----

// CHECK-LABEL: func.func @overlap(
// CHECK:         tensorref.load
// CHECK:         tensorref.group
// CHECK:         tensorref.load
func.func @overlap(%i: !tensorref.ref<f32>, %x: !tensorref.ref<f32>) -> (f32, f32) attributes {elena.arguments_overlap} {
  %v = tensorref.load %i : !tensorref.ref<f32>
  tensorref.group over [] {
    tensorref.stage box [] iterators [] outs(%x : !tensorref.ref<f32>) along [] {
      tensorref.yield %v : f32
    }
  }
  %w = tensorref.load %i : !tensorref.ref<f32>
  return %v, %w : f32, f32
}

// -----

// The second turn of the loop sees what the first one has written; a branch sees
// what is known before it, and nothing behind it sees what only the branch loads.
// CHECK-LABEL: func.func @regions(
// CHECK:         %[[Y:.*]] = tensorref.load %arg1
// CHECK:         tensorref.load %arg0
// CHECK:         scf.for
// CHECK-NEXT:      tensorref.load %arg0
// CHECK-NOT:       tensorref.load %arg1
// CHECK:           tensorref.group
// CHECK:         scf.if
// CHECK-NOT:       tensorref.load %arg1
// CHECK:           tensorref.load %arg2
// CHECK:         tensorref.load %arg2
func.func @regions(%x: !tensorref.ref<f32>, %y: !tensorref.ref<f32>, %z: !tensorref.ref<f32>, %n: index, %c: i1) -> (f32, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensorref.load %y : !tensorref.ref<f32>
  %first = tensorref.load %x : !tensorref.ref<f32>
  scf.for %i = %c0 to %n step %c1 {
    %v = tensorref.load %x : !tensorref.ref<f32>
    %b = tensorref.load %y : !tensorref.ref<f32>
    %s = arith.addf %v, %b : f32
    tensorref.group over [] {
      tensorref.stage box [] iterators [] outs(%x : !tensorref.ref<f32>) along [] {
        tensorref.yield %s : f32
      }
    }
  }
  %r = scf.if %c -> f32 {
    %b = tensorref.load %y : !tensorref.ref<f32>
    %d = tensorref.load %z : !tensorref.ref<f32>
    %s = arith.addf %d, %b : f32
    scf.yield %s : f32
  } else {
    scf.yield %first : f32
  }
  %e = tensorref.load %z : !tensorref.ref<f32>
  return %r, %e : f32, f32
}
