//===- MergeProfit.h - Is it worth running it in common loops? --*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two groups in common loops run in one launch, and what goes from one to the
// other stays in registers. But a coordinate that they do not share becomes a
// loop inside an iteration, and what is kept along it a row in memory:
//
//   s = x.sum(axis=1) ; y = x / s[:, None]         x over [N, C]
//
// T = n: a reduction walks each row anyway, so the quotient may as well. Two
// element-wise stages that agree in n only, and not in c, are better off with
// T = (n, c) each, unless C is a small number.
//
// Nothing here makes a plan wrong: what is legal is asked elsewhere
// (MergePredicates.h).
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_MERGEPROFIT_H
#define ELENA_TRANSFORMS_FUSION_MERGEPROFIT_H

#include "elena/Transforms/Fusion/FusionPlan.h"

namespace elena::fusion {

/// May the coordinates that are not kept become loops inside an iteration,
/// because they are few points?
bool isSmall(const Group &group, llvm::ArrayRef<size_t> kept);

/// … or because an iteration then walks through rows, and keeps none? One of
/// two such groups has to have a reduction.
bool walksRows(const FusionProgram &program, const Group &group,
               llvm::ArrayRef<size_t> kept);
bool hasReduction(const FusionProgram &program, const Group &group);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_MERGEPROFIT_H
