//===- DivideKernels.cpp - Parts of a kernel for threads ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for i in [a, b)          for i in [a + (n * part) >> shift,
//     for j in [0, m)                  a + (n * (part + 1)) >> shift)
//       ...                    for j in [0, m)          with n = b - a
//                                ...
//
// Of 2^shift parts each takes its share of every outermost loop; of an inner
// one instead where the outer ones have few iterations, known now.
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringSet.h"

namespace elena {
#define GEN_PASS_DEF_DIVIDEKERNELS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// Work
//===----------------------------------------------------------------------===//

/// Iterations of a loop whose number is not known before the kernel runs.
static constexpr int64_t kUsualIterations = 8;

/// What an op without regions costs, in additions of vectors.
static int64_t costOf(Operation &op) {
  if (isa<memref::LoadOp, memref::StoreOp>(op))
    return 2;
  if (isa<arith::DivFOp, math::SqrtOp>(op))
    return 4;
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(op))
    return 16;
  if (isa<math::MathDialect>(op.getDialect()))
    return 24;
  bool isOfIndices =
      llvm::all_of(op.getResultTypes(), llvm::IsaPred<IndexType>);
  return isOfIndices ? 0 : 1;
}

namespace {
/// Emits the estimate of the work of `kernel` at the end of another function,
/// which has the kernel's parameters.
class WorkEstimate {
public:
  WorkEstimate(OpBuilder &builder, func::FuncOp kernel, ValueRange arguments)
      : builder(builder), loc(kernel.getLoc()) {
    mapping.map(kernel.getArguments(), arguments);
  }

  Value emit(Block &block);

private:
  Value emitIterations(scf::ForOp loop);
  /// `value` in the other function; null if it is not known there.
  Value find(Value value);
  Value constant(int64_t number) {
    return arith::ConstantIndexOp::create(builder, loc, number);
  }

  OpBuilder &builder;
  Location loc;
  IRMapping mapping;
};
} // namespace

Value WorkEstimate::find(Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || !isPure(op) || op->getNumRegions())
    return {};
  for (Value operand : op->getOperands())
    if (!find(operand))
      return {};
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

Value WorkEstimate::emitIterations(scf::ForOp loop) {
  Value first = find(loop.getLowerBound()), end = find(loop.getUpperBound());
  if (first) // of its values, the one that is known
    mapping.map(loop.getInductionVar(), first);
  if (!first || !end)
    return constant(kUsualIterations);
  Value count = arith::SubIOp::create(builder, loc, end, first);
  return arith::MaxSIOp::create(builder, loc, count, constant(0));
}

Value WorkEstimate::emit(Block &block) {
  int64_t known = 0;
  Value loops;
  auto add = [&](Value more) {
    loops = loops ? arith::AddIOp::create(builder, loc, loops, more) : more;
  };
  for (Operation &op : block) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      Value iterations = emitIterations(loop);
      Value work = emit(*loop.getBody());
      add(arith::MulIOp::create(builder, loc, iterations, work));
      continue;
    }
    known += costOf(op);
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        add(emit(inner));
  }
  add(constant(known));
  return loops;
}

