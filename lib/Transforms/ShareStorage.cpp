//===- ShareStorage.cpp - One storage for several temporaries -------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Support/RemarkLock.h"
#include "elena/Transforms/Passes.h"
#include "elena/Transforms/StorageSharing.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace elena {
#define GEN_PASS_DEF_SHARESTORAGE
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// A storage that only this block's ops touch, from op `first` to op `last`.
struct Temporary {
  AllocOp alloc;
  /// The number of elements; none where it is negative.
  Polynomial size;
  bool isNonNegative;
  /// Equal for equal sizes.
  unsigned sizeClass;
  unsigned first, last;
  /// Its first element's number in the storage that it is put into.
  Polynomial offset = 0;

  Polynomial getEnd() const { return offset + size; }

  RefType getType() const {
    return cast<RefType>(alloc->getResult(0).getType());
  }
  bool meets(const Temporary &other) const {
    return first <= other.last && other.first <= last;
  }
};

/// The temporaries that live in the storage of the first one, which is as
/// large as that.
using Sharers = SmallVector<Temporary *, 4>;

class StorageSharing {
public:
  StorageSharing(Block &block, SymbolicValues &symbols, bool ignoreLives)
      : block(block), symbols(symbols), ignoreLives(ignoreLives) {}

  /// Finds the temporaries, and which of them share.
  void plan();
  SharingPlan getPlan() const;
  void print(llvm::raw_ostream &os);
  void apply();

private:
  void addTemporary(AllocOp alloc);
  void replaceByView(Temporary &temporary, AllocOp host);
  SmallVector<Temporary *> getBySize();
  bool isAtMost(const Temporary &a, const Temporary &b);
  bool isSmaller(const Temporary &a, const Temporary &b) {
    return isAtMost(a, b) && !isAtMost(b, a);
  }
  bool place(Temporary &temporary, bool besideOthers);
  bool isFree(const Temporary &temporary, const Temporary &host,
              ArrayRef<Temporary *> meeting, const Polynomial &offset) const;
  bool isComputableAt(const Polynomial &value, Operation *place) const;

  Block &block;
  SymbolicValues &symbols;
  /// For tests: that lives are apart is not asked.
  bool ignoreLives;
  llvm::DenseMap<Operation *, unsigned> numbers;
  std::vector<std::unique_ptr<Temporary>> temporaries;
  std::vector<Polynomial> sizes;
  /// Which classes of sizes are proved to be at most as large as which.
  llvm::DenseMap<std::pair<unsigned, unsigned>, bool> comparisons;
  std::vector<Sharers> storages;
};
} // namespace

//===----------------------------------------------------------------------===//
// Lives
//===----------------------------------------------------------------------===//

/// Calls `visit` for each op that reads or writes `ref` or a view of it. False
/// if it gets to where its life cannot be followed.
static bool forEachAccess(Value ref, function_ref<void(Operation *)> visit) {
  return llvm::all_of(ref.getUsers(), [&](Operation *user) {
    if (auto view = dyn_cast<ViewOpInterface>(user))
      return forEachAccess(view->getResult(0), visit);
    if (isa<DimOp, StrideOp>(user))
      return true;
    visit(user);
    return isa<AccessOpInterface, ElementOp>(user);
  });
}

void StorageSharing::addTemporary(AllocOp alloc) {
  Polynomial size(1);
  unsigned numNegative = 0;
  for (OpFoldResult extent : alloc.getMixedSizes()) {
    Polynomial count = symbols.get(extent);
    size = size * count;
    numNegative += !symbols.facts().isNonNegative(count);
  }
  // A negative extent counts as 0; the product of two would not.
  if (!size.isKnown() || numNegative > 1)
    return;
  size = symbols.facts().normalize(size);
  auto known = llvm::find(sizes, size);
  unsigned sizeClass = known - sizes.begin();
  if (known == sizes.end())
    sizes.push_back(size);
  auto temporary = std::make_unique<Temporary>(
      Temporary{alloc, size, numNegative == 0, sizeClass, UINT_MAX, 0});
  bool isKnown = forEachAccess(alloc.getResult(), [&](Operation *user) {
    // What happens inside an op, be it a loop, lasts as long as the op.
    unsigned number = numbers.lookup(block.findAncestorOpInBlock(*user));
    temporary->first = std::min(temporary->first, number);
    temporary->last = std::max(temporary->last, number);
  });
  if (isKnown && temporary->first <= temporary->last)
    temporaries.push_back(std::move(temporary));
}

