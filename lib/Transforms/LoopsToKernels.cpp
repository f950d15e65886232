//===- LoopsToKernels.cpp - Independent iterations as one kernel ----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopRewriting.h"
#include "elena/Analysis/LoopIterations.h"
#include "elena/Analysis/OperationGraph.h"
#include "elena/Transforms/Fusion/FusionReport.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace elena {
#define GEN_PASS_DEF_LOOPSTOKERNELS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// How many blocks a GPU should have in all: a few for each multiprocessor.
static constexpr int64_t kBlocksOfLoop = 1024;

namespace {
class LoopToKernel {
public:
  LoopToKernel(scf::ForOp loop, SymbolicViews &views, ArgumentAlias alias)
      : loop(loop), views(views), alias(alias) {}

  /// Why its iterations cannot be one kernel; empty if they can.
  std::string findObstacle();
  void rewrite();

private:
  std::string findObstacle(Operation &op);
  std::string findObstacleToChecks();
  bool readsWhatItWrites();
  bool writesToCaller();
  Value findFirstToFail();
  void separateChecks();
  Value emitThreads(OpBuilder &builder, Value count);

  scf::ForOp loop;
  SymbolicViews &views;
  ArgumentAlias alias;
  SmallVector<Operation *> kernels;
  SmallVector<LoadOp> loads;
  SmallVector<AssertOp> checks;
};
} // namespace

//===----------------------------------------------------------------------===//
// Obstacles
//===----------------------------------------------------------------------===//

std::string LoopToKernel::findObstacle(Operation &op) {
  if (isa<GroupOp, PackOp>(op)) {
    kernels.push_back(&op);
    return "";
  }
  if (auto load = dyn_cast<LoadOp>(op)) {
    loads.push_back(load);
    return "";
  }
  if (auto check = dyn_cast<AssertOp>(op)) {
    checks.push_back(check);
    return "";
  }
  if (isa<AllocOp>(op))
    return "an iteration has a temporary in memory";
  if (isMemoryEffectFree(&op) || op.hasTrait<OpTrait::IsTerminator>())
    return "";
  return op.getNumRegions() ? "there is a loop or a branch in it"
                            : "it holds an operation that is no kernel";
}

/// The host reads all that checks and kernels need of a loop before the first
/// iteration has run.
bool LoopToKernel::readsWhatItWrites() {
  for (Operation *kernel : kernels)
    for (const GraphAccess &access : collectAccesses(kernel))
      for (LoadOp load : loads) {
        Value read = getRoot(load.getRef()), written = getRoot(access.ref);
        if (access.isWrite() &&
            (read == written || mayShareStorage(read, written, alias)))
          return true;
      }
  return false;
}

/// Where a check fails, the caller sees what has been written to its arrays.
/// What the function has allocated nobody sees then.
bool LoopToKernel::writesToCaller() {
  for (Operation *kernel : kernels)
    for (const GraphAccess &access : collectAccesses(kernel))
      if (access.isWrite() && !getRoot(access.ref).getDefiningOp<AllocOp>())
        return true;
  return false;
}

std::string LoopToKernel::findObstacleToChecks() {
  bool isBehind = llvm::any_of(checks, [&](AssertOp check) {
    return kernels.front()->isBeforeInBlock(check);
  });
  if (isBehind && writesToCaller())
    return "a check may fail after its iteration has written to the caller's "
           "array";
  return "";
}

std::string LoopToKernel::findObstacle() {
  for (Operation &op : *loop.getBody())
    if (std::string obstacle = findObstacle(op); !obstacle.empty())
      return obstacle;
  if (kernels.size() > 1)
    return "an iteration has " + std::to_string(kernels.size()) +
           " kernels, one after the other";
  IterationVerdict verdict = classifyIterations(loop, views, alias);
  if (!verdict.areIndependent)
    return verdict.reason;
  if (readsWhatItWrites())
    return "an iteration reads a number that the loop writes";
  return findObstacleToChecks();
}

//===----------------------------------------------------------------------===//
// The rewriting
//===----------------------------------------------------------------------===//

scf::ForOp elena::cloneChecks(OpBuilder &builder, scf::ForOp loop) {
  auto host = cast<scf::ForOp>(builder.clone(*loop));
  for (Operation *kernel : getKernelRoots(host))
    kernel->erase();
  return host;
}

