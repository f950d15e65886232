//===- TensorRefTypes.td - The ref type --------------------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_TENSORREFTYPES_TD
#define ELENA_DIALECT_TENSORREF_IR_TENSORREFTYPES_TD

include "elena/Dialect/TensorRef/IR/TensorRefDialect.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/CommonTypeConstraints.td"

def TensorRef_RefType : TypeDef<TensorRef_Dialect, "Ref"> {
  let mnemonic = "ref";
  let summary = "a strided reference into a storage";
  let description = [{
    Shape, element type and, where it is known, the layout of a ref. Sizes and
    layout parameters that are known at run time only are `?`. Strides and
    offset count elements, not bytes. A type without a layout says nothing
    about the strides: any ref of that shape may have it.

    Element types: `i1` (a bool, stored as one byte that is 0 or 1), `i8`,
    `i16`, `i32`, `i64` (signless: the sign is a matter of the op that uses the
    element), `f32` and `f64`.

    ```mlir
    !tensorref.ref<f32>                              // 0-d
    !tensorref.ref<4x?xi64>                          // any strides
    !tensorref.ref<?x4xf32, strided<[?, 1], offset: ?>>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape,
                        "::mlir::Type":$elementType,
                        OptionalParameter<"::mlir::StridedLayoutAttr">:$layout);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let builders = [
    TypeBuilderWithInferredContext<(ins "::llvm::ArrayRef<int64_t>":$shape,
                                        "::mlir::Type":$elementType), [{
      return $_get(elementType.getContext(), shape, elementType,
                   ::mlir::StridedLayoutAttr());
    }]>
  ];
  let extraClassDeclaration = [{
    int64_t getRank() const { return getShape().size(); }
    bool isDynamicDim(int64_t dim) const;
    bool hasStaticShape() const;
    /// The element type in memory: `i8` for `i1`, the element type otherwise.
    ::mlir::Type getStorageElementType() const;
    /// The bytes that one element takes in memory.
    int64_t getElementBytes() const;
  }];
}

def TensorRef_AnyRef : Type<CPred<"::llvm::isa<::elena::tensorref::RefType>($_self)">,
                            "tensorref reference">;

#endif // ELENA_DIALECT_TENSORREF_IR_TENSORREFTYPES_TD
