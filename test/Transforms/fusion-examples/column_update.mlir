// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// z = x * x ; z[:, k] = u: the store runs where the second coordinate is k.
// CHECK:      group 0: T = [dim(arg1,0), dim(arg0,1)]
// CHECK:        stage 1 [dim(arg1,0), 1]  t0 = i0  t1 = i1 + arg2
// CHECK-NEXT:   private s1 [] written back
// CHECK-NEXT: kernel: groups 0
func.func @column_update(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %u: !tensorref.ref<?xf32> {tensorref.contiguous}, %k: index) -> !tensorref.ref<?x?xf32> attributes {elena.entry} {
  %zero = arith.constant 0 : index
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %c = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %m = tensorref.dim %u, 0 : !tensorref.ref<?xf32>
  %least = arith.cmpi sge, %k, %zero : index
  tensorref.guard %least
  %most = arith.cmpi slt, %k, %c : index
  tensorref.guard %most
  %same = arith.cmpi eq, %m, %n : index
  tensorref.guard %same
  %z = tensorref.alloc [%n, %c] : !tensorref.ref<?x?xf32>
  tensorref.map ins(%x : !tensorref.ref<?x?xf32>) outs(%z : !tensorref.ref<?x?xf32>) {
  ^bb0(%a: f32):
    %s = arith.mulf %a, %a : f32
    tensorref.yield %s : f32
  }
  %column = tensorref.select %z dim 1 at %k : !tensorref.ref<?x?xf32> to !tensorref.ref<?xf32>
  tensorref.copy %u to %column : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return %z : !tensorref.ref<?x?xf32>
}

// Column k is read by every column: no iteration has both.
// CHECK:      kernel: groups 0
// CHECK-NEXT: kernel: groups 1
func.func @column_for_all(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %u: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %k: index) attributes {elena.entry} {
  %zero = arith.constant 0 : index
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %c = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %least = arith.cmpi sge, %k, %zero : index
  tensorref.guard %least
  %most = arith.cmpi slt, %k, %c : index
  tensorref.guard %most
  %column = tensorref.select %x dim 1 at %k : !tensorref.ref<?x?xf32> to !tensorref.ref<?xf32>
  tensorref.map ins(%column : !tensorref.ref<?xf32>) outs(%column : !tensorref.ref<?xf32>) {
  ^bb0(%a: f32):
    %s = math.exp %a : f32
    tensorref.yield %s : f32
  }
  %m = tensorref.newaxis %column dims [1] : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
  %all = tensorref.broadcast %m to [%n, %c] : !tensorref.ref<?x1xf32> to !tensorref.ref<?x?xf32>
  tensorref.copy %all to %u : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  return
}
