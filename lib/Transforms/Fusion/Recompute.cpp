//===- Recompute.cpp - Computing again instead of reading -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// An expression of up to this cost is computed again for every reader.
static constexpr unsigned kCheap = 12;
/// … up to this one if it belongs to a row that is too long to keep.
static constexpr unsigned kRow = 64;
/// Writers of one storage that a reader chooses from.
static constexpr size_t kMaxChoices = 6;
/// … and never more than this, whoever reads it.
static constexpr unsigned kLargest = 400;
/// Points that are loops inside an iteration.
static constexpr int64_t kSmallInner = 64;
/// A row of at most this many elements fits a buffer per iteration.
static constexpr int64_t kSmallRow = 1024;

namespace {
/// What a read would be replaced by.
struct Definition {
  unsigned stage;
  /// The index in each dimension of that stage, over the reader's box.
  SmallVector<AffineForm, 4> indices;
  /// What has to be >= 0 for the reader's point to be in the stage's box.
  SmallVector<AffineForm, 2> conditions;
  /// The stage's expression over its points in C order, if `indices` is that
  /// number only.
  std::optional<Expression> flat;
};

class Recomputer {
public:
  Recomputer(FusionProgram &program, FusionLog *log)
      : program(program), log(log) {
    for (const Stage &stage : program.stages)
      accesses.push_back(program.getAccesses(stage));
  }

  void run() {
    countReaders();
    for (unsigned b = 0; b < program.stages.size(); ++b)
      rewriteReads(b);
  }

private:
  void countReaders();
  void rewriteReads(unsigned reader);
  bool replace(unsigned reader, Input &input);
  bool tryReplace(unsigned reader, Input &input);
  std::optional<Definition> findDefinition(unsigned reader,
                                           const AffineForm &cell,
                                           unsigned storage, unsigned before);
  std::optional<Definition> solve(unsigned writer, const StageAccess &write,
                                  const StageAccess &read, size_t rank);
  std::optional<Definition> solveFlat(unsigned writer, const StageAccess &write,
                                      const StageAccess &read, size_t rank);
  bool isUnchanged(unsigned writer, unsigned reader,
                   const Expression &expression);
  bool isWorthIt(const Definition &definition, unsigned reader) const;
  bool isLongRowOf(const Definition &definition, const Stage &reader) const;
  bool isReduced(unsigned storage) const;
  bool makeConditional(Expression &expression) const;
  bool sharesIterations(const Definition &definition, unsigned reader) const;
  bool coverByCounting(ArrayRef<unsigned> writers, unsigned storage) const;
  bool barrierBetween(unsigned a, unsigned b, unsigned storage) const;

  FusionProgram &program;
  std::vector<std::vector<StageAccess>> accesses;
  std::vector<unsigned> readers;
  FusionLog *log;
  /// The last answer's reason, and the writers that it is about.
  mutable const char *why = "";
  SmallVector<unsigned, 2> writersSeen;
  bool answer(bool yes, const char *because) const {
    why = because;
    return yes;
  }
};
} // namespace

void Recomputer::countReaders() {
  readers.assign(program.storages.size(), 0);
  for (const auto &list : accesses)
    for (const StageAccess &access : list)
      if (!access.isWrite)
        ++readers[access.storage];
}

bool Recomputer::barrierBetween(unsigned a, unsigned b,
                                unsigned storage) const {
  for (unsigned n = program.nodeOfStage[a]; n < program.nodeOfStage[b]; ++n)
    if (auto barrier = program.nodes[n].barrier)
      if (program.touches(program.barriers[*barrier], storage, /*write=*/true))
        return true;
  return false;
}

//===----------------------------------------------------------------------===//
// Who wrote it
//===----------------------------------------------------------------------===//

