//===- OwnedPlanes.cpp - Does each iteration stay in a plane? -------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OwnedPlanes.h"
#include "elena/Analysis/LoopIterations.h"
#include "elena/Analysis/OperationGraph.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// Each step gives a reason, and an empty one to go on.
class PlaneFinder {
public:
  PlaneFinder(scf::ForOp loop, SymbolicViews &views, ArgumentAlias alias)
      : loop(loop), views(views), alias(alias) {}

  PlaneVerdict find();

private:
  std::string collect();
  std::string collect(Operation &op);
  std::string addTemporary(AllocOp alloc);
  std::string findStorage();
  std::string checkLoads();
  std::string findPlane();
  std::string findPlaneIn(int64_t dimension);
  std::optional<AffineForm> getDigit(Value ref, int64_t dimension);
  bool isNumberOfIteration(const Polynomial &number);
  bool touchesStorage(Operation *op);
  std::string findFill();
  std::string checkFill();
  std::string checkFillStage(StageOp stage, int64_t along);
  bool isPlaneOfPoint(Value ref, StageOp stage, int64_t boxDimension,
                      bool isOutput);
  std::string checkBetween();

  const SymbolFacts &facts() { return views.getValues().facts(); }
  bool isOfLoop(Value value) {
    return loop->isAncestor(value.getParentBlock()->getParentOp());
  }

  scf::ForOp loop;
  SymbolicViews &views;
  ArgumentAlias alias;
  PlaneVerdict verdict;
  /// Those of storages that are there before the loop.
  SmallVector<GraphAccess> accesses;
  SmallVector<LoadOp> loads;
  /// All that a group of the loop writes.
  llvm::SmallSetVector<Value, 4> written;
  int64_t bytesOfIteration = 0;
};
} // namespace

//===----------------------------------------------------------------------===//
// What an iteration does
//===----------------------------------------------------------------------===//

std::string PlaneFinder::addTemporary(AllocOp alloc) {
  auto type = cast<RefType>(alloc.getType());
  int64_t bytes = type.getElementBytes();
  for (OpFoldResult size : alloc.getMixedSizes()) {
    std::optional<int64_t> known = getConstantIntValue(size);
    if (!known || llvm::MulOverflow(bytes, std::max<int64_t>(*known, 0), bytes))
      return "an iteration has a temporary in memory";
  }
  if (bytes > kMostBytesOfIteration ||
      (bytesOfIteration += bytes) > kMostBytesOfIteration)
    return "an iteration has a large temporary in memory";
  return "";
}

std::string PlaneFinder::collect(Operation &op) {
  if (auto alloc = dyn_cast<AllocOp>(op))
    return addTemporary(alloc);
  if (auto load = dyn_cast<LoadOp>(op))
    loads.push_back(load);
  if (isa<AssertOp>(op) || isMemoryEffectFree(&op) ||
      op.hasTrait<OpTrait::IsTerminator>())
    return "";
  if (isa<scf::ForOp, scf::IfOp>(op) && op.getNumResults() == 0) {
    for (Region &region : op.getRegions())
      for (Operation &inner : region.getOps())
        if (std::string reason = collect(inner); !reason.empty())
          return reason;
    return "";
  }
  if (!isa<GroupOp, PackOp, LoadOp>(op))
    return "it holds an operation that is no kernel";
  for (const GraphAccess &access : collectAccesses(&op)) {
    if (access.extent != GraphAccess::Extent::Ref)
      return "an operation may touch any cell";
    Value root = getRoot(access.ref);
    if (access.isWrite())
      written.insert(root);
    if (!isOfLoop(root))
      accesses.push_back(access);
  }
  return "";
}

std::string PlaneFinder::collect() {
  if (loop.getNumRegionIterArgs())
    return "it carries numbers from one iteration to the next";
  if (!loop.getInductionVar().getType().isIndex() || loop.getUnsignedCmp())
    return "its variable is no index";
  for (Operation &op : *loop.getBody())
    if (std::string reason = collect(op); !reason.empty())
      return reason;
  return "";
}

std::string PlaneFinder::findStorage() {
  Value storage;
  for (Value root : written) {
    if (isOfLoop(root))
      continue;
    if (storage)
      return "it writes more than one array";
    storage = root;
  }
  auto alloc = storage ? storage.getDefiningOp<AllocOp>() : AllocOp();
  if (!alloc)
    return "it writes no array of the function's own";
  verdict.storage = alloc;
  return "";
}