//===----------------------------------------------------------------------===//
// The plan
//===----------------------------------------------------------------------===//

/// Programs have many temporaries, but few sizes.
bool StorageSharing::isAtMost(const Temporary &a, const Temporary &b) {
  if (a.sizeClass == b.sizeClass)
    return true;
  auto [known, isNew] =
      comparisons.try_emplace({a.sizeClass, b.sizeClass}, false);
  if (isNew)
    known->second = symbols.facts().isAtMost(a.size, b.size);
  return known->second;
}

/// Larger ones first, as far as it is known which is larger; else in order of
/// their first use: what is freed first is taken first then.
SmallVector<Temporary *> StorageSharing::getBySize() {
  SmallVector<Temporary *> byLife, result;
  for (auto &temporary : temporaries)
    byLife.push_back(temporary.get());
  llvm::sort(byLife, [](const Temporary *a, const Temporary *b) {
    if (a->first != b->first)
      return a->first < b->first;
    return a->alloc->isBeforeInBlock(b->alloc);
  });
  for (Temporary *temporary : byLife) {
    auto place = llvm::find_if(result, [&](const Temporary *other) {
      return isSmaller(*other, *temporary);
    });
    result.insert(place, temporary);
  }
  return result;
}

/// The ops that `op` is computed from and that stand behind `place`, in order;
/// nothing if one of them cannot be moved before it.
static std::optional<SmallVector<Operation *>> getSlice(Operation *op,
                                                        Operation *place) {
  llvm::SmallSetVector<Operation *, 8> slice;
  slice.insert(op);
  for (size_t i = 0; i < slice.size(); ++i) {
    for (Value operand : slice[i]->getOperands()) {
      Operation *source = operand.getDefiningOp();
      if (!source || source->getBlock() != place->getBlock() ||
          source->isBeforeInBlock(place))
        continue;
      if (!isPure(source) || source->getNumRegions() > 0)
        return std::nullopt;
      slice.insert(source);
    }
  }
  SmallVector<Operation *> ops(slice.begin(), slice.end());
  llvm::sort(ops,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return ops;
}

/// Can `alloc` be where `place` is? Not before a check that it comes after: it
/// may be large because of what the check would find.
static bool canComeBefore(AllocOp alloc, Operation *place) {
  if (alloc->isBeforeInBlock(place))
    return true;
  for (Operation *op = place; op != alloc; op = op->getNextNode())
    if (isa<AssertOp>(op) || isGuard(op))
      return false;
  return getSlice(alloc, place).has_value();
}

/// Is there nothing else in the storage from `offset` on, while it lives?
bool StorageSharing::isFree(const Temporary &temporary, const Temporary &host,
                            ArrayRef<Temporary *> meeting,
                            const Polynomial &offset) const {
  const SymbolFacts &facts = symbols.facts();
  Polynomial end = offset + temporary.size;
  return facts.isAtMost(end, host.size) &&
         llvm::all_of(meeting, [&](const Temporary *other) {
           return facts.isAtMost(end, other->offset) ||
                  (other->isNonNegative &&
                   facts.isAtMost(other->getEnd(), offset));
         });
}

bool StorageSharing::isComputableAt(const Polynomial &value,
                                    Operation *place) const {
  return llvm::all_of(value.getTerms(), [&](const Polynomial::Term &term) {
    return llvm::all_of(term.monomial, [&](Symbol symbol) {
      Operation *source = symbols.getValue(symbol).getDefiningOp();
      return !source || source->isBeforeInBlock(place);
    });
  });
}

/// Puts it into a storage that is empty during its life, or `besideOthers`:
/// right behind one that lives at the same time.
bool StorageSharing::place(Temporary &temporary, bool besideOthers) {
  for (Sharers &sharers : storages) {
    Temporary &host = *sharers.front();
    Sharers meeting(
        llvm::make_filter_range(sharers, [&](const Temporary *other) {
          return !ignoreLives && other->meets(temporary);
        }));
    if (besideOthers == meeting.empty() ||
        host.getType().getElementType() !=
            temporary.getType().getElementType() ||
        !isAtMost(temporary, host) ||
        !canComeBefore(host.alloc, temporary.alloc))
      continue;
    SmallVector<Polynomial> offsets = {0};
    for (const Temporary *other : meeting)
      if (isComputableAt(other->getEnd(), temporary.alloc))
        offsets.push_back(symbols.facts().normalize(other->getEnd()));
    // With nothing beside it, at 0: it is at most as large as the host.
    auto offset = llvm::find_if(offsets, [&](const Polynomial &offset) {
      return !besideOthers || isFree(temporary, host, meeting, offset);
    });
    if (offset == offsets.end())
      continue;
    temporary.offset = *offset;
    sharers.push_back(&temporary);
    return true;
  }
  return false;
}

void StorageSharing::plan() {
  for (auto [number, op] : llvm::enumerate(block))
    numbers[&op] = number;
  for (auto alloc : block.getOps<AllocOp>())
    addTemporary(alloc);
  // Refs of one storage may alias for all that a kernel knows: those that live
  // at the same time share it only where there is no other room. A negative
  // size is at most the host's as it is; beside others it would have to be 0.
  for (Temporary *temporary : getBySize())
    if (!place(*temporary, false) &&
        !(temporary->isNonNegative && place(*temporary, true)))
      storages.push_back({temporary});
}

SharingPlan StorageSharing::getPlan() const {
  SharingPlan plan;
  for (const Sharers &sharers : storages) {
    plan.push_back({sharers.front()->alloc, {}});
    for (const Temporary *guest : llvm::drop_begin(sharers))
      plan.back().guests.push_back({guest->alloc, guest->offset});
  }
  return plan;
}

void StorageSharing::print(llvm::raw_ostream &os) {
  for (auto [number, sharers] : llvm::enumerate(storages))
    for (const Temporary *temporary : sharers)
      os << "storage " << number << ": "
         << (temporary->size * temporary->getType().getElementBytes())
                .str([&](Symbol s) { return symbols.getName(s); })
         << " bytes of " << temporary->getType().getElementType() << ", ops "
         << temporary->first << " to " << temporary->last << "\n";
}

//===----------------------------------------------------------------------===//
// The rewriting
//===----------------------------------------------------------------------===//

static void moveBefore(AllocOp alloc, Operation *place) {
  if (alloc->isBeforeInBlock(place))
    return;
  std::optional<SmallVector<Operation *>> slice = getSlice(alloc, place);
  assert(slice && "canComeBefore has found it");
  for (Operation *op : *slice)
    op->moveBefore(place);
}

void StorageSharing::replaceByView(Temporary &temporary, AllocOp host) {
  AllocOp alloc = temporary.alloc;
  OpBuilder builder(alloc);
  IndexArith arith(builder, alloc.getLoc());
  SmallVector<OpFoldResult> sizes = alloc.getMixedSizes();
  if (!temporary.isNonNegative)
    for (OpFoldResult &size : sizes)
      size = arith.max(size, arith.constant(0));
  SymbolicView all = views::rowMajor<IndexArith>(arith, sizes);
  all.offset = symbols.materialize(builder, alloc.getLoc(), temporary.offset);
  auto view = StridedViewOp::create(builder, alloc.getLoc(), host.getResult(),
                                    all, alloc.getType());
  view.setInjective(true);
  alloc.getResult().replaceAllUsesWith(view.getResult());
  alloc.erase();
}

void StorageSharing::apply() {
  for (const Sharers &sharers : storages) {
    AllocOp host = sharers.front()->alloc;
    for (Temporary *temporary : llvm::drop_begin(sharers)) {
      moveBefore(host, temporary->alloc);
      replaceByView(*temporary, host);
    }
  }
}

namespace {
struct ShareStorage : elena::impl::ShareStorageBase<ShareStorage> {
  using ShareStorageBase::ShareStorageBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kKernelAttr))
      return;
    SymbolicValues symbols(function);
    // Entries have one block; deeper ones allocate for one point of a group.
    StorageSharing sharing(function.getBody().front(), symbols, ignoreLives);
    sharing.plan();
    if (print)
      sharing.print(llvm::outs());
    std::optional<SharingViolation> violation;
    if (!ignoreLives)
      violation =
          checkSharing(function.getBody().front(), symbols, sharing.getPlan());
    if (!violation)
      return sharing.apply();
    if (strict) {
      violation->alloc->emitError("a plan of shared storage is rejected: ")
          << violation->message;
      return signalPassFailure();
    }
    RemarkLock lock;
    remark::missed(violation->alloc.getLoc(),
                   remark::RemarkOpts::name("SharingRejected")
                       .category("tensorref.fusion"))
        << violation->message;
  }
};
} // namespace
