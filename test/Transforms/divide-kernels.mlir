// RUN: elena-opt %s --elena-divide-kernels --canonicalize --cse | FileCheck %s

// The share of part p of 2^s: from (n * p) >> s to (n * (p + 1)) >> s.
// CHECK-LABEL: func.func private @rows_work(
// CHECK-SAME: %[[N:[a-z0-9]+]]: index) -> index
// CHECK: %[[COUNT:.*]] = arith.maxsi %[[N]], %c0
// CHECK: %[[WORK:.*]] = arith.muli %[[COUNT]],
// CHECK: return %[[WORK]]
// CHECK-LABEL: func.func private @rows(
// CHECK-SAME: %[[TO:[a-z0-9]+]]: memref<?x3xf32>, %{{.*}}: f32, %[[N:[a-z0-9]+]]: index, %[[PART:[a-z0-9]+]]: index, %[[SHIFT:[a-z0-9]+]]: index)
// CHECK-SAME: elena.work = @rows_work
// CHECK: %[[NEXT:.*]] = arith.addi %[[PART]], %c1
// CHECK: %[[COUNT:.*]] = arith.maxsi %[[N]], %c0
// CHECK: %[[A:.*]] = arith.muli %[[COUNT]], %[[PART]]
// CHECK: %[[B:.*]] = arith.shrui %[[A]], %[[SHIFT]]
// CHECK: %[[BEGIN:.*]] = arith.andi %[[B]],
// CHECK: %[[C:.*]] = arith.muli %[[COUNT]], %[[NEXT]]
// CHECK: %[[D:.*]] = arith.shrui %[[C]], %[[SHIFT]]
// CHECK: %[[END:.*]] = arith.andi %[[D]],
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]] step %c1
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1
func.func private @rows(%to: memref<?x3xf32>, %v: f32, %n: index) attributes {elena.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %c3 step %c1 {
      memref.store %v, %to[%i, %j] : memref<?x3xf32>
    } {elena.parallel}
  } {elena.parallel}
  return
}

// Three channels stay whole; the loop in them is divided.
// CHECK-LABEL: func.func private @channels(
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1
// CHECK: scf.for %{{.*}} = %[[BEGIN:.*]] to %[[END:.*]] step %c1
func.func private @channels(%to: memref<3x?xf32>, %v: f32, %n: index) attributes {elena.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      memref.store %v, %to[%i, %j] : memref<3x?xf32>
    } {elena.parallel}
  } {elena.parallel}
  return
}

// A sum is not divided, and a loop in an order neither: there is one part.
// CHECK-LABEL: func.func private @in_order(
// CHECK-SAME: %{{[a-z0-9]+}}: index) attributes {elena.kernel} {
// CHECK-NOT: arith.shrui
// CHECK: return
func.func private @in_order(%to: memref<?xf32>, %sum: memref<f32>, %v: f32, %n: index) attributes {elena.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %n step %c1 {
    %before = arith.subi %i, %c1 : index
    %last = memref.load %to[%before] : memref<?xf32>
    memref.store %last, %to[%i] : memref<?xf32>
  }
  %total = scf.for %i = %c0 to %n step %c1 iter_args(%s = %v) -> (f32) {
    %x = memref.load %to[%i] : memref<?xf32>
    %more = arith.addf %s, %x : f32
    scf.yield %more : f32
  } {elena.parallel}
  memref.store %total, %sum[] : memref<f32>
  return
}

// What is in an order, beside a loop that is divided, runs in part 0.
// CHECK-LABEL: func.func private @beside(
// CHECK: arith.shrui
// CHECK: scf.for
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %{{.*}}, %c0
// CHECK: scf.if %[[FIRST]]
// CHECK: memref.store %{{.*}}, %{{.*}}[] : memref<f32>
func.func private @beside(%to: memref<?xf32>, %one: memref<f32>, %v: f32, %n: index) attributes {elena.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  memref.store %v, %one[] : memref<f32>
  scf.for %i = %c0 to %n step %c1 {
    memref.store %v, %to[%i] : memref<?xf32>
  } {elena.parallel}
  return
}

// A launch runs it as part 0 of 2^0.
// CHECK-LABEL: func.func @entry
// CHECK: tensorref.launch @beside threads %{{.*}} args({{.*}}, %c0, %c0 :
func.func @entry(%to: memref<?xf32>, %one: memref<f32>, %v: f32, %n: index) attributes {elena.entry} {
  tensorref.launch @beside threads %n args(%to, %one, %v, %n : memref<?xf32>, memref<f32>, f32, index)
  return
}
