//===- FormGroups.cpp - Each access op as a group of one stage ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/TypeSwitch.h"

namespace elena {
#define GEN_PASS_DEF_FORMGROUPS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// What makes a stage out of an access op, beside its body.
struct StageDescription {
  SmallVector<OpFoldResult> box;
  SmallVector<IteratorKind> iterators;
  SmallVector<Value> inputs, gathers, outputs;
  SmallVector<ReduceKind> combiners;
  bool masked = false;
  /// Number of leading dimensions of the output that the body computes.
  int64_t scatter = 0;
};

/// Replaces one access op by a group of one stage.
class GroupBuilder {
public:
  explicit GroupBuilder(Operation *op)
      : op(op), loc(op->getLoc()), builder(op), arith(builder, loc) {}

  void form() {
    TypeSwitch<Operation *>(op)
        .Case<MapOp, FillOp, CopyOp, IotaOp, FromElementsOp, ReduceOp, ScanOp,
              MaskedCopyOp, MaskedFillOp, GatherOp, ScatterOp>(
            [&](auto typed) { build(typed); });
  }

private:
  void build(MapOp map);
  void build(FillOp fill);
  void build(CopyOp copy);
  void build(IotaOp iota);
  void build(FromElementsOp fromElements);
  void build(ReduceOp reduce);
  void build(ScanOp scan);
  void build(MaskedCopyOp copy);
  void build(MaskedFillOp fill);
  void build(GatherOp gather);
  void build(ScatterOp scatter);

  SmallVector<OpFoldResult> sizesOf(ValueRange refs);
  StageDescription parallelStage(ValueRange inputs, ValueRange outputs);
  StageOp makeStage(const StageDescription &stage);
  /// Starts the body: one argument per input.
  Block *startBody(StageOp stage, ValueRange inputs);
  void yield(ValueRange values) { YieldOp::create(builder, loc, values); }
  Value linearIndex(ArrayRef<int64_t> shape);
  /// The index refs, repeated over the trailing dimensions of `box`.
  SmallVector<Value> indicesOverBox(ValueRange indices,
                                    ArrayRef<OpFoldResult> box);
  /// An index element as a non-negative index into a dimension of `size`.
  Value wrapped(Value element, Value size);

  Operation *op;
  Location loc;
  OpBuilder builder;
  IndexArith arith;
};
} // namespace

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// The sizes that refs of one shape have; a constant where any of them knows
/// it.
SmallVector<OpFoldResult> GroupBuilder::sizesOf(ValueRange refs) {
  SmallVector<OpFoldResult> sizes;
  for (Value ref : refs) {
    FailureOr<RootedView> rooted = composeToRoot(arith, ref);
    assert(succeeded(rooted) && "verified views compose");
    if (sizes.empty())
      sizes = rooted->view.sizes;
    auto type = cast<RefType>(ref.getType());
    for (auto [d, size] : llvm::enumerate(sizes)) {
      if (!type.isDynamicDim(d))
        size = arith.constant(type.getShape()[d]);
      else if (auto known = getConstantIntValue(rooted->view.sizes[d]))
        size = arith.constant(*known);
    }
  }
  return sizes;
}

StageDescription GroupBuilder::parallelStage(ValueRange inputs,
                                             ValueRange outputs) {
  StageDescription stage;
  SmallVector<Value> refs(outputs);
  llvm::append_range(refs, inputs);
  stage.box = sizesOf(refs);
  stage.iterators.assign(stage.box.size(), IteratorKind::Parallel);
  llvm::append_range(stage.inputs, inputs);
  llvm::append_range(stage.outputs, outputs);
  return stage;
}

/// Must the points run in C order, because two of them may write one cell?
static bool isSequential(ArrayRef<Value> outputs) {
  for (auto [i, output] : llvm::enumerate(outputs)) {
    if (!isInjective(output))
      return true;
    for (Value other : outputs.drop_front(i + 1))
      if (classifyOverlap(output, other, ArgumentAlias::Overlap) !=
          Overlap::Apart)
        return true;
  }
  return false;
}

StageOp GroupBuilder::makeStage(const StageDescription &stage) {
  auto group = GroupOp::create(builder, loc);
  group->setAttr("name", builder.getStringAttr(op->getName().stripDialect()));
  builder.createBlock(&group.getBody());
  SmallVector<Value> box;
  SmallVector<int64_t> staticBox;
  dispatchIndexOpFoldResults(stage.box, box, staticBox);
  MLIRContext *context = builder.getContext();
  auto iterators =
      llvm::map_to_vector(stage.iterators, [&](IteratorKind kind) -> Attribute {
        return IteratorKindAttr::get(context, kind);
      });
  auto combiners =
      llvm::map_to_vector(stage.combiners, [&](ReduceKind kind) -> Attribute {
        return ReduceKindAttr::get(context, kind);
      });
  return StageOp::create(
      builder, loc, box, staticBox, builder.getArrayAttr(iterators),
      stage.inputs, stage.gathers, stage.outputs,
      combiners.empty() ? ArrayAttr() : builder.getArrayAttr(combiners),
      stage.masked,
      stage.scatter ? builder.getI64IntegerAttr(stage.scatter) : IntegerAttr(),
      isSequential(stage.outputs));
}