/// The writer's index in each dimension, digit by digit.
std::optional<Definition> Recomputer::solve(unsigned writer,
                                            const StageAccess &write,
                                            const StageAccess &read,
                                            size_t rank) {
  const Stage &stage = program.stages[writer];
  std::array<AccessRegion, 2> regions{write.region, read.region};
  std::optional<JointForm> form = JointForm::build(
      program.facts(), program.storages[write.storage].layout, regions);
  if (!form)
    return std::nullopt;
  Definition definition{writer, {}, {}, {}};
  definition.indices.assign(stage.getRank(), AffineForm::constant(0, rank));
  SmallVector<bool> solved(stage.getRank(), false);
  Polynomials given;
  for (const Polynomial &size : read.region.sizes)
    if (!size.getConstant())
      given.push_back(size - 1);
  auto require = [&](const AffineForm &condition) {
    auto [least, most] =
        getRange(program.facts(), condition, read.region.sizes);
    if (!program.facts().isNonNegative(least, given))
      definition.conditions.push_back(condition);
  };
  for (size_t k = 0; k < form->getNumDigits(); ++k) {
    const AffineForm &f = form->getDigits(0)[k], &g = form->getDigits(1)[k];
    if (f.isConstant()) {
      AffineForm difference = g + AffineForm::constant(-f.offset, rank);
      bool same = difference.isConstant() &&
                  program.facts().normalize(difference.offset).isZero();
      if (!same) {
        require(difference);
        require(difference * Polynomial(-1));
      }
      continue;
    }
    std::optional<size_t> d = f.getOnlyDimension();
    if (!d || solved[*d])
      return std::nullopt;
    AffineForm index = g + AffineForm::constant(-f.offset, rank);
    for (Polynomial *number : {&index.offset})
      *number = program.facts().normalize(*number);
    auto divide = [&](Polynomial &number) {
      auto quotient = number.divideExactly(f.coefficients[*d]);
      if (quotient)
        number = *quotient;
      return quotient.has_value();
    };
    if (!divide(index.offset) || !llvm::all_of(index.coefficients, divide))
      return std::nullopt;
    solved[*d] = true;
    definition.indices[*d] = index;
    require(index);
    require(AffineForm::constant(stage.sizes[*d] - 1, rank) +
            index * Polynomial(-1));
  }
  for (size_t d = 0; d < stage.getRank(); ++d)
    if (!solved[d] && !stage.sizes[d].isConstant(1))
      return std::nullopt;
  return definition;
}

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
std::optional<Definition> Recomputer::solveFlat(unsigned writer,
                                                const StageAccess &write,
                                                const StageAccess &read,
                                                size_t rank) {
  const Stage &stage = program.stages[writer];
  const SymbolFacts &facts = program.facts();
  if (!program.storages[write.storage].layout.contiguous ||
      !read.region.cell.isKnown())
    return std::nullopt;
  auto cell = flatten(facts, write.region.cell, stage.sizes);
  if (!cell || !cell->coefficients.front().isConstant(1))
    return std::nullopt;
  Definition definition{
      writer, {}, {}, flatten(facts, stage.value, stage.sizes)};
  if (!definition.flat)
    return std::nullopt;
  Polynomial points(1);
  for (const Polynomial &size : stage.sizes)
    points = points * size;
  AffineForm number =
      read.region.cell + AffineForm::constant(-cell->offset, rank);
  Polynomials given;
  for (const Polynomial &size : read.region.sizes)
    if (!size.getConstant())
      given.push_back(size - 1);
  auto [least, most] = getRange(facts, number, read.region.sizes);
  if (!facts.isNonNegative(least, given) ||
      !facts.isNonNegative(points - 1 - most, given))
    return std::nullopt;
  definition.indices = {number};
  return definition;
}

