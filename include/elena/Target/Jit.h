//===- Jit.h - object code in this process ----------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One JIT serves the whole process; every object file lives in a library of
// its own and is freed with its JitCode.
//
//   auto code = cantFail(JitCode::load(object, "scale"));
//   auto entry = (ElenaEntry)cantFail(code->lookup("scale"));
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TARGET_JIT_H
#define ELENA_TARGET_JIT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm::orc {
class JITDylib;
} // namespace llvm::orc

namespace elena {

/// The loaded code of one object file. Thread-safe.
class JitCode {
public:
  /// Loads `object`, made for the host; `name` is for messages. The only
  /// symbols that code may leave undefined are those of `jitSymbols()`.
  static llvm::Expected<std::unique_ptr<JitCode>>
  load(llvm::ArrayRef<char> object, llvm::StringRef name);

  JitCode(const JitCode &) = delete;
  JitCode &operator=(const JitCode &) = delete;
  /// Frees the code. Nothing may be running in it.
  ~JitCode();

  /// The address of a function that the object exports.
  llvm::Expected<void *> lookup(llvm::StringRef name) const;

private:
  explicit JitCode(llvm::orc::JITDylib &library) : library(library) {}
  llvm::orc::JITDylib &library;
};

/// The functions of libc and libm that compiled code may call (code generation
/// makes such calls itself: memcpy for a copy loop, floor where the CPU has no
/// instruction for it).
llvm::ArrayRef<llvm::StringRef> jitSymbols();

} // namespace elena

#endif // ELENA_TARGET_JIT_H
