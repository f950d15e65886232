//===- GroupOps.cpp - Groups, stages, kernels -----------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MixedNumbers.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace elena::tensorref;

static RefType refType(Value value) { return cast<RefType>(value.getType()); }

//===----------------------------------------------------------------------===//
// GroupOp, PackOp
//===----------------------------------------------------------------------===//

void GroupOp::build(OpBuilder &builder, OperationState &state,
                    ArrayRef<OpFoldResult> over, bool sequentialT,
                    bool descending) {
  SmallVector<Value> dynamicOver;
  SmallVector<int64_t> staticOver;
  splitNumbers(builder, state.location, over, dynamicOver, staticOver);
  build(builder, state, dynamicOver, builder.getDenseI64ArrayAttr(staticOver),
        sequentialT, descending);
}

SmallVector<OpFoldResult> GroupOp::getMixedOver() {
  if (!isFused())
    return {};
  return getMixedValues(*getStaticOver(), getOver(), getContext());
}

SmallVector<OpFoldResult> GroupOp::getMixedThreadSizes() {
  if (isFused())
    return getSequentialT() ? SmallVector<OpFoldResult>() : getMixedOver();
  auto stages = getBody().getOps<StageOp>();
  if (stages.empty())
    return {};
  StageOp stage = *stages.begin();
  return llvm::map_to_vector(stage.getParallelDimensions(), [&](int64_t dim) {
    return stage.getMixedBox()[dim];
  });
}

LogicalResult GroupOp::verify() {
  if (getSequentialT() && !isFused())
    return emitOpError("without `over` has no points to run in order: "
                       "`sequential_t` is for fused groups");
  if (getDescending() && !getSequentialT())
    return emitOpError("has no order that could be descending: `descending` "
                       "follows `sequential_t`");
  return verifyRunTimeCount(*this, "sizes", getOver(),
                            getStaticOver().value_or(ArrayRef<int64_t>()));
}

/// An allocation of a fused group is storage of one point: a few registers.
static LogicalResult verifyPrivateStorage(GroupOp group, AllocOp alloc) {
  if (!group.isFused())
    return alloc.emitOpError("in a group without `over` has no point to be "
                             "private to: allocate before the group");
  if (!alloc.getSizes().empty())
    return alloc.emitOpError("in a group is storage of one point, so its sizes "
                             "are constant");
  return success();
}

/// Does the stage say for each dimension of the group's space what runs there?
static LogicalResult verifyPlace(GroupOp group, StageOp stage) {
  if (!group.isFused() && stage.getAlong())
    return stage.emitOpError("has `along`, but its group has no `over`");
  if (!group.isFused())
    return success();
  if (!stage.getAlong())
    return stage.emitOpError("of a group with `over` says by `along` at which "
                             "point it runs");
  size_t wanted = group.getStaticOver()->size();
  if (stage.getAlong()->size() != wanted)
    return stage.emitOpError()
           << "names " << stage.getAlong()->size()
           << " dimensions in `along` where the group's space has " << wanted;
  return success();
}

LogicalResult GroupOp::verifyRegions() {
  for (Operation &op : getBody().front()) {
    LogicalResult verified = success();
    if (auto stage = dyn_cast<StageOp>(op))
      verified = verifyPlace(*this, stage);
    else if (auto alloc = dyn_cast<AllocOp>(op))
      verified = verifyPrivateStorage(*this, alloc);
    else if (!isPure(&op))
      verified = emitOpError() << "holds stages and pure ops, but here is a '"
                               << op.getName() << "'";
    if (failed(verified))
      return failure();
  }
  return success();
}

LogicalResult PackOp::verify() {
  for (Operation &op : getBody().front())
    if (!isa<GroupOp>(op) && !isPure(&op))
      return emitOpError() << "packs groups and pure ops, but here is a '"
                           << op.getName() << "'";
  return success();
}

SmallVector<Operation *> elena::tensorref::getKernelRoots(Operation *within) {
  SmallVector<Operation *> roots;
  within->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<GroupOp, PackOp, ForeachOp>(op))
      return WalkResult::advance();
    roots.push_back(op);
    return WalkResult::skip();
  });
  return roots;
}

//===----------------------------------------------------------------------===//
// StageOp
//===----------------------------------------------------------------------===//

void StageOp::build(OpBuilder &builder, OperationState &state, ValueRange box,
                    ArrayRef<int64_t> staticBox, ArrayAttr iterators,
                    ValueRange inputs, ValueRange gathers, ValueRange outputs,
                    ArrayAttr combiners, bool masked, IntegerAttr scatter,
                    bool sequential) {
  build(builder, state, box, staticBox, iterators, inputs, gathers, outputs,
        combiners, masked, scatter, sequential, /*along=*/{}, /*shifts=*/{},
        /*static_shifts=*/{});
}

SmallVector<OpFoldResult> StageOp::getMixedBox() {
  return getMixedValues(getStaticBox(), getBox(), getContext());
}

