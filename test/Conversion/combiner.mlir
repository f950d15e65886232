// RUN: elena-opt %s --elena-group-to-loops --canonicalize --cse | FileCheck %s

// How each kind of reduction starts, combines and ends (Dialect/TensorRef/IR/Combiner.h).

// f32 sums and products are accumulated in f64 and rounded once. A sum starts at
// +0.0, as NumPy's do: a sum of -0.0 is 0.0.

// CHECK-LABEL: func.func private @sum_f32(
// CHECK: %[[INIT:.*]] = arith.constant 0.000000e+00 : f64
// CHECK: %[[R:.*]] = scf.for {{.*}} iter_args(%[[S:.*]] = %[[INIT]]) -> (f64) {
// CHECK: %[[E:.*]] = arith.extf %{{.*}} : f32 to f64
// CHECK: %[[T:.*]] = arith.addf %[[S]], %[[E]] : f64
// CHECK: scf.yield %[[T]]
// CHECK: %[[V:.*]] = arith.truncf %[[R]] : f64 to f32
// CHECK: memref.store %[[V]]
func.func private @sum_f32(%a: memref<8xf32>, %o: memref<f32>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf32> to !tensorref.ref<8xf32>
  %y = tensorref.from_memref %o : memref<f32> to !tensorref.ref<f32>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<f32>) combiners [sum] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// CHECK-LABEL: func.func private @prod_f32(
// CHECK: %[[INIT:.*]] = arith.constant 1.000000e+00 : f64
// CHECK: %[[R:.*]] = scf.for {{.*}} iter_args(%[[S:.*]] = %[[INIT]]) -> (f64) {
// CHECK: arith.mulf %[[S]], %{{.*}} : f64
// CHECK: arith.truncf %[[R]] : f64 to f32
func.func private @prod_f32(%a: memref<8xf32>, %o: memref<f32>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf32> to !tensorref.ref<8xf32>
  %y = tensorref.from_memref %o : memref<f32> to !tensorref.ref<f32>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<f32>) combiners [prod] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// f64 sums carry a correction (Neumaier): it counts unless it is 0 or NaN.

// CHECK-LABEL: func.func private @sum_f64(
// CHECK: %[[R:.*]]:2 = scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}}) -> (f64, f64) {
// CHECK: %[[E:.*]] = memref.load
// CHECK: %[[T:.*]] = arith.addf %[[S]], %[[E]] : f64
// CHECK: %[[AS:.*]] = math.absf %[[S]]
// CHECK: %[[AE:.*]] = math.absf %[[E]]
// CHECK: %[[LARGER:.*]] = arith.cmpf oge, %[[AS]], %[[AE]]
// CHECK: %[[BIG:.*]] = arith.select %[[LARGER]], %[[S]], %[[E]]
// CHECK: %[[SMALL:.*]] = arith.select %[[LARGER]], %[[E]], %[[S]]
// CHECK: %[[REST:.*]] = arith.subf %[[BIG]], %[[T]]
// CHECK: %[[LOST:.*]] = arith.addf %[[REST]], %[[SMALL]]
// CHECK: %[[D:.*]] = arith.addf %[[C]], %[[LOST]]
// CHECK: scf.yield %[[T]], %[[D]] : f64, f64
// CHECK: %[[MATTERS:.*]] = arith.cmpf one, %[[R]]#1, %{{.*}}
// CHECK: %[[CORRECTED:.*]] = arith.addf %[[R]]#0, %[[R]]#1
// CHECK: %[[V:.*]] = arith.select %[[MATTERS]], %[[CORRECTED]], %[[R]]#0
// CHECK: memref.store %[[V]]
func.func private @sum_f64(%a: memref<8xf64>, %o: memref<f64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf64> to !tensorref.ref<8xf64>
  %y = tensorref.from_memref %o : memref<f64> to !tensorref.ref<f64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf64>) outs(%y : !tensorref.ref<f64>) combiners [sum] {
    ^bb0(%e: f64):
      tensorref.yield %e : f64
    }
  }
  return
}

