// RUN: elena-opt %s -verify-diagnostics -split-input-file

// The rules of the type, and what its parser refuses.

// expected-error @+1 {{a ref's element type is one of i1, i8, i16, i32, i64, f32 and f64, not 'f16'}}
func.func private @element_type(!tensorref.ref<4xf16>)

// -----

// The sign is in the op, not in the element.
// expected-error @+1 {{a ref's element type is one of i1, i8, i16, i32, i64, f32 and f64, not 'si32'}}
func.func private @element_type_signed(!tensorref.ref<4xsi32>)

// -----

// expected-error @+1 {{a ref's element type is one of i1, i8, i16, i32, i64, f32 and f64, not 'index'}}
func.func private @element_type_index(!tensorref.ref<4xindex>)

// -----

// expected-error @+1 {{the layout has 1 strides for 2 dimensions}}
func.func private @layout_rank(!tensorref.ref<4x4xf32, strided<[1]>>)

// -----

// expected-error @+1 {{expected '<'}}
func.func private @no_parameters(!tensorref.ref)

// -----

// expected-error @+1 {{invalid kind of attribute specified}}
func.func private @layout_of_another_kind(!tensorref.ref<4xf32, "C">)

// -----

// expected-error @+1 {{expected '>'}}
func.func private @not_closed(!tensorref.ref<4xf32, strided<[1]>, 3>)
