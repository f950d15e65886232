//===- ObjectFile.cpp - object files and shared libraries -----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/ObjectFile.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdio>
#include <cstdlib>
#include <optional>

using namespace elena;
using namespace llvm;

/// Not through LLVM's streams: one that meets a full disk ends the process.
Error elena::writeFile(StringRef path, ArrayRef<char> bytes) {
  std::string part = (path + ".part").str();
  std::FILE *file = std::fopen(part.c_str(), "wb");
  if (!file)
    return createFileError(path, errnoAsErrorCode());
  bool isWritten =
      std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  std::error_code code = isWritten ? std::error_code() : errnoAsErrorCode();
  if (std::fclose(file) != 0 && isWritten)
    code = errnoAsErrorCode();
  if (!code)
    code = sys::fs::rename(part, path);
  if (!code)
    return Error::success();
  sys::fs::remove(part);
  return createFileError(path, code);
}

namespace {
/// How a shared library is linked on this machine.
struct LinkerDriver {
  std::string program;
  /// A bare linker instead of a compiler driver.
  bool bare = false;
};
} // namespace

static Expected<LinkerDriver> findLinkerDriver() {
  SmallVector<StringRef> names = {"cc", "clang", "gcc"};
  // $CC may carry options: its first word is the program.
  const char *own = std::getenv("CC");
  std::string chosen = own ? StringRef(own).split(' ').first.str() : "";
  if (!chosen.empty())
    names.insert(names.begin(), chosen);
  for (StringRef name : names)
    if (auto program = sys::findProgramByName(name))
      return LinkerDriver{*program, false};
  for (StringRef name : {"ld.lld", "ld.lld-22", "ld"})
    if (auto program = sys::findProgramByName(name))
      return LinkerDriver{*program, true};
  return createStringError(
      "a .so needs a linker, and none was found: looked for " +
      join(names, ", ") +
      ", ld.lld and ld on PATH. Install one (Debian: apt-get install gcc), or "
      "save a .o instead and link it where you use it");
}

static Error runLinker(const LinkerDriver &driver, StringRef object,
                       StringRef output) {
  SmallVector<StringRef> args = {driver.program, "-shared", "-o", output,
                                 object};
  if (driver.bare)
    args.append({"-z", "noexecstack"});
  else
    args.append({"-Wl,-z,noexecstack", "-Wl,--as-needed", "-lm"});

  SmallString<128> log;
  if (std::error_code code = sys::fs::createTemporaryFile("elena", "log", log))
    return createStringError(code, "cannot write a temporary file");
  FileRemover removeLog(log);
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log),
                                          StringRef(log)};
  std::string error;
  int status = sys::ExecuteAndWait(driver.program, args, std::nullopt,
                                   redirects, /*SecondsToWait=*/60,
                                   /*MemoryLimit=*/0, &error);
  if (status == 0)
    return Error::success();
  if (auto buffer = MemoryBuffer::getFile(log))
    error += (*buffer)->getBuffer();
  return createStringError(driver.program + " could not link " + output + ": " +
                           StringRef(error).trim());
}

Error elena::linkSharedLibrary(ArrayRef<char> object, StringRef path) {
  auto driver = findLinkerDriver();
  if (!driver)
    return driver.takeError();
  SmallString<128> file;
  if (std::error_code code = sys::fs::createTemporaryFile("elena", "o", file))
    return createStringError(code, "cannot write a temporary file");
  FileRemover removeObject(file);
  if (Error error = writeFile(file, object))
    return error;
  return runLinker(*driver, file, path);
}