// CHECK-LABEL: func.func private @prod_f64(
// CHECK: iter_args(%[[S:.*]] = %{{.*}}) -> (f64) {
// CHECK: arith.mulf %[[S]], %{{.*}} : f64
func.func private @prod_f64(%a: memref<8xf64>, %o: memref<f64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf64> to !tensorref.ref<8xf64>
  %y = tensorref.from_memref %o : memref<f64> to !tensorref.ref<f64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf64>) outs(%y : !tensorref.ref<f64>) combiners [prod] {
    ^bb0(%e: f64):
      tensorref.yield %e : f64
    }
  }
  return
}

// Integers wrap, in their own type.

// CHECK-LABEL: func.func private @sum_i8(
// CHECK: iter_args(%[[S:.*]] = %c0_i8) -> (i8) {
// CHECK: arith.addi %[[S]], %{{.*}} : i8
func.func private @sum_i8(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi8>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i8>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi8>) outs(%y : !tensorref.ref<i8>) combiners [sum] {
    ^bb0(%e: i8):
      tensorref.yield %e : i8
    }
  }
  return
}

// CHECK-LABEL: func.func private @prod_i64(
// CHECK: iter_args(%[[S:.*]] = %c1_i64) -> (i64) {
// CHECK: arith.muli %[[S]], %{{.*}} : i64
func.func private @prod_i64(%a: memref<8xi64>, %o: memref<i64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi64> to !tensorref.ref<8xi64>
  %y = tensorref.from_memref %o : memref<i64> to !tensorref.ref<i64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi64>) outs(%y : !tensorref.ref<i64>) combiners [prod] {
    ^bb0(%e: i64):
      tensorref.yield %e : i64
    }
  }
  return
}

// The least and the greatest propagate NaN: it beats every number, and nothing
// beats it.

// CHECK-LABEL: func.func private @min_f32(
// CHECK: %[[INF:.*]] = arith.constant 0x7F800000 : f32
// CHECK: iter_args(%[[B:.*]] = %[[INF]]) -> (f32) {
// CHECK: %[[E:.*]] = memref.load
// CHECK: %[[LESS:.*]] = arith.cmpf olt, %[[E]], %[[B]]
// CHECK: %[[NAN:.*]] = arith.cmpf uno, %[[E]], %[[E]]
// CHECK: %[[NUMBER:.*]] = arith.cmpf ord, %[[B]], %[[B]]
// CHECK: %[[FIRST:.*]] = arith.andi %[[NAN]], %[[NUMBER]]
// CHECK: %[[BETTER:.*]] = arith.ori %[[LESS]], %[[FIRST]]
// CHECK: arith.select %[[BETTER]], %[[E]], %[[B]]
func.func private @min_f32(%a: memref<8xf32>, %o: memref<f32>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf32> to !tensorref.ref<8xf32>
  %y = tensorref.from_memref %o : memref<f32> to !tensorref.ref<f32>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<f32>) combiners [min] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// CHECK-LABEL: func.func private @max_f64(
// CHECK: arith.constant 0xFFF0000000000000 : f64
// CHECK: arith.cmpf ogt
func.func private @max_f64(%a: memref<8xf64>, %o: memref<f64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf64> to !tensorref.ref<8xf64>
  %y = tensorref.from_memref %o : memref<f64> to !tensorref.ref<f64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf64>) outs(%y : !tensorref.ref<f64>) combiners [max] {
    ^bb0(%e: f64):
      tensorref.yield %e : f64
    }
  }
  return
}

// CHECK-LABEL: func.func private @min_i8(
// CHECK: iter_args(%[[B:.*]] = %c127_i8) -> (i8) {
// CHECK: arith.{{cmpi slt|minsi}}
func.func private @min_i8(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi8>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i8>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi8>) outs(%y : !tensorref.ref<i8>) combiners [min] {
    ^bb0(%e: i8):
      tensorref.yield %e : i8
    }
  }
  return
}

// CHECK-LABEL: func.func private @max_i8(
// CHECK: iter_args(%[[B:.*]] = %c-128_i8) -> (i8) {
// CHECK: arith.{{cmpi sgt|maxsi}}
func.func private @max_i8(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi8>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i8>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi8>) outs(%y : !tensorref.ref<i8>) combiners [max] {
    ^bb0(%e: i8):
      tensorref.yield %e : i8
    }
  }
  return
}

