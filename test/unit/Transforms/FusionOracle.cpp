//===- FusionOracle.cpp - Fusion by brute force ---------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FusionOracle.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

struct FusionOracle::Place {
  unsigned group = ~0u, step = 0, position = 0;
  const Member *member = nullptr;
  Order order = Order::Any;
};

struct FusionOracle::Touch {
  unsigned stage, access, storage;
  int64_t cell;
  bool isWrite;
  Place place;
  Point point, t;
};

FusionOracle::FusionOracle(const Example &example)
    : example(example), sizes({5}) {
  if (example.name == "kv_append")
    sizes = {9, 3};
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

int64_t FusionOracle::evaluate(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return index.value_or(
        std::max(2, 5 - static_cast<int>(argument.getArgNumber())));
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return cast<IntegerAttr>(constant.getValue()).getInt();
  if (auto dim = dyn_cast<DimOp>(op)) {
    auto argument = cast<BlockArgument>(dim->getOperand(0));
    return sizes[std::min<size_t>(argument.getArgNumber(), sizes.size() - 1)];
  }
  std::vector<int64_t> x;
  for (Value operand : op->getOperands())
    x.push_back(evaluate(operand));
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return arith::applyCmpPredicate(compare.getPredicate(), APInt(64, x[0]),
                                    APInt(64, x[1]));
  if (isa<arith::SelectOp>(op))
    return x[0] ? x[1] : x[2];
  if (isa<arith::AddIOp>(op))
    return x[0] + x[1];
  if (isa<arith::SubIOp>(op))
    return x[0] - x[1];
  if (isa<arith::MulIOp>(op))
    return x[0] * x[1];
  if (isa<arith::MaxSIOp>(op))
    return std::max(x[0], x[1]);
  if (isa<arith::MinSIOp>(op))
    return std::min(x[0], x[1]);
  if (isa<arith::CeilDivSIOp>(op))
    return llvm::divideCeilSigned(x[0], x[1]);
  if (isa<arith::FloorDivSIOp, arith::DivUIOp, arith::DivSIOp>(op))
    return llvm::divideFloorSigned(x[0], x[1]);
  llvm::report_fatal_error("not known to the oracle: " +
                           op->getName().getStringRef());
}

int64_t FusionOracle::evaluate(const Polynomial &value) {
  return *value.evaluate([&](Symbol symbol) {
    return evaluate(example.symbols->getValue(symbol));
  });
}

int64_t FusionOracle::evaluate(const AffineForm &form, const Point &point) {
  int64_t sum = evaluate(form.offset);
  for (auto [coefficient, index] : llvm::zip_equal(form.coefficients, point))
    sum += evaluate(coefficient) * index;
  return sum;
}

/// In C order.
std::vector<FusionOracle::Point>
FusionOracle::enumerate(ArrayRef<Polynomial> sizes) {
  std::vector<Point> points{{}};
  for (const Polynomial &size : sizes) {
    std::vector<Point> longer;
    for (const Point &point : points)
      for (int64_t i = 0, n = evaluate(size); i < n; ++i) {
        longer.push_back(point);
        longer.back().push_back(i);
      }
    points = std::move(longer);
  }
  return points;
}

//===----------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------===//

/// A reduction in the loops of another one runs with it.
static std::optional<size_t> findLoops(const FusionProgram &program,
                                       const Group &group, size_t m) {
  const Member &member = group.members[m];
  if (!member.loopsOf)
    return m;
  for (size_t k = 0; k < m; ++k) {
    const Member &first = group.members[k];
    const Stage &a = program.stages[first.stage];
    const Stage &b = program.stages[member.stage];
    if (first.stage != *member.loopsOf || first.loopsOf)
      continue;
    bool isSame =
        a.sizes == b.sizes && a.kinds == b.kinds &&
        llvm::is_contained(a.kinds, IteratorKind::Reduction) &&
        llvm::equal(first.theta, member.theta,
                    [](const Coordinate &s, const Coordinate &t) {
                      return s.dimension == t.dimension && s.shift == t.shift;
                    });
    if (isSame)
      return k;
  }
  return std::nullopt;
}

bool FusionOracle::place(const FusionPlan &plan, std::vector<Place> &places) {
  const FusionProgram &program = *example.changed;
  places.resize(program.stages.size());
  for (auto [s, step] : llvm::enumerate(plan.steps))
    if (step.kernel)
      for (unsigned g : step.kernel->groups)
        for (auto [m, member] : llvm::enumerate(plan.groups[g].members)) {
          auto position = findLoops(program, plan.groups[g], m);
          if (!position)
            return false;
          places[member.stage] = {g, static_cast<unsigned>(s),
                                  static_cast<unsigned>(*position), &member,
                                  plan.groups[g].order};
        }
  for (auto [stage, place] : llvm::zip_equal(program.stages, places))
    if (!stage.isRemoved &&
        (!place.member ||
         place.member->theta.size() != plan.groups[place.group].sizes.size()))
      return false;
  return true;
}

/// `a` is of the earlier stage, and one of the two writes the cell.
bool FusionOracle::isInOrder(const Touch &a, const Touch &b) const {
  if (a.place.group != b.place.group)
    return a.place.step < b.place.step;
  if (a.t != b.t && a.stage != b.stage && a.place.order != Order::Any)
    return (a.t < b.t) == (a.place.order == Order::Ascending);
  return a.t == b.t &&
         (a.stage == b.stage || a.place.position < b.place.position);
}

bool FusionOracle::isWrittenBack(
    const Group &group, const PrivateStorage &own,
    const std::map<std::pair<Point, int64_t>, int64_t> &made) {
  Polynomials box = group.sizes;
  llvm::append_range(box, own.sizes);
  if (own.writeBack->coefficients.size() != box.size())
    return false;
  for (const Point &point : enumerate(box)) {
    int64_t cell = 0;
    for (size_t n = 0; n < own.sizes.size(); ++n)
      cell = cell * own.sizes[n] + point[group.sizes.size() + n];
    Point t(point.begin(), point.begin() + group.sizes.size());
    auto known = made.find({t, cell});
    if (known == made.end() || known->second != evaluate(*own.writeBack, point))
      return false;
  }
  return true;
}

bool FusionOracle::arePrivatesLegal(const FusionPlan &plan,
                                    const std::vector<Touch> &all) {
  for (auto [g, group] : llvm::enumerate(plan.groups))
    for (const PrivateStorage &own : group.privates) {
      if (example.changed->storages[own.storage].escapes && !own.writeBack)
        return false;
      int64_t cells = 1;
      for (int64_t size : own.sizes)
        cells *= size;
      std::map<std::pair<Point, int64_t>, int64_t> privateOf, realOf, made;
      for (const Touch &touch : all) {
        if (touch.storage != own.storage)
          continue;
        auto form = own.cells.find({touch.stage, touch.access});
        if (touch.place.group != g || form == own.cells.end())
          return false;
        int64_t cell = evaluate(form->second, touch.point);
        auto mine = privateOf.try_emplace({touch.t, touch.cell}, cell);
        auto real = realOf.try_emplace({touch.t, cell}, touch.cell);
        if (cell < 0 || cell >= cells || mine.first->second != cell ||
            real.first->second != touch.cell)
          return false;
        if (touch.isWrite)
          made[{touch.t, cell}] = touch.cell;
      }
      if (own.writeBack && !isWrittenBack(group, own, made))
        return false;
    }
  return true;
}

bool FusionOracle::areBarriersInOrder(const FusionPlan &plan,
                                      const std::vector<Touch> &all) {
  const FusionProgram &program = *example.changed;
  for (auto [s, step] : llvm::enumerate(plan.steps)) {
    if (!step.barrier)
      continue;
    const Barrier &barrier = program.barriers[*step.barrier];
    unsigned node = 0;
    while (program.nodes[node].barrier != step.barrier)
      ++node;
    for (const Touch &touch : all) {
      bool isFirst = node < program.nodeOfStage[touch.stage];
      bool isOk = isFirst ? s < touch.place.step : touch.place.step < s;
      if (!isOk && program.touches(barrier, touch.storage, !touch.isWrite))
        return false;
    }
  }
  return true;
}

bool FusionOracle::isLegal(const FusionPlan &plan) {
  const FusionProgram &program = *example.changed;
  std::vector<Place> places;
  if (!place(plan, places))
    return false;
  std::vector<Touch> all;
  for (auto [s, stage] : llvm::enumerate(program.stages)) {
    if (stage.isRemoved)
      continue;
    const Group &group = plan.groups[places[s].group];
    for (auto [k, access] : llvm::enumerate(program.getAccesses(stage)))
      for (Point &point : enumerate(access.region.sizes)) {
        Point t;
        for (auto [coordinate, size] :
             llvm::zip_equal(places[s].member->theta, group.sizes)) {
          t.push_back(point[coordinate.dimension] + evaluate(coordinate.shift));
          if (t.back() < 0 || t.back() >= evaluate(size))
            return false;
        }
        all.push_back({static_cast<unsigned>(s), static_cast<unsigned>(k),
                       access.storage, evaluate(access.region.cell, point),
                       access.isWrite, places[s], point, t});
      }
  }
  std::map<Cell, std::vector<const Touch *>> touches;
  for (const Touch &touch : all) {
    auto &known = touches[{touch.storage, touch.cell}];
    for (const Touch *other : known)
      if ((other->isWrite || touch.isWrite) && !isInOrder(*other, touch))
        return false;
    known.push_back(&touch);
  }
  return arePrivatesLegal(plan, all) && areBarriersInOrder(plan, all);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

uint64_t FusionOracle::load(const Memory &memory, Cell cell) {
  auto known = memory.find(cell);
  if (known != memory.end())
    return known->second;
  return llvm::hash_combine(cell.first, cell.second);
}

/// The first one that holds; the last one always does.
uint64_t FusionOracle::choose(ArrayRef<Input::Choice> choices,
                              const Point &point, const Memory &memory) {
  for (const Input::Choice &choice : choices.drop_back())
    if (llvm::all_of(choice.conditions, [&](const AffineForm &condition) {
          return evaluate(condition, point) >= 0;
        }))
      return compute(*choice.value, point, memory);
  return compute(*choices.back().value, point, memory);
}

uint64_t FusionOracle::compute(const Expression &expression, const Point &point,
                               const Memory &memory) {
  StageOp op = expression.op;
  uint64_t hash = llvm::hash_value(op.getOperation());
  op.getBody().walk([&](IndexOp index) {
    hash = llvm::hash_combine(
        hash, evaluate(expression.indices[index.getDimension()], point));
  });
  // Which element a gather takes is not known: each of them counts.
  for (const Gather &gather : expression.gathers)
    for (const Point &element : enumerate(gather.region.sizes)) {
      uint64_t value = 0;
      if (gather.isRead()) {
        value = load(memory,
                     {gather.storage, evaluate(gather.region.cell, element)});
      } else {
        Point both = point;
        llvm::append_range(both, element);
        value = choose(gather.choices, both, memory);
      }
      hash = llvm::hash_combine(hash, value);
    }
  for (const Input &input : expression.inputs) {
    uint64_t value =
        input.isLoad()
            ? load(memory, {input.storage, evaluate(input.cell, point)})
            : choose(input.choices, point, memory);
    hash = llvm::hash_combine(hash, value);
  }
  return hash;
}

/// Point by point if reads were replaced, as it will be run; otherwise all that
/// is read first.
void FusionOracle::run(const Stage &stage, Memory &memory) {
  bool isChanged =
      llvm::any_of(stage.value.inputs,
                   [](const Input &input) { return !input.isLoad(); }) ||
      llvm::any_of(stage.value.gathers,
                   [](const Gather &gather) { return !gather.isRead(); });
  bool reduces = llvm::is_contained(stage.kinds, IteratorKind::Reduction);
  Expression expression = getWrittenValue(stage);
  Memory written;
  for (const Point &point : enumerate(stage.sizes)) {
    uint64_t value = compute(expression, point, memory);
    for (auto [o, output] : llvm::enumerate(stage.outputs)) {
      Cell cell{output.storage, evaluate(output.cell, point)};
      uint64_t mine = value;
      if (o > 0)
        mine = llvm::hash_combine(value, o);
      auto [place, isNew] = written.try_emplace(cell, mine);
      if (!isNew)
        place->second =
            reduces ? uint64_t(llvm::hash_combine(place->second, mine)) : mine;
      if (isChanged && !reduces)
        memory[cell] = mine;
    }
  }
  for (auto [cell, value] : written)
    memory[cell] = value;
}

FusionOracle::Memory FusionOracle::run(const FusionProgram &program) {
  Memory memory;
  for (const Stage &stage : program.stages)
    if (!stage.isRemoved)
      run(stage, memory);
  return memory;
}

bool FusionOracle::isEquivalent(const FusionProgram &program) {
  Memory expected = run(*example.original), found = run(program);
  for (const auto *memory : {&expected, &found})
    for (auto [cell, value] : *memory)
      if (program.storages[cell.first].escapes &&
          load(expected, cell) != load(found, cell))
        return false;
  return true;
}
