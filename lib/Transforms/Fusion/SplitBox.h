//===- SplitBox.h - Boxes with split dimensions -----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_FUSION_SPLITBOX_H
#define ELENA_LIB_TRANSFORMS_FUSION_SPLITBOX_H

#include "elena/Transforms/Fusion/FusionProgram.h"

namespace elena::fusion {

/// The indices of the original's box over that of the changed one. Both count
/// from where a piece of an op's box begins.
llvm::SmallVector<AffineForm, 4> getLocalIndices(const Stage &original,
                                                 const Stage &changed);

/// Has the changed stage the points of the original one, in the same order?
/// Each old dimension is one or more new ones, and the old index the number of
/// the point among them in C order: i = W*y + x for i split into y and x.
bool isSplitBox(const SymbolFacts &facts, const Stage &original,
                const Stage &changed);

/// Do the stages, whose boxes fit, write the same cells and gather from the
/// same refs?
bool hasSameAccesses(const SymbolFacts &facts, const Stage &original,
                     const Stage &changed);

} // namespace elena::fusion

#endif // ELENA_LIB_TRANSFORMS_FUSION_SPLITBOX_H
