//===- RandomViews.cpp - Random views and what an op should do ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomViews.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"

using namespace elena;
using namespace elena::test;

void test::forEachIndex(const Ints &sizes,
                        llvm::function_ref<void(const Ints &)> visit) {
  if (llvm::is_contained(sizes, 0))
    return;
  Ints index(sizes.size(), 0);
  for (;;) {
    visit(index);
    unsigned d = sizes.size();
    while (d > 0 && ++index[d - 1] == sizes[d - 1])
      index[--d] = 0;
    if (d == 0)
      return;
  }
}

StaticView RandomViews::view() {
  StaticView view{pick(-20, 20), {}, {}};
  for (int64_t d = pick(0, 3); d > 0; --d) {
    view.sizes.push_back(pick(0, 9) == 0 ? 0 : pick(1, 4));
    view.strides.push_back(pick(-9, 9));
  }
  if (pick(0, 1)) { // dense, so that reshapes are views
    int64_t stride = pick(1, 2);
    for (unsigned d = view.getRank(); d-- > 0;) {
      view.strides[d] = stride;
      stride *= std::max<int64_t>(view.sizes[d], 1);
    }
  }
  return view;
}

Ints RandomViews::distinctDims(int64_t rank, int64_t count) {
  Ints dims = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::shuffle(dims.begin(), dims.end(), engine);
  dims.resize(count);
  return dims;
}

/// The positions that start:stop:step visits: Python's definition, step by
/// step.
static Ints slicePositions(const StaticSlice &slice, int64_t size) {
  auto position = [&](int64_t bound) {
    if (bound < 0)
      bound += size;
    if (slice.step > 0)
      return bound < 0 ? 0 : bound > size ? size : bound;
    return bound < 0 ? -1 : bound >= size ? size - 1 : bound;
  };
  bool up = slice.step > 0;
  int64_t i = slice.start ? position(*slice.start) : up ? 0 : size - 1;
  int64_t stop = slice.stop ? position(*slice.stop) : up ? size : -1;
  Ints result;
  for (; up ? i < stop : i > stop; i += slice.step)
    result.push_back(i);
  return result;
}

static int64_t positionInCOrder(const Ints &index, const Ints &sizes) {
  int64_t position = 0;
  for (auto [i, size] : llvm::zip_equal(index, sizes))
    position = position * size + i;
  return position;
}

static Ints indexInCOrder(int64_t position, const Ints &sizes) {
  Ints index(sizes.size());
  for (unsigned d = sizes.size(); d-- > 0;) {
    index[d] = position % sizes[d];
    position /= sizes[d];
  }
  return index;
}

