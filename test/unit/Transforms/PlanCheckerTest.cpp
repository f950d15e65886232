//===- PlanCheckerTest.cpp - Wrong plans are found out --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each example's plan is changed in one place, in all ways that the corrupter
// knows. What the oracle, with numbers, finds wrong then has to be rejected, by
// the rule that is broken.
//
//===----------------------------------------------------------------------===//

#include "Corruptions.h"
#include "FusionOracle.h"
#include "gtest/gtest.h"

#include <chrono>

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {

class PlanCheckerTest : public testing::Test {
protected:
  PlanCheckerTest() : context(makeContext()) {}

  std::unique_ptr<MLIRContext> context;
};

TEST_F(PlanCheckerTest, AcceptsWhatThePlannerMakes) {
  auto examples = loadExamples(*context);
  EXPECT_GE(examples.size(), 20u);
  for (const auto &example : examples) {
    ASSERT_TRUE(example);
    SCOPED_TRACE(example->name);
    auto violation = checkRecompute(*example->original, *example->changed);
    EXPECT_FALSE(violation) << violation->message;
    violation = checkPlan(*example->changed, example->plan);
    EXPECT_FALSE(violation) << violation->message;
    FusionOracle oracle(*example);
    EXPECT_TRUE(oracle.isEquivalent(*example->changed));
    EXPECT_TRUE(oracle.isLegal(example->plan));
  }
}

TEST_F(PlanCheckerTest, RejectsCorruptedPlans) {
  unsigned rejected = 0;
  std::map<PlanRule, unsigned> byRule;
  for (const auto &example : loadExamples(*context)) {
    ASSERT_TRUE(example);
    SCOPED_TRACE(example->name);
    FusionOracle oracle(*example);
    for (const PlanCorruption &corruption : corruptPlan(*example)) {
      if (!corruption.isMalformed && oracle.isLegal(corruption.plan))
        continue;
      SCOPED_TRACE(corruption.what);
      auto violation = checkPlan(*example->changed, corruption.plan);
      ASSERT_TRUE(violation);
      EXPECT_TRUE(llvm::is_contained(corruption.rules, violation->rule))
          << getName(violation->rule).str() << ": " << violation->message;
      ++rejected;
      ++byRule[violation->rule];
    }
  }
  for (auto [rule, count] : byRule)
    RecordProperty(getName(rule).str(), static_cast<int>(count));
  RecordProperty("rejected", static_cast<int>(rejected));
  EXPECT_GE(rejected, 200u);
  for (PlanRule rule :
       {PlanRule::Structure, PlanRule::TotalTheta, PlanRule::NoRepeat,
        PlanRule::ProgramOrder, PlanRule::Agreement, PlanRule::StepOrder,
        PlanRule::PackApart, PlanRule::PrivateUnseen, PlanRule::PrivateSize,
        PlanRule::PrivateCell})
    EXPECT_GT(byRule[rule], 0u) << getName(rule).str();
}

/// Prints how long a check takes, in microseconds: run it with
/// --gtest_also_run_disabled_tests.
TEST_F(PlanCheckerTest, DISABLED_Cost) {
  for (const auto &example : loadExamples(*context)) {
    constexpr unsigned kTimes = 20;
    auto start = std::chrono::steady_clock::now();
    for (unsigned i = 0; i < kTimes; ++i) {
      EXPECT_FALSE(checkRecompute(*example->original, *example->changed));
      EXPECT_FALSE(checkPlan(*example->changed, example->plan));
    }
    std::chrono::duration<double, std::micro> passed =
        std::chrono::steady_clock::now() - start;
    llvm::outs() << example->name << " " << passed.count() / kTimes << "\n";
  }
}

} // namespace
