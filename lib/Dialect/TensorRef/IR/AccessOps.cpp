//===- AccessOps.cpp - Ops that read and write elements -------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace elena::tensorref;

static RefType refType(Value value) { return cast<RefType>(value.getType()); }

void elena::tensorref::addAccessEffects(
    Operation *op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  SmallVector<Access> accesses;
  cast<AccessOpInterface>(op).getAccesses(accesses);
  // An access of a view is one of the storage: the effect is on the root, so
  // that analyses that know nothing of views see two refs of a storage meet.
  // Roots of refs may be one storage all the same (arguments), therefore the
  // effects name no value.
  bool reads = false, writes = false;
  for (const Access &access : accesses)
    (access.kind == AccessKind::Read ? reads : writes) = true;
  if (reads)
    effects.emplace_back(MemoryEffects::Read::get());
  if (writes)
    effects.emplace_back(MemoryEffects::Write::get());
}

//===----------------------------------------------------------------------===//
// Shared verification
//===----------------------------------------------------------------------===//

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << '(';
  llvm::interleaveComma(shape, stream, [&](int64_t size) {
    if (ShapedType::isDynamic(size))
      stream << '?';
    else
      stream << size;
  });
  stream << ')';
  return text;
}

/// All refs have one shape, as far as it is known.
static LogicalResult verifySameShape(Operation *op, ValueRange refs) {
  for (Value ref : refs)
    if (failed(verifyCompatibleShape(refType(ref).getShape(),
                                     refType(refs.front()).getShape())))
      return op->emitOpError() << "operands have one shape, but these have "
                               << shapeText(refType(refs.front()).getShape())
                               << " and " << shapeText(refType(ref).getShape())
                               << ": broadcast them explicitly";
  return success();
}

static LogicalResult verifyElementType(Operation *op, Type has, Value ref,
                                       StringRef what) {
  if (has == refType(ref).getElementType())
    return success();
  return op->emitOpError() << what << " has type " << has << " for a ref of "
                           << refType(ref).getElementType();
}

static LogicalResult verifyMask(Operation *op, Value mask) {
  if (refType(mask).getElementType().isInteger(1))
    return success();
  return op->emitOpError("the mask is a ref of i1");
}

/// The body's arguments are the elements of `inputs`.
static LogicalResult verifyBodyArguments(Operation *op, Block &body,
                                         ValueRange inputs) {
  if (body.getNumArguments() != inputs.size())
    return op->emitOpError() << "the body has " << body.getNumArguments()
                             << " arguments for " << inputs.size() << " inputs";
  for (auto [argument, input] : llvm::zip(body.getArguments(), inputs))
    if (argument.getType() != refType(input).getElementType())
      return op->emitOpError()
             << "the body's argument has type " << argument.getType()
             << " for an input of " << refType(input).getElementType();
  return success();
}

static FailureOr<YieldOp> getYield(Operation *op, Block &body) {
  if (auto yield = dyn_cast_if_present<YieldOp>(
          body.mightHaveTerminator() ? body.getTerminator() : nullptr))
    return yield;
  return op->emitOpError("the body ends in tensorref.yield");
}

LogicalResult IndexOp::verify() {
  Operation *op = *this;
  while ((op = op->getParentOp())) {
    int64_t rank = -1;
    if (auto map = dyn_cast<MapOp>(op))
      rank = refType(map.getOutputs().front()).getRank();
    else if (auto reduce = dyn_cast<ReduceOp>(op))
      rank = refType(reduce.getInputs().front()).getRank();
    else if (auto stage = dyn_cast<StageOp>(op))
      rank = stage.getBoxRank();
    if (rank < 0)
      continue;
    int64_t dimension = getDimension();
    if (dimension >= 0 && dimension < rank)
      return success();
    return emitOpError() << "dimension " << dimension
                         << " does not exist: the box has rank " << rank;
  }
  return emitOpError("stands in the body of map, reduce or stage");
}

//===----------------------------------------------------------------------===//
// MapOp
//===----------------------------------------------------------------------===//

void MapOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  for (OpOperand &input : getInputsMutable())
    accesses.push_back({&input, AccessKind::Read});
  for (OpOperand &output : getOutputsMutable())
    accesses.push_back({&output, AccessKind::Write});
}

