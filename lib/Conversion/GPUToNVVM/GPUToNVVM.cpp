//===- GPUToNVVM.cpp - Lowers a gpu.module to NVVM ---------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/GPUPasses.h"
#include "elena/Conversion/StridedAccess.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/LoweringOptions.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace elena {
#define GEN_PASS_DEF_GPUTONVVM
#include "elena/Conversion/GPUPasses.h.inc"

/// Splits ops that have no counterpart in LLVM or NVVM into ones that do.
static LogicalResult expandOps(gpu::GPUModuleOp module) {
  RewritePatternSet patterns(module.getContext());
  arith::populateCeilFloorDivExpandOpsPatterns(patterns);
  populateGpuRewritePatterns(patterns);
  populateGpuLowerSubgroupReduceToShufflePatterns(patterns, /*subgroupSize=*/32,
                                                  /*shuffleBitwidth=*/32);
  return applyPatternsGreedily(module, std::move(patterns));
}

/// True for what would end in a call of libdevice, which we do not link.
static bool needsLibDevice(Operation *op) {
  if (isa<arith::RemFOp>(op))
    return true;
  if (!isa_and_present<math::MathDialect>(op->getDialect()))
    return false;
  return !isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
              math::CountLeadingZerosOp, math::CountTrailingZerosOp,
              math::CtPopOp, math::FloorOp, math::FmaOp, math::IsFiniteOp,
              math::IsInfOp, math::IsNaNOp, math::RoundEvenOp, math::RoundOp,
              math::RsqrtOp, math::SqrtOp, math::TruncOp>(op);
}

static LogicalResult refuseLibDevice(gpu::GPUModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    if (!needsLibDevice(op))
      return WalkResult::advance();
    op->emitOpError("has no code for GPUs: Elena's math library does not have "
                    "this function of these types");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

static void populatePatterns(LLVMTypeConverter &converter,
                             RewritePatternSet &patterns) {
  // Ahead of the GPU patterns, which would call libdevice (and make an
  // approximate square root).
  populateMathToLLVMConversionPatterns(converter, patterns,
                                       /*approximateLog1p=*/false,
                                       /*benefit=*/10);
  populateGpuToNVVMConversionPatterns(converter, patterns);
  arith::populateArithToLLVMConversionPatterns(converter, patterns);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  populateFuncToLLVMConversionPatterns(converter, patterns);
  populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
  // Upstream's loads and stores assume that no stride is negative.
  populateStridedAccessPatterns(converter, patterns);
  ub::populateUBToLLVMConversionPatterns(converter, patterns);
}

static void configureTarget(ConversionTarget &target) {
  configureGpuToNVVMConversionLegality(target);
  // So that an op without a lowering is named in the error.
  target.addIllegalDialect<arith::ArithDialect, cf::ControlFlowDialect,
                           func::FuncDialect, math::MathDialect,
                           memref::MemRefDialect, ub::UBDialect>();
  // What the NVPTX back end has an instruction or an exact expansion for; the
  // GPU dialect's own configuration declares it illegal.
  target.addLegalOp<LLVM::FAbsOp, LLVM::FCeilOp, LLVM::FFloorOp, LLVM::FMAOp,
                    LLVM::FTruncOp, LLVM::RintOp, LLVM::RoundEvenOp,
                    LLVM::RoundOp, LLVM::SqrtOp, LLVM::CopySignOp>();
}

namespace {
struct GPUToNVVM : impl::GPUToNVVMBase<GPUToNVVM> {
  void runOnOperation() override {
    gpu::GPUModuleOp module = getOperation();
    MLIRContext *context = &getContext();
    if (failed(refuseLibDevice(module)) || failed(expandOps(module)))
      return signalPassFailure();

    LowerToLLVMOptions options(context);
    options.overrideIndexBitwidth(64);
    options.useBarePtrCallConv = true;
    LLVMTypeConverter converter(context, options);
    configureGpuToNVVMTypeConverter(converter);
    RewritePatternSet patterns(context);
    populatePatterns(converter, patterns);
    LLVMConversionTarget target(*context);
    configureTarget(target);
    if (failed(applyPartialConversion(module, target, std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

} // namespace elena
