//===- elena-opt.cpp - Runs passes on tensorref IR ------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass driver. It is the one translation unit that registers all upstream
// dialects and passes (which takes long to compile).
//
//===----------------------------------------------------------------------===//

#include "elena/Pipelines/Pipelines.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  elena::registerAllElenaDialects(registry);
  elena::registerAllElenaPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Elena's pass driver\n", registry));
}
