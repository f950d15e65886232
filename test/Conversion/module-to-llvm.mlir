// RUN: elena-opt %s --elena-module-to-llvm --canonicalize --cse --reconcile-unrealized-casts | FileCheck %s
// RUN: elena-opt %s --elena-module-to-llvm --reconcile-unrealized-casts | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=LLVM

// `index` is 64 bits, a memref parameter a bare pointer; attributes of pointers
// are kept.

// CHECK-LABEL: llvm.func @kernel(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr {llvm.noalias, llvm.readonly}, %[[Q:.*]]: !llvm.ptr {llvm.noalias}, %[[N:.*]]: i64)
// CHECK: ^bb{{.*}}:
// CHECK: llvm.icmp "slt" %{{.*}}, %[[N]] : i64
// CHECK: %[[A:.*]] = llvm.getelementptr inbounds %[[P]][%[[I:.*]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: %[[E:.*]] = llvm.load %[[A]] : !llvm.ptr -> f32
// CHECK: llvm.store %[[E]], %{{.*}} : f32, !llvm.ptr
// CHECK-NOT: unrealized_conversion_cast

// LLVM-LABEL: define{{.*}} void @kernel(ptr noalias readonly %0, ptr noalias %1, i64 %2)
func.func private @kernel(%p: memref<f32> {llvm.noalias, llvm.readonly}, %q: memref<f32> {llvm.noalias}, %n: index)
    attributes {elena.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.reinterpret_cast %p to offset: [0], sizes: [%n], strides: [1] : memref<f32> to memref<?xf32, strided<[1]>>
  %b = memref.reinterpret_cast %q to offset: [0], sizes: [%n], strides: [1] : memref<f32> to memref<?xf32, strided<[1]>>
  cf.br ^loop(%c0 : index)
^loop(%i: index):
  %more = arith.cmpi slt, %i, %n : index
  cf.cond_br %more, ^body, ^end
^body:
  %e = memref.load %a[%i] : memref<?xf32, strided<[1]>>
  memref.store %e, %b[%i] : memref<?xf32, strided<[1]>>
  %next = arith.addi %i, %c1 : index
  cf.br ^loop(%next : index)
^end:
  return
}

// An entry hands pointers to kernels.

// CHECK-LABEL: llvm.func @entry(
// CHECK: %[[X:.*]] = llvm.inttoptr
// CHECK: llvm.call @kernel(%[[X]], %[[X]], %{{.*}}) : (!llvm.ptr, !llvm.ptr, i64) -> ()
// LLVM-LABEL: define i32 @entry(ptr %0, ptr %1, ptr %2)
func.func @entry(%args: !llvm.ptr, %results: !llvm.ptr, %rt: !llvm.ptr) -> i32 attributes {elena.entry} {
  %w = llvm.load %args : !llvm.ptr -> i64
  %x = llvm.inttoptr %w : i64 to !llvm.ptr
  %zero = llvm.mlir.constant(0 : i64) : i64
  %0 = llvm.mlir.poison : !llvm.struct<(ptr, ptr, i64)>
  %1 = llvm.insertvalue %x, %0[0] : !llvm.struct<(ptr, ptr, i64)>
  %2 = llvm.insertvalue %x, %1[1] : !llvm.struct<(ptr, ptr, i64)>
  %3 = llvm.insertvalue %zero, %2[2] : !llvm.struct<(ptr, ptr, i64)>
  %m = builtin.unrealized_conversion_cast %3 : !llvm.struct<(ptr, ptr, i64)> to memref<f32>
  %n = arith.index_cast %w : i64 to index
  call @kernel(%m, %m, %n) : (memref<f32>, memref<f32>, index) -> ()
  %ok = llvm.mlir.constant(0 : i32) : i32
  return %ok : i32
}

// What IEEE 754 rounds correctly are intrinsics, division floors as Python's, and
// nothing is fast or contracted.

// CHECK-LABEL: llvm.func @arithmetic(
// CHECK-NOT: fastmath
// CHECK: llvm.intr.sqrt
// CHECK: llvm.intr.floor
// CHECK: llvm.intr.roundeven
// CHECK: llvm.fmul
// CHECK: llvm.fadd
// CHECK: llvm.fdiv
// CHECK-NOT: llvm.intr.fma
// CHECK: %[[D:.*]] = llvm.sdiv
// CHECK: llvm.select %{{.*}}, %{{.*}}, %[[D]]
// CHECK: llvm.return
func.func @arithmetic(%x: f32, %a: index, %b: index) -> (f32, index) {
  %0 = math.sqrt %x : f32
  %1 = math.floor %0 : f32
  %2 = math.roundeven %1 : f32
  %3 = arith.mulf %2, %x : f32
  %4 = arith.addf %3, %x : f32
  %5 = arith.divf %4, %x : f32
  %6 = arith.floordivsi %a, %b : index
  return %5, %6 : f32, index
}

// Stack storage is one array that is addressed directly: the pointer is in no
// descriptor on the way, so SROA can make registers of it.

// CHECK-LABEL: llvm.func @stack(
// CHECK: %[[ONE:.*]] = llvm.mlir.constant(1 : index) : i64
// CHECK: %[[P:.*]] = llvm.alloca %[[ONE]] x !llvm.array<6 x f32> : (i64) -> !llvm.ptr
// CHECK-NOT: llvm.extractvalue
// CHECK: llvm.getelementptr inbounds %[[P]][
func.func private @stack(%n: index, %i: index) -> f32 {
  %p = memref.alloca() : memref<2x3xf32>
  %v = memref.reinterpret_cast %p to offset: [1], sizes: [%n, 2], strides: [0, 1] : memref<2x3xf32> to memref<?x2xf32, strided<[0, 1], offset: 1>>
  %w = memref.reinterpret_cast %v to offset: [2], sizes: [%n], strides: [%n] : memref<?x2xf32, strided<[0, 1], offset: 1>> to memref<?xf32, strided<[?], offset: 2>>
  %e = memref.load %w[%i] : memref<?xf32, strided<[?], offset: 2>>
  return %e : f32
}
