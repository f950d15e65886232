//===- PromoteScalars.cpp - 0-d storages the host needs as SSA values -----===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A 0-d allocation all of whose uses are known is a *slot*. The analysis finds
// the slots and chooses those that become values; the rewrite turns stages that
// write them into scalar ops and a `fill`, reads of them into `load`s, and
// leaves the rest to upstream's mem2reg (see MemorySlots.cpp).
//
//===----------------------------------------------------------------------===//

#include "elena/Support/RemarkLock.h"
#include "elena/Transforms/Fusion/FusionReport.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/Mem2Reg.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace elena {
#define GEN_PASS_DEF_PROMOTESCALARS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// What touches a 0-d allocation
//===----------------------------------------------------------------------===//

namespace {
/// A 0-d allocation that nothing but these touches. The writers stand in its
/// own block, so that in there mem2reg knows what each read sees; the readers
/// may be deeper.
struct Slot {
  SmallVector<StageOp, 1> writers;
  SmallVector<StageOp, 2> readers;
  SmallVector<LoadOp, 1> loads;
};

using Slots = llvm::MapVector<Value, Slot>;
} // namespace

/// Is the stage all that its group does, and one value all that it makes?
static bool computesOneValue(StageOp stage) {
  auto group = cast<GroupOp>(stage->getParentOp());
  return stage.getBoxRank() == 0 && stage.getOutputs().size() == 1 &&
         stage.getGathers().empty() && !stage.getMasked() &&
         !stage.getScatter() && !stage.getSequential() && !group.isFused() &&
         llvm::hasSingleElement(group.getBody().front());
}

static bool contains(MutableOperandRange operands, OpOperand &use) {
  return llvm::any_of(operands,
                      [&](OpOperand &operand) { return &operand == &use; });
}

static bool addStage(StageOp stage, OpOperand &use, Block *block, Slot &slot) {
  if (contains(stage.getInputsMutable(), use)) {
    slot.readers.push_back(stage);
    return true;
  }
  if (!contains(stage.getOutputsMutable(), use) || !computesOneValue(stage) ||
      stage->getParentOp()->getBlock() != block)
    return false;
  slot.writers.push_back(stage);
  return true;
}

/// Adds what uses `ref`, a view of a 0-d allocation in `block`. False if an op
/// does more with it than a slot's users may.
static bool addUsers(Value ref, Block *block, Slot &slot) {
  return llvm::all_of(ref.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto load = dyn_cast<LoadOp>(user)) {
      slot.loads.push_back(load);
      return true;
    }
    if (auto stage = dyn_cast<StageOp>(user))
      return addStage(stage, use, block, slot);
    return isa<ViewOpInterface>(user) &&
           addUsers(user->getResult(0), block, slot);
  });
}

static bool isScalarAlloc(Value root) {
  auto alloc = root.getDefiningOp<AllocOp>();
  return alloc && cast<RefType>(alloc.getType()).getRank() == 0;
}

//===----------------------------------------------------------------------===//
// Which become values
//===----------------------------------------------------------------------===//

/// Are the cells that the stage reads in memory anyway when the host computes
/// what it does? Those of an allocation of the stage's own block need not be:
/// fusion may keep them in registers.
static bool readsMemory(StageOp stage) {
  Block *block = stage->getParentOp()->getBlock();
  return llvm::all_of(stage.getInputs(), [&](Value input) {
    Value root = getRoot(input);
    auto alloc = root.getDefiningOp<AllocOp>();
    return !alloc || isScalarAlloc(root) || alloc->getBlock() != block;
  });
}

static Slots findSlots(func::FuncOp function) {
  Slots slots;
  function->walk([&](AllocOp alloc) {
    Slot slot;
    if (isScalarAlloc(alloc) && !isa<GroupOp>(alloc->getParentOp()) &&
        addUsers(alloc, alloc->getBlock(), slot) && !slot.writers.empty() &&
        llvm::all_of(slot.writers, readsMemory))
      slots[alloc] = std::move(slot);
  });
  return slots;
}

static void forEachInput(const Slot &slot, function_ref<void(Value)> visit) {
  for (StageOp writer : slot.writers)
    for (Value input : writer.getInputs())
      visit(getRoot(input));
}

/// The slots that the host loads, those that these are computed from, and
/// those that are computed from nothing but such.
static llvm::SetVector<Value> choosePromoted(const Slots &slots) {
  llvm::SetVector<Value> promoted;
  for (const auto &[root, slot] : slots)
    if (!slot.loads.empty())
      promoted.insert(root);
  for (size_t i = 0; i < promoted.size(); ++i)
    forEachInput(slots.find(promoted[i])->second, [&](Value input) {
      if (slots.contains(input))
        promoted.insert(input);
    });
  for (size_t before = ~size_t(0); before != promoted.size();) {
    before = promoted.size();
    for (const auto &[root, slot] : slots) {
      bool isFree = true;
      forEachInput(slot, [&, root = root](Value input) {
        isFree = isFree && (input == root || promoted.contains(input));
      });
      if (isFree)
        promoted.insert(root);
    }
  }
  return promoted;
}

