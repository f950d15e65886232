// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// cache[p:p+k] = new; y = cache[p:p+k]*2; return cache[:p+k], y
// One kernel: y reads new, and nothing is done to the other rows of the cache.
// CHECK:      group 0: T = [dim(arg1,0), 8]{{$}}
// CHECK-NEXT:   stage 0 [dim(arg1,0), 8]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT:   stage 1 [dim(arg1,0), 8]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @kv_append(%cache: !tensorref.ref<?x8xf32> {tensorref.contiguous}, %new: !tensorref.ref<?x8xf32> {tensorref.contiguous}, %p: index) -> (!tensorref.ref<?x8xf32>, !tensorref.ref<?x8xf32>) attributes {elena.entry} {
  %k = tensorref.dim %new, 0 : !tensorref.ref<?x8xf32>
  %e = arith.addi %p, %k : index
  %d = tensorref.slice %cache[%p:%e, _:_] : !tensorref.ref<?x8xf32> to !tensorref.ref<?x8xf32>
  %m = tensorref.dim %d, 0 : !tensorref.ref<?x8xf32>
  %same = arith.cmpi eq, %m, %k : index
  tensorref.guard %same
  tensorref.copy %new to %d : !tensorref.ref<?x8xf32>, !tensorref.ref<?x8xf32>
  %r = tensorref.slice %cache[_:%e, _:_] : !tensorref.ref<?x8xf32> to !tensorref.ref<?x8xf32>
  %y = tensorref.alloc [%k, 8] : !tensorref.ref<?x8xf32>
  tensorref.map ins(%d : !tensorref.ref<?x8xf32>) outs(%y : !tensorref.ref<?x8xf32>) {
  ^bb0(%ea: f32):
    %ek = arith.constant 2.0 : f32
    %er = arith.mulf %ea, %ek : f32
    tensorref.yield %er : f32
  }
  return %r, %y : !tensorref.ref<?x8xf32>, !tensorref.ref<?x8xf32>
}
