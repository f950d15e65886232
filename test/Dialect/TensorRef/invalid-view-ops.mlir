// RUN: elena-opt %s -verify-diagnostics -split-input-file

//===----------------------------------------------------------------------===//
// Every view op
//===----------------------------------------------------------------------===//

func.func @view_element_type(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.flip' op a view keeps the element type: the source has 'f32', the result 'f64'}}
  %0 = tensorref.flip %x dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<4xf64>
  return
}

// -----

func.func @view_rank(%x: !tensorref.ref<4x4xf32>) {
  // expected-error @+1 {{'tensorref.select' op makes a ref of rank 1, but the result type has rank 2}}
  %0 = tensorref.select %x dim 0 at 1 : !tensorref.ref<4x4xf32> to !tensorref.ref<4x4xf32>
  return
}

// -----

func.func @view_size(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.slice' op makes a ref whose dimension 0 has size 3, but the result type says 4}}
  %0 = tensorref.slice %x[1:6:2] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
  return
}

// -----

// Sizes that a chain knows count too.
func.func @view_size_of_a_chain(%x: !tensorref.ref<8xf32>) {
  %0 = tensorref.slice %x[2:_] : !tensorref.ref<8xf32> to !tensorref.ref<?xf32>
  // expected-error @+1 {{'tensorref.flip' op makes a ref whose dimension 0 has size 6, but the result type says 8}}
  %1 = tensorref.flip %0 dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// slice
//===----------------------------------------------------------------------===//

func.func @slice_count(%x: !tensorref.ref<4x4xf32>) {
  // expected-error @+1 {{'tensorref.slice' op has 1 slices where 2 are wanted}}
  %0 = tensorref.slice %x[1:2] : !tensorref.ref<4x4xf32> to !tensorref.ref<1x4xf32>
  return
}

// -----

func.func @slice_step(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.slice' op a slice's step is not 0}}
  %0 = tensorref.slice %x[1:2:0] : !tensorref.ref<4xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @slice_run_time_bounds(%x: !tensorref.ref<4xf32>, %i: index) {
  // expected-error @+1 {{'tensorref.slice' op has 1 run-time starts where 0 are wanted}}
  %0 = "tensorref.slice"(%x, %i) {static_starts = array<i64: 1>, static_stops = array<i64: 2>,
      steps = array<i64: 1>, has_start = array<i1: true>, has_stop = array<i1: true>,
      operandSegmentSizes = array<i32: 1, 1, 0>} : (!tensorref.ref<4xf32>, index) -> !tensorref.ref<?xf32>
  return
}

// -----

func.func @slice_missing_run_time_bound(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.slice' op has 0 run-time stops where 1 is wanted}}
  %0 = "tensorref.slice"(%x) {static_starts = array<i64: 1>, static_stops = array<i64: -9223372036854775808>,
      steps = array<i64: 1>, has_start = array<i1: true>, has_stop = array<i1: true>,
      operandSegmentSizes = array<i32: 1, 0, 0>} : (!tensorref.ref<4xf32>) -> !tensorref.ref<?xf32>
  return
}

// -----

