//===- MemoryMap.cpp - What kernels may touch, and who did ----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryMap.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include <cstring>

using namespace llvm;

namespace elena::emulator {

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

void MemoryMap::add(uintptr_t start, size_t bytes, StringRef name,
                    Origin origin, bool writable) {
  if (bytes == 0)
    return;
  Range added{start, start + bytes, name.str(), origin, writable, 4, {}};
  for (auto it = ranges.begin(); it != ranges.end();) {
    if (it->end <= added.start || added.end <= it->start) {
      ++it;
      continue;
    }
    added.start = std::min(added.start, it->start);
    added.end = std::max(added.end, it->end);
    added.writable |= it->writable;
    added.name = it->name + "|" + added.name;
    it = ranges.erase(it);
  }
  auto position = partition_point(
      ranges, [&](const Range &range) { return range.start < added.start; });
  ranges.insert(position, std::move(added));
  lastHit = 0;
}

void MemoryMap::clear() {
  erase_if(ranges,
           [](const Range &range) { return range.origin == Origin::Caller; });
  lastHit = 0;
}

void MemoryMap::beginLaunch() {
  for (Range &range : ranges)
    range.forget();
}

void MemoryMap::beginBlock() {
  for (Range &range : ranges) {
    if (range.origin != Origin::Shared)
      continue;
    range.forget();
    std::memset(reinterpret_cast<void *>(range.start), 0xff,
                range.end - range.start);
  }
}

MemoryMap::Range *MemoryMap::find(uintptr_t address, uint64_t size) {
  auto holds = [&](const Range &range) {
    return range.start <= address && address + size <= range.end;
  };
  if (lastHit < ranges.size() && holds(ranges[lastHit]))
    return &ranges[lastHit];
  auto next = partition_point(
      ranges, [&](const Range &range) { return range.start <= address; });
  if (next == ranges.begin() || !holds(*std::prev(next)))
    return nullptr;
  lastHit = std::prev(next) - ranges.begin();
  return &ranges[lastHit];
}

void MemoryMap::Range::refine() {
  if (granule == 1)
    return;
  std::vector<Cell> finer(end - start);
  for (size_t i = 0; i < finer.size() && i / granule < cells.size(); ++i)
    finer[i] = cells[i / granule];
  cells = std::move(finer);
  granule = 1;
}

/// Says where `address` is relative to the range nearest to it.
std::string MemoryMap::describe(uintptr_t address) const {
  const Range *nearest = nullptr;
  uintptr_t distance = 0;
  for (const Range &range : ranges) {
    uintptr_t away = address < range.start  ? range.start - address
                     : address >= range.end ? address - range.end + 1
                                            : 0;
    if (nearest && away >= distance)
      continue;
    nearest = &range;
    distance = away;
  }
  if (!nearest)
    return "no memory is registered";
  size_t bytes = nearest->end - nearest->start;
  std::string name =
      ("'" + nearest->name + "' of " + Twine(bytes) + " bytes").str();
  if (address < nearest->start)
    return (Twine(nearest->start - address) + " bytes before " + name).str();
  if (address >= nearest->end)
    return (Twine(address - nearest->end) + " bytes after the end of " + name)
        .str();
  return ("byte " + Twine(address - nearest->start) + " of " + name).str();
}

//===----------------------------------------------------------------------===//
// Races
//===----------------------------------------------------------------------===//

/// True if nothing orders the two accesses.
static bool areConcurrent(const Accessor &a, const Accessor &b, bool shared) {
  if (!a.isValid() || !b.isValid())
    return false;
  if (a.block != b.block)
    return !shared;
  if (a.thread == b.thread || a.barrierEpoch != b.barrierEpoch)
    return false;
  return a.warp() != b.warp() || a.warpEpoch == b.warpEpoch;
}

std::optional<Violation> MemoryMap::checkRace(Range &range, Cell &cell,
                                              bool write,
                                              const Accessor &self) {
  std::optional<Violation> result;
  bool shared = range.origin == Origin::Shared;
  auto conflict = [&](const Accessor &other, ReportKind kind) {
    if (!result && areConcurrent(other, self, shared))
      result = Violation{kind, {}, other};
  };
  if (!write) {
    conflict(cell.write, ReportKind::RaceReadAfterWrite);
    if (cell.read.thread != self.thread || cell.read.block != self.block)
      cell.earlierRead = cell.read;
    cell.read = self;
    return result;
  }
  conflict(cell.write, ReportKind::RaceWriteAfterWrite);
  conflict(cell.read, ReportKind::RaceWriteAfterRead);
  conflict(cell.earlierRead, ReportKind::RaceWriteAfterRead);
  cell.write = self;
  return result;
}

std::optional<Violation> MemoryMap::check(uintptr_t address, uint64_t size,
                                          bool write, const Accessor &self) {
  Range *range = find(address, size);
  if (!range)
    return Violation{write ? ReportKind::OutOfBoundsWrite
                           : ReportKind::OutOfBoundsRead,
                     describe(address),
                     {}};
  if (write && !range->writable)
    return Violation{ReportKind::WriteToReadOnly, describe(address), {}};

  size_t offset = address - range->start;
  if (offset % range->granule || size % range->granule)
    range->refine();
  if (range->cells.empty())
    range->cells.resize((range->end - range->start + range->granule - 1) /
                        range->granule);
  std::optional<Violation> result;
  size_t first = offset / range->granule;
  for (size_t i = first, e = first + size / range->granule; i < e; ++i)
    if (auto race = checkRace(*range, range->cells[i], write, self))
      result = race;
  if (result)
    result->where = describe(address);
  return result;
}

} // namespace elena::emulator
