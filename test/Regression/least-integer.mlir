// RUN: elena-opt %s --split-input-file --canonicalize --elena-to-groups --elena-to-kernels | FileCheck %s
// RUN: elena-opt %s --split-input-file --elena-to-groups --elena-to-kernels --elena-to-loops --elena-to-llvm -o /dev/null
// RUN: elena-opt %s --split-input-file --elena-to-groups --elena-to-kernels --elena-to-gpu -o /dev/null

// Lists of static numbers take the least int64_t for "not known here": where it
// is a constant, it has to be a value.

// CHECK-LABEL: func.func private @stride_k0
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [1], strides: [%{{.*}}] :
// CHECK-LABEL: func.func @stride(
// CHECK: arith.constant -9223372036854775808 : index
func.func @stride(%x: !tensorref.ref<?xf32>) attributes {elena.entry} {
  %least = arith.constant -9223372036854775808 : index
  %one = tensorref.strided_view %x offset 0 sizes [1] strides [%least] : !tensorref.ref<?xf32> to !tensorref.ref<1xf32>
  %v = arith.constant 1.0 : f32
  tensorref.fill %v into %one : f32, !tensorref.ref<1xf32>
  return
}

// -----

// The product of two steps.

// CHECK-LABEL: func.func private @product_k0
// CHECK: memref.reinterpret_cast
func.func @product(%x: !tensorref.ref<?xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %a = tensorref.slice %x[_:_:4611686018427387904] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %b = tensorref.slice %a[_:_:-2] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %v = arith.constant 1.0 : f32
  tensorref.fill %v into %b : f32, !tensorref.ref<?xf32>
  return
}
