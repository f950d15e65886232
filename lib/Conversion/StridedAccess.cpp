//===- StridedAccess.cpp - Loads and stores by any strides ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/StridedAccess.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

/// More than any of upstream's patterns has.
static constexpr unsigned kBenefit = 20;

/// `value`, or a constant where the memref's type knows it.
static Value known(OpBuilder &builder, Location loc, Type type, int64_t number,
                   function_ref<Value()> atRunTime) {
  if (ShapedType::isDynamic(number))
    return atRunTime();
  return LLVM::ConstantOp::create(builder, loc, type,
                                  builder.getIntegerAttr(type, number));
}

/// What was put at `place` of a descriptor that is built in this function; null
/// if it is not.
static Value findPart(Value descriptor, ArrayRef<int64_t> place) {
  while (auto insert = descriptor.getDefiningOp<LLVM::InsertValueOp>()) {
    if (insert.getPosition() != place) {
      descriptor = insert.getContainer();
      continue;
    }
    auto taken = insert.getValue().getDefiningOp<LLVM::ExtractValueOp>();
    Value found =
        taken ? findPart(taken.getContainer(), taken.getPosition()) : Value();
    return found ? found : insert.getValue();
  }
  return {};
}

/// A part of a memref descriptor. Nothing is taken out of what was just put
/// together: to LLVM a pointer in a struct is one that escapes.
static Value getPart(OpBuilder &builder, Location loc, Value descriptor,
                     ArrayRef<int64_t> place) {
  if (Value part = findPart(descriptor, place))
    return part;
  return LLVM::ExtractValueOp::create(builder, loc, descriptor, place);
}

/// pointer + offset + Σ index·stride, in elements.
static Value emitElementAddress(const LLVMTypeConverter &converter,
                                OpBuilder &builder, Location loc,
                                MemRefType type, Value descriptor,
                                ValueRange indices) {
  auto [strides, offset] = type.getStridesAndOffset();
  // The parts of a descriptor: allocated pointer, aligned pointer, offset,
  // sizes, strides.
  Type wordType = converter.getIndexType();
  auto flags = LLVM::IntegerOverflowFlags::nsw;
  Value position;
  auto add = [&](Value term) {
    position = position
                   ? LLVM::AddOp::create(builder, loc, position, term, flags)
                   : term;
  };
  if (offset != 0)
    add(known(builder, loc, wordType, offset,
              [&] { return getPart(builder, loc, descriptor, 2); }));
  for (auto [d, index] : llvm::enumerate(indices)) {
    if (strides[d] == 0)
      continue;
    Value term = index;
    if (strides[d] != 1) {
      Value stride = known(builder, loc, wordType, strides[d], [&, d = d] {
        return getPart(builder, loc, descriptor, {4, int64_t(d)});
      });
      term = LLVM::MulOp::create(builder, loc, index, stride, flags);
    }
    add(term);
  }
  Value pointer = getPart(builder, loc, descriptor, 1);
  if (!position)
    return pointer;
  return LLVM::GEPOp::create(builder, loc, pointer.getType(),
                             converter.convertType(type.getElementType()),
                             pointer, ArrayRef<LLVM::GEPArg>{position},
                             LLVM::GEPNoWrapFlags::inbounds);
}

namespace {
struct LowerLoad : ConvertOpToLLVMPattern<memref::LoadOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(memref::LoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value address = emitElementAddress(
        *getTypeConverter(), rewriter, op.getLoc(), op.getMemRefType(),
        adaptor.getMemref(), adaptor.getIndices());
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(
        op, getTypeConverter()->convertType(op.getType()), address);
    return success();
  }
};

struct LowerStore : ConvertOpToLLVMPattern<memref::StoreOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult
  matchAndRewrite(memref::StoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value address = emitElementAddress(
        *getTypeConverter(), rewriter, op.getLoc(), op.getMemRefType(),
        adaptor.getMemref(), adaptor.getIndices());
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(op, adaptor.getValue(), address);
    return success();
  }
};
} // namespace

void elena::populateStridedAccessPatterns(const LLVMTypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<LowerLoad, LowerStore>(converter, kBenefit);
}