void StageOp::setMixedBox(ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> dynamicSizes;
  SmallVector<int64_t> staticSizes;
  OpBuilder builder(*this);
  splitNumbers(builder, getLoc(), sizes, dynamicSizes, staticSizes);
  getBoxMutable().assign(dynamicSizes);
  setStaticBox(staticSizes);
}

SmallVector<IteratorKind> StageOp::getIteratorKinds() {
  return llvm::map_to_vector(
      getIterators().getAsRange<IteratorKindAttr>(),
      [](IteratorKindAttr kind) { return kind.getValue(); });
}

SmallVector<ReduceKind> StageOp::getCombinerKinds() {
  if (!getCombiners())
    return {};
  return llvm::map_to_vector(
      getCombiners()->getAsRange<ReduceKindAttr>(),
      [](ReduceKindAttr kind) { return kind.getValue(); });
}

SmallVector<int64_t> StageOp::getDimensionsOf(IteratorKind kind) {
  SmallVector<int64_t> dims;
  for (auto [d, iterator] : llvm::enumerate(getIteratorKinds()))
    if (iterator == kind)
      dims.push_back(d);
  return dims;
}

SmallVector<int64_t> StageOp::getParallelDimensions() {
  if (getSequential())
    return {};
  SmallVector<int64_t> dims = getDimensionsOf(IteratorKind::Parallel);
  if (!getScatter())
    return dims;
  // The others may lead to one cell of the output, and the last one wins.
  for (Value output : getOutputs()) {
    int64_t kept = refType(output).getRank() - *getScatter();
    llvm::erase_if(dims, [&](int64_t d) { return d < getBoxRank() - kept; });
  }
  return dims;
}

SmallVector<OpFoldResult> StageOp::getMixedShifts() {
  if (!getStaticShifts())
    return {};
  return getMixedValues(*getStaticShifts(), getShifts(), getContext());
}

void StageOp::setMixedAlong(ArrayRef<int64_t> dims,
                            ArrayRef<OpFoldResult> shifts) {
  SmallVector<Value> dynamicShifts;
  SmallVector<int64_t> staticShifts;
  OpBuilder builder(*this);
  splitNumbers(builder, getLoc(), shifts, dynamicShifts, staticShifts);
  setAlong(dims);
  getShiftsMutable().assign(dynamicShifts);
  setStaticShifts(staticShifts);
}

SmallVector<int64_t> StageOp::getInnerDimensions() {
  ArrayRef<int64_t> named = getAlong().value_or(ArrayRef<int64_t>());
  auto dims = llvm::to_vector(llvm::seq<int64_t>(getBoxRank()));
  llvm::erase_if(dims, [&](int64_t d) { return llvm::is_contained(named, d); });
  return dims;
}

/// A scatter and a stage with a scan or reduction dimension read at other
/// points than they write.
bool StageOp::isElementwise(OpOperand &read, OpOperand &) {
  bool gathered = llvm::any_of(getGathersMutable(), [&](OpOperand &operand) {
    return &operand == &read;
  });
  return !gathered && !getCombiners() && !getScatter() && !getSequential();
}

void StageOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  for (OpOperand &input : getInputsMutable())
    accesses.push_back({&input, AccessKind::Read});
  for (OpOperand &gather : getGathersMutable())
    accesses.push_back({&gather, AccessKind::Read, /*must=*/false});
  bool must = !getMasked() && !getScatter();
  for (OpOperand &output : getOutputsMutable())
    accesses.push_back({&output, AccessKind::Write, must});
}

/// The yielded values are stored in the outputs; after them come the indices of
/// a scatter and the condition of a masked stage.
static LogicalResult verifyYielded(StageOp op, YieldOp yield) {
  size_t outputs = op.getOutputs().size();
  size_t scattered = op.getScatter().value_or(0);
  size_t wanted = outputs + scattered + (op.getMasked() ? 1 : 0);
  if (yield.getValues().size() != wanted)
    return op.emitOpError() << "the body yields " << yield.getValues().size()
                            << " values where " << wanted << " are wanted";
  SmallVector<ReduceKind> kinds = op.getCombinerKinds();
  for (auto [k, output] : llvm::enumerate(op.getOutputs())) {
    Type value = yield.getValues()[k].getType();
    if (k < kinds.size() && givesPosition(kinds[k]))
      value = IntegerType::get(op.getContext(), 64);
    if (value != refType(output).getElementType())
      return op.emitOpError()
             << "a value of type " << value << " is stored in a ref of "
             << refType(output).getElementType();
  }
  for (Value index : yield.getValues().slice(outputs, scattered))
    if (!index.getType().isIndex())
      return op.emitOpError("a scatter's indices are of type index");
  if (op.getMasked() && !yield.getValues().back().getType().isInteger(1))
    return op.emitOpError("the last value of a masked stage is an i1");
  return success();
}

/// A scatter's outputs have its leading dimensions, which the body computes,
/// and trailing ones of the box.
static LogicalResult verifyScatterRanks(StageOp op) {
  int64_t scattered = *op.getScatter();
  for (Value output : op.getOutputs()) {
    int64_t kept = refType(output).getRank() - scattered;
    if (scattered < 1 || kept < 0 || kept > op.getBoxRank())
      return op.emitOpError()
             << "scatters " << scattered << " dimensions of an output of rank "
             << refType(output).getRank() << " from a box of rank "
             << op.getBoxRank();
  }
  return success();
}

