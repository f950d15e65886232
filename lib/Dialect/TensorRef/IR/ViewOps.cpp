//===- ViewOps.cpp - Ops that make a ref from a ref -----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MixedNumbers.h"
#include "OpSyntax.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace elena::tensorref;
namespace views = elena::views;

static RefType refType(Value value) { return cast<RefType>(value.getType()); }

static OpFoldResult mixedValue(ArrayRef<int64_t> statics, ValueRange dynamics,
                               MLIRContext *context) {
  return getMixedValues(statics, dynamics, context).front();
}

/// Checks that `dims` are distinct dimensions of something of rank `rank`.
static LogicalResult verifyDimensions(Operation *op, ArrayRef<int64_t> dims,
                                      int64_t rank, StringRef ofWhat) {
  llvm::SmallBitVector seen(rank);
  for (int64_t dim : dims) {
    if (dim < 0 || dim >= rank)
      return op->emitOpError() << "dimension " << dim << " does not exist: the "
                               << ofWhat << " has rank " << rank;
    if (seen.test(dim))
      return op->emitOpError() << "dimension " << dim << " is named twice";
    seen.set(dim);
  }
  return success();
}

static LogicalResult verifyCount(Operation *op, StringRef what, size_t has,
                                 int64_t wants) {
  if (static_cast<int64_t>(has) == wants)
    return success();
  return op->emitOpError() << "has " << has << " " << what << " where " << wants
                           << (wants == 1 ? " is" : " are") << " wanted";
}

LogicalResult elena::tensorref::verifyViewOp(Operation *op) {
  auto view = cast<ViewOpInterface>(op);
  auto source = refType(view.getViewedRef());
  auto result = refType(op->getResult(0));
  if (source.getElementType() != result.getElementType())
    return op->emitOpError() << "a view keeps the element type: the source has "
                             << source.getElementType() << ", the result "
                             << result.getElementType();
  // A malformed op is reported by its own verifier; its formula may assume the
  // contrary. The ops' verifiers call verifyAgainstFormula when they are done.
  return success();
}

/// Do the views that an op is a view of come before it, so that they have been
/// verified? (That definitions dominate uses is checked after the ops.)
static bool isChainVerified(Operation *op) {
  Value ref = cast<ViewOpInterface>(op).getViewedRef();
  while (auto view = ref.getDefiningOp<ViewOpInterface>()) {
    Operation *user = view->getBlock()->findAncestorOpInBlock(*op);
    if (!user || !view->isBeforeInBlock(user))
      return false;
    ref = view.getViewedRef();
  }
  return true;
}

/// The declared result against the op's formula, where both are known.
static LogicalResult verifyAgainstFormula(Operation *op) {
  auto view = cast<ViewOpInterface>(op);
  if (isViewOfItself(op->getResult(0)))
    return op->emitOpError("is a view of itself");
  IndexArith arith(op->getContext());
  auto result = refType(op->getResult(0));
  FailureOr<RootedView> composed = failure();
  if (isChainVerified(op))
    composed = composeToRoot(arith, view.getViewedRef());
  SymbolicView source = succeeded(composed)
                            ? composed->view
                            : getRootView(arith, view.getViewedRef());
  // Sizes come from the source's type: a chain may know less than it says.
  for (auto [d, size] :
       llvm::enumerate(refType(view.getViewedRef()).getShape()))
    if (!ShapedType::isDynamic(size) && d < source.sizes.size())
      source.sizes[d] = arith.constant(size);
  FailureOr<SymbolicView> inferred = view.applyView(arith, source);
  if (failed(inferred))
    return op->emitOpError(
        "is not a view of its source: the dimensions that would merge are not "
        "adjacent in memory, or its groups do not say how; copy the source "
        "into a new storage first, or give `groups … into …`");
  if (inferred->getRank() != result.getRank())
    return op->emitOpError()
           << "makes a ref of rank " << inferred->getRank()
           << ", but the result type has rank " << result.getRank();
  for (auto [d, size] : llvm::enumerate(inferred->sizes)) {
    std::optional<int64_t> known =
        size ? getConstantIntValue(size) : std::nullopt;
    if (known && !result.isDynamicDim(d) && *known != result.getShape()[d])
      return op->emitOpError()
             << "makes a ref whose dimension " << d << " has size " << *known
             << ", but the result type says " << result.getShape()[d];
  }
  return success();
}

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