// CHECK-LABEL: func.func private @umin_i8(
// CHECK: iter_args(%[[B:.*]] = %c-1_i8) -> (i8) {
// CHECK: arith.{{cmpi ult|minui}}
func.func private @umin_i8(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi8>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i8>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi8>) outs(%y : !tensorref.ref<i8>) combiners [umin] {
    ^bb0(%e: i8):
      tensorref.yield %e : i8
    }
  }
  return
}

// CHECK-LABEL: func.func private @umax_i8(
// CHECK: iter_args(%[[B:.*]] = %c0_i8) -> (i8) {
// CHECK: arith.{{cmpi ugt|maxui}}
func.func private @umax_i8(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi8>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i8>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi8>) outs(%y : !tensorref.ref<i8>) combiners [umax] {
    ^bb0(%e: i8):
      tensorref.yield %e : i8
    }
  }
  return
}

// Positions: the first extreme, in C order; only a better value replaces it.

// CHECK-LABEL: func.func private @argmin_f32(
// CHECK: %[[R:.*]]:2 = scf.for %[[I:.*]] = {{.*}} iter_args(%[[B:.*]] = %{{.*}}, %[[P:.*]] = %c0) -> (f32, index) {
// CHECK: arith.cmpf olt
// CHECK: %[[BETTER:.*]] = arith.ori
// CHECK: arith.select %[[BETTER]], %{{.*}}, %[[B]] : f32
// CHECK: arith.select %[[BETTER]], %[[I]], %[[P]] : index
// CHECK: %[[V:.*]] = arith.index_cast %[[R]]#1 : index to i64
// CHECK: memref.store %[[V]]
func.func private @argmin_f32(%a: memref<8xf32>, %o: memref<i64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf32> to !tensorref.ref<8xf32>
  %y = tensorref.from_memref %o : memref<i64> to !tensorref.ref<i64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<i64>) combiners [argmin] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// CHECK-LABEL: func.func private @argmax_i64(
// CHECK: arith.cmpi sgt
func.func private @argmax_i64(%a: memref<8xi64>, %o: memref<i64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi64> to !tensorref.ref<8xi64>
  %y = tensorref.from_memref %o : memref<i64> to !tensorref.ref<i64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi64>) outs(%y : !tensorref.ref<i64>) combiners [argmax] {
    ^bb0(%e: i64):
      tensorref.yield %e : i64
    }
  }
  return
}

// CHECK-LABEL: func.func private @uargmin_i8(
// CHECK: arith.cmpi ult
func.func private @uargmin_i8(%a: memref<8xi8>, %o: memref<i64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi8>
  %y = tensorref.from_memref %o : memref<i64> to !tensorref.ref<i64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi8>) outs(%y : !tensorref.ref<i64>) combiners [uargmin] {
    ^bb0(%e: i8):
      tensorref.yield %e : i8
    }
  }
  return
}

// CHECK-LABEL: func.func private @uargmax_i8(
// CHECK: arith.cmpi ugt
func.func private @uargmax_i8(%a: memref<8xi8>, %o: memref<i64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi8>
  %y = tensorref.from_memref %o : memref<i64> to !tensorref.ref<i64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi8>) outs(%y : !tensorref.ref<i64>) combiners [uargmax] {
    ^bb0(%e: i8):
      tensorref.yield %e : i8
    }
  }
  return
}

// Over two dimensions the position counts through both.