/// Which iterations an owner runs, and what is computed in them, is read before
/// any of its kernels has run.
std::string PlaneFinder::checkLoads() {
  for (LoadOp load : loads)
    for (Value root : written)
      if (mayShareStorage(getRoot(load.getRef()), root, alias))
        return "an iteration reads a number that the loop writes";
  return "";
}

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

/// The index in `dimension` of the storage of the cells of `ref`, over the
/// dimensions of `ref`; nothing if it is not known.
std::optional<AffineForm> PlaneFinder::getDigit(Value ref, int64_t dimension) {
  Value root = verdict.storage;
  const StorageLayout &layout = views.getLayout(root);
  std::array<AccessRegion, 2> regions{withCells(facts(), views.getRegion(ref)),
                                      views.getRegion(root)};
  std::optional<JointForm> form;
  if (regions[0].cell.isKnown() && regions[1].cell.isKnown())
    form = JointForm::build(facts(), layout, regions);
  if (!form || !form->getBase().isZero())
    return std::nullopt;
  ArrayRef<Polynomial> radix = form->getRadix();
  auto isStride = [&](size_t digit, int64_t d) {
    return digit < radix.size() &&
           facts().areEqual(radix[digit], layout.strides[d]);
  };
  for (size_t digit = 0; digit < radix.size(); ++digit)
    // The digit counts no further than the next larger stride.
    if (isStride(digit, dimension) &&
        (dimension == 0 ? digit == 0
                        : digit > 0 && isStride(digit - 1, dimension - 1)))
      return form->getDigits(0)[digit];
  return std::nullopt;
}

/// Are all values that it is computed of there in the body of the loop, outside
/// of the loops and branches in it?
bool PlaneFinder::isNumberOfIteration(const Polynomial &number) {
  auto isThere = [&](Value value) {
    Block *block = value.getParentBlock();
    if (!block->getParentOp())
      return false;
    if (block == loop.getBody())
      return true;
    Operation *ancestor = block->findAncestorOpInBlock(*loop);
    Operation *op = value.getDefiningOp();
    return ancestor && (!op || op->isBeforeInBlock(ancestor));
  };
  return number.isKnown() &&
         llvm::all_of(number.getTerms(), [&](const Polynomial::Term &term) {
           return llvm::all_of(term.monomial, [&](Symbol symbol) {
             return isThere(views.getValues().getValue(symbol));
           });
         });
}

std::string PlaneFinder::findPlaneIn(int64_t dimension) {
  std::optional<Polynomial> plane;
  for (const GraphAccess &access : accesses) {
    if (getRoot(access.ref) != verdict.storage)
      continue;
    std::optional<AffineForm> digit = getDigit(access.ref, dimension);
    if (!digit || !digit->isConstant())
      return "an iteration may touch several planes of what it writes";
    if (plane && !facts().areEqual(*plane, digit->offset))
      return "an iteration may touch two planes of what it writes";
    plane = digit->offset;
  }
  if (!isNumberOfIteration(*plane))
    return "which plane an iteration touches is not known before it runs";
  verdict.dimension = dimension;
  verdict.plane = *plane;
  return "";
}

std::string PlaneFinder::findPlane() {
  int64_t rank = cast<RefType>(verdict.storage.getType()).getRank();
  std::string first = "what it writes has no planes";
  for (int64_t dimension = 0; dimension < rank; ++dimension) {
    std::string reason = findPlaneIn(dimension);
    if (reason.empty())
      return "";
    if (dimension == 0)
      first = reason;
  }
  return first;
}

//===----------------------------------------------------------------------===//
// The kernel before the loop
//===----------------------------------------------------------------------===//

bool PlaneFinder::touchesStorage(Operation *op) {
  return llvm::any_of(collectAccesses(op), [&](const GraphAccess &access) {
    return !access.ref || getRoot(access.ref) == verdict.storage;
  });
}

std::string PlaneFinder::findFill() {
  std::string none = "no kernel before it goes through the planes that it "
                     "writes";
  Operation *op = loop->getPrevNode();
  // Where a check fails, nobody sees the storage.
  while (op &&
         (isMemoryEffectFree(op) || isa<AssertOp>(op) || !touchesStorage(op)))
    op = op->getPrevNode();
  if (!op)
    return none;
  SmallVector<GroupOp> groups;
  op->walk([&](GroupOp group) {
    if (touchesStorage(group))
      groups.push_back(group);
  });
  if (!isa<GroupOp, PackOp>(op) || groups.size() != 1)
    return none;
  verdict.fill = groups.front();
  return checkFill();
}

