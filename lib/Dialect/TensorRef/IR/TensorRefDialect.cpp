//===- TensorRefDialect.cpp - The tensorref dialect -----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace elena::tensorref;

#include "elena/Dialect/TensorRef/IR/TensorRefDialect.cpp.inc"
#include "elena/Dialect/TensorRef/IR/TensorRefEnums.cpp.inc"
#include "elena/Dialect/TensorRef/IR/TensorRefInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "elena/Dialect/TensorRef/IR/TensorRefAttributes.cpp.inc"

namespace {
/// Every op of the dialect may be inlined: none depends on where it stands.
struct TensorRefInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

namespace {
/// A chain of views is one strided view of its root.
struct ComposeViews : OpInterfaceRewritePattern<ViewOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ViewOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (isa<StridedViewOp>(op) &&
        !op.getViewedRef().getDefiningOp<ViewOpInterface>())
      return failure();
    IndexArith arith(rewriter, op.getLoc());
    FailureOr<RootedView> rooted = composeToRoot(arith, op->getResult(0));
    if (failed(rooted))
      return failure();
    bool injective = true;
    for (Value ref = op->getResult(0); ref != rooted->root;) {
      auto view = ref.getDefiningOp<ViewOpInterface>();
      injective &= view.preservesInjectivity();
      ref = view.getViewedRef();
    }
    // The declared type may know sizes that the formula does not.
    auto type = cast<RefType>(op->getResult(0).getType());
    for (auto [d, size] : llvm::enumerate(rooted->view.sizes))
      if (!type.isDynamicDim(d))
        size = arith.constant(type.getShape()[d]);
    auto composed = rewriter.replaceOpWithNewOp<StridedViewOp>(
        op, rooted->root, rooted->view, type);
    composed.setInjective(injective);
    return success();
  }
};
} // namespace

void TensorRefDialect::getCanonicalizationPatterns(
    RewritePatternSet &patterns) const {
  patterns.add<ComposeViews>(getContext());
}

void TensorRefDialect::initialize() {
  registerTypes();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "elena/Dialect/TensorRef/IR/TensorRefAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "elena/Dialect/TensorRef/IR/TensorRefOps.cpp.inc"
      >();
  addInterfaces<TensorRefInlinerInterface>();
}

Operation *TensorRefDialect::materializeConstant(OpBuilder &builder,
                                                 Attribute value, Type type,
                                                 Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
