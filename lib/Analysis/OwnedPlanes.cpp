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
  PlaneFinder(scf::ForOp loop, SymbolicViews &views, ArgumentAlias alias,
              bool ignoresTemporaries)
      : loop(loop), views(views), alias(alias),
        ignoresTemporaries(ignoresTemporaries) {}

  PlaneVerdict find();

private:
  std::string collect();
  std::string collect(Operation &op);
  std::string addTemporary(AllocOp alloc);
  std::string findStorage();
  std::string checkLoads();
  std::string findDimension();
  std::string findPlane(int64_t dimension);
  std::optional<AffineForm> getDigit(Value ref, int64_t dimension);
  bool isNumberOfIteration(const Polynomial &number);
  bool touchesStorage(Operation *op);
  std::string findFill();
  std::string checkBetween();
  std::optional<int64_t> findFillDimension(int64_t dimension);
  bool goesPlaneByPlane(StageOp stage, int64_t along, int64_t dimension);
  bool isPlaneOfPoint(Value ref, StageOp stage, int64_t boxDimension,
                      int64_t dimension, bool isOutput);

  const SymbolFacts &facts() { return views.getValues().facts(); }
  bool isOfLoop(Value value) {
    return loop->isAncestor(value.getParentBlock()->getParentOp());
  }

  scf::ForOp loop;
  SymbolicViews &views;
  ArgumentAlias alias;
  bool ignoresTemporaries;
  PlaneVerdict verdict;
  /// Those of storages that are there before the loop.
  SmallVector<GraphAccess> accesses;
  SmallVector<LoadOp> loads;
  /// Those that each iteration makes.
  SmallVector<AssertOp> checks;
  /// All that a group of the loop writes.
  llvm::SmallSetVector<Value, 4> written;
  int64_t bytesOfIteration = 0;
};
} // namespace

//===----------------------------------------------------------------------===//
// What an iteration does
//===----------------------------------------------------------------------===//

std::string PlaneFinder::addTemporary(AllocOp alloc) {
  if (ignoresTemporaries)
    return "";
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
  if (auto check = dyn_cast<AssertOp>(op)) {
    if (check->getParentOp() == loop)
      checks.push_back(check);
    return "";
  }
  if (isMemoryEffectFree(&op) || op.hasTrait<OpTrait::IsTerminator>())
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

std::string PlaneFinder::findPlane(int64_t dimension) {
  // One owner would do all the work, in one block of a GPU.
  if (views.getLayout(verdict.storage).sizes[dimension].isConstant(1))
    return "what it writes is one plane";
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
  if (!verdict.fill.isFused() || verdict.fill.getSequentialT())
    return "the kernel before it does not go plane by plane";
  return checkBetween();
}

/// Do the cells of `ref` at a point of the box lie in the plane whose number is
/// the index in `boxDimension`?
bool PlaneFinder::isPlaneOfPoint(Value ref, StageOp stage, int64_t boxDimension,
                                 int64_t dimension, bool isOutput) {
  std::optional<AffineForm> digit = getDigit(ref, dimension);
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

/// Does dimension `along` of the group's space count the planes, for all that
/// the stage touches of the storage, and does it write nothing else?
bool PlaneFinder::goesPlaneByPlane(StageOp stage, int64_t along,
                                   int64_t dimension) {
  int64_t boxDimension = (*stage.getAlong())[along];
  GroupOp group = verdict.fill;
  SymbolicValues &values = views.getValues();
  const Polynomial &planes = views.getLayout(verdict.storage).sizes[dimension];
  if (stage.getScatter() ||
      getConstantIntValue(stage.getMixedShifts()[along]) != 0 ||
      !facts().areEqual(values.get(group.getMixedOver()[along]), planes) ||
      !facts().areEqual(values.get(stage.getMixedBox()[boxDimension]), planes))
    return false;
  auto isOfStorage = [&](Value ref) { return getRoot(ref) == verdict.storage; };
  auto isInPlane = [&](Value ref, bool isOutput) {
    return isPlaneOfPoint(ref, stage, boxDimension, dimension, isOutput);
  };
  auto isPrivate = [&](Value ref) {
    return group->isAncestor(getRoot(ref).getParentBlock()->getParentOp());
  };
  return llvm::none_of(stage.getGathers(), isOfStorage) &&
         llvm::all_of(stage.getInputs(),
                      [&](Value input) {
                        return !isOfStorage(input) ||
                               isInPlane(input, /*isOutput=*/false);
                      }) &&
         llvm::all_of(stage.getOutputs(), [&](Value output) {
           return isOfStorage(output) ? isInPlane(output, /*isOutput=*/true)
                                      : isPrivate(output);
         });
}

std::optional<int64_t> PlaneFinder::findFillDimension(int64_t dimension) {
  GroupOp group = verdict.fill;
  for (size_t along = 0; along < group.getStaticOver()->size(); ++along)
    if (llvm::all_of(group.getBody().getOps<StageOp>(), [&](StageOp stage) {
          return goesPlaneByPlane(stage, along, dimension);
        }))
      return along;
  return std::nullopt;
}

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

/// Any dimension of the storage may count the planes.
std::string PlaneFinder::findDimension() {
  int64_t rank = cast<RefType>(verdict.storage.getType()).getRank();
  SmallVector<std::optional<int64_t>> fills;
  for (int64_t dimension = 0; dimension < rank; ++dimension)
    fills.push_back(findFillDimension(dimension));
  // From here on it is about iterations only, and about those whose checks
  // hold.
  for (AssertOp check : checks)
    views.getValues().assumeComparisons(check.getCondition());
  std::string first;
  for (auto [dimension, fill] : llvm::enumerate(fills)) {
    std::string reason = findPlane(dimension);
    if (reason.empty() && !fill)
      reason = "the kernel before it does not go plane by plane";
    if (reason.empty()) {
      verdict.fillDimension = *fill;
      return "";
    }
    if (first.empty())
      first = reason;
  }
  return rank ? first : "what it writes has no planes";
}

PlaneVerdict PlaneFinder::find() {
  using Step = std::string (PlaneFinder::*)();
  for (Step step : {&PlaneFinder::collect, &PlaneFinder::findStorage,
                    &PlaneFinder::checkLoads, &PlaneFinder::findFill,
                    &PlaneFinder::findDimension}) {
    verdict.reason = (this->*step)();
    if (!verdict.isLegal())
      return verdict;
  }
  return verdict;
}

PlaneVerdict elena::findOwnedPlanes(scf::ForOp loop, SymbolicViews &views,
                                    ArgumentAlias alias,
                                    bool ignoresTemporaries) {
  return PlaneFinder(loop, views, alias, ignoresTemporaries).find();
}

std::string PlaneVerdict::str(SymbolicValues &values) {
  if (!isLegal())
    return reason;
  return "plane " +
         plane.str([&](Symbol symbol) { return values.getName(symbol); }) +
         " of dimension " + std::to_string(dimension) + ", after dimension " +
         std::to_string(fillDimension) + " of the group before";
}