LogicalResult SliceOp::verify() {
  int64_t rank = refType(getSource()).getRank();
  for (size_t count :
       {getStaticStarts().size(), getStaticStops().size(), getSteps().size(),
        getHasStart().size(), getHasStop().size()})
    if (failed(verifyCount(*this, "slices", count, rank)))
      return failure();
  if (failed(verifyRunTimeCount(*this, "starts", getStarts(),
                                getStaticStarts())) ||
      failed(verifyRunTimeCount(*this, "stops", getStops(), getStaticStops())))
    return failure();
  for (int64_t step : getSteps())
    if (step == 0)
      return emitOpError("a slice's step is not 0");
  // Its negative, which says how many elements there are, does not exist.
  if (llvm::is_contained(getSteps(), std::numeric_limits<int64_t>::min()))
    return emitOpError("a slice's step is greater than -9223372036854775808");
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> SliceOp::applyView(IndexArith &arith,
                                           const SymbolicView &source) {
  auto starts = getMixedValues(getStaticStarts(), getStarts(), getContext());
  auto stops = getMixedValues(getStaticStops(), getStops(), getContext());
  SmallVector<SliceBounds<OpFoldResult>> bounds(getSteps().size());
  for (auto [d, bound] : llvm::enumerate(bounds)) {
    if (getHasStart()[d])
      bound.start = starts[d];
    if (getHasStop()[d])
      bound.stop = stops[d];
    bound.step = getSteps()[d];
  }
  return views::slice<IndexArith>(arith, source, bounds);
}

//===----------------------------------------------------------------------===//
// SelectOp
//===----------------------------------------------------------------------===//

LogicalResult SelectOp::verify() {
  RefType source = refType(getSource());
  if (failed(verifyDimensions(*this, {static_cast<int64_t>(getDimension())},
                              source.getRank(), "source")) ||
      failed(verifyCount(*this, "indices", getStaticIndex().size(), 1)) ||
      failed(
          verifyRunTimeCount(*this, "indices", getIndex(), getStaticIndex())))
    return failure();
  int64_t size = source.getShape()[getDimension()];
  int64_t index = getStaticIndex().front();
  bool known = !ShapedType::isDynamic(size) && !ShapedType::isDynamic(index);
  if (known && (index < -size || index >= size))
    return emitOpError() << "index " << index << " is out of bounds for "
                         << "dimension " << getDimension() << " of size "
                         << size;
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> SelectOp::applyView(IndexArith &arith,
                                            const SymbolicView &source) {
  return views::select<IndexArith>(
      arith, source, getDimension(),
      mixedValue(getStaticIndex(), getIndex(), getContext()));
}

//===----------------------------------------------------------------------===//
// NewAxisOp, SqueezeOp, TransposeOp, FlipOp
//===----------------------------------------------------------------------===//

LogicalResult NewAxisOp::verify() {
  int64_t rank = refType(getSource()).getRank() + getDimensions().size();
  if (failed(verifyDimensions(*this, getDimensions(), rank, "result")))
    return failure();
  if (!llvm::is_sorted(getDimensions()))
    return emitOpError("the new dimensions are named in ascending order");
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> NewAxisOp::applyView(IndexArith &arith,
                                             const SymbolicView &source) {
  return views::newaxis<IndexArith>(arith, source, getDimensions());
}

LogicalResult SqueezeOp::verify() {
  RefType source = refType(getSource());
  if (failed(
          verifyDimensions(*this, getDimensions(), source.getRank(), "source")))
    return failure();
  for (int64_t dim : getDimensions())
    if (!source.isDynamicDim(dim) && source.getShape()[dim] != 1)
      return emitOpError() << "only dimensions of size 1 can go, but dimension "
                           << dim << " has size " << source.getShape()[dim];
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> SqueezeOp::applyView(IndexArith &arith,
                                             const SymbolicView &source) {
  return views::squeeze<IndexArith>(arith, source, getDimensions());
}

LogicalResult TransposeOp::verify() {
  int64_t rank = refType(getSource()).getRank();
  if (failed(verifyDimensions(*this, getPermutation(), rank, "source")) ||
      failed(verifyCount(*this, "dimensions in its permutation",
                         getPermutation().size(), rank)))
    return failure();
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> TransposeOp::applyView(IndexArith &arith,
                                               const SymbolicView &source) {
  return views::transpose<IndexArith>(arith, source, getPermutation());
}

LogicalResult FlipOp::verify() {
  if (failed(verifyDimensions(*this, getDimensions(),
                              refType(getSource()).getRank(), "source")))
    return failure();
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> FlipOp::applyView(IndexArith &arith,
                                          const SymbolicView &source) {
  return views::flip<IndexArith>(arith, source, getDimensions());
}

//===----------------------------------------------------------------------===//
// BroadcastOp
//===----------------------------------------------------------------------===//

LogicalResult BroadcastOp::verify() {
  ArrayRef<int64_t> from = refType(getSource()).getShape();
  ArrayRef<int64_t> to = getStaticSizes();
  if (to.size() < from.size())
    return emitOpError() << "a broadcast keeps all dimensions: the source has "
                         << from.size() << ", the result " << to.size();
  for (auto [size, wanted] : llvm::zip(from, to.take_back(from.size())))
    if (!ShapedType::isDynamic(size) && !ShapedType::isDynamic(wanted) &&
        size != 1 && size != wanted)
      return emitOpError() << "a dimension of size " << size
                           << " is not repeated to size " << wanted
                           << ": only size 1 is";
  if (failed(verifyRunTimeCount(*this, "sizes", getSizes(), getStaticSizes())))
    return failure();
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> BroadcastOp::applyView(IndexArith &arith,
                                               const SymbolicView &source) {
  auto sizes = getMixedValues(getStaticSizes(), getSizes(), getContext());
  return views::broadcast<IndexArith>(arith, source, sizes);
}

//===----------------------------------------------------------------------===//
// ReshapeOp
//===----------------------------------------------------------------------===//

/// The groups of an ArrayAttr of integer arrays; nothing if it is not one.
static std::optional<SmallVector<SmallVector<int64_t>>>
readGroups(ArrayAttr attr, int64_t rank) {
  SmallVector<SmallVector<int64_t>> groups;
  for (Attribute group : attr) {
    auto dims = dyn_cast<ArrayAttr>(group);
    if (!dims)
      return std::nullopt;
    groups.emplace_back();
    for (Attribute dim : dims) {
      auto integer = dyn_cast<IntegerAttr>(dim);
      if (!integer || integer.getInt() < 0 || integer.getInt() >= rank)
        return std::nullopt;
      groups.back().push_back(integer.getInt());
    }
  }
  return groups;
}

static std::optional<elena::ReshapeGroups> getGroups(ReshapeOp op) {
  if (!op.getSourceGroups() || !op.getResultGroups())
    return std::nullopt;
  auto source =
      readGroups(*op.getSourceGroups(), refType(op.getSource()).getRank());
  auto result = readGroups(*op.getResultGroups(), op.getStaticSizes().size());
  if (!source || !result || source->size() != result->size())
    return std::nullopt;
  return elena::ReshapeGroups{*source, *result};
}

LogicalResult ReshapeOp::verify() {
  if (getSourceGroups().has_value() != getResultGroups().has_value() ||
      (getSourceGroups() && !getGroups(*this)))
    return emitOpError("`groups` and `into` are lists, of one length, of lists "
                       "of dimensions of the source and of the result");
  if (failed(verifyRunTimeCount(*this, "sizes", getSizes(), getStaticSizes())))
    return failure();
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> ReshapeOp::applyView(IndexArith &arith,
                                             const SymbolicView &source) {
  auto sizes = getMixedValues(getStaticSizes(), getSizes(), getContext());
  // In a chain of which not everything is known the formula needs groups; a
  // verifier without a builder cannot tell more than that.
  auto view =
      views::reshape<IndexArith>(arith, source, sizes, getGroups(*this));
  if (!view)
    return failure();
  return *view;
}

//===----------------------------------------------------------------------===//
// DiagonalOp, SlidingWindowOp
//===----------------------------------------------------------------------===//

LogicalResult DiagonalOp::verify() {
  if (failed(verifyDimensions(*this, getDimensions(),
                              refType(getSource()).getRank(), "source")) ||
      failed(verifyCount(*this, "dimensions", getDimensions().size(), 2)))
    return failure();
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> DiagonalOp::applyView(IndexArith &arith,
                                              const SymbolicView &source) {
  return views::diagonal<IndexArith>(arith, source, getDiagonalOffset(),
                                     getDimensions()[0], getDimensions()[1]);
}

LogicalResult SlidingWindowOp::verify() {
  RefType source = refType(getSource());
  for (int64_t dim : getDimensions())
    if (failed(verifyDimensions(*this, dim, source.getRank(), "source")))
      return failure();
  if (failed(verifyCount(*this, "window sizes", getStaticWindow().size(),
                         getDimensions().size())) ||
      failed(verifyRunTimeCount(*this, "window sizes", getWindow(),
                                getStaticWindow())))
    return failure();
  for (auto [window, dim] : llvm::zip(getStaticWindow(), getDimensions()))
    if (!ShapedType::isDynamic(window) && !source.isDynamicDim(dim) &&
        (window < 0 || window > source.getShape()[dim]))
      return emitOpError() << "a window of " << window
                           << " does not fit in dimension " << dim
                           << " of size " << source.getShape()[dim];
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> SlidingWindowOp::applyView(IndexArith &arith,
                                                   const SymbolicView &source) {
  auto window = getMixedValues(getStaticWindow(), getWindow(), getContext());
  return views::slidingWindow<IndexArith>(arith, source, window,
                                          getDimensions());
}

//===----------------------------------------------------------------------===//
// StridedViewOp
//===----------------------------------------------------------------------===//

void StridedViewOp::build(OpBuilder &builder, OperationState &state,
                          Value source, const SymbolicView &view, Type type) {
  SmallVector<int64_t> staticOffset, staticSizes, staticStrides;
  SmallVector<Value> offset, sizes, strides;
  auto split = [&](ArrayRef<OpFoldResult> numbers, SmallVector<Value> &values,
                   SmallVector<int64_t> &statics) {
    splitNumbers(builder, state.location, numbers, values, statics);
  };
  split(view.offset, offset, staticOffset);
  split(view.sizes, sizes, staticSizes);
  split(view.strides, strides, staticStrides);
  if (!type)
    type = getViewType(refType(source).getElementType(), view);
  build(builder, state, type, source, offset, sizes, strides,
        builder.getDenseI64ArrayAttr(staticOffset),
        builder.getDenseI64ArrayAttr(staticSizes),
        builder.getDenseI64ArrayAttr(staticStrides), /*injective=*/nullptr);
}

SymbolicView StridedViewOp::getView() {
  MLIRContext *context = getContext();
  return {mixedValue(getStaticOffset(), getOffset(), context),
          getMixedValues(getStaticSizes(), getSizes(), context),
          getMixedValues(getStaticStrides(), getStrides(), context)};
}

LogicalResult StridedViewOp::verify() {
  if (failed(verifyCount(*this, "offsets", getStaticOffset().size(), 1)) ||
      failed(verifyCount(*this, "strides", getStaticStrides().size(),
                         getStaticSizes().size())) ||
      failed(verifyRunTimeCount(*this, "offsets", getOffset(),
                                getStaticOffset())) ||
      failed(
          verifyRunTimeCount(*this, "sizes", getSizes(), getStaticSizes())) ||
      failed(verifyRunTimeCount(*this, "strides", getStrides(),
                                getStaticStrides())))
    return failure();
  for (int64_t size : getStaticSizes())
    if (size < 0 && !ShapedType::isDynamic(size))
      return emitOpError() << "a size is not negative, but this one is "
                           << size;
  return verifyAgainstFormula(*this);
}

FailureOr<SymbolicView> StridedViewOp::applyView(IndexArith &arith,
                                                 const SymbolicView &source) {
  return views::compose<IndexArith>(arith, source, getView());
}

/// A view of everything is the ref itself.
OpFoldResult StridedViewOp::fold(FoldAdaptor) {
  if (getSource().getDefiningOp<ViewOpInterface>() ||
      getSource().getType() != getType())
    return {};
  IndexArith arith(getContext());
  SymbolicView whole = getRootView(arith, getSource()), view = getView();
  auto same = [](OpFoldResult a, OpFoldResult b) {
    return a && b && isEqualConstantIntOrValue(a, b);
  };
  if (!same(whole.offset, view.offset) ||
      !llvm::all_of_zip(whole.sizes, view.sizes, same) ||
      !llvm::all_of_zip(whole.strides, view.strides, same))
    return {};
  return getSource();
}
