//===- ResolveOverlap.cpp - Temporaries where reads are overwritten -------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicViews.h"
#include "elena/Support/RemarkLock.h"
#include "elena/Transforms/Fusion/FusionReport.h"
#include "elena/Transforms/Passes.h"
#include "mlir/IR/Remarks.h"

namespace elena {
#define GEN_PASS_DEF_RESOLVEOVERLAP
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// Is it right to read `read` while `written` is being written, point by point?
static bool isHarmless(AccessOpInterface op, const Access &read,
                       const Access &written, ArgumentAlias alias,
                       SymbolicViews &views) {
  switch (classifyOverlap(read.getRef(), written.getRef(), alias, &views)) {
  case Overlap::Apart:
    return true;
  case Overlap::SameMap:
    // Where two indices name one cell, the first would destroy what the second
    // still has to read.
    return op.isElementwise(*read.operand, *written.operand) &&
           isInjective(written.getRef());
  case Overlap::Unknown:
    return false;
  }
  llvm_unreachable("all overlaps are handled");
}

/// A copy of what `operand` refers to, taken before `op`.
static void readFromTemporary(OpBuilder &builder, Operation *op,
                              OpOperand &operand) {
  builder.setInsertionPoint(op);
  Location loc = op->getLoc();
  auto type = cast<RefType>(operand.get().getType());
  IndexArith arith(builder, loc);
  SmallVector<OpFoldResult> sizes;
  for (auto [d, size] : llvm::enumerate(type.getShape()))
    sizes.push_back(ShapedType::isDynamic(size)
                        ? arith.emitDim(operand.get(), d)
                        : arith.constant(size));
  // For the account of fusion: this storage is none of the program's own.
  Location named =
      NameLoc::get(builder.getStringAttr(fusion::kOverlapCopyName +
                                         op->getName().stripDialect()),
                   loc);
  Value temporary =
      AllocOp::create(builder, named, sizes, type.getElementType());
  CopyOp::create(builder, loc, operand.get(), temporary);
  operand.set(temporary);
}

namespace {
struct ResolveOverlap : elena::impl::ResolveOverlapBase<ResolveOverlap> {
  using ResolveOverlapBase::ResolveOverlapBase;

  void runOnOperation() override {
    SmallVector<AccessOpInterface> ops;
    getOperation()->walk([&](AccessOpInterface op) {
      if (!isa<StageOp>(op)) // of a group: made of ops that are resolved
        ops.push_back(op);
    });
    ArgumentAlias alias = getArgumentAlias(getOperation());
    SymbolicViews views(getOperation());
    for (AccessOpInterface op : ops)
      resolve(op, alias, views);
  }

  void resolve(AccessOpInterface op, ArgumentAlias alias,
               SymbolicViews &views) {
    SmallVector<Access> accesses;
    op.getAccesses(accesses);
    OpBuilder builder(op);
    for (const Access &read : accesses) {
      if (read.kind != AccessKind::Read)
        continue;
      bool harmless = llvm::all_of(accesses, [&](const Access &written) {
        return written.kind == AccessKind::Read ||
               isHarmless(op, read, written, alias, views);
      });
      if (harmless)
        continue;
      RemarkLock lock;
      remark::missed(
          op.getLoc(),
          remark::RemarkOpts::name("Temporary").category("tensorref.overlap"))
          << ("reads what it may already have written: operand " +
              Twine(read.operand->getOperandNumber()) + " is copied first")
                 .str();
      readFromTemporary(builder, op, *read.operand);
    }
  }
};
} // namespace
