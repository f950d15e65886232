//===- LinkMath.cpp - Links Elena's math library into a kernel module -===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Math/MathBitcode.h"
#include "elena/Target/PTX.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace elena {

/// Makes what came from the library private to the module, and inlined.
static void internalizeLinked(Module &module, const StringSet<> &names) {
  for (const auto &entry : names) {
    GlobalValue *value = module.getNamedValue(entry.getKey());
    if (!value || value->isDeclaration())
      continue;
    value->setLinkage(GlobalValue::InternalLinkage);
    value->setDLLStorageClass(GlobalValue::DefaultStorageClass);
    if (auto *object = dyn_cast<GlobalObject>(value))
      object->setComdat(nullptr);
    if (auto *function = dyn_cast<Function>(value)) {
      function->removeFnAttr(Attribute::NoInline);
      function->addFnAttr(Attribute::AlwaysInline);
    }
  }
}

static bool needsMath(const Module &module) {
  return any_of(module.functions(), [](const Function &function) {
    return function.isDeclaration() && function.getName().starts_with("elena_");
  });
}

Error linkElenaMath(Module &module) {
  if (!needsMath(module))
    return Error::success();
  StringRef bitcode(reinterpret_cast<const char *>(elenaMathBitcode),
                    elenaMathBitcodeSize);
  MemoryBufferRef buffer(bitcode, "ElenaMath");
  Expected<std::unique_ptr<Module>> library =
      parseBitcodeFile(buffer, module.getContext());
  if (!library)
    return library.takeError();
  (*library)->setTargetTriple(module.getTargetTriple());
  (*library)->setDataLayout(module.getDataLayout());
  if (Linker::linkModules(module, std::move(*library), Linker::LinkOnlyNeeded,
                          internalizeLinked))
    return createStringError("cannot link Elena's math library");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Nothing may be left open
//===----------------------------------------------------------------------===//

/// Intrinsics for which the back end has neither an instruction nor an
/// expansion.
static bool isUnsupportedIntrinsic(const Function &function) {
  switch (function.getIntrinsicID()) {
  case Intrinsic::sin:
  case Intrinsic::cos:
  case Intrinsic::tan:
  case Intrinsic::asin:
  case Intrinsic::acos:
  case Intrinsic::atan:
  case Intrinsic::atan2:
  case Intrinsic::sinh:
  case Intrinsic::cosh:
  case Intrinsic::tanh:
  case Intrinsic::exp:
  case Intrinsic::exp2:
  case Intrinsic::exp10:
  case Intrinsic::log:
  case Intrinsic::log2:
  case Intrinsic::log10:
  case Intrinsic::pow:
  case Intrinsic::powi:
  case Intrinsic::ldexp:
  case Intrinsic::frexp:
  case Intrinsic::modf:
    return true;
  default:
    return false;
  }
}

Error verifySelfContained(const Module &module) {
  for (const Function &function : module.functions()) {
    if (!function.isDeclaration() || function.use_empty())
      continue;
    if (function.isIntrinsic() && !isUnsupportedIntrinsic(function))
      continue;
    const char *what = function.isIntrinsic()
                           ? "no GPU code for the intrinsic '"
                           : "unresolved function '";
    return createStringError(Twine(what) + function.getName() +
                             "' in a GPU kernel");
  }
  for (const GlobalVariable &variable : module.globals())
    if (variable.isDeclaration() && !variable.use_empty() &&
        variable.getAddressSpace() != /*shared=*/3)
      return createStringError("unresolved variable '" + variable.getName() +
                               "' in a GPU kernel");
  return Error::success();
}

} // namespace elena
