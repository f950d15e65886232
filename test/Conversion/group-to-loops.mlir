// RUN: elena-opt %s --elena-group-to-loops --canonicalize --cse | FileCheck %s

// Parallel dimensions are a loop nest in C order. Refs and groups are gone.

// CHECK-LABEL: func.func private @parallel(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<?x4xf32>, %[[O:[a-z0-9]+]]: memref<?x4xf32>, %[[N:[a-z0-9]+]]: index, %[[V:[a-z0-9]+]]: f32)
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK: scf.for %[[I:.*]] = %[[C0]] to %[[N]] step %[[C1]] {
// CHECK: scf.for %[[J:.*]] = %[[C0]] to %[[C4]] step %[[C1]] {
// CHECK: %[[E:.*]] = memref.load %[[A]][%[[I]], %[[J]]]
// CHECK: %[[S:.*]] = arith.addf %[[E]], %[[V]]
// CHECK: memref.store %[[S]], %[[O]][%[[I]], %[[J]]]
// CHECK-NOT: tensorref
// CHECK: return
func.func private @parallel(%a: memref<?x4xf32>, %o: memref<?x4xf32>, %n: index, %v: f32) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<?x4xf32> to !tensorref.ref<?x4xf32>
  %y = tensorref.from_memref %o : memref<?x4xf32> to !tensorref.ref<?x4xf32>
  tensorref.group {
    tensorref.stage box [%n, 4] iterators [parallel, parallel]
        ins(%x : !tensorref.ref<?x4xf32>) outs(%y : !tensorref.ref<?x4xf32>) {
    ^bb0(%e: f32):
      %s = arith.addf %e, %v : f32
      tensorref.yield %s : f32
    }
  }
  return
}

// A box of rank 0 is one point.

