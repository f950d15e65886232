//===- GPUPipeline.cpp - From kernels to NVVM --------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Pipelines/GPUPipeline.h"
#include "elena/Conversion/GPUPasses.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace elena {

void buildToGPUPipeline(OpPassManager &pm) {
  pm.addPass(createKernelsToGPU());
  OpPassManager &device = pm.nest<gpu::GPUModuleOp>();
  device.addPass(createCanonicalizerPass());
  device.addPass(createCSEPass());
  device.addPass(memref::createExpandStridedMetadataPass());
  device.addPass(createLowerAffinePass());
  device.addPass(createMathToCalls());
  device.addPass(createSCFToControlFlowPass());
  device.addPass(createGPUToNVVM());
  device.addPass(createCanonicalizerPass());
  device.addPass(createCSEPass());
  device.addPass(createReconcileUnrealizedCastsPass());
}

void registerGPUPipeline() {
  registerElenaGPUPasses();
  PassPipelineRegistration<>("elena-to-gpu",
                             "Lower kernels to a gpu.module in NVVM",
                             buildToGPUPipeline);
}

} // namespace elena
