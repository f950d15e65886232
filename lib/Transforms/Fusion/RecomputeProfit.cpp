//===- RecomputeProfit.cpp - Is it worth computing it again? --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/RecomputeProfit.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// An expression of up to this cost is computed again for every reader.
static constexpr unsigned kCheap = 12;
/// … up to this one if it belongs to a row that is too long to keep.
static constexpr unsigned kRow = 64;
/// … up to this one if an iteration of a loop would need memory for it, …
static constexpr unsigned kIteration = 240;
/// … and never more than this, whoever reads it.
static constexpr unsigned kLargest = 400;
/// Points that are loops inside an iteration.
static constexpr int64_t kSmallInner = 64;
/// A row of at most this many elements fits a buffer per iteration.
static constexpr int64_t kSmallRow = 1024;

static bool isLongerThan(const Polynomial &size, int64_t limit) {
  std::optional<int64_t> constant = size.getConstant();
  return !constant || *constant > limit;
}

bool elena::fusion::hasLoads(const Expression &expression) {
  bool any = false;
  forEachLoad(expression, [&](const Input &) { any = true; });
  return any;
}

bool elena::fusion::walksInOrder(ArrayRef<AffineForm> indices) {
  return llvm::all_of(indices, [](const AffineForm &index) {
    std::optional<size_t> d = index.getOnlyDimension();
    return index.isConstant() || (d && index.coefficients[*d].isConstant(1));
  });
}

/// Each index is one of the reader's, times a step of 1, or of 0 where that
/// says that the dimension has one element (SymbolicValues::makeDiffers). Loops
/// in common cannot keep what is read like that.
static bool walksOrStays(const SymbolFacts &facts,
                         ArrayRef<AffineForm> indices) {
  return llvm::all_of(indices, [&](const AffineForm &index) {
    std::optional<size_t> d = index.getOnlyDimension();
    return d && facts.isNonNegative(index.coefficients[*d]) &&
           facts.isAtMost(index.coefficients[*d], Polynomial(1));
  });
}

/// Is the storage written by reductions?
static bool isReduced(const FusionProgram &program, unsigned storage) {
  return llvm::any_of(program.stages, [&](const Stage &stage) {
    return llvm::is_contained(stage.kinds, IteratorKind::Reduction) &&
           llvm::any_of(stage.outputs, [&](const Stage::Output &output) {
             return output.storage == storage;
           });
  });
}

/// Is it computed from a number per row, such as its maximum, for rows too long
/// to keep? Then it is computed again where it is read: exp(x - max) for the
/// sum, and for the quotient.
static bool isOfLongRow(const FusionProgram &program, const Expression &value,
                        ArrayRef<Polynomial> box) {
  bool found = false;
  forEachLoad(value, [&](const Input &load) {
    for (size_t d = 0; d < box.size(); ++d)
      found |= isLongerThan(box[d], kSmallRow) &&
               !load.cell.coefficients.empty() &&
               load.cell.coefficients[d].isZero() &&
               isReduced(program, load.storage);
  });
  return found;
}

bool elena::fusion::readsSeveral(const FusionProgram &program,
                                 const Expression &value, unsigned reader) {
  const Stage &stage = program.stages[reader];
  std::set<unsigned> storages;
  forEachLoad(value, [&](const Input &load) {
    const StorageInfo &info = program.storages[load.storage];
    bool isRepeated = false;
    for (size_t d = 0; d < stage.getRank(); ++d)
      isRepeated |=
          !stage.sizes[d].isConstant(1) && load.cell.coefficients[d].isZero();
    if (info.isAllocation && !info.escapes && !isRepeated)
      storages.insert(load.storage);
  });
  return storages.size() > 1;
}

bool elena::fusion::hasSingleReader(const FusionProgram &program,
                                    unsigned storage) {
  size_t readers = 0;
  for (const Stage &stage : program.stages)
    readers += llvm::count_if(
        program.getAccesses(stage), [&](const StageAccess &access) {
          return !access.isWrite && access.storage == storage;
        });
  return readers == 1;
}

