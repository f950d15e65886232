//===- OwnerComputes.cpp - Loops in order, plane by plane -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   group: fill of s [C, H, W]
//   for i in [0, N): group: iteration i, in plane p(i) of s
//
// becomes, for so many owners P that their questions cost no more than the fill
// does,
//
//   foreach k in [0, P):
//     first = k*C/P, end = (k+1)*C/P
//     group: fill of s[first:end]
//     for i in [0, N): if first <= p(i) < end: group: iteration i
//
//===----------------------------------------------------------------------===//

#include "LoopRewriting.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// The planes of one owner.
struct PlaneRange {
  Value first, end, count;
};

class OwnerRewriting {
public:
  OwnerRewriting(scf::ForOp loop, const PlaneVerdict &verdict,
                 SymbolicViews &views)
      : loop(loop), verdict(verdict), views(views) {}

  void rewrite();

private:
  Value emitOwners(OpBuilder &builder, Value planes);
  PlaneRange emitRange(OpBuilder &builder, Value owner, Value owners,
                       Value planes);
  void moveFill(OpBuilder &builder, const PlaneRange &range);
  void restrictStage(StageOp stage, const PlaneRange &range);
  Value restrictRef(OpBuilder &builder, Value ref, int64_t dimension,
                    const PlaneRange &range);
  void moveLoop(OpBuilder &builder, const PlaneRange &range, Value plane);
  void eraseChecks();

  scf::ForOp loop;
  const PlaneVerdict &verdict;
  SymbolicViews &views;
};
} // namespace

//===----------------------------------------------------------------------===//
// Owners
//===----------------------------------------------------------------------===//

/// What it costs to ask an iteration whose it is, in cells that could be
/// written instead (measured on the CPU).
static constexpr int64_t kCellsPerQuestion = 4;

/// Each owner asks of each iteration whether it is one of its own. That is at
/// most as much work as writing the storage once, or there is one owner, whose
/// loop is that of the host.
Value OwnerRewriting::emitOwners(OpBuilder &builder, Value planes) {
  Location loc = loop.getLoc();
  IndexArith arith(builder, loc);
  OpFoldResult cells = arith.constant(1);
  AllocOp storage = verdict.storage;
  for (OpFoldResult size : storage.getMixedSizes())
    cells = arith.mul(cells, arith.max(size, arith.constant(0)));
  OpFoldResult iterations = arith.max(
      emitIterationCount(builder, loop, views.getValues()), arith.constant(1));
  OpFoldResult cost = arith.mul(iterations, arith.constant(kCellsPerQuestion));
  OpFoldResult affordable =
      arith::DivUIOp::create(builder, loc, arith.materialize(cells),
                             arith.materialize(cost))
          .getResult();
  return arith.materialize(
      arith.min(planes, arith.max(affordable, arith.constant(1))));
}

PlaneRange OwnerRewriting::emitRange(OpBuilder &builder, Value owner,
                                     Value owners, Value planes) {
  Location loc = loop.getLoc();
  IndexArith arith(builder, loc);
  auto firstOf = [&](OpFoldResult owner) -> Value {
    return arith::DivUIOp::create(
        builder, loc, arith.materialize(arith.mul(owner, planes)), owners);
  };
  Value first = firstOf(owner);
  Value end = firstOf(arith.add(owner, arith.constant(1)));
  return {first, end, arith.materialize(arith.sub(end, first))};
}

//===----------------------------------------------------------------------===//
// The fill
//===----------------------------------------------------------------------===//

/// The part of the ref that lies in the planes; what is private to a point of
/// the group is so still.
Value OwnerRewriting::restrictRef(OpBuilder &builder, Value ref,
                                  int64_t dimension, const PlaneRange &range) {
  IndexArith arith(builder, ref.getLoc());
  FailureOr<RootedView> rooted = composeToRoot(arith, ref);
  assert(succeeded(rooted) && "verified views compose");
  SymbolicView &view = rooted->view;
  view.sizes[dimension] = range.count;
  view.offset =
      arith.add(view.offset, arith.mul(range.first, view.strides[dimension]));
  auto type = cast<RefType>(ref.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dimension] = ShapedType::kDynamic;
  return StridedViewOp::create(builder, ref.getLoc(), rooted->root, view,
                               RefType::get(shape, type.getElementType()));
}

void OwnerRewriting::restrictStage(StageOp stage, const PlaneRange &range) {
  int64_t dimension = (*stage.getAlong())[verdict.fillDimension];
  OpBuilder builder(stage);
  for (OpOperand &input : stage.getInputsMutable())
    input.set(restrictRef(builder, input.get(), dimension, range));
  // Outputs have no dimension for those that are reduced.
  int64_t place =
      dimension - llvm::count_if(stage.getDimensionsOf(IteratorKind::Reduction),
                                 [&](int64_t d) { return d < dimension; });
  for (OpOperand &output : stage.getOutputsMutable())
    output.set(restrictRef(builder, output.get(), place, range));
  SmallVector<OpFoldResult> box = stage.getMixedBox();
  box[dimension] = range.count;
  stage.setMixedBox(box);
  stage.getBody().walk([&](IndexOp index) {
    if (static_cast<int64_t>(index.getDimension()) != dimension)
      return;
    builder.setInsertionPointAfter(index);
    auto moved =
        arith::AddIOp::create(builder, index.getLoc(), index, range.first);
    index.getResult().replaceAllUsesExcept(moved, moved);
  });
}

