//===- SplitIndexSets.cpp - Stages in pieces, by who wrote what -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After c = concatenate([a, b]), a stage that reads c[n] reads what the first
// copy wrote for n < len(a), and the second one's from there on. As two stages
// over the two ranges, each of them can be fused with the writer of its own.
//
// What such pieces read from a stage that is still whole is made in pieces too,
// and what reads pieces is cut again, until nothing changes: so a chain of
// stages over the concatenated axis falls into one chain for each part.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

/// Pieces of one stage.
static constexpr size_t kMaxPieces = 16;
/// Accesses of others that are looked at to cut one stage.
static constexpr size_t kMaxOthers = 48;
/// Stages of a program, where cutting makes more of them.
static constexpr size_t kMaxStages = 512;
/// Columns: loops inside an iteration, which need no pieces.
static constexpr int64_t kSmall = 64;
/// Passes over the program, each in both directions.
static constexpr unsigned kRounds = 4;

namespace {
/// [first, first + size) of a dimension.
struct IndexRange {
  Polynomial first, size;
};

class IndexSetSplitter {
public:
  explicit IndexSetSplitter(FusionProgram &program) : program(program) {}

  bool run();

private:
  using Regions = SmallVector<AccessRegion, 0>;
  struct Partition {
    size_t dimension;
    SmallVector<IndexRange, 0> ranges;
  };
  /// Accesses of other stages, of one kind, that share cells with one of a
  /// stage's. Nothing if there are too many or one of them is not plain.
  std::optional<Regions> collectOthers(const StageAccess &access,
                                       ArrayRef<Stage> stages,
                                       bool writes) const;
  std::optional<Partition> findPartition(const Stage &stage,
                                         ArrayRef<Stage> others,
                                         bool byWriters) const;
  std::optional<Partition> findPartition(const Stage &stage,
                                         const StageAccess &access,
                                         const Regions &others) const;
  void addRange(SmallVectorImpl<IndexRange> &ranges, IndexRange range,
                const Polynomial &size) const;
  bool sort(SmallVectorImpl<IndexRange> &ranges, const Polynomial &size) const;
  bool cutReaders();
  bool cutWriters();
  std::vector<Stage> cut(const Stage &stage, ArrayRef<Stage> others,
                         bool byWriters) const;
  void replaceStages(std::vector<std::vector<Stage>> pieces);

  FusionProgram &program;
};
} // namespace

static Stage makePiece(const Stage &stage, size_t d, const IndexRange &range) {
  size_t rank = stage.getRank();
  SmallVector<AffineForm, 4> indices;
  for (size_t k = 0; k < rank; ++k)
    indices.push_back(AffineForm::dimension(k, rank));
  indices[d].offset = range.first;
  Stage piece = stage;
  piece.value = substitute(stage.value, indices, rank);
  for (Stage::Output &output : piece.outputs)
    output.cell = output.cell.compose(indices, rank);
  piece.sizes[d] = range.size;
  piece.accesses.clear();
  return piece;
}

//===----------------------------------------------------------------------===//
// Where to cut
//===----------------------------------------------------------------------===//

/// Unless it is there already, or is the whole dimension.
void IndexSetSplitter::addRange(SmallVectorImpl<IndexRange> &ranges,
                                IndexRange range,
                                const Polynomial &size) const {
  const SymbolFacts &facts = program.facts();
  auto isSame = [&](const IndexRange &other) {
    return facts.areEqual(range.first, other.first) &&
           facts.areEqual(range.size, other.size);
  };
  if (!isSame({0, size}) && llvm::none_of(ranges, isSame))
    ranges.push_back(std::move(range));
}

/// Puts the ranges in the order in which they follow each other from 0 to
/// `size`. False if they don't.
bool IndexSetSplitter::sort(SmallVectorImpl<IndexRange> &ranges,
                            const Polynomial &size) const {
  const SymbolFacts &facts = program.facts();
  if (program.ignored.contains(Legality::Partition))
    return true;
  Polynomial next(0);
  for (size_t n = 0; n < ranges.size(); ++n) {
    auto *place = std::find_if(ranges.begin() + n, ranges.end(),
                               [&](const IndexRange &range) {
                                 return facts.areEqual(range.first, next);
                               });
    if (place == ranges.end())
      return false;
    std::swap(ranges[n], *place);
    next = next + ranges[n].size;
  }
  return facts.areEqual(next, size);
}

std::optional<IndexSetSplitter::Regions>
IndexSetSplitter::collectOthers(const StageAccess &access,
                                ArrayRef<Stage> stages, bool writes) const {
  Regions regions;
  for (const Stage &stage : stages)
    for (const StageAccess &other : program.getAccesses(stage)) {
      if (other.isWrite != writes || other.storage != access.storage ||
          meet(program, other, 0, access, 0).disjoint)
        continue;
      if (!other.isMust || regions.size() >= kMaxOthers)
        return std::nullopt;
      regions.push_back(other.region);
    }
  return regions;
}

