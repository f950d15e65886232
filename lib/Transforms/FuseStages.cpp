//===- FuseStages.cpp - Groups of stages that become one kernel -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringExtras.h"

namespace elena {
#define GEN_PASS_DEF_FUSESTAGES
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

namespace {
struct FuseStages : elena::impl::FuseStagesBase<FuseStages> {
  using FuseStagesBase::FuseStagesBase;

  LogicalResult initialize(MLIRContext *context) override {
    static constexpr StringLiteral moves[] = {
        "split", "recompute", "contract", "private", "write-back", "pack"};
    for (const std::string &move : without)
      if (!llvm::is_contained(moves, move))
        return emitError(UnknownLoc::get(context))
               << "there is no move '" << move << "'; the moves are "
               << llvm::join(ArrayRef<StringLiteral>(moves), ", ");
    return success();
  }

  bool makes(StringRef move) const {
    return !llvm::is_contained(without, move);
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kKernelAttr))
      return;
    SmallVector<Block *> blocks;
    function->walk([&](GroupOp group) {
      bool isNew = !group.isFused() && !isa<PackOp>(group->getParentOp());
      if (isNew && !llvm::is_contained(blocks, group->getBlock()))
        blocks.push_back(group->getBlock());
    });
    SmallVector<Attribute> reports;
    for (Block *block : blocks) {
      // Anew for each block: a rewrite erases values that symbols stand for.
      SymbolicValues symbols(function);
      fuse(*block, symbols, reports);
    }
    if (report)
      function->setAttr(kFusionReportAttr,
                        ArrayAttr::get(&getContext(), reports));
  }

  bool isAskedWhy() { return report || getContext().getRemarkEngine(); }

  /// The report of the plan, for those who want it.
  void tell(const FusionProgram &program, const FusionPlan &plan,
            const FusionLog &log, SmallVectorImpl<Attribute> &reports) {
    FusionReport facts(program, plan, log);
    facts.emitRemarks();
    if (!report)
      return;
    std::string text;
    llvm::raw_string_ostream(text) << facts.toJSON();
    reports.push_back(StringAttr::get(&getContext(), text));
  }

  void fuse(Block &block, SymbolicValues &symbols,
            SmallVectorImpl<Attribute> &reports) {
    FusionProgram program(block, symbols, getArgumentAlias(getOperation()));
    std::optional<FusionLog> kept;
    if (isAskedWhy())
      kept.emplace().bytesBefore = countBytes(program);
    FusionLog *log = kept ? &*kept : nullptr;
    if (views && makes("split"))
      splitDimensions(program);
    if (views && makes("recompute"))
      recomputeReads(program, log);
    removeDeadStages(program);
    Dependences dependences(program);
    ContractOptions contraction;
    contraction.merge = makes("contract");
    contraction.views = views;
    FusionPlan plan;
    plan.groups = contract(program, dependences, contraction, log);
    if (makes("private"))
      findPrivateStorages(program, plan.groups, views && makes("write-back"));
    packAndOrder(program, dependences, plan, views && makes("pack"));
    if (print)
      plan.print(llvm::outs(), program);
    if (log)
      tell(program, plan, *log, reports);
    applyPlan(program, plan);
  }
};
} // namespace
