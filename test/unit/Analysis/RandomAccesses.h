//===- RandomAccesses.h - Random accesses of a storage ----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_ANALYSIS_RANDOMACCESSES_H
#define ELENA_TEST_UNIT_ANALYSIS_RANDOMACCESSES_H

#include "SymbolWorld.h"
#include "elena/Analysis/JointForm.h"

#include <map>
#include <set>

namespace elena::test {

enum class AccessKind {
  /// Chains of view ops on a contiguous storage.
  Views,
  /// Any offset, sizes and strides (as_strided) on a contiguous storage.
  Raw,
  /// Views of a storage with any strides, different indices of which are known
  /// to be different cells.
  Strided,
  /// Parts of [B, N, C], where N is the sum of several products (what a
  /// concatenation in the middle makes), over (b, h, w, c) or (b, n, c).
  Concatenated
};

struct Accesses {
  StorageLayout layout;
  std::vector<AccessRegion> regions;
  std::string str() const;
};

/// Two accesses, sometimes three, of one storage; the second is often like the
/// first: that is where mistakes are.
Accesses makeAccesses(AccessKind kind, bool isSymbolic, Random &random,
                      SymbolWorld &world);

using PointAndCell = std::pair<std::vector<int64_t>, int64_t>;

/// All points of the box, each with its cell.
std::vector<PointAndCell> enumerate(const AccessRegion &region,
                                    const Sample &sample);
/// More points than are worth a look?
bool isTooLarge(const Accesses &accesses, const Sample &sample);

} // namespace elena::test

#endif // ELENA_TEST_UNIT_ANALYSIS_RANDOMACCESSES_H
