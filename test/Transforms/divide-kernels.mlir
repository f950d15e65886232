// RUN: elena-opt %s --tensorref-divide-kernels | FileCheck %s

// CHECK-LABEL: func.func @example
func.func @example() {
  // CHECK-NEXT: return
  return
}
