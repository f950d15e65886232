//===- MixedNumbers.h - Lists of static and run-time numbers ---*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `[%n, 4]` is kept as static numbers [?, 4] and operands [%n]. The textual
// syntax keeps the two in step; the generic form and C++ may not.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_DIALECT_TENSORREF_IR_MIXEDNUMBERS_H
#define ELENA_LIB_DIALECT_TENSORREF_IR_MIXEDNUMBERS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace elena::tensorref {

/// Checks that there is one run-time value for every `?` of `statics`.
inline mlir::LogicalResult verifyRunTimeCount(mlir::Operation *op,
                                              llvm::StringRef what,
                                              mlir::ValueRange values,
                                              llvm::ArrayRef<int64_t> statics) {
  int64_t wanted = llvm::count_if(statics, mlir::ShapedType::isDynamic);
  if (static_cast<int64_t>(values.size()) == wanted)
    return mlir::success();
  return op->emitOpError() << "has " << values.size() << " run-time " << what
                           << " where " << wanted
                           << (wanted == 1 ? " is" : " are") << " wanted";
}

/// Splits `numbers` into static ones and operands. The constant that a static
/// list would take for "not known" (the least int64_t) becomes an operand.
inline void splitNumbers(mlir::OpBuilder &builder, mlir::Location loc,
                         llvm::ArrayRef<mlir::OpFoldResult> numbers,
                         llvm::SmallVectorImpl<mlir::Value> &values,
                         llvm::SmallVectorImpl<int64_t> &statics) {
  for (mlir::OpFoldResult number : numbers) {
    if (mlir::isa<mlir::Attribute>(number) &&
        mlir::getConstantIntValue(number) == mlir::ShapedType::kDynamic)
      number = mlir::arith::ConstantIndexOp::create(builder, loc,
                                                    mlir::ShapedType::kDynamic)
                   .getResult();
    mlir::dispatchIndexOpFoldResult(number, values, statics);
  }
}

} // namespace elena::tensorref

#endif // ELENA_LIB_DIALECT_TENSORREF_IR_MIXEDNUMBERS_H
