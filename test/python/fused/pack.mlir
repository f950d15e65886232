// a *= 2; b[...] = b.T's rows and columns numbered; s = rows of c summed; d[0] = the number of a's positive elements
!vector = !tensorref.ref<?xf32>
!matrix = !tensorref.ref<?x3xi64>
!square = !tensorref.ref<?x?xf32>
func.func @pack(%a: !vector, %b: !matrix, %c: !square, %s: !vector) attributes {elena.entry} {
  %n = tensorref.dim %a, 0 : !vector
  %m = tensorref.dim %b, 0 : !matrix
  %rows = tensorref.dim %c, 0 : !square
  %columns = tensorref.dim %c, 1 : !square
  %ten = arith.constant 10 : index
  tensorref.pack attributes {name = "three"} {
    tensorref.group over [%n] {
      tensorref.stage box [%n] iterators [parallel] ins(%a : !vector) outs(%a : !vector) along [0] {
      ^bb0(%x: f32):
        %y = arith.addf %x, %x : f32
        tensorref.yield %y : f32
      }
    }
    tensorref.group over [3, %m] {
      tensorref.stage box [%m, 3] iterators [parallel, parallel] outs(%b : !matrix) along [1, 0] {
        %i = tensorref.index 0 : index
        %j = tensorref.index 1 : index
        %k = arith.muli %i, %ten : index
        %l = arith.addi %k, %j : index
        %v = arith.index_cast %l : index to i64
        tensorref.yield %v : i64
      }
    }
    tensorref.group {
      tensorref.stage box [%rows, %columns] iterators [parallel, reduction] ins(%c : !square) outs(%s : !vector)
          combiners [sum] {
      ^bb0(%x: f32):
        tensorref.yield %x : f32
      }
    }
  }
  return
}
