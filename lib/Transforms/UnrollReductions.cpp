//===- UnrollReductions.cpp - Reductions over a few elements --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reduction over a constant number of elements becomes an element-wise stage
// that reads each of them by a view of its own, and combines them in the same
// order and with the same steps as the loop would.
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/Combiner.h"
#include "elena/Dialect/TensorRef/IR/ViewComposition.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"

namespace elena {
#define GEN_PASS_DEF_UNROLLREDUCTIONS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// Points that become ops of one body, …
static constexpr int64_t kMostPoints = 8;
/// … if they are at most this many.
static constexpr size_t kMostOps = 64;

namespace {
/// Index d of the box, or -1 for the dimensions that are left.
using ReducedPoint = SmallVector<int64_t>;

class Unroller {
public:
  Unroller(StageOp stage)
      : stage(stage), builder(stage), loc(stage.getLoc()),
        kinds(stage.getIteratorKinds()) {}

  bool canUnroll() const;
  void run();

private:
  void collectPoints();
  Value viewAt(Value input, const ReducedPoint &point);
  StageOp createStage();
  void emitBody(Block *body);
  SmallVector<Value> emitPoint(const ReducedPoint &point, ValueRange arguments);
  Value getIndex(const ReducedPoint &point, int64_t dimension);

  mutable StageOp stage;
  OpBuilder builder;
  Location loc;
  SmallVector<IteratorKind> kinds;
  /// In C order.
  SmallVector<ReducedPoint> points;
};
} // namespace

bool Unroller::canUnroll() const {
  auto group = cast<GroupOp>(stage->getParentOp());
  if (!llvm::is_contained(kinds, IteratorKind::Reduction) ||
      llvm::is_contained(kinds, IteratorKind::Scan) || group.isFused() ||
      stage.getMasked() || stage.getScatter() || stage.getSequential())
    return false;
  int64_t number = 1;
  for (int64_t d : stage.getDimensionsOf(IteratorKind::Reduction)) {
    int64_t size = stage.getStaticBox()[d];
    if (ShapedType::isDynamic(size) || size < 1 || size > kMostPoints)
      return false;
    number *= size;
    if (number > kMostPoints)
      return false;
  }
  size_t ops = 0;
  stage.getBody().walk([&](Operation *) { ++ops; });
  return number * ops <= kMostOps;
}

void Unroller::collectPoints() {
  points.assign(1, ReducedPoint(kinds.size(), -1));
  for (int64_t d : stage.getDimensionsOf(IteratorKind::Reduction)) {
    SmallVector<ReducedPoint> next;
    for (const ReducedPoint &point : points)
      for (int64_t i = 0; i < stage.getStaticBox()[d]; ++i)
        next.emplace_back(point)[d] = i;
    points = std::move(next);
  }
}

/// The elements that the stage reads where its reduced indices are these.
Value Unroller::viewAt(Value input, const ReducedPoint &point) {
  IndexArith arith(builder, loc);
  FailureOr<RootedView> rooted = composeToRoot(arith, input);
  assert(succeeded(rooted) && "verified views compose");
  SymbolicView view;
  view.offset = rooted->view.offset;
  for (auto [d, index] : llvm::enumerate(point)) {
    if (index < 0) {
      view.sizes.push_back(rooted->view.sizes[d]);
      view.strides.push_back(rooted->view.strides[d]);
      continue;
    }
    view.offset = arith.add(
        view.offset, arith.mul(arith.constant(index), rooted->view.strides[d]));
  }
  return StridedViewOp::create(builder, loc, rooted->root, view);
}

StageOp Unroller::createStage() {
  SmallVector<Value> inputs, box;
  for (const ReducedPoint &point : points)
    for (Value input : stage.getInputs())
      inputs.push_back(viewAt(input, point));
  SmallVector<int64_t> staticBox;
  SmallVector<Attribute> iterators;
  for (auto [size, kind] : llvm::zip_equal(stage.getMixedBox(), kinds)) {
    if (kind == IteratorKind::Reduction)
      continue;
    dispatchIndexOpFoldResults(size, box, staticBox);
    iterators.push_back(IteratorKindAttr::get(builder.getContext(), kind));
  }
  return StageOp::create(builder, loc, box, staticBox,
                         builder.getArrayAttr(iterators), inputs,
                         stage.getGathers(), stage.getOutputs(), ArrayAttr());
}

/// What the body of the new stage calls the index.
Value Unroller::getIndex(const ReducedPoint &point, int64_t dimension) {
  if (point[dimension] >= 0)
    return arith::ConstantIndexOp::create(builder, loc, point[dimension]);
  int64_t left = llvm::count_if(ArrayRef(point).take_front(dimension),
                                [](int64_t index) { return index < 0; });
  return IndexOp::create(builder, loc, builder.getIndexType(), left);
}

/// What the body yields there.
SmallVector<Value> Unroller::emitPoint(const ReducedPoint &point,
                                       ValueRange arguments) {
  IRMapping mapping;
  Block &body = stage.getBody().front();
  mapping.map(body.getArguments(), arguments);
  for (Operation &op : body.without_terminator()) {
    if (auto index = dyn_cast<IndexOp>(op)) {
      mapping.map(index.getResult(), getIndex(point, index.getDimension()));
      continue;
    }
    builder.clone(op, mapping)->walk([&](IndexOp index) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(index);
      index.getResult().replaceAllUsesWith(
          getIndex(point, index.getDimension()));
      index.erase();
    });
  }
  return llvm::map_to_vector(
      body.getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

void Unroller::emitBody(Block *body) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(body);
  SmallVector<SmallVector<Value>> values;
  ValueRange arguments = body->getArguments();
  size_t perPoint = stage.getInputs().size();
  for (const ReducedPoint &point : points) {
    values.push_back(emitPoint(point, arguments.take_front(perPoint)));
    arguments = arguments.drop_front(perPoint);
  }
  SmallVector<Value> results;
  for (auto [k, kind] : llvm::enumerate(stage.getCombinerKinds())) {
    Combiner combiner(kind, values.front()[k].getType());
    SmallVector<Value> state = combiner.emitInitial(builder, loc);
    for (auto [number, yielded] : llvm::enumerate(values)) {
      Value position;
      if (combiner.needsPosition())
        position = arith::ConstantIndexOp::create(builder, loc, number);
      state = combiner.emitCombine(builder, loc, state, yielded[k], position);
    }
    results.push_back(combiner.emitResult(builder, loc, state));
  }
  YieldOp::create(builder, loc, results);
}

void Unroller::run() {
  collectPoints();
  Operation *group = stage->getParentOp();
  builder.setInsertionPoint(group);
  // Views stand before the group, the stage in the place of the old one.
  StageOp unrolled = createStage();
  unrolled->moveBefore(stage);
  auto types = llvm::map_to_vector(unrolled.getInputs(), [](Value input) {
    return cast<RefType>(input.getType()).getElementType();
  });
  emitBody(builder.createBlock(&unrolled.getBody(), {}, types,
                               SmallVector<Location>(types.size(), loc)));
  stage.erase();
}

namespace {
struct UnrollReductions : elena::impl::UnrollReductionsBase<UnrollReductions> {
  using UnrollReductionsBase::UnrollReductionsBase;

  void runOnOperation() override {
    if (getOperation().isDeclaration() || getOperation()->hasAttr(kKernelAttr))
      return;
    SmallVector<StageOp> stages;
    getOperation()->walk([&](StageOp stage) { stages.push_back(stage); });
    for (StageOp stage : stages)
      if (Unroller unroller(stage); unroller.canUnroll())
        unroller.run();
  }
};
} // namespace
