func.func private @first() attributes {elena.kernel}
func.func private @second(memref<f32>, index, f32) attributes {elena.kernel}
func.func @launch(%x: !tensorref.ref<?xf32>, %n: index, %v: f64) attributes {elena.entry} {
  %p = tensorref.base %x : !tensorref.ref<?xf32> to memref<f32>
  %f = arith.truncf %v : f64 to f32
  tensorref.launch @second threads %n args(%p, %n, %f : memref<f32>, index, f32)
  return
}
