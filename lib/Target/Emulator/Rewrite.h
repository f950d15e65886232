//===- Rewrite.h - Makes a GPU module run on the host ---------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TARGET_EMULATOR_REWRITE_H
#define ELENA_LIB_TARGET_EMULATOR_REWRITE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace elena::emulator {

/// A kernel of a rewritten module.
struct KernelInfo {
  std::string name;
  /// The function that takes its parameters as cuLaunchKernel does.
  std::string packedName;
  /// Whether it may reach a barrier or a shuffle.
  bool synchronizes = false;
  /// What `.maxntid` allows; 0 if there is no limit.
  uint64_t maxThreads = 0;
};

/// A global variable that kernels may touch.
struct VariableInfo {
  std::string name;
  size_t bytes;
  bool shared;
  bool writable;
};

struct RewrittenModule {
  std::vector<KernelInfo> kernels;
  std::vector<VariableInfo> variables;
};

/// Turns `module` into one for the host of `machine` that calls the functions
/// of Callbacks. Fails with the names of all intrinsics it does not know.
llvm::Expected<RewrittenModule>
rewriteForHost(llvm::Module &module, const llvm::TargetMachine &machine);

/// Gives every kernel a companion that reads the parameters from an array of
/// pointers, as cuLaunchKernel does. To be called after instrumentAccesses: the
/// companions' own loads need no check.
void makePackedKernels(llvm::Module &module, const RewrittenModule &rewritten);

/// Passes the address of every load, store and atomic through
/// Callbacks::access.
llvm::Error instrumentAccesses(llvm::Module &module);

} // namespace elena::emulator

#endif // ELENA_LIB_TARGET_EMULATOR_REWRITE_H
