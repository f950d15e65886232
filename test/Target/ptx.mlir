// RUN: elena-translate --tensorref-to-ptx --chip=sm_80 %s | FileCheck %s --check-prefixes=CHECK,SM80
// RUN: elena-translate --tensorref-to-ptx --chip=sm_120 %s | FileCheck %s --check-prefixes=CHECK,SM120
// RUN: not elena-translate --tensorref-to-ptx --chip=sm_999 %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// SM80: .version 7.0
// SM80: .target sm_80
// SM120: .version 8.7
// SM120: .target sm_120
// UNKNOWN: error: unknown chip 'sm_999'; the known ones are: sm_75 sm_80 {{.*}} sm_120

// No libdevice, no contraction, no approximation.
// CHECK-NOT: .extern
// CHECK: .visible .entry [[NAME:.*]](
// CHECK: .param .u64 .ptr
// CHECK: .maxntid 256, 1, 1
// CHECK-NOT: approx
// CHECK-DAG: ld.global
// CHECK-DAG: mul.rn.f32
// CHECK-DAG: add.rn.f32
// CHECK-DAG: sqrt.rn.f32
// CHECK-DAG: div.rn.f32
// CHECK-DAG: st.global
func.func @f(%x: !tensorref.ref<?xf32, strided<[1]>>) attributes {elena.entry} {
  tensorref.map ins(%x : !tensorref.ref<?xf32, strided<[1]>>)
      outs(%x : !tensorref.ref<?xf32, strided<[1]>>) {
  ^bb0(%a: f32):
    %0 = math.exp %a : f32
    %1 = arith.mulf %0, %a : f32
    %2 = arith.addf %1, %a : f32
    %3 = math.sqrt %2 : f32
    %4 = arith.divf %3, %a : f32
    tensorref.yield %4 : f32
  }
  return
}
