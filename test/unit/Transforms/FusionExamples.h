//===- FusionExamples.h - Programs and plans for tests ----------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_TRANSFORMS_FUSIONEXAMPLES_H
#define ELENA_TEST_UNIT_TRANSFORMS_FUSIONEXAMPLES_H

#include "elena/Transforms/Fusion/FusionPlan.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace elena::fusion {

/// A function as groups of single stages, and what the planner makes of it.
struct Example {
  std::string name;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<SymbolicValues> symbols;
  std::unique_ptr<FusionProgram> original, changed;
  FusionPlan plan;
};

/// Registers what the examples need.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// The first function of the text; null if it does not parse.
std::unique_ptr<Example> makeExample(mlir::MLIRContext &context,
                                     llvm::StringRef name,
                                     llvm::StringRef text);

/// All files of a directory; null for one that does not parse.
std::vector<std::unique_ptr<Example>>
loadExamples(mlir::MLIRContext &context,
             llvm::StringRef directory = ELENA_FUSION_EXAMPLES);

/// Groups, storages and kernels of a changed program.
FusionPlan makePlan(const FusionProgram &program);

} // namespace elena::fusion

#endif // ELENA_TEST_UNIT_TRANSFORMS_FUSIONEXAMPLES_H
