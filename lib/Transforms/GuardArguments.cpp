//===- GuardArguments.cpp - Entry checks how arguments overlap ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"

namespace elena {
#define GEN_PASS_DEF_GUARDARGUMENTS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena::tensorref;

/// The roots that the accesses of `function` write, or touch in any way.
static void collectRoots(func::FuncOp function,
                         llvm::SmallSetVector<Value, 8> &written,
                         llvm::SmallSetVector<Value, 8> &touched) {
  function->walk([&](AccessOpInterface op) {
    SmallVector<Access> accesses;
    op.getAccesses(accesses);
    for (const Access &access : accesses) {
      Value root = getRoot(access.getRef());
      touched.insert(root);
      if (access.kind == AccessKind::Write)
        written.insert(root);
    }
  });
}

/// Replaces each argument of `refs` by the first one that it is the same as, by
/// number; the entry checks that it is. What is left in `refs` are different
/// ones.
static LogicalResult unify(SmallVector<BlockArgument> &refs,
                           ArrayRef<int64_t> same, OpBuilder &builder) {
  SmallVector<BlockArgument> all(std::move(refs));
  refs.clear();
  if (same.size() > all.size())
    return emitError(builder.getInsertionBlock()->getParent()->getLoc())
           << "there are " << all.size() << " ref arguments, not "
           << same.size();
  for (auto [i, argument] : llvm::enumerate(all)) {
    // Those beyond the list are different ones.
    auto number = i < same.size() ? static_cast<size_t>(same[i]) : i;
    if (number == i) {
      refs.push_back(argument);
      continue;
    }
    if (number > i || static_cast<size_t>(same[number]) != number)
      return emitError(argument.getLoc())
             << "ref argument " << i << " cannot be the same as number "
             << same[i] << ": that is no first one";
    BlockArgument first = all[number];
    if (first.getType() != argument.getType())
      return emitError(argument.getLoc())
             << "ref arguments " << number << " and " << i
             << " cannot be the same: their types differ";
    argument.replaceAllUsesWith(first);
    GuardSameOp::create(builder, argument.getLoc(), first, argument);
  }
  return success();
}

namespace {
struct GuardArguments : elena::impl::GuardArgumentsBase<GuardArguments> {
  using GuardArgumentsBase::GuardArgumentsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || !function->hasAttr(kEntryAttr))
      return;
    if (alias == elena::ArgumentAlias::Overlap) {
      function->setAttr(kArgumentsOverlapAttr, UnitAttr::get(&getContext()));
      return;
    }
    OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
    SmallVector<BlockArgument> refs;
    for (BlockArgument argument : function.getArguments())
      if (isa<RefType>(argument.getType()))
        refs.push_back(argument);
    if (failed(unify(refs, same, builder)))
      return signalPassFailure();
    llvm::SmallSetVector<Value, 8> written, touched;
    collectRoots(function, written, touched);
    auto matters = [&](Value a, Value b) {
      return (written.contains(a) && touched.contains(b)) ||
             (written.contains(b) && touched.contains(a));
    };
    for (auto [i, a] : llvm::enumerate(refs))
      for (BlockArgument b : ArrayRef(refs).drop_front(i + 1))
        if (matters(a, b))
          GuardApartOp::create(builder, function.getLoc(), a, b);
  }
};
} // namespace
