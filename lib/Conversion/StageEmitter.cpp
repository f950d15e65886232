//===- StageEmitter.cpp - The loops of a stage ----------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/StageEmitter.h"
#include "elena/Dialect/TensorRef/IR/Combiner.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

SmallVector<Value> elena::getParallelExtents(OpBuilder &builder,
                                             StageOp stage) {
  IndexArith arith(builder, stage.getLoc());
  SmallVector<OpFoldResult> box = stage.getMixedBox();
  return llvm::map_to_vector(stage.getParallelDimensions(), [&](int64_t dim) {
    return arith.materialize(box[dim]);
  });
}

namespace {
/// Emits one stage; `indices[d]` is the index of box dimension d, once it is
/// known.
class StageEmitter {
public:
  /// With `unrolls` loops of few points are written out: their indices are
  /// constants, and LLVM can keep what they touch in registers.
  StageEmitter(OpBuilder &builder, StageOp stage, bool unrolls)
      : builder(builder), stage(stage), loc(stage.getLoc()),
        arith(builder, loc), unrolls(unrolls), indices(stage.getBoxRank()),
        kinds(stage.getIteratorKinds()) {}

  /// All that the stage does where the box dimensions `dims` have the indices
  /// `given`.
  void emitPoint(ArrayRef<int64_t> dims, ValueRange given);

private:
  using Innermost = function_ref<SmallVector<Value>(ValueRange)>;

  /// Runs over `dims`, in C order, and carries `carried`; the innermost
  /// computes the next carried values.
  SmallVector<Value> emitLoops(ArrayRef<int64_t> dims, ValueRange carried,
                               Innermost innermost);
  SmallVector<Value> emitNest(ArrayRef<int64_t> dims, ValueRange carried,
                              Innermost innermost);
  SmallVector<Value> emitUnrolled(ArrayRef<int64_t> dims, ValueRange carried,
                                  Innermost innermost);
  bool hasFewPoints(ArrayRef<int64_t> dims);
  void emitAccumulation();
  void emitReduction(ArrayRef<int64_t> dims);
  void emitScan(int64_t dim);
  /// The values that the body yields at `indices`.
  SmallVector<Value> emitBody();
  Value answer(Operation *op);
  void emitStores(ValueRange values, ValueRange extra);
  void emitStore(Value value, Value output, ValueRange extra);
  SmallVector<Combiner> makeCombiners();
  /// The number of points of `dims` that come before this one.
  Value positionIn(ArrayRef<int64_t> dims);
  SmallVector<Value> outputIndices();

  OpBuilder &builder;
  StageOp stage;
  Location loc;
  IndexArith arith;
  bool unrolls;
  SmallVector<Value> indices;
  SmallVector<IteratorKind> kinds;
};
} // namespace

