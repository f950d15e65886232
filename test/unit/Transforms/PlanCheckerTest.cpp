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
#include "llvm/Support/Format.h"
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

/// The examples, or other files that somebody wants to try.
std::string getDirectory() {
  const char *directory = std::getenv("ELENA_FUSION_DIRECTORY");
  return directory ? directory : ELENA_FUSION_EXAMPLES;
}

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
  for (const auto &example : loadExamples(*context, getDirectory())) {
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
        PlanRule::ProgramOrder, PlanRule::SharedLoops, PlanRule::Agreement,
        PlanRule::StepOrder, PlanRule::PackApart, PlanRule::PrivateUnseen,
        PlanRule::PrivateSize, PlanRule::PrivateCell, PlanRule::WriteBack})
    EXPECT_GT(byRule[rule], 0u) << getName(rule).str();
}

/// The checker and the oracle about the files of ELENA_FUSION_DIRECTORY: what
/// the planner makes of a program that a fuzzer has written. Run it with
/// --gtest_also_run_disabled_tests.
TEST_F(PlanCheckerTest, DISABLED_JudgesADirectory) {
  unsigned legal = 0, planned = 0;
  for (const auto &example : loadExamples(*context, getDirectory())) {
    if (!example)
      continue;
    ++planned;
    FusionOracle oracle(*example);
    auto violation = checkRecompute(*example->original, *example->changed);
    if (!violation)
      violation = checkPlan(*example->changed, example->plan);
    bool isLegal =
        oracle.isEquivalent(*example->changed) && oracle.isLegal(example->plan);
    for (int64_t size : {0, 1, 2, 6})
      for (int64_t index : {-3, 0, 1, 2, 9}) {
        FusionOracle other(*example, size, index);
        isLegal &= other.isEquivalent(*example->changed) &&
                   other.isLegal(example->plan);
      }
    legal += isLegal;
    EXPECT_TRUE(isLegal) << "the planner is wrong about " << example->name;
    if (violation)
      ADD_FAILURE() << example->name
                    << " is rejected: " << getName(violation->rule).str()
                    << ": " << violation->message;
    EXPECT_TRUE(isLegal || violation)
        << "the checker is wrong about " << example->name;
  }
  llvm::outs() << planned << " planned, " << legal << " legal\n";
}

/// Prints how long a check takes, in microseconds.
TEST_F(PlanCheckerTest, DISABLED_Cost) {
  constexpr unsigned kTimes = 20;
  for (const auto &example : loadExamples(*context, getDirectory())) {
    if (!example)
      continue;
    auto measure = [](auto check) {
      auto start = std::chrono::steady_clock::now();
      for (unsigned i = 0; i < kTimes; ++i)
        check();
      std::chrono::duration<double, std::micro> passed =
          std::chrono::steady_clock::now() - start;
      return passed.count() / kTimes;
    };
    double recompute = measure([&] {
      FusionProgram copy = *example->original;
      EXPECT_FALSE(checkRecompute(copy, *example->changed));
    });
    double plan = measure(
        [&] { EXPECT_FALSE(checkPlan(*example->changed, example->plan)); });
    double planner = measure([&] { makePlan(*example->changed); });
    llvm::outs() << llvm::format("%-28s %4u stages  program %6.0f  plan %6.0f "
                                 "  (planner %6.0f)\n",
                                 example->name.c_str(),
                                 unsigned(example->changed->stages.size()),
                                 recompute, plan, planner);
  }
}

} // namespace