Block *GroupBuilder::startBody(StageOp stage, ValueRange inputs) {
  SmallVector<Type> types;
  for (Value input : inputs)
    types.push_back(cast<RefType>(input.getType()).getElementType());
  return builder.createBlock(&stage.getBody(), {}, types,
                             SmallVector<Location>(types.size(), loc));
}

//===----------------------------------------------------------------------===//
// Element-wise ops
//===----------------------------------------------------------------------===//

void GroupBuilder::build(MapOp map) {
  StageOp stage = makeStage(parallelStage(map.getInputs(), map.getOutputs()));
  stage.getBody().takeBody(map.getBody());
}

void GroupBuilder::build(FillOp fill) {
  StageOp stage = makeStage(parallelStage({}, fill.getOutput()));
  startBody(stage, {});
  yield(fill.getValue());
}

void GroupBuilder::build(CopyOp copy) {
  StageOp stage = makeStage(parallelStage(copy.getInput(), copy.getOutput()));
  yield(startBody(stage, copy.getInput())->getArguments());
}

void GroupBuilder::build(IotaOp iota) {
  StageOp stage = makeStage(parallelStage({}, iota.getOutput()));
  startBody(stage, {});
  Type type = iota.getStart().getType();
  Value index = IndexOp::create(builder, loc, builder.getIndexType(), 0);
  if (isa<FloatType>(type)) {
    Value wide =
        arith::IndexCastOp::create(builder, loc, builder.getI64Type(), index);
    Value i = arith::SIToFPOp::create(builder, loc, type, wide);
    Value step = arith::MulFOp::create(builder, loc, i, iota.getStep());
    yield(
        arith::AddFOp::create(builder, loc, iota.getStart(), step).getResult());
    return;
  }
  Value i = arith::IndexCastOp::create(builder, loc, type, index);
  Value step = arith::MulIOp::create(builder, loc, i, iota.getStep());
  yield(arith::AddIOp::create(builder, loc, iota.getStart(), step).getResult());
}

/// The position of this point in C order.
Value GroupBuilder::linearIndex(ArrayRef<int64_t> shape) {
  OpFoldResult position = arith.constant(0);
  for (auto [d, size] : llvm::enumerate(shape)) {
    Value index = IndexOp::create(builder, loc, builder.getIndexType(), d);
    position = arith.add(arith.mul(position, arith.constant(size)), index);
  }
  return arith.materialize(position);
}

void GroupBuilder::build(FromElementsOp fromElements) {
  StageOp stage = makeStage(parallelStage({}, fromElements.getOutput()));
  startBody(stage, {});
  auto type = cast<RefType>(fromElements.getOutput().getType());
  if (fromElements.getValues().empty()) { // nothing is ever stored
    auto zero = builder.getZeroAttr(type.getElementType());
    return yield(arith::ConstantOp::create(builder, loc, zero).getResult());
  }
  Value position = linearIndex(type.getShape());
  Value chosen = fromElements.getValues().back();
  for (auto [k, value] :
       llvm::enumerate(fromElements.getValues().drop_back())) {
    Value here = arith::ConstantIndexOp::create(builder, loc, k);
    Value same = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       position, here);
    chosen = arith::SelectOp::create(builder, loc, same, value, chosen);
  }
  yield(chosen);
}

void GroupBuilder::build(MaskedCopyOp copy) {
  StageDescription stage =
      parallelStage({copy.getInput(), copy.getMask()}, copy.getOutput());
  stage.masked = true;
  StageOp made = makeStage(stage);
  yield(startBody(made, stage.inputs)->getArguments());
}

void GroupBuilder::build(MaskedFillOp fill) {
  StageDescription stage = parallelStage(fill.getMask(), fill.getOutput());
  stage.masked = true;
  StageOp made = makeStage(stage);
  Value mask = startBody(made, stage.inputs)->getArgument(0);
  yield({fill.getValue(), mask});
}

//===----------------------------------------------------------------------===//
// Reductions and scans
//===----------------------------------------------------------------------===//

