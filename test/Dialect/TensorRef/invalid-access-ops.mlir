// RUN: elena-opt %s -verify-diagnostics -split-input-file

//===----------------------------------------------------------------------===//
// yield, index
//===----------------------------------------------------------------------===//

func.func @yield_outside(%v: f32) {
  // expected-error @+1 {{'tensorref.yield' op expects parent op to be one of 'tensorref.map, tensorref.reduce, tensorref.stage'}}
  tensorref.yield %v : f32
}

// -----

func.func @index_outside() {
  // expected-error @+1 {{'tensorref.index' op stands in the body of map, reduce or stage}}
  %0 = tensorref.index 0 : index
  return
}

// -----

func.func @index_dimension(%o: !tensorref.ref<4xi64>) {
  tensorref.map outs(%o : !tensorref.ref<4xi64>) {
    // expected-error @+1 {{'tensorref.index' op dimension 1 does not exist: the box has rank 1}}
    %i = tensorref.index 1 : index
    %j = arith.index_cast %i : index to i64
    tensorref.yield %j : i64
  }
  return
}

// -----

func.func @index_negative_dimension(%o: !tensorref.ref<4xi64>) {
  tensorref.map outs(%o : !tensorref.ref<4xi64>) {
    // expected-error @+1 {{'tensorref.index' op dimension -1 does not exist: the box has rank 1}}
    %i = tensorref.index -1 : index
    %j = arith.index_cast %i : index to i64
    tensorref.yield %j : i64
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// map
//===----------------------------------------------------------------------===//

func.func @map_shapes(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<3x4xf32>) {
  // expected-error @+1 {{'tensorref.map' op operands have one shape, but these have (3, 4) and (4): broadcast them explicitly}}
  tensorref.map ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<3x4xf32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @map_shapes_partly_known(%a: !tensorref.ref<?x3xf32>, %o: !tensorref.ref<?x4xf32>) {
  // expected-error @+1 {{'tensorref.map' op operands have one shape, but these have (?, 4) and (?, 3): broadcast them explicitly}}
  tensorref.map ins(%a : !tensorref.ref<?x3xf32>) outs(%o : !tensorref.ref<?x4xf32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @map_outputs() {
  // expected-error @+1 {{'tensorref.map' op has no output}}
  "tensorref.map"() <{operandSegmentSizes = array<i32: 0, 0>}> ({
    tensorref.yield
  }) : () -> ()
  return
}

// -----

func.func @map_argument_count(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.map' op the body has 2 arguments for 1 inputs}}
  tensorref.map ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @map_argument_type(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf64>) {
  // expected-error @+1 {{'tensorref.map' op the body's argument has type 'f64' for an input of 'f32'}}
  tensorref.map ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf64>) {
  ^bb0(%x: f64):
    tensorref.yield %x : f64
  }
  return
}

// -----

func.func @map_terminator(%o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.map' op the body ends in tensorref.yield}}
  tensorref.map outs(%o : !tensorref.ref<4xf32>) {
    llvm.unreachable
  }
  return
}

// -----

func.func @map_yield_count(%o: !tensorref.ref<4xf32>, %v: f32) {
  // expected-error @+1 {{'tensorref.map' op the body yields 2 values for 1 outputs}}
  tensorref.map outs(%o : !tensorref.ref<4xf32>) {
    tensorref.yield %v, %v : f32, f32
  }
  return
}

// -----

func.func @map_yield_type(%o: !tensorref.ref<4xf32>, %v: f64) {
  // expected-error @+1 {{'tensorref.map' op a yielded value has type 'f64' for a ref of 'f32'}}
  tensorref.map outs(%o : !tensorref.ref<4xf32>) {
    tensorref.yield %v : f64
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// fill, copy, iota, from_elements
//===----------------------------------------------------------------------===//

func.func @fill_type(%o: !tensorref.ref<4xf32>, %v: f64) {
  // expected-error @+1 {{'tensorref.fill' op the value has type 'f64' for a ref of 'f32'}}
  tensorref.fill %v into %o : f64, !tensorref.ref<4xf32>
  return
}

// -----

func.func @copy_type(%a: !tensorref.ref<4xf64>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.copy' op the input has type 'f64' for a ref of 'f32'}}
  tensorref.copy %a to %o : !tensorref.ref<4xf64>, !tensorref.ref<4xf32>
  return
}

// -----

func.func @copy_shape(%a: !tensorref.ref<1xf32>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.copy' op operands have one shape, but these have (1) and (4): broadcast them explicitly}}
  tensorref.copy %a to %o : !tensorref.ref<1xf32>, !tensorref.ref<4xf32>
  return
}

// -----

func.func @iota_rank(%o: !tensorref.ref<4x4xf32>, %v: f32) {
  // expected-error @+1 {{'tensorref.iota' op the output has rank 1}}
  tensorref.iota %v step %v into %o : f32, !tensorref.ref<4x4xf32>
  return
}

// -----

func.func @iota_type(%o: !tensorref.ref<4xf32>, %v: i64) {
  // expected-error @+1 {{'tensorref.iota' op the start has type 'i64' for a ref of 'f32'}}
  tensorref.iota %v step %v into %o : i64, !tensorref.ref<4xf32>
  return
}

// -----

func.func @iota_step_type(%o: !tensorref.ref<4xf32>, %v: f32, %w: f64) {
  // expected-error @+1 {{'tensorref.iota' op failed to verify that all of {start, step} have same type}}
  "tensorref.iota"(%v, %w, %o) : (f32, f64, !tensorref.ref<4xf32>) -> ()
  return
}

// -----

func.func @from_elements_shape(%o: !tensorref.ref<?xf32>) {
  // expected-error @+1 {{'tensorref.from_elements' op the output has a static shape}}
  tensorref.from_elements into %o : !tensorref.ref<?xf32>
  return
}

// -----

func.func @from_elements_count(%o: !tensorref.ref<2x2xf32>, %v: f32) {
  // expected-error @+1 {{'tensorref.from_elements' op has 3 values for 4 elements}}
  "tensorref.from_elements"(%v, %v, %v, %o) : (f32, f32, f32, !tensorref.ref<2x2xf32>) -> ()
  return
}

// -----

func.func @from_elements_type(%o: !tensorref.ref<2xf32>, %v: f32, %w: f64) {
  // expected-error @+1 {{'tensorref.from_elements' op a value has type 'f64' for a ref of 'f32'}}
  "tensorref.from_elements"(%v, %w, %o) : (f32, f64, !tensorref.ref<2xf32>) -> ()
  return
}

// -----

func.func @from_elements_into_a_memref(%o: memref<1xf32>, %v: f32) {
  // expected-error @+1 {{expected a !tensorref.ref type}}
  tensorref.from_elements %v into %o : memref<1xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// reduce
//===----------------------------------------------------------------------===//

func.func @reduce_inputs(%o: !tensorref.ref<f32>, %v: f32) {
  // expected-error @+1 {{'tensorref.reduce' op has at least one input and exactly one output}}
  "tensorref.reduce"(%o) <{kind = #tensorref<kind sum>, dimensions = array<i64>,
      operandSegmentSizes = array<i32: 0, 1>}> ({
    tensorref.yield %v : f32
  }) : (!tensorref.ref<f32>) -> ()
  return
}

// -----

func.func @reduce_outputs(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.reduce' op has at least one input and exactly one output}}
  tensorref.reduce sum dims [0] ins(%a : !tensorref.ref<4xf32>)
      outs(%o, %o : !tensorref.ref<f32>, !tensorref.ref<f32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @reduce_input_shapes(%a: !tensorref.ref<4xf32>, %b: !tensorref.ref<1xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.reduce' op operands have one shape, but these have (4) and (1): broadcast them explicitly}}
  tensorref.reduce sum dims [0] ins(%a, %b : !tensorref.ref<4xf32>, !tensorref.ref<1xf32>)
      outs(%o : !tensorref.ref<f32>) {
  ^bb0(%x: f32, %y: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @reduce_dimension(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.reduce' op dimension 1 does not exist or is named twice: the input has rank 1}}
  tensorref.reduce sum dims [1] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @reduce_dimension_twice(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.reduce' op dimension 0 does not exist or is named twice: the input has rank 1}}
  tensorref.reduce sum dims [0, 0] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @reduce_output_shape(%a: !tensorref.ref<4x?xf32>, %o: !tensorref.ref<5xf32>) {
  // expected-error @+1 {{'tensorref.reduce' op the output has shape (5), the input without the reduced dimensions (4)}}
  tensorref.reduce sum dims [1] ins(%a : !tensorref.ref<4x?xf32>) outs(%o : !tensorref.ref<5xf32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @reduce_argument_count(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>, %v: f32) {
  // expected-error @+1 {{'tensorref.reduce' op the body has 0 arguments for 1 inputs}}
  tensorref.reduce sum dims [0] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f32>) {
    tensorref.yield %v : f32
  }
  return
}

// -----

func.func @reduce_terminator(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.reduce' op the body ends in tensorref.yield}}
  tensorref.reduce sum dims [0] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f32>) {
  ^bb0(%x: f32):
    llvm.unreachable
  }
  return
}

// -----

func.func @reduce_yield_count(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.reduce' op the body yields one value}}
  tensorref.reduce sum dims [0] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f32>) {
  ^bb0(%x: f32):
    tensorref.yield %x, %x : f32, f32
  }
  return
}

// -----

func.func @reduce_yield_type(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f64>) {
  // expected-error @+1 {{'tensorref.reduce' op a yielded value has type 'f32' for a ref of 'f64'}}
  tensorref.reduce sum dims [0] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f64>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @reduce_position_type(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.reduce' op argmin and argmax have an output of i64}}
  tensorref.reduce argmax dims [0] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

func.func @reduce_any_type(%a: !tensorref.ref<4xi8>, %o: !tensorref.ref<i8>) {
  // expected-error @+1 {{'tensorref.reduce' op any and all combine i1}}
  tensorref.reduce any dims [0] ins(%a : !tensorref.ref<4xi8>) outs(%o : !tensorref.ref<i8>) {
  ^bb0(%x: i8):
    tensorref.yield %x : i8
  }
  return
}

// -----

func.func @reduce_kind(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<f32>) {
  // expected-error @+1 {{'mean' is no reduction kind}}
  tensorref.reduce mean dims [0] ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<f32>) {
  ^bb0(%x: f32):
    tensorref.yield %x : f32
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

func.func @scan_kind(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.scan' op only sum and prod are scanned}}
  tensorref.scan max dim 0 ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>)
  return
}

// -----

func.func @scan_dimension(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.scan' op dimension 1 does not exist: the input has rank 1}}
  tensorref.scan sum dim 1 ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>)
  return
}

// -----

func.func @scan_negative_dimension(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.scan' op dimension -1 does not exist: the input has rank 1}}
  tensorref.scan sum dim -1 ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>)
  return
}

// -----

func.func @scan_type(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf64>) {
  // expected-error @+1 {{'tensorref.scan' op the input has type 'f32' for a ref of 'f64'}}
  tensorref.scan sum dim 0 ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf64>)
  return
}

// -----

func.func @scan_shape(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<5xf32>) {
  // expected-error @+1 {{'tensorref.scan' op operands have one shape, but these have (4) and (5)}}
  tensorref.scan sum dim 0 ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<5xf32>)
  return
}

// -----

//===----------------------------------------------------------------------===//
// masked_copy, masked_fill
//===----------------------------------------------------------------------===//

func.func @masked_copy_mask(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>, %m: !tensorref.ref<4xi8>) {
  // expected-error @+1 {{'tensorref.masked_copy' op the mask is a ref of i1}}
  tensorref.masked_copy %a to %o where %m
      : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>, !tensorref.ref<4xi8>
  return
}

// -----

func.func @masked_copy_type(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf64>, %m: !tensorref.ref<4xi1>) {
  // expected-error @+1 {{'tensorref.masked_copy' op the input has type 'f32' for a ref of 'f64'}}
  tensorref.masked_copy %a to %o where %m
      : !tensorref.ref<4xf32>, !tensorref.ref<4xf64>, !tensorref.ref<4xi1>
  return
}

// -----

func.func @masked_copy_shape(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>, %m: !tensorref.ref<1xi1>) {
  // expected-error @+1 {{'tensorref.masked_copy' op operands have one shape, but these have (4) and (1)}}
  tensorref.masked_copy %a to %o where %m
      : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>, !tensorref.ref<1xi1>
  return
}

// -----

func.func @masked_fill_mask(%v: f32, %o: !tensorref.ref<4xf32>, %m: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.masked_fill' op the mask is a ref of i1}}
  tensorref.masked_fill %v into %o where %m : f32, !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// -----

func.func @masked_fill_type(%v: f64, %o: !tensorref.ref<4xf32>, %m: !tensorref.ref<4xi1>) {
  // expected-error @+1 {{'tensorref.masked_fill' op the value has type 'f64' for a ref of 'f32'}}
  tensorref.masked_fill %v into %o where %m : f64, !tensorref.ref<4xf32>, !tensorref.ref<4xi1>
  return
}

// -----

func.func @masked_fill_shape(%v: f32, %o: !tensorref.ref<4xf32>, %m: !tensorref.ref<4x4xi1>) {
  // expected-error @+1 {{'tensorref.masked_fill' op operands have one shape, but these have (4) and (4, 4)}}
  tensorref.masked_fill %v into %o where %m : f32, !tensorref.ref<4xf32>, !tensorref.ref<4x4xi1>
  return
}

// -----

//===----------------------------------------------------------------------===//
// gather, scatter
//===----------------------------------------------------------------------===//

func.func @gather_no_index(%x: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.gather' op has no index}}
  "tensorref.gather"(%x, %o) : (!tensorref.ref<4xf32>, !tensorref.ref<4xf32>) -> ()
  return
}

// -----

func.func @gather_index_shapes(%x: !tensorref.ref<4x4xf32>, %i: !tensorref.ref<3xi64>, %j: !tensorref.ref<2xi64>,
                               %o: !tensorref.ref<3xf32>) {
  // expected-error @+1 {{'tensorref.gather' op operands have one shape, but these have (3) and (2): broadcast them explicitly}}
  tensorref.gather %x[%i, %j] into %o
      : !tensorref.ref<4x4xf32>[!tensorref.ref<3xi64>, !tensorref.ref<2xi64>] into !tensorref.ref<3xf32>
  return
}

// -----

func.func @gather_index_type(%x: !tensorref.ref<4xf32>, %i: !tensorref.ref<3xi32>, %o: !tensorref.ref<3xf32>) {
  // expected-error @+1 {{'tensorref.gather' op an index is a ref of i64}}
  tensorref.gather %x[%i] into %o : !tensorref.ref<4xf32>[!tensorref.ref<3xi32>] into !tensorref.ref<3xf32>
  return
}

// -----

func.func @gather_index_count(%x: !tensorref.ref<4xf32>, %i: !tensorref.ref<3xi64>, %o: !tensorref.ref<3xf32>) {
  // expected-error @+1 {{'tensorref.gather' op has 2 indices for a ref of rank 1}}
  tensorref.gather %x[%i, %i] into %o
      : !tensorref.ref<4xf32>[!tensorref.ref<3xi64>, !tensorref.ref<3xi64>] into !tensorref.ref<3xf32>
  return
}

// -----

func.func @gather_shape(%x: !tensorref.ref<4x?xf32>, %i: !tensorref.ref<3xi64>, %o: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.gather' op indexing gives shape (3, ?), the data have shape (4)}}
  tensorref.gather %x[%i] into %o : !tensorref.ref<4x?xf32>[!tensorref.ref<3xi64>] into !tensorref.ref<4xf32>
  return
}

// -----

func.func @gather_type(%x: !tensorref.ref<4xf32>, %i: !tensorref.ref<3xi64>, %o: !tensorref.ref<3xf64>) {
  // expected-error @+1 {{'tensorref.gather' op the indexed ref has type 'f32' for a ref of 'f64'}}
  tensorref.gather %x[%i] into %o : !tensorref.ref<4xf32>[!tensorref.ref<3xi64>] into !tensorref.ref<3xf64>
  return
}

// -----

func.func @scatter_shape(%x: !tensorref.ref<4x2xf32>, %i: !tensorref.ref<3xi64>, %s: !tensorref.ref<3x4xf32>) {
  // expected-error @+1 {{'tensorref.scatter' op indexing gives shape (3, 2), the data have shape (3, 4)}}
  tensorref.scatter %s into %x[%i] : !tensorref.ref<3x4xf32> into !tensorref.ref<4x2xf32>[!tensorref.ref<3xi64>]
  return
}

// -----

func.func @scatter_no_index(%x: !tensorref.ref<4xf32>, %s: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.scatter' op has no index}}
  "tensorref.scatter"(%s, %x) : (!tensorref.ref<4xf32>, !tensorref.ref<4xf32>) -> ()
  return
}

// -----

//===----------------------------------------------------------------------===//
// load
//===----------------------------------------------------------------------===//

func.func @load_rank(%r: !tensorref.ref<1xf32>) {
  // expected-error @+1 {{'tensorref.load' op loads from a 0-d ref}}
  %0 = tensorref.load %r : !tensorref.ref<1xf32>
  return
}

// -----

func.func @load_type(%r: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.load' op the result has type 'f64' for a ref of 'f32'}}
  %0 = "tensorref.load"(%r) : (!tensorref.ref<f32>) -> f64
  return
}

// -----

func.func @load_from_a_memref(%r: memref<f32>) {
  // expected-error @+1 {{expected a !tensorref.ref type}}
  %0 = tensorref.load %r : memref<f32>
  return
}

// -----

func.func @from_elements_lists_too_many(%a: f32, %o: !tensorref.ref<2000000xf32>) {
  // expected-error @below {{2000000 elements, at most 1048576 can be listed}}
  tensorref.from_elements %a into %o : !tensorref.ref<2000000xf32>
  return
}
