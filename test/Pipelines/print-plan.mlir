// RUN: elena-opt %s --elena-to-groups=print -o /dev/null | FileCheck %s
// RUN: elena-opt %s --elena-to-groups=fuse=none -o /dev/null | count 0

// x[:, 1:] = x[:, :-1]: the copy and the store, a row at a time.

// CHECK: group 0: T = [dim(arg0,0)]
// CHECK-NEXT: stage 0 [dim(arg0,0), 3]  t0 = i0
// CHECK-NEXT: stage 1 [dim(arg0,0), 3]  t0 = i0
// CHECK-NEXT: private {{.*}} [3]
// CHECK-NEXT: kernel: groups 0
func.func @shift(%x: !tensorref.ref<?x4xf32> {tensorref.contiguous}) attributes {elena.entry} {
  %from = tensorref.slice %x[_:_, _:-1] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x3xf32>
  %to = tensorref.slice %x[_:_, 1:_] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x3xf32>
  tensorref.copy %from to %to : !tensorref.ref<?x3xf32>, !tensorref.ref<?x3xf32>
  return
}
