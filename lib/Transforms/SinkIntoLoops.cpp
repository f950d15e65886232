//===- SinkIntoLoops.cpp - Statements before a loop, row by row in it -----===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/LoopIterations.h"
#include "elena/Analysis/OperationGraph.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace elena {
#define GEN_PASS_DEF_SINKINTOLOOPS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// One loop, and what stands before it.
class LoopSinking {
public:
  explicit LoopSinking(scf::ForOp loop)
      : loop(loop), function(loop->getParentOfType<FunctionOpInterface>()),
        alias(getArgumentAlias(loop)) {}

  /// Is it `for i in range(n)`, with iterations that are independent?
  bool isCandidate();
  void sinkStatements();
  void sinkStorages();

private:
  bool areIterationsIndependent();
  bool isSinkable(AccessOpInterface op);
  bool concernsLoop(ArrayRef<GraphAccess> accesses);
  bool meetsCrossed(ArrayRef<GraphAccess> accesses);
  bool trySink(AccessOpInterface op);

  bool collectRows(SymbolicViews &views, Value ref);
  void sinkStorage(AllocOp alloc);
  Value emitRow(OpBuilder &builder, Value ref);

  scf::ForOp loop;
  FunctionOpInterface function;
  ArgumentAlias alias;
  /// Of ops between the one that is looked at and the loop, which stay there.
  SmallVector<GraphAccess> crossed;
  /// Refs to the storage that is looked at.
  SmallVector<Value> rows;
};
} // namespace

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

bool LoopSinking::areIterationsIndependent() {
  // Anew each time: what is sunk makes other numbers and views.
  SymbolicViews views(function);
  return classifyIterations(loop, views, alias).areIndependent;
}

