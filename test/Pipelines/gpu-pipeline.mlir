// RUN: elena-opt %s --elena-to-groups --elena-to-kernels --elena-to-gpu | FileCheck %s

// From the front end's IR to NVVM. The entry keeps its launch, the kernel stays
// as a declaration; the math library's functions are declared beside the kernel.

// CHECK: func.func private @f_k0{{.*}} attributes {elena.kernel}
// CHECK: func.func @f
// CHECK: tensorref.launch @f_k0
// CHECK: gpu.module @kernels
// CHECK: llvm.func @elena_exp_f32(f32) -> f32
// CHECK: llvm.func @f_k0
// CHECK-SAME: !llvm.ptr
// CHECK-SAME: nvvm.kernel
// CHECK: nvvm.read.ptx.sreg.ctaid.x
// CHECK: llvm.icmp "slt"
// CHECK: llvm.call @elena_exp_f32
// CHECK-NOT: unrealized_conversion_cast
func.func @f(%x: !tensorref.ref<?xf32, strided<[1]>>) attributes {elena.entry} {
  tensorref.map ins(%x : !tensorref.ref<?xf32, strided<[1]>>)
      outs(%x : !tensorref.ref<?xf32, strided<[1]>>) {
  ^bb0(%a: f32):
    %0 = math.exp %a : f32
    tensorref.yield %0 : f32
  }
  return
}