// CHECK-LABEL: func.func private @argmax_2d(
// CHECK: scf.for %[[I:.*]] = %c0 to %c3
// CHECK: scf.for %[[J:.*]] = %c0 to %c5
// CHECK: %[[ROW:.*]] = arith.muli %[[I]], %c5
// CHECK: %[[P:.*]] = arith.addi %[[ROW]], %[[J]]
// CHECK: arith.select %{{.*}}, %[[P]], %{{.*}} : index
func.func private @argmax_2d(%a: memref<3x5xf32>, %o: memref<i64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<3x5xf32> to !tensorref.ref<3x5xf32>
  %y = tensorref.from_memref %o : memref<i64> to !tensorref.ref<i64>
  tensorref.group {
    tensorref.stage box [3, 5] iterators [reduction, reduction]
        ins(%x : !tensorref.ref<3x5xf32>) outs(%y : !tensorref.ref<i64>) combiners [argmax] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// Bools: stored as bytes, combined as bits.

// CHECK-LABEL: func.func private @any(
// CHECK: iter_args(%[[S:.*]] = %false) -> (i1) {
// CHECK: arith.cmpi ne
// CHECK: arith.ori %[[S]], %{{.*}} : i1
// CHECK: arith.extui %{{.*}} : i1 to i8
func.func private @any(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi1>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i1>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi1>) outs(%y : !tensorref.ref<i1>) combiners [any] {
    ^bb0(%e: i1):
      tensorref.yield %e : i1
    }
  }
  return
}

// CHECK-LABEL: func.func private @all(
// CHECK: iter_args(%[[S:.*]] = %true) -> (i1) {
// CHECK: arith.andi %[[S]], %{{.*}} : i1
func.func private @all(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi1>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i1>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi1>) outs(%y : !tensorref.ref<i1>) combiners [all] {
    ^bb0(%e: i1):
      tensorref.yield %e : i1
    }
  }
  return
}

// CHECK-LABEL: func.func private @max_bool(
// CHECK: iter_args(%[[S:.*]] = %false) -> (i1) {
// CHECK: arith.{{cmpi ugt|maxui}}
func.func private @max_bool(%a: memref<8xi8>, %o: memref<i8>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xi8> to !tensorref.ref<8xi1>
  %y = tensorref.from_memref %o : memref<i8> to !tensorref.ref<i1>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xi1>) outs(%y : !tensorref.ref<i1>) combiners [max] {
    ^bb0(%e: i1):
      tensorref.yield %e : i1
    }
  }
  return
}

// A scan rounds at each step, in the element type: f32 is not widened, f64 not
// compensated. It starts at -0.0: the first value stays what it is.

// CHECK-LABEL: func.func private @scan_f32(
// CHECK: %[[INIT:.*]] = arith.constant -0.000000e+00 : f32
// CHECK-NOT: arith.extf
// CHECK: iter_args(%{{.*}} = %[[INIT]]) -> (f32) {
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK-NOT: math.absf
// CHECK: return
func.func private @scan_f32(%a: memref<8xf32>, %o: memref<8xf32>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf32> to !tensorref.ref<8xf32>
  %y = tensorref.from_memref %o : memref<8xf32> to !tensorref.ref<8xf32>
  tensorref.group {
    tensorref.stage box [8] iterators [scan] ins(%x : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<8xf32>) combiners [sum] {
    ^bb0(%e: f32):
      tensorref.yield %e : f32
    }
  }
  return
}

// Several outputs share the loop, each with its own state.

// CHECK-LABEL: func.func private @several(
// CHECK: %[[R:.*]]:5 = scf.for {{.*}} -> (f64, f64, f64, f64, index) {
// CHECK-NOT: scf.for
// CHECK: memref.store
// CHECK: memref.store
// CHECK: memref.store
func.func private @several(%a: memref<8xf64>, %o: memref<f64>, %p: memref<f64>, %q: memref<i64>) attributes {elena.kernel} {
  %x = tensorref.from_memref %a : memref<8xf64> to !tensorref.ref<8xf64>
  %y = tensorref.from_memref %o : memref<f64> to !tensorref.ref<f64>
  %z = tensorref.from_memref %p : memref<f64> to !tensorref.ref<f64>
  %w = tensorref.from_memref %q : memref<i64> to !tensorref.ref<i64>
  tensorref.group {
    tensorref.stage box [8] iterators [reduction] ins(%x : !tensorref.ref<8xf64>)
        outs(%y, %z, %w : !tensorref.ref<f64>, !tensorref.ref<f64>, !tensorref.ref<i64>) combiners [sum, max, argmax] {
    ^bb0(%e: f64):
      tensorref.yield %e, %e, %e : f64, f64, f64
    }
  }
  return
}
