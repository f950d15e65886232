//===- Emulator.h - Runs GPU kernels on the host --------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Executes the kernels of a gpu.module without a GPU, to test them. It starts
// from the very LLVM module that PTX is written from (see
// translateGPUModuleToLLVM), replaces what is special about the GPU by calls
// into a scheduler, compiles the rest for the host and runs it block by block,
// with one fiber per CUDA thread. While it runs, every load and store is
// checked:
//
//  * it must fall into a registered memory range (bounds, read-only buffers);
//  * two threads must not touch the same bytes, one of them writing, unless a
//    barrier orders them; threads of different blocks are never ordered;
//  * all threads of a block must reach the same barriers, and all lanes that a
//    shuffle names must take part in it.
//
// Shared memory is filled with 0xff before each block, and the order in which
// threads and blocks run depends on a seed, so that a kernel that relies on
// luck gives different results for different seeds.
//
// Not modelled: the weak memory model, speed, tensor cores, asynchronous
// copies, clusters, inline PTX. A kernel that uses an intrinsic the emulator
// does not know is refused with its name.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TARGET_EMULATOR_H
#define ELENA_TARGET_EMULATOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace elena {

/// Sizes of a grid or a block, or a position in one.
struct Dim3 {
  uint32_t x = 1, y = 1, z = 1;
  uint64_t count() const { return uint64_t(x) * y * z; }
};

/// One finding. A clean run has none.
struct EmulatorReport {
  enum class Kind {
    OutOfBoundsRead,
    OutOfBoundsWrite,
    WriteToReadOnly,
    RaceReadAfterWrite,
    RaceWriteAfterRead,
    RaceWriteAfterWrite,
    BarrierDivergence,
    ShuffleDivergence,
    Deadlock,
  };
  Kind kind;
  std::string kernel;
  Dim3 block;
  Dim3 thread;
  /// Zero where no memory is concerned.
  uint64_t address;
  /// The whole finding as a sentence, with kernel, block and thread.
  std::string message;
};

struct EmulatorOptions {
  /// Check every memory access (about five times slower).
  bool checkAccesses = true;
  /// Findings beyond this number per launch are only counted.
  unsigned maxReports = 16;
  /// The stack of one CUDA thread.
  size_t stackBytes = 64 * 1024;
};

/// A loaded kernel module. Not thread-safe: one launch at a time.
class Emulator {
public:
  /// Takes a module as translateGPUModuleToLLVM makes it. Fails if the module
  /// uses something of the GPU that is not modelled.
  static llvm::Expected<std::unique_ptr<Emulator>>
  create(std::unique_ptr<llvm::Module> module,
         std::unique_ptr<llvm::LLVMContext> context,
         const EmulatorOptions &options = {});
  ~Emulator();

  /// The names of the kernels.
  std::vector<std::string> getKernels() const;

  /// Runs `kernel`; `params` is what cuLaunchKernel's `kernelParams` is. Seed 0
  /// runs threads and blocks in their natural order. An error means that
  /// nothing ran; what goes wrong inside the kernel becomes a report.
  llvm::Error launch(llvm::StringRef kernel, Dim3 grid, Dim3 block,
                     void *const *params, uint64_t seed = 0);

  /// Allows kernels to touch `bytes` bytes from `start`. Ranges that overlap
  /// are joined.
  void addRange(const void *start, size_t bytes, llvm::StringRef name,
                bool writable = true);
  void clearRanges();

  /// What the launches found since the last clearReports().
  llvm::ArrayRef<EmulatorReport> getReports() const;
  /// The number of findings, those beyond `maxReports` included.
  uint64_t getNumFindings() const;
  void clearReports();

  /// How many loads and stores were checked since then.
  uint64_t getNumAccesses() const;

private:
  struct Implementation;
  explicit Emulator(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation;
};

} // namespace elena

#endif // ELENA_TARGET_EMULATOR_H