void GroupBuilder::build(ReduceOp reduce) {
  StageDescription stage;
  stage.box = sizesOf(reduce.getInputs());
  stage.iterators.assign(stage.box.size(), IteratorKind::Parallel);
  for (int64_t dim : reduce.getDimensions())
    stage.iterators[dim] = IteratorKind::Reduction;
  llvm::append_range(stage.inputs, reduce.getInputs());
  llvm::append_range(stage.outputs, reduce.getOutputs());
  bool reduces = !reduce.getDimensions().empty();
  // Without a reduced dimension only arg kinds do more than a map: they give 0.
  if (reduces)
    stage.combiners = {reduce.getKind()};
  StageOp made = makeStage(stage);
  made.getBody().takeBody(reduce.getBody());
  if (reduces || !givesPosition(reduce.getKind()))
    return;
  Operation *yielded = made.getBody().front().getTerminator();
  builder.setInsertionPoint(yielded);
  yielded->setOperand(0, arith::ConstantIntOp::create(builder, loc, 0, 64));
}

void GroupBuilder::build(ScanOp scan) {
  StageDescription stage = parallelStage(scan.getInput(), scan.getOutput());
  stage.iterators[scan.getDimension()] = IteratorKind::Scan;
  stage.combiners = {scan.getKind()};
  StageOp made = makeStage(stage);
  yield(startBody(made, stage.inputs)->getArguments());
}

//===----------------------------------------------------------------------===//
// Gather and scatter
//===----------------------------------------------------------------------===//

SmallVector<Value> GroupBuilder::indicesOverBox(ValueRange indices,
                                                ArrayRef<OpFoldResult> box) {
  SmallVector<Value> repeated;
  for (Value index : indices) {
    FailureOr<RootedView> rooted = composeToRoot(arith, index);
    assert(succeeded(rooted) && "verified views compose");
    SymbolicView view = rooted->view;
    for (OpFoldResult size : box.drop_front(view.getRank())) {
      view.sizes.push_back(size);
      view.strides.push_back(arith.constant(0));
    }
    repeated.push_back(StridedViewOp::create(builder, loc, rooted->root, view));
  }
  return repeated;
}

Value GroupBuilder::wrapped(Value element, Value size) {
  Value index =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(), element);
  return arith.materialize(views::wrapIndex<IndexArith>(arith, index, size));
}

void GroupBuilder::build(GatherOp gather) {
  StageDescription stage = parallelStage({}, gather.getOutput());
  stage.inputs = indicesOverBox(gather.getIndices(), stage.box);
  stage.gathers = {gather.getSource()};
  SmallVector<OpFoldResult> sourceSizes = sizesOf(gather.getSource());
  auto sizes = llvm::map_to_vector(
      sourceSizes, [&](OpFoldResult size) { return arith.materialize(size); });
  StageOp made = makeStage(stage);
  Block *body = startBody(made, stage.inputs);
  SmallVector<Value> place;
  for (auto [element, size] : llvm::zip(body->getArguments(), sizes))
    place.push_back(wrapped(element, size));
  int64_t indexRank =
      cast<RefType>(gather.getIndices().front().getType()).getRank();
  for (int64_t d = indexRank, e = stage.box.size(); d < e; ++d)
    place.push_back(IndexOp::create(builder, loc, builder.getIndexType(), d));
  auto source = cast<RefType>(gather.getSource().getType());
  yield(ElementOp::create(builder, loc, source.getElementType(),
                          gather.getSource(), place)
            .getResult());
}

void GroupBuilder::build(ScatterOp scatter) {
  StageDescription stage = parallelStage(scatter.getInput(), {});
  stage.outputs = {scatter.getDestination()};
  stage.inputs = {scatter.getInput()};
  llvm::append_range(stage.inputs,
                     indicesOverBox(scatter.getIndices(), stage.box));
  stage.scatter = scatter.getIndices().size();
  SmallVector<OpFoldResult> sizes = sizesOf(scatter.getDestination());
  SmallVector<Value> extents;
  for (OpFoldResult size : ArrayRef(sizes).take_front(stage.scatter))
    extents.push_back(arith.materialize(size));
  StageOp made = makeStage(stage);
  Block *body = startBody(made, stage.inputs);
  SmallVector<Value> values{body->getArgument(0)};
  for (auto [element, size] :
       llvm::zip(body->getArguments().drop_front(), extents))
    values.push_back(wrapped(element, size));
  yield(values);
}

namespace {
struct FormGroups : elena::impl::FormGroupsBase<FormGroups> {
  using FormGroupsBase::FormGroupsBase;

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](AccessOpInterface op) {
      if (!isa<StageOp, ElementOp, LoadOp>(op.getOperation()))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      GroupBuilder(op).form();
      op->erase();
    }
  }
};
} // namespace
