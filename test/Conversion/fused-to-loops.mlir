// RUN: elena-opt %s --elena-group-to-loops --canonicalize --cse | FileCheck %s
// RUN: elena-opt %s --elena-group-to-loops --elena-split-loops --canonicalize | FileCheck %s --check-prefix=SPLIT

// One nest over the space, the stages in it. Private storage is on the stack, is
// forgotten at each point, and inner loops of few points are written out. A stage
// whose size is that of the space needs no check.

// CHECK-LABEL: func.func private @private_storage(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<?x2xf32>, %[[O:[a-z0-9]+]]: memref<?xf32>, %[[N:[a-z0-9]+]]: index)
// CHECK-DAG: %[[NONE:.*]] = ub.poison : f32
// CHECK-DAG: %[[P:.*]] = memref.alloca() : memref<2xf32>
// CHECK-DAG: %[[V:.*]] = memref.reinterpret_cast %[[P]] to offset: [0], sizes: [%[[N]], 2], strides: [0, 1]
// CHECK: scf.for %[[I:.*]] = %c0 to %[[N]] step %c1 {
// CHECK-NEXT: memref.store %[[NONE]], %[[P]][%c0]
// CHECK-NEXT: memref.store %[[NONE]], %[[P]][%c1]
// CHECK-NEXT: %[[X0:.*]] = memref.load %[[A]][%[[I]], %c0]
// CHECK-NEXT: memref.store %[[X0]], %[[V]][%[[I]], %c0]
// CHECK-NEXT: %[[X1:.*]] = memref.load %[[A]][%[[I]], %c1]
// CHECK-NEXT: memref.store %[[X1]], %[[V]][%[[I]], %c1]
// CHECK-NEXT: %[[Y0:.*]] = memref.load %[[V]][%[[I]], %c0]
// CHECK: %[[Y1:.*]] = memref.load %[[V]][%[[I]], %c1]
// CHECK: memref.store %{{.*}}, %[[O]][%[[I]]]
// CHECK-NEXT: }
// CHECK-NOT: tensorref
func.func private @private_storage(%a: memref<?x2xf32>, %o: memref<?xf32>, %n: index) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<?x2xf32> to !tensorref.ref<?x2xf32>
  %y = tensorref.from_memref %o : memref<?xf32> to !tensorref.ref<?xf32>
  tensorref.group over [%n] {
    %p = tensorref.alloc [2] : !tensorref.ref<2xf32>
    %v = tensorref.strided_view %p offset 0 sizes [%n, 2] strides [0, 1] : !tensorref.ref<2xf32> to !tensorref.ref<?x2xf32>
    tensorref.stage box [%n, 2] iterators [parallel, parallel]
        ins(%x : !tensorref.ref<?x2xf32>) outs(%v : !tensorref.ref<?x2xf32>) along [0] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
    tensorref.stage box [%n, 2] iterators [parallel, reduction]
        ins(%v : !tensorref.ref<?x2xf32>) outs(%y : !tensorref.ref<?xf32>) combiners [max] along [0] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// A stage that does not run at all points is behind a check, and its neighbour
// behind the same one. Loads are in it too.

// CHECK-LABEL: func.func private @shifted(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<?xi32>, %[[O:[a-z0-9]+]]: memref<?xi32>, %[[N:[a-z0-9]+]]: index, %[[M:[a-z0-9]+]]: index, %[[S:[a-z0-9]+]]: index)
// CHECK: scf.for %[[T:.*]] = %c0 to %[[N]]
// CHECK-NEXT: %[[I:.*]] = arith.subi %[[T]], %[[S]]
// CHECK-NEXT: %[[LOW:.*]] = arith.cmpi sge, %[[I]], %c0
// CHECK-NEXT: %[[HIGH:.*]] = arith.cmpi slt, %[[I]], %[[M]]
// CHECK-NEXT: %[[INSIDE:.*]] = arith.andi %[[LOW]], %[[HIGH]]
// CHECK-NEXT: scf.if %[[INSIDE]] {
// CHECK-NEXT: memref.load %[[A]][%[[I]]]
// CHECK-NEXT: memref.store %{{.*}}, %[[O]][%[[I]]]
// CHECK-NEXT: memref.load %[[O]][%[[I]]]
// CHECK-NEXT: memref.store %{{.*}}, %[[A]][%[[I]]]
// CHECK-NEXT: }
// CHECK-NEXT: %[[SMALL:.*]] = arith.cmpi slt, %[[T]], %[[M]]
// CHECK-NEXT: scf.if %[[SMALL]] {
// CHECK-NEXT: memref.load %[[A]][%[[T]]]
func.func private @shifted(%a: memref<?xi32>, %o: memref<?xi32>, %n: index, %m: index, %s: index) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<?xi32> to !tensorref.ref<?xi32>
  %y = tensorref.from_memref %o : memref<?xi32> to !tensorref.ref<?xi32>
  tensorref.group over [%n] {
    tensorref.stage box [%m] iterators [parallel] ins(%x : !tensorref.ref<?xi32>) outs(%y : !tensorref.ref<?xi32>) along [0 + %s] {
    ^bb0(%e: i32):
      tensorref.yield %e : i32
    }
    tensorref.stage box [%m] iterators [parallel] ins(%y : !tensorref.ref<?xi32>) outs(%x : !tensorref.ref<?xi32>) along [0 + %s] {
    ^bb0(%e: i32):
      tensorref.yield %e : i32
    }
    tensorref.stage box [%m] iterators [parallel] ins(%x : !tensorref.ref<?xi32>) outs(%y : !tensorref.ref<?xi32>) along [0] {
    ^bb0(%e: i32):
      tensorref.yield %e : i32
    }
  }
  return
}

