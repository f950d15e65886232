//===- LoopRewriting.h - Loops of the host as kernels -----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_LOOPREWRITING_H
#define ELENA_LIB_TRANSFORMS_LOOPREWRITING_H

#include "elena/Analysis/OwnedPlanes.h"

namespace elena {

/// The checks of all iterations of `loop`, in a loop of the host: they depend
/// on nothing that the loop writes.
mlir::scf::ForOp cloneChecks(mlir::OpBuilder &builder, mlir::scf::ForOp loop);

/// How many iterations the loop has. `values` is about what runs before it.
mlir::Value emitIterationCount(mlir::OpBuilder &builder, mlir::scf::ForOp loop,
                               SymbolicValues &values);

/// Makes one kernel of the loop and the group before it: its iterations are
/// owners of planes, which make theirs and run in order those iterations of the
/// loop that touch them. The verdict says that this is legal.
void runByOwners(mlir::scf::ForOp loop, const PlaneVerdict &verdict,
                 SymbolicViews &views);

} // namespace elena

#endif // ELENA_LIB_TRANSFORMS_LOOPREWRITING_H
