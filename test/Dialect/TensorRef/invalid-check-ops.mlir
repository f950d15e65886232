// RUN: elena-opt %s -verify-diagnostics -split-input-file

func.func @guard_apart_of_a_view(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<?xf32>) {
  %0 = tensorref.flip %x dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-error @+1 {{'tensorref.guard_apart' op compares arguments of the function only}}
  tensorref.guard_apart %0, %y : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  return
}

// -----

func.func @guard_same_of_a_view(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<?xf32>) {
  %0 = tensorref.flip %x dims [0] : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
  // expected-error @+1 {{'tensorref.guard_same' op compares arguments of the function only}}
  tensorref.guard_same %0, %y : !tensorref.ref<?xf32>
  return
}

// -----

func.func @guard_same_of_two_types(%x: !tensorref.ref<?xf32>, %y: !tensorref.ref<?xi32>) {
  // expected-error @+1 {{'tensorref.guard_same' op requires all operands to have the same type}}
  "tensorref.guard_same"(%x, %y) : (!tensorref.ref<?xf32>, !tensorref.ref<?xi32>) -> ()
  return
}

// -----

func.func @assert_kind(%c: i1) {
  // expected-error @+1 {{'tensorref.assert' op 'KeyError' is no exception that a check can raise}}
  tensorref.assert %c, "KeyError", "no such key"
  return
}

// -----

func.func @assert_value_type(%c: i1, %v: f32) {
  // expected-error @+1 {{'tensorref.assert' op operand #1 must be variadic of index or 64-bit signless integer, but got 'f32'}}
  tensorref.assert %c, "ValueError", "{0} is too large"(%v : f32)
  return
}

// -----

func.func @guard_condition(%c: i8) { // expected-note {{prior use here}}
  // expected-error @+1 {{use of value '%c' expects different type than prior uses: 'i1' vs 'i8'}}
  tensorref.guard %c
  return
}
