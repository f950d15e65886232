// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// x[:, 0], x[:, 2] = x[:, 2], x[:, 0]: the second store sees the first.
func.func @column_swap_views(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %x0 = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  %x2 = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
  tensorref.copy %x2 to %x0 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.copy %x0 to %x2 : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}
