// RUN: elena-opt %s --elena-entry-to-abi --canonicalize --cse --split-input-file | FileCheck %s
// RUN: elena-opt %s --elena-entry-to-abi=launch=runtime --canonicalize --cse --split-input-file \
// RUN:   | FileCheck %s --check-prefix=RUNTIME

// Words in: [pointer, sizes, strides] of a ref, an index, the bits of an f64, a
// bool. Words out: [storage, pointer, sizes, strides] of a ref, the bits of
// scalars. A size that the type knows still has its word.

// CHECK-LABEL: func.func @words(
// CHECK-SAME: %[[ARGS:.*]]: !llvm.ptr, %[[RESULTS:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32 attributes {elena.entry} {
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : i64
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1065353216 : i64
// CHECK-DAG: %[[OK:.*]] = llvm.mlir.constant(0 : i32)
// CHECK: %[[W0:.*]] = llvm.load %[[ARGS]] : !llvm.ptr -> i64
// CHECK: %[[X:.*]] = llvm.inttoptr %[[W0]]
// CHECK: %[[P1:.*]] = llvm.getelementptr %[[ARGS]][1] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[ROWS:.*]] = llvm.load %[[P1]]
// CHECK: %[[P5:.*]] = llvm.getelementptr %[[ARGS]][5]
// CHECK: %[[N:.*]] = llvm.load %[[P5]]
// CHECK: %[[P6:.*]] = llvm.getelementptr %[[ARGS]][6]
// CHECK: %[[V:.*]] = llvm.load %[[P6]]
// CHECK: %[[P7:.*]] = llvm.getelementptr %[[ARGS]][7]
// CHECK: %[[W7:.*]] = llvm.load %[[P7]]
// CHECK: %[[R:.*]] = llvm.inttoptr %[[W7]]
// CHECK: %[[BYTE:.*]] = llvm.load %[[R]] : !llvm.ptr -> i8
// CHECK: %[[BOOL:.*]] = arith.cmpi ne, %[[BYTE]], %c0_i8
// CHECK: %[[STORAGE:.*]] = llvm.ptrtoint %[[X]]
// CHECK: llvm.store %[[STORAGE]], %[[RESULTS]]
// CHECK: %[[AT:.*]] = llvm.getelementptr %[[X]][8] : (!llvm.ptr) -> !llvm.ptr, i8
// CHECK: %[[DATA:.*]] = llvm.ptrtoint %[[AT]]
// CHECK: %[[Q1:.*]] = llvm.getelementptr %[[RESULTS]][1]
// CHECK: llvm.store %[[DATA]], %[[Q1]]
// CHECK: %[[Q2:.*]] = llvm.getelementptr %[[RESULTS]][2]
// CHECK: llvm.store %[[N]], %[[Q2]]
// CHECK: %[[Q3:.*]] = llvm.getelementptr %[[RESULTS]][3]
// CHECK: llvm.store %[[C4]], %[[Q3]]
// CHECK: %[[Q4:.*]] = llvm.getelementptr %[[RESULTS]][4]
// CHECK: llvm.store %[[V]], %[[Q4]]
// CHECK: %[[Q5:.*]] = llvm.getelementptr %[[RESULTS]][5]
// CHECK: llvm.store %[[ROWS]], %[[Q5]]
// CHECK: %[[Q6:.*]] = llvm.getelementptr %[[RESULTS]][6]
// CHECK: %[[Q7:.*]] = llvm.getelementptr %[[RESULTS]][7]
// CHECK: llvm.store %[[ONE]], %[[Q7]]
// CHECK: return %[[OK]] : i32
func.func @words(%x: !tensorref.ref<?x4xf32, strided<[?, 1]>>, %n: index, %v: f64, %r: !tensorref.ref<i1>)
    -> (!tensorref.ref<?xf32>, f64, index, i1, f32) attributes {elena.entry} {
  %view = tensorref.strided_view %x offset 2 sizes [%n] strides [4]
      : !tensorref.ref<?x4xf32, strided<[?, 1]>> to !tensorref.ref<?xf32>
  %c = arith.constant 1.0 : f32
  %e = tensorref.load %r : !tensorref.ref<i1>
  %d = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32, strided<[?, 1]>>
  return %view, %v, %d, %e, %c : !tensorref.ref<?xf32>, f64, index, i1, f32
}

// -----

// A guard that does not hold returns 1.

// CHECK-LABEL: func.func @guard(
// CHECK: %[[GUARD:.*]] = llvm.mlir.constant(1 : i32)
// CHECK: %[[C:.*]] = arith.cmpi eq
// CHECK: cf.cond_br %[[C]], ^[[NEXT:bb[0-9]+]], ^[[LEAVE:bb[0-9]+]]
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: return %[[GUARD]]
// CHECK: ^[[NEXT]]:
func.func @guard(%x: !tensorref.ref<?xf32>, %k: index) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
  %same = arith.cmpi eq, %n, %k : index
  tensorref.guard %same
  return
}

