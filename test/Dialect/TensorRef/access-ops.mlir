// RUN: elena-opt %s | elena-opt | FileCheck %s
// RUN: elena-opt %s --mlir-print-op-generic | elena-opt | FileCheck %s
// RUN: elena-opt %s --emit-bytecode | elena-opt | FileCheck %s

// CHECK-LABEL: func.func @map(
// CHECK: tensorref.map ins(%{{.*}}, %{{.*}} : !tensorref.ref<?xf32>, !tensorref.ref<?xi1>) outs(%{{.*}} : !tensorref.ref<?xf32>) {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[M:.*]]: i1):
// CHECK-NEXT: %[[I:.*]] = tensorref.index 0 : index
// CHECK: %[[Z:.*]] = arith.select
// CHECK: tensorref.yield %[[Z]] : f32
func.func @map(%a: !tensorref.ref<?xf32>, %m: !tensorref.ref<?xi1>, %o: !tensorref.ref<?xf32>) {
  tensorref.map ins(%a, %m : !tensorref.ref<?xf32>, !tensorref.ref<?xi1>) outs(%o : !tensorref.ref<?xf32>) {
  ^bb0(%x: f32, %y: i1):
    %i = tensorref.index 0 : index
    %j = arith.index_cast %i : index to i32
    %f = arith.sitofp %j : i32 to f32
    %z = arith.select %y, %x, %f : f32
    tensorref.yield %z : f32
  }
  return
}

// No input, two outputs, an attribute.
// CHECK-LABEL: func.func @map_outputs_only(
// CHECK: tensorref.map outs(%{{.*}}, %{{.*}} : !tensorref.ref<4xf32>, !tensorref.ref<4xf64>) attributes {note = "two"} {
// CHECK: tensorref.yield %{{.*}}, %{{.*}} : f32, f64
func.func @map_outputs_only(%o: !tensorref.ref<4xf32>, %p: !tensorref.ref<4xf64>, %v: f32, %w: f64) {
  tensorref.map outs(%o, %p : !tensorref.ref<4xf32>, !tensorref.ref<4xf64>) attributes {note = "two"} {
    tensorref.yield %v, %w : f32, f64
  }
  return
}

// CHECK-LABEL: func.func @plain(
// CHECK: tensorref.fill %{{.*}} into %[[O:.*]] : f32, !tensorref.ref<?xf32>
// CHECK: tensorref.copy %{{.*}} to %[[O]] : !tensorref.ref<4xf32>, !tensorref.ref<?xf32>
// CHECK: tensorref.iota %{{.*}} step %{{.*}} into %[[O]] : f32, !tensorref.ref<?xf32>
// CHECK: tensorref.from_elements %[[V:.*]], %[[V]], %[[V]], %[[V]] into %{{.*}} : !tensorref.ref<2x2xf32>
func.func @plain(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<?xf32>, %s: !tensorref.ref<2x2xf32>, %v: f32) {
  tensorref.fill %v into %o : f32, !tensorref.ref<?xf32>
  tensorref.copy %a to %o : !tensorref.ref<4xf32>, !tensorref.ref<?xf32>
  tensorref.iota %v step %v into %o : f32, !tensorref.ref<?xf32>
  tensorref.from_elements %v, %v, %v, %v into %s : !tensorref.ref<2x2xf32>
  return
}

// CHECK-LABEL: func.func @from_no_elements(
// CHECK: tensorref.from_elements into %{{.*}} : !tensorref.ref<0xf32>
func.func @from_no_elements(%o: !tensorref.ref<0xf32>) {
  tensorref.from_elements into %o : !tensorref.ref<0xf32>
  return
}

