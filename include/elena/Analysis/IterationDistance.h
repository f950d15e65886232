//===- IterationDistance.h - Which iterations meet at a cell ----*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Access a in iteration i and access b in iteration i + d of a loop reach one
// cell: for which d? The number of the iteration is one more dimension of the
// box of each access, beside those of the loops inside and of the ref:
//
//   for i in range(1, n):          a: x[i]      over i        cell 1 + i
//     x[i] = x[i-1] + 1            b: x[i-1]    over i        cell i
//
// Where they meet, the digits of the cells are equal (JointForm.h): 1 + i =
// i', so d = i' - i = 1 and nothing else. Iterations count from 0 in the order
// in which they run, whatever the step: a positive d is forwards in time. Each
// digit bounds d; what is the same in all iterations may be compared, and
// nothing else: a number that each iteration computes is another one in each.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_ITERATIONDISTANCE_H
#define ELENA_ANALYSIS_ITERATIONDISTANCE_H

#include "elena/Analysis/OperationGraph.h"
#include "elena/Analysis/Overlap.h"
#include "elena/Analysis/SymbolicViews.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace elena {

/// What an op inside of a loop does to one ref.
struct IterationAccess {
  mlir::Operation *op;
  GraphAccess access;
  /// Null for what may be any storage.
  mlir::Value root;

  IterationAccess(mlir::Operation *op, const GraphAccess &access)
      : op(op), access(access),
        root(access.ref ? tensorref::getRoot(access.ref) : mlir::Value()) {}
};

/// The numbers from `least` to `most`; without one of them, no bound is known.
struct DistanceRange {
  std::optional<int64_t> least, most;

  bool isEmpty() const { return least && most && *least > *most; }
  /// There is nothing but the iteration itself.
  bool isOnlyZero() const {
    return isEmpty() || (least && most && *least == 0 && *most == 0);
  }
  /// Keeps what is in both.
  void intersect(const DistanceRange &other);
  static DistanceRange none() { return {1, 0}; }
};

/// Compares the iterations of one loop.
class IterationComparison {
public:
  /// `loop` may be any op with regions that runs them again and again; of an
  /// scf.for, iterations have numbers. `views` is about the function around.
  IterationComparison(mlir::Operation *loop, SymbolicViews &views,
                      ArgumentAlias alias)
      : loop(loop), views(views), alias(alias) {}

  /// All d != 0 for which the first access in iteration i and the second one in
  /// iteration i + d may reach one cell. Negative ones: the second is earlier.
  DistanceRange compare(const IterationAccess &a, const IterationAccess &b);
  /// From an earlier iteration to a later one: nothing if they never meet.
  std::optional<LoopCarried> findCarried(const IterationAccess &a,
                                         const IterationAccess &b);
  /// May both reach one cell in the same iteration?
  bool mayMeetInOne(const IterationAccess &a, const IterationAccess &b);
  /// See LoopIterations.h.
  bool staysInRow(mlir::Value ref);

private:
  /// The cells of an access with one dimension more for each loop around it.
  struct Iterated {
    AccessRegion region;
    /// False if the box has points that no iteration is at.
    bool isExact = true;
  };

  bool isOfLoop(mlir::Value value) {
    return loop->isAncestor(value.getParentBlock()->getParentOp());
  }
  mlir::scf::ForOp getNumbered();
  std::optional<Iterated> overLoop(const Iterated &access,
                                   mlir::scf::ForOp over);
  std::optional<Iterated> overInnerLoops(const IterationAccess &access);
  std::optional<AccessRegion> overIterations(const IterationAccess &access);
  bool areOfOneBase(const JointForm &form);
  DistanceRange compareCells(const IterationAccess &a,
                             const IterationAccess &b);
  DistanceRange compareDigit(llvm::ArrayRef<AccessRegion> regions,
                             const AffineForm &a, const AffineForm &b);
  DistanceRange toIterations(DistanceRange ofVariable);
  SetRelation relateAt(const IterationAccess &a, const IterationAccess &b,
                       std::optional<int64_t> distance);
  bool surelyRuns(mlir::Operation *op);
  bool isTheSameAlways(mlir::Value value);
  bool isTheSameAlways(const Polynomial &number,
                       std::optional<Symbol> except = std::nullopt);
  bool isTheSameAlways(const AffineForm &form);
  bool isTheSameAlways(const AccessRegion &region,
                       std::optional<Symbol> except = std::nullopt);

  mlir::Operation *loop;
  SymbolicViews &views;
  ArgumentAlias alias;
};

/// The region with the numbers that it has where it has a cell, and where all
/// that is `known` is >= 0: j:j+1 has one element then. Where it has none, it
/// does not matter what they are.
AccessRegion withCells(const SymbolFacts &facts, AccessRegion region,
                       Polynomials known = {});

} // namespace elena

#endif // ELENA_ANALYSIS_ITERATIONDISTANCE_H