/// Moves the ops from `first` to the end of its block to the builder, up to the
/// first check, and the others into a branch where that holds. Gives whether
/// all checks hold.
static Value moveUntilCheckFails(OpBuilder &builder, Operation *first) {
  Operation *next = first;
  while (!isa<AssertOp>(next) && !next->hasTrait<OpTrait::IsTerminator>()) {
    Operation *op = next;
    next = op->getNextNode();
    op->moveBefore(builder.getInsertionBlock(), builder.getInsertionPoint());
  }
  Location loc = next->getLoc();
  auto emitBool = [&](OpBuilder &at, bool value) {
    return arith::ConstantIntOp::create(at, loc, value, 1).getResult();
  };
  auto check = dyn_cast<AssertOp>(next);
  if (!check)
    return emitBool(builder, true);
  auto branch = scf::IfOp::create(builder, loc, builder.getI1Type(),
                                  check.getCondition(), /*withElse=*/true);
  OpBuilder taken = branch.getThenBodyBuilder();
  auto yield = scf::YieldOp::create(taken, loc);
  taken.setInsertionPoint(yield);
  yield->setOperands(moveUntilCheckFails(taken, check->getNextNode()));
  OpBuilder other = branch.getElseBodyBuilder();
  scf::YieldOp::create(other, loc, emitBool(other, false));
  return branch.getResult(0);
}

/// The value of the loop variable in the first iteration with a check that
/// fails, or the one behind the last iteration.
Value LoopToKernel::findFirstToFail() {
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  scf::ForOp checked = cloneChecks(builder, loop);
  Value end = loop.getUpperBound(), step = loop.getStep();
  auto search = scf::WhileOp::create(
      builder, loc, builder.getIndexType(), loop.getLowerBound(),
      [&](OpBuilder &before, Location loc, ValueRange i) {
        Value isThere = arith::CmpIOp::create(
            before, loc, arith::CmpIPredicate::slt, i[0], end);
        auto branch = scf::IfOp::create(before, loc, before.getI1Type(),
                                        isThere, /*withElse=*/true);
        OpBuilder taken = branch.getThenBodyBuilder();
        checked.getInductionVar().replaceAllUsesWith(i[0]);
        auto yield = scf::YieldOp::create(taken, loc);
        taken.setInsertionPoint(yield);
        yield->setOperands(
            moveUntilCheckFails(taken, &checked.getBody()->front()));
        OpBuilder other = branch.getElseBodyBuilder();
        Value no = arith::ConstantIntOp::create(other, loc, 0, 1);
        scf::YieldOp::create(other, loc, no);
        scf::ConditionOp::create(before, loc, branch.getResult(0), i);
      },
      [&](OpBuilder &after, Location loc, ValueRange i) {
        Value next = arith::AddIOp::create(after, loc, i[0], step);
        scf::YieldOp::create(after, loc, next);
      });
  checked.erase();
  return search.getResult(0);
}

/// All checks before the kernel. If the caller sees what it writes, the kernel
/// is made for the iterations up to the first check that fails, which then
/// fails behind it.
void LoopToKernel::separateChecks() {
  OpBuilder builder(loop);
  if (!writesToCaller()) {
    cloneChecks(builder, loop);
  } else {
    Value end = findFirstToFail();
    builder.setInsertionPointAfter(loop);
    cloneChecks(builder, loop).setLowerBound(end);
    loop.setUpperBound(end);
  }
  for (AssertOp check : checks)
    check.erase();
}

Value elena::emitIterationCount(OpBuilder &builder, scf::ForOp loop,
                                SymbolicValues &values) {
  Location loc = loop.getLoc();
  IndexArith arith(builder, loc);
  OpFoldResult span = arith.sub(loop.getUpperBound(), loop.getLowerBound());
  if (getConstantIntValue(loop.getStep()) != 1)
    span = arith::CeilDivSIOp::create(builder, loc, arith.materialize(span),
                                      loop.getStep())
               .getResult();
  bool isCount = values.facts().isNonNegative(values.get(span));
  return arith.materialize(isCount ? span : arith.max(span, arith.constant(0)));
}

/// Few iterations get many threads each, and many iterations get one block.
Value LoopToKernel::emitThreads(OpBuilder &builder, Value count) {
  Location loc = loop.getLoc();
  IndexArith arith(builder, loc);
  Value atLeastOne = arith.materialize(arith.max(count, arith.constant(1)));
  Value blocks = arith::CeilDivSIOp::create(
      builder, loc, arith.materialize(arith.constant(kBlocksOfLoop)),
      atLeastOne);
  return arith.materialize(arith.mul(blocks, arith.constant(kThreadsPerBlock)));
}

