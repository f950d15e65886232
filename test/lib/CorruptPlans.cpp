//===- CorruptPlans.cpp - What the checker says about wrong plans ---------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// test-corrupt-plans prints, for each function of single stages, the plan that
// is made of it and then that plan with one mistake, in all ways that the
// corrupters of the unit tests know; behind each what the checker says:
//
//   corruption exchange two stages: rejected program-order
//
// Plans that are wrong by their form alone are not printed if they are
// rejected.
//
//===----------------------------------------------------------------------===//

#include "../unit/Transforms/Corruptions.h"
#include "TestPasses.h"
#include "elena/Transforms/Fusion/Moves.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {
struct CorruptPlans : PassWrapper<CorruptPlans, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CorruptPlans)
  StringRef getArgument() const final { return "test-corrupt-plans"; }
  StringRef getDescription() const final {
    return "prints corrupted plans, and what the checker says about them";
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    Example example;
    example.symbols = std::make_unique<SymbolicValues>(function);
    example.changed = std::make_unique<FusionProgram>(
        function.front(), *example.symbols, getArgumentAlias(function));
    example.original = std::make_unique<FusionProgram>(*example.changed);
    splitDimensions(*example.changed);
    recomputeReads(*example.changed, /*log=*/nullptr);
    removeDeadStages(*example.changed);
    example.plan = makePlan(*example.changed);
    report("none", *example.changed, example.plan, /*isMalformed=*/false,
           checkPlan(*example.changed, example.plan));
    for (const PlanCorruption &corruption : corruptPlan(example))
      report(corruption.what, *example.changed, corruption.plan,
             corruption.isMalformed,
             checkPlan(*example.changed, corruption.plan));
    for (const ProgramCorruption &corruption : corruptProgram(example))
      report(corruption.what, corruption.program, makePlan(corruption.program),
             corruption.isMalformed,
             checkRecompute(*example.original, corruption.program));
  }

  void report(StringRef what, const FusionProgram &program,
              const FusionPlan &plan, bool isMalformed,
              const std::optional<PlanViolation> &violation) {
    llvm::raw_ostream &os = llvm::outs();
    if (isMalformed && violation) {
      os << "malformed " << what << "\n";
      return;
    }
    os << "program " << getOperation().getName() << "\n"
       << "corruption " << what << ": "
       << (violation
               ? "rejected " + elena::fusion::getName(violation->rule).str()
               : "accepted")
       << "\n";
    program.print(os);
    plan.print(os, program);
    plan.printCells(os, program);
  }
};
} // namespace

void elena::test::registerCorruptPlans() { PassRegistration<CorruptPlans>(); }