/// Is what the stage changes in place read by a reduction or two besides, and
/// by nobody else? Then all of its steps need not be run.
static bool isForReductions(const FusionProgram &program, const Stage &writer) {
  unsigned storage = writer.outputs.front().storage;
  size_t readers = 0;
  bool areReductions = true;
  for (const Stage &stage : program.stages) {
    const auto &accesses = program.getAccesses(stage);
    auto touches = [&](bool isWrite) {
      return llvm::any_of(accesses, [&](const StageAccess &access) {
        return access.storage == storage && access.isWrite == isWrite;
      });
    };
    if (!touches(false) || touches(true))
      continue;
    ++readers;
    areReductions &= llvm::is_contained(stage.kinds, IteratorKind::Reduction);
  }
  return areReductions && readers <= 2 && !program.storages[storage].escapes;
}

namespace {
/// How the reader walks through the points of the definition.
struct Walk {
  /// A dimension of a loop inside the reader reads different points, …
  bool inReduction = false;
  /// … of which there are many.
  bool isLongRow = false;
  /// Several points of the reader read the same one.
  bool isRepeated = false;

  Walk(const Definition &definition, const Stage &reader);
};
} // namespace

Walk::Walk(const Definition &definition, const Stage &reader) {
  for (size_t d = 0; d < reader.getRank(); ++d) {
    if (reader.sizes[d].isConstant(1))
      continue;
    bool used = llvm::any_of(definition.indices, [&](const AffineForm &index) {
      return !index.coefficients[d].isZero();
    });
    if (reader.kinds[d] == IteratorKind::Parallel) {
      isRepeated |= !used;
      continue;
    }
    inReduction |= used;
    isLongRow |= used && isLongerThan(reader.sizes[d], kSmallRow);
  }
}

bool elena::fusion::isTooLarge(const FusionProgram &program,
                               const Expression &value, unsigned reader) {
  return getCost(value) + getCost(program.stages[reader].value) > kLargest;
}

bool elena::fusion::isOfIteration(const FusionProgram &program,
                                  unsigned storage) {
  const StorageInfo &info = program.storages[storage];
  return program.isIteration && info.isAllocation && !info.escapes;
}

Worth elena::fusion::weigh(const FusionProgram &program,
                           const Definition &definition,
                           const Expression &value, bool replacesChanged,
                           unsigned reader) {
  const Stage &a = program.stages[definition.stage];
  const Stage &b = program.stages[reader];
  unsigned cost = getCost(value);
  bool isCheap = cost <= kCheap;
  if (isTooLarge(program, value, reader))
    return {false, kTooLarge};
  // A copy, a cast, a fill, a ramp.
  if (cost <= 2 || (!hasLoads(value) && isCheap))
    return {true, "it costs no more than the read"};
  Walk walk(definition, b);
  // What is read many times may take some arithmetic each time, but not exp.
  if (isOfIteration(program, a.outputs.front().storage) && cost <= kIteration &&
      !(walk.isRepeated && hasTranscendental(value)))
    return {true, "an iteration of the loop would need memory for it"};
  if (replacesChanged && !isCheap && !isForReductions(program, a))
    return {false, "its steps are run for others anyway"};
  if (definition.flat)
    return {isCheap || hasSingleReader(program, a.outputs.front().storage),
            "walked through in other steps than it was made in"};
  if (walk.isRepeated)
    return {isCheap, isCheap ? "cheap enough to be done for each reader"
                             : "too costly to be done for each reader"};
  if (!walksInOrder(definition.indices) &&
      walksOrStays(program.facts(), definition.indices) &&
      hasSingleReader(program, a.outputs.front().storage))
    return {true, "the only read, of rows that may have one element"};
  if (!walksInOrder(definition.indices))
    return {isCheap,
            isCheap
                ? "cheap, and read in another order than it was made in"
                : "too costly for reads in another order than it was made in"};
  if (walk.inReduction)
    return {walk.isLongRow || isCheap ||
                hasSingleReader(program, a.outputs.front().storage),
            "a reduction reads it"};
  bool isRow = cost <= kRow && isOfLongRow(program, value, b.sizes);
  return {isRow, isRow ? "of a row that is too long to keep"
                       : "common loops can keep it instead"};
}

bool elena::fusion::sharesIterations(const FusionProgram &program,
                                     const Definition &definition,
                                     unsigned reader) {
  const Stage &b = program.stages[reader];
  if (definition.flat || !walksInOrder(definition.indices))
    return false;
  // A choice by small dimensions (columns) is made when their loops unroll.
  return llvm::all_of(definition.conditions, [&](const AffineForm &condition) {
    for (size_t d = 0; d < b.getRank(); ++d)
      if (!condition.coefficients[d].isZero() &&
          isLongerThan(b.sizes[d], kSmallInner))
        return false;
    return true;
  });
}
