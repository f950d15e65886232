//===- SplitDimensions.cpp - Common steps through a storage ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// Constant sizes up to this one are loops inside an iteration anyway.
static constexpr int64_t kSmall = 4;
static constexpr size_t kMaxRank = 8;

/// Dimension d of size p*q becomes two, of sizes p and q.
static void splitDimension(Stage &stage, size_t d, const Polynomial &p,
                           const Polynomial &q) {
  size_t rank = stage.getRank() + 1;
  SmallVector<AffineForm, 4> indices;
  for (size_t old = 0; old + 1 < rank; ++old)
    indices.push_back(AffineForm::dimension(old <= d ? old : old + 1, rank));
  indices[d].coefficients[d] = q;
  indices[d].coefficients[d + 1] = Polynomial(1);
  stage.value = substitute(stage.value, indices, rank);
  for (Stage::Output &output : stage.outputs)
    output.cell = output.cell.compose(indices, rank);
  stage.accesses.clear();
  stage.sizes[d] = p;
  stage.sizes.insert(stage.sizes.begin() + d + 1, q);
  stage.kinds.insert(stage.kinds.begin() + d, stage.kinds[d]);
}

namespace {
/// The steps with which a storage is walked through.
class Splitter {
public:
  explicit Splitter(FusionProgram &program)
      : program(program), steps(program.storages.size()) {}

  void run() {
    // Each split may make new steps, of which others follow.
    for (bool changed = true; changed;) {
      changed = false;
      for (Stage &stage : program.stages)
        addSteps(stage);
      for (Stage &stage : program.stages)
        changed |= split(stage);
    }
  }

private:
  void addSteps(const Stage &stage) {
    for (const StageAccess &access : program.getAccesses(stage)) {
      Polynomials &known = steps[access.storage];
      for (auto [size, step] :
           llvm::zip(access.region.sizes, access.region.cell.coefficients))
        if (!size.isConstant(1) && !step.isZero() && step.isKnown() &&
            !llvm::is_contained(known, step))
          known.push_back(step);
    }
  }

  bool split(Stage &stage) {
    if (stage.op.getScatter() || stage.getRank() >= kMaxRank)
      return false;
    for (const StageAccess &access : program.getAccesses(stage))
      for (size_t d = 0; d < stage.getRank(); ++d)
        if (auto sizes = findSplit(stage, access, d)) {
          splitDimension(stage, d, sizes->first, sizes->second);
          return true;
        }
    return false;
  }

  std::optional<std::pair<Polynomial, Polynomial>>
  findSplit(const Stage &stage, const StageAccess &access, size_t d) {
    const Polynomial &size = stage.sizes[d];
    const Polynomial &step = access.region.cell.coefficients[d];
    std::optional<int64_t> known = size.getConstant();
    if (stage.kinds[d] == IteratorKind::Scan || step.isZero() ||
        !step.isKnown() || (known && *known <= kSmall))
      return std::nullopt;
    for (const Polynomial &other : steps[access.storage]) {
      std::optional<Polynomial> q = other.divideExactly(step);
      if (!q || q->isConstant(1) || q->isConstant(-1) ||
          !program.facts().isNonNegative(*q))
        continue;
      std::optional<Polynomial> p = size.divideExactly(*q);
      if (p && !p->isConstant(1) && !p->isZero())
        return std::pair(*p, *q);
    }
    return std::nullopt;
  }

  FusionProgram &program;
  std::vector<Polynomials> steps;
};
} // namespace

void elena::fusion::splitDimensions(FusionProgram &program) {
  Splitter(program).run();
}
