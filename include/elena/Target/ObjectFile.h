//===- ObjectFile.h - object files and shared libraries ---------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TARGET_OBJECTFILE_H
#define ELENA_TARGET_OBJECTFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace elena {

/// Writes `bytes` to `path`; the file appears whole or not at all.
llvm::Error writeFile(llvm::StringRef path, llvm::ArrayRef<char> bytes);

/// Links `object` into the shared library `path`, which needs libc (and libm)
/// only. Uses the first of $CC, cc, clang, gcc, and last ld.lld, that is
/// installed; the error says what was looked for or what the linker said.
///
///   cantFail(linkSharedLibrary(object, "/tmp/scale.so"));
llvm::Error linkSharedLibrary(llvm::ArrayRef<char> object,
                              llvm::StringRef path);

} // namespace elena

#endif // ELENA_TARGET_OBJECTFILE_H