void OwnerRewriting::moveFill(OpBuilder &builder, const PlaneRange &range) {
  GroupOp fill = verdict.fill;
  SmallVector<OpFoldResult> over = fill.getMixedOver();
  over[verdict.fillDimension] = range.count;
  auto group = GroupOp::create(builder, fill.getLoc(), over);
  group->setDiscardableAttrs(fill->getDiscardableAttrDictionary());
  group.getBody().takeBody(fill.getBody());
  for (StageOp stage : group.getBody().getOps<StageOp>())
    restrictStage(stage, range);
  auto pack = fill->getParentOfType<PackOp>();
  fill.erase();
  if (!pack)
    return;
  // What the pack has computed for the group moves with it.
  for (Operation &op : llvm::make_early_inc_range(pack.getBody().front()))
    if (isPure(&op))
      op.moveBefore(pack);
  if (pack.getBody().front().empty())
    pack.erase();
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

/// The ops of the block that the value is computed by.
static llvm::SmallPtrSet<Operation *, 16> findSlice(Value value, Block *block) {
  llvm::SmallPtrSet<Operation *, 16> slice;
  SmallVector<Value> pending{value};
  while (!pending.empty()) {
    Value next = pending.pop_back_val();
    Operation *op = next.getDefiningOp();
    if (!op || op->getBlock() != block || !slice.insert(op).second)
      continue;
    llvm::append_range(pending, op->getOperands());
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    llvm::append_range(pending, captured);
  }
  return slice;
}

/// In front of the branch stands what says whether to take it.
void OwnerRewriting::moveLoop(OpBuilder &builder, const PlaneRange &range,
                              Value plane) {
  Location loc = loop.getLoc();
  llvm::SmallPtrSet<Operation *, 16> slice = findSlice(plane, loop.getBody());
  loop->moveBefore(builder.getInsertionBlock(), builder.getInsertionPoint());
  Operation *terminator = loop.getBody()->getTerminator();
  OpBuilder inside(terminator);
  auto isFrom = arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::sge,
                                      plane, range.first);
  auto isBefore = arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::slt,
                                        plane, range.end);
  auto isOwn = arith::AndIOp::create(inside, loc, isFrom, isBefore);
  auto branch = scf::IfOp::create(inside, loc, isOwn, /*withElseRegion=*/false);
  Operation *end = branch.thenBlock()->getTerminator();
  for (Operation &op : llvm::make_early_inc_range(*loop.getBody())) {
    if (&op == isFrom)
      break;
    if (!slice.contains(&op))
      op.moveBefore(end);
  }
}

void OwnerRewriting::eraseChecks() {
  SmallVector<AssertOp> checks;
  loop->walk([&](AssertOp check) { checks.push_back(check); });
  if (checks.empty())
    return;
  OpBuilder builder(loop);
  cloneChecks(builder, loop);
  for (AssertOp check : checks)
    check.erase();
}

void OwnerRewriting::rewrite() {
  eraseChecks();
  Location loc = loop.getLoc();
  OpBuilder inLoop(loop.getBody()->getTerminator());
  OpFoldResult plane =
      views.getValues().materialize(inLoop, loc, verdict.plane);
  Value planeNumber = IndexArith(inLoop, loc).materialize(plane);

  OpBuilder builder(loop);
  IndexArith arith(builder, loc);
  AllocOp storage = verdict.storage;
  Value planes = arith.materialize(
      arith.max(storage.getMixedSizes()[verdict.dimension], arith.constant(0)));
  Value owners = emitOwners(builder, planes);
  auto kernel =
      ForeachOp::create(builder, loc, owners,
                        arith.materialize(arith.constant(kThreadsPerBlock)));
  GroupOp fill = verdict.fill;
  if (Attribute name = fill->getAttr("name"))
    kernel->setAttr("name", name);
  Block &body = kernel.getBody().emplaceBlock();
  Value owner = body.addArgument(builder.getIndexType(), loc);
  builder.setInsertionPointToStart(&body);
  PlaneRange range = emitRange(builder, owner, owners, planes);
  moveFill(builder, range);
  moveLoop(builder, range, planeNumber);
}

void elena::runByOwners(scf::ForOp loop, const PlaneVerdict &verdict,
                        SymbolicViews &views) {
  OwnerRewriting(loop, verdict, views).rewrite();
}