bool MapOp::isPointwise() {
  return !getBody()
              .walk([](IndexOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
}

LogicalResult MapOp::verify() {
  if (getOutputs().empty())
    return emitOpError("has no output");
  SmallVector<Value> refs(getOutputs());
  llvm::append_range(refs, getInputs());
  return verifySameShape(*this, refs);
}

LogicalResult MapOp::verifyRegions() {
  Block &body = getBody().front();
  if (failed(verifyBodyArguments(*this, body, getInputs())))
    return failure();
  FailureOr<YieldOp> yield = getYield(*this, body);
  if (failed(yield))
    return failure();
  if (yield->getValues().size() != getOutputs().size())
    return emitOpError() << "the body yields " << yield->getValues().size()
                         << " values for " << getOutputs().size() << " outputs";
  for (auto [value, output] : llvm::zip(yield->getValues(), getOutputs()))
    if (failed(verifyElementType(*this, value.getType(), output,
                                 "a yielded value")))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// FillOp, CopyOp, IotaOp, FromElementsOp
//===----------------------------------------------------------------------===//

void FillOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getOutputMutable(), AccessKind::Write});
}

LogicalResult FillOp::verify() {
  return verifyElementType(*this, getValue().getType(), getOutput(),
                           "the value");
}

void CopyOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getInputMutable(), AccessKind::Read});
  accesses.push_back({&getOutputMutable(), AccessKind::Write});
}

LogicalResult CopyOp::verify() {
  if (failed(verifyElementType(*this, refType(getInput()).getElementType(),
                               getOutput(), "the input")))
    return failure();
  return verifySameShape(*this, {getInput(), getOutput()});
}

namespace {
/// A ref copied to itself changes nothing.
struct DropSelfCopy : OpRewritePattern<CopyOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(CopyOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getInput() != op.getOutput())
      return failure();
    rewriter.eraseOp(op);
    return success();
  }
};
} // namespace

void CopyOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<DropSelfCopy>(context);
}

void IotaOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getOutputMutable(), AccessKind::Write});
}

LogicalResult IotaOp::verify() {
  if (refType(getOutput()).getRank() != 1)
    return emitOpError("the output has rank 1");
  return verifyElementType(*this, getStart().getType(), getOutput(),
                           "the start");
}

void FromElementsOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getOutputMutable(), AccessKind::Write});
}

LogicalResult FromElementsOp::verify() {
  RefType type = refType(getOutput());
  if (!type.hasStaticShape())
    return emitOpError("the output has a static shape");
  if (numElements(type.getShape()) != static_cast<int64_t>(getValues().size()))
    return emitOpError() << "has " << getValues().size() << " values for "
                         << numElements(type.getShape()) << " elements";
  for (Value value : getValues())
    if (failed(
            verifyElementType(*this, value.getType(), getOutput(), "a value")))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// ReduceOp, ScanOp
//===----------------------------------------------------------------------===//

void ReduceOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  for (OpOperand &input : getInputsMutable())
    accesses.push_back({&input, AccessKind::Read});
  for (OpOperand &output : getOutputsMutable())
    accesses.push_back({&output, AccessKind::Write});
}

bool elena::tensorref::givesPosition(ReduceKind kind) {
  return kind == ReduceKind::ArgMin || kind == ReduceKind::ArgMax ||
         kind == ReduceKind::UArgMin || kind == ReduceKind::UArgMax;
}

/// What a combiner yields into and stores to agree with its kind.
static LogicalResult verifyCombiner(Operation *op, ReduceKind kind,
                                    Type yielded, Value output) {
  Type stored = refType(output).getElementType();
  if (givesPosition(kind)) {
    if (!stored.isInteger(64))
      return op->emitOpError("argmin and argmax have an output of i64");
    return success();
  }
  if ((kind == ReduceKind::Any || kind == ReduceKind::All) &&
      !yielded.isInteger(1))
    return op->emitOpError("any and all combine i1");
  return verifyElementType(op, yielded, output, "a yielded value");
}

LogicalResult ReduceOp::verify() {
  if (getInputs().empty() || getOutputs().size() != 1)
    return emitOpError("has at least one input and exactly one output");
  if (failed(verifySameShape(*this, getInputs())))
    return failure();
  RefType input = refType(getInputs().front());
  SmallVector<int64_t> kept;
  for (int64_t dim : getDimensions())
    if (dim < 0 || dim >= input.getRank() ||
        llvm::count(getDimensions(), dim) != 1)
      return emitOpError() << "dimension " << dim
                           << " does not exist or is named twice: the input "
                              "has rank "
                           << input.getRank();
  for (int64_t d = 0; d < input.getRank(); ++d)
    if (!llvm::is_contained(getDimensions(), d))
      kept.push_back(input.getShape()[d]);
  if (failed(verifyCompatibleShape(kept,
                                   refType(getOutputs().front()).getShape())))
    return emitOpError() << "the output has shape "
                         << shapeText(refType(getOutputs().front()).getShape())
                         << ", the input without the reduced dimensions "
                         << shapeText(kept);
  return success();
}

