//===- CheckOps.cpp - What an entry checks --------------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace elena::tensorref;

namespace {
/// A condition that is known to hold needs no check.
template <typename OpT> struct DropTrueCheck : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    if (!matchPattern(op.getCondition(), m_One()))
      return failure();
    rewriter.eraseOp(op);
    return success();
  }
};
} // namespace

void GuardOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<DropTrueCheck<GuardOp>>(context);
}

LogicalResult GuardApartOp::verify() {
  for (Value ref : {getLhs(), getRhs()})
    if (!isa<BlockArgument>(ref))
      return emitOpError("compares arguments of the function only");
  return success();
}

LogicalResult AssertOp::verify() {
  static constexpr StringLiteral kinds[] = {
      "ValueError",   "IndexError",        "TypeError",     "OverflowError",
      "RuntimeError", "ZeroDivisionError", "AssertionError"};
  if (!llvm::is_contained(kinds, getKind()))
    return emitOpError() << "'" << getKind()
                         << "' is no exception that a check can raise";
  return success();
}

void AssertOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<DropTrueCheck<AssertOp>>(context);
}
