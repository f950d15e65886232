//===- FuseStages.cpp - Groups of stages that become one kernel -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/LoopIterations.h"
#include "elena/Analysis/OwnedPlanes.h"
#include "elena/Support/RemarkLock.h"
#include "elena/Transforms/Fusion/Moves.h"
#include "elena/Transforms/Fusion/PlanChecker.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringExtras.h"
#include <chrono>

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
        "split",    "recompute", "profit",     "contract", "sequence",
        "siblings", "private",   "write-back", "pack"};
    for (const std::string &move : without)
      if (!llvm::is_contained(moves, move))
        return emitError(UnknownLoc::get(context))
               << "there is no move '" << move << "'; the moves are "
               << llvm::join(ArrayRef<StringLiteral>(moves), ", ");
    for (const std::string &name : ignore) {
      std::optional<Legality> rule = parseLegality(name);
      if (!rule)
        return emitError(UnknownLoc::get(context))
               << "there is no predicate '" << name << "'";
      ignored.insert(*rule);
    }
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
    if (auto before = function->getAttrOfType<ArrayAttr>(kFusionReportAttr))
      llvm::append_range(reports, before); // of passes that ran before
    for (Block *block : blocks) {
      // Anew for each block: a rewrite erases values that symbols stand for.
      SymbolicValues symbols(function);
      if (failed(fuse(*block, symbols, reports)))
        return signalPassFailure();
    }
    if (report)
      function->setAttr(kFusionReportAttr,
                        ArrayAttr::get(&getContext(), reports));
  }

  IgnoredLegality ignored;
  /// Milliseconds of the checker, for those who measure.
  double *checkTime = nullptr;

  bool isAskedWhy() { return report || getContext().getRemarkEngine(); }

  /// A program with the plan for it.
  struct Candidate {
    explicit Candidate(const FusionProgram &read)
        : read(&read), program(read) {}

    /// Nowhere, unless somebody asks why.
    FusionLog *getLog() { return log ? &*log : nullptr; }

    /// Of the block, as it is: made once for all candidates.
    const FusionProgram *read;
    /// If stages were cut: before other moves.
    std::optional<FusionProgram> pieces;
    FusionProgram program;
    FusionPlan plan;
    std::optional<FusionLog> log;
  };

  Candidate makeCandidate(const FusionProgram &read) {
    Candidate candidate(read);
    if (isAskedWhy())
      candidate.log.emplace().bytesBefore = countBytes(candidate.program);
    return candidate;
  }

  /// The report of the plan, for those who want it.
  void tell(const Candidate &candidate, SmallVectorImpl<Attribute> &reports) {
    if (!candidate.log)
      return;
    FusionReport facts(candidate.program, candidate.plan, *candidate.log);
    facts.emitRemarks();
    if (!report)
      return;
    std::string text;
    llvm::raw_string_ostream(text) << facts.toJSON();
    reports.push_back(StringAttr::get(&getContext(), text));
  }

  /// How much a plan may do: less is easier to verify.
  enum class Effort { All, NoRecompute, NoMoves };

  static bool isBetter(const Candidate &a, const Candidate &b) {
    return getCost(a.program, a.plan) < getCost(b.program, b.plan);
  }

  Candidate makePlan(Candidate candidate, Effort effort) {
    FusionProgram &program = candidate.program;
    bool splits = views && makes("split") && effort != Effort::NoMoves;
    if (splits)
      splitDimensions(program);
    if (views && makes("recompute") && effort == Effort::All)
      recomputeReads(program, candidate.getLog(), /*always=*/!makes("profit"));
    removeDeadStages(program, views && effort != Effort::NoMoves);
    if (!splits || effort != Effort::All) {
      planGroups(candidate, effort);
      return candidate;
    }
    // What runs at one index of a loop may be better off outside of it.
    Candidate inLoops = candidate;
    planGroups(candidate, effort);
    if (!addUnitDimensions(inLoops.program))
      return candidate;
    planGroups(inLoops, effort);
    return std::move(isBetter(inLoops, candidate) ? inLoops : candidate);
  }

  void planGroups(Candidate &candidate, Effort effort) {
    FusionProgram &program = candidate.program;
    Dependences dependences(program);
    ContractOptions contraction;
    contraction.merge = makes("contract") && effort != Effort::NoMoves;
    contraction.views = views;
    FusionPlan &plan = candidate.plan;
    plan.groups =
        contract(program, dependences, contraction, candidate.getLog());
    if (views && makes("sequence") && effort != Effort::NoMoves)
      sequenceGroups(program, dependences, plan.groups);
    dropUnitDimensions(program, plan.groups);
    if (views && makes("siblings") && effort != Effort::NoMoves)
      mergeSiblings(program, plan.groups);
    if (makes("private") && effort != Effort::NoMoves)
      findPrivateStorages(program, plan.groups, views && makes("write-back"));
    packAndOrder(program, dependences, plan,
                 views && makes("pack") && effort != Effort::NoMoves);
  }

  /// In pieces, or not: which is better shows only when both are planned.
  Candidate makeBestPlan(const FusionProgram &read, Effort effort) {
    Candidate whole = makePlan(makeCandidate(read), effort);
    if (!views || !makes("split") || effort != Effort::All)
      return whole;
    Candidate cut = makeCandidate(read);
    if (!splitIndexSets(cut.program))
      return whole;
    cut.pieces.emplace(cut.program);
    Candidate pieces = makePlan(std::move(cut), effort);
    return std::move(isBetter(pieces, whole) ? pieces : whole);
  }

  /// Is it the body of a loop that tensorref-loops-to-kernels may take?
  bool isOfKernel(Block &block) {
    auto loop = dyn_cast<scf::ForOp>(block.getParentOp());
    if (!loop)
      return false;
    SymbolicViews views(getOperation());
    ArgumentAlias alias = getArgumentAlias(getOperation());
    return classifyIterations(loop, views, alias).areIndependent ||
           findOwnedPlanes(loop, views, alias, /*ignoresTemporaries=*/true)
               .isLegal();
  }

  LogicalResult fuse(Block &block, SymbolicValues &symbols,
                     SmallVectorImpl<Attribute> &reports) {
    FusionProgram read(block, symbols, getArgumentAlias(getOperation()));
    read.ignored = ignored;
    read.isIteration = isOfKernel(block);
    for (Effort effort : {Effort::All, Effort::NoRecompute, Effort::NoMoves}) {
      Candidate candidate = makeBestPlan(read, effort);
      std::optional<PlanViolation> violation = verifyTimed(candidate);
      if (!violation) {
        if (printProgram) {
          llvm::outs() << "program " << getOperation().getName() << "\n";
          candidate.program.print(llvm::outs());
        }
        if (print || printProgram)
          candidate.plan.print(llvm::outs(), candidate.program);
        if (printProgram)
          candidate.plan.printCells(llvm::outs(), candidate.program);
        tell(candidate, reports);
        applyPlan(candidate.program, candidate.plan);
        return success();
      }
      // What cannot be verified is not done; the next plan does less.
      if (strict || effort == Effort::NoMoves) {
        emitViolation(getOperation(), *violation, candidate.program,
                      &candidate.plan);
        return failure();
      }
      RemarkLock lock;
      remark::missed(
          getOperation().getLoc(),
          remark::RemarkOpts::name("PlanRejected").category("tensorref.fusion"))
          << ("a plan was given up: rule " +
              elena::fusion::getName(violation->rule))
                 .str();
    }
    llvm_unreachable("the last plan is applied or fails");
  }

  std::optional<PlanViolation> verifyTimed(const Candidate &candidate) {
    using Clock = std::chrono::steady_clock;
    Clock::time_point start = Clock::now();
    std::optional<PlanViolation> violation = verify(candidate);
    if (checkTime)
      *checkTime +=
          std::chrono::duration<double, std::milli>(Clock::now() - start)
              .count();
    return violation;
  }

  std::optional<PlanViolation> verify(const Candidate &candidate) {
    // The checker would find out what was ignored.
    if (!check || !ignored.empty())
      return std::nullopt;
    const FusionProgram *original = candidate.read;
    if (candidate.pieces) {
      if (auto violation = checkPieces(*original, *candidate.pieces))
        return violation;
      original = &*candidate.pieces;
    }
    if (auto violation = checkRecompute(*original, candidate.program))
      return violation;
    return checkPlan(candidate.program, candidate.plan);
  }
};
} // namespace

std::unique_ptr<Pass> elena::createTimedFuseStages(FuseStagesOptions options,
                                                   double *checkTime) {
  auto pass = std::make_unique<FuseStages>(std::move(options));
  pass->checkTime = checkTime;
  return pass;
}
