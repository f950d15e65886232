//===- DeadStages.cpp - Stages that nobody needs --------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   p = zeros(n, 4*c)                       nobody sees the zeros: the four
//   p[:, k::4] = x[k]   for k = 0 .. 3      stores are apart, and n*c + n*c +
//                                           n*c + n*c is 4*n*c
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"
#include "elena/Transforms/Fusion/ReachingDefinitions.h"

using namespace mlir;
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

//===----------------------------------------------------------------------===//
// Overwritten
//===----------------------------------------------------------------------===//

namespace {
/// Finds out whether all that a stage writes is written anew before anybody
/// reads it.
class Overwriting {
public:
  explicit Overwriting(const FusionProgram &program)
      : program(program), definitions(program) {}

  bool isOverwritten(unsigned stage) const;

private:
  bool reads(const Stage &stage, unsigned storage) const;
  bool passesOn(const Node &node, unsigned storage) const;

  const FusionProgram &program;
  ReachingDefinitions definitions;
};
} // namespace

/// Legality::Unread: may it read a cell of the storage, whichever?
bool Overwriting::reads(const Stage &stage, unsigned storage) const {
  return !program.ignored.contains(Legality::Unread) &&
         llvm::any_of(program.getAccesses(stage),
                      [&](const StageAccess &access) {
                        return !access.isWrite &&
                               (access.storage == storage ||
                                program.mayAlias(access.storage, storage));
                      });
}

/// May others see the storage there?
bool Overwriting::passesOn(const Node &node, unsigned storage) const {
  if (!node.barrier)
    return false;
  const Barrier &barrier = program.barriers[*node.barrier];
  return barrier.touchesAnything ||
         program.touches(barrier, storage, /*write=*/true) ||
         program.touches(barrier, storage, /*write=*/false);
}

bool Overwriting::isOverwritten(unsigned number) const {
  const Stage &first = program.stages[number];
  if (first.outputs.size() != 1)
    return false;
  unsigned storage = first.outputs.front().storage;
  if (!program.storages[storage].isAllocation)
    return false;
  SmallVector<unsigned> writers;
  for (unsigned n = program.nodeOfStage[number] + 1; n < program.nodes.size();
       ++n) {
    const Node &node = program.nodes[n];
    if (passesOn(node, storage))
      return false;
    if (!node.stage || program.stages[*node.stage].isRemoved)
      continue;
    const Stage &stage = program.stages[*node.stage];
    if (reads(stage, storage))
      return false;
    bool writes = stage.outputs.size() == 1 &&
                  stage.outputs.front().storage == storage &&
                  stage.isElementwise() && stage.isMust();
    if (!writes)
      continue;
    writers.push_back(*node.stage);
    if (definitions.cover(writers, storage))
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

void elena::fusion::removeDeadStages(FusionProgram &program, bool overwritten) {
  SmallVector<bool> isRead(program.storages.size(), false);
  for (auto [s, storage] : llvm::enumerate(program.storages))
    isRead[s] = storage.escapes;
  Overwriting overwriting(program);
  // From the last one on: what overwrites is then known to stay.
  for (unsigned number = program.stages.size(); number-- > 0;) {
    Stage &stage = program.stages[number];
    stage.isRemoved = hasNoPoint(stage) ||
                      llvm::none_of(stage.outputs,
                                    [&](const Stage::Output &output) {
                                      return isRead[output.storage];
                                    }) ||
                      (overwritten && overwriting.isOverwritten(number));
    if (stage.isRemoved)
      continue;
    for (const StageAccess &access : program.getAccesses(stage))
      if (!access.isWrite && !program.ignored.contains(Legality::Unread))
        isRead[access.storage] = true;
  }
}
