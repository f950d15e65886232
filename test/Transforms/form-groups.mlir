// RUN: elena-opt %s --tensorref-form-groups --canonicalize --cse | FileCheck %s

// Each access op is a group of one stage, named after the op.

// CHECK-LABEL: func.func @map(
// CHECK-SAME: %[[A:.*]]: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %[[O:.*]]: !tensorref.ref<?x4xf32>
// CHECK: %[[N:.*]] = tensorref.dim %[[O]], 0
// CHECK-NEXT: tensorref.group attributes {name = "map"} {
// CHECK-NEXT: tensorref.stage box [%[[N]], 4] iterators [parallel, parallel] ins(%[[A]] : !tensorref.ref<?x4xf32>) outs(%[[O]] : !tensorref.ref<?x4xf32>) {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32):
// CHECK-NEXT: %[[S:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT: tensorref.yield %[[S]] : f32
func.func @map(%a: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %o: !tensorref.ref<?x4xf32> {tensorref.contiguous}) {
  tensorref.map ins(%a : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<?x4xf32>) {
  ^bb0(%x: f32):
    %s = arith.mulf %x, %x : f32
    tensorref.yield %s : f32
  }
  return
}

// A size of the box is a constant where any operand knows it.
// CHECK-LABEL: func.func @copy(
// CHECK: tensorref.group attributes {name = "copy"} {
// CHECK-NEXT: tensorref.stage box [8, 4] iterators [parallel, parallel]
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32):
// CHECK-NEXT: tensorref.yield %[[X]] : f32
func.func @copy(%a: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %o: !tensorref.ref<8x?xf32> {tensorref.contiguous}) {
  tensorref.copy %a to %o : !tensorref.ref<?x4xf32>, !tensorref.ref<8x?xf32>
  return
}

// CHECK-LABEL: func.func @fill(
// CHECK-SAME: %[[O:.*]]: !tensorref.ref<f32> {{.*}}, %[[V:.*]]: f32)
// CHECK: tensorref.group attributes {name = "fill"} {
// CHECK-NEXT: tensorref.stage box [] iterators [] outs(%[[O]] : !tensorref.ref<f32>) {
// CHECK-NEXT: tensorref.yield %[[V]] : f32
func.func @fill(%o: !tensorref.ref<f32> {tensorref.contiguous}, %v: f32) {
  tensorref.fill %v into %o : f32, !tensorref.ref<f32>
  return
}

// ACCESS-IOTA-1: start + i·step, in the element type.
// CHECK-LABEL: func.func @iota_float(
// CHECK-SAME: , %[[START:[a-z0-9]+]]: f32, %[[STEP:[a-z0-9]+]]: f32)
// CHECK: tensorref.group attributes {name = "iota"} {
// CHECK: %[[I:.*]] = tensorref.index 0 : index
// CHECK: %[[J:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK: %[[F:.*]] = arith.sitofp %[[J]] : i64 to f32
// CHECK: %[[D:.*]] = arith.mulf %[[F]], %[[STEP]] : f32
// CHECK: %[[V:.*]] = arith.addf %[[START]], %[[D]] : f32
// CHECK: tensorref.yield %[[V]]
func.func @iota_float(%o: !tensorref.ref<?xf32> {tensorref.contiguous}, %v: f32, %w: f32) {
  tensorref.iota %v step %w into %o : f32, !tensorref.ref<?xf32>
  return
}

// CHECK-LABEL: func.func @iota_integer(
// CHECK: arith.index_cast %{{.*}} : index to i8
// CHECK: arith.muli %{{.*}}, %{{.*}} : i8
// CHECK: arith.addi %{{.*}}, %{{.*}} : i8
func.func @iota_integer(%o: !tensorref.ref<?xi8> {tensorref.contiguous}, %v: i8, %w: i8) {
  tensorref.iota %v step %w into %o : i8, !tensorref.ref<?xi8>
  return
}

// Values in C order, chosen by position.
// CHECK-LABEL: func.func @from_elements(
// CHECK-SAME: , %[[A:[a-z0-9]+]]: f32, %[[B:[a-z0-9]+]]: f32, %[[C:[a-z0-9]+]]: f32, %[[D:[a-z0-9]+]]: f32)
// CHECK: tensorref.group attributes {name = "from_elements"} {
// CHECK: %[[I:.*]] = tensorref.index 0 : index
// CHECK: %[[J:.*]] = tensorref.index 1 : index
// CHECK: %[[ROW:.*]] = arith.muli %[[I]], %c2
// CHECK: %[[P:.*]] = arith.addi %[[ROW]], %[[J]]
// CHECK: %[[IS0:.*]] = arith.cmpi eq, %[[P]], %c0
// CHECK: %[[V0:.*]] = arith.select %[[IS0]], %[[A]], %[[D]]
// CHECK: %[[IS1:.*]] = arith.cmpi eq, %[[P]], %c1
// CHECK: %[[V1:.*]] = arith.select %[[IS1]], %[[B]], %[[V0]]
// CHECK: %[[IS2:.*]] = arith.cmpi eq, %[[P]], %c2
// CHECK: %[[V2:.*]] = arith.select %[[IS2]], %[[C]], %[[V1]]
// CHECK: tensorref.yield %[[V2]]
func.func @from_elements(%o: !tensorref.ref<2x2xf32> {tensorref.contiguous}, %a: f32, %b: f32, %c: f32, %d: f32) {
  tensorref.from_elements %a, %b, %c, %d into %o : !tensorref.ref<2x2xf32>
  return
}

