//===- MemorySlots.cpp - 0-d allocations as slots of mem2reg --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What upstream's mem2reg asks: a 0-d allocation is a slot of one element,
// which `load` reads and `fill` writes. Any other use keeps the slot in memory.
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// AllocOp
//===----------------------------------------------------------------------===//

SmallVector<MemorySlot> AllocOp::getPromotableSlots() {
  auto type = cast<RefType>(getType());
  if (type.getRank() != 0)
    return {};
  return {MemorySlot{getResult(), type.getElementType()}};
}

/// Storages are uninitialised: any value will do.
Value AllocOp::getDefaultValue(const MemorySlot &slot, OpBuilder &builder) {
  return arith::ConstantOp::create(builder, getLoc(),
                                   builder.getZeroAttr(slot.elemType));
}

void AllocOp::handleBlockArgument(const MemorySlot &, BlockArgument,
                                  OpBuilder &) {}

std::optional<PromotableAllocationOpInterface>
AllocOp::handlePromotionComplete(const MemorySlot &, Value defaultValue,
                                 OpBuilder &) {
  if (defaultValue && defaultValue.use_empty())
    defaultValue.getDefiningOp()->erase();
  erase();
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// LoadOp
//===----------------------------------------------------------------------===//

bool LoadOp::loadsFrom(const MemorySlot &slot) { return getRef() == slot.ptr; }

bool LoadOp::storesTo(const MemorySlot &) { return false; }

Value LoadOp::getStored(const MemorySlot &, OpBuilder &, Value,
                        const DataLayout &) {
  llvm_unreachable("a load stores nothing");
}

bool LoadOp::canUsesBeRemoved(const MemorySlot &slot,
                              const SmallPtrSetImpl<OpOperand *> &,
                              SmallVectorImpl<OpOperand *> &,
                              const DataLayout &) {
  return loadsFrom(slot) && getType() == slot.elemType;
}

DeletionKind LoadOp::removeBlockingUses(const MemorySlot &,
                                        const SmallPtrSetImpl<OpOperand *> &,
                                        OpBuilder &, Value reachingDefinition,
                                        const DataLayout &) {
  getResult().replaceAllUsesWith(reachingDefinition);
  return DeletionKind::Delete;
}

//===----------------------------------------------------------------------===//
// FillOp
//===----------------------------------------------------------------------===//

bool FillOp::loadsFrom(const MemorySlot &) { return false; }

bool FillOp::storesTo(const MemorySlot &slot) {
  return getOutput() == slot.ptr;
}

Value FillOp::getStored(const MemorySlot &, OpBuilder &, Value,
                        const DataLayout &) {
  return getValue();
}

bool FillOp::canUsesBeRemoved(const MemorySlot &slot,
                              const SmallPtrSetImpl<OpOperand *> &,
                              SmallVectorImpl<OpOperand *> &,
                              const DataLayout &) {
  return storesTo(slot) && getValue().getType() == slot.elemType;
}

DeletionKind FillOp::removeBlockingUses(const MemorySlot &,
                                        const SmallPtrSetImpl<OpOperand *> &,
                                        OpBuilder &, Value,
                                        const DataLayout &) {
  return DeletionKind::Delete;
}
