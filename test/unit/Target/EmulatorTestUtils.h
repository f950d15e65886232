//===- EmulatorTestUtils.h - Kernels as LLVM IR text, run ----*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_TARGET_EMULATORTESTUTILS_H
#define ELENA_TEST_UNIT_TARGET_EMULATORTESTUTILS_H

#include "elena/Target/Emulator.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

namespace elena::test {

/// What every kernel text of the tests may use.
inline const char *const declarations = R"(
target triple = "nvptx64-nvidia-cuda"
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare i32 @llvm.nvvm.shfl.sync.bfly.i32(i32, i32, i32, i32)
declare float @llvm.nvvm.shfl.sync.bfly.f32(i32, float, i32, i32)
declare {i32, i1} @llvm.nvvm.shfl.sync.down.i32p(i32, i32, i32, i32)
declare {i32, i1} @llvm.nvvm.shfl.sync.up.i32p(i32, i32, i32, i32)
declare i32 @llvm.nvvm.shfl.sync.idx.i32(i32, i32, i32, i32)
)";

/// Parses `text` (after `declarations`) and loads it.
inline llvm::Expected<std::unique_ptr<Emulator>>
tryLoad(llvm::StringRef text, const EmulatorOptions &options = {}) {
  auto context = std::make_unique<llvm::LLVMContext>();
  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(
      (llvm::Twine(declarations) + text).str(), diagnostic, *context);
  if (!module) {
    std::string message;
    llvm::raw_string_ostream stream(message);
    diagnostic.print("kernel", stream);
    return llvm::createStringError(message);
  }
  return Emulator::create(std::move(module), std::move(context), options);
}

inline std::unique_ptr<Emulator> load(llvm::StringRef text,
                                      const EmulatorOptions &options = {}) {
  auto emulator = tryLoad(text, options);
  if (!emulator) {
    ADD_FAILURE() << llvm::toString(emulator.takeError());
    return nullptr;
  }
  return std::move(*emulator);
}

inline std::string messages(const Emulator &emulator) {
  std::string result;
  for (const EmulatorReport &report : emulator.getReports())
    result += report.message + "\n";
  return result;
}

inline bool found(const Emulator &emulator, EmulatorReport::Kind kind) {
  for (const EmulatorReport &report : emulator.getReports())
    if (report.kind == kind)
      return true;
  return false;
}

/// Launches with pointers to `arguments` as the kernel's parameters.
template <typename... T>
void launch(Emulator &emulator, llvm::StringRef kernel, Dim3 grid, Dim3 block,
            uint64_t seed, T &...arguments) {
  void *params[] = {static_cast<void *>(&arguments)...};
  llvm::Error error = emulator.launch(kernel, grid, block, params, seed);
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
}

} // namespace elena::test

#endif // ELENA_TEST_UNIT_TARGET_EMULATORTESTUTILS_H
