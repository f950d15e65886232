//===- GPUPipeline.h - From kernels to NVVM ---------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PIPELINES_GPUPIPELINE_H
#define ELENA_PIPELINES_GPUPIPELINE_H

#include "mlir/Pass/PassManager.h"

namespace elena {

/// Adds the passes that turn the kernel functions of a module (see
/// `elena-to-kernels`) into one `gpu.module` in the LLVM and NVVM dialects,
/// ready for translateToPTX. The code does not depend on the chip: that enters
/// only when PTX is written. Host functions are left alone; they refer to
/// kernels by declarations that stay in the module.
void buildToGPUPipeline(mlir::OpPassManager &pm);

/// Registers `elena-to-gpu` and the passes it consists of.
void registerGPUPipeline();

} // namespace elena

#endif // ELENA_PIPELINES_GPUPIPELINE_H
