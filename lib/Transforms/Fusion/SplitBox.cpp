//===- SplitBox.cpp - Boxes with split dimensions -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitBox.h"
#include "AccessPairs.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// Dimensions [first, end) of the new box for one of the old box, of `size`.
static bool isSplit(const SymbolFacts &facts, const AffineForm &index,
                    const Stage &changed, size_t first, size_t end,
                    const Polynomial &size) {
  Polynomial points(1);
  for (size_t d = changed.getRank(); d-- > 0;) {
    bool isPart = first <= d && d < end;
    if (!isPart && !index.coefficients[d].isZero())
      return false;
    if (!isPart)
      continue;
    if (!facts.areEqual(index.coefficients[d], points))
      return false;
    points = points * changed.sizes[d];
  }
  return first < end && index.offset.isZero() && facts.areEqual(points, size);
}

SmallVector<AffineForm, 4>
elena::fusion::getLocalIndices(const Stage &original, const Stage &changed) {
  SmallVector<AffineForm, 4> indices;
  for (auto [old, now] :
       llvm::zip_equal(original.value.indices, changed.value.indices))
    indices.push_back(now +
                      AffineForm::constant(-old.offset, changed.getRank()));
  return indices;
}

bool elena::fusion::isSplitBox(const SymbolFacts &facts, const Stage &original,
                               const Stage &changed) {
  size_t rank = changed.getRank(), next = 0;
  if (original.op != changed.op || changed.value.op != changed.op ||
      changed.kinds.size() != rank ||
      changed.value.indices.size() != original.getRank())
    return false;
  auto indices = getLocalIndices(original, changed);
  for (auto [d, index] : llvm::enumerate(indices)) {
    if (index.coefficients.size() != rank)
      return false;
    size_t first = next;
    while (next < rank && !index.coefficients[next].isZero()) {
      if (changed.kinds[next] != original.kinds[d])
        return false;
      ++next;
    }
    if (!isSplit(facts, index, changed, first, next, original.sizes[d]))
      return false;
    // A scan goes along one dimension.
    if (original.kinds[d] == IteratorKind::Scan && next - first > 1)
      return false;
  }
  // New dimensions of one point.
  while (next < rank && changed.kinds[next] == IteratorKind::Parallel &&
         changed.sizes[next].isConstant(1))
    ++next;
  return next == rank;
}

bool elena::fusion::hasSameAccesses(const SymbolFacts &facts,
                                    const Stage &original,
                                    const Stage &changed) {
  // A scatter's output is a whole ref, which has no part in the box.
  bool isWhole = changed.op.getScatter().has_value();
  auto isSame = [&](const AffineForm &old, const AffineForm &now) {
    return isWhole ? old == now
                   : areEqual(facts,
                              old.compose(getLocalIndices(original, changed),
                                          changed.getRank()),
                              now);
  };
  if (original.outputs.size() != changed.outputs.size() ||
      original.value.gathers.size() != changed.value.gathers.size() ||
      original.value.inputs.size() != changed.value.inputs.size())
    return false;
  for (auto [old, now] : llvm::zip_equal(original.outputs, changed.outputs))
    if (old.storage != now.storage || !isSame(old.cell, now.cell))
      return false;
  for (auto [old, now] :
       llvm::zip_equal(original.value.gathers, changed.value.gathers))
    if (old.storage != now.storage || old.ref != now.ref ||
        old.region.cell != now.region.cell)
      return false;
  return true;
}
