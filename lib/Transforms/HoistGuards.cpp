//===- HoistGuards.cpp - Guards before anything else ----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Passes.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "llvm/ADT/SetVector.h"

namespace elena {
#define GEN_PASS_DEF_HOISTGUARDS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena::tensorref;

/// The ops that `guard` is computed from, in order; fails where one of them
/// does more than compute.
static LogicalResult collectSlice(Operation *guard,
                                  llvm::SetVector<Operation *> &slice) {
  BackwardSliceOptions options;
  options.inclusive = true;
  if (failed(getBackwardSlice(guard, &slice, options)))
    return failure();
  for (Operation *op : slice)
    if (op != guard && !isPure(op))
      return guard->emitOpError("depends on more than metadata")
                 .attachNote(op->getLoc())
             << "on this op";
  return success();
}

namespace {
struct HoistGuards : elena::impl::HoistGuardsBase<HoistGuards> {
  using HoistGuardsBase::HoistGuardsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration())
      return;
    Block &entry = function.getBody().front();
    SmallVector<Operation *> guards;
    for (Operation &op : entry)
      if (isGuard(&op))
        guards.push_back(&op);
    // Everything that a guard needs is moved to the front once, in order.
    llvm::SmallPtrSet<Operation *, 32> moved;
    auto place = entry.begin();
    for (Operation *guard : guards) {
      llvm::SetVector<Operation *> slice;
      if (failed(collectSlice(guard, slice)))
        return signalPassFailure();
      for (Operation *op : slice) {
        if (!moved.insert(op).second)
          continue;
        if (place != entry.end() && &*place == op)
          ++place;
        else
          op->moveBefore(&entry, place);
      }
    }
  }
};
} // namespace
