// RUN: elena-opt %s --tensorref-form-groups --canonicalize --cse | FileCheck %s

// Each access op is a group of one stage, named after the op. `load` stays.

func.func @map(%a: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %o: !tensorref.ref<?x4xf32> {tensorref.contiguous}) {
  tensorref.map ins(%a : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<?x4xf32>) {
  ^bb0(%x: f32):
    %s = arith.mulf %x, %x : f32
    tensorref.yield %s : f32
  }
  return
}

func.func @box_from_the_operand_that_knows(%a: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %o: !tensorref.ref<8x?xf32> {tensorref.contiguous}) {
  tensorref.copy %a to %o : !tensorref.ref<?x4xf32>, !tensorref.ref<8x?xf32>
  return
}

func.func @fill(%o: !tensorref.ref<f32> {tensorref.contiguous}, %v: f32) {
  tensorref.fill %v into %o : f32, !tensorref.ref<f32>
  return
}

func.func @iota_float(%o: !tensorref.ref<?xf32> {tensorref.contiguous}, %v: f32, %w: f32) {
  tensorref.iota %v step %w into %o : f32, !tensorref.ref<?xf32>
  return
}
func.func @iota_integer(%o: !tensorref.ref<?xi8> {tensorref.contiguous}, %v: i8, %w: i8) {
  tensorref.iota %v step %w into %o : i8, !tensorref.ref<?xi8>
  return
}
func.func @from_elements(%o: !tensorref.ref<2x2xf32> {tensorref.contiguous}, %a: f32, %b: f32, %c: f32, %d: f32) {
  tensorref.from_elements %a, %b, %c, %d into %o : !tensorref.ref<2x2xf32>
  return
}
func.func @from_no_elements(%o: !tensorref.ref<0xf32> {tensorref.contiguous}) {
  tensorref.from_elements into %o : !tensorref.ref<0xf32>
  return
}
func.func @reduce(%a: !tensorref.ref<?x4x5xf32> {tensorref.contiguous}, %o: !tensorref.ref<4xf32> {tensorref.contiguous}) {
  tensorref.reduce max dims [2, 0] ins(%a : !tensorref.ref<?x4x5xf32>) outs(%o : !tensorref.ref<4xf32>) {
  ^bb0(%x: f32):
    %s = math.absf %x : f32
    tensorref.yield %s : f32
  }
  return
}
func.func @reduce_nothing(%a: !tensorref.ref<4xf32> {tensorref.contiguous}, %o: !tensorref.ref<4xf32> {tensorref.contiguous}) {
  tensorref.reduce sum dims [] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}
func.func @argmax_of_nothing(%a: !tensorref.ref<4xf32> {tensorref.contiguous}, %o: !tensorref.ref<4xi64> {tensorref.contiguous}) {
  tensorref.reduce argmax dims [] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xi64>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}
func.func @argmax_of_nothing_i64(%a: !tensorref.ref<4xi64> {tensorref.contiguous}, %o: !tensorref.ref<4xi64> {tensorref.contiguous}) {
  tensorref.reduce argmax dims [] ins(%a : !tensorref.ref<4xi64>) outs(%o : !tensorref.ref<4xi64>) {
  ^bb0(%x: i64):
    tensorref.yield %x : i64
  }
  return
}
func.func @scan(%a: !tensorref.ref<3x?xf32> {tensorref.contiguous}, %o: !tensorref.ref<3x?xf32> {tensorref.contiguous}) {
  tensorref.scan prod dim 1 ins(%a : !tensorref.ref<3x?xf32>) outs(%o : !tensorref.ref<3x?xf32>)
  return
}
func.func @masked_copy(%a: !tensorref.ref<4xf32> {tensorref.contiguous}, %o: !tensorref.ref<4xf32> {tensorref.contiguous}, %m: !tensorref.ref<4xi1> {tensorref.contiguous}) {
  tensorref.masked_copy %a to %o where %m : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  return
}
func.func @masked_fill(%v: f32, %o: !tensorref.ref<4xf32> {tensorref.contiguous}, %m: !tensorref.ref<4xi1> {tensorref.contiguous}) {
  tensorref.masked_fill %v into %o where %m : f32, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  return
}
func.func @gather(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %i: !tensorref.ref<3xi64> {tensorref.contiguous}, %o: !tensorref.ref<3x4xf32> {tensorref.contiguous}) {
  tensorref.gather %x[%i] into %o : !tensorref.ref<?x4xf32>[!tensorref.ref<3xi64>] into !tensorref.ref<3x4xf32>
  return
}
func.func @scatter(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %i: !tensorref.ref<3xi64> {tensorref.contiguous}, %s: !tensorref.ref<3x4xf32> {tensorref.contiguous}) {
  tensorref.scatter %s into %x[%i] : !tensorref.ref<3x4xf32> into !tensorref.ref<?x4xf32>[!tensorref.ref<3xi64>]
  return
}
func.func @load(%r: !tensorref.ref<f32>) -> f32 {
  %0 = tensorref.load %r : !tensorref.ref<f32>
  return %0 : f32
}
func.func @not_injective(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.fill %v into %o : f32, !tensorref.ref<4xf32>
  return
}
func.func @outputs_that_overlap(%x: !tensorref.ref<8xf32> {tensorref.contiguous}, %v: f32, %w: f32) {
  %a = tensorref.slice %x[_:6] : !tensorref.ref<8xf32> to !tensorref.ref<6xf32>
  %b = tensorref.slice %x[2:_] : !tensorref.ref<8xf32> to !tensorref.ref<6xf32>
  tensorref.map outs(%a, %b : !tensorref.ref<6xf32>, !tensorref.ref<6xf32>) {
    tensorref.yield %v, %w : f32, f32
  }
  return
}
