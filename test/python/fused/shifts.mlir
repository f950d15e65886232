// o = zeros(n + 2); o[1:-1] = x; then for the t from 2 on that y has: y = 10 * o[t]; last o[t] -= 1.
// What y's stage writes goes through private storage that one check guards, and another stage stands between.
!vector = !tensorref.ref<?xf32>
func.func @shifts(%x: !vector, %o: !vector, %y: !vector, %start: !tensorref.ref<i64>) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !vector
  %t = tensorref.dim %o, 0 : !vector
  %m = tensorref.dim %y, 0 : !vector
  %c0 = arith.constant 0 : index
  %first = tensorref.load %start : !tensorref.ref<i64>
  %s = arith.index_cast %first : i64 to index
  %zero = arith.constant 0.0 : f32
  %ten = arith.constant 10.0 : f32
  %one = arith.constant 1.0 : f32
  %middle = tensorref.strided_view %o offset 1 sizes [%n] strides [1] : !vector to !vector
  %seen = tensorref.strided_view %o offset %s sizes [%m] strides [1] : !vector to !vector
  tensorref.group over [%t] attributes {name = "shifts"} {
    %p = tensorref.alloc [] : !tensorref.ref<f32>
    %pv = tensorref.strided_view %p offset 0 sizes [%m] strides [0] : !tensorref.ref<f32> to !vector
    tensorref.stage box [%t] iterators [parallel] outs(%o : !vector) along [0] {
      tensorref.yield %zero : f32
    }
    tensorref.stage box [%n] iterators [parallel] ins(%x : !vector) outs(%middle : !vector) along [0 + 1] {
    ^bb0(%a: f32):
      tensorref.yield %a : f32
    }
    tensorref.stage box [%m] iterators [parallel] ins(%seen : !vector) outs(%pv : !vector) along [0 + %s] {
    ^bb0(%a: f32):
      %d = arith.mulf %a, %ten : f32
      tensorref.yield %d : f32
    }
    tensorref.stage box [%t] iterators [parallel] ins(%o : !vector) outs(%o : !vector) along [0] {
    ^bb0(%a: f32):
      %d = arith.subf %a, %one : f32
      tensorref.yield %d : f32
    }
    tensorref.stage box [%m] iterators [parallel] ins(%pv : !vector) outs(%y : !vector) along [0 + %s] {
    ^bb0(%a: f32):
      tensorref.yield %a : f32
    }
  }
  return
}
