//===- Traffic.h - What kernels read and write, counted ---------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts the bytes that compiled CPU kernels load and store, to compare them
// with what an ideal program would move (docs/Counting.md):
//
//   TrafficCounter counter({"f_k0_map", "f_k1_copy"});
//   cantFail(optimize(module, machine, &counter));  // calls `counter`
//   ... run the code ...
//   for (const KernelTraffic &kernel : counter.getKernels()) ...
//
// For tests: the code holds the address of the counter, is slow, and may run
// in one thread only.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TARGET_TRAFFIC_H
#define ELENA_TARGET_TRAFFIC_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class Module;
} // namespace llvm

namespace elena {

/// A set of addresses of bytes, each with the time when it was last inserted.
class ByteSet {
public:
  ByteSet() = default;
  // Only moved: a vector would copy it, as a DenseMap may throw when moved.
  ByteSet(ByteSet &&) = default;
  ByteSet &operator=(ByteSet &&) = default;

  void insert(uint64_t address, uint64_t time);
  /// The time of the last insertion, or nothing.
  std::optional<uint64_t> find(uint64_t address);
  /// How many addresses it holds.
  uint64_t size() const { return count; }

private:
  static constexpr uint64_t kPageBytes = 4096;
  static constexpr uint64_t kNever = ~uint64_t(0);
  /// A time per byte.
  using Page = std::array<uint64_t, kPageBytes>;

  Page *findPage(uint64_t number);

  llvm::DenseMap<uint64_t, size_t> numbers;
  std::vector<std::unique_ptr<Page>> pages;
  /// The page of the last access: nearly always that of the next one.
  uint64_t lastNumber = kNever;
  Page *lastPage = nullptr;
  uint64_t count = 0;
};

/// What one kernel has moved, in bytes.
struct KernelTraffic {
  std::string name;
  uint64_t launches = 0;
  /// What all loads and stores sum up to.
  uint64_t loads = 0, stores = 0;
  /// Different bytes of the present launch, each once. What the kernel reads
  /// back soon after it has written it is not in `read`: it comes from the
  /// innermost cache.
  ByteSet read, written;
  /// Those of the launches before it.
  uint64_t readBefore = 0, writtenBefore = 0;

  uint64_t getRead() const { return readBefore + read.size(); }
  uint64_t getWritten() const { return writtenBefore + written.size(); }
};

/// "Soon": no more bytes than this loaded and stored between the two.
constexpr uint64_t kNearBytes = 32 * 1024;

class TrafficCounter {
public:
  /// `kernels`: the names of the functions to count in.
  explicit TrafficCounter(std::vector<std::string> kernels);

  llvm::ArrayRef<KernelTraffic> getKernels() const { return kernels; }
  /// Forgets what was counted.
  void reset();
  /// What the instrumented code calls.
  void launch(uint32_t kernel);
  void access(uint32_t kernel, uint64_t address, uint64_t bytes, bool isWrite);

private:
  std::vector<KernelTraffic> kernels;
};

/// Makes each kernel call `counter` when it starts and at every access to
/// memory that is not on its own stack.
void instrumentTraffic(llvm::Module &module, TrafficCounter &counter);

} // namespace elena

#endif // ELENA_TARGET_TRAFFIC_H
