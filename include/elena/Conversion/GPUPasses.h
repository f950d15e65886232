//===- GPUPasses.h - Passes of the GPU target -------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_GPUPASSES_H
#define ELENA_CONVERSION_GPUPASSES_H

#include "mlir/Pass/Pass.h"

namespace elena {

#define GEN_PASS_DECL
#include "elena/Conversion/GPUPasses.h.inc"

#define GEN_PASS_REGISTRATION
#include "elena/Conversion/GPUPasses.h.inc"

} // namespace elena

#endif // ELENA_CONVERSION_GPUPASSES_H
