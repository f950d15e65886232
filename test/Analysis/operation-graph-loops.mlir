// RUN: elena-opt %s --tensorref-print-graph -o %t 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=IR < %t
// RUN: elena-opt %s --tensorref-print-graph=format=dot -o /dev/null 2>&1 | FileCheck %s --check-prefix=DOT
// RUN: elena-opt %s --tensorref-print-graph=format=json -o /dev/null 2>&1 | FileCheck %s --check-prefix=JSON

!x = !tensorref.ref<?xf32>
!m = !tensorref.ref<?x?xf32>
!e = !tensorref.ref<f32>

// for i in range(1, n): x[i] = x[i-1]

// CHECK-LABEL: graph @next: 1 nodes, 0 edges
// CHECK: inside of #0 scf.for: 1 nodes, 0 edges, 1 carried
// CHECK-NEXT: #0.0 tensorref.copy | reads arg0[?] | writes arg0[?]
// CHECK-NEXT: #0.0 -> #0.0 RAW d=1 equal storage-only

// The loop is a box, and a node of it: what is outside has edges to that one.
// DOT-LABEL: digraph "next"
// DOT: subgraph cluster0 {
// DOT-NEXT: label="scf.for";
// DOT-NEXT: n0 [label="#0 scf.for
// DOT-NEXT: n0_0 [label="#0.0 tensorref.copy
// DOT-NEXT: }
// DOT-NEXT: n0_0 -> n0_0 [label="RAW d=1 equal", style=dashed, color=purple, constraint=false];
// DOT-NEXT: }

// JSON: {"name":"next","nodes":[{"op":"for",{{.*}},{"op":"copy",{{.*}}"name":"0.0","inside":0,
// JSON-SAME: "edges":[{"from":1,"to":1,"label":"RAW d=1 equal","style":"dashed","count":1,"loop":0,"distance":"d=1"}]}

// The IR stays.
// IR-LABEL: func.func @next(
// IR-NEXT: arith.constant
// IR-NEXT: tensorref.dim
// IR-NEXT: scf.for
// IR-NEXT: arith.subi
// IR-NEXT: tensorref.select
// IR-NEXT: tensorref.select
// IR-NEXT: tensorref.copy
// IR-NEXT: }
// IR-NEXT: return
func.func @next(%x: !x {tensorref.contiguous}) {
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c1 to %n step %c1 {
    %k = arith.subi %i, %c1 : index
    %a = tensorref.select %x dim 0 at %k : !x to !e
    %b = tensorref.select %x dim 0 at %i : !x to !e
    tensorref.copy %a to %b : !e, !e
  }
  return
}

// for i in range(2, n): x[i] = x[i-2]

// CHECK-LABEL: graph @next_but_one:
// CHECK: 1 carried
// CHECK: #0.0 -> #0.0 RAW d=2 equal storage-only
func.func @next_but_one(%x: !x {tensorref.contiguous}) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c2 to %n step %c1 {
    %k = arith.subi %i, %c2 : index
    %a = tensorref.select %x dim 0 at %k : !x to !e
    %b = tensorref.select %x dim 0 at %i : !x to !e
    tensorref.copy %a to %b : !e, !e
  }
  return
}

// Iterations are counted, not values of i: for i in range(2, n, 2) the same is
// the next one; and what only odd numbers would reach, nobody does.

// CHECK-LABEL: graph @steps:
// CHECK: 1 carried
// CHECK: #0.0 -> #0.0 RAW d=1 equal storage-only
func.func @steps(%x: !x {tensorref.contiguous}) {
  %c2 = arith.constant 2 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c2 to %n step %c2 {
    %k = arith.subi %i, %c2 : index
    %a = tensorref.select %x dim 0 at %k : !x to !e
    %b = tensorref.select %x dim 0 at %i : !x to !e
    tensorref.copy %a to %b : !e, !e
  }
  return
}

// CHECK-LABEL: graph @steps_over:
// CHECK: 0 carried
func.func @steps_over(%x: !x {tensorref.contiguous}) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c2 to %n step %c2 {
    %k = arith.subi %i, %c1 : index
    %a = tensorref.select %x dim 0 at %k : !x to !e
    %b = tensorref.select %x dim 0 at %i : !x to !e
    tensorref.copy %a to %b : !e, !e
  }
  return
}

