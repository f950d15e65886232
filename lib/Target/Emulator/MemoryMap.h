//===- MemoryMap.h - What kernels may touch, and who did ------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TARGET_EMULATOR_MEMORYMAP_H
#define ELENA_LIB_TARGET_EMULATOR_MEMORYMAP_H

#include "elena/Target/Emulator.h"

#include <optional>

namespace elena::emulator {

using ReportKind = EmulatorReport::Kind;

/// Who makes an access, and when: the epochs count the barriers the block, and
/// the shuffles the warp, has passed.
struct Accessor {
  uint32_t block = ~0u;
  uint32_t thread = 0;
  uint32_t barrierEpoch = 0;
  uint32_t warpEpoch = 0;

  bool isValid() const { return block != ~0u; }
  uint32_t warp() const { return thread / 32; }
};

/// Why an access is wrong.
struct Violation {
  ReportKind kind;
  /// The buffer and the place in it.
  std::string where;
  /// The other party of a race.
  Accessor other;
};

/// Whose memory a range is.
enum class Origin { Caller, ModuleData, Shared };

/// The memory ranges that a kernel may touch, each with a record of the last
/// accesses to every few bytes of it.
class MemoryMap {
public:
  void add(uintptr_t start, size_t bytes, llvm::StringRef name, Origin origin,
           bool writable);
  /// Removes the caller's ranges.
  void clear();

  /// Forgets all accesses.
  void beginLaunch();
  /// Fills shared memory with 0xff and forgets the accesses to it.
  void beginBlock();

  /// Checks an access and records it.
  std::optional<Violation> check(uintptr_t address, uint64_t size, bool write,
                                 const Accessor &self);

private:
  struct Cell {
    Accessor write;
    /// The last reader, and the last one before it that was another thread:
    /// whoever writes differs from one of them.
    Accessor read, earlierRead;
  };

  struct Range {
    uintptr_t start, end;
    std::string name;
    Origin origin;
    bool writable;
    /// Bytes per cell: 4, or 1 after the first smaller access.
    unsigned granule = 4;
    std::vector<Cell> cells;

    void forget() { cells.clear(); }
    void refine();
  };

  Range *find(uintptr_t address, uint64_t size);
  std::string describe(uintptr_t address) const;
  static std::optional<Violation> checkRace(Range &range, Cell &cell,
                                            bool write, const Accessor &self);

  /// Sorted by start, not overlapping.
  std::vector<Range> ranges;
  size_t lastHit = 0;
};

} // namespace elena::emulator

#endif // ELENA_LIB_TARGET_EMULATOR_MEMORYMAP_H
