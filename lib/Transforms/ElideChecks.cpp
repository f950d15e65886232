//===- ElideChecks.cpp - Drops the checks that cannot fail ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/StoredRanges.h"
#include "elena/Transforms/Passes.h"
#include "mlir/IR/Dominance.h"

namespace elena {
#define GEN_PASS_DEF_ELIDECHECKS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// The checks that always hold: those that are proved, and those of a condition
/// that has been checked on every way to them.
static SmallVector<AssertOp> findElidable(func::FuncOp function) {
  SmallVector<AssertOp> checks, found;
  function->walk([&](AssertOp check) { checks.push_back(check); });
  if (checks.empty())
    return found;
  StoredRanges ranges(function);
  DominanceInfo dominance(function);
  for (AssertOp check : checks) {
    auto repeats = [&](AssertOp earlier) {
      return earlier != check &&
             earlier.getCondition() == check.getCondition() &&
             dominance.properlyDominates(earlier, check);
    };
    if (llvm::any_of(checks, repeats) ||
        ranges.holds(check.getCondition(), check))
      found.push_back(check);
  }
  return found;
}

/// Erases the ops that only the erased checks needed: what is pure, loads, and
/// then the stages whose results nobody reads any more.
namespace {
class Sweeper {
public:
  /// Erases `op`, and looks at what it used.
  void erase(Operation *op) {
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *used = operand.getDefiningOp())
          pending.insert(used);
    });
    op->walk([&](Operation *inner) { pending.remove(inner); });
    op->erase();
  }

  void run() {
    while (!pending.empty()) {
      Operation *op = pending.pop_back_val();
      if (isOpTriviallyDead(op))
        erase(op);
      else if (auto alloc = dyn_cast<AllocOp>(op))
        eraseUnread(alloc);
      else if (isa<ViewOpInterface>(op))
        if (Operation *root = getRoot(op->getResult(0)).getDefiningOp())
          if (auto alloc = dyn_cast<AllocOp>(root))
            eraseUnread(alloc);
    }
  }

private:
  bool collectGroups(Value ref, llvm::SetVector<Operation *> &groups);
  void eraseUnread(AllocOp alloc);

  llvm::SetVector<Operation *> pending;
};
} // namespace

/// The groups that write to the ref or its views; false where it is used in any
/// other way, or they do something else as well.
bool Sweeper::collectGroups(Value ref, llvm::SetVector<Operation *> &groups) {
  return llvm::all_of(ref.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<ViewOpInterface>(user))
      return collectGroups(user->getResult(0), groups);
    auto stage = dyn_cast<StageOp>(user);
    if (!stage || stage.getOutputs().size() != 1 ||
        !llvm::hasSingleElement(*stage->getBlock()) ||
        use.getOperandNumber() != stage.getOutputs().getBeginOperandIndex())
      return false;
    groups.insert(stage->getParentOfType<GroupOp>());
    return true;
  });
}

void Sweeper::eraseUnread(AllocOp alloc) {
  llvm::SetVector<Operation *> groups;
  if (!collectGroups(alloc.getRef(), groups))
    return;
  for (Operation *group : groups)
    erase(group);
}

namespace {
struct ElideChecks : elena::impl::ElideChecksBase<ElideChecks> {
  using ElideChecksBase::ElideChecksBase;

  void runOnOperation() override {
    if (getOperation().isDeclaration())
      return;
    Sweeper sweeper;
    for (AssertOp check : findElidable(getOperation()))
      sweeper.erase(check);
    sweeper.run();
  }
};
} // namespace
