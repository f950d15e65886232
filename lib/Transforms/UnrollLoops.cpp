//===- UnrollLoops.cpp - Inner loops of a few iterations ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for i in [0, n)                  for i in [0, n)
//     for j in [0, 2)                  y[i, 0] = x[i, 0] - x[i, 2]
//       y[i, j] = x[i, j]              y[i, 1] = x[i, 1] - x[i, 3]
//                 - x[i, j + 2]
//
// LLVM vectorises innermost loops. On the right it does eight rows at a time.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"

namespace elena {
#define GEN_PASS_DEF_UNROLLLOOPS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;

/// A loop of four is a vector, and often part of a row that LLVM has use for.
static constexpr int64_t kMostIterations = 3;

/// All iterations together.
static constexpr int64_t kMostOperations = 256;

static bool isInnermost(scf::ForOp loop) {
  return loop->getParentOfType<scf::ForOp>() &&
         !loop.getBody()
              ->walk([](scf::ForOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
}

static bool isShort(scf::ForOp loop) {
  std::optional<llvm::APInt> trips = loop.getStaticTripCount();
  if (!trips || trips->sgt(kMostIterations))
    return false;
  int64_t operations = loop.getBody()->getOperations().size();
  return operations * trips->getSExtValue() <= kMostOperations;
}

namespace {
struct UnrollLoops : elena::impl::UnrollLoopsBase<UnrollLoops> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (isInnermost(loop) && isShort(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      if (failed(loopUnrollFull(loop)))
        return signalPassFailure();
  }
};
} // namespace
