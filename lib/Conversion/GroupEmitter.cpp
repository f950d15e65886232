//===- GroupEmitter.cpp - The points of a fused group ---------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/GroupEmitter.h"
#include "elena/Conversion/StageEmitter.h"
#include "elena/Transforms/RefOfMemref.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// Private storage
//===----------------------------------------------------------------------===//

/// Moves what is not a stage or group before the outermost group or pack:
/// nothing of it depends on the point.
static SmallVector<Operation *> hoistFromBodies(Region &kernel) {
  SmallVector<Operation *> moved;
  kernel.walk([&](Operation *op) {
    if (isa<GroupOp, PackOp>(op->getParentOp()) && !isa<GroupOp, StageOp>(op))
      moved.push_back(op);
  });
  for (Operation *op : moved) {
    Operation *outermost = op->getParentOp();
    if (auto pack = outermost->getParentOfType<PackOp>())
      outermost = pack;
    op->moveBefore(outermost);
  }
  return moved;
}

/// Marks memory on the stack that is of an iteration, not of a point.
static constexpr StringLiteral kOfIterationAttr = "elena.of_iteration";

/// Gives each storage memory of static size: on the stack, so that LLVM can
/// make registers of it, but for that of iterations where `makeShared` is
/// given.
static DenseMap<Value, Value> allocateStorage(Region &kernel,
                                              IterationMemory makeShared) {
  DenseMap<Value, Value> memory;
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
  kernel.walk([&](AllocOp alloc) {
    Type element = cast<RefType>(alloc.getType()).getStorageElementType();
    Location loc = alloc.getLoc();
    bool isOfIteration = alloc->getParentOfType<ForeachOp>() &&
                         !alloc->getParentOfType<GroupOp>();
    if (isOfIteration && makeShared) {
      memory[alloc] = makeShared(loc, alloc.getStaticSizes(), element);
      return;
    }
    auto type = MemRefType::get(alloc.getStaticSizes(), element);
    auto onStack = memref::AllocaOp::create(builder, loc, type);
    if (isOfIteration)
      onStack->setAttr(kOfIterationAttr, builder.getUnitAttr());
    memory[alloc] = onStack;
  });
  return memory;
}

/// The refs of private storage among the operands of the stages.
static llvm::SetVector<Value>
findPrivateRefs(Region &kernel, const DenseMap<Value, Value> &memory) {
  llvm::SetVector<Value> refs;
  kernel.walk([&](StageOp stage) {
    for (Value operand : stage->getOperands())
      if (isa<RefType>(operand.getType()) && memory.contains(getRoot(operand)))
        refs.insert(operand);
  });
  return refs;
}

/// Drops the storages, which have memory now, and the views of them.
static void eraseStorage(Region &kernel) {
  SmallVector<Operation *> ops;
  kernel.walk([&](Operation *op) {
    if (isa<ViewOpInterface, AllocOp, DimOp, StrideOp>(op))
      ops.push_back(op);
  });
  for (Operation *op : llvm::reverse(ops))
    if (op->use_empty())
      op->erase();
}

void elena::lowerGroupBodies(Region &kernel, IterationMemory makeShared) {
  DenseMap<Value, Value> memory = allocateStorage(kernel, makeShared);
  SmallVector<Operation *> moved = hoistFromBodies(kernel);
  SmallVector<std::pair<Value, Value>> replaced;
  for (Value ref : findPrivateRefs(kernel, memory)) {
    OpBuilder builder(kernel.getContext());
    builder.setInsertionPointAfterValue(ref);
    IndexArith arith(builder, ref.getLoc());
    FailureOr<RootedView> rooted = composeToRoot(arith, ref);
    assert(succeeded(rooted) && "verified views compose");
    Type element = cast<RefType>(ref.getType()).getElementType();
    replaced.emplace_back(ref, makeRefOfMemref(builder, ref.getLoc(),
                                               memory[rooted->root], element,
                                               rooted->view));
  }
  for (auto [ref, byMemref] : replaced)
    ref.replaceAllUsesWith(byMemref);
  for (Operation *op : llvm::reverse(moved))
    if (op->use_empty())
      op->erase();
  eraseStorage(kernel);
}

