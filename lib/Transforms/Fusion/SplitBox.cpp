//===- SplitBox.cpp - Boxes with split dimensions -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitBox.h"

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

bool elena::fusion::isSplitBox(const SymbolFacts &facts, const Stage &original,
                               const Stage &changed) {
  size_t rank = changed.getRank(), next = 0;
  ArrayRef<AffineForm> indices = changed.value.indices;
  if (original.op != changed.op || changed.value.op != changed.op ||
      changed.kinds.size() != rank || indices.size() != original.getRank())
    return false;
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
  return next == rank;
}
