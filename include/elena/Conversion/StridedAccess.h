//===- StridedAccess.h - Loads and stores by any strides -------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream lowers memref.load and memref.store with `mul nuw` and
// `getelementptr inbounds nuw`: it assumes that no index times stride, and no
// sum of them, is negative. For `x[::-1]`, a memref with stride -1 whose
// pointer is that of the last element, that makes every address poison. These
// patterns compute the same address in signed arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_STRIDEDACCESS_H
#define ELENA_CONVERSION_STRIDEDACCESS_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Transforms/DialectConversion.h"

namespace elena {

/// Lowers memref.load and memref.store to the LLVM dialect, in preference to
/// upstream's patterns.
void populateStridedAccessPatterns(const mlir::LLVMTypeConverter &converter,
                                   mlir::RewritePatternSet &patterns);

} // namespace elena

#endif // ELENA_CONVERSION_STRIDEDACCESS_H
