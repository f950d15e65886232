// RUN: elena-opt %s -verify-diagnostics -split-input-file

//===----------------------------------------------------------------------===//
// group
//===----------------------------------------------------------------------===//

func.func @group_holds_stages_only(%a: !tensorref.ref<4xf32>, %v: f32) {
  // expected-error @+1 {{'tensorref.group' op holds stages and pure ops, but here is a 'tensorref.fill'}}
  tensorref.group {
    tensorref.fill %v into %a : f32, !tensorref.ref<4xf32>
  }
  return
}

// -----

func.func @group_allocates_without_space() {
  tensorref.group {
    // expected-error @+1 {{'tensorref.alloc' op in a group without `over` has no point to be private to: allocate before the group}}
    %0 = tensorref.alloc [4] : !tensorref.ref<4xf32>
  }
  return
}

// -----

func.func @group_private_size(%n: index) {
  tensorref.group over [4] {
    // expected-error @+1 {{'tensorref.alloc' op in a group is storage of one point, so its sizes are constant}}
    %0 = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  }
  return
}

// -----

func.func @group_order_without_space(%n: index) {
  // expected-error @+1 {{'tensorref.group' op without `over` has no points to run in order: `sequential_t` is for fused groups}}
  tensorref.group sequential_t {
    %0 = arith.addi %n, %n : index
  }
  return
}

// -----

func.func @group_descending_without_order(%n: index) {
  // expected-error @+1 {{'tensorref.group' op has no order that could be descending: `descending` follows `sequential_t`}}
  tensorref.group over [%n] descending {
    %0 = arith.addi %n, %n : index
  }
  return
}

// -----

func.func @group_run_time_sizes(%n: index) {
  // expected-error @+1 {{'tensorref.group' op has 1 run-time sizes where 0 are wanted}}
  "tensorref.group"(%n) <{static_over = array<i64: 4>}> ({
    %0 = arith.addi %n, %n : index
  }) : (index) -> ()
  return
}

// -----

//===----------------------------------------------------------------------===//
// pack
//===----------------------------------------------------------------------===//