/// Do the cells of `ref` at a point of the box lie in the plane whose number is
/// the index in `boxDimension`?
bool PlaneFinder::isPlaneOfPoint(Value ref, StageOp stage, int64_t boxDimension,
                                 bool isOutput) {
  std::optional<AffineForm> digit = getDigit(ref, verdict.dimension);
  if (!digit || !digit->offset.isZero())
    return false;
  int64_t place = boxDimension;
  if (isOutput)
    place -=
        llvm::count_if(stage.getDimensionsOf(IteratorKind::Reduction),
                       [&](int64_t reduced) { return reduced < boxDimension; });
  return digit->getOnlyDimension() == static_cast<size_t>(place) &&
         digit->coefficients[place].isConstant(1);
}

std::string PlaneFinder::checkFillStage(StageOp stage, int64_t along) {
  std::string refused = "the kernel before it does not go plane by plane";
  int64_t dimension = (*stage.getAlong())[along];
  GroupOp group = verdict.fill;
  SymbolicValues &values = views.getValues();
  const Polynomial &planes =
      views.getLayout(verdict.storage).sizes[verdict.dimension];
  if (stage.getScatter() ||
      getConstantIntValue(stage.getMixedShifts()[along]) != 0 ||
      !facts().areEqual(values.get(group.getMixedOver()[along]), planes) ||
      !facts().areEqual(values.get(stage.getMixedBox()[dimension]), planes))
    return refused;
  for (Value gathered : stage.getGathers())
    if (getRoot(gathered) == verdict.storage)
      return refused;
  for (Value input : stage.getInputs())
    if (getRoot(input) == verdict.storage &&
        !isPlaneOfPoint(input, stage, dimension, /*isOutput=*/false))
      return refused;
  for (Value output : stage.getOutputs()) {
    Value root = getRoot(output);
    if (root == verdict.storage
            ? !isPlaneOfPoint(output, stage, dimension, /*isOutput=*/true)
            : !group->isAncestor(root.getParentBlock()->getParentOp()))
      return refused;
  }
  return "";
}

std::string PlaneFinder::checkFill() {
  GroupOp group = verdict.fill;
  std::string refused = "the kernel before it does not go plane by plane";
  if (!group.isFused() || group.getSequentialT())
    return refused;
  int64_t dimensions = group.getStaticOver()->size();
  for (int64_t along = 0; along < dimensions; ++along) {
    auto stages = group.getBody().getOps<StageOp>();
    if (llvm::all_of(stages, [&](StageOp stage) {
          return checkFillStage(stage, along).empty();
        })) {
      verdict.fillDimension = along;
      return checkBetween();
    }
  }
  return refused;
}

/// The kernel moves behind all that stands between it and the loop.
std::string PlaneFinder::checkBetween() {
  GroupOp group = verdict.fill;
  Operation *first = group;
  if (auto pack = group->getParentOfType<PackOp>())
    first = pack;
  for (Operation *op = first->getNextNode(); op != loop; op = op->getNextNode())
    for (const GraphAccess &access : collectAccesses(op)) {
      if (!access.isWrite() || isa<AssertOp>(op))
        continue;
      for (const GraphAccess &read : collectAccesses(group))
        if (!access.ref ||
            mayShareStorage(getRoot(access.ref), getRoot(read.ref), alias))
          return "what the kernel before it reads is written in between";
    }
  return "";
}

//===----------------------------------------------------------------------===//
// The verdict
//===----------------------------------------------------------------------===//

PlaneVerdict PlaneFinder::find() {
  using Step = std::string (PlaneFinder::*)();
  for (Step step : {&PlaneFinder::collect, &PlaneFinder::findStorage,
                    &PlaneFinder::checkLoads, &PlaneFinder::findPlane,
                    &PlaneFinder::findFill}) {
    verdict.reason = (this->*step)();
    if (!verdict.isLegal())
      return verdict;
  }
  return verdict;
}

PlaneVerdict elena::findOwnedPlanes(scf::ForOp loop, SymbolicViews &views,
                                    ArgumentAlias alias) {
  return PlaneFinder(loop, views, alias).find();
}

std::string PlaneVerdict::str(SymbolicValues &values) {
  if (!isLegal())
    return reason;
  return "plane " +
         plane.str([&](Symbol symbol) { return values.getName(symbol); }) +
         " of dimension " + std::to_string(dimension) + ", after dimension " +
         std::to_string(fillDimension) + " of the group before";
}