// A stage that does not run everywhere is behind a check of its box; the
// innermost loop is cut at its ends: o[:] = v; o[1, s:s+m] = x.

// CHECK-LABEL: func.func private @box(
// CHECK-SAME: %[[O:[a-z0-9]+]]: memref<8x?xi32>, %[[A:[a-z0-9]+]]: memref<1x?xi32>, %[[N:[a-z0-9]+]]: index, %[[M:[a-z0-9]+]]: index, %[[S:[a-z0-9]+]]: index, %[[V:[a-z0-9]+]]: i32,
// CHECK: scf.for %[[I:.*]] = %c0 to %c8
// CHECK-NEXT: scf.for %[[T:.*]] = %c0 to %[[N]]
// CHECK-NEXT: memref.store %[[V]], %[[O]][%[[I]], %[[T]]]
// CHECK: scf.if
// CHECK-NEXT: memref.load %[[A]]
// CHECK-NEXT: memref.store
// SPLIT-LABEL: func.func private @box(
// SPLIT-COUNT-2: scf.for
// SPLIT: scf.if
// SPLIT: scf.for
// SPLIT: } else {
// SPLIT-COUNT-2: scf.for
func.func private @box(%o: memref<8x?xi32>, %a: memref<1x?xi32>, %n: index, %m: index, %s: index, %v: i32, %p: memref<1x?xi32>) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<8x?xi32> to !tensorref.ref<8x?xi32>
  %x = tensorref.from_memref %a : memref<1x?xi32> to !tensorref.ref<1x?xi32>
  %part = tensorref.from_memref %p : memref<1x?xi32> to !tensorref.ref<1x?xi32>
  tensorref.group over [8, %n] {
    tensorref.stage box [8, %n] iterators [parallel, parallel] outs(%y : !tensorref.ref<8x?xi32>) along [0, 1] {
      tensorref.yield %v : i32
    }
    tensorref.stage box [1, %m] iterators [parallel, parallel] ins(%x : !tensorref.ref<1x?xi32>) outs(%part : !tensorref.ref<1x?xi32>) along [0 + 1, 1 + %s] {
    ^bb0(%e: i32):
      tensorref.yield %e : i32
    }
  }
  return
}

// Of what is known no check is left: rows 1 to 7 of 8, columns in another order.

// CHECK-LABEL: func.func private @known(
// CHECK: scf.for %[[I:.*]] = %c0 to %c8
// CHECK-NEXT: scf.for %[[J:.*]] = %c0 to %[[N:[a-z0-9]+]]
// CHECK-NEXT: %[[ROW:.*]] = arith.subi %[[I]], %c1
// CHECK-NEXT: %[[FIRST:.*]] = arith.cmpi sge, %[[ROW]], %c0
// CHECK-NEXT: scf.if %[[FIRST]] {
// CHECK-NEXT: memref.store %{{.*}}, %{{.*}}[%[[J]], %[[ROW]]]
func.func private @known(%o: memref<?x7xf32>, %n: index, %v: f32) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<?x7xf32> to !tensorref.ref<?x7xf32>
  tensorref.group over [8, %n] {
    tensorref.stage box [%n, 7] iterators [parallel, parallel] outs(%y : !tensorref.ref<?x7xf32>) along [1 + 1, 0] {
      tensorref.yield %v : f32
    }
  }
  return
}

