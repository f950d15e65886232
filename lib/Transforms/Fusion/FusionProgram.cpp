//===- FusionProgram.cpp - Stages and storages, as numbers ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/FusionProgram.h"
#include "elena/Analysis/OperationGraph.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

bool Stage::isParallel() const { return !op.getSequential(); }

bool Stage::isElementwise() const {
  return isParallel() && !op.getScatter() &&
         llvm::all_of(kinds, [](IteratorKind kind) {
           return kind == IteratorKind::Parallel;
         });
}

bool Stage::isMust() const { return !op.getMasked() && !op.getScatter(); }

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

namespace elena::fusion {
class ProgramBuilder {
public:
  ProgramBuilder(FusionProgram &program) : program(program) {}

  void build();

private:
  unsigned getStorage(Value root);
  StorageLayout getLayout(IndexArith &arith, Value root);
  /// The ref as an affine map over a box that has its dimensions.
  AccessRegion getRegion(IndexArith &arith, Value ref);
  void assumeShapes(StageOp op);
  void assumeShapesAndChecks();
  void addStage(StageOp op);
  void useNonEmptyBox(Stage &stage);
  void addBarrier(Operation *op);
  bool escapes(Value root);

  FusionProgram &program;
  llvm::DenseMap<Value, unsigned> numbers;
  /// Each ref is composed once, before the first stage that uses it.
  llvm::DenseMap<Value, SymbolicView> views;
};
} // namespace elena::fusion

/// Symbols that are not zero where sizes with them are not.
static SmallVector<Symbol> getFactors(ArrayRef<Polynomial> sizes) {
  SmallVector<Symbol> factors;
  for (const Polynomial &size : sizes)
    if (size.isKnown() && size.getTerms().size() == 1)
      llvm::append_range(factors, size.getTerms().front().monomial);
  return factors;
}

StorageLayout ProgramBuilder::getLayout(IndexArith &arith, Value root) {
  SymbolicView view = getRootView(arith, root);
  StorageLayout layout;
  layout.contiguous = isContiguousRoot(root);
  layout.injective = tensorref::isInjective(root);
  for (OpFoldResult size : view.sizes)
    layout.sizes.push_back(program.symbols.get(size));
  for (OpFoldResult stride : view.strides)
    layout.strides.push_back(program.symbols.get(stride));
  SmallVector<Symbol> nonZero = getFactors(layout.sizes);
  for (Polynomials *numbers : {&layout.sizes, &layout.strides})
    for (Polynomial &number : *numbers)
      number = program.facts().normalize(number, nonZero);
  return layout;
}

/// Is the ref, or a view of it, used by anything but stages of this block?
bool ProgramBuilder::escapes(Value ref) {
  for (Operation *user : ref.getUsers()) {
    if (auto view = dyn_cast<ViewOpInterface>(user)) {
      if (escapes(view->getResult(0)))
        return true;
      continue;
    }
    bool isStage =
        isa<StageOp>(user) && user->getParentOp()->getBlock() == &program.block;
    bool isElement = isa<ElementOp>(user);
    if (!isStage && !isElement && !isa<DimOp, StrideOp>(user) && !isGuard(user))
      return true;
  }
  return false;
}

unsigned ProgramBuilder::getStorage(Value root) {
  auto [place, isNew] = numbers.try_emplace(root, program.storages.size());
  if (!isNew)
    return place->second;
  OpBuilder builder(root.getContext());
  builder.setInsertionPointAfterValue(root);
  IndexArith arith(builder, root.getLoc());
  StorageInfo info;
  info.root = root;
  info.layout = getLayout(arith, root);
  auto alloc = root.getDefiningOp<AllocOp>();
  info.isAllocation = alloc && alloc->getBlock() == &program.block;
  info.escapes = !info.isAllocation || escapes(root);
  program.storages.push_back(std::move(info));
  return place->second;
}

AccessRegion ProgramBuilder::getRegion(IndexArith &arith, Value ref) {
  auto [place, isNew] = views.try_emplace(ref);
  if (isNew) {
    FailureOr<RootedView> rooted = composeToRoot(arith, ref);
    assert(succeeded(rooted) && "verified views compose");
    place->second = rooted->view;
  }
  const SymbolicView &view = place->second;
  AccessRegion region;
  region.cell.offset = program.symbols.get(view.offset);
  for (auto [size, stride] : llvm::zip(view.sizes, view.strides)) {
    region.sizes.push_back(program.symbols.get(size));
    region.cell.coefficients.push_back(program.symbols.get(stride));
  }
  return region;
}

