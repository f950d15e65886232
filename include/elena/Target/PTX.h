//===- PTX.h - From gpu.module to PTX text ----------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last stage of the GPU target: a `gpu.module` whose content is in the
// LLVM and NVVM dialects (see buildToGPUPipeline) becomes PTX text. Neither
// CUDA nor libdevice is needed: mathematical functions come from Elena's own
// bitcode library, and a module that would leave a symbol unresolved is an
// error.
//
// LLVM's NVPTX back end ends the process when the PTX version does not suit the
// chip. So the chip is looked up in a table of our own first, and the PTX
// version is chosen by that table, never by the user.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TARGET_PTX_H
#define ELENA_TARGET_PTX_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mlir {
class DialectRegistry;
namespace gpu {
class GPUModuleOp;
} // namespace gpu
} // namespace mlir

namespace elena {

//===----------------------------------------------------------------------===//
// Chips
//===----------------------------------------------------------------------===//

/// A chip we write PTX for.
struct ChipInfo {
  /// The name as `ptxas -arch` takes it: "sm_90".
  llvm::StringRef name;
  /// The PTX version we write, major * 10 + minor: the lowest one that knows
  /// the chip, so that the oldest possible driver can load the result.
  unsigned ptxVersion;
};

/// All chips, oldest first.
llvm::ArrayRef<ChipInfo> getKnownChips();

/// Looks `chip` up. The error of an unknown chip lists the known ones.
llvm::Expected<ChipInfo> lookupChip(llvm::StringRef chip);

//===----------------------------------------------------------------------===//
// Translation
//===----------------------------------------------------------------------===//

struct PTXOptions {
  /// See getKnownChips().
  std::string chip = "sm_90";
  /// LLVM's optimisation level, 0 to 3.
  unsigned optLevel = 3;
};

/// Registers the translations of the dialects that a lowered gpu.module
/// consists of. Needed once per context before any function below.
void registerPTXTranslations(mlir::DialectRegistry &registry);

/// Translates a lowered `module` to LLVM IR and links the functions of Elena's
/// math library that it calls. The result is not optimised; it is what the PTX
/// writer and the emulator both start from. Problems are reported at the
/// module's location.
mlir::FailureOr<std::unique_ptr<llvm::Module>>
translateGPUModuleToLLVM(mlir::gpu::GPUModuleOp module,
                         llvm::LLVMContext &context);

/// Links those functions of Elena's math library that `module` calls; they
/// become internal and will be inlined.
llvm::Error linkElenaMath(llvm::Module &module);

/// An error if PTX made from `module` would refer to a symbol that nobody
/// defines, or if it holds an intrinsic that the NVPTX back end cannot select
/// (which would end the process).
llvm::Error verifySelfContained(const llvm::Module &module);

/// Optimises `module` for the chip and writes it as PTX text.
llvm::Expected<std::string> writePTX(llvm::Module &module,
                                     const PTXOptions &options);

/// translateGPUModuleToLLVM and writePTX in one; errors become diagnostics.
mlir::FailureOr<std::string> translateToPTX(mlir::gpu::GPUModuleOp module,
                                            const PTXOptions &options);

} // namespace elena

#endif // ELENA_TARGET_PTX_H