// More points than 16, and sizes that are not known, stay loops; a reduction in a
// point of an inner dimension is written out by itself.

// CHECK-LABEL: func.func private @inner_loops(
// CHECK: scf.for %[[T:.*]] = %c0 to %[[N:[a-z0-9]+]]
// CHECK-NEXT: scf.for %[[I:.*]] = %c0 to %c6
// CHECK-NEXT: scf.for %[[J:.*]] = %c0 to %c4
// CHECK-NEXT: %[[E0:.*]] = memref.load %{{.*}}[%[[T]], %[[I]], %[[J]], %c0]
// CHECK-NEXT: %[[E1:.*]] = memref.load %{{.*}}[%[[T]], %[[I]], %[[J]], %c1]
// CHECK-NEXT: arith.addi %[[E0]], %[[E1]]
// CHECK-NEXT: memref.store %{{.*}}[%[[T]], %[[I]], %[[J]]]
func.func private @inner_loops(%a: memref<?x6x4x2xi32>, %o: memref<?x6x4xi32>, %n: index) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<?x6x4x2xi32> to !tensorref.ref<?x6x4x2xi32>
  %y = tensorref.from_memref %o : memref<?x6x4xi32> to !tensorref.ref<?x6x4xi32>
  tensorref.group over [%n] {
    tensorref.stage box [%n, 6, 4, 2] iterators [parallel, parallel, parallel, reduction]
        ins(%x : !tensorref.ref<?x6x4x2xi32>) outs(%y : !tensorref.ref<?x6x4xi32>) combiners [sum] along [0] {
    ^bb0(%e: i32):
      tensorref.yield %e : i32
    }
  }
  return
}

// Bools of private storage are bytes; a body asks for constant indices; a space
// of rank 0 is no loop. Pure ops of the body go first.

// CHECK-LABEL: func.func private @one_point(
// CHECK-DAG: %[[P:.*]] = memref.alloca() : memref<2xi8>
// CHECK-DAG: %[[SUM:.*]] = arith.addi %{{.*}}, %{{.*}} : index
// CHECK-NOT: scf.for
// CHECK: %[[B0:.*]] = arith.cmpi eq, %[[SUM]], %c0
// CHECK: arith.extui %[[B0]] : i1 to i8
// CHECK: %[[B1:.*]] = arith.cmpi eq, %[[SUM]], %c1
// CHECK: arith.extui %[[B1]] : i1 to i8
func.func private @one_point(%o: memref<2xi8>, %n: index) attributes {elena.kernel} {
  %y = tensorref.from_memref %o : memref<2xi8> to !tensorref.ref<2xi1>
  tensorref.group over [] {
    %m = arith.addi %n, %n : index
    %p = tensorref.alloc [2] : !tensorref.ref<2xi1>
    tensorref.stage box [2] iterators [parallel] outs(%p : !tensorref.ref<2xi1>) along [] {
      %i = tensorref.index 0 : index
      %b = arith.cmpi eq, %i, %m : index
      tensorref.yield %b : i1
    }
    tensorref.stage box [2] iterators [parallel] ins(%p : !tensorref.ref<2xi1>) outs(%y : !tensorref.ref<2xi1>) along [] {
    ^bb0(%b: i1):
      tensorref.yield %b : i1
    }
  }
  return
}

// The groups of a pack follow each other.

