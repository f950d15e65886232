//===- Views.cpp - Rules of view ops --------------------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The formulas of Support/ViewOps.h with numbers.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

namespace {
/// The numbers that a view op takes.
struct ViewDetail : Detail {
  Mixed first, second, third;
};
} // namespace

using Formula = std::optional<StaticView> (*)(Machine &, const Instruction &,
                                              const ViewDetail &,
                                              const StaticView &);

template <Formula formula>
static Outcome runView(Machine &m, const Instruction &i) {
  const Ref &source = m.ref(i.operands[0]);
  auto view =
      formula(m, i, static_cast<const ViewDetail &>(*i.detail), source.view);
  if (!view)
    return m.fail(i.op, "is no view of its source");
  m.ref(i.results[0]) = {source.storage, std::move(*view)};
  return Outcome::Next;
}

static IntArith numbers;

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

static std::optional<StaticView> stridedView(Machine &m, const Instruction &,
                                             const ViewDetail &detail,
                                             const StaticView &source) {
  SmallVector<int64_t> offset = m.read(detail.first);
  return views::stridedView<IntArith>(
      numbers, source, offset[0], m.read(detail.second), m.read(detail.third));
}

static std::optional<StaticView> slice(Machine &m, const Instruction &i,
                                       const ViewDetail &detail,
                                       const StaticView &source) {
  auto op = cast<SliceOp>(i.op);
  SmallVector<int64_t> starts = m.read(detail.first);
  SmallVector<int64_t> stops = m.read(detail.second);
  SmallVector<SliceBounds<int64_t>> bounds(op.getSteps().size());
  for (auto [d, bound] : llvm::enumerate(bounds)) {
    if (op.getHasStart()[d])
      bound.start = starts[d];
    if (op.getHasStop()[d])
      bound.stop = stops[d];
    bound.step = op.getSteps()[d];
  }
  return views::slice<IntArith>(numbers, source, bounds);
}

static std::optional<StaticView> select(Machine &m, const Instruction &i,
                                        const ViewDetail &detail,
                                        const StaticView &source) {
  return views::select<IntArith>(numbers, source,
                                 cast<SelectOp>(i.op).getDimension(),
                                 m.read(detail.first)[0]);
}

static std::optional<StaticView> broadcast(Machine &m, const Instruction &,
                                           const ViewDetail &detail,
                                           const StaticView &source) {
  return views::broadcast<IntArith>(numbers, source, m.read(detail.first));
}

static std::optional<StaticView> reshape(Machine &m, const Instruction &,
                                         const ViewDetail &detail,
                                         const StaticView &source) {
  return views::reshape<IntArith>(numbers, source, m.read(detail.first));
}

static std::optional<StaticView> slidingWindow(Machine &m, const Instruction &i,
                                               const ViewDetail &detail,
                                               const StaticView &source) {
  return views::slidingWindow<IntArith>(
      numbers, source, m.read(detail.first),
      cast<SlidingWindowOp>(i.op).getDimensions());
}

static std::optional<StaticView> diagonal(Machine &, const Instruction &i,
                                          const ViewDetail &,
                                          const StaticView &source) {
  auto op = cast<DiagonalOp>(i.op);
  return views::diagonal<IntArith>(numbers, source, op.getDiagonalOffset(),
                                   op.getDimensions()[0],
                                   op.getDimensions()[1]);
}

/// The ops that name dimensions and nothing else.
template <typename OpT, auto formula>
static std::optional<StaticView> dimensions(Machine &, const Instruction &i,
                                            const ViewDetail &,
                                            const StaticView &source) {
  return formula(numbers, source, cast<OpT>(i.op).getDimensions());
}

static std::optional<StaticView> transpose(Machine &, const Instruction &i,
                                           const ViewDetail &,
                                           const StaticView &source) {
  return views::transpose<IntArith>(numbers, source,
                                    cast<TransposeOp>(i.op).getPermutation());
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

template <typename OpT, auto fill>
static LogicalResult prepare(Translator &translator, Instruction &i) {
  auto detail = std::make_unique<ViewDetail>();
  fill(translator, cast<OpT>(i.op), *detail);
  i.detail = std::move(detail);
  return success();
}

static LogicalResult prepareNothing(Translator &, Instruction &i) {
  i.detail = std::make_unique<ViewDetail>();
  return success();
}

static void fillStrided(Translator &t, StridedViewOp op, ViewDetail &detail) {
  detail.first = t.mixed(op.getStaticOffset(), op.getOffset());
  detail.second = t.mixed(op.getStaticSizes(), op.getSizes());
  detail.third = t.mixed(op.getStaticStrides(), op.getStrides());
}

static void fillSlice(Translator &t, SliceOp op, ViewDetail &detail) {
  detail.first = t.mixed(op.getStaticStarts(), op.getStarts());
  detail.second = t.mixed(op.getStaticStops(), op.getStops());
}

static void fillSelect(Translator &t, SelectOp op, ViewDetail &detail) {
  detail.first = t.mixed(op.getStaticIndex(), op.getIndex());
}

static void fillWindow(Translator &t, SlidingWindowOp op, ViewDetail &detail) {
  detail.first = t.mixed(op.getStaticWindow(), op.getWindow());
}

template <typename OpT>
static void fillSizes(Translator &t, OpT op, ViewDetail &detail) {
  detail.first = t.mixed(op.getStaticSizes(), op.getSizes());
}

void interpreter::addViewRules(RuleTable &table) {
  table["tensorref.strided_view"] = {runView<stridedView>,
                                     prepare<StridedViewOp, fillStrided>};
  table["tensorref.slice"] = {runView<slice>, prepare<SliceOp, fillSlice>};
  table["tensorref.select"] = {runView<select>, prepare<SelectOp, fillSelect>};
  table["tensorref.broadcast"] = {runView<broadcast>,
                                  prepare<BroadcastOp, fillSizes<BroadcastOp>>};
  table["tensorref.reshape"] = {runView<reshape>,
                                prepare<ReshapeOp, fillSizes<ReshapeOp>>};
  table["tensorref.sliding_window"] = {runView<slidingWindow>,
                                       prepare<SlidingWindowOp, fillWindow>};
  table["tensorref.diagonal"] = {runView<diagonal>, prepareNothing};
  table["tensorref.newaxis"] = {
      runView<dimensions<NewAxisOp, views::newaxis<IntArith>>>, prepareNothing};
  table["tensorref.squeeze"] = {
      runView<dimensions<SqueezeOp, views::squeeze<IntArith>>>, prepareNothing};
  table["tensorref.flip"] = {runView<dimensions<FlipOp, views::flip<IntArith>>>,
                             prepareNothing};
  table["tensorref.transpose"] = {runView<transpose>, prepareNothing};
}
