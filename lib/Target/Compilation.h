//===- Compilation.h - one run of the compiler ------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TARGET_COMPILATION_H
#define ELENA_LIB_TARGET_COMPILATION_H

#include "Session.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Target/Compiler.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/IR/LLVMContext.h"
#include <chrono>

namespace mlir {
class PassManager;
} // namespace mlir

namespace elena {

/// Adds the milliseconds of its lifetime to a list of timings.
class StageTimer {
public:
  using Timings = std::vector<std::pair<std::string, double>>;
  StageTimer(Timings &timings, const char *name)
      : timings(timings), name(name), start(Clock::now()) {}
  ~StageTimer() {
    std::chrono::duration<double, std::milli> time = Clock::now() - start;
    timings.emplace_back(name, time.count());
  }

private:
  using Clock = std::chrono::steady_clock;
  Timings &timings;
  const char *name;
  Clock::time_point start;
};

/// The levels of the IR, from the front end's text to the LLVM dialect. With
/// target "cuda" the kernels are a gpu.module at Level::Loops, and gone at
/// Level::LLVMDialect.
enum class Level { TensorRef, Group, Kernels, Loops, LLVMDialect };

/// One run over a source text, level by level. The module is in `getModule()`
/// and is at the level that was last asked for.
class Compilation {
public:
  explicit Compilation(const CompileOptions &options);
  ~Compilation();

  /// Parses and verifies. Finds the entry.
  llvm::Error parse(llvm::StringRef source);
  /// Runs the pipelines from the present level to `level`.
  llvm::Error lowerTo(Level level);
  /// From the LLVM dialect to LLVM IR with the math library linked in.
  llvm::Error toLLVM();
  /// The reduced LLVM pipeline; with a counter, instrumented code.
  llvm::Error optimizeLLVM(TrafficCounter *counter = nullptr);
  llvm::Error emit(llvm::SmallVectorImpl<char> &out, bool assembly = false);
  mlir::ModuleOp getModule() { return *module; }
  llvm::Module &getLLVMModule() { return *llvmModule; }
  const std::string &getEntryName() const { return entryName; }

  /// With target "cuda": the PTX of the kernels, from Level::LLVMDialect on.
  std::string ptx;
  /// Milliseconds per stage so far.
  std::vector<std::pair<std::string, double>> timings;

  /// What describes the compiled function (see CompiledModule); called by
  /// CompiledModule::compile() at the level where each can be read.
  void describeSignature(CompiledModule &compiled);
  void describeChecks(CompiledModule &compiled);
  static llvm::Error run(CompiledModule &compiled);

private:
  /// `variant`: the options that `build` uses, as text.
  llvm::Error runPipeline(const char *name, const llvm::Twine &variant,
                          llvm::function_ref<void(mlir::PassManager &)> build);
  llvm::Error lowerOne(Level level);
  bool isGPU() const { return options.target == "cuda"; }
  /// Writes the kernels as PTX and leaves the host's functions.
  llvm::Error takeOutGPUModules();

  const CompileOptions &options;
  SessionLease session;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule;
  llvm::TargetMachine *machine = nullptr;
  std::string entryName;
  Level level = Level::TensorRef;
};

/// The kernels that the groups of a module at Level::Group will become; without
/// their names.
std::vector<KernelInfo> collectKernels(mlir::ModuleOp module);
/// Takes the names from the launches of the same module at Level::Kernels.
void nameKernels(mlir::ModuleOp module, std::vector<KernelInfo> &kernels);
/// The storages of the entry that no result refers to (Level::Group).
std::vector<tensorref::AllocOp> findTemporaries(mlir::ModuleOp module);
std::vector<TemporaryInfo> collectTemporaries(mlir::ModuleOp module);
/// Their numbers of bytes, in the same order, where the entry is called with
/// these words; -1 where one depends on data, or is allocated in a loop.
std::vector<int64_t> measureTemporaries(mlir::ModuleOp module,
                                        llvm::ArrayRef<int64_t> words);
/// The words of the arguments or results of a function.
std::vector<WordsInfo> describeTypes(mlir::TypeRange types);

} // namespace elena

#endif // ELENA_LIB_TARGET_COMPILATION_H
