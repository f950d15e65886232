// RUN: elena-opt %s --mlir-disable-threading --pass-pipeline="builtin.module(elena-to-groups{fuse=none},func.func(tensorref-fuse-stages{print=true strict=true}))" -o /dev/null | FileCheck %s

// vx[:w] = True; vy[:h] = True; vx & vy[:, None]: no vx, no vy.
// CHECK:      group 0: T = [arg0, arg1]{{$}}
// CHECK-NEXT:   stage 4 [arg0, arg1]  t0 = i0  t1 = i1{{$}}
// CHECK-NEXT: kernel: groups 0{{$}}
// CHECK-NOT:  {{group|kernel|stage|private}}
func.func @valid_flags(%H: index, %W: index, %h: index, %w: index) -> !tensorref.ref<?x?xi1> attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %gh = arith.cmpi sge, %H, %c0 : index
  tensorref.guard %gh
  %gw = arith.cmpi sge, %W, %c0 : index
  tensorref.guard %gw
  %f = arith.constant false
  %t = arith.constant true
  %vx = tensorref.alloc [%W] : !tensorref.ref<?xi1>
  %vy = tensorref.alloc [%H] : !tensorref.ref<?xi1>
  tensorref.fill %f into %vx : i1, !tensorref.ref<?xi1>
  tensorref.fill %f into %vy : i1, !tensorref.ref<?xi1>
  %sx = tensorref.slice %vx[_:%w] : !tensorref.ref<?xi1> to !tensorref.ref<?xi1>
  %sy = tensorref.slice %vy[_:%h] : !tensorref.ref<?xi1> to !tensorref.ref<?xi1>
  tensorref.fill %t into %sx : i1, !tensorref.ref<?xi1>
  tensorref.fill %t into %sy : i1, !tensorref.ref<?xi1>
  %nx = tensorref.newaxis %vx dims [0] : !tensorref.ref<?xi1> to !tensorref.ref<1x?xi1>
  %ny = tensorref.newaxis %vy dims [1] : !tensorref.ref<?xi1> to !tensorref.ref<?x1xi1>
  %bx = tensorref.broadcast %nx to [%H, %W] : !tensorref.ref<1x?xi1> to !tensorref.ref<?x?xi1>
  %by = tensorref.broadcast %ny to [%H, %W] : !tensorref.ref<?x1xi1> to !tensorref.ref<?x?xi1>
  %o = tensorref.alloc [%H, %W] : !tensorref.ref<?x?xi1>
  tensorref.map ins(%bx, %by : !tensorref.ref<?x?xi1>, !tensorref.ref<?x?xi1>) outs(%o : !tensorref.ref<?x?xi1>) {
  ^bb0(%ea: i1, %eb: i1):
    %er = arith.andi %ea, %eb : i1
    tensorref.yield %er : i1
  }
  return %o : !tensorref.ref<?x?xi1>
}
