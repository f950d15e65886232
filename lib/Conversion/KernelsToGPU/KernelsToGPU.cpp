//===- KernelsToGPU.cpp - Makes GPU kernels from kernel functions -----===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/GPUPasses.h"
#include "elena/Conversion/GroupEmitter.h"
#include "elena/Conversion/StageEmitter.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace elena {
#define GEN_PASS_DEF_KERNELSTOGPU
#include "elena/Conversion/GPUPasses.h.inc"

using namespace tensorref;

/// Kernels are bound by memory: what counts is that a multiprocessor gets
/// enough warps, and this suits every chip.
static constexpr int32_t blockSize = kThreadsPerBlock;

static SmallVector<StageOp> getStages(GroupOp group) {
  return llvm::to_vector(group.getBody().front().getOps<StageOp>());
}

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

/// What one thread does of a group.
static void emitPoint(OpBuilder &builder, GroupOp group, ValueRange point) {
  if (!group.isFused())
    return emitStagePoint(builder, getStages(group).front(), point);
  if (group.getSequentialT())
    return emitGroupLoops(builder, group);
  emitGroupPoint(builder, group, point);
}

static SmallVector<Value> emitThreadSizes(OpBuilder &builder, GroupOp group) {
  IndexArith arith(builder, group.getLoc());
  return llvm::map_to_vector(
      group.getMixedThreadSizes(),
      [&](OpFoldResult size) { return arith.materialize(size); });
}

/// The groups share the points: the first ones are those of the first group.
static void emitPoints(OpBuilder builder, ArrayRef<GroupOp> groups,
                       Value number) {
  for (auto [k, group] : llvm::enumerate(groups)) {
    Location loc = group->getLoc();
    bool isLast = k + 1 == groups.size();
    SmallVector<Value> sizes = emitThreadSizes(builder, group);
    Value count = emitProduct(builder, loc, sizes);
    Value inside = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::slt, number, count);
    auto branch = scf::IfOp::create(builder, loc, inside, !isLast);
    OpBuilder inner = branch.getThenBodyBuilder();
    emitPoint(inner, group, emitDelinearize(inner, loc, number, sizes));
    if (isLast)
      return;
    builder = branch.getElseBodyBuilder();
    number = arith::SubIOp::create(builder, loc, number, count);
  }
}

static SmallVector<GroupOp> getGroups(Operation *root) {
  SmallVector<GroupOp> groups;
  root->walk([&](GroupOp group) { groups.push_back(group); });
  return groups;
}

namespace {
/// The threads that run an iteration, as one of them sees it.
struct Team {
  Value iteration;
  /// This thread's number in the team, and how many there are.
  Value thread, threads;
};
} // namespace

/// So many threads in a row.
static Team emitTeam(OpBuilder &builder, ForeachOp foreach) {
  Location loc = foreach.getLoc();
  Value number = emitThreadNumber(builder, loc);
  Value threads = foreach.getThreads();
  return {arith::DivUIOp::create(builder, loc, number, threads),
          arith::RemUIOp::create(builder, loc, number, threads), threads};
}

/// A block, which can wait for all of its threads.
static Team emitBlockTeam(OpBuilder &builder, Location loc) {
  return {gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x),
          gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x),
          arith::ConstantIndexOp::create(builder, loc, blockSize)};
}

/// The team shares the points. How many there are may differ from one iteration
/// to the next.
static void emitTeamPoints(Operation *kernel, const Team &team) {
  OpBuilder builder(kernel);
  Location loc = kernel->getLoc();
  SmallVector<GroupOp> groups = getGroups(kernel);
  Value points;
  for (GroupOp group : groups) {
    Value count = emitProduct(builder, loc, emitThreadSizes(builder, group));
    points =
        points ? arith::AddIOp::create(builder, loc, points, count) : count;
  }
  auto loop =
      scf::ForOp::create(builder, loc, team.thread, points, team.threads);
  emitPoints(OpBuilder::atBlockBegin(loop.getBody()), groups,
             loop.getInductionVar());
}