// The read comes first: for i in range(n-1): x[i] = x[i+1]

// CHECK-LABEL: graph @before:
// CHECK: 1 carried
// CHECK: #0.0 -> #0.0 WAR d=1 equal storage-only
func.func @before(%x: !x {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !x
  %last = arith.subi %n, %c1 : index
  scf.for %i = %c0 to %last step %c1 {
    %k = arith.addi %i, %c1 : index
    %a = tensorref.select %x dim 0 at %k : !x to !e
    %b = tensorref.select %x dim 0 at %i : !x to !e
    tensorref.copy %a to %b : !e, !e
  }
  return
}

// The same, with i from the last to the first: now the write comes first, and
// in one iteration the two are apart.

// CHECK-LABEL: graph @reversed:
// CHECK: inside of #0 scf.for: 2 nodes, 1 edges, 1 carried
// CHECK: #0.0 -> #0.1 RAW equal ssa
// CHECK-NEXT: #0.1 -> #0.0 RAW d=1 equal storage-only
func.func @reversed(%x: !x {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensorref.dim %x, 0 : !x
  %last = arith.subi %n, %c1 : index
  scf.for %i = %c0 to %last step %c1 {
    %up = arith.subi %n, %i : index
    %k = arith.subi %up, %c1 : index
    %a = tensorref.select %x dim 0 at %k : !x to !e
    %own = tensorref.alloc [] : !e
    tensorref.copy %a to %own : !e, !e
    %j = arith.subi %up, %c2 : index
    %b = tensorref.select %x dim 0 at %j : !x to !e
    tensorref.copy %own to %b : !e, !e
  }
  return
}

// for i in range(n): s += x[i]. Every iteration meets every later one.

// CHECK-LABEL: graph @sum:
// CHECK: inside of #0 scf.for: 1 nodes, 0 edges, 4 carried
// CHECK: #0.0 -> #0.0 RAW d>=1 equal ssa
// CHECK-NEXT: #0.0 -> #0.0 WAR d>=1 equal ssa
// CHECK-NEXT: #0.0 -> #0.0 WAW d>=1 equal ssa
// CHECK-NEXT: #0.0 -> #0.0 RAR d>=1 equal ssa
// DOT-LABEL: digraph "sum"
// DOT: n0_0 -> n0_0 [label="WAW d>=1 equal", style=solid, color=purple, constraint=false];
// DOT-NEXT: n0_0 -> n0_0 [label="RAR d>=1 equal", style=dotted, color=purple, constraint=false];
func.func @sum(%x: !x {tensorref.contiguous}, %s: !e) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c0 to %n step %c1 {
    %a = tensorref.select %x dim 0 at %i : !x to !e
    tensorref.map ins(%s, %a : !e, !e) outs(%s : !e) {
    ^bb0(%p: f32, %q: f32):
      %sum = arith.addf %p, %q : f32
      tensorref.yield %sum : f32
    }
  }
  return
}

// Independent: y[i] = x[i], and x[2*i + 1] = x[2*i].

// CHECK-LABEL: graph @apart:
// CHECK: 0 carried
func.func @apart(%x: !x {tensorref.contiguous}, %y: !x {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c0 to %n step %c1 {
    %a = tensorref.select %x dim 0 at %i : !x to !e
    %b = tensorref.select %y dim 0 at %i : !x to !e
    tensorref.copy %a to %b : !e, !e
  }
  return
}

// CHECK-LABEL: graph @even_and_odd:
// CHECK: 0 carried
func.func @even_and_odd(%x: !x {tensorref.contiguous}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensorref.dim %x, 0 : !x
  %half = arith.floordivsi %n, %c2 : index
  scf.for %i = %c0 to %half step %c1 {
    %even = arith.muli %i, %c2 : index
    %odd = arith.addi %even, %c1 : index
    %a = tensorref.select %x dim 0 at %even : !x to !e
    %b = tensorref.select %x dim 0 at %odd : !x to !e
    tensorref.copy %a to %b : !e, !e
  }
  return
}

// Not decided: x[k[i]].

// CHECK-LABEL: graph @anywhere:
// CHECK: #0.1 -> #0.1 WAW d=? unknown ssa
func.func @anywhere(%x: !x {tensorref.contiguous}, %k: !tensorref.ref<?xi64>, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %k, 0 : !tensorref.ref<?xi64>
  scf.for %i = %c0 to %n step %c1 {
    %a = tensorref.select %k dim 0 at %i : !tensorref.ref<?xi64> to !tensorref.ref<i64>
    %number = tensorref.load %a : !tensorref.ref<i64>
    %where = arith.index_cast %number : i64 to index
    %b = tensorref.select %x dim 0 at %where : !x to !e
    tensorref.fill %v into %b : f32, !e
  }
  return
}

// x[i:i+3] = v: no further than two.

// CHECK-LABEL: graph @windows:
// CHECK: 1 carried
// CHECK: #0.0 -> #0.0 WAW d=1..2 unknown ssa
func.func @windows(%x: !x {tensorref.contiguous}, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %n = tensorref.dim %x, 0 : !x
  %end = arith.subi %n, %c3 : index
  scf.for %i = %c0 to %end step %c1 {
    %k = arith.addi %i, %c3 : index
    %a = tensorref.slice %x[%i:%k] : !x to !x
    tensorref.fill %v into %a : f32, !x
  }
  return
}

// A nest: x[i, j] = x[i-1, j] + x[i, j-1]. One edge for each of the loops. An
// edge of the outer one joins all of an iteration of it, whatever j.

// CHECK-LABEL: graph @nest: 1 nodes, 0 edges
// CHECK: inside of #0 scf.for: 1 nodes, 0 edges, 2 carried
// CHECK-NEXT: #0.0 scf.for |
// CHECK-NEXT: #0.0.0 -> #0.0.0 RAW d=1 equal storage-only
// CHECK-NEXT: #0.0.0 -> #0.0.0 RAR d=1 unknown storage-only
// CHECK: inside of #0.0 scf.for: 1 nodes, 0 edges, 1 carried
// CHECK-NEXT: #0.0.0 tensorref.map |
// CHECK-NEXT: #0.0.0 -> #0.0.0 RAW d=1 equal storage-only
// DOT-LABEL: digraph "nest"
// DOT: subgraph cluster0 {
// DOT: subgraph cluster0_0 {
// DOT: n0_0_0 [label=
// DOT-NEXT: }
// DOT-NEXT: }
func.func @nest(%x: !m {tensorref.contiguous}) {
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !m
  %m = tensorref.dim %x, 1 : !m
  scf.for %i = %c1 to %n step %c1 {
    %above = arith.subi %i, %c1 : index
    scf.for %j = %c1 to %m step %c1 {
      %left = arith.subi %j, %c1 : index
      %r = tensorref.select %x dim 0 at %above : !m to !x
      %a = tensorref.select %r dim 0 at %j : !x to !e
      %q = tensorref.select %x dim 0 at %i : !m to !x
      %b = tensorref.select %q dim 0 at %left : !x to !e
      %c = tensorref.select %q dim 0 at %j : !x to !e
      tensorref.map ins(%a, %b : !e, !e) outs(%c : !e) {
      ^bb0(%p: f32, %s: f32):
        %sum = arith.addf %p, %s : f32
        tensorref.yield %sum : f32
      }
    }
  }
  return
}

// Branches: no edge within an iteration, for one of the two runs; from one
// iteration to the next, each may follow the other. That either runs is not
// known, so neither is a relation, nor that every distance occurs.

// CHECK-LABEL: graph @branches: 1 nodes, 0 edges
// CHECK: inside of #0 scf.for: 1 nodes, 0 edges, 3 carried
// CHECK-NEXT: #0.0 scf.if |
// CHECK-NEXT: #0.0.0 -> #0.0.0 RAW d=1 unknown storage-only
// CHECK-NEXT: #0.0.0 -> #0.0.1 RAW d=1 unknown storage-only
// CHECK-NEXT: #0.0.1 -> #0.0.1 WAW d=? unknown ssa
// CHECK-NEXT: inside of #0.0 scf.if: 2 nodes, 0 edges, 0 carried
// CHECK-NEXT: #0.0.0 then: tensorref.copy | reads arg0[?] | writes arg0[?]
// CHECK-NEXT: #0.0.1 else: tensorref.copy | reads arg0[?] | writes arg1[0]
func.func @branches(%x: !x {tensorref.contiguous}, %s: !e, %c: i1) {
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c1 to %n step %c1 {
    %k = arith.subi %i, %c1 : index
    %a = tensorref.select %x dim 0 at %k : !x to !e
    scf.if %c {
      %b = tensorref.select %x dim 0 at %i : !x to !e
      tensorref.copy %a to %b : !e, !e
    } else {
      tensorref.copy %a to %s : !e, !e
    }
  }
  return
}

// The test and the body of a while loop are one iteration. Where iterations
// have no number, only what is the same in all of them is known.

// CHECK-LABEL: graph @while: 1 nodes, 0 edges
// CHECK: inside of #0 scf.while: 3 nodes, 1 edges, 5 carried
// CHECK-NEXT: #0.0 tensorref.load | reads arg1[0]
// CHECK-NEXT: #0.1 tensorref.fill | writes arg1[0]
// CHECK-NEXT: #0.2 tensorref.fill | writes arg0[?]
// CHECK-NEXT: #0.0 -> #0.1 WAR equal ssa
// CHECK-NEXT: #0.0 -> #0.0 RAR d>=1 equal ssa
// CHECK-NEXT: #0.0 -> #0.1 WAR d>=1 equal ssa
// CHECK-NEXT: #0.1 -> #0.0 RAW d>=1 equal ssa
// CHECK-NEXT: #0.1 -> #0.1 WAW d>=1 equal ssa
// CHECK-NEXT: #0.2 -> #0.2 WAW d=? unknown ssa
func.func @while(%x: !x {tensorref.contiguous}, %s: !tensorref.ref<i1>, %v: f32, %on: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = scf.while (%k = %c0) : (index) -> index {
    %t = tensorref.load %s : !tensorref.ref<i1>
    scf.condition(%t) %k : index
  } do {
  ^bb0(%k: index):
    tensorref.fill %on into %s : i1, !tensorref.ref<i1>
    %b = tensorref.select %x dim 0 at %k : !x to !e
    tensorref.fill %v into %b : f32, !e
    %next = arith.addi %k, %c1 : index
    scf.yield %next : index
  }
  return
}

// What is outside has edges to and from the loop, as a whole.

// CHECK-LABEL: graph @around: 3 nodes, 3 edges
// CHECK: #0 -> #1 WAW unknown
// CHECK-NEXT: #0 -> #2 WAW equal
// CHECK-NEXT: #1 -> #2 WAW unknown
// CHECK-NEXT: inside of #1 scf.for: 1 nodes, 0 edges, 0 carried
// CHECK-NEXT: #1.0 tensorref.fill
func.func @around(%x: !x {tensorref.contiguous}, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !x
  tensorref.fill %v into %x : f32, !x
  scf.for %i = %c0 to %n step %c1 {
    %a = tensorref.select %x dim 0 at %i : !x to !e
    tensorref.fill %v into %a : f32, !e
  }
  tensorref.fill %v into %x : f32, !x
  return
}

// What an iteration chooses is not its own.

// CHECK-LABEL: graph @chosen:
// CHECK: #0.1 -> #0.1 WAW d=? unknown ssa
func.func @chosen(%x: !x {tensorref.contiguous}, %y: !x {tensorref.contiguous}, %c: i1, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !x
  scf.for %i = %c0 to %n step %c1 {
    %z = scf.if %c -> !x {
      tensorref.fill %v into %x : f32, !x
      scf.yield %x : !x
    } else {
      scf.yield %y : !x
    }
    %b = tensorref.select %z dim 0 at %i : !x to !e
    tensorref.fill %v into %b : f32, !e
  }
  return
}
