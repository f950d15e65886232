//===- StridedView.cpp - Questions about strided views --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Support/StridedView.h"

#include "elena/Support/ViewOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace elena;

int64_t elena::numElements(llvm::ArrayRef<int64_t> sizes) {
  IntArith a;
  int64_t count = 1;
  for (int64_t size : sizes)
    count = a.mul(count, size);
  return count;
}

int64_t elena::elementAddress(const StaticView &view,
                              llvm::ArrayRef<int64_t> index) {
  IntArith a;
  int64_t address = view.offset;
  for (auto [stride, i] : llvm::zip_equal(view.strides, index))
    address = a.add(address, a.mul(stride, i));
  return address;
}

bool elena::isContiguous(const StaticView &view) {
  if (llvm::is_contained(view.sizes, 0))
    return true;
  IntArith a;
  StaticView dense = views::rowMajor(a, view.sizes);
  for (unsigned d = 0; d < view.getRank(); ++d)
    if (view.sizes[d] != 1 && view.strides[d] != dense.strides[d])
      return false;
  return true;
}

bool elena::isInjective(const StaticView &view) {
  if (llvm::is_contained(view.sizes, 0))
    return true;
  llvm::SmallVector<std::pair<uint64_t, uint64_t>> dims; // |stride|, size
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides))
    if (size != 1)
      dims.emplace_back(stride < 0 ? -uint64_t(stride) : uint64_t(stride),
                        uint64_t(size));
  llvm::sort(dims);
  uint64_t span = 0; // how far the dimensions up to here reach
  for (auto [stride, size] : dims) {
    uint64_t reach;
    if (stride <= span || __builtin_mul_overflow(stride, size - 1, &reach) ||
        __builtin_add_overflow(span, reach, &span))
      return false;
  }
  return true;
}

bool elena::canMergeGroups(const StaticView &view,
                           const ReshapeGroups &groups) {
  IntArith a;
  for (const auto &group : groups.source) {
    std::optional<int64_t> outer; // the previous dimension that is not 1
    for (int64_t d : group) {
      if (view.sizes[d] == 1)
        continue;
      if (outer &&
          view.strides[*outer] != a.mul(view.strides[d], view.sizes[d]))
        return false;
      outer = d;
    }
  }
  return true;
}

std::optional<ReshapeGroups>
elena::inferReshapeGroups(llvm::ArrayRef<int64_t> from,
                          llvm::ArrayRef<int64_t> to) {
  if (numElements(from) != numElements(to))
    return std::nullopt;
  ReshapeGroups groups;
  if (llvm::is_contained(from, 0)) {
    groups.source.emplace_back(
        llvm::to_vector(llvm::seq<int64_t>(0, from.size())));
    groups.result.emplace_back(
        llvm::to_vector(llvm::seq<int64_t>(0, to.size())));
    return groups;
  }
  llvm::SmallVector<int64_t> pending; // source dimensions that are not 1
  for (unsigned d = 0; d < from.size(); ++d)
    if (from[d] != 1)
      pending.push_back(d);

  // Take one dimension from each side, then always from the smaller product.
  unsigned s = 0, r = 0;
  while (s < pending.size() && r < to.size()) {
    auto &source = groups.source.emplace_back();
    auto &result = groups.result.emplace_back();
    source.push_back(pending[s]);
    result.push_back(r);
    int64_t have = from[pending[s++]], want = to[r++];
    while (have != want) {
      if (want < have) {
        result.push_back(r);
        want *= to[r++];
      } else {
        source.push_back(pending[s]);
        have *= from[pending[s++]];
      }
    }
  }
  return groups;
}

std::optional<StaticView> elena::reshapeAsView(const StaticView &view,
                                               llvm::ArrayRef<int64_t> sizes) {
  if (llvm::ArrayRef<int64_t>(view.sizes) == sizes)
    return view;
  std::optional<ReshapeGroups> groups = inferReshapeGroups(view.sizes, sizes);
  if (!groups)
    return std::nullopt;
  IntArith a;
  if (isContiguous(view)) {
    StaticView result = views::rowMajor(a, sizes);
    result.offset = view.offset;
    return result;
  }
  if (!canMergeGroups(view, *groups))
    return std::nullopt;
  return views::reshapeGroups(a, view, sizes, *groups);
}
