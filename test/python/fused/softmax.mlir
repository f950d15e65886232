// Rows of 81: the row's maximum and sum are registers, its exponentials are local memory.
!rows = !tensorref.ref<?x81xf32>
!column = !tensorref.ref<?xf32>
func.func @softmax(%x: !rows, %o: !rows) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !rows
  tensorref.group over [%n] attributes {name = "softmax"} {
    %m = tensorref.alloc [] : !tensorref.ref<f32>
    %s = tensorref.alloc [] : !tensorref.ref<f32>
    %e = tensorref.alloc [81] : !tensorref.ref<81xf32>
    %m1 = tensorref.strided_view %m offset 0 sizes [%n] strides [0] : !tensorref.ref<f32> to !column
    %m2 = tensorref.strided_view %m offset 0 sizes [%n, 81] strides [0, 0] : !tensorref.ref<f32> to !rows
    %s1 = tensorref.strided_view %s offset 0 sizes [%n] strides [0] : !tensorref.ref<f32> to !column
    %s2 = tensorref.strided_view %s offset 0 sizes [%n, 81] strides [0, 0] : !tensorref.ref<f32> to !rows
    %e2 = tensorref.strided_view %e offset 0 sizes [%n, 81] strides [0, 1] : !tensorref.ref<81xf32> to !rows
    tensorref.stage box [%n, 81] iterators [parallel, reduction] ins(%x : !rows) outs(%m1 : !column)
        combiners [max] along [0] {
    ^bb0(%a: f32):
      tensorref.yield %a : f32
    }
    tensorref.stage box [%n, 81] iterators [parallel, parallel] ins(%x, %m2 : !rows, !rows) outs(%e2 : !rows) along [0] {
    ^bb0(%a: f32, %b: f32):
      %d = arith.subf %a, %b : f32
      %p = math.exp %d : f32
      tensorref.yield %p : f32
    }
    tensorref.stage box [%n, 81] iterators [parallel, reduction] ins(%e2 : !rows) outs(%s1 : !column)
        combiners [sum] along [0] {
    ^bb0(%a: f32):
      tensorref.yield %a : f32
    }
    tensorref.stage box [%n, 81] iterators [parallel, parallel] ins(%e2, %s2 : !rows, !rows) outs(%o : !rows) along [0] {
    ^bb0(%a: f32, %b: f32):
      %q = arith.divf %a, %b : f32
      tensorref.yield %q : f32
    }
  }
  return
}
