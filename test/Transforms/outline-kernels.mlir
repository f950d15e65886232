// RUN: elena-opt %s --tensorref-outline-kernels --canonicalize --cse --split-input-file | FileCheck %s

func.func @f(%x: !tensorref.ref<?x4xf32, strided<[?, 1]>>, %y: !tensorref.ref<8x4xf32> {tensorref.contiguous}, %h: index, %v: f32)
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