// CHECK-LABEL: func.func @from_no_elements(
// CHECK: tensorref.stage box [0] iterators [parallel]
func.func @from_no_elements(%o: !tensorref.ref<0xf32> {tensorref.contiguous}) {
  tensorref.from_elements into %o : !tensorref.ref<0xf32>
  return
}

// CHECK-LABEL: func.func @reduce(
// CHECK: %[[N:.*]] = tensorref.dim
// CHECK: tensorref.group attributes {name = "reduce"} {
// CHECK-NEXT: tensorref.stage box [%[[N]], 4, 5] iterators [reduction, parallel, reduction] ins({{.*}}) outs(%{{.*}} : !tensorref.ref<4xf32>) combiners [max] {
// CHECK: math.absf
func.func @reduce(%a: !tensorref.ref<?x4x5xf32> {tensorref.contiguous}, %o: !tensorref.ref<4xf32> {tensorref.contiguous}) {
  tensorref.reduce max dims [2, 0] ins(%a : !tensorref.ref<?x4x5xf32>) outs(%o : !tensorref.ref<4xf32>) {
  ^bb0(%x: f32):
    %s = math.absf %x : f32
    tensorref.yield %s : f32
  }
  return
}

// Without a reduced dimension the value is that of the only element …
// CHECK-LABEL: func.func @reduce_nothing(
// CHECK: tensorref.stage box [4] iterators [parallel]
// CHECK-NOT: combiners
// CHECK: ^bb0(%[[X:.*]]: f32):
// CHECK: tensorref.yield %[[X]] : f32
func.func @reduce_nothing(%a: !tensorref.ref<4xf32> {tensorref.contiguous}, %o: !tensorref.ref<4xf32> {tensorref.contiguous}) {
  tensorref.reduce sum dims [] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// … and its position is 0, also where the elements have the position's type.
// CHECK-LABEL: func.func @argmax_of_nothing(
// CHECK: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK: tensorref.yield %[[ZERO]] : i64
func.func @argmax_of_nothing(%a: !tensorref.ref<4xi64> {tensorref.contiguous}, %o: !tensorref.ref<4xi64> {tensorref.contiguous}) {
  tensorref.reduce argmax dims [] ins(%a : !tensorref.ref<4xi64>) outs(%o : !tensorref.ref<4xi64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  return
}

// CHECK-LABEL: func.func @scan(
// CHECK: tensorref.group attributes {name = "scan"} {
// CHECK-NEXT: tensorref.stage box [3, %{{.*}}] iterators [parallel, scan] ins({{.*}}) outs({{.*}}) combiners [prod] {
func.func @scan(%a: !tensorref.ref<3x?xf32> {tensorref.contiguous}, %o: !tensorref.ref<3x?xf32> {tensorref.contiguous}) {
  tensorref.scan prod dim 1 ins(%a : !tensorref.ref<3x?xf32>) outs(%o : !tensorref.ref<3x?xf32>)
  return
}

// CHECK-LABEL: func.func @masked_copy(
// CHECK-SAME: %[[A:.*]]: !tensorref.ref<4xf32> {{.*}}, %[[O:.*]]: !tensorref.ref<4xf32> {{.*}}, %[[M:.*]]: !tensorref.ref<4xi1>
// CHECK: tensorref.group attributes {name = "masked_copy"} {
// CHECK-NEXT: tensorref.stage box [4] iterators [parallel] ins(%[[A]], %[[M]] : !tensorref.ref<4xf32>, !tensorref.ref<4xi1>) outs(%[[O]] : !tensorref.ref<4xf32>) masked {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[C:.*]]: i1):
// CHECK-NEXT: tensorref.yield %[[X]], %[[C]] : f32, i1
func.func @masked_copy(%a: !tensorref.ref<4xf32> {tensorref.contiguous}, %o: !tensorref.ref<4xf32> {tensorref.contiguous},
                       %m: !tensorref.ref<4xi1> {tensorref.contiguous}) {
  tensorref.masked_copy %a to %o where %m : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  return
}

// CHECK-LABEL: func.func @masked_fill(
// CHECK-SAME: %[[V:.*]]: f32
// CHECK: tensorref.group attributes {name = "masked_fill"} {
// CHECK-NEXT: tensorref.stage {{.*}} masked {
// CHECK-NEXT: ^bb0(%[[C:.*]]: i1):
// CHECK-NEXT: tensorref.yield %[[V]], %[[C]] : f32, i1
func.func @masked_fill(%v: f32, %o: !tensorref.ref<4xf32> {tensorref.contiguous}, %m: !tensorref.ref<4xi1> {tensorref.contiguous}) {
  tensorref.masked_fill %v into %o where %m : f32, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  return
}

// The index is repeated along the rest of the box; a negative one wraps.
// CHECK-LABEL: func.func @gather(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32> {{.*}}, %[[I:.*]]: !tensorref.ref<3xi64>
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[INDEX:.*]] = tensorref.strided_view %[[I]] offset 0 sizes [3, 4] strides [1, 0]
// CHECK-DAG: %[[N:.*]] = tensorref.dim %[[X]], 0
// CHECK: tensorref.group attributes {name = "gather"} {
// CHECK-NEXT: tensorref.stage box [3, 4] iterators [parallel, parallel] ins(%[[INDEX]] : !tensorref.ref<3x4xi64>) gathers(%[[X]] : !tensorref.ref<?x4xf32>) outs(%{{.*}} : !tensorref.ref<3x4xf32>) {
// CHECK-NEXT: ^bb0(%[[K:.*]]: i64):
// CHECK: %[[J:.*]] = arith.index_cast %[[K]] : i64 to index
// CHECK: %[[FROM_END:.*]] = arith.addi %[[J]], %[[N]]
// CHECK: %[[NEGATIVE:.*]] = arith.cmpi slt, %[[J]], %[[C0]]
// CHECK: %[[ROW:.*]] = arith.select %[[NEGATIVE]], %[[FROM_END]], %[[J]]
// CHECK: %[[COLUMN:.*]] = tensorref.index 1 : index
// CHECK: %[[E:.*]] = tensorref.element %[[X]][%[[ROW]], %[[COLUMN]]]
// CHECK: tensorref.yield %[[E]] : f32
func.func @gather(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %i: !tensorref.ref<3xi64> {tensorref.contiguous},
                  %o: !tensorref.ref<3x4xf32> {tensorref.contiguous}) {
  tensorref.gather %x[%i] into %o : !tensorref.ref<?x4xf32>[!tensorref.ref<3xi64>] into !tensorref.ref<3x4xf32>
  return
}

// CHECK-LABEL: func.func @scatter(
// CHECK: tensorref.group attributes {name = "scatter"} {
// CHECK-NEXT: tensorref.stage box [3, 4] iterators [parallel, parallel] ins(%{{.*}}, %{{.*}} : !tensorref.ref<3x4xf32>, !tensorref.ref<3x4xi64>) outs(%{{.*}} : !tensorref.ref<?x4xf32>) scatter 1 {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %{{.*}}: i64):
// CHECK: %[[ROW:.*]] = arith.select
// CHECK: tensorref.yield %[[X]], %[[ROW]] : f32, index
func.func @scatter(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %i: !tensorref.ref<3xi64> {tensorref.contiguous},
                   %s: !tensorref.ref<3x4xf32> {tensorref.contiguous}) {
  tensorref.scatter %s into %x[%i] : !tensorref.ref<3x4xf32> into !tensorref.ref<?x4xf32>[!tensorref.ref<3xi64>]
  return
}

// Not a kernel: the host wants the value.
// CHECK-LABEL: func.func @load(
// CHECK-NOT: tensorref.group
// CHECK: tensorref.load
func.func @load(%r: !tensorref.ref<f32>) -> f32 {
  %0 = tensorref.load %r : !tensorref.ref<f32>
  return %0 : f32
}

// ACCESS-MAP-3: where two points may write one cell, the last in C order wins.
// CHECK-LABEL: func.func @not_injective(
// CHECK: tensorref.stage {{.*}} sequential {
func.func @not_injective(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.fill %v into %o : f32, !tensorref.ref<4xf32>
  return
}

// CHECK-LABEL: func.func @injective(
// CHECK-NOT: sequential
// CHECK: return
func.func @injective(%o: !tensorref.ref<4xf32> {tensorref.injective}, %v: f32) {
  tensorref.fill %v into %o : f32, !tensorref.ref<4xf32>
  return
}

// CHECK-LABEL: func.func @outputs_that_overlap(
// CHECK: tensorref.stage {{.*}} sequential {
func.func @outputs_that_overlap(%x: !tensorref.ref<8xf32> {tensorref.contiguous}, %v: f32, %w: f32) {
  %a = tensorref.slice %x[_:6] : !tensorref.ref<8xf32> to !tensorref.ref<6xf32>
  %b = tensorref.slice %x[2:_] : !tensorref.ref<8xf32> to !tensorref.ref<6xf32>
  tensorref.map outs(%a, %b : !tensorref.ref<6xf32>, !tensorref.ref<6xf32>) {
    tensorref.yield %v, %w : f32, f32
  }
  return
}

// CHECK-LABEL: func.func @outputs_apart(
// CHECK-NOT: sequential
// CHECK: return
func.func @outputs_apart(%x: !tensorref.ref<8xf32> {tensorref.contiguous}, %v: f32, %w: f32) {
  %a = tensorref.slice %x[_:4] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  %b = tensorref.slice %x[4:_] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  tensorref.map outs(%a, %b : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>) {
    tensorref.yield %v, %w : f32, f32
  }
  return
}
