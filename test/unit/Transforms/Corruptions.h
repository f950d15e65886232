//===- Corruptions.h - Plans and programs with one mistake ------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_TRANSFORMS_CORRUPTIONS_H
#define ELENA_TEST_UNIT_TRANSFORMS_CORRUPTIONS_H

#include "FusionExamples.h"
#include "elena/Transforms/Fusion/PlanChecker.h"

namespace elena::fusion {

struct PlanCorruption {
  std::string what;
  /// One of these rules is broken.
  std::vector<PlanRule> rules;
  FusionPlan plan;
  /// Wrong by its form. The others are wrong only if an oracle says so.
  bool isMalformed = false;
};

std::vector<PlanCorruption> corruptPlan(const Example &example);

struct ProgramCorruption {
  std::string what;
  std::vector<PlanRule> rules;
  FusionProgram program;
  bool isMalformed = false;
};

std::vector<ProgramCorruption> corruptProgram(const Example &example);

} // namespace elena::fusion

#endif // ELENA_TEST_UNIT_TRANSFORMS_CORRUPTIONS_H
