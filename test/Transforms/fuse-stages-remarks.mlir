// RUN: elena-opt %s --tensorref-resolve-overlap --tensorref-form-groups --tensorref-fuse-stages \
// RUN:   --remarks-filter='tensorref.fusion' -o /dev/null 2>&1 | FileCheck %s
// RUN: elena-opt %s --tensorref-resolve-overlap --tensorref-form-groups --tensorref-fuse-stages \
// RUN:   --remarks-filter='tensorref.fusion' --remark-format=yaml --remarks-output-file=%t.yaml -o /dev/null
// RUN: FileCheck %s --check-prefix=YAML < %t.yaml
// RUN: elena-opt %s --tensorref-resolve-overlap --tensorref-form-groups --tensorref-fuse-stages=report \
// RUN:   | FileCheck %s --check-prefix=JSON

!x = !tensorref.ref<4x4xf32, strided<[4, 1]>>
!v = !tensorref.ref<?xf32>

// x += x.T
func.func @add_transposed(%x: !x {tensorref.contiguous}) {
  %t = tensorref.transpose %x permutation [1, 0] : !x to !tensorref.ref<4x4xf32>
  tensorref.map ins(%x, %t : !x, !tensorref.ref<4x4xf32>) outs(%x : !x) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    tensorref.yield %c : f32
  }
  return
}

// exp(a), then twice that.
func.func @chain(%a: !tensorref.ref<100xf32> {tensorref.contiguous}, %o: !tensorref.ref<100xf32> {tensorref.contiguous}) {
  %t = tensorref.alloc [100] : !tensorref.ref<100xf32>
  tensorref.map ins(%a : !tensorref.ref<100xf32>) outs(%t : !tensorref.ref<100xf32>) {
  ^bb0(%p: f32):
    %q = math.exp %p : f32
    tensorref.yield %q : f32
  }
  tensorref.map ins(%t : !tensorref.ref<100xf32>) outs(%o : !tensorref.ref<100xf32>) {
  ^bb0(%p: f32):
    %q = arith.addf %p, %p : f32
    tensorref.yield %q : f32
  }
  return
}

// A copy is computed where it is read, and dead.
func.func @copied(%a: !tensorref.ref<100xf32> {tensorref.contiguous}, %o: !tensorref.ref<100xf32> {tensorref.contiguous}) {
  %t = tensorref.alloc [100] : !tensorref.ref<100xf32>
  tensorref.copy %a to %t : !tensorref.ref<100xf32>, !tensorref.ref<100xf32>
  tensorref.map ins(%t : !tensorref.ref<100xf32>) outs(%o : !tensorref.ref<100xf32>) {
  ^bb0(%p: f32):
    %q = arith.addf %p, %p : f32
    tensorref.yield %q : f32
  }
  return
}
