//===- GroupToLoops.cpp - Groups as loop nests over memrefs ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/GroupEmitter.h"
#include "elena/Conversion/Passes.h"
#include "elena/Conversion/StageEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"

namespace elena {
#define GEN_PASS_DEF_GROUPTOLOOPS
#include "elena/Conversion/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// A loop nest over the parallel dimensions, in C order, around each point.
/// Another stage of the group comes after all points of this one.
static void lowerStage(OpBuilder &builder, StageOp stage, bool isAlone) {
  OpBuilder::InsertionGuard guard(builder);
  Location loc = stage.getLoc();
  SmallVector<Value> indices;
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  for (Value extent : getParallelExtents(builder, stage)) {
    auto loop = scf::ForOp::create(builder, loc, zero, extent, one);
    if (isAlone)
      loop->setAttr(kParallelAttr, builder.getUnitAttr());
    builder.setInsertionPointToStart(loop.getBody());
    indices.push_back(loop.getInductionVar());
  }
  emitStagePoint(builder, stage, indices);
}

static void lowerGroup(OpBuilder &builder, GroupOp group) {
  if (group.isFused())
    return emitGroupLoops(builder, group);
  auto stages = group.getBody().front().getOps<StageOp>();
  for (StageOp stage : stages)
    lowerStage(builder, stage, llvm::hasSingleElement(stages));
}

static void lowerKernel(Operation *kernel) {
  OpBuilder builder(kernel);
  kernel->walk([&](GroupOp group) { lowerGroup(builder, group); });
  kernel->erase();
}

/// One iteration after the other, and its groups one after the other.
static void lowerForeach(ForeachOp foreach) {
  OpBuilder builder(foreach);
  Location loc = foreach.getLoc();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto loop = scf::ForOp::create(builder, loc, zero, foreach.getCount(), one);
  loop->setAttr(kParallelAttr, builder.getUnitAttr());
  builder.setInsertionPointToStart(loop.getBody());
  SmallVector<Operation *> kernels = foreach.getKernels();
  inlineIteration(builder, foreach, loop.getInductionVar());
  llvm::for_each(kernels, lowerKernel);
  foreach
    .erase();
}

namespace {
struct GroupToLoops : elena::impl::GroupToLoopsBase<GroupToLoops> {
  using GroupToLoopsBase::GroupToLoopsBase;

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!kernel->hasAttr(kKernelAttr) || kernel.isDeclaration())
      return;
    lowerGroupBodies(kernel.getBody());
    for (Operation *root : getKernelRoots(kernel)) {
      if (auto foreach = dyn_cast<ForeachOp>(root))
        lowerForeach(foreach);
      else
        lowerKernel(root);
    }
    eraseUnusedRefs(kernel.getBody());
  }
};
} // namespace
