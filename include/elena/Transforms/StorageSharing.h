//===- StorageSharing.h - One storage for several temporaries ---*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %s: 16 floats, ops 2 to 3     storage 0 = %s     %u at 0, %t at 0
//   %t:  8 floats, ops 0 to 1                        (lives: 2-3, 4-5, 0-1)
//   %u: 16 floats, ops 4 to 5
//
// A life is the closed interval of ops of the block that touch a temporary,
// through views and inside of their regions. Temporaries of one storage have
// lives apart or elements apart. The plan is made, checked by what knows
// nothing of how it was made, and only then applied.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_STORAGESHARING_H
#define ELENA_TRANSFORMS_STORAGESHARING_H

#include "elena/Analysis/SymbolicValues.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"

namespace elena {

/// A storage, and the temporaries that live in it.
struct SharedStorage {
  tensorref::AllocOp host;
  struct Guest {
    tensorref::AllocOp alloc;
    /// The number of its first element in the storage.
    Polynomial offset;
  };
  llvm::SmallVector<Guest, 4> guests;
};

using SharingPlan = std::vector<SharedStorage>;

/// Where a plan is wrong: a sentence, and the temporary that it is about.
struct SharingViolation {
  std::string message;
  tensorref::AllocOp alloc;
};

/// Is every temporary of the plan inside its storage, with nothing else in its
/// elements while it lives, and only where nobody else sees it? Nothing if so.
/// Unknown is no.
std::optional<SharingViolation> checkSharing(mlir::Block &block,
                                             SymbolicValues &symbols,
                                             const SharingPlan &plan);

} // namespace elena

#endif // ELENA_TRANSFORMS_STORAGESHARING_H
