// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// z = x * x ; z[-1] = u: the store runs in iteration n - 1 only. A row of no
// column is one of a box without points, so n >= 1 has to be known.
// CHECK:      group 0: T = [dim(arg0,0), dim(arg0,1)]
// CHECK:        stage 1 [dim(arg0,1), 1]  t0 = i1 + dim(arg0,0) - 1  t1 = i0
// CHECK-NEXT:   private s1 [] written back
// CHECK-NEXT: kernel: groups 0
func.func @last_row_update(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %u: !tensorref.ref<?xf32> {tensorref.contiguous}) -> !tensorref.ref<?x?xf32> attributes {elena.entry} {
  %one = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %c = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %hasRow = arith.cmpi sge, %n, %one : index
  tensorref.guard %hasRow
  %z = tensorref.alloc [%n, %c] : !tensorref.ref<?x?xf32>
  tensorref.map ins(%x : !tensorref.ref<?x?xf32>) outs(%z : !tensorref.ref<?x?xf32>) {
  ^bb0(%a: f32):
    %s = arith.mulf %a, %a : f32
    tensorref.yield %s : f32
  }
  %last = tensorref.select %z dim 0 at -1 : !tensorref.ref<?x?xf32> to !tensorref.ref<?xf32>
  tensorref.copy %u to %last : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return %z : !tensorref.ref<?x?xf32>
}

// Without the guard, T might have no iteration 3 while the store has its box.
// CHECK:      kernel: groups 0
// CHECK-NEXT: kernel: groups 1
func.func @index_may_be_outside(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %u: !tensorref.ref<?xf32> {tensorref.contiguous}) -> !tensorref.ref<?x?xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %c = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %z = tensorref.alloc [%n, %c] : !tensorref.ref<?x?xf32>
  tensorref.map ins(%x : !tensorref.ref<?x?xf32>) outs(%z : !tensorref.ref<?x?xf32>) {
  ^bb0(%a: f32):
    %s = arith.mulf %a, %a : f32
    tensorref.yield %s : f32
  }
  %row = tensorref.select %z dim 0 at 3 : !tensorref.ref<?x?xf32> to !tensorref.ref<?xf32>
  tensorref.copy %u to %row : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return %z : !tensorref.ref<?x?xf32>
}
