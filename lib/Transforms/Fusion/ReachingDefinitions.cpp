//===- ReachingDefinitions.cpp - Who wrote what is read -------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/ReachingDefinitions.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

using LastWrite = ReachingDefinitions::LastWrite;

bool ReachingDefinitions::barrierBetween(unsigned a, unsigned b,
                                         unsigned storage) const {
  for (unsigned n = program.nodeOfStage[a]; n < program.nodeOfStage[b]; ++n)
    if (auto barrier = program.nodes[n].barrier)
      if (program.touches(program.barriers[*barrier], storage, /*write=*/true))
        return true;
  return false;
}

//===----------------------------------------------------------------------===//
// The last writer
//===----------------------------------------------------------------------===//

/// A sequential stage reads everything before it writes only because nothing
/// that it reads is written; that stays so, but its order is no map.
bool ReachingDefinitions::isParallelReader(unsigned reader) const {
  return program.stages[reader].isParallel();
}

/// Legality::LastWriter, given that no stage in between has written it. A
/// masked stage is one: where its mask is false, it leaves what was there.
bool ReachingDefinitions::isLastWriter(unsigned writer,
                                       const StageAccess &write,
                                       unsigned before,
                                       unsigned storage) const {
  return write.storage == storage && !program.stages[writer].op.getScatter() &&
         !barrierBetween(writer, before, storage);
}

/// Legality::PointValue: is what a point of the stage writes its expression
/// there, without loops of its own?
static bool hasPointValue(const Stage &stage) {
  return stage.isElementwise() && stage.outputs.size() == 1;
}

LastWrite ReachingDefinitions::find(unsigned reader, const Input &load,
                                    unsigned before) const {
  const Stage &b = program.stages[reader];
  StageAccess read{load.storage, false, true, {load.cell, b.sizes}};
  for (unsigned a = before; a-- > 0;) {
    const Stage &stage = program.stages[a];
    for (const StageAccess &write : program.getAccesses(stage)) {
      if (!write.isWrite ||
          meet(program, write, stage.getRank(), read, b.getRank()).disjoint)
        continue;
      if (!isLastWriter(a, write, before, load.storage))
        return {a, std::nullopt, Legality::LastWriter};
      if (!hasPointValue(stage))
        return {a, std::nullopt, Legality::PointValue};
      if (auto definition = findPoint(a, write, read, b.getRank()))
        return {a, std::move(definition), std::nullopt};
      return {a, std::nullopt, Legality::WriterPoint};
    }
  }
  return {};
}

//===----------------------------------------------------------------------===//
// Which point of it
//===----------------------------------------------------------------------===//

/// Legality::Membership: does the condition hold at every point of the box?
static bool isMember(const SymbolFacts &facts, const AffineForm &condition,
                     ArrayRef<Polynomial> box) {
  Polynomials given;
  for (const Polynomial &size : box)
    if (!size.getConstant())
      given.push_back(size - 1);
  return facts.isNonNegative(getRange(facts, condition, box).first, given);
}

std::optional<Definition>
ReachingDefinitions::findPoint(unsigned writer, const StageAccess &write,
                               const StageAccess &read, size_t rank) const {
  auto definition = solve(writer, write, read, rank);
  if (!definition)
    definition = solveFlat(writer, write, read);
  if (!definition)
    return std::nullopt;
  llvm::erase_if(definition->conditions, [&](const AffineForm &condition) {
    return isMember(program.facts(), condition, read.region.sizes);
  });
  // Numbers of points are not tested at run time.
  if (definition->flat && !definition->conditions.empty())
    return std::nullopt;
  return definition;
}

namespace {
/// The point of the writer, as far as the digits up to now tell.
struct PartialPoint {
  const SymbolFacts &facts;
  const Stage &writer;
  SmallVector<std::optional<AffineForm>, 4> indices;
  SmallVector<AffineForm, 2> conditions;

  bool solveDigit(const AffineForm &f, const AffineForm &g);
};
} // namespace

/// The digit is f at the writer's point and g at the reader's: for
/// f = c + s * j[d] that is j[d] = (g - c) / s.
bool PartialPoint::solveDigit(const AffineForm &f, const AffineForm &g) {
  size_t rank = g.coefficients.size();
  AffineForm index = g + AffineForm::constant(-f.offset, rank);
  if (f.isConstant()) {
    if (!index.isConstant() || !facts.normalize(index.offset).isZero()) {
      conditions.push_back(index);
      conditions.push_back(index * Polynomial(-1));
    }
    return true;
  }
  std::optional<size_t> d = f.getOnlyDimension();
  if (!d || indices[*d])
    return false;
  index.offset = facts.normalize(index.offset);
  auto divide = [&](Polynomial &number) {
    auto quotient = number.divideExactly(f.coefficients[*d]);
    if (quotient)
      number = *quotient;
    return quotient.has_value();
  };
  if (!divide(index.offset) || !llvm::all_of(index.coefficients, divide))
    return false;
  conditions.push_back(index);
  conditions.push_back(AffineForm::constant(writer.sizes[*d] - 1, rank) +
                       index * Polynomial(-1));
  indices[*d] = std::move(index);
  return true;
}