/// Where the box has no point, it does not matter what its numbers are, as long
/// as it has none: with n = min(m, 1), the box [n] is [1] only if it has a
/// point.
void ProgramBuilder::useNonEmptyBox(Stage &stage) {
  SmallVector<Symbol> nonZero = getFactors(stage.sizes);
  Polynomials given;
  for (const Polynomial &size : stage.sizes)
    if (size.isKnown() && !size.getConstant())
      given.push_back(size - 1);
  const SymbolFacts &facts = program.facts();
  auto use = [&](Polynomial &value) {
    value = facts.chooseCases(facts.normalize(value, nonZero), given);
  };
  auto useSize = [&](Polynomial &size) {
    size = facts.normalize(size, nonZero);
    Polynomial chosen = facts.chooseCases(size, given);
    if (facts.isNonNegative(chosen) && facts.isAtMost(chosen, size))
      size = std::move(chosen);
  };
  auto useForm = [&](AffineForm &form) {
    use(form.offset);
    llvm::for_each(form.coefficients, use);
  };
  llvm::for_each(stage.sizes, useSize);
  for (Input &input : stage.value.inputs)
    useForm(input.cell);
  for (Stage::Output &output : stage.outputs)
    useForm(output.cell);
}

void ProgramBuilder::addStage(StageOp op) {
  OpBuilder builder(op->getParentOp());
  IndexArith arith(builder, op.getLoc());
  Stage stage;
  stage.op = op;
  stage.kinds = op.getIteratorKinds();
  for (OpFoldResult size : op.getMixedBox())
    stage.sizes.push_back(program.symbols.get(size));
  size_t rank = stage.getRank();
  stage.value.op = op;
  stage.value.stage = program.stages.size();
  for (size_t d = 0; d < rank; ++d)
    stage.value.indices.push_back(AffineForm::dimension(d, rank));
  for (Value input : op.getInputs())
    stage.value.inputs.push_back(
        {getStorage(getRoot(input)), getRegion(arith, input).cell, {}});
  for (Value output : op.getOutputs()) {
    AffineForm cell = getRegion(arith, output).cell;
    if (!op.getScatter()) {
      AffineForm overBox = AffineForm::constant(cell.offset, rank);
      size_t next = 0;
      for (size_t d = 0; d < rank; ++d)
        if (stage.kinds[d] != IteratorKind::Reduction)
          overBox.coefficients[d] = cell.coefficients[next++];
      cell = overBox;
    }
    stage.outputs.push_back({getStorage(getRoot(output)), cell});
  }
  useNonEmptyBox(stage);
  for (Value gather : op.getGathers())
    stage.value.gathers.push_back(
        {getStorage(getRoot(gather)), gather, getRegion(arith, gather), {}});
  program.nodeOfStage.push_back(program.nodes.size());
  program.nodes.push_back(
      {op, static_cast<unsigned>(program.stages.size()), std::nullopt});
  program.stages.push_back(std::move(stage));
}

void ProgramBuilder::addBarrier(Operation *op) {
  Barrier barrier{op, {}, {}, false};
  for (const GraphAccess &access : collectAccesses(op)) {
    if (access.extent == GraphAccess::Extent::Anything) {
      barrier.touchesAnything = true;
      continue;
    }
    unsigned storage = getStorage(getRoot(access.ref));
    (access.isWrite() ? barrier.writes : barrier.reads).push_back(storage);
  }
  program.nodes.push_back(
      {op, std::nullopt, static_cast<unsigned>(program.barriers.size())});
  program.barriers.push_back(std::move(barrier));
}

/// Ops that only compute, from metadata or host values, and may be moved.
static bool isMovable(Operation &op) {
  return isa<AllocOp>(op) ||
         (isPure(&op) && !op.hasTrait<OpTrait::IsTerminator>());
}

/// A stage takes refs over its box: their sizes are those of the box.
void ProgramBuilder::assumeShapes(StageOp op) {
  OpBuilder builder(op->getParentOp());
  IndexArith arith(builder, op.getLoc());
  for (Value input : op.getInputs()) {
    AccessRegion region = getRegion(arith, input);
    for (auto [size, box] : llvm::zip(region.sizes, op.getMixedBox()))
      program.symbols.assumeEqual(size, program.symbols.get(box));
  }
  if (op.getScatter())
    return;
  SmallVector<OpFoldResult> written;
  for (auto [size, kind] : llvm::zip(op.getMixedBox(), op.getIteratorKinds()))
    if (kind != IteratorKind::Reduction)
      written.push_back(size);
  for (Value output : op.getOutputs()) {
    AccessRegion region = getRegion(arith, output);
    for (auto [size, box] : llvm::zip(region.sizes, written))
      program.symbols.assumeEqual(size, program.symbols.get(box));
  }
}

