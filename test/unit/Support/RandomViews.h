//===- RandomViews.h - Random views and what an op should do ----*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A random op comes with its *meaning*, stated without strides: the sizes of
// the result, and which source element each result element is. The formulas of
// ViewOps.h must agree with that.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_SUPPORT_RANDOMVIEWS_H
#define ELENA_TEST_UNIT_SUPPORT_RANDOMVIEWS_H

#include "elena/Support/ViewOps.h"

#include <functional>
#include <random>
#include <string>

namespace elena::test {

using Ints = llvm::SmallVector<int64_t>;
using IndexMap = std::function<Ints(const Ints &)>;

struct StaticSlice {
  std::optional<int64_t> start, stop;
  int64_t step;
};

/// A view op with its operands; which of them count depends on `kind`.
struct ViewOp {
  enum Kind {
    Slice,
    Select,
    NewAxis,
    Squeeze,
    Transpose,
    Broadcast,
    Flip,
    Diagonal,
    Window,
    Reshape,
    NumKinds
  };
  Kind kind;
  llvm::SmallVector<StaticSlice> slices = {};
  Ints dims = {};     // also a permutation
  Ints sizes = {};    // also windows
  int64_t number = 0; // an index, a diagonal's offset

  Ints expectedSizes = {};
  IndexMap sourceIndex = {};
};

class RandomViews {
public:
  explicit RandomViews(unsigned seed) : engine(seed) {}

  /// From low to high, both included.
  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
  /// Sizes 0 to 4, rank 0 to 3, strides and offset at will.
  StaticView view();
  /// An op that applies to a view of these sizes, or nothing (try again).
  std::optional<ViewOp> op(const Ints &sizes);

private:
  Ints distinctDims(int64_t rank, int64_t count);

  std::mt19937 engine;
};

/// Applies an op by its formula; `number` makes the policy's integer of a
/// run-time operand.
template <typename A, typename MakeT>
std::optional<ViewOf<A>> apply(A &a, const ViewOf<A> &view, const ViewOp &op,
                               MakeT number) {
  using Value = typename A::Value;
  llvm::SmallVector<Value> sizes;
  for (int64_t size : op.sizes)
    sizes.push_back(number(size));
  switch (op.kind) {
  case ViewOp::Slice: {
    llvm::SmallVector<SliceBounds<Value>> bounds;
    for (const StaticSlice &slice : op.slices) {
      SliceBounds<Value> &bound = bounds.emplace_back();
      bound.step = slice.step;
      if (slice.start)
        bound.start = number(*slice.start);
      if (slice.stop)
        bound.stop = number(*slice.stop);
    }
    return views::slice(a, view, bounds);
  }
  case ViewOp::Select:
    return views::select(a, view, op.dims[0], number(op.number));
  case ViewOp::NewAxis:
    return views::newaxis(a, view, op.dims);
  case ViewOp::Squeeze:
    return views::squeeze(a, view, op.dims);
  case ViewOp::Transpose:
    return views::transpose(a, view, op.dims);
  case ViewOp::Broadcast:
    return views::broadcast(a, view, sizes);
  case ViewOp::Flip:
    return views::flip(a, view, op.dims);
  case ViewOp::Diagonal:
    return views::diagonal(a, view, op.number, op.dims[0], op.dims[1]);
  case ViewOp::Window:
    return views::slidingWindow(a, view, sizes, op.dims);
  case ViewOp::Reshape:
    return views::reshape(a, view, sizes);
  case ViewOp::NumKinds:
    break;
  }
  return std::nullopt;
}

/// Calls `visit` with every index of a box, in C order.
void forEachIndex(const Ints &sizes,
                  llvm::function_ref<void(const Ints &)> visit);

std::string toString(const ViewOp &op);

} // namespace elena::test

#endif // ELENA_TEST_UNIT_SUPPORT_RANDOMVIEWS_H
