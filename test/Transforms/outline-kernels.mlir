// RUN: elena-opt %s --tensorref-outline-kernels --canonicalize --cse --split-input-file | FileCheck %s

// A kernel takes, per root, one pointer; then those offsets, sizes and strides
// that are not constant, and the scalars of the bodies. Constants are made in
// the kernel. Names: @<entry>_k<number>_<what>.

// CHECK-LABEL: func.func private @f_k0_map(
// CHECK-SAME: %[[V:[a-z0-9]+]]: f32, %[[BOX:[a-z0-9]+]]: index,
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<f32> {llvm.noalias, llvm.readonly}, %[[N:[a-z0-9]+]]: index, %[[S:[a-z0-9]+]]: index,
// CHECK-SAME: %[[Y:[a-z0-9]+]]: memref<f32> {llvm.noalias}) attributes {elena.kernel} {
// CHECK: %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: %[[MX:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%[[N]], 4], strides: [%[[S]], 1] : memref<f32> to memref<?x4xf32, strided<[?, 1]>>
// CHECK: %[[RX:.*]] = tensorref.from_memref %[[MX]] : {{.*}} to !tensorref.ref<?x4xf32>
// CHECK: %[[MY:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [8, 4], strides: [4, 1] : memref<f32> to memref<8x4xf32, strided<[4, 1]>>
// CHECK: %[[RY:.*]] = tensorref.from_memref %[[MY]]
// CHECK: tensorref.group attributes {name = "map"} {
// CHECK: tensorref.stage box [%[[BOX]], 4] iterators [parallel, parallel] ins(%[[RX]] : {{.*}}) outs(%[[RY]] :
// CHECK: arith.mulf %{{.*}}, %[[TWO]]
// CHECK: arith.addf %{{.*}}, %[[V]]
// CHECK: return

// CHECK-LABEL: func.func private @f_k1(
// CHECK: tensorref.stage {{.*}} sequential

