//===- RefOfMemref.h - Refs from a pointer and a view ----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_REFOFMEMREF_H
#define ELENA_TRANSFORMS_REFOFMEMREF_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/IR/Builders.h"

namespace elena {

/// The ref of elements of `elementType` that `view` makes of the storage whose
/// element 0 the memref `base` starts at: `memref.reinterpret_cast`, then
/// `tensorref.from_memref`. What the view knows is in the memref's type.
mlir::Value makeRefOfMemref(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value base, mlir::Type elementType,
                            const tensorref::SymbolicView &view);

} // namespace elena

#endif // ELENA_TRANSFORMS_REFOFMEMREF_H
