//===- PieceChecker.cpp - Do the pieces make up the stages? ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Boxes inside a box, no two of which share a point, have each of its points
// once if they have as many points together. It does not matter how they were
// cut, or in which order they stand.
//
//===----------------------------------------------------------------------===//

#include "AccessPairs.h"
#include "elena/Transforms/Fusion/PlanChecker.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

using Result = std::optional<PlanViolation>;

namespace {
/// The part of a stage's box that a piece has.
struct Part {
  Polynomials first, sizes;
};

/// The pieces of one stage.
class PieceChecker {
public:
  PieceChecker(const SymbolFacts &facts, const Stage &whole,
               ArrayRef<Stage> pieces, unsigned number)
      : facts(facts), whole(whole), pieces(pieces), number(number) {}

  Result run();

private:
  std::optional<Part> getPart(const Stage &piece) const;
  bool hasSameAccesses(const Stage &piece) const;
  bool mayBeCut(const Part &part) const;
  bool isInside(const Part &part) const;
  bool areApart(const Part &a, const Part &b) const;
  PlanViolation fail(PlanRule rule, const char *message) const {
    return {rule, message, {number}};
  }

  const SymbolFacts &facts;
  const Stage &whole;
  ArrayRef<Stage> pieces;
  unsigned number;
};
} // namespace

static Polynomial countPoints(ArrayRef<Polynomial> sizes) {
  Polynomial points(1);
  for (const Polynomial &size : sizes)
    points = points * size;
  return points;
}

/// Index d of the stage is that of the piece and a constant.
std::optional<Part> PieceChecker::getPart(const Stage &piece) const {
  size_t rank = whole.getRank();
  if (piece.op != whole.op || piece.kinds != whole.kinds ||
      piece.getRank() != rank || piece.value.indices.size() != rank)
    return std::nullopt;
  Part part{{}, piece.sizes};
  for (size_t d = 0; d < rank; ++d) {
    const AffineForm &index = piece.value.indices[d];
    AffineForm moved = AffineForm::dimension(d, rank);
    moved.offset = index.offset;
    if (index.coefficients.size() != rank || !areEqual(facts, index, moved))
      return std::nullopt;
    part.first.push_back(index.offset - whole.value.indices[d].offset);
  }
  return part;
}

bool PieceChecker::hasSameAccesses(const Stage &piece) const {
  auto isSame = [&](const AffineForm &old, const AffineForm &now) {
    return areEqual(facts, old.compose(piece.value.indices, piece.getRank()),
                    now);
  };
  if (piece.outputs.size() != whole.outputs.size() ||
      piece.value.inputs.size() != whole.value.inputs.size() ||
      piece.value.gathers.size() != whole.value.gathers.size())
    return false;
  for (auto [old, now] : llvm::zip_equal(whole.outputs, piece.outputs))
    if (old.storage != now.storage || !isSame(old.cell, now.cell))
      return false;
  for (auto [old, now] :
       llvm::zip_equal(whole.value.inputs, piece.value.inputs))
    if (!old.isLoad() || !now.isLoad() || old.storage != now.storage ||
        old.isConditional != now.isConditional || !isSame(old.cell, now.cell))
      return false;
  for (auto [old, now] :
       llvm::zip_equal(whole.value.gathers, piece.value.gathers))
    if (old.storage != now.storage || old.ref != now.ref)
      return false;
  return true;
}

/// Only along dimensions whose points may be visited in any order.
bool PieceChecker::mayBeCut(const Part &part) const {
  if (!whole.isParallel() || whole.op.getScatter())
    return false;
  for (size_t d = 0; d < whole.getRank(); ++d)
    if (whole.kinds[d] != IteratorKind::Parallel &&
        !(part.first[d].isZero() &&
          facts.areEqual(part.sizes[d], whole.sizes[d])))
      return false;
  return true;
}

/// A size that could be negative would count points that are not there.
bool PieceChecker::isInside(const Part &part) const {
  for (auto [first, size, all] :
       llvm::zip_equal(part.first, part.sizes, whole.sizes))
    if (!facts.isNonNegative(first) || !facts.isNonNegative(size) ||
        !facts.isAtMost(first + size, all))
      return false;
  return true;
}

bool PieceChecker::areApart(const Part &a, const Part &b) const {
  for (size_t d = 0; d < whole.getRank(); ++d)
    if (facts.isAtMost(a.first[d] + a.sizes[d], b.first[d]) ||
        facts.isAtMost(b.first[d] + b.sizes[d], a.first[d]))
      return true;
  return false;
}

Result PieceChecker::run() {
  SmallVector<Part, 4> parts;
  Polynomial points(0);
  for (const Stage &piece : pieces) {
    std::optional<Part> part = getPart(piece);
    if (!part)
      return fail(PlanRule::SameBox, "a piece is no part of the stage");
    if (!hasSameAccesses(piece))
      return fail(PlanRule::SameAccess, "an access of a piece has changed");
    if (pieces.size() > 1 && !mayBeCut(*part))
      return fail(PlanRule::Partition, "the stage has an order to keep");
    if (pieces.size() > 1 && !isInside(*part))
      return fail(PlanRule::Partition, "a piece is not inside the stage");
    for (const Part &other : parts)
      if (!areApart(other, *part))
        return fail(PlanRule::Partition, "two pieces have points in common");
    points = points + countPoints(part->sizes);
    parts.push_back(std::move(*part));
  }
  if (!facts.areEqual(points, countPoints(whole.sizes)))
    return fail(PlanRule::Partition, "the pieces are not all of the stage");
  return std::nullopt;
}

Result elena::fusion::checkPieces(const FusionProgram &whole,
                                  const FusionProgram &pieces) {
  size_t next = 0;
  auto lost = [](ArrayRef<unsigned> stages) {
    return PlanViolation{PlanRule::Structure, "the pieces are out of order",
                         SmallVector<unsigned, 2>(stages)};
  };
  for (const Node &node : whole.nodes) {
    if (node.barrier) {
      if (next == pieces.nodes.size() ||
          pieces.nodes[next++].barrier != node.barrier)
        return lost({});
      continue;
    }
    SmallVector<Stage, 4> made;
    for (; next < pieces.nodes.size() && pieces.nodes[next].stage &&
           pieces.nodes[next].op == node.op;
         ++next)
      made.push_back(pieces.stages[*pieces.nodes[next].stage]);
    if (made.empty())
      return lost(*node.stage);
    if (Result violation =
            PieceChecker(whole.facts(), whole.stages[*node.stage], made,
                         *node.stage)
                .run())
      return violation;
  }
  if (next != pieces.nodes.size())
    return lost({});
  return std::nullopt;
}