std::optional<ViewOp> RandomViews::op(const Ints &sizes) {
  int64_t rank = sizes.size();
  ViewOp op{ViewOp::Kind(pick(0, ViewOp::NumKinds - 1))};
  switch (op.kind) {
  case ViewOp::Slice: {
    llvm::SmallVector<Ints> positions;
    for (int64_t size : sizes) {
      StaticSlice slice{std::nullopt, std::nullopt, pick(1, 3)};
      if (pick(0, 2) == 0)
        slice.step = -slice.step;
      if (pick(0, 2))
        slice.start = pick(-6, 6);
      if (pick(0, 2))
        slice.stop = pick(-6, 6);
      op.slices.push_back(slice);
      positions.push_back(slicePositions(slice, size));
      op.expectedSizes.push_back(positions.back().size());
    }
    op.sourceIndex = [=](Ints index) {
      for (auto [d, i] : llvm::enumerate(index))
        i = positions[d][i];
      return index;
    };
    return op;
  }
  case ViewOp::Select: {
    if (rank == 0)
      return std::nullopt;
    int64_t dim = pick(0, rank - 1), size = sizes[dim];
    if (size == 0)
      return std::nullopt;
    op.dims = {dim};
    op.number = pick(-size, size - 1);
    op.expectedSizes = sizes;
    op.expectedSizes.erase(op.expectedSizes.begin() + dim);
    int64_t position = op.number < 0 ? op.number + size : op.number;
    op.sourceIndex = [=](Ints index) {
      index.insert(index.begin() + dim, position);
      return index;
    };
    return op;
  }
  case ViewOp::NewAxis: {
    op.dims = {pick(0, rank)};
    op.expectedSizes = sizes;
    op.expectedSizes.insert(op.expectedSizes.begin() + op.dims[0], 1);
    op.sourceIndex = [dim = op.dims[0]](Ints index) {
      index.erase(index.begin() + dim);
      return index;
    };
    return op;
  }
  case ViewOp::Squeeze: {
    auto one = llvm::find(sizes, 1);
    if (one == sizes.end())
      return std::nullopt;
    int64_t dim = one - sizes.begin();
    op.dims = {dim};
    op.expectedSizes = sizes;
    op.expectedSizes.erase(op.expectedSizes.begin() + dim);
    op.sourceIndex = [dim](Ints index) {
      index.insert(index.begin() + dim, 0);
      return index;
    };
    return op;
  }
  case ViewOp::Transpose:
    op.dims = distinctDims(rank, rank);
    for (int64_t d : op.dims)
      op.expectedSizes.push_back(sizes[d]);
    op.sourceIndex = [dims = op.dims](const Ints &index) {
      Ints result(index.size());
      for (auto [i, d] : llvm::enumerate(dims))
        result[d] = index[i];
      return result;
    };
    return op;
  case ViewOp::Broadcast: {
    int64_t added = pick(0, 1);
    if (added)
      op.sizes.push_back(pick(0, 3));
    for (int64_t size : sizes)
      op.sizes.push_back(size == 1 ? pick(0, 3) : size);
    op.expectedSizes = op.sizes;
    op.sourceIndex = [=](Ints index) {
      index.erase(index.begin(), index.begin() + added);
      for (auto [d, i] : llvm::enumerate(index))
        i = sizes[d] == 1 ? 0 : i;
      return index;
    };
    return op;
  }
  case ViewOp::Flip:
    op.dims = distinctDims(rank, pick(0, rank));
    op.expectedSizes = sizes;
    op.sourceIndex = [dims = op.dims, sizes](Ints index) {
      for (int64_t d : dims)
        index[d] = sizes[d] - 1 - index[d];
      return index;
    };
    return op;
  case ViewOp::Diagonal: {
    if (rank < 2)
      return std::nullopt;
    op.dims = distinctDims(rank, 2);
    op.number = pick(-5, 5);
    int64_t first = op.dims[0], second = op.dims[1], k = op.number;
    int64_t length = 0;
    for (int64_t i = 0; i < sizes[first]; ++i)
      length += i + k >= 0 && i + k < sizes[second];
    for (int64_t d = 0; d < rank; ++d)
      if (d != first && d != second)
        op.expectedSizes.push_back(sizes[d]);
    op.expectedSizes.push_back(length);
    op.sourceIndex = [=](const Ints &index) {
      Ints result(rank);
      unsigned next = 0;
      for (int64_t d = 0; d < rank; ++d)
        if (d != first && d != second)
          result[d] = index[next++];
      int64_t i = index.back() + (k < 0 ? -k : 0);
      result[first] = i;
      result[second] = i + k;
      return result;
    };
    return op;
  }
  case ViewOp::Window: {
    if (rank == 0)
      return std::nullopt;
    int64_t dim = pick(0, rank - 1), size = pick(0, sizes[dim]);
    op.dims = {dim};
    op.sizes = {size};
    op.expectedSizes = sizes;
    op.expectedSizes[dim] -= size - 1;
    op.expectedSizes.push_back(size);
    op.sourceIndex = [dim](Ints index) {
      index[dim] += index.pop_back_val();
      return index;
    };
    return op;
  }
  case ViewOp::Reshape: {
    int64_t rest = numElements(sizes);
    if (rest == 0)
      op.sizes = {pick(0, 3), 0, pick(0, 3)};
    while (rest > 1) {
      int64_t factor = pick(1, rest);
      if (rest % factor == 0) {
        op.sizes.push_back(factor);
        rest /= factor;
      }
    }
    op.expectedSizes = op.sizes;
    op.sourceIndex = [sizes, to = op.sizes](const Ints &index) {
      return indexInCOrder(positionInCOrder(index, to), sizes);
    };
    return op;
  }
  case ViewOp::NumKinds:
    break;
  }
  return std::nullopt;
}

std::string test::toString(const ViewOp &op) {
  static const char *names[] = {"slice",     "select",    "newaxis", "squeeze",
                                "transpose", "broadcast", "flip",    "diagonal",
                                "window",    "reshape"};
  auto join = [](const Ints &values) {
    return "[" +
           llvm::join(llvm::map_range(
                          values, [](int64_t v) { return std::to_string(v); }),
                      ", ") +
           "]";
  };
  std::string text = names[op.kind];
  auto bound = [](std::optional<int64_t> b) {
    return b ? std::to_string(*b) : std::string("_");
  };
  for (const StaticSlice &slice : op.slices)
    text += " " + bound(slice.start) + ":" + bound(slice.stop) + ":" +
            std::to_string(slice.step);
  return text + " dims " + join(op.dims) + " sizes " + join(op.sizes) + " at " +
         std::to_string(op.number);
}
