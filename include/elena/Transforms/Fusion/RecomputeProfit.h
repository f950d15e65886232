//===- RecomputeProfit.h - Is it worth computing it again? ------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value that is read is either computed again for each reader, or stored and
// loaded, or kept by loops that writer and reader have in common. With
//
//   w = x[:, 2] - x[:, 0] ; y = w[:, None] * d     d over [N, 80]
//
// the subtraction is done 80 times per row instead of once, but costs 1 where a
// load costs as much: worth it. exp(w) instead, at 20, is not. Nothing here
// makes a program wrong: what is legal is asked elsewhere
// (ReachingDefinitions.h).
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_RECOMPUTEPROFIT_H
#define ELENA_TRANSFORMS_FUSION_RECOMPUTEPROFIT_H

#include "elena/Transforms/Fusion/ReachingDefinitions.h"

namespace elena::fusion {

/// Writers of one storage that a reader chooses from.
inline constexpr size_t kMaxChoices = 6;

/// Reads of what has changed since that one read is replaced with.
inline constexpr unsigned kMaxChanged = 64;
inline constexpr const char *kTooLarge =
    "the expression would become too large";

struct Worth {
  bool isWorthIt;
  const char *why;
};

/// Is the reader better off computing what the definition made, which is
/// `value` over the reader's box? `replacesChanged`: the value has in it what
/// was made in several steps, of which the later ones overwrote the earlier.
Worth weigh(const FusionProgram &program, const Definition &definition,
            const Expression &value, bool replacesChanged, unsigned reader);

/// Would the reader become too large with the value in it, worth it or not?
bool isTooLarge(const FusionProgram &program, const Expression &value,
                unsigned reader);

/// Does the value read more than one temporary that the reader goes through
/// element by element? Where they are made they might be kept in registers;
/// what was made of them is one.
bool readsSeveral(const FusionProgram &program, const Expression &value,
                  unsigned reader);

/// Could writer and reader run in common loops? Then a branch per element is
/// the worse choice.
bool sharesIterations(const FusionProgram &program,
                      const Definition &definition, unsigned reader);

bool hasLoads(const Expression &expression);

/// Is there one read only of the storage? Of several, gathers above all, one
/// load each may be better than what it takes to compute it each time.
bool hasSingleReader(const FusionProgram &program, unsigned storage);

/// Is it memory that an iteration of what could be one kernel needs?
bool isOfIteration(const FusionProgram &program, unsigned storage);

/// Not so where something is read in another order than it was made in
/// (x[::-1], windows).
bool walksInOrder(llvm::ArrayRef<AffineForm> indices);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_RECOMPUTEPROFIT_H