// -----

// Apart: the interval of the bytes of one ends before that of the other begins,
// or one has no element. A negative stride reaches down. Otherwise the run time
// is asked, with the words of both arguments, if it has an answer. Not apart: 2.

// CHECK-LABEL: func.func @guard_apart(
// CHECK-SAME: %[[ARGS:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[RT:.*]]: !llvm.ptr)
// CHECK: %[[OVERLAP:.*]] = llvm.mlir.constant(2 : i32)
// CHECK: %[[WORDS_Y:.*]] = llvm.getelementptr %[[ARGS]][3]
// CHECK: %[[LAST:.*]] = arith.subi %[[N:.*]], %c1
// CHECK: %[[REACH:.*]] = arith.muli %[[STRIDE:.*]], %[[LAST]]
// CHECK: %[[DOWN:.*]] = arith.minsi %[[REACH]], %c0
// CHECK: %[[UP:.*]] = arith.maxsi %[[REACH]], %c0
// CHECK: %[[BASE_X:.*]] = llvm.ptrtoint
// CHECK: %[[EMPTY:.*]] = arith.cmpi sle, %[[N]], %c0
// CHECK: %[[END:.*]] = arith.addi %[[UP]], %c1
// CHECK: %[[DOWN_BYTES:.*]] = arith.muli %[[DOWN]], %c4
// CHECK: %[[DOWN_WORD:.*]] = arith.index_cast %[[DOWN_BYTES]]
// CHECK: %[[LOW_X:.*]] = arith.addi %[[BASE_X]], %[[DOWN_WORD]]
// CHECK: %[[END_BYTES:.*]] = arith.muli %[[END]], %c4
// CHECK: %[[END_WORD:.*]] = arith.index_cast %[[END_BYTES]]
// CHECK: %[[HIGH_X:.*]] = arith.addi %[[BASE_X]], %[[END_WORD]]
// CHECK: %[[BASE_Y:.*]] = llvm.ptrtoint
// CHECK: %[[LOW_Y:.*]] = arith.addi %[[BASE_Y]], %{{.*}} : i64
// CHECK: %[[HIGH_Y:.*]] = arith.addi %[[BASE_Y]], %{{.*}} : i64
// CHECK: %[[BEFORE:.*]] = arith.cmpi ule, %[[HIGH_X]], %[[LOW_Y]]
// CHECK: %[[AFTER:.*]] = arith.cmpi ule, %[[HIGH_Y]], %[[LOW_X]]
// CHECK: %[[OR:.*]] = arith.ori %[[BEFORE]], %[[AFTER]]
// CHECK: %[[APART:.*]] = arith.ori %[[OR]], %[[EMPTY]]
// CHECK: cf.cond_br %[[APART]], ^[[NEXT:bb[0-9]+]], ^[[EXACT:bb[0-9]+]]
// CHECK: ^[[EXACT]]:
// CHECK: %[[MEMBER:.*]] = llvm.getelementptr %[[RT]][3]
// CHECK: %[[CALLEE:.*]] = llvm.load %[[MEMBER]]
// CHECK: %[[THERE:.*]] = llvm.icmp "ne" %[[CALLEE]]
// CHECK: cf.cond_br %[[THERE]], ^[[ASK:bb[0-9]+]], ^[[LEAVE:bb[0-9]+]]
// CHECK: ^[[NEXT]]:
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: return %[[OVERLAP]]
// CHECK: ^[[ASK]]:
// CHECK: %[[FOUND:.*]] = llvm.call %[[CALLEE]](%[[RT]], %[[ARGS]], %[[RANK:.*]], %[[BYTES:.*]], %[[WORDS_Y]], %[[RANK]], %[[BYTES_Y:.*]]) : !llvm.ptr
// CHECK: %[[NONE:.*]] = llvm.icmp "eq" %[[FOUND]]
// CHECK: cf.cond_br %[[NONE]], ^[[NEXT]], ^[[SHARED:bb[0-9]+]]
// CHECK: ^[[SHARED]]:
// CHECK-NEXT: return %[[OVERLAP]]
func.func @guard_apart(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<8xi64>) attributes {elena.entry} {
  tensorref.guard_apart %x, %y : !tensorref.ref<?xf32>, !tensorref.ref<8xi64>
  return
}

// -----

// The very same: all words are.

