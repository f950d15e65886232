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

// CHECK-LABEL: func.func @fused(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !tensorref.ref<?x4xf32>, %[[O:[a-z0-9]+]]: !tensorref.ref<?x4xf32>, %[[N:[a-z0-9]+]]: index, %[[S:[a-z0-9]+]]: index)
// CHECK: tensorref.group over [%[[N]], 4] attributes {name = "fused"} {
// CHECK: %[[P:.*]] = tensorref.alloc [2] : !tensorref.ref<2xf32>
// CHECK: %[[PV:.*]] = tensorref.strided_view %[[P]] offset 0 sizes [%[[N]], 4, 2] strides [0, 0, 1]
// CHECK: tensorref.stage box [%[[N]], 4, 2] iterators [parallel, parallel, parallel] outs(%[[PV]] : {{.*}}) along [0, 1] {
// CHECK: tensorref.stage box [4, %[[N]]] iterators [parallel, parallel] outs(%{{.*}} : {{.*}}) along [1 + %[[S]], 0 + -1] attributes {name = "shifted"} {
func.func @fused(%x: !tensorref.ref<?x4xf32>, %o: !tensorref.ref<?x4xf32>, %n: index, %s: index) {
  %t = tensorref.transpose %o permutation [1, 0] : !tensorref.ref<?x4xf32> to !tensorref.ref<4x?xf32>
  %v = arith.constant 0.0 : f32
  tensorref.group over [%n, 4] attributes {name = "fused"} {
    %p = tensorref.alloc [2] : !tensorref.ref<2xf32>
    %pv = tensorref.strided_view %p offset 0 sizes [%n, 4, 2] strides [0, 0, 1] : !tensorref.ref<2xf32> to !tensorref.ref<?x4x2xf32>
    tensorref.stage box [%n, 4, 2] iterators [parallel, parallel, parallel]
        outs(%pv : !tensorref.ref<?x4x2xf32>) along [0, 1] {
      tensorref.yield %v : f32
    }
    tensorref.stage box [4, %n] iterators [parallel, parallel]
        outs(%t : !tensorref.ref<4x?xf32>) along [1 + %s, 0 + -1] attributes {name = "shifted"} {
      tensorref.yield %v : f32
    }
  }
  return
}

// CHECK-LABEL: func.func @points_from_the_last(
// CHECK: tensorref.group over [4] sequential_t descending {
func.func @points_from_the_last(%b: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group over [4] sequential_t descending {
    tensorref.stage box [4] iterators [parallel] outs(%b : !tensorref.ref<4xf32>) along [0] {
      tensorref.yield %v : f32
    }
  }
  return
}

// A space of rank 0 is one point.
// CHECK-LABEL: func.func @one_point_in_order(
// CHECK: tensorref.pack {
// CHECK: tensorref.group over [] {
// CHECK: tensorref.stage {{.*}} sequential along [] {
// CHECK: tensorref.group over [4] sequential_t {
// CHECK: tensorref.stage {{.*}} along [0] {
func.func @one_point_in_order(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.pack {
    tensorref.group over [] {
      tensorref.stage box [4] iterators [parallel] outs(%a : !tensorref.ref<4xf32>) sequential along [] {
        tensorref.yield %v : f32
      }
    }
    tensorref.group over [4] sequential_t {
      tensorref.stage box [4] iterators [parallel] outs(%b : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %v : f32
      }
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