// CHECK-LABEL: func.func private @point(
// CHECK-NOT: scf.for
// CHECK: memref.store %{{.*}}, %{{.*}}[] : memref<f32>
func.func private @point(%o: memref<f32>, %v: f32) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<f32> to !tensorref.ref<f32>
  tensorref.group {
    tensorref.stage box [] iterators [] outs(%y : !tensorref.ref<f32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// Reduced dimensions are inner loops that carry the state, the output is written
// once after them.

// CHECK-LABEL: func.func private @reduction(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<3x4x5xi32>, %[[O:[a-z0-9]+]]: memref<4xi32>)
// CHECK: scf.for %[[J:.*]] = %c0 to %c4 step %c1 {
// CHECK-NEXT: %[[OUTER:.*]] = scf.for %[[I:.*]] = %c0 to %c3 step %c1 iter_args(%[[S:.*]] = %c0_i32) -> (i32) {
// CHECK-NEXT: %[[INNER:.*]] = scf.for %[[K:.*]] = %c0 to %c5 step %c1 iter_args(%[[T:.*]] = %[[S]]) -> (i32) {
// CHECK-NEXT: %[[E:.*]] = memref.load %[[A]][%[[I]], %[[J]], %[[K]]]
// CHECK-NEXT: %[[U:.*]] = arith.addi %[[T]], %[[E]]
// CHECK-NEXT: scf.yield %[[U]]
// CHECK: scf.yield %[[INNER]]
// CHECK: memref.store %[[OUTER]], %[[O]][%[[J]]]
func.func private @reduction(%a: memref<3x4x5xi32>, %o: memref<4xi32>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<3x4x5xi32> to !tensorref.ref<3x4x5xi32>
  %y = tensorref.from_memref %o : memref<4xi32> to !tensorref.ref<4xi32>
  tensorref.group {
    tensorref.stage box [3, 4, 5] iterators [reduction, parallel, reduction]
        ins(%x : !tensorref.ref<3x4x5xi32>) outs(%y : !tensorref.ref<4xi32>) combiners [sum] {
    ^bb0(%e: i32):
      tensorref.yield %e : i32
    }
  }
  return
}

// ACCESS-SCAN: running values, each stored where it is made.

// CHECK-LABEL: func.func private @scan(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<3x4xf32>, %[[O:[a-z0-9]+]]: memref<3x4xf32>)
// CHECK: scf.for %[[J:.*]] = %c0 to %c4 step %c1 {
// CHECK: scf.for %[[I:.*]] = %c0 to %c3 step %c1 iter_args(%[[S:.*]] = %cst) -> (f32) {
// CHECK: %[[E:.*]] = memref.load %[[A]][%[[I]], %[[J]]]
// CHECK: %[[T:.*]] = arith.mulf %[[S]], %[[E]] : f32
// CHECK: memref.store %[[T]], %[[O]][%[[I]], %[[J]]]
// CHECK: scf.yield %[[T]]
func.func private @scan(%a: memref<3x4xf32>, %o: memref<3x4xf32>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<3x4xf32> to !tensorref.ref<3x4xf32>
  %y = tensorref.from_memref %o : memref<3x4xf32> to !tensorref.ref<3x4xf32>
  tensorref.group {
    tensorref.stage box [3, 4] iterators [scan, parallel]
        ins(%x : !tensorref.ref<3x4xf32>) outs(%y : !tensorref.ref<3x4xf32>) combiners [prod] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// Where the mask is false nothing is written. A bool is a byte.

// CHECK-LABEL: func.func private @masked(
// CHECK-SAME: %[[M:[a-z0-9]+]]: memref<4xi8>, %[[O:[a-z0-9]+]]: memref<4xi8>, %[[V:[a-z0-9]+]]: i1)
// CHECK: %[[BYTE:.*]] = memref.load %[[M]][%[[I:.*]]] : memref<4xi8>
// CHECK: %[[C:.*]] = arith.cmpi ne, %[[BYTE]], %c0_i8 : i8
// CHECK: scf.if %[[C]] {
// CHECK-NEXT: %[[W:.*]] = arith.extui %[[V]] : i1 to i8
// CHECK-NEXT: memref.store %[[W]], %[[O]][%[[I]]] : memref<4xi8>
// CHECK-NEXT: }
func.func private @masked(%m: memref<4xi8>, %o: memref<4xi8>, %v: i1) attributes {elena.kernel} {
  %x = tensorref.from_memref %m : memref<4xi8> to !tensorref.ref<4xi1>
  %y = tensorref.from_memref %o : memref<4xi8> to !tensorref.ref<4xi1>
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] ins(%x : !tensorref.ref<4xi1>) outs(%y : !tensorref.ref<4xi1>) masked {
    ^bb0(%c: i1):
      tensorref.yield %v, %c : i1, i1
    }
  }
  return
}

// The body's indices come first, the box's remaining ones after them.

// CHECK-LABEL: func.func private @scatter(
// CHECK-SAME: %[[S:[a-z0-9]+]]: memref<3x4xf32>, %[[I:[a-z0-9]+]]: memref<3x4xi64>, %[[X:[a-z0-9]+]]: memref<7x4xf32>)
// CHECK: scf.for %[[R:.*]] = %c0 to %c4 step %c1 {
// CHECK: scf.for %[[K:.*]] = %c0 to %c3 step %c1 {
// CHECK: %[[E:.*]] = memref.load %[[S]][%[[K]], %[[R]]]
// CHECK: %[[J:.*]] = memref.load %[[I]][%[[K]], %[[R]]]
// CHECK: %[[ROW:.*]] = arith.index_cast %[[J]] : i64 to index
// CHECK: memref.store %[[E]], %[[X]][%[[ROW]], %[[R]]]
func.func private @scatter(%s: memref<3x4xf32>, %i: memref<3x4xi64>, %x: memref<7x4xf32>) attributes {elena.kernel} {
  %a = tensorref.from_memref %s : memref<3x4xf32> to !tensorref.ref<3x4xf32>
  %b = tensorref.from_memref %i : memref<3x4xi64> to !tensorref.ref<3x4xi64>
  %y = tensorref.from_memref %x : memref<7x4xf32> to !tensorref.ref<7x4xf32>
  tensorref.group {
    tensorref.stage box [3, 4] iterators [parallel, parallel]
        ins(%a, %b : !tensorref.ref<3x4xf32>, !tensorref.ref<3x4xi64>) outs(%y : !tensorref.ref<7x4xf32>) scatter 1 {
    ^bb0(%e: f32, %k: i64):
      %row = arith.index_cast %k : i64 to index
      tensorref.yield %e, %row : f32, index
    }
  }
  return
}

// ACCESS-SCATTER-1: an index array of rank 2 runs in C order, though only one
// dimension of the output is indexed (bug: its second dimension ran outermost).

// CHECK-LABEL: func.func private @scatter_2d_index(
// CHECK: scf.for %[[K0:.*]] = %c0 to %c2
// CHECK: scf.for %[[K1:.*]] = %c0 to %c3
// CHECK: memref.load %{{.*}}[%[[K0]], %[[K1]]] : memref<2x3xf32>
func.func private @scatter_2d_index(%s: memref<2x3xf32>, %i: memref<2x3xi64>, %x: memref<7xf32>) attributes {elena.kernel} {
  %a = tensorref.from_memref %s : memref<2x3xf32> to !tensorref.ref<2x3xf32>
  %b = tensorref.from_memref %i : memref<2x3xi64> to !tensorref.ref<2x3xi64>
  %y = tensorref.from_memref %x : memref<7xf32> to !tensorref.ref<7xf32>
  tensorref.group {
    tensorref.stage box [2, 3] iterators [parallel, parallel]
        ins(%a, %b : !tensorref.ref<2x3xf32>, !tensorref.ref<2x3xi64>) outs(%y : !tensorref.ref<7xf32>) scatter 1 {
    ^bb0(%e: f32, %k: i64):
      %row = arith.index_cast %k : i64 to index
      tensorref.yield %e, %row : f32, index
    }
  }
  return
}

// `tensorref.element` is a load where the body says, also below other ops.

// CHECK-LABEL: func.func private @gather(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<7xi8>, %[[O:[a-z0-9]+]]: memref<4xi8>, %[[C:[a-z0-9]+]]: i1)
// CHECK: scf.for %[[I:.*]] = %c0 to %c4 step %c1 {
// CHECK: scf.if %[[C]] -> (i1) {
// CHECK: %[[E:.*]] = memref.load %[[X]][%[[I]]] : memref<7xi8>
// CHECK: arith.cmpi ne, %[[E]], %c0_i8
func.func private @gather(%x: memref<7xi8>, %o: memref<4xi8>, %c: i1) attributes {elena.kernel} {
  %a = tensorref.from_memref %x : memref<7xi8> to !tensorref.ref<7xi1>
  %y = tensorref.from_memref %o : memref<4xi8> to !tensorref.ref<4xi1>
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] gathers(%a : !tensorref.ref<7xi1>) outs(%y : !tensorref.ref<4xi1>) {
      %r = scf.if %c -> i1 {
        %i = tensorref.index 0 : index
        %e = tensorref.element %a[%i] : !tensorref.ref<7xi1>
        scf.yield %e : i1
      } else {
        scf.yield %c : i1
      }
      tensorref.yield %r : i1
    }
  }
  return
}

