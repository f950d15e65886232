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