func.func @pack_holds_groups_only(%a: !tensorref.ref<4xf32>, %v: f32) {
  // expected-error @+1 {{'tensorref.pack' op packs groups and pure ops, but here is a 'tensorref.fill'}}
  tensorref.pack {
    tensorref.fill %v into %a : f32, !tensorref.ref<4xf32>
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// stage: along
//===----------------------------------------------------------------------===//

func.func @along_without_space(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has `along`, but its group has no `over`}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) along [0] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @space_without_along(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group over [4] {
    // expected-error @+1 {{'tensorref.stage' op of a group with `over` says by `along` at which point it runs}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @along_count(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group over [4, 4] {
    // expected-error @+1 {{'tensorref.stage' op names 1 dimensions in `along` where the group's space has 2}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) along [0] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @along_no_dimension(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group over [4] {
    // expected-error @+1 {{'tensorref.stage' op runs along dimension 1 of a box of rank 1}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) along [1] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @along_twice(%o: !tensorref.ref<4x4xf32>, %v: f32) {
  tensorref.group over [4, 4] {
    // expected-error @+1 {{'tensorref.stage' op names dimension 1 twice in `along`}}
    tensorref.stage box [4, 4] iterators [parallel, parallel] outs(%o : !tensorref.ref<4x4xf32>) along [1, 1] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @along_reduction(%o: !tensorref.ref<f32>, %v: f32) {
  tensorref.group over [4] {
    // expected-error @+1 {{'tensorref.stage' op runs along dimension 0, whose points must be in one point of the group's space: only parallel dimensions are spread over it}}
    tensorref.stage box [4] iterators [reduction] outs(%o : !tensorref.ref<f32>) combiners [sum] along [0] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @along_shift_count(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group over [4] {
    // expected-error @+1 {{'tensorref.stage' op has 0 shifts for 1 dimensions in `along`}}
    "tensorref.stage"(%o) <{static_box = array<i64: 4>, iterators = [#tensorref<iterator parallel>],
        operandSegmentSizes = array<i32: 0, 0, 0, 1, 0>, along = array<i64: 0>}> ({
      tensorref.yield %v : f32
    }) : (!tensorref.ref<4xf32>) -> ()
  }
  return
}

// -----

func.func @along_run_time_shifts(%o: !tensorref.ref<4xf32>, %v: f32, %s: index) {
  tensorref.group over [4] {
    // expected-error @+1 {{'tensorref.stage' op has 1 run-time shifts where 0 are wanted}}
    "tensorref.stage"(%o, %s) <{static_box = array<i64: 4>, iterators = [#tensorref<iterator parallel>],
        operandSegmentSizes = array<i32: 0, 0, 0, 1, 1>, along = array<i64: 0>, static_shifts = array<i64: 0>}> ({
      tensorref.yield %v : f32
    }) : (!tensorref.ref<4xf32>, index) -> ()
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// stage: box and iterators
//===----------------------------------------------------------------------===//

func.func @stage_output_count() {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has no output}}
    "tensorref.stage"() <{static_box = array<i64: 4>, iterators = [#tensorref<iterator parallel>],
        operandSegmentSizes = array<i32: 0, 0, 0, 0, 0>}> ({
      tensorref.yield
    }) : () -> ()
  }
  return
}

// -----

func.func @stage_iterator_count(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has 2 iterators for a box of rank 1}}
    tensorref.stage box [4] iterators [parallel, parallel] outs(%o : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_iterator_kind(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'window' is no iterator kind}}
    tensorref.stage box [4] iterators [window] outs(%o : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_iterators_of_something_else(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{attribute 'iterators' failed to satisfy constraint: kinds of iterators}}
    "tensorref.stage"(%o) <{static_box = array<i64: 4>, iterators = ["parallel"],
        operandSegmentSizes = array<i32: 0, 0, 0, 1, 0>}> ({
      tensorref.yield %v : f32
    }) : (!tensorref.ref<4xf32>) -> ()
  }
  return
}

// -----

func.func @stage_run_time_sizes(%o: !tensorref.ref<?xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has 0 run-time sizes where 1 is wanted}}
    "tensorref.stage"(%o) <{static_box = array<i64: -9223372036854775808>,
        iterators = [#tensorref<iterator parallel>], operandSegmentSizes = array<i32: 0, 0, 0, 1, 0>}> ({
      tensorref.yield %v : f32
    }) : (!tensorref.ref<?xf32>) -> ()
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// stage: combiners
//===----------------------------------------------------------------------===//

func.func @stage_combiner_without_reduction(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has combiners, but no dimension to combine along}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) combiners [sum] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_combiner_count(%o: !tensorref.ref<f32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has one combiner per output where there is a reduction or scan dimension}}
    tensorref.stage box [4] iterators [reduction] outs(%o : !tensorref.ref<f32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_combiner_kind(%o: !tensorref.ref<f32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'median' is no reduction kind}}
    tensorref.stage box [4] iterators [reduction] outs(%o : !tensorref.ref<f32>) combiners [median] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_scan_beside_reduction(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has one scan dimension and no reduction beside it, or no scan dimension}}
    tensorref.stage box [4, 4] iterators [scan, reduction] outs(%o : !tensorref.ref<4xf32>) combiners [sum] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_two_scans(%o: !tensorref.ref<4x4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op has one scan dimension and no reduction beside it, or no scan dimension}}
    tensorref.stage box [4, 4] iterators [scan, scan] outs(%o : !tensorref.ref<4x4xf32>) combiners [sum] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_masked_reduction(%o: !tensorref.ref<f32>, %v: f32, %c: i1) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op masks or scatters, so all its dimensions are parallel}}
    tensorref.stage box [4] iterators [reduction] outs(%o : !tensorref.ref<f32>) combiners [sum] masked {
      tensorref.yield %v, %c : f32, i1
    }
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// stage: shapes
//===----------------------------------------------------------------------===//

