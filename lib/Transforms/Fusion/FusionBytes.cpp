//===- FusionBytes.cpp - What a plan moves to and from memory -------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/FusionReport.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

namespace {
/// Sums up the accesses of one unit (a stage, or a group): each set of cells
/// counts once for reading and once for writing, and never more than the
/// storage has.
class ByteCounter {
public:
  explicit ByteCounter(const FusionProgram &program) : program(program) {}

  void add(const Stage &stage, llvm::function_ref<bool(unsigned)> isPrivate);
  void add(unsigned storage, bool isWrite, const Polynomial &cells);
  Polynomial finish();

private:
  using Key = std::pair<unsigned, bool>;
  const FusionProgram &program;
  std::map<Key, std::vector<AccessRegion>> seen;
  std::map<Key, Polynomial> cells;
};
} // namespace

/// Without dimensions that stay in one cell.
static AccessRegion dropRepeats(const AccessRegion &region) {
  AccessRegion result;
  result.cell.offset = region.cell.offset;
  for (auto [size, step] :
       llvm::zip_equal(region.sizes, region.cell.coefficients)) {
    if (step.isZero() || size.isConstant(1))
      continue;
    result.sizes.push_back(size);
    result.cell.coefficients.push_back(step);
  }
  return result;
}

static Polynomial product(ArrayRef<Polynomial> sizes) {
  Polynomial all(1);
  for (const Polynomial &size : sizes)
    all = all * size;
  return all;
}

void ByteCounter::add(unsigned storage, bool isWrite, const Polynomial &count) {
  Polynomial &sum = cells[{storage, isWrite}];
  sum = sum + count;
}

void ByteCounter::add(const Stage &stage,
                      llvm::function_ref<bool(unsigned)> isPrivate) {
  for (const StageAccess &access : program.getAccesses(stage)) {
    if (isPrivate(access.storage))
      continue;
    AccessRegion region = access.region;
    // A gather or scatter takes one cell for each point of the box.
    bool isIndexed = region.sizes.size() > stage.getRank();
    if (!isIndexed)
      region = dropRepeats(region);
    auto &others = seen[{access.storage, access.isWrite}];
    bool isKnown = llvm::any_of(others, [&](const AccessRegion &other) {
      return other.cell == region.cell && other.sizes == region.sizes;
    });
    if (isKnown)
      continue;
    others.push_back(region);
    ArrayRef<Polynomial> counted(region.sizes);
    add(access.storage, access.isWrite,
        product(isIndexed ? counted.take_front(stage.getRank()) : counted));
  }
}

Polynomial ByteCounter::finish() {
  Polynomial bytes(0);
  const SymbolFacts &facts = program.facts();
  for (const auto &[key, count] : cells) {
    const StorageInfo &info = program.storages[key.first];
    auto type = cast<RefType>(info.root.getType());
    Polynomial all = product(info.layout.sizes);
    bool isAll = all.isKnown() && facts.isNonNegative(count - all);
    bytes = bytes + (isAll ? all : count) * Polynomial(type.getElementBytes());
  }
  seen.clear();
  cells.clear();
  return facts.normalize(bytes);
}

Polynomial elena::fusion::countBytes(const FusionProgram &program) {
  Polynomial bytes(0);
  ByteCounter counter(program);
  for (const Stage &stage : program.stages) {
    counter.add(stage, [](unsigned) { return false; });
    bytes = bytes + counter.finish();
  }
  return bytes;
}

Polynomial elena::fusion::countBytes(const FusionProgram &program,
                                     const FusionPlan &plan) {
  Polynomial bytes(0);
  ByteCounter counter(program);
  for (const Group &group : plan.groups) {
    auto isPrivate = [&](unsigned storage) {
      return llvm::any_of(group.privates, [&](const PrivateStorage &own) {
        return own.storage == storage;
      });
    };
    for (const Member &member : group.members)
      counter.add(program.stages[member.stage], isPrivate);
    for (const PrivateStorage &own : group.privates) {
      Polynomial cells = product(group.sizes);
      for (int64_t size : own.sizes)
        cells = cells * Polynomial(size);
      if (own.writeBack)
        counter.add(own.storage, /*isWrite=*/true, cells);
    }
    bytes = bytes + counter.finish();
  }
  return bytes;
}