static LogicalResult verifyStageShapes(StageOp op) {
  SmallVector<int64_t> written;
  for (auto [size, kind] : llvm::zip(op.getStaticBox(), op.getIteratorKinds()))
    if (kind != IteratorKind::Reduction)
      written.push_back(size);
  for (Value input : op.getInputs())
    if (failed(verifyCompatibleShape(refType(input).getShape(),
                                     op.getStaticBox())))
      return op.emitOpError("an input has the shape of the box");
  if (op.getScatter())
    return verifyScatterRanks(op);
  for (Value output : op.getOutputs())
    if (failed(verifyCompatibleShape(refType(output).getShape(), written)))
      return op.emitOpError("an output has the shape of the box without its "
                            "reduction dimensions");
  return success();
}

/// `along` names parallel dimensions of the box, each once.
static LogicalResult verifyAlong(StageOp op) {
  ArrayRef<int64_t> dims = op.getAlong().value_or(ArrayRef<int64_t>());
  ArrayRef<int64_t> shifts = op.getStaticShifts().value_or(ArrayRef<int64_t>());
  if (dims.size() != shifts.size())
    return op.emitOpError() << "has " << shifts.size() << " shifts for "
                            << dims.size() << " dimensions in `along`";
  for (auto [k, dim] : llvm::enumerate(dims)) {
    if (dim < 0 || dim >= op.getBoxRank())
      return op.emitOpError() << "runs along dimension " << dim
                              << " of a box of rank " << op.getBoxRank();
    if (llvm::is_contained(dims.take_front(k), dim))
      return op.emitOpError()
             << "names dimension " << dim << " twice in `along`";
    if (op.getIteratorKinds()[dim] != IteratorKind::Parallel)
      return op.emitOpError()
             << "runs along dimension " << dim
             << ", whose points must be in one point of the group's space: "
                "only parallel dimensions are spread over it";
  }
  return verifyRunTimeCount(op, "shifts", op.getShifts(), shifts);
}

LogicalResult StageOp::verify() {
  if (getOutputs().empty())
    return emitOpError("has no output");
  if (getIterators().size() != getStaticBox().size())
    return emitOpError() << "has " << getIterators().size()
                         << " iterators for a box of rank "
                         << getStaticBox().size();
  if (failed(verifyRunTimeCount(*this, "sizes", getBox(), getStaticBox())) ||
      failed(verifyAlong(*this)))
    return failure();
  size_t reduced = getDimensionsOf(IteratorKind::Reduction).size();
  size_t scanned = getDimensionsOf(IteratorKind::Scan).size();
  bool accumulates = reduced + scanned > 0;
  if (scanned > 1 || (scanned && reduced))
    return emitOpError("has one scan dimension and no reduction beside it, or "
                       "no scan dimension");
  if (accumulates && (getMasked() || getScatter()))
    return emitOpError("masks or scatters, so all its dimensions are parallel");
  if (!accumulates && getCombiners())
    return emitOpError("has combiners, but no dimension to combine along");
  if (accumulates && getCombinerKinds().size() != getOutputs().size())
    return emitOpError("has one combiner per output where there is a reduction "
                       "or scan dimension");
  return verifyStageShapes(*this);
}

LogicalResult StageOp::verifyRegions() {
  Block &body = getBody().front();
  if (body.getNumArguments() != getInputs().size())
    return emitOpError("the body has one argument per input");
  for (auto [argument, input] : llvm::zip(body.getArguments(), getInputs()))
    if (argument.getType() != refType(input).getElementType())
      return emitOpError("a body argument has the element type of its input");
  auto yield = dyn_cast_if_present<YieldOp>(
      body.mightHaveTerminator() ? body.getTerminator() : nullptr);
  if (!yield)
    return emitOpError("the body ends in tensorref.yield");
  return verifyYielded(*this, yield);
}

//===----------------------------------------------------------------------===//
// ElementOp, LaunchOp
//===----------------------------------------------------------------------===//

void ElementOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getRefMutable(), AccessKind::Read, /*must=*/false});
}

LogicalResult ElementOp::verify() {
  if (static_cast<int64_t>(getIndices().size()) != refType(getRef()).getRank())
    return emitOpError() << "has " << getIndices().size()
                         << " indices for a ref of rank "
                         << refType(getRef()).getRank();
  auto stage = (*this)->getParentOfType<StageOp>();
  if (!stage || !llvm::is_contained(stage.getGathers(), getRef()))
    return emitOpError("reads a ref that its stage lists in `gathers`");
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel =
      symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getKernelAttr());
  if (!kernel)
    return emitOpError() << "there is no kernel @" << getKernel();
  if (kernel.getArgumentTypes() != getKernelArguments().getTypes())
    return emitOpError() << "the arguments are not of the types that @"
                         << getKernel() << " takes";
  return success();
}