func.func @stage_input_shape(%a: !tensorref.ref<5xf32>, %o: !tensorref.ref<4xf32>) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op an input has the shape of the box}}
    tensorref.stage box [4] iterators [parallel]
        ins(%a : !tensorref.ref<5xf32>) outs(%o : !tensorref.ref<4xf32>) {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
  }
  return
}

// -----

func.func @stage_output_shape(%a: !tensorref.ref<4x3xf32>, %o: !tensorref.ref<4x3xf32>) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op an output has the shape of the box without its reduction dimensions}}
    tensorref.stage box [4, 3] iterators [parallel, reduction]
        ins(%a : !tensorref.ref<4x3xf32>) outs(%o : !tensorref.ref<4x3xf32>) combiners [sum] {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
  }
  return
}

// -----

func.func @stage_scatters_too_many_dimensions(%o: !tensorref.ref<4xf32>, %v: f32, %i: index) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op scatters 2 dimensions of an output of rank 1 from a box of rank 1}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) scatter 2 {
      tensorref.yield %v, %i, %i : f32, index, index
    }
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// stage: body
//===----------------------------------------------------------------------===//

func.func @stage_argument_count(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op the body has one argument per input}}
    tensorref.stage box [4] iterators [parallel]
        ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_argument_type(%a: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf64>) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op a body argument has the element type of its input}}
    tensorref.stage box [4] iterators [parallel]
        ins(%a : !tensorref.ref<4xf32>) outs(%o : !tensorref.ref<4xf64>) {
    ^bb0(%x: f64):
      tensorref.yield %x : f64
    }
  }
  return
}

// -----

func.func @stage_terminator(%o: !tensorref.ref<4xf32>) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op the body ends in tensorref.yield}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) {
      llvm.unreachable
    }
  }
  return
}

// -----

func.func @stage_yield_count(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op the body yields 1 values where 2 are wanted}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) masked {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_yield_type(%o: !tensorref.ref<4xf32>, %v: f64) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op a value of type 'f64' is stored in a ref of 'f32'}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) {
      tensorref.yield %v : f64
    }
  }
  return
}

// -----

// What argmax stores is a position, whatever it compares.
func.func @stage_position_type(%o: !tensorref.ref<f32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op a value of type 'i64' is stored in a ref of 'f32'}}
    tensorref.stage box [4] iterators [reduction] outs(%o : !tensorref.ref<f32>) combiners [argmax] {
      tensorref.yield %v : f32
    }
  }
  return
}

// -----

func.func @stage_scatter_index_type(%o: !tensorref.ref<4xf32>, %v: f32, %i: i64) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op a scatter's indices are of type index}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) scatter 1 {
      tensorref.yield %v, %i : f32, i64
    }
  }
  return
}

// -----

func.func @stage_mask_type(%o: !tensorref.ref<4xf32>, %v: f32) {
  tensorref.group {
    // expected-error @+1 {{'tensorref.stage' op the last value of a masked stage is an i1}}
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) masked {
      tensorref.yield %v, %v : f32, f32
    }
  }
  return
}

// -----

//===----------------------------------------------------------------------===//
// element
//===----------------------------------------------------------------------===//

