// RUN: elena-opt %s --canonicalize --split-input-file | FileCheck %s
// RUN: elena-opt %s --canonicalize --canonicalize --split-input-file | FileCheck %s

//===----------------------------------------------------------------------===//
// A chain of views is one strided view of its root (VIEW-COMPOSE-3)
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @static_chain(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<8x6xf32>
// CHECK-NEXT: %[[V:.*]] = tensorref.strided_view %[[X]] offset 8 sizes [3, 4, 1] strides [-1, 12, 0] injective : !tensorref.ref<8x6xf32> to !tensorref.ref<3x4x1xf32>
// CHECK-NEXT: return %[[V]]
func.func @static_chain(%x: !tensorref.ref<8x6xf32> {tensorref.contiguous}) -> !tensorref.ref<3x4x1xf32> {
  %a = tensorref.slice %x[1:_:2, _:_:-1] : !tensorref.ref<8x6xf32> to !tensorref.ref<4x6xf32>
  %b = tensorref.transpose %a permutation [1, 0] : !tensorref.ref<4x6xf32> to !tensorref.ref<6x4xf32>
  %c = tensorref.slice %b[3:_, _:_] : !tensorref.ref<6x4xf32> to !tensorref.ref<3x4xf32>
  %d = tensorref.newaxis %c dims [2] : !tensorref.ref<3x4xf32> to !tensorref.ref<3x4x1xf32>
  return %d : !tensorref.ref<3x4x1xf32>
}

// -----

// x[h:, 2] with a run-time h: clamping is arithmetic.

// CHECK-LABEL: func.func @run_time_chain(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %[[H:.*]]: index)
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK: %[[N:.*]] = tensorref.dim %[[X]], 0
// CHECK: %[[FROM_END:.*]] = arith.addi %[[H]], %[[N]]
// CHECK: %[[NEGATIVE:.*]] = arith.cmpi slt, %[[H]], %[[C0]]
// CHECK: %[[WRAPPED:.*]] = arith.select %[[NEGATIVE]], %[[FROM_END]], %[[H]]
// CHECK: %[[LOW:.*]] = arith.maxsi %[[WRAPPED]], %[[C0]]
// CHECK: %[[START:.*]] = arith.minsi %[[LOW]], %[[N]]
// CHECK: %[[SIZE:.*]] = arith.subi %[[N]], %[[START]]
// CHECK: %[[ROWS:.*]] = arith.muli %[[START]], %[[C4]]
// CHECK: %[[OFFSET:.*]] = arith.addi %[[ROWS]], %[[C2]]
// CHECK: tensorref.strided_view %[[X]] offset %[[OFFSET]] sizes [%[[SIZE]]] strides [4] injective : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
func.func @run_time_chain(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %h: index) -> !tensorref.ref<?xf32> {
  %a = tensorref.slice %x[%h:_, _:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
  %b = tensorref.select %a dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  return %b : !tensorref.ref<?xf32>
}

// -----

// Strides that the argument's type does not say are asked for at run time.

// CHECK-LABEL: func.func @unknown_strides(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<4x6xf32, strided<[?, 1]>>)
// CHECK: %[[S:.*]] = tensorref.stride %[[X]], 0
// CHECK-NOT: tensorref.stride
// CHECK: tensorref.strided_view %[[X]] offset 0 sizes [6, 4] strides [1, %[[S]]] injective
func.func @unknown_strides(%x: !tensorref.ref<4x6xf32, strided<[?, 1]>>) -> !tensorref.ref<6x4xf32> {
  %a = tensorref.transpose %x permutation [1, 0] : !tensorref.ref<4x6xf32, strided<[?, 1]>> to !tensorref.ref<6x4xf32>
  return %a : !tensorref.ref<6x4xf32>
}

// -----

// A view of a strided view, and strided views of strided views.

// CHECK-LABEL: func.func @chain_of_strided_views(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<24xf32>
// CHECK-NEXT: tensorref.strided_view %[[X]] offset 9 sizes [2] strides [-3] : !tensorref.ref<24xf32> to !tensorref.ref<2xf32>
func.func @chain_of_strided_views(%x: !tensorref.ref<24xf32> {tensorref.contiguous}) -> !tensorref.ref<2xf32> {
  %a = tensorref.strided_view %x offset 2 sizes [4, 4] strides [4, 1] : !tensorref.ref<24xf32> to !tensorref.ref<4x4xf32>
  %b = tensorref.strided_view %a offset 4 sizes [2] strides [3] : !tensorref.ref<4x4xf32> to !tensorref.ref<2xf32>
  %c = tensorref.flip %b dims [0] : !tensorref.ref<2xf32> to !tensorref.ref<2xf32>
  return %c : !tensorref.ref<2xf32>
}

// -----

// Only what surely repeats no element is called injective.

// CHECK-LABEL: func.func @windows_repeat_elements(
// CHECK: tensorref.strided_view %{{.*}} offset 0 sizes [6, 3] strides [1, 1] : !tensorref.ref<8xf32>
func.func @windows_repeat_elements(%x: !tensorref.ref<8xf32> {tensorref.contiguous}) -> !tensorref.ref<6x3xf32> {
  %a = tensorref.sliding_window %x window [3] dims [0] : !tensorref.ref<8xf32> to !tensorref.ref<6x3xf32>
  return %a : !tensorref.ref<6x3xf32>
}

// CHECK-LABEL: func.func @broadcasts_repeat_elements(
// CHECK: tensorref.strided_view %{{.*}} offset 3 sizes [3, 4] strides [0, -1] : !tensorref.ref<4xf32>
func.func @broadcasts_repeat_elements(%x: !tensorref.ref<4xf32> {tensorref.contiguous}) -> !tensorref.ref<3x4xf32> {
  %a = tensorref.broadcast %x to [3, 4] : !tensorref.ref<4xf32> to !tensorref.ref<3x4xf32>
  %b = tensorref.flip %a dims [1] : !tensorref.ref<3x4xf32> to !tensorref.ref<3x4xf32>
  return %b : !tensorref.ref<3x4xf32>
}

// -----

// A reshape by groups, of a size that is known at run time only.

// CHECK-LABEL: func.func @reshape_by_groups(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %[[N:.*]]: index)
// CHECK-NEXT: tensorref.strided_view %[[X]] offset 0 sizes [%[[N]]] strides [1] injective
func.func @reshape_by_groups(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %n: index) -> !tensorref.ref<?xf32> {
  %a = tensorref.reshape %x to [%n] groups [[0, 1]] into [[0]] : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  return %a : !tensorref.ref<?xf32>
}

// -----

// What a type says about a size (a guard has proved it) replaces the formula.

// CHECK-LABEL: func.func @the_type_knows_the_size(
// CHECK: tensorref.strided_view %{{.*}} offset 0 sizes [4] strides [1] injective
func.func @the_type_knows_the_size(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %n: index) -> !tensorref.ref<4xf32> {
  %a = tensorref.slice %x[_:%n] : !tensorref.ref<?xf32> to !tensorref.ref<4xf32>
  return %a : !tensorref.ref<4xf32>
}

// -----

// A view of everything is the ref itself.

// CHECK-LABEL: func.func @whole_view(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<4x6xf32>
// CHECK-NEXT: return %[[X]]
func.func @whole_view(%x: !tensorref.ref<4x6xf32> {tensorref.contiguous}) -> !tensorref.ref<4x6xf32> {
  %a = tensorref.flip %x dims [0] : !tensorref.ref<4x6xf32> to !tensorref.ref<4x6xf32>
  %b = tensorref.flip %a dims [0] : !tensorref.ref<4x6xf32> to !tensorref.ref<4x6xf32>
  return %b : !tensorref.ref<4x6xf32>
}

// Of the same sizes, but reversed: not the ref itself.
// CHECK-LABEL: func.func @reversed_view(
// CHECK: tensorref.strided_view %{{.*}} offset 3 sizes [4] strides [-1] injective
func.func @reversed_view(%x: !tensorref.ref<4xf32> {tensorref.contiguous}) -> !tensorref.ref<4xf32> {
  %a = tensorref.slice %x[_:_:-1] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
  return %a : !tensorref.ref<4xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Metadata
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @metadata_of_a_view(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32>)
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG: %[[N:.*]] = tensorref.dim %[[X]], 0
// CHECK-DAG: %[[S0:.*]] = tensorref.stride %[[X]], 0
// CHECK-DAG: %[[S1:.*]] = tensorref.stride %[[X]], 1
// CHECK: return %[[C4]], %[[N]], %[[S1]], %[[S0]]
func.func @metadata_of_a_view(%x: !tensorref.ref<?x4xf32>) -> (index, index, index, index) {
  %t = tensorref.transpose %x permutation [1, 0] : !tensorref.ref<?x4xf32> to !tensorref.ref<4x?xf32>
  %0 = tensorref.dim %t, 0 : !tensorref.ref<4x?xf32>
  %1 = tensorref.dim %t, 1 : !tensorref.ref<4x?xf32>
  %2 = tensorref.stride %t, 0 : !tensorref.ref<4x?xf32>
  %3 = tensorref.stride %t, 1 : !tensorref.ref<4x?xf32>
  return %0, %1, %2, %3 : index, index, index, index
}

// A negative size counts as 0.
// CHECK-LABEL: func.func @metadata_of_an_allocation(
// CHECK-SAME: %[[N:.*]]: index)
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK: %[[SIZE:.*]] = arith.maxsi %[[N]], %[[C0]]
// CHECK-NOT: tensorref
// CHECK: return %[[SIZE]], %[[C4]]
func.func @metadata_of_an_allocation(%n: index) -> (index, index) {
  %a = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  %0 = tensorref.dim %a, 0 : !tensorref.ref<?x4xf32>
  %1 = tensorref.stride %a, 0 : !tensorref.ref<?x4xf32>
  return %0, %1 : index, index
}

// CHECK-LABEL: func.func @strides_of_arguments(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?x4xf32, strided<[?, 1]>>,
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG: %[[S:.*]] = tensorref.stride %[[X]], 0
// CHECK: return %[[S]], %[[C1]], %[[C4]]
func.func @strides_of_arguments(%x: !tensorref.ref<?x4xf32, strided<[?, 1]>>,
                                %y: !tensorref.ref<3x4xf32> {tensorref.contiguous}) -> (index, index, index) {
  %0 = tensorref.stride %x, 0 : !tensorref.ref<?x4xf32, strided<[?, 1]>>
  %1 = tensorref.stride %x, 1 : !tensorref.ref<?x4xf32, strided<[?, 1]>>
  %2 = tensorref.stride %y, 0 : !tensorref.ref<3x4xf32>
  return %0, %1, %2 : index, index, index
}

// -----

//===----------------------------------------------------------------------===//
// What vanishes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @self_copy(
// CHECK-NEXT: return
func.func @self_copy(%x: !tensorref.ref<4xf32> {tensorref.contiguous}) {
  tensorref.copy %x to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  %a = tensorref.slice %x[_:_] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
  tensorref.copy %a to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// The same cells in another order are another matter.
// CHECK-LABEL: func.func @reversing_copy(
// CHECK: tensorref.copy
func.func @reversing_copy(%x: !tensorref.ref<4xf32> {tensorref.contiguous}) {
  %a = tensorref.flip %x dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
  tensorref.copy %a to %x : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  return
}

// CHECK-LABEL: func.func @dead_allocation(
// CHECK-NEXT: return
func.func @dead_allocation(%n: index) {
  %a = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  %b = tensorref.flip %a dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  return
}

// CHECK-LABEL: func.func @checks_that_hold(
// CHECK-SAME: %[[C:.*]]: i1)
// CHECK-NEXT: %[[FALSE:.*]] = arith.constant false
// CHECK-NEXT: tensorref.guard %[[FALSE]]
// CHECK-NEXT: tensorref.guard %[[C]]
// CHECK-NEXT: tensorref.assert %[[C]], "ValueError", "maybe"
// CHECK-NEXT: return
func.func @checks_that_hold(%c: i1) {
  %true = arith.constant true
  %false = arith.constant false
  tensorref.guard %true
  tensorref.guard %false
  tensorref.guard %c
  tensorref.assert %true, "ValueError", "never"
  tensorref.assert %c, "ValueError", "maybe"
  return
}

// CHECK-LABEL: func.func @to_memref_and_back(
// CHECK-SAME: %[[M:.*]]: memref<4xf32>)
// CHECK-NEXT: return %[[M]]
func.func @to_memref_and_back(%m: memref<4xf32>) -> memref<4xf32> {
  %0 = tensorref.from_memref %m : memref<4xf32> to !tensorref.ref<4xf32>
  %1 = tensorref.to_memref %0 : !tensorref.ref<4xf32> to memref<4xf32>
  return %1 : memref<4xf32>
}
