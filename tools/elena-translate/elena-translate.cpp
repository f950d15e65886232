//===- elena-translate.cpp - Writes GPU code ----------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   elena-translate --tensorref-to-ptx [--chip=sm_90] input.mlir
//
// The input may stand at any point of the pipeline: as the front end writes it,
// as groups, as kernels, or as a gpu.module in the NVVM dialect.
//
//===----------------------------------------------------------------------===//

#include "elena/Pipelines/GPUPipeline.h"
#include "elena/Pipelines/Pipelines.h"
#include "elena/Target/PTX.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"

using namespace mlir;

static llvm::cl::opt<std::string>
    chip("chip", llvm::cl::desc("The GPU to write PTX for"),
         llvm::cl::value_desc("sm_NN"), llvm::cl::init("sm_90"));

static llvm::cl::opt<unsigned>
    optLevel("ptx-opt-level", llvm::cl::desc("LLVM's optimisation level"),
             llvm::cl::init(3));

static LogicalResult lowerToNVVM(ModuleOp module) {
  PassManager passes(module.getContext());
  elena::ToGroupsOptions groups;
  groups.gpu = true;
  elena::buildToGroupsPipeline(passes, groups);
  elena::buildToKernelsPipeline(passes);
  elena::buildToGPUPipeline(passes);
  return passes.run(module);
}

/// Writes the kernels of `op` as PTX.
static LogicalResult translateToPTX(Operation *op, llvm::raw_ostream &os) {
  auto module = dyn_cast<ModuleOp>(op);
  if (!module)
    return op->emitError("expected a module");
  // A wrong chip is told before anything else is done.
  if (auto info = elena::lookupChip(chip); !info)
    return emitError(module.getLoc(), llvm::toString(info.takeError()));
  if (failed(lowerToNVVM(module)))
    return failure();
  if (module.getOps<gpu::GPUModuleOp>().empty())
    return module.emitError("has no kernel: none of its functions accesses "
                            "the elements of a tensorref");
  elena::PTXOptions options;
  options.chip = chip;
  options.optLevel = optLevel;
  for (auto gpuModule : module.getOps<gpu::GPUModuleOp>()) {
    FailureOr<std::string> ptx = elena::translateToPTX(gpuModule, options);
    if (failed(ptx))
      return failure();
    os << *ptx;
  }
  return success();
}

static void registerDialects(DialectRegistry &registry) {
  elena::registerAllElenaDialects(registry);
  elena::registerPTXTranslations(registry);
  registry.insert<gpu::GPUDialect, NVVM::NVVMDialect>();
}

int main(int argc, char **argv) {
  TranslateFromMLIRRegistration toPTX("tensorref-to-ptx",
                                      "write the kernels as PTX",
                                      translateToPTX, registerDialects);
  return failed(mlirTranslateMain(argc, argv, "Elena's translation driver\n"));
}