// The launch counts the points of the parallel dimensions; a sequential stage is
// one thread.

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[A0:[a-z0-9]+]]: !tensorref.ref<?x4xf32, strided<[?, 1]>>, %[[A1:[a-z0-9]+]]: !tensorref.ref<8x4xf32>
// CHECK-SAME: %[[A2:[a-z0-9]+]]: f32)
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG: %[[ROWS:.*]] = tensorref.dim %[[A0]], 0
// CHECK-DAG: %[[STRIDE:.*]] = tensorref.stride %[[A0]], 0
// CHECK-DAG: %[[B0:.*]] = tensorref.base %[[A0]] : {{.*}} to memref<f32>
// CHECK-DAG: %[[B1:.*]] = tensorref.base %[[A1]] : {{.*}} to memref<f32>
// CHECK-DAG: %[[POINTS:.*]] = arith.muli %[[ROWS]], %[[C4]]
// CHECK: tensorref.launch @f_k0_map threads %[[POINTS]] args(%[[A2]], %[[ROWS]], %[[B0]], %[[ROWS]], %[[STRIDE]], %[[B1]] : f32, index, memref<f32>, index, index, memref<f32>)
// CHECK: tensorref.launch @f_k1 threads %[[C1]] args(%[[B1]] : memref<f32>)
func.func @f(%x: !tensorref.ref<?x4xf32, strided<[?, 1]>>, %y: !tensorref.ref<8x4xf32> {tensorref.contiguous}, %v: f32)
    attributes {elena.entry} {
  %c2 = arith.constant 2.0 : f32
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32, strided<[?, 1]>>
  tensorref.group attributes {name = "map"} {
    tensorref.stage box [%n, 4] iterators [parallel, parallel]
        ins(%x : !tensorref.ref<?x4xf32, strided<[?, 1]>>) outs(%y : !tensorref.ref<8x4xf32>) {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %c2 : f32
      %1 = arith.addf %0, %v : f32
      tensorref.yield %1 : f32
    }
  }
  tensorref.group {
    tensorref.stage box [8, 4] iterators [parallel, parallel]
        ins(%y : !tensorref.ref<8x4xf32>) outs(%y : !tensorref.ref<8x4xf32>) sequential {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// One pointer per root: two views of one storage are two offsets from it. What
// is written is not read-only.

// CHECK-LABEL: func.func private @g_k0(
// CHECK-SAME: %[[P:[a-z0-9]+]]: memref<f32> {llvm.noalias}, %[[O:[a-z0-9]+]]: index) attributes {elena.kernel}
// CHECK-DAG: memref.reinterpret_cast %[[P]] to offset: [%[[O]]], sizes: [4], strides: [1]
// CHECK-DAG: memref.reinterpret_cast %[[P]] to offset: [12], sizes: [4], strides: [-1]
// CHECK-LABEL: func.func @g(
func.func @g(%x: !tensorref.ref<16xf32> {tensorref.contiguous}, %o: index) attributes {elena.entry} {
  %a = tensorref.strided_view %x offset %o sizes [4] strides [1] : !tensorref.ref<16xf32> to !tensorref.ref<4xf32>
  %b = tensorref.strided_view %x offset 12 sizes [4] strides [-1] : !tensorref.ref<16xf32> to !tensorref.ref<4xf32>
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] ins(%a : !tensorref.ref<4xf32>) outs(%b : !tensorref.ref<4xf32>) {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// Arguments that may overlap promise nothing. A fresh storage does.

// CHECK-LABEL: func.func private @overlapping_k0(
// CHECK-SAME: %{{[a-z0-9]+}}: memref<f32>, %{{[a-z0-9]+}}: memref<f32>) attributes {elena.kernel}
// CHECK-LABEL: func.func private @overlapping_k1(
// CHECK-SAME: %{{[a-z0-9]+}}: memref<f32> {llvm.noalias, llvm.readonly}, %{{[a-z0-9]+}}: memref<f32> {llvm.noalias}) attributes {elena.kernel}
func.func @overlapping(%x: !tensorref.ref<4xf32> {tensorref.contiguous}, %y: !tensorref.ref<4xf32> {tensorref.contiguous})
    attributes {elena.entry, elena.arguments_overlap} {
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] ins(%x : !tensorref.ref<4xf32>) outs(%y : !tensorref.ref<4xf32>) {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  %t = tensorref.alloc [4] : !tensorref.ref<4xf32>
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] ins(%t : !tensorref.ref<4xf32>) outs(%x : !tensorref.ref<4xf32>) {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// A bool is a byte in memory. Reduced dimensions are not threads.

// CHECK-LABEL: func.func private @any_k0(
// CHECK-SAME: %[[P:[a-z0-9]+]]: memref<i8> {llvm.noalias, llvm.readonly}, %[[Q:[a-z0-9]+]]: memref<i8> {llvm.noalias})
// CHECK: memref.reinterpret_cast %[[P]] {{.*}} : memref<i8> to memref<4x6xi8, strided<[6, 1]>>
// CHECK: tensorref.from_memref %{{.*}} to !tensorref.ref<4x6xi1>
// CHECK: func.func @any(
// CHECK: %[[C4:.*]] = arith.constant 4 : index
// CHECK: tensorref.launch @any_k0 threads %[[C4]]
func.func @any(%x: !tensorref.ref<4x6xi1> {tensorref.contiguous}, %y: !tensorref.ref<4xi1> {tensorref.contiguous})
    attributes {elena.entry} {
  tensorref.group {
    tensorref.stage box [4, 6] iterators [parallel, reduction]
        ins(%x : !tensorref.ref<4x6xi1>) outs(%y : !tensorref.ref<4xi1>) combiners [any] {
    ^bb0(%e: i1):
      tensorref.yield %e : i1
    }
  }
  return
}

// -----

// Threads of a scatter are the dimensions that the outputs share with the box:
// the index dimensions (two of them here, for one index) run in order.

// CHECK: func.func @scatter(
// CHECK: %[[C5:.*]] = arith.constant 5 : index
// CHECK: tensorref.launch @scatter_k0 threads %[[C5]]
func.func @scatter(%s: !tensorref.ref<2x3x5xf32> {tensorref.contiguous}, %i: !tensorref.ref<2x3x5xi64> {tensorref.contiguous},
                   %x: !tensorref.ref<7x5xf32> {tensorref.contiguous}) attributes {elena.entry} {
  tensorref.group {
    tensorref.stage box [2, 3, 5] iterators [parallel, parallel, parallel]
        ins(%s, %i : !tensorref.ref<2x3x5xf32>, !tensorref.ref<2x3x5xi64>) outs(%x : !tensorref.ref<7x5xf32>) scatter 1 {
    ^bb0(%e: f32, %k: i64):
      %row = arith.index_cast %k : i64 to index
      tensorref.yield %e, %row : f32, index
    }
  }
  return
}

// -----

// A gathered ref is a pointer too; its size, which wraps indices, is a number.

// CHECK-LABEL: func.func private @gather_k0(
// CHECK-SAME: memref<f32> {llvm.noalias, llvm.readonly}
// CHECK: tensorref.stage {{.*}} gathers(%[[G:.*]] : !tensorref.ref<?xf32>)
// CHECK: tensorref.element %[[G]]
func.func @gather(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %i: !tensorref.ref<3xi64> {tensorref.contiguous},
                  %o: !tensorref.ref<3xf32> {tensorref.contiguous}) attributes {elena.entry} {
  tensorref.group {
    tensorref.stage box [3] iterators [parallel] ins(%i : !tensorref.ref<3xi64>)
        gathers(%x : !tensorref.ref<?xf32>) outs(%o : !tensorref.ref<3xf32>) {
    ^bb0(%k: i64):
      %j = arith.index_cast %k : i64 to index
      %e = tensorref.element %x[%j] : !tensorref.ref<?xf32>
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// Private storage and its views stay in the group; views of other refs become
// offsets and strides. The launch counts the points of the space.

// CHECK-LABEL: func.func private @fused_k0_fused(
// CHECK-SAME: %[[N:[a-z0-9]+]]: index, %[[X:[a-z0-9]+]]: memref<f32> {llvm.noalias, llvm.readonly}, %{{[a-z0-9]+}}: index, %{{[a-z0-9]+}}: memref<f32> {llvm.noalias}, %{{[a-z0-9]+}}: index, %[[S:[a-z0-9]+]]: index) attributes {elena.kernel}
// CHECK: %[[MX:.*]] = memref.reinterpret_cast %[[X]] to offset: [2], sizes: [%{{.*}}, 2], strides: [4, 1]
// CHECK: %[[RX:.*]] = tensorref.from_memref %[[MX]]
// CHECK: tensorref.group over [%[[N]], 3] attributes {name = "fused"} {
// CHECK: %[[P:.*]] = tensorref.alloc [2]
// CHECK: %[[V:.*]] = tensorref.strided_view %[[P]] offset 0 sizes [%[[N]], 3, 2] strides [0, 0, 1]
// CHECK: tensorref.stage {{.*}} outs(%[[V]] : {{.*}}) along [0, 1] {
// CHECK: tensorref.stage {{.*}} ins(%[[RX]] : {{.*}}) outs(%{{.*}}) along [0 + %[[S]], 1] {
// CHECK: func.func @fused(
// CHECK: %[[POINTS:.*]] = arith.muli %{{.*}}, %c3
// CHECK: tensorref.launch @fused_k0_fused threads %[[POINTS]] args
func.func @fused(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %y: !tensorref.ref<?x2xf32> {tensorref.contiguous}, %s: index)
    attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %zero = arith.constant 0.0 : f32
  tensorref.group over [%n, 3] attributes {name = "fused"} {
    %xs = tensorref.slice %x[_:_, 2:4] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
    %p = tensorref.alloc [2] : !tensorref.ref<2xf32>
    %v = tensorref.strided_view %p offset 0 sizes [%n, 3, 2] strides [0, 0, 1] : !tensorref.ref<2xf32> to !tensorref.ref<?x3x2xf32>
    tensorref.stage box [%n, 3, 2] iterators [parallel, parallel, parallel] outs(%v : !tensorref.ref<?x3x2xf32>) along [0, 1] {
      tensorref.yield %zero : f32
    }
    tensorref.stage box [%n, 2] iterators [parallel, parallel] ins(%xs : !tensorref.ref<?x2xf32>)
        outs(%y : !tensorref.ref<?x2xf32>) along [0 + %s, 1] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// -----

// A pack is one kernel, with the threads of all its groups; points in order are
// one thread.

// CHECK-LABEL: func.func private @pack_k0_levels(
// CHECK: tensorref.pack attributes {name = "levels"} {
// CHECK: tensorref.group over [%{{.*}}] {
// CHECK: tensorref.group over [%{{.*}}] sequential_t {
// CHECK: tensorref.group {
// CHECK-NOT: func.func private
// CHECK: func.func @pack(
// CHECK-DAG: %[[N:.*]] = tensorref.dim
// CHECK-DAG: %[[ALL:.*]] = arith.addi %[[N]], %c5
// CHECK: tensorref.launch @pack_k0_levels threads %[[ALL]]
// CHECK-NOT: tensorref.launch
func.func @pack(%x: !tensorref.ref<?xf32> {tensorref.contiguous}, %y: !tensorref.ref<4xf32> {tensorref.contiguous}, %v: f32)
    attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  tensorref.pack attributes {name = "levels"} {
    %half = tensorref.slice %x[0:%n:2] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
    %m = tensorref.dim %half, 0 : !tensorref.ref<?xf32>
    tensorref.group over [%n] {
      tensorref.stage box [%n] iterators [parallel] outs(%x : !tensorref.ref<?xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
    tensorref.group over [%m] sequential_t {
      tensorref.stage box [%m] iterators [parallel] outs(%half : !tensorref.ref<?xf32>) along [0] {
        tensorref.yield %v : f32
      }
    }
    tensorref.group {
      tensorref.stage box [4] iterators [parallel] outs(%y : !tensorref.ref<4xf32>) {
        tensorref.yield %v : f32
      }
    }
  }
  return
}

// -----

// An element before element 0 (the argument runs backwards): the offset is an
// argument, since a memref's known offset is not negative. Through an empty view
// no element is reached.

// CHECK-LABEL: func.func private @before_k0(
// CHECK-SAME: %[[P:[a-z0-9]+]]: memref<f32> {{{.*}}}, %[[O:[a-z0-9]+]]: index)
// CHECK-DAG: memref.reinterpret_cast %[[P]] to offset: [%[[O]]], sizes: [6], strides: [1]
// CHECK-DAG: memref.reinterpret_cast %[[P]] to offset: [0], sizes: [6], strides: [-1]
// CHECK-LABEL: func.func private @before_k1(
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [0], strides: [1]
// CHECK-LABEL: func.func @before(
// CHECK: %[[C:.*]] = arith.constant -5 : index
// CHECK: tensorref.launch @before_k0 threads %{{.*}} args(%{{[a-z0-9]+}}, %[[C]] : memref<f32>, index)
func.func @before(%x: !tensorref.ref<6xf32, strided<[-1]>>) attributes {elena.entry} {
  %a = tensorref.slice %x[_:_:-1] : !tensorref.ref<6xf32, strided<[-1]>> to !tensorref.ref<6xf32>
  %e = tensorref.strided_view %x offset -5 sizes [0] strides [1] : !tensorref.ref<6xf32, strided<[-1]>> to !tensorref.ref<0xf32>
  tensorref.group {
    tensorref.stage box [6] iterators [parallel] ins(%a : !tensorref.ref<6xf32>) outs(%x : !tensorref.ref<6xf32, strided<[-1]>>) {
    ^bb0(%v: f32):
      tensorref.yield %v : f32
    }
  }
  tensorref.group {
    tensorref.stage box [0] iterators [parallel] ins(%e : !tensorref.ref<0xf32>) outs(%e : !tensorref.ref<0xf32>) {
    ^bb0(%v: f32):
      tensorref.yield %v : f32
    }
  }
  return
}
