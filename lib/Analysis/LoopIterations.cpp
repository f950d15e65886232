//===- LoopIterations.cpp - Do iterations touch each other? ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/LoopIterations.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

static IterationVerdict refuse(const Twine &reason, Operation *first = nullptr,
                               Operation *second = nullptr) {
  return {false, reason.str(), first, second};
}

/// What an iteration reaches of storages that are there before the loop.
static IterationVerdict collect(scf::ForOp loop,
                                SmallVectorImpl<IterationAccess> &accesses) {
  IterationVerdict verdict{true, "", nullptr, nullptr};
  loop.getBody()->walk([&](Operation *op) {
    // What stands in the body of a stage is an access of the stage.
    if (op->getParentOfType<StageOp>())
      return WalkResult::advance();
    bool isContainer = op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() &&
                       !isa<AccessOpInterface>(op);
    if (isContainer || isa<AllocOp, AssertOp>(op) || isMemoryEffectFree(op))
      return WalkResult::advance();
    for (const GraphAccess &access : collectAccesses(op)) {
      if (access.extent != GraphAccess::Extent::Ref) {
        verdict = refuse("an operation may touch any cell", op);
        return WalkResult::interrupt();
      }
      accesses.push_back({op, access});
    }
    return WalkResult::advance();
  });
  return verdict;
}

IterationVerdict elena::classifyIterations(scf::ForOp loop,
                                           SymbolicViews &views,
                                           ArgumentAlias alias) {
  if (loop.getNumRegionIterArgs())
    return refuse("it carries numbers from one iteration to the next");
  if (!loop.getInductionVar().getType().isIndex() || loop.getUnsignedCmp())
    return refuse("its variable is no index");
  SmallVector<IterationAccess> accesses;
  IterationVerdict verdict = collect(loop, accesses);
  if (!verdict.areIndependent)
    return verdict;
  IterationComparison iterations(loop, views, alias);
  for (const IterationAccess &written : accesses)
    for (const IterationAccess &other : accesses)
      if (written.access.isWrite() &&
          !iterations.compare(written, other).isOnlyZero())
        return refuse(other.access.isWrite()
                          ? "iterations may write the same cells"
                          : "an iteration may read what another one writes",
                      written.op, other.op);
  return verdict;
}

bool elena::staysInRow(scf::ForOp loop, SymbolicViews &views, Value ref) {
  // Other storages do not matter here.
  return IterationComparison(loop, views, ArgumentAlias::Apart).staysInRow(ref);
}
