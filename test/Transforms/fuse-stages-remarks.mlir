// RUN: elena-opt %s --tensorref-resolve-overlap --tensorref-form-groups --tensorref-fuse-stages \
// RUN:   --remarks-filter='tensorref.fusion' -o /dev/null 2>&1 | FileCheck %s
// RUN: elena-opt %s --tensorref-resolve-overlap --tensorref-form-groups --tensorref-fuse-stages \
// RUN:   --remarks-filter='tensorref.fusion' --remark-format=yaml --remarks-output-file=%t.yaml -o /dev/null
// RUN: FileCheck %s --check-prefix=YAML < %t.yaml
// RUN: elena-opt %s --tensorref-resolve-overlap --tensorref-form-groups --tensorref-fuse-stages=report \
// RUN:   | FileCheck %s --check-prefix=JSON

!x = !tensorref.ref<4x4xf32, strided<[4, 1]>>

// x += x.T

// CHECK: :[[@LINE+14]]:3: remark: [Missed] Recomputed | Category:tensorref.fusion | {{.*}}Reason="what it is computed from is overwritten before or while it is read", Remark="t1 is read and not computed again"
// CHECK: :[[@LINE+13]]:3: remark: [Missed] Temporary | Category:tensorref.fusion | {{.*}}Reason="used by 2 loop nests", Remark="t1, f32[4, 4], stays in memory"
// CHECK: :[[@LINE+12]]:3: remark: [Missed] NotFused | Category:tensorref.fusion | {{.*}}Obstacle=no-common-iteration, Reason="the two accesses cannot share an iteration: stage 0 reads arg0[i0 + 4*i1], stage 1 writes arg0[4*i0 + i1], beside stage 0 writes t1[4*i0 + i1], stage 1 reads t1[4*i0 + i1]", Remark="groups 0 and 1 stay apart"
// CHECK: :[[@LINE+11]]:3: remark: [Analysis] Bytes | Category:tensorref.fusion | {{.*}}After=320, Before=320, Kernels=2, Remark="bytes moved"
// YAML: Name: NotFused
// YAML: Function: add_transposed
// YAML: - Remark: groups 0 and 1 stay apart
// YAML: - Reason: 'the two accesses cannot share an iteration: stage 0 reads arg0[i0 + 4*i1]
// YAML: - Obstacle: no-common-iteration
// YAML: Name: Bytes
// YAML: - Before: '320'
// JSON: obstacle\22:\22no-common-iteration\22
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

// CHECK: remark: [Passed] Fused | Category:tensorref.fusion | {{.*}}Remark="group 0 over [100]", Stages=2
// CHECK: remark: [Missed] Recomputed | {{.*}}Reason="common loops can keep it instead"
// CHECK: remark: [Passed] Private | Category:tensorref.fusion | {{.*}}Cells=1, Remark="t1, f32[100]: register"
// CHECK: remark: [Analysis] Bytes | Category:tensorref.fusion | {{.*}}After=800, Before=1600, Kernels=1
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

// CHECK: remark: [Passed] Recomputed | Category:tensorref.fusion | {{.*}}Reason="it costs no more than the read", Remark="t1 is computed where it is read", Writers=1
// CHECK: remark: [Passed] Dead | Category:tensorref.fusion | {{.*}}Remark="nobody reads what this makes"
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

// y = exp(x), then y + y[:, ::-1] in rows of 500: the second read leaves only the rows.

// CHECK: remark: [Missed] NotFused | Category:tensorref.fusion | {{.*}}Obstacle=work, Reason="too much work for one iteration: what is left of T is a long loop: stage 0 writes t1[500*i0 + i1], stage 1 reads t1[500*i0 + -1*i1 + 499], beside stage 0 writes t1[500*i0 + i1], stage 1 reads t1[500*i0 + i1]"
func.func @mirrored(%x: !tensorref.ref<8x500xf32> {tensorref.contiguous}, %o: !tensorref.ref<8x500xf32> {tensorref.contiguous}) {
  %y = tensorref.alloc [8, 500] : !tensorref.ref<8x500xf32>
  tensorref.map ins(%x : !tensorref.ref<8x500xf32>) outs(%y : !tensorref.ref<8x500xf32>) {
  ^bb0(%p: f32):
    %q = math.exp %p : f32
    tensorref.yield %q : f32
  }
  %m = tensorref.slice %y[_:_, _:_:-1] : !tensorref.ref<8x500xf32> to !tensorref.ref<8x500xf32>
  tensorref.map ins(%y, %m : !tensorref.ref<8x500xf32>, !tensorref.ref<8x500xf32>) outs(%o : !tensorref.ref<8x500xf32>) {
  ^bb0(%a: f32, %b: f32):
    %q = arith.addf %a, %b : f32
    tensorref.yield %q : f32
  }
  return
}
