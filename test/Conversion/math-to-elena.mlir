// RUN: elena-opt %s --elena-math-to-calls --split-input-file --verify-diagnostics | FileCheck %s

// Each function is declared once, in the symbol table nearest to its use.

// CHECK-DAG: func.func private @elena_exp_f32(f32) -> f32
// CHECK-DAG: func.func private @elena_pow_f64(f64, f64) -> f64
// CHECK-DAG: func.func private @elena_fmod_f32(f32, f32) -> f32

// CHECK-LABEL: func.func @host
func.func @host(%x: f32, %y: f64) -> (f32, f32, f64) {
  // CHECK: call @elena_exp_f32(%{{.*}}) : (f32) -> f32
  %0 = math.exp %x : f32
  // CHECK: call @elena_exp_f32
  %1 = math.exp %0 : f32
  // CHECK: call @elena_fmod_f32
  %2 = arith.remf %1, %x : f32
  // CHECK: call @elena_pow_f64
  %3 = math.powf %y, %y : f64
  return %1, %2, %3 : f32, f32, f64
}

// LLVM has exact code for these.

// CHECK-LABEL: func.func @left_alone
func.func @left_alone(%x: f64) -> f64 {
  // CHECK-NEXT: math.sqrt
  %0 = math.sqrt %x : f64
  // CHECK-NEXT: math.floor
  %1 = math.floor %0 : f64
  // CHECK-NEXT: math.ceil
  %2 = math.ceil %1 : f64
  // CHECK-NEXT: math.trunc
  %3 = math.trunc %2 : f64
  // CHECK-NEXT: math.roundeven
  %4 = math.roundeven %3 : f64
  // CHECK-NEXT: math.absf
  %5 = math.absf %4 : f64
  // CHECK-NEXT: math.copysign
  %6 = math.copysign %5, %x : f64
  // CHECK-NEXT: math.fma
  %7 = math.fma %6, %x, %x : f64
  return %7 : f64
}

// Half precision and vectors have no function in the library.

// CHECK-LABEL: func.func @other_types
func.func @other_types(%h: f16, %v: vector<4xf32>) -> (f16, vector<4xf32>) {
  // CHECK: math.exp %{{.*}} : f16
  %0 = math.exp %h : f16
  // CHECK: math.exp %{{.*}} : vector<4xf32>
  %1 = math.exp %v : vector<4xf32>
  return %0, %1 : f16, vector<4xf32>
}

// CHECK-LABEL: gpu.module @kernels
// CHECK: func.func private @elena_sin_f64(f64) -> f64
gpu.module @kernels {
  // CHECK: gpu.func @k
  gpu.func @k(%x: f64, %m: memref<f64>) kernel {
    // CHECK: func.call @elena_sin_f64
    %0 = math.sin %x : f64
    memref.store %0, %m[] : memref<f64>
    gpu.return
  }
}

// -----

// expected-error @+1 {{has the name of a function of Elena's math library, but not its type '(f32) -> f32'}}
func.func private @elena_log_f32(f64) -> f64

func.func @clash(%x: f32) -> f32 {
  %0 = math.log %x : f32
  return %0 : f32
}
