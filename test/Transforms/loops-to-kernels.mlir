// RUN: elena-opt %s -split-input-file --tensorref-loops-to-kernels --canonicalize | FileCheck %s



// Row i, and a size that depends on the data: once, with so many threads each.
// CHECK-LABEL: func.func @rows(
// CHECK:         %[[N:.*]] = arith.maxsi %arg2, %c0
// CHECK:         %[[ONE:.*]] = arith.maxsi %[[N]], %c1
// CHECK:         %[[BLOCKS:.*]] = arith.ceildivsi %c1024, %[[ONE]]
// CHECK:         %[[THREADS:.*]] = arith.muli %[[BLOCKS]], %c256
// CHECK-NOT:     scf.for
// CHECK:         tensorref.foreach %[[N]] threads %[[THREADS]] {
// CHECK-NEXT:    ^bb0(%[[I:.*]]: index):
// CHECK:           tensorref.load
// CHECK:           tensorref.group
func.func @rows(%x: !tensorref.ref<?x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %b: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %f1 = arith.constant 1.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %bi = tensorref.select %b dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %bi : !tensorref.ref<i64>
    %k = arith.index_cast %v : i64 to index
    %row = tensorref.select %x dim 0 at %i : !tensorref.ref<?x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    %p = tensorref.slice %row[_:%k] : !tensorref.ref<4xf32> to !tensorref.ref<?xf32>
    %size = tensorref.dim %p, 0 : !tensorref.ref<?xf32>
    tensorref.group over [%size] {
      tensorref.stage box [%size] iterators [parallel] outs(%p : !tensorref.ref<?xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return
}

// -----



// From 1 in steps of 3: the number of the iteration is made an index.
// CHECK-LABEL: func.func @steps(
// CHECK:         %[[SPAN:.*]] = arith.subi %arg1, %c1
// CHECK:         %[[COUNT:.*]] = arith.ceildivsi %[[SPAN]], %c3
// CHECK:         tensorref.foreach
// CHECK-NEXT:    ^bb0(%[[I:.*]]: index):
// CHECK-NEXT:      %[[SCALED:.*]] = arith.muli %[[I]], %c3
// CHECK-NEXT:      %[[INDEX:.*]] = arith.addi %[[SCALED]], %c1
// CHECK:           arith.addi %[[INDEX]]
func.func @steps(%x: !tensorref.ref<?x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %n: index) {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %f1 = arith.constant 1.0 : f32
  scf.for %i = %c1 to %n step %c3 {
    %row = tensorref.select %x dim 0 at %i : !tensorref.ref<?x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%row : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return
}

// -----

// Nobody sees %o where a check fails: all checks come before.
// CHECK-LABEL: func.func @checks_before(
// CHECK:         scf.for
// CHECK-NOT:       tensorref.group
// CHECK:           tensorref.assert
// CHECK-NOT:       tensorref.group
// CHECK:         tensorref.foreach
// CHECK-NOT:       tensorref.assert
// CHECK:           tensorref.group
func.func @checks_before(%b: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index) -> !tensorref.ref<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : i64
  %f1 = arith.constant 1.0 : f32
  %o = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  scf.for %i = %c0 to %n step %c1 {
    %bi = tensorref.select %b dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %bi : !tensorref.ref<i64>
    %ok = arith.cmpi slt, %v, %c9 : i64
    tensorref.assert %ok, "ValueError", "too large"
    %row = tensorref.select %o dim 0 at %i : !tensorref.ref<?x4xf32> to !tensorref.ref<4xf32>
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%row : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return %o : !tensorref.ref<?x4xf32>
}

// -----



// The caller sees the rows that were written before the check failed.
// CHECK-LABEL: func.func @check_of_argument(
// CHECK:         %[[END:.*]] = scf.while (%[[I:.*]] = %c0) : (index) -> index {
// CHECK:           %[[THERE:.*]] = arith.cmpi slt, %[[I]], %arg2
// CHECK:           %[[GOES:.*]] = scf.if %[[THERE]] -> (i1) {
// CHECK:             tensorref.load
// CHECK:           scf.condition(%[[GOES]]) %[[I]]
// CHECK:         arith.maxsi %[[END]], %c0
// CHECK:         tensorref.foreach
// CHECK-NOT:       tensorref.assert
// CHECK:         scf.for %{{.*}} = %[[END]] to %arg2
// CHECK:           tensorref.assert
func.func @check_of_argument(%x: !tensorref.ref<?x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %b: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : i64
  %f1 = arith.constant 1.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %bi = tensorref.select %b dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %bi : !tensorref.ref<i64>
    %ok = arith.cmpi slt, %v, %c9 : i64
    tensorref.assert %ok, "ValueError", "too large"
    %row = tensorref.select %x dim 0 at %i : !tensorref.ref<?x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%row : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return
}

// -----



// The number is of the row that the iteration itself writes: the threads of it
// would race.
// CHECK-LABEL: func.func @reads_what_it_writes(
// CHECK-NOT:     tensorref.foreach
// CHECK:         scf.for
func.func @reads_what_it_writes(%x: !tensorref.ref<?x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %row = tensorref.select %x dim 0 at %i : !tensorref.ref<?x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    %first = tensorref.select %row dim 0 at 0 : !tensorref.ref<4xf32> to !tensorref.ref<f32>
    %v = tensorref.load %first : !tensorref.ref<f32>
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%row : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
  }
  return
}

// -----



// A temporary of each iteration, and two kernels, one after the other.
// CHECK-LABEL: func.func @temporary(
// CHECK-NOT:     tensorref.foreach
// CHECK:         scf.for
func.func @temporary(%x: !tensorref.ref<?x4xf32, strided<[4, 1]>> {tensorref.contiguous}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
    %row = tensorref.select %x dim 0 at %i : !tensorref.ref<?x4xf32, strided<[4, 1]>> to !tensorref.ref<4xf32>
    %back = tensorref.flip %row dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] ins(%row : !tensorref.ref<4xf32>) outs(%t : !tensorref.ref<4xf32>) along [0] {
      ^bb0(%a: f32):
        tensorref.yield %a : f32
      }
    }
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] ins(%t : !tensorref.ref<4xf32>) outs(%back : !tensorref.ref<4xf32>) along [0] {
      ^bb0(%a: f32):
        tensorref.yield %a : f32
      }
    }
  }
  return
}
