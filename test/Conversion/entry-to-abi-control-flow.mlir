// RUN: elena-opt %s --elena-entry-to-abi --split-input-file | FileCheck %s

// Loops and branches of an entry are blocks, so that a check inside of them can
// leave the function. What a loop carries are arguments of its first block.

// CHECK-LABEL: func.func @sum(
// CHECK: cf.br ^[[HEADER:bb[0-9]+]](%{{.*}}, %{{.*}} : index, f64)
// CHECK: ^[[HEADER]](%[[I:.*]]: index, %[[S:.*]]: f64):
// CHECK: %[[ON:.*]] = arith.cmpi slt, %[[I]], %{{.*}} : index
// CHECK: cf.cond_br %[[ON]], ^[[BODY:bb[0-9]+]], ^[[NEXT:bb[0-9]+]]
// CHECK: ^[[BODY]]:
// CHECK: cf.cond_br %{{.*}}, ^[[FINE:bb[0-9]+]], ^[[FAILS:bb[0-9]+]]
// CHECK: ^[[NEXT]]:
// CHECK: arith.bitcast %[[S]] : f64 to i64
// CHECK: ^[[FAILS]]:
// CHECK: return %{{.*}} : i32
// CHECK: ^[[FINE]]:
// CHECK: %[[T:.*]] = arith.addf %[[S]], %{{.*}} : f64
// CHECK: cf.br ^[[HEADER]](%{{.*}}, %[[T]] : index, f64)
func.func @sum(%n: index, %limit: f64) -> f64 attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (f64) {
    %small = arith.cmpf olt, %s, %limit : f64
    tensorref.assert %small, "ValueError", "too large at {0}"(%i : index)
    %t = arith.addf %s, %limit : f64
    scf.yield %t : f64
  }
  return %sum : f64
}

// -----

// A storage that a loop allocates is used again by the next iteration, if it is
// large enough: a pointer and a number of bytes on the stack remember it.

// CHECK-LABEL: func.func @temporary(
// CHECK-DAG: %[[POINTER:.*]] = llvm.alloca %{{.*}} x !llvm.ptr
// CHECK-DAG: %[[BYTES:.*]] = llvm.alloca %{{.*}} x i64
// CHECK: %[[BEFORE:.*]] = llvm.load %[[POINTER]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[HAS:.*]] = llvm.load %[[BYTES]] : !llvm.ptr -> i64
// CHECK: %[[FITS:.*]] = llvm.icmp "uge" %[[HAS]], %{{.*}} : i64
// CHECK: cf.cond_br %{{.*}}, ^{{.*}}(%[[BEFORE]] : !llvm.ptr), ^{{.*}}
func.func @temporary(%n: index) attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %t = tensorref.alloc [%i] : !tensorref.ref<?xf32>
    %b = tensorref.base %t : !tensorref.ref<?xf32> to memref<f32>
    tensorref.launch @k threads %i args(%b : memref<f32>)
  }
  return
}
func.func private @k(memref<f32>) attributes {elena.kernel}

// -----

// CHECK-LABEL: func.func @branch(
// CHECK: cf.cond_br %{{.*}}, ^[[THEN:bb[0-9]+]], ^[[ELSE:bb[0-9]+]]
// CHECK: ^[[THEN]]:
// CHECK: cf.br ^[[NEXT:bb[0-9]+]](%{{.*}} : index)
// CHECK: ^[[ELSE]]:
// CHECK: cf.br ^[[NEXT]](%{{.*}} : index)
// CHECK: ^[[NEXT]](%{{.*}}: index):
func.func @branch(%c: i1, %a: index, %b: index) -> index attributes {elena.entry} {
  %r = scf.if %c -> (index) {
    %s = arith.addi %a, %b : index
    scf.yield %s : index
  } else {
    scf.yield %b : index
  }
  return %r : index
}

// -----

// CHECK-LABEL: func.func @halve(
// CHECK: cf.br ^[[TEST:bb[0-9]+]](%{{.*}} : index)
// CHECK: ^[[TEST]](%[[N:.*]]: index):
// CHECK: cf.cond_br %{{.*}}, ^[[BODY:bb[0-9]+]], ^{{.*}}
// CHECK: ^[[BODY]]:
// CHECK: %[[HALF:.*]] = arith.divsi %[[N]], %{{.*}} : index
// CHECK: cf.br ^[[TEST]](%[[HALF]] : index)
func.func @halve(%n: index) -> index attributes {elena.entry} {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = scf.while (%a = %n) : (index) -> index {
    %more = arith.cmpi sgt, %a, %c1 : index
    scf.condition(%more) %a : index
  } do {
  ^bb0(%a: index):
    %half = arith.divsi %a, %c2 : index
    scf.yield %half : index
  }
  return %r : index
}
