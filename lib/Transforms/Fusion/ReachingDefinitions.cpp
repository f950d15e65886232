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

ReachingDefinitions::ReachingDefinitions(const FusionProgram &program)
    : program(program), writersOf(program.storages.size()) {
  for (auto [number, stage] : llvm::enumerate(program.stages))
    for (const Stage::Output &output : stage.outputs)
      for (unsigned s = 0; s < program.storages.size(); ++s) {
        std::vector<unsigned> &writers = writersOf[s];
        if ((s == output.storage || program.mayAlias(s, output.storage)) &&
            (writers.empty() || writers.back() != number))
          writers.push_back(number);
      }
}

bool ReachingDefinitions::barrierBetween(unsigned a, unsigned b,
                                         unsigned storage) const {
  if (program.ignored.contains(Legality::NoBarrier))
    return false;
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
  return program.stages[reader].isParallel() ||
         program.ignored.contains(Legality::ParallelReader);
}

Expression ReachingDefinitions::getValue(unsigned writer) const {
  const Stage &stage = program.stages[writer];
  if (program.ignored.contains(Legality::MustWrite))
    return stage.value;
  return getWrittenValue(stage);
}

/// Legality::LastWriter, given that no stage in between has written it. Where a
/// scatter writes is not known.
bool ReachingDefinitions::isLastWriter(unsigned writer,
                                       const StageAccess &write,
                                       unsigned before,
                                       unsigned storage) const {
  bool isKnown = !program.stages[writer].op.getScatter() ||
                 program.ignored.contains(Legality::MustWrite);
  return write.storage == storage && isKnown &&
         !barrierBetween(writer, before, storage);
}

/// Legality::PointValue: is what a point of the stage writes its expression
/// there, without loops of its own?
static bool hasPointValue(const Stage &stage) {
  return stage.isElementwise() && stage.outputs.size() == 1;
}