static func::FuncOp makeWorkFunction(func::FuncOp kernel) {
  OpBuilder builder(kernel);
  auto type = builder.getFunctionType(kernel.getArgumentTypes(),
                                      builder.getIndexType());
  auto work = func::FuncOp::create(builder, kernel.getLoc(),
                                   (kernel.getName() + "_work").str(), type);
  work.setPrivate();
  work->setAttr("passthrough", builder.getStrArrayAttr({"alwaysinline"}));
  builder.setInsertionPointToStart(work.addEntryBlock());
  Value units = WorkEstimate(builder, kernel, work.getArguments())
                    .emit(kernel.getBody().front());
  func::ReturnOp::create(builder, kernel.getLoc(), units);
  return work;
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

static bool isDivisible(Operation *op) {
  auto loop = dyn_cast<scf::ForOp>(op);
  return loop && loop->hasAttr(kParallelAttr) && loop.getInitArgs().empty() &&
         matchPattern(loop.getStep(), m_One());
}

/// Constant loops of fewer iterations stay whole: they become vectors.
static constexpr int64_t kLeastConstant = 64;

static bool staysWhole(scf::ForOp loop) {
  std::optional<APInt> count = loop.getStaticTripCount();
  return count && count->getSExtValue() < kLeastConstant;
}

/// The loop to divide of a nest: the outermost one that does not stay whole.
/// What is in the loops around it may be done again, in each part. Null if
/// there is none.
static scf::ForOp findDivided(Operation *nest) {
  if (!isDivisible(nest))
    return {};
  auto loop = cast<scf::ForOp>(nest);
  while (staysWhole(loop)) {
    scf::ForOp next;
    for (Operation &op : loop.getBody()->without_terminator()) {
      if (isPure(&op))
        continue;
      if (next || !isDivisible(&op))
        return {};
      next = cast<scf::ForOp>(op);
    }
    if (!next)
      return {};
    loop = next;
  }
  return loop;
}

namespace {
/// Divides the loops of one kernel.
class Divider {
public:
  Divider(func::FuncOp kernel, Value part, Value shift)
      : kernel(kernel), builder(kernel.getContext()), loc(kernel.getLoc()),
        part(part), shift(shift) {}

  void divide(scf::ForOp loop);
  /// What is not divided runs in part 0.
  void runOnce(ArrayRef<Operation *> ops);

private:
  Value emitShare(Value first, Value count, Value number);

  func::FuncOp kernel;
  OpBuilder builder;
  Location loc;
  Value part, shift;
};
} // namespace

/// first + (count * number) >> shift. That the share is not negative is written
/// so that LLVM sees it: it then knows the sign of what is computed from
/// indices.
Value Divider::emitShare(Value first, Value count, Value number) {
  Value product = arith::MulIOp::create(builder, loc, count, number);
  Value share = arith::ShRUIOp::create(builder, loc, product, shift);
  Value positive = arith::ConstantIndexOp::create(
      builder, loc, std::numeric_limits<int64_t>::max());
  share = arith::AndIOp::create(builder, loc, share, positive);
  return arith::AddIOp::create(builder, loc, first, share);
}

void Divider::divide(scf::ForOp loop) {
  builder.setInsertionPoint(loop);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value next = arith::AddIOp::create(builder, loc, part, one);
  Value first = loop.getLowerBound();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value count =
      arith::SubIOp::create(builder, loc, loop.getUpperBound(), first);
  count = arith::MaxSIOp::create(builder, loc, count, zero);
  loop.setLowerBound(emitShare(first, count, part));
  loop.setUpperBound(emitShare(first, count, next));
}

void Divider::runOnce(ArrayRef<Operation *> ops) {
  if (ops.empty())
    return;
  builder.setInsertionPoint(ops.front()->getBlock()->getTerminator());
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value isFirst =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, part, zero);
  auto branch = scf::IfOp::create(builder, loc, isFirst);
  for (Operation *op : ops)
    op->moveBefore(branch.thenBlock()->getTerminator());
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
/// What is outermost in a kernel, or in a branch of one.
struct KernelBlock {
  SmallVector<scf::ForOp> loops;
  /// With effects, and not divided.
  SmallVector<Operation *> others;
};
} // namespace

/// Finds the blocks; false if one cannot run in parts.
static bool findBlocks(Block &block, SmallVectorImpl<KernelBlock> &blocks) {
  KernelBlock found;
  for (Operation &op : block.without_terminator()) {
    auto branch = dyn_cast<scf::IfOp>(op);
    if (branch && !branch.getNumResults()) {
      for (Region &region : branch->getRegions())
        if (!region.empty() && !findBlocks(region.front(), blocks))
          return false;
    } else if (scf::ForOp loop = findDivided(&op)) {
      found.loops.push_back(loop);
    } else if (!isPure(&op) && !isa<memref::AllocaOp>(op)) {
      found.others.push_back(&op);
    }
  }
  // They move to the end: nothing else may need what they give.
  auto isOfOthers = [&](Operation *user) {
    return llvm::any_of(found.others, [&](Operation *other) {
      return other->isAncestor(user);
    });
  };
  for (Operation *other : found.others)
    if (!llvm::all_of(other->getUsers(), isOfOthers))
      return false;
  blocks.push_back(std::move(found));
  return true;
}

static bool divideKernel(func::FuncOp kernel) {
  SmallVector<KernelBlock> blocks;
  bool divides = findBlocks(kernel.getBody().front(), blocks) &&
                 llvm::any_of(blocks, [](const KernelBlock &block) {
                   return !block.loops.empty();
                 });
  if (!divides)
    return false;
  func::FuncOp work = makeWorkFunction(kernel);
  // Two callers: one piece of code for both.
  kernel->setAttr("passthrough",
                  Builder(kernel.getContext()).getStrArrayAttr({"noinline"}));
  kernel->setAttr(kWorkAttr, FlatSymbolRefAttr::get(work));
  Type index = IndexType::get(kernel.getContext());
  for (int k = 0; k < 2; ++k)
    (void)kernel.insertArgument(kernel.getNumArguments(), index, {},
                                kernel.getLoc());
  auto added = kernel.getArguments().take_back(2);
  Divider divider(kernel, added[0], added[1]);
  for (const KernelBlock &block : blocks) {
    for (scf::ForOp loop : block.loops)
      divider.divide(loop);
    divider.runOnce(block.others);
  }
  return true;
}

namespace {
struct DivideKernels : elena::impl::DivideKernelsBase<DivideKernels> {
  void runOnOperation() override {
    llvm::StringSet<> divided;
    for (auto kernel :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (kernel->hasAttr(kKernelAttr) && !kernel.isDeclaration() &&
          divideKernel(kernel))
        divided.insert(kernel.getName());
    getOperation().walk([&](LaunchOp launch) {
      if (!divided.contains(launch.getKernel()))
        return;
      OpBuilder builder(launch);
      Value zero = arith::ConstantIndexOp::create(builder, launch.getLoc(), 0);
      launch.getKernelArgumentsMutable().append({zero, zero});
    });
  }
};
} // namespace
