// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// x[1:] = x[:-1]
func.func @shift_one(%x: !tensorref.ref<?xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %d = tensorref.slice %x[1:_] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  %s = tensorref.slice %x[_:-1] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  tensorref.copy %s to %d : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}
