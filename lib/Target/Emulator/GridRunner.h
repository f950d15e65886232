//===- GridRunner.h - Runs a grid block by block --------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TARGET_EMULATOR_GRIDRUNNER_H
#define ELENA_LIB_TARGET_EMULATOR_GRIDRUNNER_H

#include "Fiber.h"
#include "MemoryMap.h"

namespace elena::emulator {

/// The functions that rewritten kernels call. `site` numbers the places in the
/// module that call, so that threads at different barriers can be told apart.
struct Callbacks {
  static constexpr const char *specialRegister = "elena_emulator_sreg";
  static constexpr const char *barrier = "elena_emulator_barrier";
  static constexpr const char *shuffle = "elena_emulator_shuffle";
  static constexpr const char *access = "elena_emulator_access";

  struct Entry {
    const char *name;
    void *address;
  };
  /// All of them, for the JIT's symbol table.
  static llvm::ArrayRef<Entry> getTable();
};

/// First argument of the special register callback; the second is the
/// dimension.
enum class SpecialRegister { Tid, Ntid, Ctaid, Nctaid, Lane, Warp, WarpSize };

/// What a shuffle does: shfl.sync's modes, or only waiting (bar.warp.sync).
enum class ShuffleMode { Up, Down, Butterfly, Index, OnlySync };

/// A kernel as the JIT made it: reads its parameters as cuLaunchKernel would.
using PackedKernel = void (*)(void *const *params);

/// What to run.
struct Launch {
  std::string kernelName;
  PackedKernel kernel;
  void *const *params;
  Dim3 grid, block;
  uint64_t seed;
  /// Whether the kernel has barriers or shuffles: only then does every thread
  /// need a fiber of its own.
  bool synchronizes;
};

/// Runs grids, and keeps what it finds.
class GridRunner {
public:
  explicit GridRunner(const EmulatorOptions &options);

  void run(const Launch &launch);

  MemoryMap memory;
  std::vector<EmulatorReport> reports;
  uint64_t numFindings = 0;
  uint64_t numAccesses = 0;

  /// \name Called by the kernel
  /// @{
  uint32_t readSpecialRegister(SpecialRegister which, uint32_t dimension);
  void barrier(uint32_t site);
  struct ShuffleRequest {
    ShuffleMode mode = ShuffleMode::Up;
    uint32_t site = 0, mask = 0, value = 0, offset = 0, clamp = 0;
    uint32_t result = 0;
    bool predicate = false;
  };
  void shuffle(ShuffleRequest &request);
  void *access(void *address, uint64_t size, bool write);
  /// @}

private:
  enum class State { Ready, AtBarrier, AtShuffle, Done };
  struct Thread {
    FiberContext context;
    Stack stack;
    State state = State::Done;
    Dim3 id;
    uint32_t barrierSite = 0;
    ShuffleRequest *request = nullptr;
  };

  void runBlock(const std::vector<uint32_t> &order);
  void runThreads(const std::vector<uint32_t> &order);
  bool resumeReady(const std::vector<uint32_t> &order);
  void releaseBarrier(bool someExited);
  void shuffleWarp(uint32_t warp);
  void exchange(uint32_t first, uint32_t last, uint32_t arrived);
  void suspend(State state);
  std::vector<uint32_t> makeOrder(uint64_t count, uint64_t salt) const;
  void report(EmulatorReport::Kind kind, const llvm::Twine &what,
              uint64_t address = 0);
  static void fiberEntry();

  EmulatorOptions options;
  StackPool stacks;
  std::vector<char> sink;

  Launch current;
  std::vector<Thread> threads;
  std::vector<uint32_t> warpEpochs;
  uint32_t barrierEpoch = 0;
  uint32_t blockIndex = 0;
  Dim3 blockId;
  uint32_t running = 0;
  bool stopped = false;
  uint64_t findingsAtStart = 0;
  FiberContext scheduler;
};

} // namespace elena::emulator

#endif // ELENA_LIB_TARGET_EMULATOR_GRIDRUNNER_H
