// RUN: elena-opt %s --elena-entry-to-abi=launch=runtime --split-input-file -verify-diagnostics

// What an entry still has to be rid of is named.

func.func @view(%x: !tensorref.ref<4xf32>) -> !tensorref.ref<4xf32> attributes {elena.entry} {
  // expected-error @+1 {{'tensorref.flip' op has no form in an entry: canonicalize views and outline kernels first}}
  %0 = tensorref.flip %x dims [0] : !tensorref.ref<4xf32> to !tensorref.ref<4xf32>
  return %0 : !tensorref.ref<4xf32>
}

// -----

func.func @access(%x: !tensorref.ref<4xf32>, %v: f64) attributes {elena.entry} {
  %f = arith.truncf %v : f64 to f32
  // expected-error @+1 {{'tensorref.fill' op has no form in an entry}}
  tensorref.fill %f into %x : f32, !tensorref.ref<4xf32>
  return
}

// -----

// expected-error @+1 {{'func.func' op is an entry with several blocks: keep control flow structured}}
func.func @blocks(%c: i1) attributes {elena.entry} {
  cf.cond_br %c, ^bb1, ^bb1
^bb1:
  return
}

// -----

func.func private @no_kernel(index)

func.func @launch(%n: index) attributes {elena.entry} {
  // expected-error @+1 {{'tensorref.launch' op there is no kernel @no_kernel}}
  tensorref.launch @no_kernel threads %n args(%n : index)
  return
}

// -----

// expected-error @+1 {{'func.func' op is an entry of refs, indices, integers of up to 64 bits, f32 and f64, but has a '!llvm.ptr'}}
func.func @pointer_argument(%p: !llvm.ptr) attributes {elena.entry} {
  return
}

// -----

// expected-error @+1 {{but has a 'vector<2xf32>'}}
func.func @vector_result(%n: index) -> vector<2xf32> attributes {elena.entry} {
  %v = arith.constant dense<0.0> : vector<2xf32>
  return %v : vector<2xf32>
}

// -----

func.func @carried_ref(%x: !tensorref.ref<4xf32>, %n: index) -> !tensorref.ref<4xf32> attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{'scf.for' op gives a ref: copy it into a storage that is allocated before}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (!tensorref.ref<4xf32>) {
    scf.yield %a : !tensorref.ref<4xf32>
  }
  return %r : !tensorref.ref<4xf32>
}
