//===- FusionProgram.h - Stages and storages, as numbers --------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What fusion decides on: the stages of one block in program order, each with
// its iteration box, and its accesses as affine maps from that box to cells of
// storages. No IR is changed while a plan is made; a stage is changed *here*
// (its dimensions split, a read replaced by what is read), and the rewrite
// makes IR of what is left. For
//
//   w = x[:, 2] - x[:, 0]          #0
//   y = w[:, None] * d             #1
//
// with w recomputed in #1, there is one stage over (n, c), whose expression is
// that of #1 with the expression of #0 at index n in the place of the read of
// w:   (x[4*n + 2] - x[4*n]) * d[C*n + c].
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_FUSIONPROGRAM_H
#define ELENA_TRANSFORMS_FUSION_FUSIONPROGRAM_H

#include "elena/Analysis/JointForm.h"
#include "elena/Analysis/Overlap.h"
#include "elena/Analysis/SymbolicValues.h"
#include "elena/Transforms/Fusion/Legality.h"

#include <map>
#include <memory>
#include <set>

namespace elena::fusion {

struct StorageInfo {
  /// The argument, allocation, … that all refs of the storage are views of.
  mlir::Value root;
  StorageLayout layout;
  bool isAllocation = false;
  /// Somebody else sees the elements: it is an argument, is returned, or an op
  /// that is no stage uses it.
  bool escapes = true;
};

struct Expression;
struct Meeting;

/// What an expression takes as one of its inputs.
struct Input {
  /// Read from a storage …
  unsigned storage = 0;
  AffineForm cell;
  /// … or computed: the first expression whose conditions hold; the last one
  /// has none.
  struct Choice {
    /// All of these are >= 0.
    llvm::SmallVector<AffineForm, 2> conditions;
    std::shared_ptr<const Expression> value;
  };
  llvm::SmallVector<Choice, 1> choices;
  /// A load that is only made where the choice that it is a part of is taken:
  /// elsewhere its cell may be outside of the storage.
  bool isConditional = false;

  bool isLoad() const { return choices.empty(); }
};

/// A ref that a body reads with `tensorref.element`: any of it, at any point.
struct Gather {
  unsigned storage;
  mlir::Value ref;
  AccessRegion region;
  /// … or what is computed instead of reading an element. These expressions are
  /// over a box with the dimensions of the ref behind those of the stage: index
  /// rank + d is the d-th one of the element. All that they load is
  /// conditional.
  llvm::SmallVector<Input::Choice, 1> choices = {};

  bool isRead() const { return choices.empty(); }
};

/// The body of a stage op at some index, over the box of the stage that it is
/// a part of. What a masked stage leaves in a cell takes one input more, the
/// last one: what was there before, and stays where the mask is false.
struct Expression {
  tensorref::StageOp op;
  /// The stage that it is the expression of; several stages may be pieces of
  /// one op.
  unsigned stage = 0;
  /// The index in each dimension of the op's own box.
  llvm::SmallVector<AffineForm, 4> indices;
  llvm::SmallVector<Input, 4> inputs;
  /// Of the body itself, without those of the inputs.
  llvm::SmallVector<Gather, 1> gathers = {};
};

/// All cells of one access, over the stage's box and, for gathers and
/// scatters, the dimensions of the whole ref besides.
struct StageAccess {
  unsigned storage;
  bool isWrite;
  bool isMust;
  AccessRegion region;
};

struct Stage {
  /// MLIR's ops are handles without const methods.
  mutable tensorref::StageOp op;
  Polynomials sizes;
  llvm::SmallVector<tensorref::IteratorKind, 4> kinds;
  Expression value;
  struct Output {
    unsigned storage;
    /// Reduction dimensions do not occur.
    AffineForm cell;
  };
  llvm::SmallVector<Output, 1> outputs;
  /// That many of the last dimensions have size 1 and stand for a coordinate
  /// that the box lacks (addUnitDimensions).
  unsigned numUnits = 0;
  bool isRemoved = false;
  /// What FusionProgram::getAccesses gives; empty before it is asked, and after
  /// a change.
  mutable std::vector<StageAccess> accesses;