void elena::eraseUnusedRefs(Region &kernel) {
  SmallVector<FromMemRefOp> refs;
  kernel.walk([&](FromMemRefOp ref) { refs.push_back(ref); });
  for (FromMemRefOp ref : refs)
    if (ref->use_empty())
      ref->erase();
}

//===----------------------------------------------------------------------===//
// Where a stage runs
//===----------------------------------------------------------------------===//

/// The size of the box dimension that runs along dimension k of the space.
static OpFoldResult sizeAlong(StageOp stage, size_t k) {
  return stage.getMixedBox()[(*stage.getAlong())[k]];
}

static bool runAtSamePoints(StageOp a, StageOp b) {
  for (auto [k, shifts] :
       llvm::enumerate(llvm::zip(a.getMixedShifts(), b.getMixedShifts())))
    if (!isEqualConstantIntOrValue(std::get<0>(shifts), std::get<1>(shifts)) ||
        !isEqualConstantIntOrValue(sizeAlong(a, k), sizeAlong(b, k)))
      return false;
  return true;
}

namespace {
/// Emits one point; `group` has the space that `point` lies in.
class PointEmitter {
public:
  PointEmitter(OpBuilder &builder, GroupOp group, ValueRange point)
      : builder(builder), over(group.getMixedOver()), point(point) {}

  /// The indices of the dimensions that the stage's `along` names.
  SmallVector<Value> emitIndices(StageOp stage);
  /// Are the indices, of the first dimensions or of all of them, in the stage's
  /// box? Null if they surely are.
  Value emitIsInside(StageOp stage, ValueRange indices);

private:
  bool mayStartLater(StageOp stage, size_t k);
  bool mayEndEarlier(StageOp stage, size_t k);

  OpBuilder &builder;
  SmallVector<OpFoldResult> over;
  ValueRange point;
};
} // namespace

SmallVector<Value> PointEmitter::emitIndices(StageOp stage) {
  IndexArith arith(builder, stage.getLoc());
  SmallVector<Value> indices;
  for (auto [t, shift] : llvm::zip(point, stage.getMixedShifts()))
    indices.push_back(arith.materialize(arith.sub(t, shift)));
  return indices;
}

/// May the first points of the space come before the stage's first one?
bool PointEmitter::mayStartLater(StageOp stage, size_t k) {
  auto shift = getConstantIntValue(stage.getMixedShifts()[k]);
  return !shift || *shift > 0;
}

bool PointEmitter::mayEndEarlier(StageOp stage, size_t k) {
  OpFoldResult size = sizeAlong(stage, k);
  auto shift = getConstantIntValue(stage.getMixedShifts()[k]);
  if (shift && *shift >= 0 && isEqualConstantIntOrValue(size, over[k]))
    return false;
  auto known = getConstantIntValue(size), space = getConstantIntValue(over[k]);
  return !shift || !known || !space || *shift + *known < *space;
}

Value PointEmitter::emitIsInside(StageOp stage, ValueRange indices) {
  Location loc = stage.getLoc();
  IndexArith arith(builder, loc);
  Value inside;
  auto require = [&](arith::CmpIPredicate predicate, Value index,
                     OpFoldResult bound) {
    Value holds = arith::CmpIOp::create(builder, loc, predicate, index,
                                        arith.materialize(bound));
    inside =
        inside ? arith::AndIOp::create(builder, loc, inside, holds) : holds;
  };
  for (auto [k, index] : llvm::enumerate(indices)) {
    if (mayStartLater(stage, k))
      require(arith::CmpIPredicate::sge, index, arith.constant(0));
    if (mayEndEarlier(stage, k))
      require(arith::CmpIPredicate::slt, index, sizeAlong(stage, k));
  }
  return inside;
}

//===----------------------------------------------------------------------===//
// Points and loops
//===----------------------------------------------------------------------===//

