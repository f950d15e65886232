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
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

static constexpr size_t kMaxPieces = 16;
/// Columns: loops inside an iteration, which need no pieces.
static constexpr int64_t kSmall = 64;

namespace {
/// The writer of [first, last + 1) of a dimension.
struct Range {
  Polynomial first, size;
};

class IndexSetSplitter {
public:
  explicit IndexSetSplitter(FusionProgram &program) : program(program) {}

  void run();

private:
  using Partition = std::pair<size_t, SmallVector<Range, 0>>;
  std::optional<Partition> findPartition(const Stage &stage);
  std::optional<Partition> findPartition(const Stage &stage,
                                         const StageAccess &read);
  bool sort(SmallVectorImpl<Range> &ranges, const Polynomial &size) const;
  static Stage makePiece(const Stage &stage, size_t d, const Range &range);

  FusionProgram &program;
  /// What is done: the stages before the one that is looked at.
  std::vector<Stage> done;
};
} // namespace

Stage IndexSetSplitter::makePiece(const Stage &stage, size_t d,
                                  const Range &range) {
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

/// Puts the ranges in the order in which they follow each other from 0 to
/// `size`. False if they don't.
bool IndexSetSplitter::sort(SmallVectorImpl<Range> &ranges,
                            const Polynomial &size) const {
  const SymbolFacts &facts = program.facts();
  if (program.ignored.contains(Legality::Partition))
    return true;
  Polynomial next(0);
  for (size_t n = 0; n < ranges.size(); ++n) {
    auto *place =
        std::find_if(ranges.begin() + n, ranges.end(), [&](const Range &range) {
          return facts.areEqual(range.first, next);
        });
    if (place == ranges.end())
      return false;
    std::swap(ranges[n], *place);
    next = next + ranges[n].size;
  }
  return facts.areEqual(next, size);
}

std::optional<IndexSetSplitter::Partition>
IndexSetSplitter::findPartition(const Stage &stage, const StageAccess &read) {
  SmallVector<AccessRegion, 0> regions{read.region};
  for (const Stage &writer : llvm::reverse(done))
    for (const StageAccess &write : program.getAccesses(writer)) {
      if (!write.isWrite || write.storage != read.storage ||
          meet(program, write, 0, read, 0).disjoint)
        continue;
      if (!writer.isMust() || regions.size() > kMaxPieces)
        return std::nullopt;
      regions.push_back(write.region);
    }
  if (regions.size() < 3)
    return std::nullopt;
  auto form = JointForm::build(program.facts(),
                               program.storages[read.storage].layout, regions);
  if (!form)
    return std::nullopt;
  for (size_t k = 0; k < form->getNumDigits(); ++k) {
    const AffineForm &digit = form->getDigits(0)[k];
    std::optional<size_t> d = digit.getOnlyDimension();
    if (!d || !digit.coefficients[*d].isConstant(1) ||
        stage.kinds[*d] != IteratorKind::Parallel ||
        stage.sizes[*d].getConstant().value_or(kSmall + 1) <= kSmall)
      continue;
    SmallVector<Range, 0> ranges;
    for (size_t w = 1; w < regions.size(); ++w) {
      auto [least, most] = form->getRange(w, k);
      ranges.push_back({least - digit.offset, most - least + 1});
    }
    if (sort(ranges, stage.sizes[*d]))
      return Partition(*d, std::move(ranges));
  }
  return std::nullopt;
}

std::optional<IndexSetSplitter::Partition>
IndexSetSplitter::findPartition(const Stage &stage) {
  // Pieces run one after the other: no point may depend on another one.
  if (!stage.isParallel() || stage.op.getScatter())
    return std::nullopt;
  for (const StageAccess &access : program.getAccesses(stage))
    if (!access.isWrite && access.isMust)
      if (auto partition = findPartition(stage, access))
        return partition;
  return std::nullopt;
}

void IndexSetSplitter::run() {
  std::vector<Node> nodes;
  for (const Node &node : program.nodes) {
    if (!node.stage) {
      nodes.push_back(node);
      continue;
    }
    // A piece may have to be cut again along another dimension.
    std::vector<Stage> pieces{program.stages[*node.stage]};
    for (size_t n = 0; n < pieces.size() && pieces.size() < kMaxPieces;)
      if (auto partition = findPartition(pieces[n])) {
        Stage stage = pieces[n];
        pieces.erase(pieces.begin() + n);
        for (const Range &range : partition->second)
          pieces.push_back(makePiece(stage, partition->first, range));
      } else {
        ++n;
      }
    for (Stage &piece : pieces) {
      nodes.push_back({node.op, static_cast<unsigned>(done.size()), {}});
      piece.value.stage = done.size();
      done.push_back(std::move(piece));
    }
  }
  program.stages = std::move(done);
  program.nodes = std::move(nodes);
  program.nodeOfStage.clear();
  for (auto [n, node] : llvm::enumerate(program.nodes))
    if (node.stage)
      program.nodeOfStage.push_back(n);
}

bool elena::fusion::splitIndexSets(FusionProgram &program) {
  size_t before = program.stages.size();
  IndexSetSplitter(program).run();
  return program.stages.size() != before;
}