// CHECK-LABEL: func.func @guard_same(
// CHECK-SAME: %[[ARGS:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr)
// CHECK: %[[OVERLAP:.*]] = llvm.mlir.constant(2 : i32)
// CHECK: llvm.load %[[ARGS]]
// CHECK: llvm.getelementptr %[[ARGS]][3]
// CHECK: %[[ADDRESS:.*]] = llvm.icmp "eq"
// CHECK: llvm.getelementptr %[[ARGS]][1]
// CHECK: llvm.getelementptr %[[ARGS]][4]
// CHECK: %[[SIZE:.*]] = llvm.icmp "eq"
// CHECK: %[[BOTH:.*]] = llvm.and %[[ADDRESS]], %[[SIZE]]
// CHECK: llvm.getelementptr %[[ARGS]][2]
// CHECK: llvm.getelementptr %[[ARGS]][5]
// CHECK: %[[STRIDE:.*]] = llvm.icmp "eq"
// CHECK: %[[ALL:.*]] = llvm.and %[[BOTH]], %[[STRIDE]]
// CHECK: cf.cond_br %[[ALL]], ^{{.*}}, ^[[LEAVE:bb[0-9]+]]
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: return %[[OVERLAP]]
func.func @guard_same(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<?xf32>) attributes {elena.entry} {
  tensorref.guard_same %x, %y : !tensorref.ref<?xf32>
  return
}

// -----

// An assert that does not hold tells the run time its number and its values, and
// returns 3. The table of messages is an attribute of the module.

// CHECK: module attributes {elena.checks = {{\[\[}}"ValueError", "no values"], ["IndexError", "index {0} is out of bounds for size {1}"]]}
// CHECK-LABEL: func.func @asserts(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[RT:.*]]: !llvm.ptr)
// CHECK-DAG: %[[CHECK:.*]] = llvm.mlir.constant(3 : i32)
// CHECK-DAG: %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-DAG: %[[ONE:.*]] = llvm.mlir.constant(1 : i32)
// CHECK-DAG: %[[TWO:.*]] = llvm.mlir.constant(2 : i32)
// CHECK-DAG: %[[VALUES:.*]] = llvm.alloca %[[TWO]] x i64
// CHECK-DAG: %[[NONE:.*]] = llvm.alloca %[[ONE]] x i64
// CHECK: %[[I:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i64
// CHECK: cf.cond_br %{{.*}}, ^[[NEXT:bb[0-9]+]], ^[[FAIL:bb[0-9]+]]
// CHECK: ^[[FAIL]]:
// CHECK: %[[MEMBER:.*]] = llvm.getelementptr %[[RT]][1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
// CHECK: %[[F:.*]] = llvm.load %[[MEMBER]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.call %[[F]](%[[RT]], %[[ZERO]], %[[NONE]], %[[ZERO]])
// CHECK: return %[[CHECK]]
// CHECK: ^[[NEXT]]:
// CHECK: cf.cond_br %{{.*}}, ^{{.*}}, ^[[FAIL2:bb[0-9]+]]
// CHECK: ^[[FAIL2]]:
// CHECK: llvm.store %{{.*}}, %[[VALUES]] : i64
// CHECK: %[[V1:.*]] = llvm.getelementptr %[[VALUES]][1]
// CHECK: llvm.store %{{.*}}, %[[V1]] : i64
// CHECK: llvm.call %{{.*}}(%[[RT]], %[[ONE]], %[[VALUES]], %[[TWO]])
// CHECK: return %[[CHECK]]
func.func @asserts(%r: !tensorref.ref<i64>, %n: index) attributes {elena.entry} {
  %i = tensorref.load %r : !tensorref.ref<i64>
  %one = arith.constant 1 : index
  %some = arith.cmpi sge, %n, %one : index
  tensorref.assert %some, "ValueError", "no values"
  %zero = arith.constant 0 : i64
  %ok = arith.cmpi sge, %i, %zero : i64
  tensorref.assert %ok, "IndexError", "index {0} is out of bounds for size {1}"(%i, %n : i64, index)
  return
}

// -----

// A storage comes from rt->alloc; where there is none, 4. Sizes are not negative.

// CHECK-LABEL: func.func @alloc(
// CHECK-SAME: %[[ARGS:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[RT:.*]]: !llvm.ptr)
// CHECK: %[[MEMORY:.*]] = llvm.mlir.constant(4 : i32)
// CHECK: %[[ROW:.*]] = llvm.mlir.constant(32 : i64)
// CHECK: %[[N:.*]] = arith.index_cast
// CHECK: %[[SIZE:.*]] = arith.maxsi %[[N]], %c0
// CHECK: %[[WORDS:.*]] = arith.index_cast %[[SIZE]]
// CHECK: %[[PAIR:.*]] = "llvm.intr.umul.with.overflow"(%[[ROW]], %[[WORDS]])
// CHECK: %[[BYTES:.*]] = llvm.extractvalue %[[PAIR]][0]
// CHECK: %[[FLAG:.*]] = llvm.extractvalue %[[PAIR]][1]
// CHECK: %[[WORD:.*]] = llvm.select %[[FLAG]], %{{.*}}, %[[BYTES]]
// CHECK: %[[F:.*]] = llvm.load %[[RT]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[STORAGE:.*]] = llvm.call %[[F]](%[[RT]], %[[WORD]]) : !llvm.ptr, (!llvm.ptr, i64) -> !llvm.ptr
// CHECK: %[[THERE:.*]] = llvm.icmp "ne" %[[STORAGE]], %{{.*}}
// CHECK: cf.cond_br %[[THERE]], ^{{.*}}, ^[[LEAVE:bb[0-9]+]]
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: return %[[MEMORY]]
func.func @alloc(%n: index) -> !tensorref.ref<?x4xf64> attributes {elena.entry} {
  %a = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf64>
  return %a : !tensorref.ref<?x4xf64>
}

