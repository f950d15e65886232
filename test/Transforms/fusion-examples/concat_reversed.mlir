// RUN: elena-opt %s --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{check=true}))" -o /dev/null

// c = concat(x, y); z = c[::-1]: each element is loaded from one of the two.
func.func @concat_reversed(%x: !tensorref.ref<3xf32> {tensorref.contiguous}, %y: !tensorref.ref<5xf32> {tensorref.contiguous}) -> !tensorref.ref<8xf32> attributes {elena.entry} {
  %c = tensorref.alloc [8] : !tensorref.ref<8xf32>
  %c0 = tensorref.slice %c[_:3] : !tensorref.ref<8xf32> to !tensorref.ref<3xf32>
  %c1 = tensorref.slice %c[3:_] : !tensorref.ref<8xf32> to !tensorref.ref<5xf32>
  tensorref.copy %x to %c0 : !tensorref.ref<3xf32>, !tensorref.ref<3xf32>
  tensorref.copy %y to %c1 : !tensorref.ref<5xf32>, !tensorref.ref<5xf32>
  %r = tensorref.slice %c[_:_:-1] : !tensorref.ref<8xf32> to !tensorref.ref<8xf32>
  %z = tensorref.alloc [8] : !tensorref.ref<8xf32>
  tensorref.copy %r to %z : !tensorref.ref<8xf32>, !tensorref.ref<8xf32>
  return %z : !tensorref.ref<8xf32>
}