LogicalResult ReduceOp::verifyRegions() {
  Block &body = getBody().front();
  if (failed(verifyBodyArguments(*this, body, getInputs())))
    return failure();
  FailureOr<YieldOp> yield = getYield(*this, body);
  if (failed(yield))
    return failure();
  if (yield->getValues().size() != 1)
    return emitOpError("the body yields one value");
  return verifyCombiner(*this, getKind(), yield->getValues()[0].getType(),
                        getOutputs().front());
}

void ScanOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getInputMutable(), AccessKind::Read});
  accesses.push_back({&getOutputMutable(), AccessKind::Write});
}

LogicalResult ScanOp::verify() {
  if (getKind() != ReduceKind::Sum && getKind() != ReduceKind::Prod)
    return emitOpError("only sum and prod are scanned");
  int64_t dimension = getDimension();
  if (dimension < 0 || dimension >= refType(getInput()).getRank())
    return emitOpError() << "dimension " << dimension
                         << " does not exist: the input has rank "
                         << refType(getInput()).getRank();
  if (failed(verifyElementType(*this, refType(getInput()).getElementType(),
                               getOutput(), "the input")))
    return failure();
  return verifySameShape(*this, {getInput(), getOutput()});
}

//===----------------------------------------------------------------------===//
// Masked writes
//===----------------------------------------------------------------------===//

void MaskedCopyOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getInputMutable(), AccessKind::Read});
  accesses.push_back({&getOutputMutable(), AccessKind::Write, /*must=*/false});
  accesses.push_back({&getMaskMutable(), AccessKind::Read});
}

LogicalResult MaskedCopyOp::verify() {
  if (failed(verifyMask(*this, getMask())) ||
      failed(verifyElementType(*this, refType(getInput()).getElementType(),
                               getOutput(), "the input")))
    return failure();
  return verifySameShape(*this, {getInput(), getOutput(), getMask()});
}

void MaskedFillOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getOutputMutable(), AccessKind::Write, /*must=*/false});
  accesses.push_back({&getMaskMutable(), AccessKind::Read});
}

LogicalResult MaskedFillOp::verify() {
  if (failed(verifyMask(*this, getMask())) ||
      failed(verifyElementType(*this, getValue().getType(), getOutput(),
                               "the value")))
    return failure();
  return verifySameShape(*this, {getOutput(), getMask()});
}

//===----------------------------------------------------------------------===//
// GatherOp, ScatterOp, LoadOp
//===----------------------------------------------------------------------===//

/// `data[k…, r…]` beside `indexed[i(k…)…, r…]`.
static LogicalResult verifyIndexed(Operation *op, Value indexed,
                                   ValueRange indices, Value data) {
  if (indices.empty())
    return op->emitOpError("has no index");
  if (failed(verifySameShape(op, indices)))
    return failure();
  for (Value index : indices)
    if (!refType(index).getElementType().isInteger(64))
      return op->emitOpError("an index is a ref of i64");
  ArrayRef<int64_t> shape = refType(indexed).getShape();
  if (shape.size() < indices.size())
    return op->emitOpError() << "has " << indices.size()
                             << " indices for a ref of rank " << shape.size();
  SmallVector<int64_t> wanted(refType(indices.front()).getShape());
  llvm::append_range(wanted, shape.drop_front(indices.size()));
  if (failed(verifyCompatibleShape(wanted, refType(data).getShape())))
    return op->emitOpError()
           << "indexing gives shape " << shapeText(wanted)
           << ", the data have shape " << shapeText(refType(data).getShape());
  return verifyElementType(op, refType(indexed).getElementType(), data,
                           "the indexed ref");
}

void GatherOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getSourceMutable(), AccessKind::Read, /*must=*/false});
  for (OpOperand &index : getIndicesMutable())
    accesses.push_back({&index, AccessKind::Read});
  accesses.push_back({&getOutputMutable(), AccessKind::Write});
}

LogicalResult GatherOp::verify() {
  return verifyIndexed(*this, getSource(), getIndices(), getOutput());
}

void ScatterOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getInputMutable(), AccessKind::Read});
  accesses.push_back(
      {&getDestinationMutable(), AccessKind::Write, /*must=*/false});
  for (OpOperand &index : getIndicesMutable())
    accesses.push_back({&index, AccessKind::Read});
}

LogicalResult ScatterOp::verify() {
  return verifyIndexed(*this, getDestination(), getIndices(), getInput());
}

void LoadOp::getAccesses(SmallVectorImpl<Access> &accesses) {
  accesses.push_back({&getRefMutable(), AccessKind::Read});
}

LogicalResult LoadOp::verify() {
  if (refType(getRef()).getRank() != 0)
    return emitOpError("loads from a 0-d ref");
  return verifyElementType(*this, getType(), getRef(), "the result");
}
