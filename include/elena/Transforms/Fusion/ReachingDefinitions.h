//===- ReachingDefinitions.h - Who wrote what is read -----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// When may a read be replaced by the expression that was stored there? For
//
//   x = zeros(n) ; x[2:] = u ; z = x[::-1]        z over i reads x[n-1-i]
//
// the store wrote it last, at its point k = n-3-i, where there is such a point
// (k >= 0; k <= n-3 holds for all i). Elsewhere it was the fill, which wrote
// all of x: with it the search ends. So z[i] is u[n-3-i] if n-3-i >= 0, else 0,
// provided that nobody changes u from the store up to z, and z itself does not
// either.
//
// A definition may read what is no longer there, its own old value above all:
//
//   b = x - m ; b /= s ; z = b.max()              the quotient reads b
//
// Then that read is replaced as well, by what was there when the writer ran:
// `find` goes back from any *time*. Only reads that are left have to be of
// cells that have not changed since their time.
//
// Every question here is about legality, and has its name in Legality.h;
// whether it is worth it is asked elsewhere (RecomputeProfit.h). Nothing is
// changed: Recompute.cpp rewrites.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_REACHINGDEFINITIONS_H
#define ELENA_TRANSFORMS_FUSION_REACHINGDEFINITIONS_H

#include "elena/Transforms/Fusion/Conflicts.h"
#include "elena/Transforms/Fusion/Legality.h"
#include "llvm/ADT/BitVector.h"

namespace elena::fusion {

/// What a read would be replaced by.
struct Definition {
  unsigned stage;
  /// The index in each dimension of that stage, over the reader's box.
  llvm::SmallVector<AffineForm, 4> indices;
  /// What has to be >= 0 for the reader's point to be in the stage's box.
  llvm::SmallVector<AffineForm, 2> conditions;
  /// The stage's expression over a box in which neighbouring dimensions are
  /// one, in C order, if `indices` and `conditions` are about that one.
  std::optional<Expression> flat;
};

class ReachingDefinitions {
public:
  explicit ReachingDefinitions(const FusionProgram &program);

  /// The last stage that may have written any of what is read, and the point of
  /// it that did, or the rule that is broken.
  struct LastWrite {
    std::optional<unsigned> writer = {};
    std::optional<Definition> definition = {};
    std::optional<Legality> broken = {};
  };
  /// Of the stages before `before`, for a read over any box.
  LastWrite find(const StageAccess &read, unsigned before) const;

  /// Legality::MustWrite: what the cell that a point writes holds afterwards.
  Expression getValue(unsigned writer) const;

  /// Legality::ParallelReader.
  bool isParallelReader(unsigned reader) const;
  /// Legality::Cover: the writers, taken together, write every cell of the
  /// storage.
  bool cover(llvm::ArrayRef<unsigned> writers, unsigned storage) const;
  /// Legality::Unchanged: no write, from that of stage `time` itself up to the
  /// reader, changes what is read, over any box.
  bool isUnchanged(unsigned time, unsigned reader,
                   const StageAccess &read) const;
  /// The same for all that may be gathered; nor does the reader change it.
  bool isUnchanged(unsigned time, unsigned reader, const Gather &gather) const;
  /// Legality::ReadsFirst: nor does the reader, before it is read.
  bool readsFirst(unsigned reader, const StageAccess &read) const;
  /// Legality::GuardedLoad: the loads of the expression may become conditional.
  /// Such a load names its cell by its distance from the first one of its
  /// storage.
  bool canBeGuarded(const Expression &expression) const;

  /// A load over a box: a stage's own one, or that of what it gathers.
  static StageAccess getAccess(const Input &load, const Polynomials &box) {
    return {load.storage, false, true, {load.cell, box}};
  }

private:
  bool isLastWriter(unsigned writer, const StageAccess &write, unsigned before,
                    unsigned storage) const;
  std::optional<Definition> findPoint(unsigned writer, const StageAccess &write,
                                      const StageAccess &read,
                                      size_t rank) const;
  std::optional<Definition> solve(unsigned writer, const AccessRegion &write,
                                  unsigned storage, const StageAccess &read,
                                  size_t rank) const;
  std::optional<Definition> solveAnew(const AccessRegion &write,
                                      unsigned storage, const StageAccess &read,
                                      size_t rank) const;
  std::optional<Definition> solveJoined(unsigned writer,
                                        const StageAccess &write,
                                        const StageAccess &read,
                                        size_t rank) const;
  llvm::BitVector getOwnDigits(const StageAccess &write,
                               const StageAccess &read) const;
  bool barrierBetween(unsigned a, unsigned b, unsigned storage) const;
  bool overwrites(unsigned stage, const StageAccess &read, size_t rank,
                  llvm::function_ref<bool(const Meeting &)> isHarmless) const;

  const FusionProgram &program;
  /// By storage: the stages that may write to cells of it, in order.
  std::vector<std::vector<unsigned>> writersOf;
  /// What `solve` has found, by storage and regions: reads are tried again for
  /// each reader that what they are part of is computed in.
  mutable llvm::StringMap<std::optional<Definition>> solved;
  mutable llvm::StringMap<llvm::BitVector> ownDigits;
};

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_REACHINGDEFINITIONS_H
