// RUN: elena-opt %s -verify-diagnostics -split-input-file

//===----------------------------------------------------------------------===//
// alloc
//===----------------------------------------------------------------------===//

func.func @alloc_rank(%n: index) {
  // expected-error @+1 {{'tensorref.alloc' op has 2 sizes, but its type has rank 1}}
  %0 = tensorref.alloc [%n, 4] : !tensorref.ref<?xf32>
  return
}

// -----

func.func @alloc_negative_size() {
  // expected-error @+1 {{'tensorref.alloc' op a size is not negative, but this one is -4}}
  %0 = tensorref.alloc [-4] : !tensorref.ref<?xf32>
  return
}

// -----

func.func @alloc_size_and_type_differ() {
  // expected-error @+1 {{'tensorref.alloc' op dimension 1 has another size than the type says}}
  %0 = tensorref.alloc [2, 3] : !tensorref.ref<2x4xf32>
  return
}

// -----

func.func @alloc_run_time_size_of_static_type(%n: index) {
  // expected-error @+1 {{'tensorref.alloc' op dimension 0 has another size than the type says}}
  %0 = tensorref.alloc [%n] : !tensorref.ref<2xf32>
  return
}

// -----

func.func @alloc_run_time_sizes() {
  // expected-error @+1 {{'tensorref.alloc' op has 0 run-time sizes where 1 is wanted}}
  %0 = "tensorref.alloc"() {static_sizes = array<i64: -9223372036854775808>} : () -> !tensorref.ref<?xf32>
  return
}

// -----

func.func @alloc_result_type() {
  // expected-error @+1 {{'tensorref.alloc' op result #0 must be tensorref reference, but got 'memref<4xf32>'}}
  %0 = tensorref.alloc [4] : memref<4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// from_memref, to_memref, base
//===----------------------------------------------------------------------===//

func.func @from_unranked(%m: memref<*xf32>) {
  // expected-error @+1 {{'tensorref.from_memref' op operand #0 must be memref of any type values, but got 'memref<*xf32>'}}
  %0 = "tensorref.from_memref"(%m) : (memref<*xf32>) -> !tensorref.ref<?xf32>
  return
}

// -----

func.func @from_other_element_type(%m: memref<?xf64>) {
  // expected-error @+1 {{'tensorref.from_memref' op a ref of 'f32' is a memref of 'f32', not of 'f64'}}
  %0 = tensorref.from_memref %m : memref<?xf64> to !tensorref.ref<?xf32>
  return
}

// -----

// A bool takes a byte.
func.func @from_memref_of_bits(%m: memref<?xi1>) {
  // expected-error @+1 {{'tensorref.from_memref' op a ref of 'i1' is a memref of 'i8', not of 'i1'}}
  %0 = tensorref.from_memref %m : memref<?xi1> to !tensorref.ref<?xi1>
  return
}

// -----

func.func @from_other_shape(%m: memref<4xf32>) {
  // expected-error @+1 {{'tensorref.from_memref' op the ref and the memref have different shapes}}
  %0 = tensorref.from_memref %m : memref<4xf32> to !tensorref.ref<5xf32>
  return
}

// -----

func.func @to_other_element_type(%r: !tensorref.ref<4xi1>) {
  // expected-error @+1 {{'tensorref.to_memref' op a ref of 'i1' is a memref of 'i8', not of 'i1'}}
  %0 = tensorref.to_memref %r : !tensorref.ref<4xi1> to memref<4xi1>
  return
}

// -----

func.func @to_other_rank(%r: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.to_memref' op the ref and the memref have different shapes}}
  %0 = tensorref.to_memref %r : !tensorref.ref<4xf32> to memref<4x1xf32>
  return
}

// -----

func.func @base_rank(%r: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.base' op the pointer of this ref is a memref<'f32'>, not a 'memref<4xf32>'}}
  %0 = tensorref.base %r : !tensorref.ref<4xf32> to memref<4xf32>
  return
}

// -----

func.func @base_element_type(%r: !tensorref.ref<4xi1>) {
  // expected-error @+1 {{'tensorref.base' op the pointer of this ref is a memref<'i8'>, not a 'memref<i1>'}}
  %0 = tensorref.base %r : !tensorref.ref<4xi1> to memref<i1>
  return
}

// -----

//===----------------------------------------------------------------------===//
// dim, stride
//===----------------------------------------------------------------------===//

func.func @dim_of_too_high_a_dimension(%r: !tensorref.ref<4x?xf32>) {
  // expected-error @+1 {{'tensorref.dim' op dimension 2 does not exist: the ref has rank 2}}
  %0 = tensorref.dim %r, 2 : !tensorref.ref<4x?xf32>
  return
}

// -----

// Dimensions count from the front.
func.func @dim_of_a_negative_dimension(%r: !tensorref.ref<4x?xf32>) {
  // expected-error @+1 {{'tensorref.dim' op dimension -1 does not exist: the ref has rank 2}}
  %0 = tensorref.dim %r, -1 : !tensorref.ref<4x?xf32>
  return
}

// -----

func.func @stride_of_a_0d_ref(%r: !tensorref.ref<f32>) {
  // expected-error @+1 {{'tensorref.stride' op dimension 0 does not exist: the ref has rank 0}}
  %0 = tensorref.stride %r, 0 : !tensorref.ref<f32>
  return
}

// -----

func.func @stride_of_a_negative_dimension(%r: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.stride' op dimension -1 does not exist: the ref has rank 1}}
  %0 = tensorref.stride %r, -1 : !tensorref.ref<4xf32>
  return
}
