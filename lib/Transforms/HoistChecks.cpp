//===- HoistChecks.cpp - Checks before what they need not wait for --------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace elena {
#define GEN_PASS_DEF_HOISTCHECKS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// One check, with all of its block that it is computed from.
class CheckHoisting {
public:
  CheckHoisting(AssertOp check, ArgumentAlias alias);

  void hoist();

private:
  bool canPass(Operation &op);
  bool canPassGroup(GroupOp group);

  AssertOp check;
  ArgumentAlias alias;
  llvm::SetVector<Operation *> slice;
  SmallVector<Value> loaded;
};
} // namespace

CheckHoisting::CheckHoisting(AssertOp check, ArgumentAlias alias)
    : check(check), alias(alias) {
  BackwardSliceOptions options;
  options.omitUsesFromAbove = false;
  options.filter = [&](Operation *op) {
    return op->getBlock() == check->getBlock();
  };
  // Without the filter's ops nothing fails: there is one block.
  (void)getBackwardSlice(check.getOperation(), &slice, options);
  for (Operation *op : slice)
    op->walk([&](LoadOp load) { loaded.push_back(getRoot(load.getRef())); });
}

/// Where the check fails nobody sees what the function has allocated.
bool CheckHoisting::canPassGroup(GroupOp group) {
  return llvm::all_of(collectAccesses(group), [&](const GraphAccess &access) {
    if (!access.isWrite())
      return true;
    if (access.extent != GraphAccess::Extent::Ref)
      return false;
    Value written = getRoot(access.ref);
    return written.getDefiningOp<AllocOp>() &&
           llvm::none_of(loaded, [&](Value root) {
             return root == written || mayShareStorage(root, written, alias);
           });
  });
}

/// May the check come before it? What it is computed from comes along.
bool CheckHoisting::canPass(Operation &op) {
  if (auto group = dyn_cast<GroupOp>(op))
    return canPassGroup(group);
  if (isa<LoadOp>(op) || isMemoryEffectFree(&op))
    return true;
  return isa<AllocOp>(op) && !slice.contains(&op);
}

void CheckHoisting::hoist() {
  Operation *place = nullptr;
  for (Operation *op = check->getPrevNode(); op && canPass(*op);
       op = op->getPrevNode())
    if (isa<GroupOp>(op))
      place = op;
  if (!place)
    return;
  for (Operation *op : slice)
    if (place->isBeforeInBlock(op))
      op->moveBefore(place);
  check->moveBefore(place);
}

namespace {
struct HoistChecks : elena::impl::HoistChecksBase<HoistChecks> {
  using HoistChecksBase::HoistChecksBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kKernelAttr))
      return;
    SmallVector<AssertOp> checks;
    function->walk([&](AssertOp check) { checks.push_back(check); });
    for (AssertOp check : checks)
      CheckHoisting(check, getArgumentAlias(function)).hoist();
  }
};
} // namespace