/// Each step waits for the one before it. The first one need not, unless it
/// comes again: what it writes may be what others still read.
static void emitSteps(ArrayRef<Operation *> kernels, Block *iteration,
                      const Team &team) {
  for (Operation *kernel : kernels) {
    bool isFirst = kernel == kernels.front() && kernel->getBlock() == iteration;
    if (!isFirst) {
      OpBuilder builder(kernel);
      gpu::BarrierOp::create(builder, kernel->getLoc());
    }
    emitTeamPoints(kernel, team);
    kernel->erase();
  }
}

static void emitIterations(OpBuilder &builder, ForeachOp foreach,
                           bool byBlocks) {
  Location loc = foreach.getLoc();
  Team team =
      byBlocks ? emitBlockTeam(builder, loc) : emitTeam(builder, foreach);
  Value isThere = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                        team.iteration, foreach.getCount());
  auto branch =
      scf::IfOp::create(builder, loc, isThere, /*withElseRegion=*/false);
  builder.setInsertionPointToStart(branch.thenBlock());
  SmallVector<Operation *> kernels = foreach.getKernels();
  inlineIteration(builder, foreach, team.iteration);
  emitSteps(kernels, branch.thenBlock(), team);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// The only group, pack or loop of the kernel.
static FailureOr<Operation *> findRoot(gpu::GPUFuncOp kernel) {
  SmallVector<Operation *> roots = getKernelRoots(kernel);
  if (roots.size() != 1)
    return kernel.emitError("has ")
           << roots.size()
           << " groups; the GPU lowering takes kernels of one group or pack";
  return roots.front();
}

/// Without a common space the stages of a group would need a barrier over the
/// whole grid between them.
static LogicalResult verifyStages(GroupOp group) {
  size_t stages = getStages(group).size();
  if (group.isFused() || stages == 1)
    return success();
  return group.emitError("has ")
         << stages
         << " stages and no `over`; the GPU lowering takes fused groups and "
            "groups of one stage";
}

/// The launch has `count` times `threads` threads.
static LogicalResult verifyBlocks(ForeachOp foreach) {
  if (getConstantIntValue(foreach.getThreads()) == blockSize)
    return success();
  return foreach.emitError("has several groups in an iteration, so `threads` "
                           "is the constant ")
         << blockSize << ": an iteration is one block";
}

static LogicalResult lowerKernel(gpu::GPUFuncOp kernel) {
  FailureOr<Operation *> root = findRoot(kernel);
  if (failed(root))
    return failure();
  auto foreach = dyn_cast<ForeachOp>(*root);
  bool byBlocks = foreach && foreach.hasSeveralSteps();
  if (byBlocks && failed(verifyBlocks(foreach)))
    return failure();
  SmallVector<GroupOp> groups = getGroups(*root);
  for (GroupOp group : groups)
    if (failed(verifyStages(group)))
      return failure();
  auto space = gpu::AddressSpaceAttr::get(kernel.getContext(),
                                          gpu::AddressSpace::Workgroup);
  lowerGroupBodies(
      kernel.getBody(),
      [&](Location loc, ArrayRef<int64_t> sizes, Type element) -> Value {
        auto type = MemRefType::get(sizes, element, AffineMap(), space);
        return kernel.addWorkgroupAttribution(type, loc);
      });
  OpBuilder builder(*root);
  if (foreach)
    emitIterations(builder, foreach, byBlocks);
  else
    emitPoints(builder, groups, emitThreadNumber(builder, (*root)->getLoc()));
  (*root)->erase();
  eraseUnusedRefs(kernel.getBody());
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
      if (failed(lowerKernel(moveToGPU(function, gpuModule))))
        return signalPassFailure();
  }
};
} // namespace

} // namespace elena
