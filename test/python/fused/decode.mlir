// out = zeros; out[:, :2] += x[:, :2] - x[:, 2:] / 2; out[:, 2:] += out[:, :2] + x[:, 2:]; o[...] = out
!boxes = !tensorref.ref<?x4xf32>
!half = !tensorref.ref<?x2xf32>
!box = !tensorref.ref<4xf32>
func.func @decode(%x: !boxes {tensorref.contiguous}, %o: !boxes {tensorref.contiguous}) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !boxes
  %zero = arith.constant 0.0 : f32
  %c = arith.constant 0.5 : f32
  tensorref.group over [%n] attributes {name = "decode"} {
    %xy = tensorref.slice %x[_:_, 0:2] : !boxes to !half
    %wh = tensorref.slice %x[_:_, 2:4] : !boxes to !half
    %p = tensorref.alloc [4] : !box
    %pv = tensorref.strided_view %p offset 0 sizes [%n, 4] strides [0, 1] : !box to !boxes
    %p0 = tensorref.slice %pv[_:_, 0:2] : !boxes to !half
    %p1 = tensorref.slice %pv[_:_, 2:4] : !boxes to !half
    tensorref.stage box [%n, 4] iterators [parallel, parallel] outs(%pv : !boxes) along [0] {
      tensorref.yield %zero : f32
    }
    tensorref.stage box [%n, 2] iterators [parallel, parallel]
        ins(%p0, %xy, %wh : !half, !half, !half) outs(%p0 : !half) along [0] {
    ^bb0(%q: f32, %a: f32, %b: f32):
      %h = arith.mulf %b, %c : f32
      %d = arith.subf %a, %h : f32
      %s = arith.addf %q, %d : f32
      tensorref.yield %s : f32
    }
    tensorref.stage box [%n, 2] iterators [parallel, parallel]
        ins(%p1, %p0, %wh : !half, !half, !half) outs(%p1 : !half) along [0] {
    ^bb0(%q: f32, %a: f32, %b: f32):
      %d = arith.addf %a, %b : f32
      %s = arith.addf %q, %d : f32
      tensorref.yield %s : f32
    }
    tensorref.stage box [%n, 4] iterators [parallel, parallel] ins(%pv : !boxes) outs(%o : !boxes) along [0] {
    ^bb0(%q: f32):
      tensorref.yield %q : f32
    }
  }
  return
}
