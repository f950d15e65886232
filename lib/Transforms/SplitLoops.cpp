//===- SplitLoops.cpp - Loops without conditions --------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loop unswitching and index set splitting. A comparison of indices that is
// part of the condition of an `scf.if` is the same in all iterations, or it
// changes once:
//
//   for j in [0, n)                   for j in [0, clamp(h, 0, n))
//     if (i < k and j < h)              if (i < k) A else B
//       A                             for j in [clamp(h, 0, n), n)
//     else                              B
//       B
//                                     if (i < k)
//                           and then    for j in [0, clamp(h, 0, n)) A
//                                     else
//                                       for j in [0, clamp(h, 0, n)) B
//
// The order of the iterations stays the same, so nothing has to be known of
// what they do. Outer loops are cut first, so that not each copy of an inner
// one has to be; what is left to choose moves outwards last.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"
#include "llvm/ADT/SetVector.h"

namespace elena {
#define GEN_PASS_DEF_SPLITLOOPS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;

//===----------------------------------------------------------------------===//
// Where a comparison changes
//===----------------------------------------------------------------------===//

namespace {
/// sign * iv + the sum of `added` - the sum of `subtracted` + constant.
struct LinearIndex {
  int64_t sign = 0, constant = 0;
  SmallVector<Value> added, subtracted;
};

/// The loop in two: before `cut` the comparison is `before`, then it is not.
struct Change {
  LinearIndex cut; // without the induction variable
  bool before;
};
} // namespace

/// a - b, if that is a number.
static std::optional<int64_t> subtract(const LinearIndex &a,
                                       const LinearIndex &b) {
  llvm::SmallDenseMap<Value, int64_t> counts;
  for (Value value : a.added)
    ++counts[value];
  for (Value value : b.subtracted)
    ++counts[value];
  for (Value value : a.subtracted)
    --counts[value];
  for (Value value : b.added)
    --counts[value];
  if (llvm::any_of(counts, [](auto &entry) { return entry.second != 0; }))
    return std::nullopt;
  return a.constant - b.constant;
}

static bool isInvariant(scf::ForOp loop, Value value) {
  return loop.isDefinedOutsideOfLoop(value);
}

/// Sums and differences of two such numbers, and 1, fit in 64 bits.
static bool isSmall(int64_t number) {
  constexpr int64_t most = int64_t(1) << 61;
  return -most < number && number < most;
}

/// Adds sign * value; false if it is not linear in the induction variable.
static bool addTo(LinearIndex &sum, scf::ForOp loop, Value value,
                  int64_t sign) {
  APInt constant;
  if (value == loop.getInductionVar()) {
    sum.sign += sign;
    return true;
  }
  if (matchPattern(value, m_ConstantInt(&constant))) {
    int64_t number = constant.getSExtValue();
    sum.constant += sign * (isSmall(number) ? number : 0);
    return isSmall(number) && isSmall(sum.constant);
  }
  if (isInvariant(loop, value)) {
    (sign > 0 ? sum.added : sum.subtracted).push_back(value);
    return true;
  }
  if (auto add = value.getDefiningOp<arith::AddIOp>())
    return addTo(sum, loop, add.getLhs(), sign) &&
           addTo(sum, loop, add.getRhs(), sign);
  if (auto sub = value.getDefiningOp<arith::SubIOp>())
    return addTo(sum, loop, sub.getLhs(), sign) &&
           addTo(sum, loop, sub.getRhs(), -sign);
  return false;
}

/// With d = lhs - rhs = sign * iv + r: d >= 0 becomes iv >= -r, or iv < r + 1.
static std::optional<Change> findChange(scf::ForOp loop,
                                        arith::CmpIOp compare) {
  using Predicate = arith::CmpIPredicate;
  Predicate predicate = compare.getPredicate();
  if (!compare.getLhs().getType().isIndex() ||
      !llvm::is_contained(
          {Predicate::sge, Predicate::sgt, Predicate::sle, Predicate::slt},
          predicate))
    return std::nullopt;
  LinearIndex d;
  if (!addTo(d, loop, compare.getLhs(), 1) ||
      !addTo(d, loop, compare.getRhs(), -1) || (d.sign != 1 && d.sign != -1))
    return std::nullopt;
  // In terms of d >= 0 or of its negation: a > b is a - b - 1 >= 0.
  bool holds = predicate == Predicate::sge || predicate == Predicate::sgt;
  if (predicate == Predicate::sgt || predicate == Predicate::sle)
    d.constant -= 1;
  bool grows = d.sign == 1;
  if (grows) {
    std::swap(d.added, d.subtracted);
    d.constant = -d.constant;
  } else {
    d.constant += 1;
  }
  return Change{std::move(d), /*before=*/grows ? !holds : holds};
}

//===----------------------------------------------------------------------===//
// Conditions that are decided
//===----------------------------------------------------------------------===//

static void inlineBranch(scf::IfOp branch, bool holds) {
  Region &region = holds ? branch.getThenRegion() : branch.getElseRegion();
  IRRewriter rewriter(branch);
  if (region.empty()) {
    rewriter.eraseOp(branch);
    return;
  }
  Operation *end = region.front().getTerminator();
  SmallVector<Value> results(end->getOperands());
  rewriter.eraseOp(end);
  rewriter.inlineBlockBefore(&region.front(), branch);
  rewriter.replaceOp(branch, results);
}

/// Puts `holds` for the condition where `user` reads it, and goes on where that
/// decides more.
static void decide(Value condition, bool holds);

static void decideUse(OpOperand &use, bool holds) {
  Operation *user = use.getOwner();
  auto other = [&] { return user->getOperand(1 - use.getOperandNumber()); };
  bool isNeutral = (isa<arith::AndIOp>(user) && holds) ||
                   (isa<arith::OrIOp>(user) && !holds);
  if (isNeutral) {
    user->getResult(0).replaceAllUsesWith(other());
    user->erase();
  } else if (isa<arith::AndIOp, arith::OrIOp>(user)) {
    decide(user->getResult(0), holds);
    user->erase();
  } else if (auto branch = dyn_cast<scf::IfOp>(user)) {
    inlineBranch(branch, holds);
  } else {
    OpBuilder builder(user);
    use.set(arith::ConstantIntOp::create(builder, user->getLoc(), holds, 1));
  }
}

static void decide(Value condition, bool holds) {
  while (!condition.use_empty())
    decideUse(*condition.use_begin(), holds);
}

/// In the loop only, where the condition is of outside.
static void decideInside(scf::ForOp loop, Value condition, bool holds) {
  if (loop->isAncestor(condition.getParentRegion()->getParentOp()))
    return decide(condition, holds);
  OpBuilder builder(loop);
  builder.setInsertionPointToStart(loop.getBody());
  Value inside = arith::ConstantIntOp::create(builder, loop.getLoc(), holds, 1);
  condition.replaceUsesWithIf(inside, [&](OpOperand &use) {
    return loop->isProperAncestor(use.getOwner());
  });
  Operation *constant = inside.getDefiningOp();
  // Constants that `decideUse` makes are others: the loop ends.
  decide(inside, holds);
  constant->erase();
}

/// The comparison, and what only it needed.
static void eraseUnused(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !isOpTriviallyDead(op))
    return;
  llvm::SmallSetVector<Value, 4> operands(op->operand_begin(),
                                          op->operand_end());
  op->erase();
  for (Value operand : operands)
    eraseUnused(operand);
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Loops of at most so many iterations are left to LLVM, which unrolls them.
static constexpr int64_t kMostUnrolled = 32;
/// A function may become so many operations.
static constexpr int64_t kMostOperations = 500;

namespace {
class LoopSplitter {
public:
  void split(scf::ForOp loop);

private:
  static int64_t countOps(Operation *op) {
    int64_t count = 0;
    op->walk([&](Operation *) { ++count; });
    return count;
  }
  /// May there be two of the loop? What is in the branch is in one of them.
  static bool mayCopy(scf::ForOp loop, scf::IfOp branch) {
    return countOps(loop->getParentOfType<FunctionOpInterface>()) +
               countOps(loop) - (branch ? countOps(branch) : 0) <=
           kMostOperations;
  }
  bool visitChanges(scf::ForOp loop);
  void visitInvariants(scf::ForOp loop);
  bool visitCompare(scf::ForOp loop, scf::IfOp branch, arith::CmpIOp compare);
  bool isDecided(scf::ForOp loop, const Change &change, Value condition);
  void unswitch(scf::ForOp loop, Value condition);
  void cut(scf::ForOp loop, Value condition, const Change &change);

