// RUN: not elena-translate --tensorref-to-ptx %s 2>&1 | FileCheck %s

// A module without kernels is told, not answered with nothing.

// CHECK: error: has no kernel: none of its functions accesses the elements of a tensorref
func.func @f(%x: !tensorref.ref<?xf32>) {
  return
}