func.func @element_index_count(%x: !tensorref.ref<4x4xf32>, %o: !tensorref.ref<4xf32>, %i: index) {
  tensorref.group {
    tensorref.stage box [4] iterators [parallel]
        gathers(%x : !tensorref.ref<4x4xf32>) outs(%o : !tensorref.ref<4xf32>) {
      // expected-error @+1 {{'tensorref.element' op has 1 indices for a ref of rank 2}}
      %e = tensorref.element %x[%i] : !tensorref.ref<4x4xf32>
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

func.func @element_not_gathered(%x: !tensorref.ref<4xf32>, %o: !tensorref.ref<4xf32>, %i: index) {
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] outs(%o : !tensorref.ref<4xf32>) {
      // expected-error @+1 {{'tensorref.element' op reads a ref that its stage lists in `gathers`}}
      %e = tensorref.element %x[%i] : !tensorref.ref<4xf32>
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

func.func @element_outside(%x: !tensorref.ref<4xf32>, %i: index) {
  // expected-error @+1 {{'tensorref.element' op reads a ref that its stage lists in `gathers`}}
  %e = tensorref.element %x[%i] : !tensorref.ref<4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// launch
//===----------------------------------------------------------------------===//

func.func @launch_of_nothing(%n: index) {
  // expected-error @+1 {{'tensorref.launch' op there is no kernel @k}}
  tensorref.launch @k threads %n args()
  return
}

// -----

func.func private @k(memref<f32>, index) attributes {elena.kernel}

func.func @launch_argument_types(%n: index) {
  // expected-error @+1 {{'tensorref.launch' op the arguments are not of the types that @k takes}}
  tensorref.launch @k threads %n args(%n, %n : index, index)
  return
}

// -----

func.func @foreach_without_number(%n: index) {
  // expected-error @+1 {{takes one argument, the number of the iteration, of type index}}
  tensorref.foreach %n threads %n {
    tensorref.group {}
  }
  return
}

// -----

func.func @foreach_without_kernel(%n: index) {
  // expected-error @+1 {{holds no group or pack}}
  tensorref.foreach %n threads %n {
  ^bb0(%i: index):
    %j = arith.addi %i, %n : index
  }
  return
}

// -----

func.func @foreach_with_memory_of_any_size(%n: index) {
  tensorref.foreach %n threads %n {
  ^bb0(%i: index):
    // expected-error @+1 {{in tensorref.foreach is storage of one iteration, so its sizes are constant}}
    %t = tensorref.alloc [%n] : !tensorref.ref<?xf32>
    tensorref.group {}
  }
  return
}

// -----

func.func @foreach_with_much_memory(%n: index, %c: i1) {
  tensorref.foreach %n threads %n {
  ^bb0(%i: index):
    %t = tensorref.alloc [512] : !tensorref.ref<512xf32>
    scf.if %c {
      // expected-error @+1 {{makes the storage of an iteration larger than 4096 bytes}}
      %u = tensorref.alloc [513] : !tensorref.ref<513xf32>
      tensorref.group {}
    }
  }
  return
}

// -----

func.func @foreach_with_a_loop_that_carries(%x: !tensorref.ref<4xf32>, %v: f32, %n: index, %c0: index, %c1: index) {
  // expected-error @+1 {{holds groups, packs, storage, loads, ops without effects, and scf.for and scf.if without results, but here is a 'scf.for'}}
  tensorref.foreach %n threads %n {
  ^bb0(%i: index):
    %s = scf.for %k = %c0 to %n step %c1 iter_args(%a = %c0) -> (index) {
      tensorref.group over [4] {
        tensorref.stage box [4] iterators [parallel] outs(%x : !tensorref.ref<4xf32>) along [0] {
          tensorref.yield %v : f32
        }
      }
      scf.yield %a : index
    }
  }
  return
}

// -----

func.func @foreach_with_a_check(%n: index, %ok: i1) {
  // expected-error @+1 {{but here is a 'tensorref.assert'}}
  tensorref.foreach %n threads %n {
  ^bb0(%i: index):
    tensorref.assert %ok, "ValueError", "no"
    tensorref.group {}
  }
  return
}

// -----

func.func @foreach_loads_what_it_writes(%x: !tensorref.ref<4xf32>, %n: index) {
  // expected-error @+1 {{loads from a storage that its groups write}}
  tensorref.foreach %n threads %n {
  ^bb0(%i: index):
    %s = tensorref.select %x dim 0 at %i : !tensorref.ref<4xf32> to !tensorref.ref<f32>
    %v = tensorref.load %s : !tensorref.ref<f32>
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%x : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
  }
  return
}