static Value memrefOf(Value ref) {
  auto from = ref.getDefiningOp<FromMemRefOp>();
  assert(from && "a kernel's refs come from memrefs");
  return from.getMemref();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Most points that are written out one by one.
static constexpr int64_t kMostUnrolled = 16;

bool StageEmitter::hasFewPoints(ArrayRef<int64_t> dims) {
  int64_t points = 1;
  for (int64_t dim : dims) {
    auto size = getConstantIntValue(stage.getMixedBox()[dim]);
    if (!size || *size > kMostUnrolled)
      return false;
    points *= *size;
    if (points > kMostUnrolled)
      return false;
  }
  return true;
}

SmallVector<Value> StageEmitter::emitLoops(ArrayRef<int64_t> dims,
                                           ValueRange carried,
                                           Innermost innermost) {
  if (unrolls && hasFewPoints(dims))
    return emitUnrolled(dims, carried, innermost);
  return emitNest(dims, carried, innermost);
}

SmallVector<Value> StageEmitter::emitUnrolled(ArrayRef<int64_t> dims,
                                              ValueRange carried,
                                              Innermost innermost) {
  if (dims.empty())
    return innermost(carried);
  SmallVector<Value> state(carried);
  int64_t size = *getConstantIntValue(stage.getMixedBox()[dims.front()]);
  for (int64_t i = 0; i < size; ++i) {
    indices[dims.front()] = arith::ConstantIndexOp::create(builder, loc, i);
    state = emitUnrolled(dims.drop_front(), state, innermost);
  }
  return state;
}

SmallVector<Value> StageEmitter::emitNest(ArrayRef<int64_t> dims,
                                          ValueRange carried,
                                          Innermost innermost) {
  if (dims.empty())
    return innermost(carried);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value extent = arith.materialize(stage.getMixedBox()[dims.front()]);
  auto loop = scf::ForOp::create(builder, loc, zero, extent, one, carried);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  indices[dims.front()] = loop.getInductionVar();
  SmallVector<Value> next =
      emitNest(dims.drop_front(), loop.getRegionIterArgs(), innermost);
  if (!carried.empty())
    scf::YieldOp::create(builder, loc, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void StageEmitter::emitPoint(ArrayRef<int64_t> dims, ValueRange given) {
  assert(dims.size() == given.size() && "one index each");
  for (auto [dim, index] : llvm::zip(dims, given))
    indices[dim] = index;
  SmallVector<int64_t> ordered = stage.getDimensionsOf(IteratorKind::Parallel);
  llvm::erase_if(ordered,
                 [&](int64_t dim) { return llvm::is_contained(dims, dim); });
  emitLoops(ordered, {}, [&](ValueRange) -> SmallVector<Value> {
    emitAccumulation();
    return {};
  });
}

void StageEmitter::emitAccumulation() {
  SmallVector<int64_t> reduced = stage.getDimensionsOf(IteratorKind::Reduction);
  SmallVector<int64_t> scanned = stage.getDimensionsOf(IteratorKind::Scan);
  if (!reduced.empty())
    return emitReduction(reduced);
  if (!scanned.empty())
    return emitScan(scanned.front());
  SmallVector<Value> yielded = emitBody();
  size_t outputs = stage.getOutputs().size();
  emitStores(ArrayRef(yielded).take_front(outputs),
             ArrayRef(yielded).drop_front(outputs));
}

//===----------------------------------------------------------------------===//
// Reductions and scans
//===----------------------------------------------------------------------===//

SmallVector<Combiner> StageEmitter::makeCombiners() {
  auto yield = cast<YieldOp>(stage.getBody().front().getTerminator());
  SmallVector<Combiner> combiners;
  for (auto [kind, value] :
       llvm::zip(stage.getCombinerKinds(), yield.getValues()))
    combiners.emplace_back(kind, value.getType());
  return combiners;
}

Value StageEmitter::positionIn(ArrayRef<int64_t> dims) {
  SmallVector<OpFoldResult> box = stage.getMixedBox();
  OpFoldResult position = arith.constant(0);
  for (int64_t dim : dims)
    position = arith.add(arith.mul(position, box[dim]), indices[dim]);
  return arith.materialize(position);
}

void StageEmitter::emitReduction(ArrayRef<int64_t> dims) {
  SmallVector<Combiner> combiners = makeCombiners();
  SmallVector<Value> state;
  SmallVector<size_t> sizes;
  for (Combiner &combiner : combiners) {
    SmallVector<Value> initial = combiner.emitInitial(builder, loc);
    sizes.push_back(initial.size());
    llvm::append_range(state, initial);
  }
  auto combine = [&](ValueRange carried) {
    SmallVector<Value> yielded = emitBody(), next;
    for (auto [k, combiner] : llvm::enumerate(combiners)) {
      Value position = combiner.needsPosition() ? positionIn(dims) : Value();
      llvm::append_range(
          next, combiner.emitCombine(builder, loc, carried.take_front(sizes[k]),
                                     yielded[k], position));
      carried = carried.drop_front(sizes[k]);
    }
    return next;
  };
  SmallVector<Value> combined = emitLoops(dims, state, combine);
  SmallVector<Value> results;
  ArrayRef<Value> rest = combined;
  for (auto [k, combiner] : llvm::enumerate(combiners)) {
    results.push_back(
        combiner.emitResult(builder, loc, rest.take_front(sizes[k])));
    rest = rest.drop_front(sizes[k]);
  }
  emitStores(results, {});
}

/// Running values are rounded at each step, as they are stored.
void StageEmitter::emitScan(int64_t dim) {
  SmallVector<Combiner> combiners = makeCombiners();
  SmallVector<Value> state;
  for (Combiner &combiner : combiners)
    state.push_back(combiner.emitIdentity(builder, loc));
  emitLoops(dim, state, [&](ValueRange carried) {
    SmallVector<Value> yielded = emitBody(), next;
    for (auto [k, combiner] : llvm::enumerate(combiners))
      next.push_back(combiner.emitStep(builder, loc, carried[k], yielded[k]));
    emitStores(next, {});
    return next;
  });
}

//===----------------------------------------------------------------------===//
// Loads, body, stores
//===----------------------------------------------------------------------===//

Value elena::emitLoad(OpBuilder &builder, Location loc, Value ref,
                      ValueRange place) {
  Value element = memref::LoadOp::create(builder, loc, memrefOf(ref), place);
  if (!cast<RefType>(ref.getType()).getElementType().isInteger(1))
    return element;
  Value zero = arith::ConstantIntOp::create(builder, loc, 0, 8);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, element,
                               zero);
}

SmallVector<Value> StageEmitter::emitBody() {
  IRMapping mapping;
  Block &body = stage.getBody().front();
  for (auto [argument, input] :
       llvm::zip(body.getArguments(), stage.getInputs()))
    mapping.map(argument, emitLoad(builder, loc, input, indices));
  // Clones still ask for indices and elements in the stage's terms.
  for (Operation &op : body.without_terminator()) {
    Operation *clone = builder.clone(op, mapping);
    SmallVector<Operation *> asking;
    clone->walk([&](Operation *nested) {
      if (isa<IndexOp, ElementOp>(nested))
        asking.push_back(nested);
    });
    for (Operation *nested : asking) {
      Value value = answer(nested);
      if (nested == clone)
        mapping.map(op.getResult(0), value);
      nested->getResult(0).replaceAllUsesWith(value);
      nested->erase();
    }
  }
  SmallVector<Value> yielded;
  for (Value value : body.getTerminator()->getOperands())
    yielded.push_back(mapping.lookupOrDefault(value));
  return yielded;
}

/// The value of a `tensorref.index` or `tensorref.element` at this point.
Value StageEmitter::answer(Operation *op) {
  if (auto index = dyn_cast<IndexOp>(op))
    return indices[index.getDimension()];
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  auto element = cast<ElementOp>(op);
  return emitLoad(builder, loc, element.getRef(), element.getIndices());
}

SmallVector<Value> StageEmitter::outputIndices() {
  SmallVector<Value> place;
  for (auto [d, kind] : llvm::enumerate(kinds))
    if (kind != IteratorKind::Reduction)
      place.push_back(indices[d]);
  return place;
}

void StageEmitter::emitStore(Value value, Value output, ValueRange extra) {
  SmallVector<Value> place = outputIndices();
  if (int64_t scattered = stage.getScatter().value_or(0)) {
    // The body computed the leading indices; the trailing ones are the box's.
    int64_t rank = cast<RefType>(output.getType()).getRank();
    SmallVector<Value> moved(extra.take_front(scattered));
    llvm::append_range(moved, ArrayRef(place).take_back(rank - scattered));
    place = std::move(moved);
  }
  if (value.getType().isInteger(1))
    value = arith::ExtUIOp::create(builder, loc, builder.getI8Type(), value);
  memref::StoreOp::create(builder, loc, value, memrefOf(output), place);
}

void StageEmitter::emitStores(ValueRange values, ValueRange extra) {
  OpBuilder::InsertionGuard guard(builder);
  if (stage.getMasked()) {
    auto branch = scf::IfOp::create(builder, loc, extra.back(),
                                    /*withElseRegion=*/false);
    builder.setInsertionPointToStart(branch.thenBlock());
  }
  for (auto [value, output] : llvm::zip(values, stage.getOutputs()))
    emitStore(value, output, extra);
}

void elena::emitStagePoint(OpBuilder &builder, StageOp stage,
                           ValueRange indices) {
  StageEmitter(builder, stage, /*unrolls=*/false)
      .emitPoint(stage.getParallelDimensions(), indices);
}

void elena::emitFusedStage(OpBuilder &builder, StageOp stage,
                           ValueRange indices) {
  StageEmitter(builder, stage, /*unrolls=*/true)
      .emitPoint(*stage.getAlong(), indices);
}