bool LoopSinking::isCandidate() {
  return getConstantIntValue(loop.getLowerBound()) == 0 &&
         getConstantIntValue(loop.getStep()) == 1 && areIterationsIndependent();
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

static bool areOfOneStorage(Value a, Value b, ArgumentAlias alias) {
  Value rootA = getRoot(a), rootB = getRoot(b);
  return rootA == rootB || mayShareStorage(rootA, rootB, alias);
}

/// Has it a row for each iteration, and does nobody see what it writes if a
/// check in the loop fails?
bool LoopSinking::isSinkable(AccessOpInterface op) {
  if (!op.isPointwise() || op->getNumResults())
    return false;
  SymbolicViews views(function);
  SymbolicValues &values = views.getValues();
  Polynomial count = values.get(loop.getUpperBound());
  SmallVector<Access> accesses;
  op.getAccesses(accesses);
  return llvm::all_of(accesses, [&](const Access &access) {
    Value ref = access.operand->get();
    if (access.kind == AccessKind::Write &&
        !getRoot(ref).getDefiningOp<AllocOp>())
      return false;
    const AccessRegion &region = views.getRegion(ref);
    return !region.sizes.empty() && region.sizes.front().isKnown() &&
           values.facts().areEqual(region.sizes.front(), count);
  });
}

/// Does the loop use what it writes?
bool LoopSinking::concernsLoop(ArrayRef<GraphAccess> accesses) {
  auto ofLoop = collectAccesses(loop);
  return llvm::any_of(accesses, [&](const GraphAccess &mine) {
    return mine.isWrite() &&
           llvm::any_of(ofLoop, [&](const GraphAccess &other) {
             return other.ref && getRoot(other.ref) == getRoot(mine.ref);
           });
  });
}

bool LoopSinking::meetsCrossed(ArrayRef<GraphAccess> accesses) {
  return llvm::any_of(crossed, [&](const GraphAccess &other) {
    return llvm::any_of(accesses, [&](const GraphAccess &mine) {
      return (mine.isWrite() || other.isWrite()) &&
             (!other.ref || areOfOneStorage(mine.ref, other.ref, alias));
    });
  });
}

/// x[i] of a ref, i the loop variable.
Value LoopSinking::emitRow(OpBuilder &builder, Value ref) {
  auto type = cast<RefType>(ref.getType());
  auto row = RefType::get(type.getShape().drop_front(), type.getElementType());
  return SelectOp::create(builder, ref.getLoc(), row, ref, /*dimension=*/0,
                          ValueRange(loop.getInductionVar()),
                          ArrayRef<int64_t>{ShapedType::kDynamic});
}

bool LoopSinking::trySink(AccessOpInterface op) {
  auto accesses = collectAccesses(op);
  if (accesses.empty() || !concernsLoop(accesses) || meetsCrossed(accesses) ||
      !isSinkable(op))
    return false;
  // In the loop first; what was sunk before comes behind it. Views first: they
  // may be of what stands before the loop.
  OpBuilder builder = OpBuilder::atBlockBegin(loop.getBody());
  Operation *row = op->clone();
  for (OpOperand &operand : row->getOpOperands())
    if (isa<RefType>(operand.get().getType()))
      operand.set(emitRow(builder, operand.get()));
  builder.insert(row);
  if (areIterationsIndependent()) {
    op.erase();
    return true;
  }
  row->erase();
  return false;
}

void LoopSinking::sinkStatements() {
  Operation *next = nullptr;
  for (Operation *op = loop->getPrevNode(); op; op = next) {
    next = op->getPrevNode();
    auto access = dyn_cast<AccessOpInterface>(op);
    if (access && trySink(access))
      continue;
    // What can fail or ends a version writes nothing.
    if (!isa<AllocOp, AssertOp>(op) && !isGuard(op))
      llvm::append_range(crossed, collectAccesses(op));
  }
}

//===----------------------------------------------------------------------===//
// Storages
//===----------------------------------------------------------------------===//

/// Finds the refs to the storage that ops of the loop take. False if something
/// else uses it, or more of it than the row of the iteration.
bool LoopSinking::collectRows(SymbolicViews &views, Value ref) {
  bool isRow = false;
  for (Operation *user : ref.getUsers()) {
    if (auto view = dyn_cast<ViewOpInterface>(user)) {
      if (!collectRows(views, view->getResult(0)))
        return false;
      continue;
    }
    if (!isa<AccessOpInterface>(user) || !loop->isAncestor(user))
      return false;
    isRow = true;
  }
  if (isRow)
    rows.push_back(ref);
  return !isRow ||
         (ref.getDefiningOp() && loop->isAncestor(ref.getDefiningOp()) &&
          staysInRow(loop, views, ref));
}

/// A storage of which each iteration uses one row only is one row in each
/// iteration.
void LoopSinking::sinkStorage(AllocOp alloc) {
  SymbolicViews views(function);
  rows.clear();
  if (alloc.getMixedSizes().empty() || !collectRows(views, alloc) ||
      rows.empty())
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(loop.getBody());
  auto row = AllocOp::create(builder, alloc.getLoc(),
                             ArrayRef(alloc.getMixedSizes()).drop_front(),
                             cast<RefType>(alloc.getType()).getElementType());
  for (Value ref : rows) {
    builder.setInsertionPointAfterValue(ref);
    IndexArith arith(builder, ref.getLoc());
    FailureOr<RootedView> rooted = composeToRoot(arith, ref);
    assert(succeeded(rooted) && "verified views compose");
    SymbolicView view = rooted->view;
    OpFoldResult stride = getRootView(arith, alloc).strides.front();
    OpFoldResult i = loop.getInductionVar();
    view.offset = arith.sub(view.offset, arith.mul(i, stride));
    auto ofRow = StridedViewOp::create(builder, ref.getLoc(), row, view);
    ofRow.setInjective(isInjective(ref));
    ref.replaceUsesWithIf(ofRow.getResult(), [](OpOperand &use) {
      return !isa<ViewOpInterface>(use.getOwner());
    });
  }
}

void LoopSinking::sinkStorages() {
  SmallVector<AllocOp> allocs;
  for (Operation &op : *loop->getBlock())
    if (auto alloc = dyn_cast<AllocOp>(op); alloc)
      allocs.push_back(alloc);
  for (AllocOp alloc : allocs)
    sinkStorage(alloc);
}

namespace {
struct SinkIntoLoops : elena::impl::SinkIntoLoopsBase<SinkIntoLoops> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kKernelAttr))
      return;
    SmallVector<scf::ForOp> loops;
    function->walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops) {
      LoopSinking sinking(loop);
      if (!sinking.isCandidate())
        continue;
      sinking.sinkStatements();
      sinking.sinkStorages();
    }
  }
};
} // namespace
