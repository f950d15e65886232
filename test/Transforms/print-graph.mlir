// RUN: elena-opt %s --tensorref-print-graph -o %t 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=IR < %t
// RUN: elena-opt %s --tensorref-print-graph=format=dot -o %t 2>&1 | FileCheck %s --check-prefix=DOT
// RUN: elena-opt %s --tensorref-print-graph=format=json -o %t 2>&1 | FileCheck %s --check-prefix=JSON
// RUN: not elena-opt %s --tensorref-print-graph=format=svg 2>&1 | FileCheck %s --check-prefix=BAD

// BAD: format is 'text', 'dot' or 'json', not 'svg'

// x[:] = 0; x[1:] = x[:-1]; y[:] = x

// CHECK-LABEL: graph @shift: 3 nodes, 5 edges
// CHECK-NEXT: #0 tensorref.fill | writes arg0[0 + 10*1]
// CHECK-NEXT: #1 tensorref.copy | reads arg0[0 + 9*1] | writes arg0[1 + 9*1]
// CHECK-NEXT: #2 tensorref.copy | reads arg0[0 + 10*1] | writes s0[0 + 10*1]
// CHECK-NEXT: #0 -> #1 RAW contains storage-only
// CHECK-NEXT: #0 -> #1 WAW contains storage-only
// CHECK-NEXT: #0 -> #2 RAW equal ssa
// CHECK-NEXT: #1 -> #2 RAW contained storage-only
// CHECK-NEXT: #1 -> #2 RAR contained storage-only

// DOT-LABEL: digraph "shift" {
// DOT: n0 [label="#0 tensorref.fill\nwrites arg0[0 + 10*1]"];
// DOT: n1 [label="#1 tensorref.copy\nreads arg0[0 + 9*1]\nwrites arg0[1 + 9*1]"];
// DOT: n0 -> n1 [label="RAW contains", style=dashed];
// DOT: n0 -> n2 [label="RAW equal", style=solid];
// DOT: n1 -> n2 [label="RAR contained", style=dotted];
// DOT-NEXT: }

// The IR stays.
// IR-LABEL: func.func @shift(
// IR-NEXT: tensorref.alloc
// IR-NEXT: tensorref.slice
// IR-NEXT: tensorref.slice
// IR-NEXT: tensorref.fill
// IR-NEXT: tensorref.copy
// IR-NEXT: tensorref.copy
// IR-NEXT: return
func.func @shift(%x: !tensorref.ref<10xf32> {tensorref.contiguous}, %zero: f32) {
  %y = tensorref.alloc [10] : !tensorref.ref<10xf32>
  %a = tensorref.slice %x[_:-1] : !tensorref.ref<10xf32> to !tensorref.ref<9xf32>
  %b = tensorref.slice %x[1:_] : !tensorref.ref<10xf32> to !tensorref.ref<9xf32>
  tensorref.fill %zero into %x : f32, !tensorref.ref<10xf32>
  tensorref.copy %a to %b : !tensorref.ref<9xf32>, !tensorref.ref<9xf32>
  tensorref.copy %x to %y : !tensorref.ref<10xf32>, !tensorref.ref<10xf32>
  return
}

// Two pairs of accesses that look the same are one line.

// CHECK-LABEL: graph @halves: 2 nodes, 2 edges
// CHECK: #0 -> #1 RAW contains storage-only x2{{$}}
// DOT-LABEL: digraph "halves"
// DOT: n0 -> n1 [label="RAW contains x2", style=dashed];
func.func @halves(%x: !tensorref.ref<10xf32> {tensorref.contiguous}, %y: !tensorref.ref<5xf32>, %zero: f32) {
  %a = tensorref.slice %x[_:5] : !tensorref.ref<10xf32> to !tensorref.ref<5xf32>
  %b = tensorref.slice %x[5:_] : !tensorref.ref<10xf32> to !tensorref.ref<5xf32>
  tensorref.fill %zero into %x : f32, !tensorref.ref<10xf32>
  tensorref.map ins(%a, %b : !tensorref.ref<5xf32>, !tensorref.ref<5xf32>)
      outs(%y : !tensorref.ref<5xf32>) {
  ^bb0(%p: f32, %q: f32):
    %s = arith.addf %p, %q : f32
    tensorref.yield %s : f32
  }
  return
}

