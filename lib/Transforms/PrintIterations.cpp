//===- PrintIterations.cpp - Which loops have independent iterations ------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/LoopIterations.h"
#include "elena/Transforms/Passes.h"

namespace elena {
#define GEN_PASS_DEF_PRINTITERATIONS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;

namespace {
struct PrintIterations : elena::impl::PrintIterationsBase<PrintIterations> {
  using PrintIterationsBase::PrintIterationsBase;

  void runOnOperation() override {
    SymbolicViews views(getOperation());
    ArgumentAlias alias = getArgumentAlias(getOperation());
    getOperation()->walk([&](scf::ForOp loop) {
      IterationVerdict verdict = classifyIterations(loop, views, alias);
      InFlightDiagnostic remark = loop->emitRemark();
      if (verdict.areIndependent)
        remark << "independent iterations";
      else
        remark << "iterations depend on each other: " << verdict.reason;
      if (verdict.first)
        remark.attachNote(verdict.first->getLoc()) << "here";
      if (verdict.second && verdict.second != verdict.first)
        remark.attachNote(verdict.second->getLoc()) << "and here";
    });
    markAllAnalysesPreserved();
  }
};
} // namespace