void LoopToKernel::rewrite() {
  if (!checks.empty())
    separateChecks();
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Value count = emitIterationCount(builder, loop, views.getValues());
  auto foreach =
      ForeachOp::create(builder, loc, count, emitThreads(builder, count));
  if (Attribute name = kernels.front()->getAttr("name"))
    foreach
      ->setAttr("name", name);
  Block &body = foreach.getBody().emplaceBlock();
  builder.setInsertionPointToStart(&body);
  IndexArith arith(builder, loc);
  OpFoldResult number = body.addArgument(builder.getIndexType(), loc);
  OpFoldResult index =
      arith.add(arith.mul(number, loop.getStep()), loop.getLowerBound());
  loop.getInductionVar().replaceAllUsesWith(arith.materialize(index));
  loop.getBody()->getTerminator()->erase();
  body.getOperations().splice(body.end(), loop.getBody()->getOperations());
  loop.erase();
}

namespace {
struct LoopsToKernels : elena::impl::LoopsToKernelsBase<LoopsToKernels> {
  using LoopsToKernelsBase::LoopsToKernelsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kKernelAttr))
      return;
    // From the outside in: a loop that is a kernel takes those in it along.
    SmallVector<scf::ForOp> loops;
    function->walk<WalkOrder::PreOrder>(
        [&](scf::ForOp loop) { loops.push_back(loop); });
    llvm::for_each(loops, [&](scf::ForOp loop) { visit(loop); });
    addToReport();
  }

  void visit(scf::ForOp loop) {
    if (loop->getParentOfType<ForeachOp>() || getKernelRoots(loop).empty())
      return;
    // Anew for each: a rewrite erases values that symbols stand for.
    SymbolicViews views(getOperation());
    ArgumentAlias alias = getArgumentAlias(getOperation());
    LoopToKernel independent(loop, views, alias);
    std::string obstacle = independent.findObstacle();
    if (obstacle.empty()) {
      tell(loop.getLoc(), "", "all iterations are one kernel");
      return independent.rewrite();
    }
    PlaneVerdict planes = findOwnedPlanes(loop, views, alias);
    if (planes.isLegal()) {
      tell(loop.getLoc(), "",
           "owners of planes run the iterations in order: " +
               planes.str(views.getValues()),
           countMerged(loop, planes));
      return runByOwners(loop, planes, views);
    }
    if (planes.storage)
      obstacle += "; plane by plane: " + planes.reason;
    tell(loop.getLoc(), obstacle);
  }

  /// How many kernels become one. A group leaves its pack to the others of it.
  static int64_t countMerged(scf::ForOp loop, const PlaneVerdict &planes) {
    GroupOp fill = planes.fill;
    auto pack = fill->getParentOfType<PackOp>();
    bool isAlone = !pack || llvm::hasSingleElement(
                                pack.getBody().front().getOps<GroupOp>());
    return getKernelRoots(loop).size() + isAlone;
  }

  /// Remarks, and a line in the account of fusion.
  void tell(Location loc, StringRef obstacle, const Twine &done = "",
            int64_t kernels = 1) {
    auto options = [](StringRef name) {
      return remark::RemarkOpts::name(name).category("tensorref.loops");
    };
    if (obstacle.empty())
      remark::passed(loc, options("LoopToKernel")) << done.str();
    else
      remark::missed(loc, options("LoopOfHost")) << obstacle.str();
    places.push_back(
        llvm::json::Object{{"place", elena::fusion::placeToJSON(loc)},
                           {"why", obstacle.str()},
                           {"kernels", kernels}});
  }

  void addToReport() {
    if (!report || places.empty())
      return;
    std::string text;
    llvm::raw_string_ostream(text)
        << llvm::json::Value(llvm::json::Object{{"loops", std::move(places)}});
    Builder builder(&getContext());
    SmallVector<Attribute> reports;
    if (auto before = getOperation()->getAttrOfType<ArrayAttr>(
            elena::fusion::kFusionReportAttr))
      llvm::append_range(reports, before);
    reports.push_back(builder.getStringAttr(text));
    getOperation()->setAttr(elena::fusion::kFusionReportAttr,
                            builder.getArrayAttr(reports));
  }

  llvm::json::Array places;
};
} // namespace
