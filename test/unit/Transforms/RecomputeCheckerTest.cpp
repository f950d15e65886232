//===- RecomputeCheckerTest.cpp - Wrong changes are found out -------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Corruptions.h"
#include "FusionOracle.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {

TEST(RecomputeCheckerTest, RejectsCorruptedPrograms) {
  auto context = makeContext();
  unsigned rejected = 0;
  std::map<PlanRule, unsigned> byRule;
  const char *directory = std::getenv("ELENA_FUSION_DIRECTORY");
  for (const auto &example :
       loadExamples(*context, directory ? directory : ELENA_FUSION_EXAMPLES)) {
    ASSERT_TRUE(example);
    SCOPED_TRACE(example->name);
    FusionOracle oracle(*example);
    for (const ProgramCorruption &corruption : corruptProgram(*example)) {
      if (!corruption.isMalformed && oracle.isEquivalent(corruption.program))
        continue;
      SCOPED_TRACE(corruption.what);
      auto violation = checkRecompute(*example->original, corruption.program);
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
       {PlanRule::SameBox, PlanRule::SameAccess, PlanRule::Definition,
        PlanRule::DefinitionIndex, PlanRule::Membership, PlanRule::GuardedLoad,
        PlanRule::Unchanged, PlanRule::DeadStage})
    EXPECT_GT(byRule[rule], 0u) << getName(rule).str();
}

} // namespace