func.func @slice_without_colon(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{expected ':'}}
  %0 = tensorref.slice %x[1] : !tensorref.ref<4xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @slice_run_time_step(%x: !tensorref.ref<4xf32>, %s: index) {
  // expected-error @+1 {{expected integer value}}
  %0 = tensorref.slice %x[1:2:%s] : !tensorref.ref<4xf32> to !tensorref.ref<?xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// select
//===----------------------------------------------------------------------===//

func.func @select_dimension(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.select' op dimension 1 does not exist: the source has rank 1}}
  %0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<4xf32> to !tensorref.ref<f32>
  return
}

// -----

func.func @select_negative_dimension(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.select' op dimension -1 does not exist: the source has rank 1}}
  %0 = tensorref.select %x dim -1 at 0 : !tensorref.ref<4xf32> to !tensorref.ref<f32>
  return
}

// -----

func.func @select_out_of_bounds(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.select' op index 4 is out of bounds for dimension 0 of size 4}}
  %0 = tensorref.select %x dim 0 at 4 : !tensorref.ref<4xf32> to !tensorref.ref<f32>
  return
}

// -----

func.func @select_before_the_front(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.select' op index -5 is out of bounds for dimension 0 of size 4}}
  %0 = tensorref.select %x dim 0 at -5 : !tensorref.ref<4xf32> to !tensorref.ref<f32>
  return
}

// -----

func.func @select_index_count(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.select' op has 2 indices where 1 is wanted}}
  %0 = "tensorref.select"(%x) {dimension = 0 : i64, static_index = array<i64: 1, 2>}
      : (!tensorref.ref<4xf32>) -> !tensorref.ref<f32>
  return
}

// -----

func.func @select_run_time_index(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.select' op has 0 run-time indices where 1 is wanted}}
  %0 = "tensorref.select"(%x) {dimension = 0 : i64, static_index = array<i64: -9223372036854775808>}
      : (!tensorref.ref<4xf32>) -> !tensorref.ref<f32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// newaxis, squeeze, transpose, flip
//===----------------------------------------------------------------------===//

func.func @newaxis_dimension(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.newaxis' op dimension 2 does not exist: the result has rank 2}}
  %0 = tensorref.newaxis %x dims [2] : !tensorref.ref<4xf32> to !tensorref.ref<4x1xf32>
  return
}

// -----

func.func @newaxis_twice(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.newaxis' op dimension 0 is named twice}}
  %0 = tensorref.newaxis %x dims [0, 0] : !tensorref.ref<4xf32> to !tensorref.ref<1x1x4xf32>
  return
}

// -----

func.func @newaxis_order(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.newaxis' op the new dimensions are named in ascending order}}
  %0 = tensorref.newaxis %x dims [2, 0] : !tensorref.ref<4xf32> to !tensorref.ref<1x4x1xf32>
  return
}

// -----

func.func @squeeze_dimension(%x: !tensorref.ref<1xf32>) {
  // expected-error @+1 {{'tensorref.squeeze' op dimension -1 does not exist: the source has rank 1}}
  %0 = tensorref.squeeze %x dims [-1] : !tensorref.ref<1xf32> to !tensorref.ref<f32>
  return
}

// -----

func.func @squeeze_size(%x: !tensorref.ref<1x4xf32>) {
  // expected-error @+1 {{'tensorref.squeeze' op only dimensions of size 1 can go, but dimension 1 has size 4}}
  %0 = tensorref.squeeze %x dims [1] : !tensorref.ref<1x4xf32> to !tensorref.ref<1xf32>
  return
}

// -----

func.func @transpose_dimension(%x: !tensorref.ref<2x4xf32>) {
  // expected-error @+1 {{'tensorref.transpose' op dimension 2 does not exist: the source has rank 2}}
  %0 = tensorref.transpose %x permutation [2, 0] : !tensorref.ref<2x4xf32> to !tensorref.ref<4x2xf32>
  return
}

// -----

func.func @transpose_twice(%x: !tensorref.ref<2x4xf32>) {
  // expected-error @+1 {{'tensorref.transpose' op dimension 1 is named twice}}
  %0 = tensorref.transpose %x permutation [1, 1] : !tensorref.ref<2x4xf32> to !tensorref.ref<4x4xf32>
  return
}

// -----

func.func @transpose_count(%x: !tensorref.ref<2x4xf32>) {
  // expected-error @+1 {{'tensorref.transpose' op has 1 dimensions in its permutation where 2 are wanted}}
  %0 = tensorref.transpose %x permutation [1] : !tensorref.ref<2x4xf32> to !tensorref.ref<4xf32>
  return
}

// -----

func.func @flip_dimension(%x: !tensorref.ref<2x4xf32>) {
  // expected-error @+1 {{'tensorref.flip' op dimension 2 does not exist: the source has rank 2}}
  %0 = tensorref.flip %x dims [2] : !tensorref.ref<2x4xf32> to !tensorref.ref<2x4xf32>
  return
}

// -----

func.func @flip_twice(%x: !tensorref.ref<2x4xf32>) {
  // expected-error @+1 {{'tensorref.flip' op dimension 0 is named twice}}
  %0 = tensorref.flip %x dims [0, 0] : !tensorref.ref<2x4xf32> to !tensorref.ref<2x4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// broadcast
//===----------------------------------------------------------------------===//

func.func @broadcast_rank(%x: !tensorref.ref<2x4xf32>) {
  // expected-error @+1 {{'tensorref.broadcast' op a broadcast keeps all dimensions: the source has 2, the result 1}}
  %0 = tensorref.broadcast %x to [4] : !tensorref.ref<2x4xf32> to !tensorref.ref<4xf32>
  return
}

// -----

func.func @broadcast_size(%x: !tensorref.ref<2x4xf32>) {
  // expected-error @+1 {{'tensorref.broadcast' op a dimension of size 2 is not repeated to size 6: only size 1 is}}
  %0 = tensorref.broadcast %x to [6, 4] : !tensorref.ref<2x4xf32> to !tensorref.ref<6x4xf32>
  return
}

// -----

func.func @broadcast_run_time_sizes(%x: !tensorref.ref<4xf32>) {
  // expected-error @+1 {{'tensorref.broadcast' op has 0 run-time sizes where 1 is wanted}}
  %0 = "tensorref.broadcast"(%x) {static_sizes = array<i64: -9223372036854775808, 4>}
      : (!tensorref.ref<4xf32>) -> !tensorref.ref<?x4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// reshape
//===----------------------------------------------------------------------===//

// Columns of a part of the rows do not lie one after the other.
func.func @reshape_needs_a_copy() {
  %0 = tensorref.alloc [4, 6] : !tensorref.ref<4x6xf32>
  %1 = tensorref.slice %0[_:_, 1:_] : !tensorref.ref<4x6xf32> to !tensorref.ref<4x5xf32>
  // expected-error @+1 {{'tensorref.reshape' op is not a view of its source: the dimensions that would merge are not adjacent in memory, or its groups do not say how; copy the source into a new storage first, or give `groups … into …`}}
  %2 = tensorref.reshape %1 to [20] : !tensorref.ref<4x5xf32> to !tensorref.ref<20xf32>
  return
}

// -----

func.func @reshape_without_groups(%x: !tensorref.ref<?x4xf32>, %n: index) {
  // expected-error @+1 {{'tensorref.reshape' op is not a view of its source}}
  %0 = tensorref.reshape %x to [%n] : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @reshape_other_number_of_elements() {
  %0 = tensorref.alloc [4, 6] : !tensorref.ref<4x6xf32>
  // expected-error @+1 {{'tensorref.reshape' op is not a view of its source}}
  %1 = tensorref.reshape %0 to [25] : !tensorref.ref<4x6xf32> to !tensorref.ref<25xf32>
  return
}

// -----

func.func @reshape_group_counts(%x: !tensorref.ref<?x4xf32>, %n: index) {
  // expected-error @+1 {{'tensorref.reshape' op `groups` and `into` are lists, of one length, of lists of dimensions of the source and of the result}}
  %0 = tensorref.reshape %x to [%n] groups [[0], [1]] into [[0]]
      : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @reshape_group_dimension(%x: !tensorref.ref<?x4xf32>, %n: index) {
  // expected-error @+1 {{'tensorref.reshape' op `groups` and `into` are lists}}
  %0 = tensorref.reshape %x to [%n] groups [[0, 1]] into [[1]]
      : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @reshape_groups_of_something_else(%x: !tensorref.ref<?x4xf32>, %n: index) {
  // expected-error @+1 {{'tensorref.reshape' op `groups` and `into` are lists}}
  %0 = tensorref.reshape %x to [%n] groups [0, 1] into [[0]]
      : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @reshape_groups_of_one_side(%x: !tensorref.ref<?x4xf32>, %n: index) {
  // expected-error @+1 {{'tensorref.reshape' op `groups` and `into` are lists}}
  %0 = "tensorref.reshape"(%x, %n) {static_sizes = array<i64: -9223372036854775808>, source_groups = [[0, 1]]}
      : (!tensorref.ref<?x4xf32>, index) -> !tensorref.ref<?xf32>
  return
}

// -----

func.func @reshape_run_time_sizes(%x: !tensorref.ref<?xf32>) {
  // expected-error @+1 {{'tensorref.reshape' op has 0 run-time sizes where 1 is wanted}}
  %0 = "tensorref.reshape"(%x) {static_sizes = array<i64: -9223372036854775808>,
      source_groups = [[0]], result_groups = [[0]]} : (!tensorref.ref<?xf32>) -> !tensorref.ref<?xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// diagonal, sliding_window
//===----------------------------------------------------------------------===//

func.func @diagonal_dimension(%x: !tensorref.ref<4x4xf32>) {
  // expected-error @+1 {{'tensorref.diagonal' op dimension 2 does not exist: the source has rank 2}}
  %0 = tensorref.diagonal %x offset 0 dims [0, 2] : !tensorref.ref<4x4xf32> to !tensorref.ref<4xf32>
  return
}

// -----

func.func @diagonal_of_one_dimension(%x: !tensorref.ref<4x4xf32>) {
  // expected-error @+1 {{'tensorref.diagonal' op dimension 1 is named twice}}
  %0 = tensorref.diagonal %x offset 0 dims [1, 1] : !tensorref.ref<4x4xf32> to !tensorref.ref<4xf32>
  return
}

// -----

func.func @diagonal_count(%x: !tensorref.ref<4x4xf32>) {
  // expected-error @+1 {{'tensorref.diagonal' op has 1 dimensions where 2 are wanted}}
  %0 = tensorref.diagonal %x offset 0 dims [1] : !tensorref.ref<4x4xf32> to !tensorref.ref<4xf32>
  return
}

// -----

func.func @window_dimension(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.sliding_window' op dimension 1 does not exist: the source has rank 1}}
  %0 = tensorref.sliding_window %x window [3] dims [1] : !tensorref.ref<8xf32> to !tensorref.ref<6x3xf32>
  return
}

// -----

func.func @window_count(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.sliding_window' op has 2 window sizes where 1 is wanted}}
  %0 = tensorref.sliding_window %x window [3, 3] dims [0] : !tensorref.ref<8xf32> to !tensorref.ref<6x3xf32>
  return
}

// -----

func.func @window_size(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.sliding_window' op a window of 9 does not fit in dimension 0 of size 8}}
  %0 = tensorref.sliding_window %x window [9] dims [0] : !tensorref.ref<8xf32> to !tensorref.ref<?x9xf32>
  return
}

// -----

func.func @window_run_time_sizes(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.sliding_window' op has 0 run-time window sizes where 1 is wanted}}
  %0 = "tensorref.sliding_window"(%x) {static_window = array<i64: -9223372036854775808>, dimensions = array<i64: 0>}
      : (!tensorref.ref<8xf32>) -> !tensorref.ref<?x?xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// strided_view
//===----------------------------------------------------------------------===//

func.func @strided_view_stride_count(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.strided_view' op has 1 strides where 2 are wanted}}
  %0 = tensorref.strided_view %x offset 0 sizes [2, 4] strides [1] : !tensorref.ref<8xf32> to !tensorref.ref<2x4xf32>
  return
}

// -----

func.func @strided_view_offset_count(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.strided_view' op has 2 offsets where 1 is wanted}}
  %0 = "tensorref.strided_view"(%x) {static_offset = array<i64: 0, 0>, static_sizes = array<i64: 2>,
      static_strides = array<i64: 1>, operandSegmentSizes = array<i32: 1, 0, 0, 0>}
      : (!tensorref.ref<8xf32>) -> !tensorref.ref<2xf32>
  return
}

// -----

func.func @strided_view_negative_size(%x: !tensorref.ref<8xf32>) {
  // expected-error @+1 {{'tensorref.strided_view' op a size is not negative, but this one is -2}}
  %0 = tensorref.strided_view %x offset 0 sizes [-2] strides [1] : !tensorref.ref<8xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @strided_view_run_time_numbers(%x: !tensorref.ref<8xf32>, %n: index) {
  // expected-error @+1 {{'tensorref.strided_view' op has 1 run-time strides where 0 are wanted}}
  %0 = "tensorref.strided_view"(%x, %n) {static_offset = array<i64: 0>, static_sizes = array<i64: 2>,
      static_strides = array<i64: 1>, operandSegmentSizes = array<i32: 1, 0, 0, 1>}
      : (!tensorref.ref<8xf32>, index) -> !tensorref.ref<2xf32>
  return
}

// -----

func.func @view_of_itself(%x: !tensorref.ref<2xf32>) {
  // expected-error @+1 {{'tensorref.flip' op is a view of itself}}
  %0 = tensorref.flip %0 dims [0] : !tensorref.ref<2xf32> to !tensorref.ref<2xf32>
  return
}

// -----

func.func @views_of_each_other_in_a_dead_block() {
  return
^bb1:
  // expected-error @+1 {{'tensorref.flip' op is a view of itself}}
  %0 = tensorref.flip %1 dims [0] : !tensorref.ref<2xf32> to !tensorref.ref<2xf32>
  %1 = tensorref.flip %0 dims [0] : !tensorref.ref<2xf32> to !tensorref.ref<2xf32>
  cf.br ^bb1
}

// -----

// A view is not composed with one that comes later, which may be malformed.

func.func @view_of_a_later_view(%x: !tensorref.ref<2xf32>) {
  %0 = tensorref.newaxis %1 dims [0] : !tensorref.ref<f32> to !tensorref.ref<1xf32>
  // expected-error @+1 {{'tensorref.select' op}}
  %1 = tensorref.select %x dim 5 at 0 : !tensorref.ref<2xf32> to !tensorref.ref<f32>
  return
}

// -----

func.func @step(%x: !tensorref.ref<?xf32>) {
  // expected-error@+1 {{a slice's step is greater than -9223372036854775808}}
  %y = tensorref.slice %x[_:_:-9223372036854775808] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  return
}

// -----

func.func @bound(%x: !tensorref.ref<?xf32>) {
  // expected-error@+1 {{-9223372036854775808 stands for a number of the run time: make it with arith.constant}}
  %y = tensorref.slice %x[-9223372036854775808:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  return
}
