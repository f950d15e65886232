//===- GroupOps.cpp - Groups, stages, kernels -----------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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
    return success();
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
  bool accumulates = !getDimensionsOf(IteratorKind::Reduction).empty() ||
                     !getDimensionsOf(IteratorKind::Scan).empty();
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
  size_t wanted = getOutputs().size() + (getMasked() ? 1 : 0) +
                  getScatter().value_or(0);
  if (yield.getValues().size() != wanted)
    return emitOpError() << "the body yields " << yield.getValues().size()
                         << " values where " << wanted << " are wanted";
  if (getMasked() && !yield.getValues().back().getType().isInteger(1))
    return emitOpError("the last value of a masked stage is an i1");
  return success();
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
