//===- Jit.cpp - object code in this process ------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Jit.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include <atomic>
#include <cmath>
#include <cstring>

using namespace elena;
using namespace llvm;
using namespace llvm::orc;

namespace {
struct Symbol {
  StringRef name;
  void *address;
};
} // namespace

/// Everything that compiled code may call outside itself.
static ArrayRef<Symbol> symbolTable() {
#define ELENA_SYMBOL(type, name)                                               \
  {                                                                            \
    #name, reinterpret_cast<void *>(static_cast<type>(::name))                 \
  }
  using F = float (*)(float);
  using D = double (*)(double);
  static const Symbol table[] = {
      ELENA_SYMBOL(void *(*)(void *, const void *, size_t), memcpy),
      ELENA_SYMBOL(void *(*)(void *, const void *, size_t), memmove),
      ELENA_SYMBOL(void *(*)(void *, int, size_t), memset),
      ELENA_SYMBOL(int (*)(const void *, const void *, size_t), memcmp),
      ELENA_SYMBOL(F, floorf),
      ELENA_SYMBOL(D, floor),
      ELENA_SYMBOL(F, ceilf),
      ELENA_SYMBOL(D, ceil),
      ELENA_SYMBOL(F, truncf),
      ELENA_SYMBOL(D, trunc),
      ELENA_SYMBOL(F, rintf),
      ELENA_SYMBOL(D, rint),
      ELENA_SYMBOL(F, nearbyintf),
      ELENA_SYMBOL(D, nearbyint),
      ELENA_SYMBOL(F, sqrtf),
      ELENA_SYMBOL(D, sqrt),
      ELENA_SYMBOL(float (*)(float, float), fmodf),
      ELENA_SYMBOL(double (*)(double, double), fmod),
      ELENA_SYMBOL(float (*)(float, float, float), fmaf),
      ELENA_SYMBOL(double (*)(double, double, double), fma),
  };
#undef ELENA_SYMBOL
  return table;
}

ArrayRef<StringRef> elena::jitSymbols() {
  static const SmallVector<StringRef> names = [] {
    SmallVector<StringRef> result;
    for (const Symbol &symbol : symbolTable())
      result.push_back(symbol.name);
    return result;
  }();
  return names;
}

namespace {
/// The process's JIT: never destroyed, as code may run until the very end.
struct SharedJit {
  std::unique_ptr<LLJIT> jit;
  JITDylib *externals = nullptr;
  std::atomic<uint64_t> count = 0;
};
} // namespace

static Error defineExternals(SharedJit &shared) {
  ExecutionSession &session = shared.jit->getExecutionSession();
  shared.externals = &session.createBareJITDylib("elena.externals");
  SymbolMap symbols;
  for (const Symbol &symbol : symbolTable())
    symbols[shared.jit->mangleAndIntern(symbol.name)] = {
        ExecutorAddr::fromPtr(symbol.address),
        JITSymbolFlags::Exported | JITSymbolFlags::Callable};
  return shared.externals->define(absoluteSymbols(std::move(symbols)));
}

static Expected<SharedJit *> createSharedJit() {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  auto shared = std::make_unique<SharedJit>();
  // The inactive platform does without start-up code and static destructors,
  // which compiled functions do not have.
  auto jit = LLJITBuilder()
                 .setPlatformSetUp(setUpInactivePlatform)
                 .setLinkProcessSymbolsByDefault(false)
                 .create();
  if (!jit)
    return jit.takeError();
  shared->jit = std::move(*jit);
  // Errors reach the caller as an Error; they must not also go to stderr.
  shared->jit->getExecutionSession().setErrorReporter(
      [](Error error) { consumeError(std::move(error)); });
  if (Error error = defineExternals(*shared))
    return error;
  return shared.release();
}

static Expected<SharedJit *> sharedJit() {
  struct Outcome {
    SharedJit *shared = nullptr;
    std::string error;
  };
  static const Outcome outcome = [] {
    Outcome result;
    if (auto shared = createSharedJit())
      result.shared = *shared;
    else
      result.error = toString(shared.takeError());
    return result;
  }();
  if (!outcome.shared)
    return createStringError("the JIT could not be started: " + outcome.error);
  return outcome.shared;
}

Expected<std::unique_ptr<JitCode>> JitCode::load(ArrayRef<char> object,
                                                 StringRef name) {
  auto shared = sharedJit();
  if (!shared)
    return shared.takeError();
  LLJIT &jit = *(*shared)->jit;
  uint64_t number = (*shared)->count++;
  JITDylib &library = jit.getExecutionSession().createBareJITDylib(
      (name + "." + Twine(number)).str());
  library.addToLinkOrder(*(*shared)->externals);
  std::unique_ptr<JitCode> code(new JitCode(library));
  auto buffer = MemoryBuffer::getMemBufferCopy(
      StringRef(object.data(), object.size()), name);
  if (Error error = jit.addObjectFile(library, std::move(buffer)))
    return error;
  return code;
}

JitCode::~JitCode() {
  auto shared = sharedJit();
  if (!shared) {
    consumeError(shared.takeError());
    return;
  }
  consumeError((*shared)->jit->getExecutionSession().removeJITDylib(library));
}

Expected<void *> JitCode::lookup(StringRef name) const {
  auto shared = sharedJit();
  if (!shared)
    return shared.takeError();
  auto address = (*shared)->jit->lookup(library, name);
  if (!address)
    return address.takeError();
  return address->toPtr<void *>();
}
