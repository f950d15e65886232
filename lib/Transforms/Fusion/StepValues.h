//===- StepValues.h - What steps are computed from --------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_FUSION_STEPVALUES_H
#define ELENA_LIB_TRANSFORMS_FUSION_STEPVALUES_H

#include "elena/Transforms/Fusion/PlanChecker.h"

namespace elena::fusion {

/// Every value that a step of the plan uses (sizes, offsets, what bodies take
/// from outside) comes from barriers of earlier steps only.
std::optional<PlanViolation> checkStepValues(const FusionProgram &program,
                                             const FusionPlan &plan);

} // namespace elena::fusion

#endif // ELENA_LIB_TRANSFORMS_FUSION_STEPVALUES_H
