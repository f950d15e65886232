// RUN: elena-opt %s | elena-opt | FileCheck %s
// RUN: elena-opt %s --mlir-print-op-generic | elena-opt | FileCheck %s
// RUN: elena-opt %s --emit-bytecode | elena-opt | FileCheck %s

// CHECK-LABEL: func.func @checks(
// CHECK-SAME: %[[X:.*]]: !tensorref.ref<?xf32>, %[[Y:.*]]: !tensorref.ref<4xi8>, %[[C:.*]]: i1, %[[I:.*]]: index, %[[J:.*]]: i64, %[[X2:.*]]: !tensorref.ref<?xf32>)
// CHECK: tensorref.guard %[[C]]
// CHECK: tensorref.guard_apart %[[X]], %[[Y]] : !tensorref.ref<?xf32>, !tensorref.ref<4xi8>
// CHECK: tensorref.guard_same %[[X]], %[[X2]] : !tensorref.ref<?xf32>
// CHECK: tensorref.assert %[[C]], "ValueError", "no values"
// CHECK: tensorref.assert %[[C]], "IndexError", "index {0} is out of bounds for size {1}"(%[[I]], %[[J]] : index, i64)
func.func @checks(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<4xi8>, %c: i1, %i: index, %j: i64,
                  %x2: !tensorref.ref<?xf32>) {
  tensorref.guard %c
  tensorref.guard_apart %x, %y : !tensorref.ref<?xf32>, !tensorref.ref<4xi8>
  tensorref.guard_same %x, %x2 : !tensorref.ref<?xf32>
  tensorref.assert %c, "ValueError", "no values"
  tensorref.assert %c, "IndexError", "index {0} is out of bounds for size {1}"(%i, %j : index, i64)
  return
}
