//===- RefOfMemref.cpp - Refs from a pointer and a view -------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/RefOfMemref.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace elena::tensorref;

static SmallVector<int64_t> known(ArrayRef<OpFoldResult> values) {
  return llvm::map_to_vector(values, [](OpFoldResult value) {
    return getConstantIntValue(value).value_or(ShapedType::kDynamic);
  });
}

/// Constants as attributes: the op's operands must agree with its type. One
/// that the type would take for "not known" stays a value.
static SmallVector<OpFoldResult> folded(ArrayRef<OpFoldResult> values) {
  return llvm::map_to_vector(values, [](OpFoldResult value) {
    auto ssa = dyn_cast<Value>(value);
    return ssa && getConstantIntValue(ssa) != ShapedType::kDynamic
               ? getAsOpFoldResult(ssa)
               : value;
  });
}

Value elena::makeRefOfMemref(OpBuilder &builder, Location loc, Value base,
                             Type elementType, const SymbolicView &view) {
  SmallVector<OpFoldResult> sizes = folded(view.sizes);
  SmallVector<OpFoldResult> strides = folded(view.strides);
  // No element is reached through an empty view, whose offset may be negative:
  // a memref's known offset may not.
  bool isEmpty = llvm::is_contained(known(sizes), 0);
  OpFoldResult offset =
      isEmpty ? builder.getIndexAttr(0) : folded(view.offset).front();
  auto layout = StridedLayoutAttr::get(builder.getContext(),
                                       known(offset).front(), known(strides));
  auto baseType = cast<MemRefType>(base.getType());
  auto memrefType = MemRefType::get(known(sizes), baseType.getElementType(),
                                    layout, baseType.getMemorySpace());
  Value memref = memref::ReinterpretCastOp::create(
      builder, loc, memrefType, base, offset, sizes, strides);
  auto refType = RefType::get(memrefType.getShape(), elementType);
  return FromMemRefOp::create(builder, loc, refType, memref);
}
