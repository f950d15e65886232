//===- WriteHistory.cpp - Who writes a cell when --------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WriteHistory.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

WriteHistory::WriteHistory(const FusionProgram &program)
    : program(program), writersOf(program.storages.size()) {
  for (const Stage &stage : program.stages) {
    unsigned number = writes.size();
    writes.emplace_back();
    for (StageAccess access : program.getAccesses(stage)) {
      if (!access.isWrite)
        continue;
      for (unsigned s = 0; s < program.storages.size(); ++s)
        if ((s == access.storage || program.mayAlias(s, access.storage)) &&
            (writersOf[s].empty() || writersOf[s].back() != number))
          writersOf[s].push_back(number);
      writes.back().push_back(std::move(access));
    }
  }
}

std::optional<unsigned>
WriteHistory::findWriter(unsigned from, unsigned to, unsigned storage,
                         const AccessRegion &region) const {
  for (unsigned stage : writersOf[storage]) {
    if (stage < from || stage >= to)
      continue;
    for (const StageAccess &write : writes[stage])
      if (write.storage == storage
              ? !areRegionsApart(program, storage, write.region, region)
              : program.mayAlias(write.storage, storage))
        return stage;
  }
  return std::nullopt;
}

bool WriteHistory::barrierMayWrite(unsigned from, unsigned to,
                                   unsigned storage) const {
  if (program.barriers.empty())
    return false;
  for (unsigned n = program.nodeOfStage[from]; n < program.nodeOfStage[to];
       ++n) {
    if (!program.nodes[n].barrier)
      continue;
    const Barrier &barrier = program.barriers[*program.nodes[n].barrier];
    if (barrier.touchesAnything && program.storages[storage].escapes)
      return true;
    for (unsigned written : barrier.writes)
      if (written == storage || program.mayAlias(written, storage))
        return true;
  }
  return false;
}

/// May a barrier between two stages read or write the storage?
static bool isSeenBetween(const FusionProgram &program, unsigned from,
                          unsigned to, unsigned storage) {
  auto mayShare = [&](unsigned other) {
    return other == storage || program.mayAlias(other, storage);
  };
  for (unsigned n = program.nodeOfStage[from]; n < program.nodeOfStage[to]; ++n)
    if (auto number = program.nodes[n].barrier) {
      const Barrier &barrier = program.barriers[*number];
      if (barrier.touchesAnything || llvm::any_of(barrier.reads, mayShare) ||
          llvm::any_of(barrier.writes, mayShare))
        return true;
    }
  return false;
}

/// The cells of an access that reaches each of its cells once; unknown if it
/// may not.
static Polynomial countCells(const FusionProgram &program,
                             const ListedAccess &access) {
  const StorageLayout &layout = program.storages[access.what.storage].layout;
  auto form =
      JointForm::build(program.facts(), layout, ArrayRef(access.what.region));
  if (!access.isAffine() || !access.what.isMust || !form ||
      !form->isInjective(0))
    return Polynomial::unknown();
  Polynomial cells(1);
  for (const Polynomial &size : access.what.region.sizes) {
    if (!program.facts().isNonNegative(size))
      return Polynomial::unknown();
    cells = cells * size;
  }
  return cells;
}

bool elena::fusion::isOverwritten(const FusionProgram &program,
                                  AccessPairs &live,
                                  const WriteHistory &history,
                                  unsigned removed) {
  if (history.of(removed).size() != 1)
    return false;
  unsigned storage = history.of(removed).front().storage;
  const StorageInfo &info = program.storages[storage];
  Polynomial all(1);
  for (const Polynomial &size : info.layout.sizes)
    all = all * size;
  Polynomial left = all;
  // The first read of anything that may be the storage: too late to overwrite.
  unsigned firstRead = program.stages.size();
  for (unsigned alias : live.aliasesOf(storage))
    for (const ListedAccess &access : live.of(alias))
      if (!access.what.isWrite && access.stage > removed)
        firstRead = std::min(firstRead, access.stage);
  SmallVector<const ListedAccess *> writes;
  for (const ListedAccess &write : live.of(storage)) {
    if (!write.what.isWrite || write.stage <= removed)
      continue;
    if (!info.isAllocation || write.stage >= firstRead ||
        isSeenBetween(program, removed, write.stage, storage))
      return false;
    Polynomial cells = countCells(program, write);
    bool isNew =
        cells.isKnown() && llvm::all_of(writes, [&](const ListedAccess *other) {
          return live.areApart(*other, write);
        });
    if (cells.isKnown() && program.facts().areEqual(cells, all))
      return true;
    if (!isNew)
      continue;
    writes.push_back(&write);
    left = left - cells;
    if (program.facts().normalize(left).isZero())
      return true;
  }
  return false;
}

std::optional<unsigned> elena::fusion::findReader(const FusionProgram &program,
                                                  const AccessPairs &live,
                                                  const WriteHistory &history,
                                                  unsigned removed) {
  for (const StageAccess &write : history.of(removed)) {
    const StorageInfo &info = program.storages[write.storage];
    if (info.escapes || !info.isAllocation)
      return removed;
    for (unsigned storage : live.aliasesOf(write.storage))
      for (const ListedAccess &read : live.of(storage))
        if (!read.what.isWrite && read.stage > removed &&
            (storage != write.storage ||
             !areRegionsApart(program, storage, write.region,
                              read.what.region)))
          return read.stage;
  }
  return std::nullopt;
}
