//===- TensorRefTypes.cpp - The ref type ----------------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace elena::tensorref;

#define GET_TYPEDEF_CLASSES
#include "elena/Dialect/TensorRef/IR/TensorRefTypes.cpp.inc"

void TensorRefDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "elena/Dialect/TensorRef/IR/TensorRefTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// RefType
//===----------------------------------------------------------------------===//

bool RefType::isDynamicDim(int64_t dim) const {
  return ShapedType::isDynamic(getShape()[dim]);
}

bool RefType::hasStaticShape() const {
  return llvm::none_of(getShape(), ShapedType::isDynamic);
}

Type RefType::getStorageElementType() const {
  if (getElementType().isInteger(1))
    return IntegerType::get(getContext(), 8);
  return getElementType();
}

int64_t RefType::getElementBytes() const {
  return getStorageElementType().getIntOrFloatBitWidth() / 8;
}

Type RefType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape;
  Type elementType;
  StridedLayoutAttr layout;
  SMLoc start = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseDimensionList(shape) ||
      parser.parseType(elementType))
    return Type();
  if (succeeded(parser.parseOptionalComma()) && parser.parseAttribute(layout))
    return Type();
  if (parser.parseGreater())
    return Type();
  return getChecked([&] { return parser.emitError(start); },
                    parser.getContext(), shape, elementType, layout);
}

void RefType::print(AsmPrinter &printer) const {
  printer << "<";
  for (int64_t size : getShape()) {
    if (ShapedType::isDynamic(size))
      printer << '?';
    else
      printer << size;
    printer << 'x';
  }
  printer << getElementType();
  if (getLayout())
    printer << ", " << getLayout();
  printer << ">";
}

LogicalResult RefType::verify(function_ref<InFlightDiagnostic()> emitError,
                              ArrayRef<int64_t> shape, Type elementType,
                              StridedLayoutAttr layout) {
  bool isElement = elementType.isF32() || elementType.isF64();
  for (unsigned width : {1, 8, 16, 32, 64})
    isElement |= elementType.isSignlessInteger(width);
  if (!isElement)
    return emitError() << "a ref's element type is one of i1, i8, i16, i32, "
                          "i64, f32 and f64, not "
                       << elementType;
  for (int64_t size : shape)
    if (size < 0 && !ShapedType::isDynamic(size))
      return emitError() << "a size is not negative, but this one is " << size;
  if (layout && layout.getStrides().size() != shape.size())
    return emitError() << "the layout has " << layout.getStrides().size()
                       << " strides for " << shape.size() << " dimensions";
  return success();
}
