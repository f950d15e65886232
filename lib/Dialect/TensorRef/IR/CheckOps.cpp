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

/// The entry reads the words of the refs that a guard compares.
static LogicalResult verifyArguments(Operation *guard) {
  if (llvm::all_of(guard->getOperands(), llvm::IsaPred<BlockArgument>))
    return success();
  return guard->emitOpError("compares arguments of the function only");
}

LogicalResult GuardApartOp::verify() { return verifyArguments(*this); }

LogicalResult GuardSameOp::verify() { return verifyArguments(*this); }

bool elena::tensorref::isGuard(Operation *op) {
  return isa<GuardOp, GuardApartOp, GuardSameOp>(op);
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