/// What the shapes of stages say, up to the first check behind one of them, and
/// what is checked before the first stage. What a later check is for need not
/// hold in the stages before it, which run even if it fails: their boxes must
/// not be made of its numbers.
void ProgramBuilder::assumeShapesAndChecks() {
  SmallVector<GroupOp> groups;
  SmallVector<AssertOp> checks;
  for (Operation &op : program.block) {
    if (auto check = dyn_cast<AssertOp>(op)) {
      if (!groups.empty())
        break;
      checks.push_back(check);
    }
    if (auto group = dyn_cast<GroupOp>(op); group && !group.isFused())
      groups.push_back(group);
  }
  for (GroupOp group : groups)
    for (StageOp stage : group.getBody().front().getOps<StageOp>())
      assumeShapes(stage);
  for (AssertOp check : checks)
    program.symbols.assumeHolds(check.getCondition());
}

void ProgramBuilder::build() {
  // Equalities before anything is made of the symbols.
  assumeShapesAndChecks();
  program.symbols.deriveEqualities();
  // The list first: composing views makes pure ops in between.
  SmallVector<Operation *> ops;
  for (Operation &op : program.block)
    if (!isMovable(op) && !isGuard(&op) &&
        !op.hasTrait<OpTrait::IsTerminator>())
      ops.push_back(&op);
  for (Operation *op : ops) {
    auto group = dyn_cast<GroupOp>(op);
    if (!group || group.isFused()) {
      addBarrier(op);
      continue;
    }
    for (StageOp stage : group.getBody().front().getOps<StageOp>())
      addStage(stage);
  }
}

FusionProgram::FusionProgram(Block &block, SymbolicValues &symbols,
                             ArgumentAlias alias)
    : block(block), symbols(symbols), alias(alias) {
  ProgramBuilder(*this).build();
  for (const StorageInfo &a : storages) {
    aliases.emplace_back(storages.size());
    for (auto [number, b] : llvm::enumerate(storages))
      if (mayShareStorage(a.root, b.root, alias))
        aliases.back().set(number);
  }
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

bool FusionProgram::touches(const Barrier &barrier, unsigned storage,
                            bool write) const {
  if (barrier.touchesAnything)
    return storages[storage].escapes;
  auto mayBe = [&](unsigned other) {
    return other == storage || mayAlias(other, storage);
  };
  return llvm::any_of(barrier.writes, mayBe) ||
         (!write && llvm::any_of(barrier.reads, mayBe));
}

/// A region of the whole ref, beside a box that does not matter to it.
static AccessRegion besideBox(const AccessRegion &region,
                              const Polynomials &box) {
  AccessRegion result;
  result.sizes = box;
  llvm::append_range(result.sizes, region.sizes);
  result.cell = AffineForm::constant(region.cell.offset, box.size());
  llvm::append_range(result.cell.coefficients, region.cell.coefficients);
  return result;
}

StageAccess elena::fusion::getAccess(const Gather &gather,
                                     const Polynomials &box) {
  return {gather.storage, false, false, besideBox(gather.region, box)};
}

const std::vector<StageAccess> &
FusionProgram::getAccesses(const Stage &stage) const {
  std::vector<StageAccess> &accesses = stage.accesses;
  if (!accesses.empty())
    return accesses;
  forEachLoad(stage.value, [&](const Input &input) {
    for (const StageAccess &known : accesses)
      if (known.storage == input.storage && known.region.cell == input.cell &&
          known.isMust == !input.isConditional)
        return;
    accesses.push_back({input.storage,
                        false,
                        !input.isConditional,
                        {input.cell, stage.sizes}});
  });
  llvm::SmallDenseSet<Value> gathered;
  forEachGather(stage.value, [&](const Gather &gather) {
    if (gathered.insert(gather.ref).second)
      accesses.push_back(getAccess(gather, stage.sizes));
  });
  forEachGatheredLoad(
      stage.value, stage.sizes, [&](const Input &load, const Polynomials &box) {
        accesses.push_back({load.storage, false, false, {load.cell, box}});
      });
  for (const Stage::Output &output : stage.outputs) {
    if (!stage.op.getScatter()) {
      accesses.push_back(
          {output.storage, true, stage.isMust(), {output.cell, stage.sizes}});
      // The fibre along reduction dimensions writes one cell, once.
      for (auto [d, kind] : llvm::enumerate(stage.kinds))
        if (kind == IteratorKind::Reduction)
          accesses.back().region.sizes[d] = Polynomial(1);
      continue;
    }
    AccessRegion whole;
    whole.cell = output.cell;
    Value ref = stage.op.getOutputs()[&output - stage.outputs.begin()];
    for (auto [d, size] :
         llvm::enumerate(cast<RefType>(ref.getType()).getShape()))
      whole.sizes.push_back(ShapedType::isDynamic(size) ? Polynomial::unknown()
                                                        : Polynomial(size));
    accesses.push_back(
        {output.storage, true, false, besideBox(whole, stage.sizes)});
  }
  return accesses;
}