// CHECK-LABEL: func.func private @packed(
// CHECK: scf.for {{.*}} to %[[N:[a-z0-9]+]]
// CHECK-NEXT: memref.store
// CHECK-NEXT: }
// CHECK-NEXT: scf.for {{.*}} to %c4
// CHECK-NEXT: memref.store
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func private @packed(%a: memref<?xf32>, %b: memref<4xf32>, %n: index, %v: f32) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<?xf32> to !tensorref.ref<?xf32>
  %y = tensorref.from_memref %b : memref<4xf32> to !tensorref.ref<4xf32>
  tensorref.pack {
    tensorref.group over [%n] {
      tensorref.stage box [%n] iterators [parallel] outs(%x : !tensorref.ref<?xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
    tensorref.group {
      tensorref.stage box [4] iterators [parallel] outs(%y : !tensorref.ref<4xf32>) {
        tensorref.yield %v : f32
      }
    }
  }
  return
}

// A loop over the iterations around the nest; loads are those of the kernel.

// CHECK-LABEL: func.func private @iterations(
// CHECK: scf.for %[[I:.*]] = %c0 to %[[N:.*]] step %c1 {
// CHECK: %[[L:.*]] = memref.load %{{.*}}[]
// CHECK: %[[M:.*]] = arith.index_cast %[[L]]
// CHECK: scf.for %[[J:.*]] = %c0 to %[[M]] step %c1 {
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[J]]]
// CHECK-NOT: tensorref
func.func private @iterations(%b: memref<i64>, %o: memref<f32>, %n: index, %t: index, %v: f32) attributes {elena.kernel} {
  tensorref.foreach %n threads %t {
  ^bb0(%i: index):
    %bi = memref.reinterpret_cast %b to offset: [%i], sizes: [], strides: [] : memref<i64> to memref<i64, strided<[], offset: ?>>
    %x = tensorref.from_memref %bi : memref<i64, strided<[], offset: ?>> to !tensorref.ref<i64>
    %l = tensorref.load %x : !tensorref.ref<i64>
    %m = arith.index_cast %l : i64 to index
    %first = arith.muli %i, %n : index
    %oi = memref.reinterpret_cast %o to offset: [%first], sizes: [%m], strides: [1] : memref<f32> to memref<?xf32, strided<[1], offset: ?>>
    %y = tensorref.from_memref %oi : memref<?xf32, strided<[1], offset: ?>> to !tensorref.ref<?xf32>
    tensorref.group over [%m] {
      tensorref.stage box [%m] iterators [parallel] outs(%y : !tensorref.ref<?xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
  }
  return
}

// The sum of row %i in storage of the iteration; then, for each %k, a column.
// The storage is not forgotten at each point, as that of points is.
// CHECK-LABEL: func.func private @steps(
// CHECK: %[[SUM:.*]] = memref.alloca() {elena.of_iteration} : memref<f32>
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.store %{{.*}}, %[[S:.*]][]
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: ub.poison
// CHECK: memref.load
// CHECK: arith.addf
// CHECK-NOT: tensorref
func.func private @steps(%x: memref<f32>, %y: memref<f32>, %n: index, %m: index) attributes {elena.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  tensorref.foreach %n threads %c256 {
  ^bb0(%i: index):
    %sum = tensorref.alloc [] : !tensorref.ref<f32>
    %first = arith.muli %i, %m : index
    %xi = memref.reinterpret_cast %x to offset: [%first], sizes: [%m], strides: [1] : memref<f32> to memref<?xf32, strided<[1], offset: ?>>
    %row = tensorref.from_memref %xi : memref<?xf32, strided<[1], offset: ?>> to !tensorref.ref<?xf32>
    tensorref.group over [] {
      tensorref.stage box [%m] iterators [reduction] ins(%row : !tensorref.ref<?xf32>) outs(%sum : !tensorref.ref<f32>) combiners [max] along [] {
      ^bb0(%e: f32):
        tensorref.yield %e : f32
      }
    }
    scf.for %k = %c0 to %m step %c1 {
      %yk = memref.reinterpret_cast %y to offset: [%first], sizes: [%k], strides: [1] : memref<f32> to memref<?xf32, strided<[1], offset: ?>>
      %part = tensorref.from_memref %yk : memref<?xf32, strided<[1], offset: ?>> to !tensorref.ref<?xf32>
      %all = tensorref.strided_view %sum offset 0 sizes [%k] strides [0] : !tensorref.ref<f32> to !tensorref.ref<?xf32>
      tensorref.group over [%k] {
        tensorref.stage box [%k] iterators [parallel] ins(%part, %all : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>) outs(%part : !tensorref.ref<?xf32>) along [0] {
        ^bb0(%e: f32, %f: f32):
          %g = arith.addf %e, %f : f32
          tensorref.yield %g : f32
        }
      }
    }
  }
  return
}
