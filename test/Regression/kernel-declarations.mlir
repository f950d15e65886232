// RUN: elena-opt %s --elena-to-groups --elena-to-kernels --elena-to-loops --elena-to-llvm | FileCheck %s

// A kernel that is made elsewhere has no body to lower.

// CHECK: llvm.func @scale(
func.func private @scale(memref<f32>, index) attributes {elena.kernel}

func.func @launch(%x: !tensorref.ref<?xf32>, %n: index) attributes {elena.entry} {
  %p = tensorref.base %x : !tensorref.ref<?xf32> to memref<f32>
  tensorref.launch @scale threads %n args(%p, %n : memref<f32>, index)
  return
}
