// Per row: which of the four are positive (bools, private); o = those values, 7 elsewhere; i picks k from them (gather);
// h[bin] = 1 + the last column with that bin (scatter into the row, in order); c = the row's running sum.
!rows = !tensorref.ref<?x4xf32>
!bits = !tensorref.ref<?x4xi1>
!numbers = !tensorref.ref<?x4xi64>
func.func @rows(%x: !rows, %i: !numbers, %o: !rows, %g: !rows, %h: !numbers, %c: !rows) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !rows
  %zero = arith.constant 0.0 : f32
  %seven = arith.constant 7.0 : f32
  %one = arith.constant 1 : i64
  tensorref.group over [%n] attributes {name = "rows"} {
    %p = tensorref.alloc [4] : !tensorref.ref<4xi1>
    %pv = tensorref.strided_view %p offset 0 sizes [%n, 4] strides [0, 1] : !tensorref.ref<4xi1> to !bits
    tensorref.stage box [%n, 4] iterators [parallel, parallel] ins(%x : !rows) outs(%pv : !bits) along [0] {
    ^bb0(%a: f32):
      %b = arith.cmpf ogt, %a, %zero : f32
      tensorref.yield %b : i1
    }
    tensorref.stage box [%n, 4] iterators [parallel, parallel] outs(%o : !rows) along [0] {
      tensorref.yield %seven : f32
    }
    tensorref.stage box [%n, 4] iterators [parallel, parallel] ins(%x, %pv : !rows, !bits) outs(%o : !rows)
        masked along [0] {
    ^bb0(%a: f32, %b: i1):
      tensorref.yield %a, %b : f32, i1
    }
    tensorref.stage box [%n, 4] iterators [parallel, parallel] ins(%i : !numbers) gathers(%o : !rows) outs(%g : !rows)
        along [0] {
    ^bb0(%k: i64):
      %row = tensorref.index 0 : index
      %column = arith.index_cast %k : i64 to index
      %e = tensorref.element %o[%row, %column] : !rows
      tensorref.yield %e : f32
    }
    tensorref.stage box [%n, 4] iterators [parallel, parallel] ins(%i : !numbers) outs(%h : !numbers) scatter 2
        along [0] {
    ^bb0(%k: i64):
      %row = tensorref.index 0 : index
      %column = arith.index_cast %k : i64 to index
      %j = tensorref.index 1 : index
      %j64 = arith.index_cast %j : index to i64
      %v = arith.addi %j64, %one : i64
      tensorref.yield %v, %row, %column : i64, index, index
    }
    tensorref.stage box [%n, 4] iterators [parallel, scan] ins(%x : !rows) outs(%c : !rows) combiners [sum] along [0] {
    ^bb0(%a: f32):
      tensorref.yield %a : f32
    }
  }
  return
}