void elena::emitGroupPoint(OpBuilder &builder, GroupOp group,
                           ValueRange point) {
  OpBuilder::InsertionGuard guard(builder);
  PointEmitter emitter(builder, group, point);
  OpBuilder::InsertPoint afterBranch = builder.saveInsertionPoint();
  StageOp previous;
  SmallVector<Value> indices;
  for (StageOp stage : group.getBody().front().getOps<StageOp>()) {
    // Neighbours that run at the same points share one branch.
    if (!previous || !runAtSamePoints(previous, stage)) {
      builder.restoreInsertionPoint(afterBranch);
      indices = emitter.emitIndices(stage);
      if (Value inside = emitter.emitIsInside(stage, indices)) {
        auto branch = scf::IfOp::create(builder, stage.getLoc(), inside,
                                        /*withElseRegion=*/false);
        afterBranch = builder.saveInsertionPoint();
        builder.setInsertionPointToStart(branch.thenBlock());
      }
    }
    emitFusedStage(builder, stage, indices);
    previous = stage;
  }
}

/// The stack storage of a point that the stages of a group use.
static llvm::SetVector<Value> findPrivateStorage(GroupOp group) {
  llvm::SetVector<Value> storage;
  for (StageOp stage : group.getBody().front().getOps<StageOp>())
    for (Value operand : stage->getOperands())
      if (auto ref = operand.getDefiningOp<FromMemRefOp>())
        if (auto view = ref.getMemref().getDefiningOp<ViewLikeOpInterface>())
          if (auto memory =
                  view.getViewSource().getDefiningOp<memref::AllocaOp>();
              memory && !memory->hasAttr(kOfIterationAttr))
            storage.insert(memory);
  return storage;
}

/// Most elements of a storage that may become registers.
static constexpr int64_t kMostRegisters = 16;

/// Forgets what the previous point left in private storage. LLVM would carry it
/// from point to point where a stage that writes does not run at all of them,
/// and could not vectorise.
static void emitForget(OpBuilder &builder, Location loc, Value memory) {
  auto type = cast<MemRefType>(memory.getType());
  if (type.getNumElements() == 0 || type.getNumElements() > kMostRegisters)
    return;
  Value none = ub::PoisonOp::create(builder, loc, type.getElementType());
  SmallVector<int64_t> strides = computeStrides(type.getShape());
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    SmallVector<Value> place;
    for (int64_t index : delinearize(i, strides))
      place.push_back(arith::ConstantIndexOp::create(builder, loc, index));
    memref::StoreOp::create(builder, loc, none, memory, place);
  }
}

void elena::emitGroupLoops(OpBuilder &builder, GroupOp group) {
  OpBuilder::InsertionGuard guard(builder);
  Location loc = group.getLoc();
  IndexArith arith(builder, loc);
  SmallVector<Value> point;
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  for (OpFoldResult size : group.getMixedOver()) {
    Value last;
    if (group.getDescending())
      last = arith.materialize(arith.sub(size, arith.constant(1)));
    auto loop =
        scf::ForOp::create(builder, loc, zero, arith.materialize(size), one);
    if (!group.getSequentialT())
      loop->setAttr(kParallelAttr, builder.getUnitAttr());
    builder.setInsertionPointToStart(loop.getBody());
    Value t = loop.getInductionVar();
    point.push_back(last ? arith.materialize(arith.sub(last, t)) : t);
  }
  for (Value memory : findPrivateStorage(group))
    emitForget(builder, loc, memory);
  emitGroupPoint(builder, group, point);
}

//===----------------------------------------------------------------------===//
// Iterations
//===----------------------------------------------------------------------===//

void elena::inlineIteration(OpBuilder &builder, ForeachOp foreach,
                            Value iteration) {
  SmallVector<LoadOp> loads;
  foreach
    ->walk([&](LoadOp load) { loads.push_back(load); });
  foreach
    .getIteration().replaceAllUsesWith(iteration);
  builder.getInsertionBlock()->getOperations().splice(
      builder.getInsertionPoint(), foreach.getBody().front().getOperations());
  for (LoadOp load : loads) {
    OpBuilder before(load);
    load.replaceAllUsesWith(emitLoad(before, load.getLoc(), load.getRef(), {}));
    load.erase();
  }
}
