// RUN: elena-opt %s | elena-opt | FileCheck %s
// RUN: elena-opt %s --mlir-print-op-generic | elena-opt | FileCheck %s
// RUN: elena-opt %s --emit-bytecode | elena-opt | FileCheck %s

// CHECK-LABEL: func.func @group(
// CHECK-SAME: %[[A:.*]]: !tensorref.ref<?x4xf32>, %[[O:.*]]: !tensorref.ref<?xf32>, %[[N:.*]]: index)
// CHECK: tensorref.group attributes {name = "twice"} {
// CHECK: tensorref.stage box [%[[N]], 4] iterators [parallel, reduction] ins(%[[A]] : !tensorref.ref<?x4xf32>) outs(%[[O]] : !tensorref.ref<?xf32>) combiners [sum] {
// CHECK: tensorref.stage box [%[[N]]] iterators [scan] ins(%[[O]] : !tensorref.ref<?xf32>) outs(%[[O]] : !tensorref.ref<?xf32>) combiners [prod] {
func.func @group(%a: !tensorref.ref<?x4xf32>, %o: !tensorref.ref<?xf32>, %n: index) {
  tensorref.group attributes {name = "twice"} {
    tensorref.stage box [%n, 4] iterators [parallel, reduction]
        ins(%a : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<?xf32>) combiners [sum] {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
    tensorref.stage box [%n] iterators [scan]
        ins(%o : !tensorref.ref<?xf32>) outs(%o : !tensorref.ref<?xf32>) combiners [prod] {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
  }
  return
}

// Several outputs reduced at once, one combiner each.
// CHECK-LABEL: func.func @two_combiners(
// CHECK: tensorref.stage box [8] iterators [reduction] ins(%{{.*}} : !tensorref.ref<8xf32>) outs(%{{.*}}, %{{.*}} : !tensorref.ref<f32>, !tensorref.ref<i64>) combiners [max, argmax] {
func.func @two_combiners(%a: !tensorref.ref<8xf32>, %o: !tensorref.ref<f32>, %p: !tensorref.ref<i64>) {
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%a : !tensorref.ref<8xf32>)
        outs(%o, %p : !tensorref.ref<f32>, !tensorref.ref<i64>) combiners [max, argmax] {
    ^bb0(%x: f32):
      tensorref.yield %x, %x : f32, f32
    }
  }
  return
}

// CHECK-LABEL: func.func @masked_and_sequential(
// CHECK: tensorref.stage box [] iterators [] outs(%{{.*}} : !tensorref.ref<f32>) masked {
// CHECK: tensorref.stage box [%{{.*}}] iterators [parallel] ins(%{{.*}} : !tensorref.ref<?xf32>) outs(%{{.*}} : !tensorref.ref<?xf32>) sequential {
func.func @masked_and_sequential(%r: !tensorref.ref<f32>, %o: !tensorref.ref<?xf32>, %n: index, %v: f32, %c: i1) {
  tensorref.group {
    tensorref.stage box [] iterators [] outs(%r : !tensorref.ref<f32>) masked {
      tensorref.yield %v, %c : f32, i1
    }
    tensorref.stage box [%n] iterators [parallel]
        ins(%o : !tensorref.ref<?xf32>) outs(%o : !tensorref.ref<?xf32>) sequential {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
  }
  return
}

// CHECK-LABEL: func.func @gather_and_scatter(
// CHECK: tensorref.stage box [%{{.*}}] iterators [parallel] ins(%{{.*}} : !tensorref.ref<?xi64>) gathers(%[[X:.*]] : !tensorref.ref<?x4xf32>) outs(%[[Y:.*]] : !tensorref.ref<?x4xf32>) scatter 2 {
// CHECK: tensorref.element %[[X]][%{{.*}}, %{{.*}}] : !tensorref.ref<?x4xf32>
// CHECK: tensorref.yield %{{.*}}, %{{.*}}, %{{.*}} : f32, index, index
func.func @gather_and_scatter(%x: !tensorref.ref<?x4xf32>, %y: !tensorref.ref<?x4xf32>,
                              %i: !tensorref.ref<?xi64>, %n: index) {
  tensorref.group {
    tensorref.stage box [%n] iterators [parallel] ins(%i : !tensorref.ref<?xi64>)
        gathers(%x : !tensorref.ref<?x4xf32>) outs(%y : !tensorref.ref<?x4xf32>) scatter 2 {
    ^bb0(%k: i64):
      %row = arith.index_cast %k : i64 to index
      %zero = arith.constant 0 : index
      %e = tensorref.element %x[%row, %zero] : !tensorref.ref<?x4xf32>
      tensorref.yield %e, %row, %zero : f32, index, index
    }
  }
  return
}

// CHECK: func.func private @f_k0(memref<f32>, index) attributes {elena.kernel}
func.func private @f_k0(memref<f32>, index) attributes {elena.kernel}
func.func private @no_arguments() attributes {elena.kernel}

// CHECK-LABEL: func.func @launch(
// CHECK: tensorref.launch @f_k0 threads %[[N:.*]] args(%{{.*}}, %[[N]] : memref<f32>, index)
// CHECK: tensorref.launch @no_arguments threads %[[N]] args()
func.func @launch(%p: memref<f32>, %n: index) {
  tensorref.launch @f_k0 threads %n args(%p, %n : memref<f32>, index)
  tensorref.launch @no_arguments threads %n args()
  return
}