  /// Where loops have been cut: all iterations are >= the ones, < the others.
  llvm::DenseMap<Operation *, SmallVector<LinearIndex, 2>> starts, ends;
};
} // namespace

/// for -> if { for } else { for }
void LoopSplitter::unswitch(scf::ForOp loop, Value condition) {
  OpBuilder builder(loop);
  auto branch = scf::IfOp::create(builder, loop.getLoc(), loop.getResultTypes(),
                                  condition, /*withElseRegion=*/true);
  auto copyTo = [&](Block *block) {
    builder.setInsertionPointToStart(block);
    auto copy = cast<scf::ForOp>(builder.clone(*loop));
    if (copy.getNumResults())
      scf::YieldOp::create(builder, loop.getLoc(), copy.getResults());
    starts[copy] = starts.lookup(loop);
    ends[copy] = ends.lookup(loop);
    return copy;
  };
  scf::ForOp first = copyTo(branch.thenBlock());
  scf::ForOp second = copyTo(branch.elseBlock());
  loop.replaceAllUsesWith(branch.getResults());
  starts.erase(loop);
  ends.erase(loop);
  loop.erase();
  decideInside(first, condition, true);
  decideInside(second, condition, false);
  visitInvariants(first);
  visitInvariants(second);
}

/// The sum, within [first, end]. In 128 bits, as a sum of any 64-bit numbers
/// fits there: `i - k <= l` may hold where l + k is beyond 64.
static Value clampSum(OpBuilder &builder, Location loc,
                      const LinearIndex &index, Value first, Value end) {
  Type wide = builder.getIntegerType(128);
  auto widen = [&](Value value) -> Value {
    return arith::IndexCastOp::create(builder, loc, wide, value);
  };
  auto constant =
      IntegerAttr::get(wide, APInt(128, static_cast<uint64_t>(index.constant),
                                   /*isSigned=*/true));
  Value sum = arith::ConstantOp::create(builder, loc, constant);
  for (Value value : index.added)
    sum = arith::AddIOp::create(builder, loc, sum, widen(value));
  for (Value value : index.subtracted)
    sum = arith::SubIOp::create(builder, loc, sum, widen(value));
  sum = arith::MaxSIOp::create(builder, loc, sum, widen(first));
  sum = arith::MinSIOp::create(builder, loc, sum, widen(end));
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), sum);
}

