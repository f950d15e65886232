//===- PrintOverlap.cpp - What the overlap analysis finds -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicViews.h"
#include "elena/Transforms/Passes.h"

namespace elena {
#define GEN_PASS_DEF_PRINTOVERLAP
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

static StringRef nameOf(Overlap overlap) {
  switch (overlap) {
  case Overlap::Apart:
    return "apart";
  case Overlap::SameMap:
    return "same-map";
  case Overlap::Unknown:
    return "unknown";
  }
  llvm_unreachable("all overlaps are named");
}

namespace {
struct PrintOverlap : elena::impl::PrintOverlapBase<PrintOverlap> {
  using PrintOverlapBase::PrintOverlapBase;

  void runOnOperation() override {
    ArgumentAlias alias = getArgumentAlias(getOperation());
    SymbolicViews views(getOperation());
    getOperation()->walk(
        [&](AccessOpInterface op) { print(op, alias, views); });
    markAllAnalysesPreserved();
  }

  void print(AccessOpInterface op, ArgumentAlias alias, SymbolicViews &views) {
    SmallVector<Access> accesses;
    op.getAccesses(accesses);
    for (const Access &read : accesses)
      for (const Access &written : accesses)
        if (read.kind == AccessKind::Read && written.kind == AccessKind::Write)
          op->emitRemark() << "read operand "
                           << read.operand->getOperandNumber()
                           << ", written operand "
                           << written.operand->getOperandNumber() << ": "
                           << nameOf(classifyOverlap(read.getRef(),
                                                     written.getRef(), alias,
                                                     &views));
  }
};
} // namespace