// Two points may write one cell: the loops are those of one thread, in C order.

// CHECK-LABEL: func.func private @sequential(
// CHECK: scf.for %[[I:.*]] = %c0 to %c3
// CHECK: scf.for %[[J:.*]] = %c0 to %c4
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %[[J]]]
func.func private @sequential(%o: memref<3x4xf32, strided<[0, 1]>>, %v: f32) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<3x4xf32, strided<[0, 1]>> to !tensorref.ref<3x4xf32>
  tensorref.group {
    tensorref.stage box [3, 4] iterators [parallel, parallel] outs(%y : !tensorref.ref<3x4xf32>) sequential {
      tensorref.yield %v : f32
    }
  }
  return
}

// The stages of a group run one after the other.

// CHECK-LABEL: func.func private @two_stages(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<4xf32>, %[[O:[a-z0-9]+]]: memref<4xf32>, %[[V:[a-z0-9]+]]: f32)
// CHECK: scf.for
// CHECK: memref.store %[[V]], %[[A]]
// CHECK: scf.for
// CHECK: memref.load %[[A]]
// CHECK: memref.store %{{.*}}, %[[O]]
func.func private @two_stages(%a: memref<4xf32>, %o: memref<4xf32>, %v: f32) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<4xf32> to !tensorref.ref<4xf32>
  %y = tensorref.from_memref %o : memref<4xf32> to !tensorref.ref<4xf32>
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] outs(%x : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
    tensorref.stage box [4] iterators [parallel] ins(%x : !tensorref.ref<4xf32>) outs(%y : !tensorref.ref<4xf32>) {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// Only kernels are lowered.

// CHECK-LABEL: func.func @no_kernel(
// CHECK: tensorref.group
func.func @no_kernel(%o: !tensorref.ref<f32>, %v: f32) {
  tensorref.group {
    tensorref.stage box [] iterators [] outs(%o : !tensorref.ref<f32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// A group whose points run from the last one to the first.
// CHECK-LABEL: func.func private @descending(
// CHECK: %[[LAST:.*]] = arith.subi %{{.*}}, %c1
// CHECK: scf.for %[[T:.*]] = %c0
// CHECK: %[[I:.*]] = arith.subi %[[LAST]], %[[T]]
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]]]
func.func private @descending(%o: memref<?xf32>, %n: index, %v: f32) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<?xf32> to !tensorref.ref<?xf32>
  tensorref.group over [%n] sequential_t descending {
    tensorref.stage box [%n] iterators [parallel] outs(%y : !tensorref.ref<?xf32>) along [0] {
      tensorref.yield %v : f32
    }
  }
  return
}