/// The cut, within [first, end].
static Value materialize(OpBuilder &builder, Location loc,
                         const LinearIndex &index, Value first, Value end) {
  if (index.added.size() > 1 || !index.subtracted.empty())
    return clampSum(builder, loc, index, first, end);
  Value constant = arith::ConstantIndexOp::create(builder, loc, index.constant);
  Value cut = index.added.empty() ? constant : index.added.front();
  bool isSum = !index.added.empty() && index.constant != 0;
  auto without = [&](Value bound) -> Value {
    return isSum ? arith::SubIOp::create(builder, loc, bound, constant) : bound;
  };
  cut = arith::MaxSIOp::create(builder, loc, cut, without(first));
  cut = arith::MinSIOp::create(builder, loc, cut, without(end));
  return isSum ? arith::AddIOp::create(builder, loc, cut, constant) : cut;
}

/// for [a, b) -> for [a, cut) for [cut, b)
void LoopSplitter::cut(scf::ForOp loop, Value condition, const Change &change) {
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Value first = loop.getLowerBound(), end = loop.getUpperBound();
  Value cut = materialize(builder, loc, change.cut, first, end);
  IRMapping conditionOf;
  auto before = cast<scf::ForOp>(builder.clone(*loop, conditionOf));
  before.setUpperBound(cut);
  loop.setLowerBound(cut);
  loop.getInitArgsMutable().assign(before.getResults());
  starts[before] = starts.lookup(loop);
  ends[before] = ends.lookup(loop);
  starts[loop].push_back(change.cut);
  ends[before].push_back(change.cut);
  Value conditionBefore = conditionOf.lookup(condition);
  decide(conditionBefore, change.before);
  decide(condition, !change.before);
  eraseUnused(conditionBefore);
  eraseUnused(condition);
  split(before);
  split(loop);
}