//===----------------------------------------------------------------------===//
// The rewriting
//===----------------------------------------------------------------------===//

/// The value of the slot where `user` is, loaded in the slot's own block: what
/// is inside of an op does not write it.
static Value loadFor(Operation *user, Value slot) {
  Operation *place = slot.getParentBlock()->findAncestorOpInBlock(*user);
  OpBuilder builder(place);
  return LoadOp::create(builder, user->getLoc(),
                        cast<RefType>(slot.getType()).getElementType(), slot);
}

/// The stage uses the values of promoted slots, instead of reading them.
static void captureInputs(StageOp stage,
                          const llvm::SetVector<Value> &promoted) {
  Block &body = stage.getBody().front();
  for (unsigned i = stage.getInputs().size(); i-- > 0;) {
    Value root = getRoot(stage.getInputs()[i]);
    if (!promoted.contains(root))
      continue;
    body.getArgument(i).replaceAllUsesWith(loadFor(stage, root));
    body.eraseArgument(i);
    stage.getInputsMutable().erase(i);
  }
}

/// Replaces a stage that computes one value by the ops of its body. The cells
/// that it reads are loaded here, where they are what the stage would see.
static void inlineStage(StageOp stage, Value slot) {
  Operation *group = stage->getParentOp();
  Location loc = stage.getLoc();
  OpBuilder builder(group);
  Block &body = stage.getBody().front();
  IRMapping mapping;
  for (auto [argument, input] :
       llvm::zip(body.getArguments(), stage.getInputs()))
    mapping.map(argument,
                LoadOp::create(builder, loc, argument.getType(), input));
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  Value value = body.getTerminator()->getOperand(0);
  FillOp::create(builder, loc, mapping.lookupOrDefault(value), slot);
  group->erase();
}

static void eraseViews(Value ref) {
  for (Operation *user : llvm::make_early_inc_range(ref.getUsers()))
    if (auto view = dyn_cast<ViewOpInterface>(user)) {
      eraseViews(view->getResult(0));
      view->erase();
    }
}

/// Afterwards nothing but `load` and `fill` uses the promoted slots.
static void useLoadsAndFills(Slots &slots,
                             const llvm::SetVector<Value> &promoted) {
  // A stage may read one slot twice, or read one and write another.
  llvm::SetVector<Operation *> readers;
  for (Value root : promoted)
    for (StageOp reader : slots[root].readers)
      readers.insert(reader);
  for (Operation *reader : readers)
    captureInputs(cast<StageOp>(reader), promoted);
  for (Value root : promoted) {
    for (StageOp writer : slots[root].writers)
      inlineStage(writer, root);
    for (LoadOp load : slots[root].loads) {
      load.getResult().replaceAllUsesWith(loadFor(load, root));
      load.erase();
    }
    eraseViews(root);
  }
}

namespace {
struct PromoteScalars : elena::impl::PromoteScalarsBase<PromoteScalars> {
  using PromoteScalarsBase::PromoteScalarsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kKernelAttr))
      return;
    Slots slots = findSlots(function);
    llvm::SetVector<Value> promoted = choosePromoted(slots);
    if (promoted.empty())
      return;
    useLoadsAndFills(slots, promoted);
    tell(promoted.getArrayRef());
    auto allocations = llvm::map_to_vector(promoted, [](Value root) {
      return cast<PromotableAllocationOpInterface>(root.getDefiningOp());
    });
    OpBuilder builder(&getContext());
    (void)tryToPromoteMemorySlots(allocations, builder,
                                  DataLayout::closest(function),
                                  getAnalysis<DominanceInfo>());
    checkNoneIsLeft();
  }

  /// Remarks, and for the account of fusion the places.
  void tell(ArrayRef<Value> promoted) {
    llvm::json::Array places;
    elena::RemarkLock lock;
    for (Value root : promoted) {
      remark::passed(root.getLoc(), remark::RemarkOpts::name("ScalarPromoted")
                                        .category("tensorref.scalars"))
          << "a 0-d storage becomes a value of the host";
      places.push_back(elena::fusion::placeToJSON(root.getLoc()));
    }
    if (!report)
      return;
    std::string text;
    llvm::raw_string_ostream(text) << llvm::json::Value(
        llvm::json::Object{{"scalars", std::move(places)}});
    Builder builder(&getContext());
    getOperation()->setAttr(elena::fusion::kFusionReportAttr,
                            builder.getArrayAttr(builder.getStringAttr(text)));
  }

  /// A slot has no use that mem2reg could refuse.
  void checkNoneIsLeft() {
    getOperation()->walk([&](FillOp fill) {
      fill.emitOpError("writes a 0-d storage that was to become a value");
      signalPassFailure();
    });
  }
};
} // namespace