  size_t getRank() const { return sizes.size(); }
  /// May the points be visited in any order?
  bool isParallel() const;
  bool isElementwise() const;
  bool isMust() const;
};

/// An op of the block that touches elements or orders them, and is no stage.
struct Barrier {
  mlir::Operation *op;
  llvm::SmallVector<unsigned, 2> reads, writes;
  bool touchesAnything = false;
};

/// One of them is set.
struct Node {
  mlir::Operation *op;
  std::optional<unsigned> stage, barrier;
};

class FusionProgram {
public:
  FusionProgram(mlir::Block &block, SymbolicValues &symbols,
                ArgumentAlias alias);

  mlir::Block &getBlock() const { return block; }
  SymbolicValues &getSymbols() const { return symbols; }
  const SymbolFacts &facts() const { return symbols.facts(); }

  std::vector<StorageInfo> storages;
  std::vector<Stage> stages;
  std::vector<Barrier> barriers;
  /// Stages and barriers in program order.
  std::vector<Node> nodes;
  /// The node that each stage is.
  std::vector<unsigned> nodeOfStage;

  /// Different storages that may share cells.
  bool mayAlias(unsigned a, unsigned b) const {
    return a != b && aliases[a].test(b);
  }
  /// Loads, gathers and writes, each once, in this order.
  const std::vector<StageAccess> &getAccesses(const Stage &stage) const;
  bool touches(const Barrier &barrier, unsigned storage, bool write) const;

  /// Storages, and stages that are not removed, with all that they read.
  void print(llvm::raw_ostream &os) const;

  /// What `meet` (Conflicts.h) has found, by storage and regions. Later facts
  /// might find more, but make nothing of it wrong.
  mutable llvm::StringMap<std::shared_ptr<const Meeting>> meetings;
  /// The same for the checker, which finds out by itself.
  mutable llvm::StringMap<bool> regionsApart;

  /// The block is an iteration of what becomes one kernel if no iteration needs
  /// memory of its own. Nothing but profit depends on it.
  bool isIteration = false;

  /// For tests: what is legal without being so (the option `ignore`).
  IgnoredLegality ignored;

private:
  friend class ProgramBuilder;

  mlir::Block &block;
  SymbolicValues &symbols;
  ArgumentAlias alias;
  /// By storage: those that may share cells with it, itself included.
  std::vector<llvm::BitVector> aliases;
};

/// What the cell that a point writes holds afterwards, for a stage that writes
/// one cell at each point. With p[m] = v that is m ? v : p.
Expression getWrittenValue(const Stage &stage);

/// Calls `visit` for every load of the expression over its box, nested ones
/// included.
void forEachLoad(const Expression &expression,
                 llvm::function_ref<void(const Input &)> visit);

/// The same for loads that are made instead of reading gathered elements, with
/// the box that they are over.
void forEachGatheredLoad(
    const Expression &expression, const Polynomials &box,
    llvm::function_ref<void(const Input &, const Polynomials &)> visit);

/// The same for gathers that do read.
void forEachGather(const Expression &expression,
                   llvm::function_ref<void(const Gather &)> visit);

/// The box, and behind it the dimensions of the gathered ref.
Polynomials getGatherBox(const Gather &gather, const Polynomials &box);

/// What a gather may read, over a box.
StageAccess getAccess(const Gather &gather, const Polynomials &box);

/// Do both, of stages over one box, stand for one value? If not, they may.
bool areSame(const Input &a, const Input &b);

/// The expression with its box exchanged: index d is `indices[d]` over a box of
/// another rank.
Expression substitute(const Expression &expression,
                      llvm::ArrayRef<AffineForm> indices, size_t rank);

/// How much computing one element costs: about one for an addition.
unsigned getCost(const Expression &expression);
/// Is there exp, sin or the like in it?
bool hasTranscendental(const Expression &expression);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_FUSIONPROGRAM_H
