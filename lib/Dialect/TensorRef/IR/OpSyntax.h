//===- OpSyntax.h - Custom pieces of the textual syntax --------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parsers and printers of the `custom<…>` directives in the ops' formats.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_DIALECT_TENSORREF_IR_OPSYNTAX_H
#define ELENA_LIB_DIALECT_TENSORREF_IR_OPSYNTAX_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"

namespace elena::tensorref {

using UnresolvedOperands =
    llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand>;

/// `3` or `%i`.
mlir::ParseResult parseStaticOrDynamic(mlir::OpAsmParser &parser,
                                       UnresolvedOperands &values,
                                       mlir::DenseI64ArrayAttr &statics);
void printStaticOrDynamic(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                          mlir::OperandRange values,
                          llvm::ArrayRef<int64_t> statics);
inline void printStaticOrDynamic(mlir::OpAsmPrinter &printer,
                                 mlir::Operation *op, mlir::OperandRange values,
                                 mlir::DenseI64ArrayAttr statics) {
  printStaticOrDynamic(printer, op, values, statics.asArrayRef());
}

/// `[0:%h, _:_:-1]`.
mlir::ParseResult parseSliceBounds(
    mlir::OpAsmParser &parser, UnresolvedOperands &starts,
    UnresolvedOperands &stops, mlir::DenseI64ArrayAttr &staticStarts,
    mlir::DenseI64ArrayAttr &staticStops, mlir::DenseI64ArrayAttr &steps,
    mlir::DenseBoolArrayAttr &hasStart, mlir::DenseBoolArrayAttr &hasStop);
void printSliceBounds(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                      mlir::OperandRange starts, mlir::OperandRange stops,
                      mlir::DenseI64ArrayAttr staticStarts,
                      mlir::DenseI64ArrayAttr staticStops,
                      mlir::DenseI64ArrayAttr steps,
                      mlir::DenseBoolArrayAttr hasStart,
                      mlir::DenseBoolArrayAttr hasStop);

/// `sum`.
mlir::ParseResult parseReduceKindKeyword(mlir::OpAsmParser &parser,
                                         ReduceKindAttr &kind);
void printReduceKindKeyword(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                            ReduceKindAttr kind);

/// `[parallel, reduction]` and `[sum, max]`.
mlir::ParseResult parseIteratorList(mlir::OpAsmParser &parser,
                                    mlir::ArrayAttr &iterators);
void printIteratorList(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                       mlir::ArrayAttr iterators);
mlir::ParseResult parseCombinerList(mlir::OpAsmParser &parser,
                                    mlir::ArrayAttr &combiners);
void printCombinerList(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                       mlir::ArrayAttr combiners);

/// `[1, 0 + %s, 2 + -1]`.
mlir::ParseResult parseAlongList(mlir::OpAsmParser &parser,
                                 mlir::DenseI64ArrayAttr &dims,
                                 UnresolvedOperands &shifts,
                                 mlir::DenseI64ArrayAttr &staticShifts);
void printAlongList(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                    mlir::DenseI64ArrayAttr dims, mlir::OperandRange shifts,
                    mlir::DenseI64ArrayAttr staticShifts);

/// A ref type; the scalar's type is its element type.
mlir::ParseResult parseLoadType(mlir::OpAsmParser &parser, mlir::Type &refType,
                                mlir::Type &elementType);
void printLoadType(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                   mlir::Type refType, mlir::Type elementType);

/// A ref type; all values have its element type. It has as many elements as
/// there are values.
mlir::ParseResult parseElementsType(mlir::OpAsmParser &parser,
                                    llvm::SmallVectorImpl<mlir::Type> &values,
                                    mlir::Type &refType);
void printElementsType(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                       mlir::TypeRange values, mlir::Type refType);

} // namespace elena::tensorref

#endif // ELENA_LIB_DIALECT_TENSORREF_IR_OPSYNTAX_H
