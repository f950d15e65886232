//===- StorageOps.cpp - Storages, their metadata, bridges -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MixedNumbers.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// AllocOp
//===----------------------------------------------------------------------===//

void AllocOp::build(OpBuilder &builder, OperationState &state,
                    ArrayRef<OpFoldResult> sizes, Type elementType) {
  SmallVector<Value> dynamicSizes;
  SmallVector<int64_t> staticSizes;
  splitNumbers(builder, state.location, sizes, dynamicSizes, staticSizes);
  build(builder, state, RefType::get(staticSizes, elementType), dynamicSizes,
        staticSizes);
}

SmallVector<OpFoldResult> AllocOp::getMixedSizes() {
  return getMixedValues(getStaticSizes(), getSizes(), getContext());
}

LogicalResult AllocOp::verify() {
  auto type = cast<RefType>(getType());
  if (static_cast<int64_t>(getStaticSizes().size()) != type.getRank())
    return emitOpError() << "has " << getStaticSizes().size()
                         << " sizes, but its type has rank " << type.getRank();
  for (auto [d, size] : llvm::enumerate(getStaticSizes())) {
    if (size < 0 && !ShapedType::isDynamic(size))
      return emitOpError() << "a size is not negative, but this one is "
                           << size;
    if (size != type.getShape()[d] &&
        !ShapedType::isDynamic(type.getShape()[d]))
      return emitOpError() << "dimension " << d
                           << " has another size than the type says";
  }
  return verifyRunTimeCount(*this, "sizes", getSizes(), getStaticSizes());
}

namespace {
/// An allocation that nothing but writes of its own refs uses is dead; the
/// plain case of no use at all is dropped here.
struct DropUnusedAlloc : OpRewritePattern<AllocOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AllocOp op,
                                PatternRewriter &rewriter) const override {
    if (!op->use_empty())
      return failure();
    rewriter.eraseOp(op);
    return success();
  }
};
} // namespace

void AllocOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<DropUnusedAlloc>(context);
}

//===----------------------------------------------------------------------===//
// Bridges
//===----------------------------------------------------------------------===//

/// A ref and a memref of the same elements.
static LogicalResult verifyBridge(Operation *op, RefType ref,
                                  MemRefType memref) {
  if (memref.getElementType() != ref.getStorageElementType())
    return op->emitOpError()
           << "a ref of " << ref.getElementType() << " is a memref of "
           << ref.getStorageElementType() << ", not of "
           << memref.getElementType();
  if (failed(verifyCompatibleShape(memref.getShape(), ref.getShape())))
    return op->emitOpError("the ref and the memref have different shapes");
  return success();
}

LogicalResult FromMemRefOp::verify() {
  return verifyBridge(*this, cast<RefType>(getRef().getType()),
                      cast<MemRefType>(getMemref().getType()));
}

LogicalResult ToMemRefOp::verify() {
  return verifyBridge(*this, cast<RefType>(getRef().getType()),
                      cast<MemRefType>(getMemref().getType()));
}

/// to_memref(from_memref(m)) is m.
OpFoldResult ToMemRefOp::fold(FoldAdaptor) {
  if (auto from = getRef().getDefiningOp<FromMemRefOp>())
    if (from.getMemref().getType() == getType())
      return from.getMemref();
  return {};
}

LogicalResult BaseOp::verify() {
  auto pointer = cast<MemRefType>(getType());
  Type element = cast<RefType>(getRef().getType()).getStorageElementType();
  if (pointer.getRank() != 0 || pointer.getElementType() != element)
    return emitOpError() << "the pointer of this ref is a memref<" << element
                         << ">, not a " << getType();
  return success();
}

//===----------------------------------------------------------------------===//
// DimOp, StrideOp
//===----------------------------------------------------------------------===//

template <typename OpT> static LogicalResult verifyMetadata(OpT op) {
  int64_t rank = cast<RefType>(op.getRef().getType()).getRank();
  int64_t dimension = op.getDimension();
  if (dimension >= 0 && dimension < rank)
    return success();
  return op.emitOpError() << "dimension " << dimension
                          << " does not exist: the ref has rank " << rank;
}

LogicalResult DimOp::verify() { return verifyMetadata(*this); }
LogicalResult StrideOp::verify() { return verifyMetadata(*this); }

OpFoldResult DimOp::fold(FoldAdaptor) {
  auto type = cast<RefType>(getRef().getType());
  int64_t size = type.getShape()[getDimension()];
  if (!ShapedType::isDynamic(size))
    return IntegerAttr::get(IndexType::get(getContext()), size);
  return {};
}

OpFoldResult StrideOp::fold(FoldAdaptor) {
  IndexArith arith(getContext());
  FailureOr<RootedView> rooted = composeToRoot(arith, getRef());
  if (failed(rooted))
    return {};
  OpFoldResult stride = rooted->view.strides[getDimension()];
  if (std::optional<int64_t> known = arith.getConstant(stride))
    return IntegerAttr::get(IndexType::get(getContext()), *known);
  return {};
}

namespace {
/// Metadata of a view, or of an allocation, is arithmetic on its root's.
template <typename OpT> struct ResolveMetadata : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    constexpr bool isDim = std::is_same_v<OpT, DimOp>;
    Value root = getRoot(op.getRef());
    bool known =
        root.getDefiningOp<AllocOp>() || (!isDim && isContiguousRoot(root));
    if (root == op.getRef() && !known)
      return failure();
    IndexArith arith(rewriter, op.getLoc());
    FailureOr<RootedView> rooted = composeToRoot(arith, op.getRef());
    if (failed(rooted))
      return failure();
    const SymbolicView &view = rooted->view;
    auto values = isDim ? view.sizes : view.strides;
    rewriter.replaceOp(op, arith.materialize(values[op.getDimension()]));
    return success();
  }
};
} // namespace

void DimOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<ResolveMetadata<DimOp>>(context);
}

void StrideOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<ResolveMetadata<StrideOp>>(context);
}
