// A space of rank 0: s = x.sum(); x -= s
!vector = !tensorref.ref<?xi64>
func.func @one_point(%x: !vector) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !vector
  tensorref.group over [] {
    %s = tensorref.alloc [] : !tensorref.ref<i64>
    %sv = tensorref.strided_view %s offset 0 sizes [%n] strides [0] : !tensorref.ref<i64> to !vector
    tensorref.stage box [%n] iterators [reduction] ins(%x : !vector) outs(%s : !tensorref.ref<i64>) combiners [sum]
        along [] {
    ^bb0(%a: i64):
      tensorref.yield %a : i64
    }
    tensorref.stage box [%n] iterators [parallel] ins(%x, %sv : !vector, !vector) outs(%x : !vector) along [] {
    ^bb0(%a: i64, %b: i64):
      %d = arith.subi %a, %b : i64
      tensorref.yield %d : i64
    }
  }
  return
}
