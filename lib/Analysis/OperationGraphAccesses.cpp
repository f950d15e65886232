//===- OperationGraphAccesses.cpp - What an op touches --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

using Extent = GraphAccess::Extent;

namespace {
/// Collects the accesses of one node.
class AccessCollector {
public:
  explicit AccessCollector(SmallVectorImpl<GraphAccess> &accesses)
      : accesses(accesses) {}

  /// `must`: `op` itself surely runs, once.
  void collect(Operation *op, bool must);

private:
  void collectOpaque(Operation *op);
  void add(const GraphAccess &access);
  void addStorages(Value value, AccessKind kind);

  SmallVectorImpl<GraphAccess> &accesses;
};
} // namespace

static bool isKnownEmpty(Value ref) {
  return llvm::is_contained(cast<RefType>(ref.getType()).getShape(), 0);
}

void AccessCollector::add(const GraphAccess &access) {
  if (access.extent == Extent::Ref && isKnownEmpty(access.ref))
    return;
  for (GraphAccess &other : accesses)
    if (other.ref == access.ref && other.kind == access.kind &&
        other.extent == access.extent) {
      other.must |= access.must;
      return;
    }
  accesses.push_back(access);
}

/// The storages that an operand leads to: that of a ref; for a memref, what the
/// op without effects that made it took. Numbers lead nowhere.
void AccessCollector::addStorages(Value value, AccessKind kind) {
  if (value.getType().isIntOrIndexOrFloat())
    return;
  if (isa<RefType>(value.getType()))
    return add({value, kind, /*must=*/false, Extent::Storage});
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumRegions() || !isMemoryEffectFree(op) ||
      llvm::all_of(op->getOperandTypes(),
                   [](Type type) { return type.isIntOrIndexOrFloat(); }))
    return add({Value(), kind, /*must=*/false, Extent::Anything});
  for (Value operand : op->getOperands())
    addStorages(operand, kind);
}

/// The effects of an op that are on elements: making a storage is none.
static SmallVector<AccessKind, 2> elementEffects(Operation *op) {
  if (isMemoryEffectFree(op))
    return {};
  auto effecting = dyn_cast<MemoryEffectOpInterface>(op);
  if (!effecting)
    return {AccessKind::Read, AccessKind::Write};
  SmallVector<AccessKind, 2> kinds;
  if (effecting.hasEffect<MemoryEffects::Read>())
    kinds.push_back(AccessKind::Read);
  if (effecting.hasEffect<MemoryEffects::Write>() ||
      effecting.hasEffect<MemoryEffects::Free>())
    kinds.push_back(AccessKind::Write);
  return kinds;
}

void AccessCollector::collectOpaque(Operation *op) {
  bool takesStorage = !llvm::all_of(op->getOperandTypes(), [](Type type) {
    return type.isIntOrIndexOrFloat();
  });
  for (AccessKind kind : elementEffects(op)) {
    if (!takesStorage)
      add({Value(), kind, /*must=*/false, Extent::Anything});
    for (Value operand : op->getOperands())
      addStorages(operand, kind);
  }
}

void AccessCollector::collect(Operation *op, bool must) {
  if (isGuard(op))
    return;
  if (auto accessOp = dyn_cast<AccessOpInterface>(op)) {
    SmallVector<Access> stated;
    accessOp.getAccesses(stated);
    for (const Access &access : stated) {
      if (isa<RefType>(access.getRef().getType()))
        add({access.getRef(), access.kind, must && access.must, Extent::Ref});
      else
        addStorages(access.getRef(), access.kind);
    }
    return;
  }
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      collect(&inner, /*must=*/false);
  if (!op->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
    collectOpaque(op);
}

SmallVector<GraphAccess, 3> elena::collectAccesses(Operation *op) {
  SmallVector<GraphAccess, 3> accesses;
  AccessCollector(accesses).collect(op, /*must=*/true);
  return accesses;
}

EdgeKind elena::getEdgeKind(const GraphAccess &earlier,
                            const GraphAccess &later) {
  if (later.isWrite())
    return earlier.isWrite() ? EdgeKind::WAW : EdgeKind::WAR;
  return earlier.isWrite() ? EdgeKind::RAW : EdgeKind::RAR;
}

Operation *GraphNode::getPack() const {
  return group ? dyn_cast_or_null<PackOp>(group->getParentOp()).getOperation()
               : nullptr;
}
