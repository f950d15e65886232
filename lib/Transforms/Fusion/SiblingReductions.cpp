//===- SiblingReductions.cpp - Reductions in one loop ---------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two reductions of what is computed again for each of them,
//
//   near = a.argmin(axis=1) ; least = a.min(axis=1)
//
// walk through the same rows in the same iterations. In one loop with two
// results each element is computed once.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

namespace {
class SiblingFinder {
public:
  SiblingFinder(const FusionProgram &program, Group &group)
      : program(program), group(group) {}

  void run();

private:
  bool isReduction(const Member &member) const;
  bool haveSameLoops(const Member &a, const Member &b) const;
  bool isWorthIt(const Member &a, const Member &b) const;
  bool areApart(const Member &a, const Member &b) const;
  bool canMoveUp(size_t to, size_t from) const;

  const FusionProgram &program;
  Group &group;
};
} // namespace

bool SiblingFinder::isReduction(const Member &member) const {
  const Stage &stage = program.stages[member.stage];
  return stage.isParallel() &&
         llvm::is_contained(stage.kinds, IteratorKind::Reduction);
}

/// Legality::SameLoops.
bool SiblingFinder::haveSameLoops(const Member &a, const Member &b) const {
  const Stage &x = program.stages[a.stage], &y = program.stages[b.stage];
  if (program.ignored.contains(Legality::SameLoops))
    return true;
  return x.kinds == y.kinds && x.sizes == y.sizes &&
         llvm::equal(a.theta, b.theta,
                     [](const Coordinate &s, const Coordinate &t) {
                       return s.dimension == t.dimension && s.shift == t.shift;
                     });
}

/// Is there anything that both compute? What both load is there already.
bool SiblingFinder::isWorthIt(const Member &a, const Member &b) const {
  const Expression &x = program.stages[a.stage].value;
  const Expression &y = program.stages[b.stage].value;
  return llvm::any_of(x.inputs, [&](const Input &input) {
    return !input.isLoad() && llvm::any_of(y.inputs, [&](const Input &other) {
      return areSame(input, other);
    });
  });
}

bool SiblingFinder::areApart(const Member &a, const Member &b) const {
  const Stage &x = program.stages[a.stage], &y = program.stages[b.stage];
  for (const StageAccess &first : program.getAccesses(x))
    for (const StageAccess &second : program.getAccesses(y))
      if ((first.isWrite || second.isWrite) &&
          !meet(program, first, x.getRank(), second, y.getRank()).disjoint)
        return false;
  return true;
}

/// Legality::Independent: nothing that runs before the later one any longer,
/// or at once with it, has to do with it.
bool SiblingFinder::canMoveUp(size_t to, size_t from) const {
  if (program.ignored.contains(Legality::Independent))
    return true;
  return llvm::all_of(ArrayRef(group.members).slice(to, from - to),
                      [&](const Member &between) {
                        return areApart(between, group.members[from]);
                      });
}

void SiblingFinder::run() {
  for (size_t b = 0; b < group.members.size(); ++b)
    for (size_t a = 0; a < b && !group.members[b].loopsOf; ++a) {
      Member &first = group.members[a], &second = group.members[b];
      if (isReduction(first) && isReduction(second) && !first.loopsOf &&
          haveSameLoops(first, second) && isWorthIt(first, second) &&
          canMoveUp(a, b))
        second.loopsOf = first.stage;
    }
}

void elena::fusion::mergeSiblings(const FusionProgram &program,
                                  std::vector<Group> &groups) {
  for (Group &group : groups)
    SiblingFinder(program, group).run();
}
