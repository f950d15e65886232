//===- Codegen.h - LLVM dialect to object code ------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module of the LLVM dialect to an object file, in four steps that can
// be timed apart: translate, linkMath, optimize, emitObject.
//
//   LLVMContext context;
//   auto machine = cantFail(createTargetMachine(TargetSpec::host()));
//   auto module = cantFail(translateToLLVM(op, context, *machine));
//   cantFail(linkMath(*module));
//   internalizeAllBut(*module, {"scale"});
//   optimize(*module, *machine);
//   SmallVector<char, 0> object;
//   cantFail(emitObject(*module, *machine, object));
//
// Nothing here turns on fast-math or contracts a multiplication and an addition
// into an fma: results are bit-identical to NumPy's where NumPy's are exact.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TARGET_CODEGEN_H
#define ELENA_TARGET_CODEGEN_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm

namespace elena {

class TrafficCounter;

/// The machine that code is made for. Empty fields mean the host's.
struct TargetSpec {
  /// For example "x86_64-unknown-linux-gnu".
  std::string triple;
  /// For example "znver4" or "x86-64-v3".
  std::string cpu;
  /// For example "+avx2,-avx512f". Is added to what the CPU has; replaces the
  /// host's own list when `cpu` is given.
  std::string features;

  /// The machine this process runs on (asked for once).
  static const TargetSpec &host();
  /// This with the host's values in place of the empty fields.
  TargetSpec resolved() const;
  /// Whether code for this can run in this process.
  bool isHost() const;
};

/// A machine for position-independent code, shared by the JIT and by object
/// files. Fails on an unknown triple or CPU, naming it.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetSpec &spec);

/// Translates a module that holds nothing but the LLVM dialect. Sets the data
/// layout, the triple and the CPU of all functions.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateToLLVM(mlir::ModuleOp op, llvm::LLVMContext &context,
                llvm::TargetMachine &machine);

/// Links those functions of the math library (elena/Math/MathBitcode.h) that
/// `module` calls, and makes them internal and always inlined. Costs nothing
/// for modules that call none.
llvm::Error linkMath(llvm::Module &module);

/// Lets every load and store be at any address: for arguments that are not
/// where their dtype is usually (np.frombuffer with an offset, packed records).
void assumeNoAlignment(llvm::Module &module);

/// Makes every definition internal but those named.
void internalizeAllBut(llvm::Module &module,
                       llvm::ArrayRef<std::string> exported);

/// Runs the reduced pipeline: inlines the math functions, then scalar
/// clean-ups, loop-invariant code motion, the loop vectoriser, clean-ups. The
/// environment variable ELENA_LLVM_PIPELINE replaces it (opt's syntax). With a
/// counter, stops before the vectoriser and makes the kernels call it.
llvm::Error optimize(llvm::Module &module, llvm::TargetMachine &machine,
                     TrafficCounter *counter = nullptr);

/// Appends the object file of `module` to `object`; `assembly` asks for text.
llvm::Error emitObject(llvm::Module &module, llvm::TargetMachine &machine,
                       llvm::SmallVectorImpl<char> &object,
                       bool assembly = false);

} // namespace elena

#endif // ELENA_TARGET_CODEGEN_H
