//===- Groups.cpp - Rules of groups, packs and bodies ---------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Groups.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"

#include <algorithm>
#include <numeric>

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// Private storage
//===----------------------------------------------------------------------===//

/// All points get theirs at once: which of them are on their way together is a
/// matter of the order.
static Outcome runPrivateAlloc(Machine &m, const Instruction &i) {
  auto op = cast<AllocOp>(i.op);
  auto type = cast<RefType>(op.getType());
  if (!type.hasStaticShape())
    return m.fail(i.op, "is private storage of no static shape");
  Storage &storage = m.addStorage(type, "the private storage of a point");
  storage.perPoint = storage.high = numElements(type.getShape());
  int64_t cells = storage.perPoint * m.points;
  storage.origin = storage.element0 = m.allocate(cells * storage.bytes);
  m.fillWithGarbage(storage.element0, cells, type.getElementType());
  IntArith arith;
  m.ref(i.results[0]) = {&storage,
                         views::rowMajor<IntArith>(arith, type.getShape())};
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// Translation
//===----------------------------------------------------------------------===//

static void sortDimensions(StageOp op, StagePlan &plan) {
  if (op.getAlong())
    plan.along.assign(op.getAlong()->begin(), op.getAlong()->end());
  SmallVector<int64_t> unordered = op.getParallelDimensions();
  for (int64_t dim : op.getDimensionsOf(IteratorKind::Parallel)) {
    if (llvm::is_contained(plan.along, dim))
      continue;
    bool isFree = llvm::is_contained(unordered, dim);
    (isFree ? plan.free : plan.ordered).push_back(dim);
  }
  plan.reduced = op.getDimensionsOf(IteratorKind::Reduction);
  plan.scanned = op.getDimensionsOf(IteratorKind::Scan);
  for (int64_t dim = 0; dim < op.getBoxRank(); ++dim)
    if (!llvm::is_contained(plan.reduced, dim))
      plan.kept.push_back(dim);
}

static LogicalResult translateStage(Translator &translator, StageOp op,
                                    StagePlan &plan) {
  plan.op = op;
  plan.box = translator.mixed(op.getStaticBox(), op.getBox());
  plan.shifts = translator.mixed(op.getMixedShifts());
  plan.inputs = translator.slotsOf(op.getInputs());
  plan.outputs = translator.slotsOf(op.getOutputs());
  plan.combiners = op.getCombinerKinds();
  plan.isMasked = op.getMasked();
  plan.scatter = op.getScatter().value_or(0);
  sortDimensions(op, plan);
  Block &body = op.getBody().front();
  llvm::append_range(plan.types, body.getTerminator()->getOperandTypes());
  return translator.translateBlock(body, plan.body);
}

static LogicalResult translateGroup(Translator &translator, GroupOp op,
                                    GroupPlan &plan) {
  plan.op = op;
  plan.over = translator.mixed(op.getMixedOver());
  plan.isSequential = op.getSequentialT();
  plan.isDescending = op.getDescending();
  for (Operation &inner : op.getBody().front()) {
    if (auto stage = dyn_cast<StageOp>(inner)) {
      if (failed(translateStage(translator, stage, plan.stages.emplace_back())))
        return failure();
    } else if (failed(translator.translateOp(inner, plan.prelude))) {
      return failure();
    } else if (isa<AllocOp>(inner)) {
      plan.prelude.instructions.back().run = runPrivateAlloc;
    }
  }
  return success();
}

static LogicalResult prepareGroup(Translator &translator, Instruction &i) {
  auto kernel = std::make_unique<KernelPlan>();
  if (failed(translateGroup(translator, cast<GroupOp>(i.op),
                            kernel->groups.emplace_back())))
    return failure();
  i.detail = std::move(kernel);
  return success();
}

static LogicalResult preparePack(Translator &translator, Instruction &i) {
  auto kernel = std::make_unique<KernelPlan>();
  for (Operation &inner : i.op->getRegion(0).front()) {
    if (auto group = dyn_cast<GroupOp>(inner)) {
      if (failed(
              translateGroup(translator, group, kernel->groups.emplace_back())))
        return failure();
    } else if (failed(translator.translateOp(inner, kernel->prelude))) {
      return failure();
    }
  }
  i.detail = std::move(kernel);
  return success();
}

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

static Outcome runKernel(Machine &m, const Instruction &i) {
  const auto &kernel = static_cast<const KernelPlan &>(*i.detail);
  if (m.execute(kernel.prelude) == Outcome::Stop)
    return Outcome::Stop;
  return runGroups(m, kernel.groups);
}

/// In the order of the source, backwards, or shuffled: the seed says.
static std::vector<int64_t> orderIterations(Machine &m, int64_t count) {
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  if (m.seed % 4 == 2)
    std::reverse(order.begin(), order.end());
  else if (m.seed)
    for (size_t left = order.size(); left > 1; --left)
      std::swap(order[left - 1], order[m.random.below(left)]);
  return order;
}

static Outcome runForeach(Machine &m, const Instruction &i) {
  const Code &body = i.regions[0];
  auto count = static_cast<int64_t>(m[i.operands[0]]);
  Conflicts iterations;
  m.iterations = m.findsConflicts ? &iterations : nullptr;
  Outcome outcome = Outcome::Next;
  for (int64_t iteration : orderIterations(m, std::max<int64_t>(count, 0))) {
    iterations.startStage(iteration);
    m[body.arguments[0]] = iteration;
    outcome = m.execute(body);
    if (outcome == Outcome::Stop)
      break;
  }
  m.iterations = nullptr;
  return outcome;
}

static LogicalResult prepareForeach(Translator &translator, Instruction &i) {
  i.regions.resize(1);
  return translator.translateBlock(i.op->getRegion(0).front(), i.regions[0]);
}

static Outcome runIndex(Machine &m, const Instruction &i) {
  m[i.results[0]] = m.indices[i.immediate];
  return Outcome::Next;
}

static LogicalResult prepareIndex(Translator &, Instruction &i) {
  i.immediate = cast<IndexOp>(i.op).getDimension();
  return success();
}

static Outcome runElement(Machine &m, const Instruction &i) {
  const Ref &ref = m.ref(i.operands[0]);
  int64_t address = ref.view.offset;
  for (auto [d, slot] : llvm::enumerate(ArrayRef(i.operands).drop_front())) {
    auto index = static_cast<int64_t>(m[slot]);
    if (index < 0 || index >= ref.view.sizes[d])
      return m.fail(i.op, "has the index " + Twine(index) + " in dimension " +
                              Twine(d) + " of size " +
                              Twine(ref.view.sizes[d]));
    address += index * ref.view.strides[d];
  }
  return m.load(i.op, *ref.storage, address, m[i.results[0]]);
}

void interpreter::addGroupRules(RuleTable &table) {
  table["tensorref.group"] = {runKernel, prepareGroup};
  table["tensorref.pack"] = {runKernel, preparePack};
  table["tensorref.foreach"] = {runForeach, prepareForeach};
  table["tensorref.index"] = {runIndex, prepareIndex};
  table["tensorref.element"] = {runElement};
}
