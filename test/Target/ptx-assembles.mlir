// REQUIRES: ptxas
// RUN: elena-translate --tensorref-to-ptx --chip=sm_80 %s -o %t.80.ptx && ptxas -arch=sm_80 %t.80.ptx -o %t.cubin
// RUN: elena-translate --tensorref-to-ptx --chip=sm_90 %s -o %t.90.ptx && ptxas -arch=sm_90 %t.90.ptx -o %t.cubin
// RUN: elena-translate --tensorref-to-ptx --chip=sm_100 %s -o %t.100.ptx && ptxas -arch=sm_100 %t.100.ptx -o %t.cubin

// Every function of the math library, a reduction, and bools.
func.func @f(%x: !tensorref.ref<?x8xf32>, %y: !tensorref.ref<?x8xf64>, %o: !tensorref.ref<?xf32>,
             %b: !tensorref.ref<?x8xi1>) attributes {elena.entry} {
  tensorref.map ins(%x, %y : !tensorref.ref<?x8xf32>, !tensorref.ref<?x8xf64>)
      outs(%y, %b : !tensorref.ref<?x8xf64>, !tensorref.ref<?x8xi1>) {
  ^bb0(%s: f32, %d: f64):
    %0 = math.exp %s : f32
    %1 = math.log %0 : f32
    %2 = math.sin %1 : f32
    %3 = math.tanh %2 : f32
    %4 = math.powf %3, %s : f32
    %5 = arith.remf %4, %s : f32
    %6 = arith.extf %5 : f32 to f64
    %7 = math.exp %6 : f64
    %8 = math.log1p %7 : f64
    %9 = math.cos %8 : f64
    %10 = math.atan2 %9, %d : f64
    %11 = math.erf %10 : f64
    %12 = math.cbrt %11 : f64
    %13 = arith.remf %12, %d : f64
    %14 = arith.maximumf %13, %d : f64
    %15 = arith.cmpf olt, %14, %d : f64
    tensorref.yield %14, %15 : f64, i1
  }
  tensorref.reduce sum dims [1] ins(%x : !tensorref.ref<?x8xf32>) outs(%o : !tensorref.ref<?xf32>) {
  ^bb0(%e: f32):
    tensorref.yield %e : f32
  }
  return
}