/// The writer's index in each dimension, digit by digit.
std::optional<Definition> ReachingDefinitions::solve(unsigned writer,
                                                     const StageAccess &write,
                                                     const StageAccess &read,
                                                     size_t rank) const {
  const Stage &stage = program.stages[writer];
  std::array<AccessRegion, 2> regions{write.region, read.region};
  std::optional<JointForm> form = JointForm::build(
      program.facts(), program.storages[write.storage].layout, regions);
  if (!form)
    return std::nullopt;
  PartialPoint point{program.facts(), stage, {}, {}};
  point.indices.resize(stage.getRank());
  for (size_t k = 0; k < form->getNumDigits(); ++k)
    if (!point.solveDigit(form->getDigits(0)[k], form->getDigits(1)[k]))
      return std::nullopt;
  Definition definition{writer, {}, std::move(point.conditions), {}};
  for (auto [index, size] : llvm::zip_equal(point.indices, stage.sizes)) {
    if (!index && !size.isConstant(1))
      return std::nullopt;
    definition.indices.push_back(index ? std::move(*index)
                                       : AffineForm::constant(0, rank));
  }
  return definition;
}

//===----------------------------------------------------------------------===//
// By the number of the point
//===----------------------------------------------------------------------===//

/// c and s with cell = c + s * (number of the point in C order), over a box.
static std::optional<AffineForm> flatten(const SymbolFacts &facts,
                                         const AffineForm &cell,
                                         ArrayRef<Polynomial> sizes) {
  std::optional<Polynomial> step;
  Polynomial points(1);
  for (size_t d = sizes.size(); d-- > 0;) {
    if (sizes[d].isConstant(1))
      continue;
    if (!step)
      step = cell.coefficients[d];
    else if (!facts.areEqual(cell.coefficients[d], *step * points))
      return std::nullopt;
    points = points * sizes[d];
  }
  return AffineForm{cell.offset, {step.value_or(Polynomial(0))}};
}

