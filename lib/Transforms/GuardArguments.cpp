//===- GuardArguments.cpp - Entry checks that arguments are apart ---------===//
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
    llvm::SmallSetVector<Value, 8> written, touched;
    collectRoots(function, written, touched);
    auto matters = [&](Value a, Value b) {
      return (written.contains(a) && touched.contains(b)) ||
             (written.contains(b) && touched.contains(a));
    };
    OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
    SmallVector<BlockArgument> refs;
    for (BlockArgument argument : function.getArguments())
      if (isa<RefType>(argument.getType()))
        refs.push_back(argument);
    for (auto [i, a] : llvm::enumerate(refs))
      for (BlockArgument b : ArrayRef(refs).drop_front(i + 1))
        if (matters(a, b))
          GuardApartOp::create(builder, function.getLoc(), a, b);
  }
};
} // namespace
