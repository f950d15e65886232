//===- KernelsToGPU.cpp - Makes GPU kernels from kernel functions -----===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/GPUPasses.h"
#include "elena/Conversion/StageEmitter.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace elena {
#define GEN_PASS_DEF_KERNELSTOGPU
#include "elena/Conversion/GPUPasses.h.inc"

using namespace tensorref;

/// Threads per block. Kernels are bound by memory: what counts is that a
/// multiprocessor gets enough warps, and 256 suits every chip.
static constexpr int32_t blockSize = 256;

//===----------------------------------------------------------------------===//
// Threads to points
//===----------------------------------------------------------------------===//

/// The number of this thread in the grid, in 64 bits.
static Value emitThreadNumber(OpBuilder &builder, Location loc) {
  Value block = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x);
  Value thread = gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x);
  Value size = arith::ConstantIndexOp::create(builder, loc, blockSize);
  auto flags = arith::IntegerOverflowFlags::nsw;
  Value first = arith::MulIOp::create(builder, loc, block, size, flags);
  return arith::AddIOp::create(builder, loc, first, thread, flags);
}

static Value emitProduct(OpBuilder &builder, Location loc, ValueRange sizes) {
  if (sizes.empty())
    return arith::ConstantIndexOp::create(builder, loc, 1);
  Value product = sizes.front();
  for (Value size : sizes.drop_front())
    product = arith::MulIOp::create(builder, loc, product, size);
  return product;
}

/// The indices of point `number`, the last dimension being the fastest.
static SmallVector<Value> emitDelinearize(OpBuilder &builder, Location loc,
                                          Value number, ValueRange sizes) {
  SmallVector<Value> indices(sizes.size());
  Value rest = number;
  for (size_t i = sizes.size(); i-- > 0;) {
    // The number is in bounds, so nothing is left to cut off the first index.
    if (i == 0) {
      indices[i] = rest;
      break;
    }
    indices[i] = arith::RemUIOp::create(builder, loc, rest, sizes[i]);
    rest = arith::DivUIOp::create(builder, loc, rest, sizes[i]);
  }
  return indices;
}

/// One thread per point. A stage whose points must run in order has no parallel
/// dimensions, hence one point: thread 0 does it all.
static void emitThread(OpBuilder &builder, StageOp stage) {
  Location loc = stage.getLoc();
  Value number = emitThreadNumber(builder, loc);
  SmallVector<Value> sizes = getParallelExtents(builder, stage);
  Value count = emitProduct(builder, loc, sizes);
  Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                       number, count);
  auto branch = scf::IfOp::create(builder, loc, inside, /*withElse=*/false);
  OpBuilder inner = branch.getThenBodyBuilder();
  emitStagePoint(inner, stage, emitDelinearize(inner, loc, number, sizes));
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// The only stage of the kernel's only group.
static FailureOr<StageOp> findStage(gpu::GPUFuncOp kernel) {
  SmallVector<StageOp> stages;
  kernel.walk([&](StageOp stage) { stages.push_back(stage); });
  if (stages.size() != 1)
    return kernel.emitError("has ")
           << stages.size()
           << " stages; the GPU lowering takes kernels of one stage";
  return stages.front();
}

static LogicalResult lowerStage(gpu::GPUFuncOp kernel) {
  FailureOr<StageOp> stage = findStage(kernel);
  if (failed(stage))
    return failure();
  auto group = (*stage)->getParentOfType<GroupOp>();
  OpBuilder builder(group);
  emitThread(builder, *stage);
  group.erase();
  // The refs have served their purpose; the memrefs under them are used now.
  SmallVector<FromMemRefOp> refs;
  kernel.walk([&](FromMemRefOp ref) { refs.push_back(ref); });
  for (FromMemRefOp ref : refs)
    if (ref->use_empty())
      ref->erase();
  return success();
}

/// Moves the body of `function` into a kernel of `module`.
static gpu::GPUFuncOp moveToGPU(func::FuncOp function,
                                gpu::GPUModuleOp module) {
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  auto kernel =
      gpu::GPUFuncOp::create(builder, function.getLoc(), function.getName(),
                             function.getFunctionType());
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                  builder.getUnitAttr());
  kernel.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr({blockSize, 1, 1}));
  if (ArrayAttr attributes = function.getAllArgAttrs())
    kernel.setAllArgAttrs(attributes);
  kernel.getBody().takeBody(function.getBody());
  Operation *terminator = kernel.getBody().back().getTerminator();
  builder.setInsertionPoint(terminator);
  gpu::ReturnOp::create(builder, terminator->getLoc());
  terminator->erase();
  return kernel;
}

namespace {
struct KernelsToGPU : impl::KernelsToGPUBase<KernelsToGPU> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> functions;
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(kKernelAttr) && !function.isExternal())
        functions.push_back(function);
    if (functions.empty())
      return;
    auto builder = OpBuilder::atBlockEnd(module.getBody());
    auto gpuModule =
        gpu::GPUModuleOp::create(builder, module.getLoc(), "kernels");
    for (func::FuncOp function : functions)
      if (failed(lowerStage(moveToGPU(function, gpuModule))))
        return signalPassFailure();
  }
};
} // namespace

} // namespace elena