LastWrite ReachingDefinitions::find(const StageAccess &read,
                                    unsigned before) const {
  size_t rank = read.region.sizes.size();
  const std::vector<unsigned> &writers = writersOf[read.storage];
  auto end = llvm::lower_bound(writers, before);
  for (unsigned a : llvm::reverse(llvm::make_range(writers.begin(), end))) {
    const Stage &stage = program.stages[a];
    for (const StageAccess &write : program.getAccesses(stage)) {
      if (!write.isWrite ||
          meet(program, write, stage.getRank(), read, rank).disjoint)
        continue;
      if (!isLastWriter(a, write, before, read.storage)) {
        if (program.ignored.contains(Legality::LastWriter))
          continue;
        return {a, std::nullopt, Legality::LastWriter};
      }
      if (!hasPointValue(stage))
        return {a, std::nullopt, Legality::PointValue};
      if (auto definition = findPoint(a, write, read, rank))
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
  auto definition = solve(writer, write.region, write.storage, read, rank);
  if (!definition)
    definition = solveJoined(writer, write, read, rank);
  if (!definition)
    return std::nullopt;
  llvm::erase_if(definition->conditions, [&](const AffineForm &condition) {
    return program.ignored.contains(Legality::Membership) ||
           isMember(program.facts(), condition, read.region.sizes);
  });
  return definition;
}

namespace {
/// The point of the writer, as far as the digits up to now tell.
struct PartialPoint {
  const SymbolFacts &facts;
  const Polynomials &sizes;
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
  conditions.push_back(AffineForm::constant(sizes[*d] - 1, rank) +
                       index * Polynomial(-1));
  indices[*d] = std::move(index);
  return true;
}

static std::string getKey(unsigned storage, const AccessRegion &write,
                          const AccessRegion &read) {
  std::string key;
  Polynomial(storage).appendKey(key);
  write.appendKey(key);
  read.appendKey(key);
  return key;
}

std::optional<Definition> ReachingDefinitions::solve(unsigned writer,
                                                     const AccessRegion &write,
                                                     unsigned storage,
                                                     const StageAccess &read,
                                                     size_t rank) const {
  // The rank is the number of sizes of what is read.
  auto [place, isNew] = solved.try_emplace(getKey(storage, write, read.region));
  if (isNew)
    place->second = solveAnew(write, storage, read, rank);
  std::optional<Definition> definition = place->second;
  if (definition)
    definition->stage = writer;
  return definition;
}

/// The writer's index in each dimension of its region, digit by digit.
std::optional<Definition>
ReachingDefinitions::solveAnew(const AccessRegion &write, unsigned storage,
                               const StageAccess &read, size_t rank) const {
  std::array<AccessRegion, 2> regions{write, read.region};
  std::optional<JointForm> form = JointForm::build(
      program.facts(), program.storages[storage].layout, regions);
  if (!form)
    return std::nullopt;
  PartialPoint point{program.facts(), write.sizes, {}, {}};
  point.indices.resize(write.sizes.size());
  for (size_t k = 0; k < form->getNumDigits(); ++k)
    if (!point.solveDigit(form->getDigits(0)[k], form->getDigits(1)[k]))
      return std::nullopt;
  Definition definition{0, {}, std::move(point.conditions), {}};
  for (auto [index, size] : llvm::zip_equal(point.indices, write.sizes)) {
    if (!index && !size.isConstant(1))
      return std::nullopt;
    definition.indices.push_back(index ? std::move(*index)
                                       : AffineForm::constant(0, rank));
  }
  return definition;
}

//===----------------------------------------------------------------------===//
// With dimensions joined
//===----------------------------------------------------------------------===//

namespace {
/// Neighbouring dimensions of a box become one, in C order: [first, end) of
/// each run.
struct Runs {
  SmallVector<std::pair<size_t, size_t>, 4> ranges;
  const Polynomials &sizes;

  /// None of the dimensions that are `apart` is joined with another one.
  Runs(const SymbolFacts &facts, ArrayRef<AffineForm> forms,
       const Polynomials &sizes, const llvm::BitVector &apart);

  bool joinNothing() const { return ranges.size() == sizes.size(); }
  Polynomials getSizes() const;
  AffineForm join(const AffineForm &form) const;
  Expression join(const Expression &expression) const;
};
} // namespace

/// As long as possible: each step of a dimension is all those below it in the
/// run, for every form.
Runs::Runs(const SymbolFacts &facts, ArrayRef<AffineForm> forms,
           const Polynomials &sizes, const llvm::BitVector &apart)
    : sizes(sizes) {
  // The last dimension of the run up to now that has more than one point.
  std::optional<size_t> last;
  auto continues = [&](size_t d) {
    return !last || sizes[d].isConstant(1) ||
           llvm::all_of(forms, [&](const AffineForm &form) {
             return facts.areEqual(form.coefficients[*last],
                                   form.coefficients[d] * sizes[d]);
           });
  };
  for (size_t d = 0; d < sizes.size(); ++d) {
    bool mayJoin = d > 0 && !apart.test(d) && !apart.test(d - 1);
    if (mayJoin && continues(d)) {
      ranges.back().second = d + 1;
    } else {
      ranges.push_back({d, d + 1});
      last = std::nullopt;
    }
    if (!sizes[d].isConstant(1))
      last = d;
  }
}

Polynomials Runs::getSizes() const {
  Polynomials joined;
  for (auto [first, end] : ranges) {
    joined.push_back(Polynomial(1));
    for (size_t d = first; d < end; ++d)
      joined.back() = joined.back() * sizes[d];
  }
  return joined;
}

AffineForm Runs::join(const AffineForm &form) const {
  AffineForm joined{form.offset, {}};
  for (auto [first, end] : ranges) {
    Polynomial step(0);
    for (size_t d = first; d < end; ++d)
      if (!sizes[d].isConstant(1))
        step = form.coefficients[d];
    joined.coefficients.push_back(step);
  }
  return joined;
}

Expression Runs::join(const Expression &expression) const {
  Expression joined;
  joined.op = expression.op;
  joined.stage = expression.stage;
  joined.gathers = expression.gathers;
  joined.indices.assign(expression.indices.size(),
                        AffineForm::constant(0, ranges.size()));
  for (const Input &input : expression.inputs) {
    Input copy;
    copy.storage = input.storage;
    if (input.isLoad())
      copy.cell = join(input.cell);
    for (const Input::Choice &choice : input.choices)
      copy.choices.push_back(
          {{}, std::make_shared<Expression>(join(*choice.value))});
    joined.inputs.push_back(std::move(copy));
  }
  return joined;
}

static bool isRead(const Gather &gather) { return gather.isRead(); }

/// Does the expression ask for nothing but its loads? Neither for indices, nor
/// whether a point is in another box.
static bool hasLoadsOnly(const Expression &expression) {
  StageOp op = expression.op;
  bool asksForIndices =
      op.getBody()
          .walk([](IndexOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  return !asksForIndices && llvm::all_of(expression.gathers, isRead) &&
         llvm::all_of(expression.inputs, [](const Input &input) {
           return input.choices.size() <= 1 &&
                  llvm::all_of(input.choices, [](const Input::Choice &choice) {
                    return hasLoadsOnly(*choice.value);
                  });
         });
}

/// The dimensions of the write each of which is a digit of its own.
llvm::BitVector
ReachingDefinitions::getOwnDigits(const StageAccess &write,
                                  const StageAccess &read) const {
  auto [place, isNew] =
      ownDigits.try_emplace(getKey(write.storage, write.region, read.region));
  llvm::BitVector &own = place->second;
  if (!isNew)
    return own;
  own.resize(write.region.sizes.size());
  std::array<AccessRegion, 2> regions{write.region, read.region};
  if (auto form = JointForm::build(
          program.facts(), program.storages[write.storage].layout, regions))
    for (const AffineForm &digit : form->getDigits(0))
      if (std::optional<size_t> d = digit.getOnlyDimension())
        own.set(*d);
  return own;
}

/// A stage that writes some of its dimensions one after the other, and a reader
/// that walks through them in other steps: x.flatten()[:-1].reshape(n - 1, n +
/// 1)[:, 1:].
std::optional<Definition>
ReachingDefinitions::solveJoined(unsigned writer, const StageAccess &write,
                                 const StageAccess &read, size_t rank) const {
  const Stage &stage = program.stages[writer];
  Expression value = getValue(writer);
  if (!program.storages[write.storage].layout.contiguous ||
      !read.region.cell.isKnown() || !hasLoadsOnly(value))
    return std::nullopt;
  SmallVector<AffineForm> forms{write.region.cell};
  forEachLoad(value, [&](const Input &load) { forms.push_back(load.cell); });
  // As few as possible: of an index by itself it is known best where it is.
  llvm::BitVector apart = getOwnDigits(write, read), none(stage.getRank());
  for (const llvm::BitVector *kept : {&apart, &none}) {
    Runs runs(program.facts(), forms, stage.sizes, *kept);
    if (runs.joinNothing())
      continue;
    AccessRegion joined{runs.join(write.region.cell), runs.getSizes()};
    auto definition = solve(writer, joined, write.storage, read, rank);
    if (!definition)
      continue;
    definition->flat = runs.join(value);
    return definition;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

/// Pairwise apart and as many cells as the storage has: then there is none that
/// they leave out.
bool ReachingDefinitions::cover(ArrayRef<unsigned> writers,
                                unsigned storage) const {
  if (program.ignored.contains(Legality::Cover))
    return true;
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
  if (program.ignored.contains(Legality::Unchanged))
    return true;
  if (barrierBetween(time, reader, read.storage))
    return false;
  const std::vector<unsigned> &writers = writersOf[read.storage];
  for (auto w = llvm::lower_bound(writers, time);
       w != writers.end() && *w < reader; ++w)
    if (overwrites(*w, read, program.stages[reader].getRank(),
                   [](const Meeting &) { return false; }))
      return false;
  return true;
}

/// The reader itself included: which point of it gathers what is not known.
bool ReachingDefinitions::isUnchanged(unsigned time, unsigned reader,
                                      const Gather &gather) const {
  const Stage &b = program.stages[reader];
  StageAccess read = elena::fusion::getAccess(gather, b.sizes);
  return isUnchanged(time, reader, read) &&
         !overwrites(reader, read, b.getRank(),
                     [](const Meeting &) { return false; });
}

/// The reader may overwrite what only the same point of it reads.
bool ReachingDefinitions::readsFirst(unsigned reader,
                                     const StageAccess &read) const {
  const Stage &b = program.stages[reader];
  if (program.ignored.contains(Legality::ReadsFirst))
    return true;
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
  return !overwrites(reader, read, b.getRank(), isAtOnePoint);
}

bool ReachingDefinitions::canBeGuarded(const Expression &expression) const {
  if (program.ignored.contains(Legality::GuardedLoad))
    return true;
  bool all = true;
  auto ask = [&](const Input &load) {
    all = all && program.storages[load.storage].layout.contiguous;
  };
  forEachLoad(expression, ask);
  forEachGatheredLoad(
      expression, {},
      [&](const Input &load, const Polynomials &) { ask(load); });
  return all;
}