/// Does an earlier cut say on which side of this one the loop is?
bool LoopSplitter::isDecided(scf::ForOp loop, const Change &change,
                             Value condition) {
  auto isAny = [&](ArrayRef<LinearIndex> cuts, bool isStart) {
    return llvm::any_of(cuts, [&](const LinearIndex &earlier) {
      std::optional<int64_t> distance = subtract(change.cut, earlier);
      return distance && (isStart ? *distance <= 0 : *distance >= 0);
    });
  };
  bool isBefore = isAny(ends.lookup(loop), /*isStart=*/false);
  if (!isBefore && !isAny(starts.lookup(loop), /*isStart=*/true))
    return false;
  decide(condition, isBefore ? change.before : !change.before);
  eraseUnused(condition);
  return true;
}

bool LoopSplitter::visitCompare(scf::ForOp loop, scf::IfOp branch,
                                arith::CmpIOp compare) {
  std::optional<APInt> trip = loop.getStaticTripCount();
  if (compare->getParentOp() != loop ||
      !matchPattern(loop.getStep(), m_One()) ||
      (trip && trip->sle(kMostUnrolled)))
    return false;
  std::optional<Change> change = findChange(loop, compare);
  if (!change)
    return false;
  if (isDecided(loop, *change, compare)) {
    split(loop);
    return true;
  }
  if (!mayCopy(loop, branch))
    return false;
  cut(loop, compare, *change);
  return true;
}

/// What a condition is made of by and, or.
static void collectParts(scf::ForOp loop, Value condition,
                         SmallVectorImpl<Value> &parts) {
  Operation *op = condition.getDefiningOp();
  if (isInvariant(loop, condition) ||
      !isa_and_nonnull<arith::AndIOp, arith::OrIOp>(op)) {
    parts.push_back(condition);
    return;
  }
  for (Value operand : op->getOperands())
    collectParts(loop, operand, parts);
}

/// Where there are loops inside, a number that they use may change as well as
/// what runs; the vectoriser makes a mask of such a number in the innermost.
bool LoopSplitter::visitChanges(scf::ForOp loop) {
  bool isInnermost = true;
  WalkResult walk = loop.getBody()->walk([&](Operation *op) {
    isInnermost &= !isa<scf::ForOp>(op);
    SmallVector<Value> parts;
    auto branch = dyn_cast<scf::IfOp>(op);
    if (branch)
      collectParts(loop, branch.getCondition(), parts);
    for (Value part : parts)
      if (auto compare = part.getDefiningOp<arith::CmpIOp>())
        if (visitCompare(loop, branch, compare))
          return WalkResult::interrupt();
    return WalkResult::advance();
  });
  if (walk.wasInterrupted() || isInnermost)
    return walk.wasInterrupted();
  for (auto compare : loop.getBody()->getOps<arith::CmpIOp>())
    if (!compare->use_empty() && visitCompare(loop, nullptr, compare))
      return true;
  return false;
}

/// Conditions of branches of the body itself that are the same in all
/// iterations.
void LoopSplitter::visitInvariants(scf::ForOp loop) {
  moveLoopInvariantCode(cast<LoopLikeOpInterface>(loop.getOperation()));
  for (auto branch : loop.getBody()->getOps<scf::IfOp>()) {
    SmallVector<Value> parts;
    collectParts(loop, branch.getCondition(), parts);
    for (Value part : parts)
      if (isInvariant(loop, part) && !matchPattern(part, m_Constant()) &&
          mayCopy(loop, branch))
        return unswitch(loop, part);
  }
}

/// The root stays one loop, unless there is none in it.
void LoopSplitter::split(scf::ForOp loop) {
  SmallVector<scf::ForOp> inner;
  loop.getBody()->walk<WalkOrder::PreOrder>([&](scf::ForOp nested) {
    inner.push_back(nested);
    return WalkResult::skip();
  });
  loop->walk([](LoopLikeOpInterface nested) { moveLoopInvariantCode(nested); });
  bool mayBeSeveral = inner.empty() || loop->getParentOfType<scf::ForOp>();
  if (mayBeSeveral && visitChanges(loop))
    return;
  for (scf::ForOp nested : inner)
    split(nested);
  if (mayBeSeveral)
    visitInvariants(loop);
}

namespace {
struct SplitLoops : elena::impl::SplitLoopsBase<SplitLoops> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> roots;
    getOperation().walk<WalkOrder::PreOrder>([&](scf::ForOp loop) {
      roots.push_back(loop);
      return WalkResult::skip();
    });
    for (scf::ForOp loop : roots)
      LoopSplitter().split(loop);
  }
};
} // namespace
