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

LogicalResult GroupOp::verify() {
  for (Operation &op : getBody().front())
    if (!isa<StageOp>(op))
      return emitOpError() << "holds stages only, but here is a '"
                           << op.getName() << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// StageOp
//===----------------------------------------------------------------------===//

SmallVector<OpFoldResult> StageOp::getMixedBox() {
  return getMixedValues(getStaticBox(), getBox(), getContext());
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

LogicalResult StageOp::verify() {
  if (getOutputs().empty())
    return emitOpError("has no output");
  if (getIterators().size() != getStaticBox().size())
    return emitOpError() << "has " << getIterators().size()
                         << " iterators for a box of rank "
                         << getStaticBox().size();
  if (failed(verifyRunTimeCount(*this, "sizes", getBox(), getStaticBox())))
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
