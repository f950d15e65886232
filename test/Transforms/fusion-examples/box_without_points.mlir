// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true print=true}))" -o /dev/null | FileCheck %s

// v = x[:, :min(max(m, 0), 1)]; v[mask] = u, with a mask of no columns: the
// clamped size is 1 only in a box that has a point.
// CHECK: stage 0 [1, s{{[0-9]+}}]
func.func @box_without_points(%x: !tensorref.ref<1x3xi64> {tensorref.contiguous}, %m: index, %u: i64) attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.maxsi %m, %c0 : index
  %n = arith.minsi %a, %c1 : index
  %isEmpty = arith.cmpi eq, %n, %c0 : index
  tensorref.guard %isEmpty
  %mask = tensorref.alloc [1, 0] : !tensorref.ref<1x0xi1>
  %v = tensorref.slice %x[_:_, 0:%n] : !tensorref.ref<1x3xi64> to !tensorref.ref<1x?xi64>
  %where = tensorref.broadcast %mask to [1, %n] : !tensorref.ref<1x0xi1> to !tensorref.ref<1x?xi1>
  tensorref.masked_fill %u into %v where %where : i64, !tensorref.ref<1x?xi64>, !tensorref.ref<1x?xi1>
  return
}
