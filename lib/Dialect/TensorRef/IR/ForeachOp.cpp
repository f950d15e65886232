//===- ForeachOp.cpp - The iterations of a loop, as one kernel ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace elena::tensorref;

SmallVector<Operation *> ForeachOp::getKernels() {
  SmallVector<Operation *> kernels;
  getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<GroupOp, PackOp>(op))
      return WalkResult::advance();
    kernels.push_back(op);
    return WalkResult::skip();
  });
  return kernels;
}

bool ForeachOp::hasSeveralSteps() {
  SmallVector<Operation *> kernels = getKernels();
  bool hasStorage = getBody()
                        .walk([&](AllocOp alloc) {
                          return isa<GroupOp>(alloc->getParentOp())
                                     ? WalkResult::advance()
                                     : WalkResult::interrupt();
                        })
                        .wasInterrupted();
  return hasStorage || kernels.size() != 1 ||
         kernels.front()->getParentOp() != *this;
}

namespace {
/// What an iteration may hold.
class IterationVerifier {
public:
  explicit IterationVerifier(ForeachOp loop) : loop(loop) {}

  LogicalResult verify();

private:
  LogicalResult verify(Block &block);
  LogicalResult verify(Operation &op);
  LogicalResult addStorage(AllocOp alloc);

  ForeachOp loop;
  int64_t bytes = 0;
};
} // namespace

LogicalResult IterationVerifier::addStorage(AllocOp alloc) {
  if (!alloc.getSizes().empty())
    return alloc.emitOpError("in tensorref.foreach is storage of one "
                             "iteration, so its sizes are constant");
  auto type = cast<RefType>(alloc.getType());
  int64_t size = type.getElementBytes();
  for (int64_t extent : alloc.getStaticSizes())
    if (llvm::MulOverflow(size, extent, size))
      size = kMostBytesOfIteration + 1;
  bytes += std::min(size, kMostBytesOfIteration + 1);
  if (bytes > kMostBytesOfIteration)
    return alloc.emitOpError() << "makes the storage of an iteration larger "
                                  "than "
                               << kMostBytesOfIteration << " bytes";
  return success();
}

LogicalResult IterationVerifier::verify(Operation &op) {
  if (auto alloc = dyn_cast<AllocOp>(op))
    return addStorage(alloc);
  if (isa<GroupOp, PackOp, LoadOp>(op) || isMemoryEffectFree(&op))
    return success();
  if (!isa<scf::ForOp, scf::IfOp>(op) || op.getNumResults())
    return loop.emitOpError()
           << "holds groups, packs, storage, loads, ops without effects, and "
              "scf.for and scf.if without results, but here is a '"
           << op.getName() << "'";
  for (Region &region : op.getRegions())
    if (!region.empty() && failed(verify(region.front())))
      return failure();
  return success();
}

LogicalResult IterationVerifier::verify(Block &block) {
  for (Operation &op : block)
    if (!op.hasTrait<OpTrait::IsTerminator>() && failed(verify(op)))
      return failure();
  return success();
}

/// A number that a group writes would be another one for each thread.
static LogicalResult verifyLoads(ForeachOp loop) {
  llvm::SmallPtrSet<Value, 4> written;
  loop->walk([&](StageOp stage) {
    for (Value output : stage.getOutputs())
      written.insert(getRoot(output));
  });
  bool isWritten = loop->walk([&](LoadOp load) {
                         return written.contains(getRoot(load.getRef()))
                                    ? WalkResult::interrupt()
                                    : WalkResult::advance();
                       })
                       .wasInterrupted();
  if (isWritten)
    return loop.emitOpError("loads from a storage that its groups write");
  return success();
}

LogicalResult IterationVerifier::verify() {
  if (failed(verify(loop.getBody().front())))
    return failure();
  if (loop.getKernels().empty())
    return loop.emitOpError("holds no group or pack");
  return verifyLoads(loop);
}

LogicalResult ForeachOp::verifyRegions() {
  Block &body = getBody().front();
  if (body.getNumArguments() != 1 || !body.getArgument(0).getType().isIndex())
    return emitOpError("takes one argument, the number of the iteration, of "
                       "type index");
  return IterationVerifier(*this).verify();
}
