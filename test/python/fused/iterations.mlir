// For each row i: m = max(x[i]), in storage of the iteration; for k in [0, 3), if k < keep[i]: y[i] += m, then y[i] =
// sum(y[i]) - y[i], walked backwards, so that threads of a block read what others of it have written; last o[i] =
// sum(y[i]).
!matrix = !tensorref.ref<?x?xf32>
!vector = !tensorref.ref<?xf32>
!numbers = !tensorref.ref<?xi64>
!scalar = !tensorref.ref<f32>
func.func @iterations(%x: !matrix, %keep: !numbers, %y: !matrix, %o: !vector) attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c256 = arith.constant 256 : index
  %n = tensorref.dim %x, 0 : !matrix
  %w = tensorref.dim %x, 1 : !matrix
  tensorref.foreach %n threads %c256 attributes {name = "rows"} {
  ^bb0(%i: index):
    %m = tensorref.alloc [] : !scalar
    %xi = tensorref.select %x dim 0 at %i : !matrix to !vector
    %yi = tensorref.select %y dim 0 at %i : !matrix to !vector
    %back = tensorref.flip %yi dims [0] : !vector to !vector
    %oi = tensorref.select %o dim 0 at %i : !vector to !scalar
    %ki = tensorref.select %keep dim 0 at %i : !numbers to !tensorref.ref<i64>
    %turns = tensorref.load %ki : !tensorref.ref<i64>
    %end = arith.index_cast %turns : i64 to index
    tensorref.group over [] {
      tensorref.stage box [%w] iterators [reduction] ins(%xi : !vector) outs(%m : !scalar) combiners [max] along [] {
      ^bb0(%a: f32):
        tensorref.yield %a : f32
      }
    }
    %all = tensorref.strided_view %m offset 0 sizes [%w] strides [0] : !scalar to !vector
    scf.for %k = %c0 to %c3 step %c1 {
      %goes = arith.cmpi slt, %k, %end : index
      scf.if %goes {
        %t = tensorref.alloc [] : !scalar
        tensorref.group over [%w] {
          tensorref.stage box [%w] iterators [parallel] ins(%yi, %all : !vector, !vector) outs(%yi : !vector) along [0] {
          ^bb0(%a: f32, %b: f32):
            %s = arith.addf %a, %b : f32
            tensorref.yield %s : f32
          }
        }
        tensorref.group over [] {
          tensorref.stage box [%w] iterators [reduction] ins(%back : !vector) outs(%t : !scalar) combiners [sum] along [] {
          ^bb0(%a: f32):
            tensorref.yield %a : f32
          }
        }
        %both = tensorref.strided_view %t offset 0 sizes [%w] strides [0] : !scalar to !vector
        tensorref.group over [%w] {
          tensorref.stage box [%w] iterators [parallel] ins(%back, %both : !vector, !vector) outs(%back : !vector) along [0] {
          ^bb0(%a: f32, %b: f32):
            %s = arith.subf %b, %a : f32
            tensorref.yield %s : f32
          }
        }
      }
    }
    tensorref.group over [] {
      tensorref.stage box [%w] iterators [reduction] ins(%yi : !vector) outs(%oi : !scalar) combiners [sum] along [] {
      ^bb0(%a: f32):
        tensorref.yield %a : f32
      }
    }
  }
  return
}
