// RUN: elena-opt %s -split-input-file --tensorref-loops-to-kernels --remarks-filter='tensorref.*' --remark-format=emitRemark --canonicalize --cse 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

// Rows that the data choose, written in order: the owner of rows makes their
// zeros, then runs the iterations that touch one of them. No more owners than
// there are rows, and few questions beside the cells. The check comes before.
// REMARK: owners of planes run the iterations in order: plane {{.*}} of dimension 0, after dimension 0 of the group before
// CHECK-LABEL: func.func @rows(
// CHECK:         scf.for
// CHECK:           tensorref.assert
// CHECK:         %[[CELLS:.*]] = arith.muli %{{.*}}, %c8
// CHECK:         %[[COST:.*]] = arith.muli %{{.*}}, %c4
// CHECK:         %[[AFFORDABLE:.*]] = arith.divui %[[CELLS]], %[[COST]]
// CHECK:         %[[ATLEASTONE:.*]] = arith.maxsi %[[AFFORDABLE]], %c1
// CHECK:         %[[OWNERS:.*]] = arith.minsi %{{.*}}, %[[ATLEASTONE]]
// CHECK:         tensorref.foreach %[[OWNERS]] threads %c256 attributes {name = "fill"} {
// CHECK-NEXT:    ^bb0(%[[OWNER:.*]]: index):
// CHECK:           %[[FIRST:.*]] = arith.divui %{{.*}}, %[[OWNERS]]
// CHECK:           %[[END:.*]] = arith.divui %{{.*}}, %[[OWNERS]]
// CHECK:           %[[COUNT:.*]] = arith.subi %[[END]], %[[FIRST]]
// CHECK:           tensorref.group over [%[[COUNT]], 8]
// CHECK:             tensorref.stage box [%[[COUNT]], 8]
// CHECK:               tensorref.index 0
// CHECK-NEXT:          arith.addi %{{.*}}, %[[FIRST]]
// CHECK:           scf.for
// CHECK:             %[[ROW:.*]] = tensorref.load
// CHECK:             %[[PLANE:.*]] = arith.index_cast %[[ROW]]
// CHECK-DAG:         %[[FROM:.*]] = arith.cmpi sge, %[[PLANE]], %[[FIRST]]
// CHECK-DAG:         %[[BEFORE:.*]] = arith.cmpi slt, %[[PLANE]], %[[END]]
// CHECK:             %[[OWN:.*]] = arith.andi %[[FROM]], %[[BEFORE]]
// CHECK:             scf.if %[[OWN]] {
// CHECK:               tensorref.alloc []
// CHECK:               tensorref.group over []
// CHECK:               tensorref.group over [8]
// CHECK-NOT:     tensorref.group
// CHECK:         return
func.func @rows(%x: !tensorref.ref<?x8xf32, strided<[8, 1]>> {tensorref.contiguous}, %rows: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index, %c: index) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0 : i64
  %sane = arith.cmpi sge, %c, %c0 : index
  tensorref.guard %sane
  %s = tensorref.alloc [%c, 8] : !tensorref.ref<?x8xf32>
  tensorref.group over [%c, 8] attributes {name = "fill"} {
    tensorref.stage box [%c, 8] iterators [parallel, parallel] outs(%s : !tensorref.ref<?x8xf32>) along [0, 1] {
      %r = tensorref.index 0 : index
      %v = arith.index_cast %r : index to i64
      %f = arith.sitofp %v : i64 to f32
      tensorref.yield %f : f32
    }
  }
  scf.for %i = %c0 to %n step %c1 {
    %ri = tensorref.select %rows dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %ri : !tensorref.ref<i64>
    %ok = arith.cmpi sge, %v, %zero : i64
    tensorref.assert %ok, "IndexError", "negative"
    %p = arith.index_cast %v : i64 to index
    %xi = tensorref.select %x dim 0 at %i : !tensorref.ref<?x8xf32, strided<[8, 1]>> to !tensorref.ref<8xf32>
    %sum = tensorref.alloc [] : !tensorref.ref<f32>
    tensorref.group over [] {
      tensorref.stage box [8] iterators [reduction] ins(%xi : !tensorref.ref<8xf32>) outs(%sum : !tensorref.ref<f32>) combiners [max] along [] {
      ^bb0(%a: f32):
        tensorref.yield %a : f32
      }
    }
    %first = arith.muli %p, %c8 : index
    %row = tensorref.strided_view %s offset %first sizes [8] strides [1] : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    %all = tensorref.strided_view %sum offset 0 sizes [8] strides [0] : !tensorref.ref<f32> to !tensorref.ref<8xf32>
    tensorref.group over [8] {
      tensorref.stage box [8] iterators [parallel] ins(%row, %all : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>) outs(%row : !tensorref.ref<8xf32>) along [0] {
      ^bb0(%a: f32, %b: f32):
        %t = arith.addf %a, %b : f32
        tensorref.yield %t : f32
      }
    }
  }
  return %s : !tensorref.ref<?x8xf32>
}

// -----