// -----

// On the CPU a launch is a call. Through the run time it is rt->launch with the
// ordinal of the kernel and pointers to its arguments; what fails gives 5.

func.func private @first() attributes {elena.kernel}
func.func private @second(memref<f32>, index, f32) attributes {elena.kernel}

// CHECK-LABEL: func.func @launch(
// CHECK: %[[P:.*]] = llvm.inttoptr
// CHECK: %[[D:.*]] = llvm.insertvalue %[[P]], %{{.*}}[1] : !llvm.struct<(ptr, ptr, i64)>
// CHECK: %[[M:.*]] = builtin.unrealized_conversion_cast %{{.*}} : !llvm.struct<(ptr, ptr, i64)> to memref<f32>
// CHECK: call @second(%[[M]], %{{.*}}, %{{.*}}) : (memref<f32>, index, f32) -> ()

// RUNTIME-LABEL: func.func @launch(
// RUNTIME-SAME: %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[RT:.*]]: !llvm.ptr)
// RUNTIME-DAG: %[[LAUNCH:.*]] = llvm.mlir.constant(5 : i32)
// RUNTIME-DAG: %[[ORDINAL:.*]] = llvm.mlir.constant(1 : i32)
// RUNTIME-DAG: %[[COUNT:.*]] = llvm.mlir.constant(3 : i32)
// RUNTIME-DAG: %[[ARRAY:.*]] = llvm.alloca %[[COUNT]] x !llvm.ptr
// RUNTIME-DAG: %[[POINTER:.*]] = llvm.alloca %[[ORDINAL]] x !llvm.ptr
// RUNTIME-DAG: %[[NUMBER:.*]] = llvm.alloca %[[ORDINAL]] x i64
// RUNTIME-DAG: %[[SCALAR:.*]] = llvm.alloca %[[ORDINAL]] x f32
// RUNTIME: %[[X:.*]] = llvm.inttoptr
// RUNTIME: llvm.store %[[X]], %[[POINTER]] : !llvm.ptr, !llvm.ptr
// RUNTIME: llvm.store %[[POINTER]], %[[ARRAY]]
// RUNTIME: llvm.store %[[N:.*]], %[[NUMBER]] : i64
// RUNTIME: %[[A1:.*]] = llvm.getelementptr %[[ARRAY]][1]
// RUNTIME: llvm.store %[[NUMBER]], %[[A1]]
// RUNTIME: llvm.store %{{.*}}, %[[SCALAR]] : f32
// RUNTIME: %[[A2:.*]] = llvm.getelementptr %[[ARRAY]][2]
// RUNTIME: llvm.store %[[SCALAR]], %[[A2]]
// RUNTIME: %[[MEMBER:.*]] = llvm.getelementptr %[[RT]][2]
// RUNTIME: %[[F:.*]] = llvm.load %[[MEMBER]]
// RUNTIME: %[[STATUS:.*]] = llvm.call %[[F]](%[[RT]], %[[ORDINAL]], %[[N]], %[[ARRAY]], %[[COUNT]])
// RUNTIME: %[[OK:.*]] = llvm.icmp "eq" %[[STATUS]], %{{.*}}
// RUNTIME: cf.cond_br %[[OK]], ^{{.*}}, ^[[LEAVE:bb[0-9]+]]
// RUNTIME: ^[[LEAVE]]:
// RUNTIME-NEXT: return %[[LAUNCH]]
func.func @launch(%x: !tensorref.ref<?xf32>, %n: index, %v: f64) attributes {elena.entry} {
  %p = tensorref.base %x : !tensorref.ref<?xf32> to memref<f32>
  %f = arith.truncf %v : f64 to f32
  tensorref.launch @second threads %n args(%p, %n, %f : memref<f32>, index, f32)
  return
}

// -----

// Functions that are no entries stay.

// CHECK-LABEL: func.func private @no_entry(
// CHECK-SAME: !tensorref.ref<?xf32>
func.func private @no_entry(%x: !tensorref.ref<?xf32>) {
  return
}
