//===- Passes.h - Conversions out of the dialect ---------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_PASSES_H
#define ELENA_CONVERSION_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace elena {

/// How the entry starts a kernel.
enum class LaunchMode {
  /// It calls the kernel, a function of the module.
  Call,
  /// It calls `rt->launch` with the kernel's ordinal.
  Runtime
};

/// Work of a launch from which on it pays to run it in parts: some 20 µs on one
/// thread, against the microsecond that waking the others takes.
inline constexpr int64_t kLeastParallelWork = int64_t(1) << 17;

#define GEN_PASS_DECL
#include "elena/Conversion/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "elena/Conversion/Passes.h.inc"
} // namespace elena

#endif // ELENA_CONVERSION_PASSES_H
