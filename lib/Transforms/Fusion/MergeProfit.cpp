//===- MergeProfit.cpp - Is it worth running it in common loops? ----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/MergeProfit.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// Points of one iteration that are cheap to run one after the other.
static constexpr int64_t kSmallInner = 64;

bool elena::fusion::isSmall(const Group &group, ArrayRef<size_t> kept) {
  int64_t lost = 1;
  bool isLong = false;
  for (size_t k = 0; k < group.sizes.size(); ++k) {
    if (llvm::is_contained(kept, k))
      continue;
    std::optional<int64_t> size = group.sizes[k].getConstant();
    isLong |= !size;
    lost *= size.value_or(1);
  }
  return !isLong && lost <= kSmallInner;
}

bool elena::fusion::hasReduction(const FusionProgram &program,
                                 const Group &group) {
  return llvm::any_of(group.members, [&](const Member &member) {
    return !llvm::all_of(
        program.stages[member.stage].kinds,
        [](IteratorKind kind) { return kind == IteratorKind::Parallel; });
  });
}

/// Are the coordinates of T the outer dimensions of every stage, in order? Then
/// an iteration walks through rows, and not across them.
static bool areOuter(const FusionProgram &program, const Group &group,
                     ArrayRef<size_t> kept) {
  return llvm::all_of(group.members, [&](const Member &member) {
    const Stage &stage = program.stages[member.stage];
    size_t d = 0;
    return llvm::all_of(kept, [&](size_t k) {
      if (stage.sizes[member.theta[k].dimension].isConstant(1))
        return true;
      while (d < stage.getRank() && stage.sizes[d].isConstant(1))
        ++d;
      return member.theta[k].dimension == d++;
    });
  });
}

/// Would temporaries of the group, which are registers now, have to hold whole
/// rows? One of them is enough to lose more than a launch.
static bool losesRegisters(const FusionProgram &program, const Group &group,
                           ArrayRef<size_t> kept) {
  std::map<unsigned, std::set<unsigned>> usersOfRow;
  for (const Member &member : group.members) {
    const Stage &stage = program.stages[member.stage];
    for (const StageAccess &access : program.getAccesses(stage)) {
      if (program.storages[access.storage].escapes)
        continue;
      for (size_t k = 0; k < group.sizes.size(); ++k) {
        size_t d = member.theta[k].dimension;
        if (!llvm::is_contained(kept, k) && !group.sizes[k].getConstant() &&
            !access.region.cell.coefficients[d].isZero())
          usersOfRow[access.storage].insert(member.stage);
      }
    }
  }
  return llvm::any_of(
      usersOfRow, [](const auto &users) { return users.second.size() > 1; });
}

bool elena::fusion::walksRows(const FusionProgram &program, const Group &group,
                              ArrayRef<size_t> kept) {
  return areOuter(program, group, kept) &&
         !losesRegisters(program, group, kept);
}
