//===- WriteHistory.h - Who writes a cell when ------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All writes of a program, removed stages included: a stage is removed because
// nobody reads any more what it has written, so what it had written counts
// where the reads that are gone are judged.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_FUSION_WRITEHISTORY_H
#define ELENA_LIB_TRANSFORMS_FUSION_WRITEHISTORY_H

#include "AccessPairs.h"

namespace elena::fusion {

class WriteHistory {
public:
  explicit WriteHistory(const FusionProgram &program);

  /// The writes of a stage.
  llvm::ArrayRef<StageAccess> of(unsigned stage) const { return writes[stage]; }

  /// A stage of [from, to) that may write a cell of the region.
  std::optional<unsigned> findWriter(unsigned from, unsigned to,
                                     unsigned storage,
                                     const AccessRegion &region) const;
  /// May a barrier between the two stages write to the storage?
  bool barrierMayWrite(unsigned from, unsigned to, unsigned storage) const;

private:
  const FusionProgram &program;
  std::vector<llvm::SmallVector<StageAccess, 1>> writes;
  /// For each storage, the stages that write to it or to what may share cells
  /// with it, ascending.
  std::vector<llvm::SmallVector<unsigned, 4>> writersOf;
};

/// A stage that is left and reads what the removed one would have written; the
/// removed stage itself if somebody outside the block may.
/// Is every cell that the stage writes written again by live stages before it
/// is read, or seen outside?
bool isOverwritten(const FusionProgram &program, AccessPairs &live,
                   const WriteHistory &history, unsigned removed);

std::optional<unsigned> findReader(const FusionProgram &program,
                                   const AccessPairs &live,
                                   const WriteHistory &history,
                                   unsigned removed);

} // namespace elena::fusion

#endif // ELENA_LIB_TRANSFORMS_FUSION_WRITEHISTORY_H