// CHECK-LABEL: func.func @reduce(
// CHECK: tensorref.reduce sum dims [1] ins(%{{.*}}, %{{.*}} : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>) outs(%{{.*}} : !tensorref.ref<?xf32>) {
// CHECK: ^bb0(%{{.*}}: f32, %{{.*}}: f32):
// CHECK: tensorref.reduce argmax dims [0, 1] ins(%{{.*}} : !tensorref.ref<?x4xf32>) outs(%{{.*}} : !tensorref.ref<i64>) {
func.func @reduce(%a: !tensorref.ref<?x4xf32>, %o: !tensorref.ref<?xf32>, %p: !tensorref.ref<i64>) {
  tensorref.reduce sum dims [1] ins(%a, %a : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>)
      outs(%o : !tensorref.ref<?xf32>) {
  ^bb0(%x: f32, %y: f32):
    %c = arith.mulf %x, %y : f32
    tensorref.yield %c : f32
  }
  tensorref.reduce argmax dims [0, 1] ins(%a : !tensorref.ref<?x4xf32>) outs(%p : !tensorref.ref<i64>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// Every kind by its name.
// CHECK-LABEL: func.func @reduce_kinds(
// CHECK: tensorref.reduce prod
// CHECK: tensorref.reduce min
// CHECK: tensorref.reduce max
// CHECK: tensorref.reduce umin
// CHECK: tensorref.reduce umax
// CHECK: tensorref.reduce argmin
// CHECK: tensorref.reduce uargmin
// CHECK: tensorref.reduce uargmax
// CHECK: tensorref.reduce any
// CHECK: tensorref.reduce all
func.func @reduce_kinds(%a: !tensorref.ref<?xi64>, %o: !tensorref.ref<i64>,
                        %b: !tensorref.ref<?xi1>, %p: !tensorref.ref<i1>) {
  tensorref.reduce prod dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce min dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce max dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce umin dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce umax dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce argmin dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce uargmin dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce uargmax dims [0] ins(%a : !tensorref.ref<?xi64>) outs(%o : !tensorref.ref<i64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  tensorref.reduce any dims [0] ins(%b : !tensorref.ref<?xi1>) outs(%p : !tensorref.ref<i1>) {
  ^bb0(%x: i1):
    tensorref.yield %x : i1
  }
  tensorref.reduce all dims [0] ins(%b : !tensorref.ref<?xi1>) outs(%p : !tensorref.ref<i1>) {
  ^bb0(%x: i1):
    tensorref.yield %x : i1
  }
  return
}

// CHECK-LABEL: func.func @scan(
// CHECK: tensorref.scan sum dim 0 ins(%{{.*}} : !tensorref.ref<?x4xf32>) outs(%{{.*}} : !tensorref.ref<?x4xf32>)
// CHECK: tensorref.scan prod dim 1 ins(%{{.*}} : !tensorref.ref<?x4xf32>) outs(%{{.*}} : !tensorref.ref<?x4xf32>)
func.func @scan(%a: !tensorref.ref<?x4xf32>, %o: !tensorref.ref<?x4xf32>) {
  tensorref.scan sum dim 0 ins(%a : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<?x4xf32>)
  tensorref.scan prod dim 1 ins(%a : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<?x4xf32>)
  return
}

// CHECK-LABEL: func.func @masked(
// CHECK: tensorref.masked_copy %{{.*}} to %{{.*}} where %{{.*}} : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>, !tensorref.ref<?xi1>
// CHECK: tensorref.masked_fill %{{.*}} into %{{.*}} where %{{.*}} : f32, !tensorref.ref<?xf32>, !tensorref.ref<?xi1>
func.func @masked(%a: !tensorref.ref<?xf32>, %o: !tensorref.ref<?xf32>, %m: !tensorref.ref<?xi1>, %v: f32) {
  tensorref.masked_copy %a to %o where %m
      : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>, !tensorref.ref<?xi1>
  tensorref.masked_fill %v into %o where %m : f32, !tensorref.ref<?xf32>, !tensorref.ref<?xi1>
  return
}

// CHECK-LABEL: func.func @indexed(
// CHECK: tensorref.gather %[[X:.*]][%[[I:.*]]] into %[[O:.*]] : !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>] into !tensorref.ref<?x4xf32>
// CHECK: tensorref.gather %[[X]][%[[I]], %[[I]]] into %{{.*}} : !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>, !tensorref.ref<?xi64>] into !tensorref.ref<?xf32>
// CHECK: tensorref.scatter %[[O]] into %[[X]][%[[I]]] : !tensorref.ref<?x4xf32> into !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>]
func.func @indexed(%x: !tensorref.ref<?x4xf32>, %i: !tensorref.ref<?xi64>, %o: !tensorref.ref<?x4xf32>,
                   %p: !tensorref.ref<?xf32>) {
  tensorref.gather %x[%i] into %o
      : !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>] into !tensorref.ref<?x4xf32>
  tensorref.gather %x[%i, %i] into %p
      : !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>, !tensorref.ref<?xi64>] into !tensorref.ref<?xf32>
  tensorref.scatter %o into %x[%i]
      : !tensorref.ref<?x4xf32> into !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>]
  return
}

// CHECK-LABEL: func.func @load(
// CHECK: tensorref.load %{{.*}} : !tensorref.ref<f32>
// CHECK: tensorref.load %{{.*}} : !tensorref.ref<i1>
func.func @load(%r: !tensorref.ref<f32>, %b: !tensorref.ref<i1>) -> (f32, i1) {
  %0 = tensorref.load %r : !tensorref.ref<f32>
  %1 = tensorref.load %b : !tensorref.ref<i1>
  return %0, %1 : f32, i1
}