// Stages are the nodes; their group is a box.

// CHECK-LABEL: graph @group: 2 nodes, 1 edges
// CHECK: #0 tensorref.stage | writes arg0[0 + 4*1]
// CHECK: #1 tensorref.load | reads arg0[2]
// CHECK: #0 -> #1 RAW contains storage-only
// DOT-LABEL: digraph "group"
// DOT: subgraph cluster0 {
// DOT-NEXT: label="group";
// DOT-NEXT: n0 [label="#0 tensorref.stage
// DOT-NEXT: }
// DOT-NEXT: n1
func.func @group(%x: !tensorref.ref<4xf32> {tensorref.contiguous}, %zero: f32) -> f32 {
  tensorref.group {
    tensorref.stage box [4] iterators [parallel] outs(%x : !tensorref.ref<4xf32>) {
      tensorref.yield %zero : f32
    }
  }
  %e = tensorref.select %x dim 0 at 2 : !tensorref.ref<4xf32> to !tensorref.ref<f32>
  %v = tensorref.load %e : !tensorref.ref<f32>
  return %v : f32
}

// The groups of a pack are boxes in its box. Of fused IR, storages in memory are
// nodes; those of an iteration are not.

// CHECK-LABEL: graph @packed: 3 nodes, 1 edges
// CHECK: #0 -> #1 RAW equal ssa
// DOT-LABEL: digraph "packed"
// DOT: subgraph clusterp0 {
// DOT-NEXT: label="pack";
// DOT-NEXT: subgraph cluster0 {
// DOT-NEXT: label="group";
// DOT-NEXT: n0 [label="#0 tensorref.stage
// DOT-NEXT: n1 [label="#1 tensorref.stage
// DOT-NEXT: }
// DOT-NEXT: subgraph cluster2 {
// DOT-NEXT: label="group";
// DOT-NEXT: n2 [label="#2 tensorref.stage
// DOT-NEXT: }
// DOT-NEXT: }
// DOT-NEXT: arg0 [shape=cylinder];
// DOT-NEXT: n1 -> arg0 [color=gray];
// DOT-NEXT: arg1 [shape=cylinder];
// DOT-NEXT: n2 -> arg1 [color=gray];
// JSON: {"name":"packed","nodes":[{"op":"stage","body":"",{{.*}},"group":0,"pack":0,"accesses":[{"text":"writes s0[0 + 4*0]","write":true,"storage":"s0","in_memory":false}]}
// JSON-SAME: "edges":[{"from":0,"to":1,"label":"RAW equal","style":"solid","count":1}]}
func.func @packed(%x: !tensorref.ref<4xf32> {tensorref.contiguous}, %y: !tensorref.ref<4xf32> {tensorref.contiguous}, %zero: f32) {
  tensorref.pack {
    tensorref.group over [4] {
      %s = tensorref.alloc [1] : !tensorref.ref<1xf32>
      %v = tensorref.strided_view %s offset 0 sizes [4] strides [0] : !tensorref.ref<1xf32> to !tensorref.ref<4xf32>
      tensorref.stage box [4] iterators [parallel] outs(%v : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %zero : f32
      }
      tensorref.stage box [4] iterators [parallel] ins(%v : !tensorref.ref<4xf32>) outs(%x : !tensorref.ref<4xf32>) along [0] {
      ^bb0(%a: f32):
        tensorref.yield %a : f32
      }
    }
    tensorref.group over [4] {
      tensorref.stage box [4] iterators [parallel] outs(%y : !tensorref.ref<4xf32>) along [0] {
        tensorref.yield %zero : f32
      }
    }
  }
  return
}

// CHECK: remark: no operation graph: the body is not one block
// CHECK-NOT: graph @branches
func.func @branches() {
  cf.br ^bb1
^bb1:
  return
}

// CHECK-LABEL: graph @declared: 0 nodes, 0 edges
func.func private @declared(!tensorref.ref<4xf32>)
