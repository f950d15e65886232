//===- DeadStages.cpp - Stages whose results nobody reads -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// Nor is anything of those without a point.
static bool hasNoPoint(const Stage &stage) {
  return llvm::any_of(llvm::zip_equal(stage.kinds, stage.sizes),
                      [](auto dimension) {
                        auto [kind, size] = dimension;
                        return kind == IteratorKind::Parallel && size.isZero();
                      });
}

void elena::fusion::removeDeadStages(FusionProgram &program) {
  llvm::SmallVector<bool> isRead(program.storages.size(), false);
  for (auto [s, storage] : llvm::enumerate(program.storages))
    isRead[s] = storage.escapes;
  for (Stage &stage : llvm::reverse(program.stages)) {
    stage.isRemoved =
        hasNoPoint(stage) ||
        llvm::none_of(stage.outputs, [&](const Stage::Output &output) {
          return isRead[output.storage];
        });
    if (stage.isRemoved)
      continue;
    for (const StageAccess &access : program.getAccesses(stage))
      if (!access.isWrite && !program.ignored.contains(Legality::Unread))
        isRead[access.storage] = true;
  }
}