/// The last stage before `before` that may write what is read, if it is known
/// where in the stage that happens.
std::optional<Definition> Recomputer::findDefinition(unsigned reader,
                                                     const AffineForm &cell,
                                                     unsigned storage,
                                                     unsigned before) {
  const Stage &b = program.stages[reader];
  StageAccess read{storage, false, true, {cell, b.sizes}};
  for (unsigned a = before; a-- > 0;) {
    const Stage &stage = program.stages[a];
    for (const StageAccess &write : accesses[a]) {
      if (!write.isWrite ||
          meet(program, write, stage.getRank(), read, b.getRank()).disjoint)
        continue;
      writersSeen.push_back(a);
      why =
          "only what a stage without loops of its own makes is computed again";
      // Only the value at a point of a stage without loops of its own.
      if (write.storage != storage || !stage.isElementwise() ||
          !stage.isMust() || stage.outputs.size() != 1 ||
          !stage.gathers.empty() || barrierBetween(a, reader, storage))
        return std::nullopt;
      why = "which point of the writer made the cell is not known";
      auto solved = solve(a, write, read, b.getRank());
      return solved ? solved : solveFlat(a, write, read, b.getRank());
    }
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Legal, and worth it
//===----------------------------------------------------------------------===//

/// Does no write, from that of `writer` itself up to the reader's own, change
/// what the expression (over the reader's box) reads?
bool Recomputer::isUnchanged(unsigned writer, unsigned reader,
                             const Expression &expression) {
  const Stage &b = program.stages[reader];
  bool unchanged = true;
  forEachLoad(expression, [&](const Input &load) {
    StageAccess read{load.storage, false, true, {load.cell, b.sizes}};
    unchanged = unchanged && !barrierBetween(writer, reader, load.storage);
    for (unsigned w = writer; unchanged && w <= reader; ++w)
      for (const StageAccess &write : accesses[w]) {
        if (!write.isWrite)
          continue;
        const Stage &stage = program.stages[w];
        Meeting meeting =
            meet(program, read, b.getRank(), write, stage.getRank());
        if (meeting.disjoint)
          continue;
        // The reader may overwrite what only the same point of it reads.
        bool harmless = w == reader && !b.op.getScatter() && b.isParallel();
        for (size_t d = 0; d < b.getRank() && harmless; ++d)
          if (b.kinds[d] == IteratorKind::Parallel && !b.sizes[d].isConstant(1))
            harmless = llvm::any_of(
                meeting.equalities, [&](const IndexEquality &equality) {
                  return equality.first == d && equality.second == d &&
                         equality.shift.isZero();
                });
        if (!harmless || llvm::is_contained(b.kinds, IteratorKind::Scan)) {
          unchanged = false;
          break;
        }
      }
  });
  return unchanged;
}

static bool hasLoads(const Expression &expression) {
  bool any = false;
  forEachLoad(expression, [&](const Input &) { any = true; });
  return any;
}

/// Not so where something is read in another order than it was made in
/// (x[::-1], windows).
static bool walksInOrder(ArrayRef<AffineForm> indices) {
  return llvm::all_of(indices, [](const AffineForm &index) {
    std::optional<size_t> d = index.getOnlyDimension();
    return index.isConstant() || (d && index.coefficients[*d].isConstant(1));
  });
}

/// Is it computed from a number per row, such as its maximum, for rows too long
/// to keep? Then it is computed again where it is read: exp(x - max) for the
/// sum, and for the quotient.
bool Recomputer::isLongRowOf(const Definition &definition,
                             const Stage &reader) const {
  bool found = false;
  const Stage &writer = program.stages[definition.stage];
  forEachLoad(writer.value, [&](const Input &load) {
    for (size_t d = 0; d < writer.getRank(); ++d) {
      std::optional<int64_t> size = writer.sizes[d].getConstant();
      bool isLong = !size || *size > kSmallRow;
      found |= isLong && !load.cell.coefficients.empty() &&
               load.cell.coefficients[d].isZero() && isReduced(load.storage);
    }
  });
  return found;
}

/// Is the storage written by reductions?
bool Recomputer::isReduced(unsigned storage) const {
  return llvm::any_of(llvm::enumerate(program.stages), [&](auto item) {
    return llvm::is_contained(item.value().kinds, IteratorKind::Reduction) &&
           llvm::any_of(item.value().outputs, [&](const Stage::Output &output) {
             return output.storage == storage;
           });
  });
}

bool Recomputer::isWorthIt(const Definition &definition,
                           unsigned reader) const {
  const Stage &b = program.stages[reader];
  const Expression &value = program.stages[definition.stage].value;
  unsigned cost = getCost(value);
  if (cost + getCost(b.value) > kLargest)
    return answer(false, "the expression would become too large");
  // A copy, a cast, a fill, a ramp.
  if (cost <= 2 || (!hasLoads(value) && cost <= kCheap))
    return answer(true, "it costs no more than the read");
  if (definition.flat)
    return answer(
        cost <= kCheap ||
            readers[program.stages[definition.stage].outputs.front().storage] ==
                1,
        "walked through in other steps than it was made in");
  bool inReduction = false, isLongRow = false, isRepeated = false;
  for (size_t d = 0; d < b.getRank(); ++d) {
    if (b.sizes[d].isConstant(1))
      continue;
    bool used = llvm::any_of(definition.indices, [&](const AffineForm &index) {
      return !index.coefficients[d].isZero();
    });
    if (b.kinds[d] == IteratorKind::Parallel) {
      isRepeated |= !used;
      continue;
    }
    inReduction |= used;
    std::optional<int64_t> size = b.sizes[d].getConstant();
    isLongRow |= used && (!size || *size > kSmallRow);
  }
  const Stage &a = program.stages[definition.stage];
  bool single = readers[a.outputs.front().storage] == 1;
  if (isRepeated)
    return answer(cost <= kCheap,
                  cost <= kCheap ? "cheap enough to be done for each reader"
                                 : "too costly to be done for each reader");
  if (!walksInOrder(definition.indices))
    return answer(cost <= kCheap,
                  cost <= kCheap
                      ? "cheap, and read in another order than it was made in"
                      : "too costly for reads in another order than it was "
                        "made in");
  if (inReduction)
    return answer(isLongRow || single || cost <= kCheap,
                  "a reduction reads it");
  bool isRow = cost <= kRow && isLongRowOf(definition, b);
  return answer(isRow, isRow ? "of a row that is too long to keep"
                             : "common loops can keep it instead");
}

//===----------------------------------------------------------------------===//
// Replacing
//===----------------------------------------------------------------------===//

/// Do the writers, taken together, write every cell of the storage? Pairwise
/// apart and as many cells as it has: then there is none that they leave out.
bool Recomputer::coverByCounting(ArrayRef<unsigned> writers,
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
    for (const StageAccess &access : accesses[w]) {
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
      if (!form || !form->isInjective(0) || !stage.isMust())
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

/// Loads of the expression become conditional. False if that cannot be: such a
/// load names its cell by its distance from the first one of its storage.
bool Recomputer::makeConditional(Expression &expression) const {
  return llvm::all_of(expression.inputs, [&](Input &input) {
    if (input.isLoad()) {
      input.isConditional = true;
      return program.storages[input.storage].layout.contiguous;
    }
    for (Input::Choice &choice : input.choices) {
      auto copy = std::make_shared<Expression>(*choice.value);
      if (!makeConditional(*copy))
        return false;
      choice.value = std::move(copy);
    }
    return true;
  });
}

/// Could writer and reader run in common loops? Then a branch per element is
/// the worse choice.
bool Recomputer::sharesIterations(const Definition &definition,
                                  unsigned reader) const {
  const Stage &b = program.stages[reader];
  if (definition.flat || !walksInOrder(definition.indices))
    return false;
  // A choice by small dimensions (columns) is made when their loops unroll.
  return llvm::all_of(definition.conditions, [&](const AffineForm &condition) {
    for (size_t d = 0; d < b.getRank(); ++d) {
      std::optional<int64_t> size = b.sizes[d].getConstant();
      if (!condition.coefficients[d].isZero() && (!size || *size > kSmallInner))
        return false;
    }
    return true;
  });
}

/// Replaces a read of the reader, and then what the replacement itself reads:
/// up to the reader nothing of it has changed, so it is like any other read.
bool Recomputer::tryReplace(unsigned reader, Input &input) {
  size_t rank = program.stages[reader].getRank();
  struct Found {
    Definition definition;
    std::shared_ptr<Expression> value;
  };
  SmallVector<Found, 1> found;
  SmallVector<unsigned> writers;
  bool isComplete = false;
  for (unsigned before = reader; !isComplete;) {
    std::optional<Definition> definition =
        findDefinition(reader, input.cell, input.storage, before);
    if (!definition || found.size() >= kMaxChoices)
      break;
    unsigned writer = definition->stage;
    const Expression &value = program.stages[writer].value;
    auto moved = std::make_shared<Expression>(
        definition->flat
            ? substitute(*definition->flat, definition->indices, rank)
            : substitute(value, definition->indices, rank));
    if (!isWorthIt(*definition, reader))
      return false;
    if (!isUnchanged(writer, reader, *moved))
      return answer(false, "what it is computed from is overwritten before or "
                           "while it is read");
    isComplete = definition->conditions.empty();
    before = writer;
    writers.push_back(writer);
    found.push_back({std::move(*definition), std::move(moved)});
  }
  if (found.empty() || !(isComplete || coverByCounting(writers, input.storage)))
    return found.empty() ? false
                         : answer(false, "not all of it is known to be made by "
                                         "these stages");
  if (found.size() > 1 && llvm::all_of(found, [&](const Found &each) {
        return hasLoads(*each.value) &&
               sharesIterations(each.definition, reader);
      }))
    return answer(false, "common loops can keep it instead of a branch per "
                         "element");
  const char *worth = why;
  Input replaced;
  replaced.storage = input.storage;
  for (Found &each : found)
    replaced.choices.push_back(
        {std::move(each.definition.conditions), each.value});
  replaced.choices.back().conditions.clear();
  for (Found &each : found)
    for (Input &nested : each.value->inputs)
      if (nested.isLoad())
        replace(reader, nested);
  // Where the reader's point is not in the box, nothing may be loaded.
  bool branches = found.size() > 1 && llvm::any_of(found, [](Found &each) {
                    return hasLoads(*each.value);
                  });
  if (branches)
    for (Found &each : found)
      if (!makeConditional(*each.value))
        return answer(false, "a load behind a condition needs contiguous "
                             "storage");
  input = std::move(replaced);
  writersSeen.assign(writers.begin(), writers.end());
  return answer(true, worth);
}

bool Recomputer::replace(unsigned reader, Input &input) {
  unsigned storage = input.storage;
  size_t numLogged = log ? log->reads.size() : 0;
  writersSeen.clear();
  bool isRecomputed = tryReplace(reader, input);
  if (log) {
    // What is nested in a replacement goes with it.
    if (!isRecomputed)
      log->reads.resize(numLogged);
    if (!writersSeen.empty())
      log->reads.push_back({reader, storage, writersSeen, isRecomputed, why});
  }
  writersSeen.clear();
  return isRecomputed;
}

void Recomputer::rewriteReads(unsigned reader) {
  Stage &stage = program.stages[reader];
  // A sequential stage reads everything before it writes only because nothing
  // that it reads is written; that stays so, but its order is no map.
  if (!stage.isParallel())
    return;
  bool changed = false;
  for (Input &input : stage.value.inputs)
    if (input.isLoad())
      changed |= replace(reader, input);
  if (changed) {
    stage.accesses.clear();
    accesses[reader] = program.getAccesses(stage);
    countReaders();
  }
}

void elena::fusion::recomputeReads(FusionProgram &program, FusionLog *log) {
  Recomputer(program, log).run();
}

void elena::fusion::removeDeadStages(FusionProgram &program) {
  SmallVector<bool> isRead(program.storages.size(), false);
  for (auto [s, storage] : llvm::enumerate(program.storages))
    isRead[s] = storage.escapes;
  for (Stage &stage : llvm::reverse(program.stages)) {
    bool isLive = llvm::any_of(stage.outputs, [&](const Stage::Output &output) {
      return isRead[output.storage];
    });
    // Nor is anything of those without a point.
    for (size_t d = 0; d < stage.getRank(); ++d)
      isLive = isLive && !(stage.kinds[d] == IteratorKind::Parallel &&
                           stage.sizes[d].isZero());
    stage.isRemoved = !isLive;
    if (isLive)
      for (const StageAccess &access : program.getAccesses(stage))
        if (!access.isWrite)
          isRead[access.storage] = true;
  }
}
