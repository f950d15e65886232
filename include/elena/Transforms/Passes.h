//===- Passes.h - Passes on tensorref IR -----------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_PASSES_H
#define ELENA_TRANSFORMS_PASSES_H

#include "elena/Analysis/Overlap.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace elena {
#define GEN_PASS_DECL
#include "elena/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "elena/Transforms/Passes.h.inc"

/// Adds the milliseconds that the checker of plans takes to `checkTime`.
std::unique_ptr<mlir::Pass> createTimedFuseStages(FuseStagesOptions options,
                                                  double *checkTime);
} // namespace elena

#endif // ELENA_TRANSFORMS_PASSES_H
