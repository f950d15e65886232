//===- SharingChecker.cpp - May these temporaries share storage? ----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/ViewComposition.h"
#include "elena/Transforms/StorageSharing.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

using Result = std::optional<SharingViolation>;

namespace {
/// The ops of the block, by number, from the first to the last that touches a
/// storage.
struct Life {
  unsigned first = UINT_MAX, last = 0;
  /// An op has it whose accesses are not known: it may keep it.
  bool isLost = false;
};

class SharingChecker {
public:
  SharingChecker(Block &block, SymbolicValues &symbols)
      : facts(symbols.facts()), symbols(symbols) {
    findLives(block);
  }

  Result check(const SharingPlan &plan);

private:
  /// A temporary in its storage.
  struct Resident {
    AllocOp alloc;
    Polynomial begin, size;
    /// A size below 0 stands for none.
    bool isNonNegative;
  };

  void findLives(Block &block);
  Result checkStorage(const SharedStorage &storage);
  std::optional<Resident> measure(AllocOp alloc, const Polynomial &begin);
  bool fits(const Resident &guest, const Resident &host) const;
  bool areApart(Resident &a, Resident &b);
  bool canMoveBefore(AllocOp host, AllocOp guest) const;

  const SymbolFacts &facts;
  SymbolicValues &symbols;
  /// By root.
  llvm::DenseMap<Value, Life> lives;
  llvm::SmallPtrSet<Operation *, 8> seen;
};
} // namespace

//===----------------------------------------------------------------------===//
// Lives
//===----------------------------------------------------------------------===//

/// Op by op, with all that is inside: what does it hold in its hands?
void SharingChecker::findLives(Block &block) {
  unsigned number = 0;
  for (Operation &outer : block) {
    outer.walk([&](Operation *op) {
      if (isa<ViewOpInterface, DimOp, StrideOp>(op))
        return;
      for (Value operand : op->getOperands()) {
        if (!isa<RefType>(operand.getType()))
          continue;
        Life &life = lives[getRoot(operand)];
        life.first = std::min(life.first, number);
        life.last = std::max(life.last, number);
        life.isLost |= !isa<AccessOpInterface, ElementOp>(op);
      }
    });
    ++number;
  }
}

//===----------------------------------------------------------------------===//
// Room
//===----------------------------------------------------------------------===//

std::optional<SharingChecker::Resident>
SharingChecker::measure(AllocOp alloc, const Polynomial &begin) {
  Resident resident{alloc, begin, Polynomial(1), true};
  unsigned numNegative = 0;
  for (OpFoldResult extent : alloc.getMixedSizes()) {
    Polynomial count = symbols.get(extent);
    resident.size = resident.size * count;
    numNegative += !facts.isNonNegative(count);
  }
  resident.isNonNegative = numNegative == 0;
  if (!resident.size.isKnown() || !begin.isKnown() || numNegative > 1)
    return std::nullopt;
  return resident;
}

bool SharingChecker::fits(const Resident &guest, const Resident &host) const {
  // From element 0 on, a size below 0 is one of none.
  return facts.isNonNegative(guest.begin) &&
         facts.isAtMost(guest.begin + guest.size, host.size) &&
         (guest.isNonNegative || guest.begin.isZero());
}

bool SharingChecker::areApart(Resident &a, Resident &b) {
  const Life &x = lives[a.alloc.getResult()], &y = lives[b.alloc.getResult()];
  if (x.last < y.first || y.last < x.first)
    return true;
  auto endsBefore = [&](const Resident &one, const Resident &other) {
    return one.isNonNegative &&
           facts.isAtMost(one.begin + one.size, other.begin);
  };
  return endsBefore(a, b) || endsBefore(b, a);
}

/// The host has to exist where the guest did; no check comes between that its
/// size may rely on.
bool SharingChecker::canMoveBefore(AllocOp host, AllocOp guest) const {
  if (host->isBeforeInBlock(guest))
    return true;
  for (Operation *op = guest; op != host; op = op->getNextNode())
    if (isa<AssertOp, GuardOp, GuardApartOp>(op))
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Storages
//===----------------------------------------------------------------------===//

Result SharingChecker::checkStorage(const SharedStorage &storage) {
  auto fail = [](const char *message, AllocOp alloc) {
    return SharingViolation{message, alloc};
  };
  AllocOp first = storage.host;
  SmallVector<Resident> residents;
  auto add = [&](AllocOp alloc, const Polynomial &begin) -> Result {
    if (!seen.insert(alloc).second)
      return fail("a temporary is in two storages", alloc);
    if (storage.guests.empty())
      return std::nullopt;
    if (lives[alloc.getResult()].isLost)
      return fail("a temporary is seen by somebody else", alloc);
    std::optional<Resident> resident = measure(alloc, begin);
    if (!resident)
      return fail("the size of a temporary is not known", alloc);
    residents.push_back(std::move(*resident));
    return std::nullopt;
  };
  if (Result violation = add(first, Polynomial(0)))
    return violation;
  auto elementOf = [](AllocOp alloc) {
    return cast<RefType>(alloc.getType()).getElementType();
  };
  for (SharedStorage::Guest guest : storage.guests) {
    if (Result violation = add(guest.alloc, guest.offset))
      return violation;
    if (elementOf(guest.alloc) != elementOf(first))
      return fail("a temporary has other elements than its storage",
                  guest.alloc);
    if (!canMoveBefore(first, guest.alloc))
      return fail("a storage is made behind a check that comes later",
                  guest.alloc);
    if (!fits(residents.back(), residents.front()))
      return fail("a temporary is not inside its storage", guest.alloc);
    for (Resident &other : MutableArrayRef(residents).drop_back())
      if (!areApart(other, residents.back()))
        return fail("two temporaries meet in one storage", guest.alloc);
  }
  return std::nullopt;
}

Result SharingChecker::check(const SharingPlan &plan) {
  for (const SharedStorage &storage : plan)
    if (Result violation = checkStorage(storage))
      return violation;
  return std::nullopt;
}

Result elena::checkSharing(Block &block, SymbolicValues &symbols,
                           const SharingPlan &plan) {
  return SharingChecker(block, symbols).check(plan);
}
