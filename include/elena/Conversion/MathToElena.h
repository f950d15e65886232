//===- MathToElena.h - The math dialect to Elena's library ------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_MATHTOELENA_H
#define ELENA_CONVERSION_MATHTOELENA_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlir {
class Operation;
} // namespace mlir

namespace elena {

/// The name of the library function that computes `op`, for example
/// "elena_exp_f32"; empty if the library has none, or if LLVM does it better.
std::string getElenaMathFunction(mlir::Operation *op);

/// Replaces every op below `root` for which the library has a function by a
/// call of it. `root` must be a symbol table.
mlir::LogicalResult convertMathToElenaCalls(mlir::Operation *root);

} // namespace elena

#endif // ELENA_CONVERSION_MATHTOELENA_H