// As many questions as cells would be asked for nothing else.
// REMARK: plane by plane: no kernel before it goes through the planes that it writes
// CHECK-LABEL: func.func @no_fill(
// CHECK-NOT:     tensorref.foreach
// CHECK:         scf.for
func.func @no_fill(%x: !tensorref.ref<?x8xf32, strided<[8, 1]>> {tensorref.contiguous}, %rows: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index, %c: index) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %f1 = arith.constant 1.0 : f32
  %sane = arith.cmpi sge, %c, %c0 : index
  tensorref.guard %sane
  %s = tensorref.alloc [%c, 8] : !tensorref.ref<?x8xf32>

  scf.for %i = %c0 to %n step %c1 {
    %ri = tensorref.select %rows dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %ri : !tensorref.ref<i64>
    %p = arith.index_cast %v : i64 to index
    %first = arith.muli %p, %c8 : index
    %row = tensorref.strided_view %s offset %first sizes [8] strides [1] : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.group over [8] {
      tensorref.stage box [8] iterators [parallel] outs(%row : !tensorref.ref<8xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return %s : !tensorref.ref<?x8xf32>
}

// -----

// Not where a row begins: row %p, and the next one.
// REMARK: plane by plane: an iteration may touch several planes of what it writes
// CHECK-LABEL: func.func @between_two_rows(
// CHECK-NOT:     tensorref.foreach
// CHECK:         scf.for
func.func @between_two_rows(%x: !tensorref.ref<?x8xf32, strided<[8, 1]>> {tensorref.contiguous}, %rows: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index, %c: index) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %f1 = arith.constant 1.0 : f32
  %sane = arith.cmpi sge, %c, %c0 : index
  tensorref.guard %sane
  %s = tensorref.alloc [%c, 8] : !tensorref.ref<?x8xf32>
  tensorref.group over [%c, 8] {
    tensorref.stage box [%c, 8] iterators [parallel, parallel] outs(%s : !tensorref.ref<?x8xf32>) along [0, 1] {
      tensorref.yield %f1 : f32
    }
  }
  scf.for %i = %c0 to %n step %c1 {
    %ri = tensorref.select %rows dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %ri : !tensorref.ref<i64>
    %p = arith.index_cast %v : i64 to index
    %first = arith.muli %p, %c8 : index
    %row = tensorref.strided_view %s offset %p sizes [8] strides [1] : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.group over [8] {
      tensorref.stage box [8] iterators [parallel] outs(%row : !tensorref.ref<8xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return %s : !tensorref.ref<?x8xf32>
}

// -----

// The owners would read what is written between the fill and the loop.
// REMARK: plane by plane: what the kernel before it reads is written in between
// CHECK-LABEL: func.func @read_then_changed(
// CHECK-NOT:     tensorref.foreach
// CHECK:         scf.for
func.func @read_then_changed(%x: !tensorref.ref<?x8xf32, strided<[8, 1]>> {tensorref.contiguous}, %rows: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index, %c: index) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %f1 = arith.constant 1.0 : f32
  %sane = arith.cmpi sge, %c, %c0 : index
  tensorref.guard %sane
  %s = tensorref.alloc [%c, 8] : !tensorref.ref<?x8xf32>
  tensorref.group over [%c, 8] {
    tensorref.stage box [%c, 8] iterators [parallel, parallel] ins(%x : !tensorref.ref<?x8xf32, strided<[8, 1]>>) outs(%s : !tensorref.ref<?x8xf32>) along [0, 1] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  tensorref.group over [8] {
    %r = tensorref.select %x dim 0 at 0 : !tensorref.ref<?x8xf32, strided<[8, 1]>> to !tensorref.ref<8xf32>
    tensorref.stage box [8] iterators [parallel] outs(%r : !tensorref.ref<8xf32>) along [0] {
      tensorref.yield %f1 : f32
    }
  }
  scf.for %i = %c0 to %n step %c1 {
    %ri = tensorref.select %rows dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %ri : !tensorref.ref<i64>
    %p = arith.index_cast %v : i64 to index
    %first = arith.muli %p, %c8 : index
    %row = tensorref.strided_view %s offset %first sizes [8] strides [1] : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.group over [8] {
      tensorref.stage box [8] iterators [parallel] outs(%row : !tensorref.ref<8xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return %s : !tensorref.ref<?x8xf32>
}

// -----

// Row r is at point c - 1 - r.
// REMARK: plane by plane: the kernel before it does not go plane by plane
// CHECK-LABEL: func.func @backwards(
// CHECK-NOT:     tensorref.foreach
// CHECK:         scf.for
func.func @backwards(%x: !tensorref.ref<?x8xf32, strided<[8, 1]>> {tensorref.contiguous}, %rows: !tensorref.ref<?xi64, strided<[1]>> {tensorref.contiguous}, %n: index, %c: index) -> !tensorref.ref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %f1 = arith.constant 1.0 : f32
  %sane = arith.cmpi sge, %c, %c0 : index
  tensorref.guard %sane
  %s = tensorref.alloc [%c, 8] : !tensorref.ref<?x8xf32>
  %end = arith.subi %c, %c1 : index
  %size = tensorref.slice %s[_:_, _:_] : !tensorref.ref<?x8xf32> to !tensorref.ref<?x8xf32>
  %flipped = tensorref.flip %size dims [0] : !tensorref.ref<?x8xf32> to !tensorref.ref<?x8xf32>
  tensorref.group over [%c, 8] {
    tensorref.stage box [%c, 8] iterators [parallel, parallel] outs(%flipped : !tensorref.ref<?x8xf32>) along [0, 1] {
      tensorref.yield %f1 : f32
    }
  }
  scf.for %i = %c0 to %n step %c1 {
    %ri = tensorref.select %rows dim 0 at %i : !tensorref.ref<?xi64, strided<[1]>> to !tensorref.ref<i64>
    %v = tensorref.load %ri : !tensorref.ref<i64>
    %p = arith.index_cast %v : i64 to index
    %first = arith.muli %p, %c8 : index
    %row = tensorref.strided_view %s offset %first sizes [8] strides [1] : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
    tensorref.group over [8] {
      tensorref.stage box [8] iterators [parallel] outs(%row : !tensorref.ref<8xf32>) along [0] {
        tensorref.yield %f1 : f32
      }
    }
  }
  return %s : !tensorref.ref<?x8xf32>
}
