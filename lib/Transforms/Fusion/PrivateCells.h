//===- PrivateCells.h - Storages of one iteration, checked ------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_FUSION_PRIVATECELLS_H
#define ELENA_LIB_TRANSFORMS_FUSION_PRIVATECELLS_H

#include "AccessPairs.h"
#include "elena/Transforms/Fusion/PlanChecker.h"

namespace elena::fusion {

/// Nobody outside a group sees its private storages, and inside one t two
/// accesses touch one private cell exactly if they touch one real cell.
std::optional<PlanViolation> checkPrivateStorages(const FusionProgram &program,
                                                  const FusionPlan &plan,
                                                  const AccessPairs &pairs);

} // namespace elena::fusion

#endif // ELENA_LIB_TRANSFORMS_FUSION_PRIVATECELLS_H
