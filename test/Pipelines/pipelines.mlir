// RUN: elena-opt %s --elena-to-groups=fuse=none | FileCheck %s --check-prefix=GROUPS
// RUN: elena-opt %s --elena-to-groups="alias=overlap fuse=none" | FileCheck %s --check-prefix=OVERLAP
// RUN: elena-opt %s --elena-to-groups=fuse=none --elena-to-kernels | FileCheck %s --check-prefix=KERNELS
// RUN: elena-opt %s --elena-to-groups=fuse=none --elena-to-kernels --elena-to-loops | FileCheck %s --check-prefix=LOOPS
// RUN: elena-opt %s --elena-to-groups=fuse=none --elena-to-kernels --elena-to-loops --elena-to-llvm | FileCheck %s --check-prefix=LLVM
// RUN: elena-opt %s --elena-to-groups=fuse=none --elena-to-kernels --elena-to-loops --elena-to-llvm \
// RUN:   | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=TRANSLATED
// RUN: elena-opt %s --elena-to-groups=fuse=none --elena-to-kernels --elena-to-gpu --elena-to-llvm=launch-through-runtime \
// RUN:   | FileCheck %s --check-prefix=GPU

// One function, step by step:
//
//   def f(x, y, s):                     # x, y: float32[n, 4]
//       x[1:] = np.exp(x[:-1, ::-1]) * s
//       y[...] = x
//       r = y.sum(axis=1)
//       return r, r.max()

// The guard first; a temporary for what `x[1:] =` reads; a group per op.

// GROUPS-LABEL: func.func @f(
// GROUPS-SAME: %[[X:[a-z0-9]+]]: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %[[Y:[a-z0-9]+]]: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %{{.*}}: f64)
// GROUPS: tensorref.guard_apart %[[X]], %[[Y]]
// GROUPS: tensorref.guard %
// GROUPS: %[[T:.*]] = tensorref.alloc [%{{.*}}, 4]
// GROUPS: tensorref.group attributes {name = "copy"}
// GROUPS: outs(%[[T]] :
// GROUPS: tensorref.group attributes {name = "map"}
// GROUPS: ins(%[[T]] :
// GROUPS: tensorref.group attributes {name = "copy"}
// GROUPS: %[[R:.*]] = tensorref.alloc [%{{.*}}] : !tensorref.ref<?xf32>
// GROUPS: tensorref.group attributes {name = "reduce"}
// GROUPS: %[[M:.*]] = tensorref.alloc [] : !tensorref.ref<f32>
// GROUPS: tensorref.group attributes {name = "reduce"}
// GROUPS: %[[V:.*]] = tensorref.load %[[M]]
// GROUPS: return %[[R]], %[[V]]

// Arguments that may overlap: `y[...] = x` reads through a temporary too.

// OVERLAP: elena.arguments_overlap
// OVERLAP-NOT: tensorref.guard_apart
// OVERLAP-COUNT-3: name = "copy"

// KERNELS: func.func private @f_k0_copy(
// KERNELS: func.func private @f_k1_map(
// KERNELS: func.func private @f_k2_copy(
// KERNELS: func.func private @f_k3_reduce(
// KERNELS: func.func private @f_k4_reduce(
// KERNELS-LABEL: func.func @f(
// KERNELS-NOT: tensorref.group
// KERNELS: tensorref.launch @f_k0_copy
// KERNELS: tensorref.launch @f_k1_map
// KERNELS: tensorref.launch @f_k2_copy
// KERNELS: tensorref.launch @f_k3_reduce
// KERNELS: tensorref.launch @f_k4_reduce

// LOOPS-LABEL: func.func private @f_k1_map(
// LOOPS: scf.for
// LOOPS: memref.load
// LOOPS: math.exp
// LOOPS: memref.store
// LOOPS-NOT: tensorref.group

// LLVM-NOT: tensorref
// LLVM-NOT: unrealized_conversion_cast
// LLVM-NOT: memref.
// LLVM-DAG: llvm.func @elena_exp_f32(f32) -> f32
// LLVM-DAG: llvm.func @f_k1_map({{.*}}!llvm.ptr {llvm.noalias, llvm.readonly}

// The entry has the ABI of elena.h, kernels are called directly.

// TRANSLATED-DAG: declare float @elena_exp_f32(float)
// TRANSLATED-LABEL: define{{.*}} void @f_k1_map(
// TRANSLATED-SAME: ptr noalias readonly
// TRANSLATED: call float @elena_exp_f32(
// TRANSLATED: fmul float
// TRANSLATED-LABEL: define i32 @f(ptr %0, ptr %1, ptr %2)
// TRANSLATED: ret i32 2
// TRANSLATED: ret i32 1
// TRANSLATED: call void @f_k0_copy(
// TRANSLATED: call void @f_k1_map(
// TRANSLATED: call void @f_k2_copy(
// TRANSLATED: call void @f_k3_reduce(
// TRANSLATED: call void @f_k4_reduce(
// TRANSLATED: ret i32 0

// On the GPU the kernels are in a module of their own, launched by number.

// GPU: llvm.func @f(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
// GPU-NOT: llvm.call @f_k
// GPU: gpu.module @kernels
// GPU: llvm.func @f_k0_copy({{.*}} nvvm.kernel

func.func @f(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %y: !tensorref.ref<?x4xf32> {tensorref.contiguous}, %s: f64)
    -> (!tensorref.ref<?xf32>, f32) attributes {elena.entry} {
  %dst = tensorref.slice %x[1:_, _:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
  %src = tensorref.slice %x[_:-1, _:_:-1] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
  %f = arith.truncf %s : f64 to f32
  tensorref.map ins(%src : !tensorref.ref<?x4xf32>) outs(%dst : !tensorref.ref<?x4xf32>) {
  ^bb0(%e: f32):
    %t = math.exp %e : f32
    %u = arith.mulf %t, %f : f32
    tensorref.yield %u : f32
  }
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %m = tensorref.dim %y, 0 : !tensorref.ref<?x4xf32>
  %same = arith.cmpi eq, %n, %m : index
  tensorref.guard %same
  tensorref.copy %x to %y : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>
  %r = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.reduce sum dims [1] ins(%y : !tensorref.ref<?x4xf32>) outs(%r : !tensorref.ref<?xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  %q = tensorref.alloc [] : !tensorref.ref<f32>
  tensorref.reduce max dims [0] ins(%r : !tensorref.ref<?xf32>) outs(%q : !tensorref.ref<f32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  %v = tensorref.load %q : !tensorref.ref<f32>
  return %r, %v : !tensorref.ref<?xf32>, f32
}