std::optional<IndexSetSplitter::Partition>
IndexSetSplitter::findPartition(const Stage &stage, const StageAccess &access,
                                const Regions &others) const {
  if (others.size() < 2)
    return std::nullopt;
  Regions regions{access.region};
  llvm::append_range(regions, others);
  auto form = JointForm::build(
      program.facts(), program.storages[access.storage].layout, regions);
  if (!form)
    return std::nullopt;
  for (size_t k = 0; k < form->getNumDigits(); ++k) {
    const AffineForm &digit = form->getDigits(0)[k];
    std::optional<size_t> d = digit.getOnlyDimension();
    if (!d || !digit.coefficients[*d].isConstant(1) ||
        stage.kinds[*d] != IteratorKind::Parallel ||
        stage.sizes[*d].getConstant().value_or(kSmall + 1) <= kSmall)
      continue;
    SmallVector<IndexRange, 0> ranges;
    for (size_t w = 1; w < regions.size(); ++w) {
      auto [least, most] = form->getRange(w, k);
      addRange(ranges, {least - digit.offset, most - least + 1},
               stage.sizes[*d]);
    }
    if (ranges.size() > 1 && ranges.size() <= kMaxPieces &&
        sort(ranges, stage.sizes[*d]))
      return Partition{*d, std::move(ranges)};
  }
  return std::nullopt;
}

/// By what those before it have written, or what those after it read.
std::optional<IndexSetSplitter::Partition>
IndexSetSplitter::findPartition(const Stage &stage, ArrayRef<Stage> others,
                                bool byWriters) const {
  // Pieces run one after the other: no point may depend on another one.
  if (!stage.isParallel() || stage.op.getScatter())
    return std::nullopt;
  for (const StageAccess &access : program.getAccesses(stage)) {
    if (access.isWrite == byWriters || !access.isMust)
      continue;
    if (auto regions = collectOthers(access, others, byWriters))
      if (auto partition = findPartition(stage, access, *regions))
        return partition;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Cutting
//===----------------------------------------------------------------------===//

/// The pieces of a stage; only itself, if it is not cut.
std::vector<Stage> IndexSetSplitter::cut(const Stage &stage,
                                         ArrayRef<Stage> others,
                                         bool byWriters) const {
  std::vector<Stage> pieces{stage};
  // A piece may have to be cut again along another dimension.
  for (size_t n = 0; n < pieces.size() && pieces.size() < kMaxPieces;) {
    auto partition = findPartition(pieces[n], others, byWriters);
    if (!partition) {
      ++n;
      continue;
    }
    Stage whole = pieces[n];
    pieces.erase(pieces.begin() + n);
    for (const IndexRange &range : partition->ranges)
      pieces.push_back(makePiece(whole, partition->dimension, range));
  }
  return pieces;
}

/// `pieces` instead of each stage.
void IndexSetSplitter::replaceStages(std::vector<std::vector<Stage>> pieces) {
  std::vector<Node> nodes;
  program.stages.clear();
  program.nodeOfStage.clear();
  unsigned next = 0, numStages = 0;
  for (const Node &node : program.nodes) {
    if (!node.stage) {
      nodes.push_back(node);
      continue;
    }
    for (Stage &piece : pieces[next++]) {
      piece.value.stage = numStages;
      program.nodeOfStage.push_back(nodes.size());
      nodes.push_back({node.op, numStages++, {}});
      program.stages.push_back(std::move(piece));
    }
  }
  program.nodes = std::move(nodes);
}

bool IndexSetSplitter::cutReaders() {
  std::vector<std::vector<Stage>> pieces;
  std::vector<Stage> done;
  for (const Stage &stage : program.stages) {
    pieces.push_back(cut(stage, done, /*byWriters=*/true));
    llvm::append_range(done, pieces.back());
  }
  bool changed = done.size() != program.stages.size();
  if (changed)
    replaceStages(std::move(pieces));
  return changed;
}

bool IndexSetSplitter::cutWriters() {
  std::vector<std::vector<Stage>> pieces(program.stages.size());
  std::vector<Stage> later;
  for (size_t n = program.stages.size(); n-- > 0;) {
    pieces[n] = cut(program.stages[n], later, /*byWriters=*/false);
    llvm::append_range(later, pieces[n]);
  }
  bool changed = later.size() != program.stages.size();
  if (changed)
    replaceStages(std::move(pieces));
  return changed;
}

bool IndexSetSplitter::run() {
  bool any = false;
  for (unsigned round = 0; round < kRounds; ++round) {
    if (program.stages.size() > kMaxStages || !cutReaders())
      break;
    any = true;
    if (program.stages.size() > kMaxStages || !cutWriters())
      break;
  }
  return any;
}

bool elena::fusion::splitIndexSets(FusionProgram &program) {
  return IndexSetSplitter(program).run();
}