static bool asksForIndices(StageOp op) {
  return op.getBody()
      .walk([](IndexOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

/// The expression over the number of the point, if all that it reads lies one
/// after the other as its points do.
static std::optional<Expression> flatten(const SymbolFacts &facts,
                                         const Expression &expression,
                                         ArrayRef<Polynomial> sizes) {
  if (asksForIndices(expression.op))
    return std::nullopt;
  Expression flat;
  flat.op = expression.op;
  flat.stage = expression.stage;
  flat.gathers = expression.gathers;
  flat.indices.assign(expression.indices.size(), AffineForm::constant(0, 1));
  for (const Input &input : expression.inputs) {
    Input copy;
    copy.storage = input.storage;
    if (input.isLoad()) {
      auto cell = flatten(facts, input.cell, sizes);
      if (!cell)
        return std::nullopt;
      copy.cell = *cell;
    } else {
      auto value = flatten(facts, *input.choices.front().value, sizes);
      if (input.choices.size() > 1 || !value)
        return std::nullopt;
      copy.choices.push_back(
          {{}, std::make_shared<Expression>(std::move(*value))});
    }
    flat.inputs.push_back(std::move(copy));
  }
  return flat;
}

/// A stage that writes its points one after the other, and a reader that walks
/// through them in other steps: x.flatten()[:-1].reshape(n - 1, n + 1)[:, 1:].
std::optional<Definition>
ReachingDefinitions::solveFlat(unsigned writer, const StageAccess &write,
                               const StageAccess &read) const {
  const Stage &stage = program.stages[writer];
  const SymbolFacts &facts = program.facts();
  if (!program.storages[write.storage].layout.contiguous ||
      !read.region.cell.isKnown())
    return std::nullopt;
  auto cell = flatten(facts, write.region.cell, stage.sizes);
  if (!cell || !cell->coefficients.front().isConstant(1))
    return std::nullopt;
  auto value = flatten(facts, getWrittenValue(stage), stage.sizes);
  if (!value)
    return std::nullopt;
  Polynomial points(1);
  for (const Polynomial &size : stage.sizes)
    points = points * size;
  size_t rank = read.region.sizes.size();
  AffineForm number =
      read.region.cell + AffineForm::constant(-cell->offset, rank);
  AffineForm left =
      AffineForm::constant(points - 1, rank) + number * Polynomial(-1);
  return Definition{writer, {number}, {number, left}, std::move(value)};
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

/// Pairwise apart and as many cells as the storage has: then there is none that
/// they leave out.
bool ReachingDefinitions::cover(ArrayRef<unsigned> writers,
                                unsigned storage) const {
  const StorageInfo &info = program.storages[storage];
  if (!info.isAllocation)
    return false;
  Polynomial all(1), written(0);
  for (const Polynomial &size : info.layout.sizes)
    all = all * size;
  SmallVector<const StageAccess *> writes;
  bool areApart = true;
  for (unsigned w : writers) {
    const Stage &stage = program.stages[w];
    for (const StageAccess &access : program.getAccesses(stage)) {
      if (!access.isWrite || access.storage != storage)
        continue;
      Polynomial cells(1);
      for (const Polynomial &size : access.region.sizes) {
        // A size that could be negative would stand for none.
        if (!program.facts().isNonNegative(size))
          return false;
        cells = cells * size;
      }
      written = written + cells;
      std::optional<JointForm> form = JointForm::build(
          program.facts(), info.layout, ArrayRef(access.region));
      if (!form || !form->isInjective(0) || stage.op.getScatter())
        return false;
      if (program.facts().areEqual(all, cells))
        return true; // alone
      areApart =
          areApart && llvm::all_of(writes, [&](const StageAccess *other) {
            return meet(program, *other, 0, access, 0).disjoint;
          });
      writes.push_back(&access);
    }
  }
  return areApart && program.facts().areEqual(all, written);
}

//===----------------------------------------------------------------------===//
// What it is computed from
//===----------------------------------------------------------------------===//

/// Does the stage write to what is read, over a box of that rank?
bool ReachingDefinitions::overwrites(
    unsigned number, const StageAccess &read, size_t rank,
    function_ref<bool(const Meeting &)> isHarmless) const {
  const Stage &stage = program.stages[number];
  return llvm::any_of(
      program.getAccesses(stage), [&](const StageAccess &write) {
        if (!write.isWrite)
          return false;
        Meeting meeting = meet(program, read, rank, write, stage.getRank());
        return !meeting.disjoint && !isHarmless(meeting);
      });
}

bool ReachingDefinitions::isUnchanged(unsigned time, unsigned reader,
                                      const StageAccess &read) const {
  if (barrierBetween(time, reader, read.storage))
    return false;
  for (unsigned w = time; w < reader; ++w)
    if (overwrites(w, read, program.stages[reader].getRank(),
                   [](const Meeting &) { return false; }))
      return false;
  return true;
}

bool ReachingDefinitions::isUnchanged(unsigned time, unsigned reader,
                                      const Input &load) const {
  return isUnchanged(
      time, reader,
      {load.storage, false, true, {load.cell, program.stages[reader].sizes}});
}

/// The reader itself included: which point of it gathers what is not known.
bool ReachingDefinitions::isUnchanged(unsigned time, unsigned reader,
                                      const Gather &gather) const {
  const Stage &b = program.stages[reader];
  StageAccess read = getAccess(gather, b.sizes);
  return isUnchanged(time, reader, read) &&
         !overwrites(reader, read, b.getRank(),
                     [](const Meeting &) { return false; });
}

/// The reader may overwrite what only the same point of it reads.
bool ReachingDefinitions::readsFirst(unsigned reader, const Input &load) const {
  const Stage &b = program.stages[reader];
  bool isPointwise = !b.op.getScatter() && b.isParallel() &&
                     !llvm::is_contained(b.kinds, IteratorKind::Scan);
  auto isAtOnePoint = [&](const Meeting &meeting) {
    for (size_t d = 0; d < b.getRank(); ++d)
      if (b.kinds[d] == IteratorKind::Parallel && !b.sizes[d].isConstant(1) &&
          llvm::none_of(meeting.equalities, [&](const IndexEquality &equality) {
            return equality.first == d && equality.second == d &&
                   equality.shift.isZero();
          }))
        return false;
    return isPointwise;
  };
  StageAccess read{load.storage, false, true, {load.cell, b.sizes}};
  return !overwrites(reader, read, b.getRank(), isAtOnePoint);
}

bool ReachingDefinitions::canBeGuarded(const Expression &expression) const {
  bool all = true;
  forEachLoad(expression, [&](const Input &load) {
    all = all && program.storages[load.storage].layout.contiguous;
  });
  return all;
}
