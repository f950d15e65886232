//===- MergeLoads.cpp - Numbers that are loaded twice ---------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "elena/Transforms/Passes.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"

namespace elena {
#define GEN_PASS_DEF_MERGELOADS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
class LoadMerging {
public:
  explicit LoadMerging(ArgumentAlias alias) : alias(alias) {}

  /// Loads of the block see those of the blocks around it.
  void merge(Block &block);
  bool hasMerged() const { return any; }

private:
  void visit(LoadOp load);
  void forgetWritten(Operation *op);

  ArgumentAlias alias;
  /// Ref -> the load of it whose number is still there.
  llvm::MapVector<Value, LoadOp> known;
  bool any = false;
};
} // namespace

void LoadMerging::visit(LoadOp load) {
  LoadOp &before = known[load.getRef()];
  if (!before) {
    before = load;
    return;
  }
  load.replaceAllUsesWith(before.getResult());
  load.erase();
  any = true;
}

/// A check writes nothing; of another op all that is in it counts.
void LoadMerging::forgetWritten(Operation *op) {
  if (isa<AssertOp>(op) || isMemoryEffectFree(op))
    return;
  for (const GraphAccess &access : collectAccesses(op)) {
    if (!access.isWrite())
      continue;
    known.remove_if([&](auto &entry) {
      return !access.ref ||
             mayShareStorage(getRoot(access.ref), getRoot(entry.first), alias);
    });
  }
}

void LoadMerging::merge(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto load = dyn_cast<LoadOp>(op)) {
      visit(load);
      continue;
    }
    // A loop comes back to what it reads: before it, too, that is forgotten.
    forgetWritten(&op);
    if (isa<AccessOpInterface, GroupOp, PackOp, ForeachOp>(op))
      continue;
    for (Region &region : op.getRegions())
      for (Block &inner : region) {
        auto outside = known;
        merge(inner);
        known = std::move(outside);
      }
  }
}

namespace {
struct MergeLoads : elena::impl::MergeLoadsBase<MergeLoads> {
  using MergeLoadsBase::MergeLoadsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kKernelAttr))
      return;
    LoadMerging merging(getArgumentAlias(function));
    merging.merge(function.front());
    if (!merging.hasMerged())
      return markAllAnalysesPreserved();
    // What is computed from the numbers is the same now.
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(function);
    eliminateCommonSubExpressions(rewriter, dominance, function);
  }
};
} // namespace
