// for i in range(n - 1): x[i + 1] += x[i]
!vector = !tensorref.ref<?xf32>
func.func @in_order(%x: !vector) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !vector
  %one = arith.constant 1 : index
  %m = arith.subi %n, %one : index
  %before = tensorref.strided_view %x offset 0 sizes [%m] strides [1] : !vector to !vector
  %after = tensorref.strided_view %x offset 1 sizes [%m] strides [1] : !vector to !vector
  tensorref.group over [%m] sequential_t {
    tensorref.stage box [%m] iterators [parallel] ins(%before, %after : !vector, !vector) outs(%after : !vector)
        along [0] {
    ^bb0(%a: f32, %b: f32):
      %c = arith.addf %a, %b : f32
      tensorref.yield %c : f32
    }
  }
  return
}
