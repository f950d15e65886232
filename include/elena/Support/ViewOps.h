//===- ViewOps.h - The formula of every view op -----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function per view op: from the source's (offset, sizes, strides) to the
// result's. Each formula exists once, as a template over the integers it
// computes with (ViewArith.h): IntArith folds, a symbolic policy builds the
// same formula:
//
//     IntArith a;
//     StaticView x = views::rowMajor(a, {4, 6});
//     StaticView y = views::select(a, x, 0, 2);   // 12, [6], [1]
//
// The functions trust their arguments (ranks agree, an index is in bounds);
// who calls them checks. docs/Dialects/TensorRef.md states them as rules.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_SUPPORT_VIEWOPS_H
#define ELENA_SUPPORT_VIEWOPS_H

#include "elena/Support/StridedView.h"
#include "elena/Support/ViewArith.h"
#include "llvm/ADT/STLExtras.h"

#include <cassert>

namespace elena {

template <typename A> using ViewOf = StridedView<typename A::Value>;
template <typename A> using ValuesOf = llvm::ArrayRef<typename A::Value>;

/// start:stop:step of one dimension. An absent bound is Python's None.
template <typename Int> struct SliceBounds {
  std::optional<Int> start;
  std::optional<Int> stop;
  int64_t step = 1;
};

/// The least and the greatest element address of a view.
template <typename Int> struct Hull {
  Int min, max;
  bool operator==(const Hull &) const = default;
};

namespace views {

/// The constants of `values`, if all of them are known.
template <ViewArith A>
std::optional<llvm::SmallVector<int64_t>> constantsOf(A &a,
                                                      ValuesOf<A> values) {
  llvm::SmallVector<int64_t> result;
  for (const typename A::Value &value : values) {
    std::optional<int64_t> c = a.getConstant(value);
    if (!c)
      return std::nullopt;
    result.push_back(*c);
  }
  return result;
}

/// The view as numbers, if all of it is known.
template <ViewArith A>
std::optional<StaticView> asStatic(A &a, const ViewOf<A> &view) {
  auto offset = a.getConstant(view.offset);
  auto sizes = constantsOf(a, ValuesOf<A>(view.sizes));
  auto strides = constantsOf(a, ValuesOf<A>(view.strides));
  if (!offset || !sizes || !strides)
    return std::nullopt;
  return StaticView{*offset, *sizes, *strides};
}

/// Constants of the policy.
template <ViewArith A>
llvm::SmallVector<typename A::Value>
asValues(A &a, llvm::ArrayRef<int64_t> constants) {
  llvm::SmallVector<typename A::Value> result;
  for (int64_t c : constants)
    result.push_back(a.constant(c));
  return result;
}

/// Strides that continue to the left of a dimension with `stride` and `size`.
/// A size known to be 0 counts as 1, as in NumPy.
template <ViewArith A>
typename A::Value strideBefore(A &a, typename A::Value stride,
                               typename A::Value size) {
  return a.getConstant(size) == 0 ? stride : a.mul(stride, size);
}

/// A fresh array in C order.
template <ViewArith A> ViewOf<A> rowMajor(A &a, ValuesOf<A> sizes) {
  ViewOf<A> result{
      a.constant(0), llvm::SmallVector<typename A::Value>(sizes), {}};
  result.strides.resize(sizes.size());
  typename A::Value stride = a.constant(1);
  for (unsigned d = sizes.size(); d-- > 0;) {
    result.strides[d] = stride;
    stride = strideBefore(a, stride, sizes[d]);
  }
  return result;
}

/// index < 0 ? index + size : index.
template <ViewArith A>
typename A::Value wrapIndex(A &a, typename A::Value index,
                            typename A::Value size) {
  if (std::optional<int64_t> c = a.getConstant(index))
    return *c < 0 ? a.add(size, index) : index;
  return a.selectLess(index, a.constant(0), a.add(index, size), index);
}

/// The first index and the number of elements that one slice takes.
template <typename Int> struct SliceRange {
  Int start, length;
};

/// Python's slice.indices(size) and len(range(...)):
///   step > 0: bounds wrap, then are clamped to [0, size];    defaults 0, size
///   step < 0: bounds wrap, then are clamped to [-1, size-1]; defaults size-1,
///   -1 length = max(0, ceil((stop - start) / step))
template <ViewArith A>
SliceRange<typename A::Value>
sliceRange(A &a, typename A::Value size,
           const SliceBounds<typename A::Value> &bounds) {
  using Value = typename A::Value;
  bool forward = bounds.step > 0;
  Value least = a.constant(forward ? 0 : -1);
  Value most = forward ? size : a.sub(size, a.constant(1));
  auto clamp = [&](std::optional<Value> bound, Value absent) -> Value {
    if (!bound)
      return absent;
    std::optional<int64_t> c = a.getConstant(*bound);
    if (c == 0 && forward)
      return least;
    Value wrapped = wrapIndex(a, *bound, size);
    if (c && *c >= 0) // does not wrap, so cannot be below `least`
      return a.min(wrapped, most);
    if (c) // wraps, so cannot be above `most`
      return a.max(wrapped, least);
    return a.min(a.max(wrapped, least), most);
  };
  Value start = clamp(bounds.start, forward ? least : most);
  Value stop = clamp(bounds.stop, forward ? most : least);
  int64_t stride = forward ? bounds.step : IntArith().sub(0, bounds.step);
  if (!bounds.start && !bounds.stop)
    return {start, a.ceilDiv(size, stride)};
  Value span = forward ? a.sub(stop, start) : a.sub(start, stop);
  // From one end, or to the other, is never negative.
  bool fromEnd = !bounds.start || (forward && a.getConstant(start) == 0);
  if (!fromEnd && bounds.stop)
    span = a.max(span, a.constant(0));
  return {start, a.ceilDiv(span, stride)};
}

/// x[start:stop:step, ...], one slice per dimension. The step is a constant and
/// neither 0 nor INT64_MIN. As in NumPy, an empty slice keeps the offset and
/// the stride (where it is known to be empty; no element tells the difference).
template <ViewArith A>
ViewOf<A> slice(A &a, const ViewOf<A> &source,
                llvm::ArrayRef<SliceBounds<typename A::Value>> bounds) {
  assert(bounds.size() == source.getRank() && "one slice per dimension");
  ViewOf<A> result = source;
  for (auto [d, bound] : llvm::enumerate(bounds)) {
    assert(bound.step != 0 && "a slice step is not zero");
    SliceRange<typename A::Value> range = sliceRange(a, source.sizes[d], bound);
    result.sizes[d] = range.length;
    if (a.getConstant(range.length) == 0)
      continue;
    result.offset = a.add(result.offset, a.mul(source.strides[d], range.start));
    result.strides[d] = a.mul(source.strides[d], a.constant(bound.step));
  }
  return result;
}

/// x[:, index]: dimension `dim` goes; -size <= index < size.
template <ViewArith A>
ViewOf<A> select(A &a, const ViewOf<A> &source, int64_t dim,
                 typename A::Value index) {
  ViewOf<A> result = source;
  index = wrapIndex(a, index, source.sizes[dim]);
  result.offset = a.add(source.offset, a.mul(source.strides[dim], index));
  result.sizes.erase(result.sizes.begin() + dim);
  result.strides.erase(result.strides.begin() + dim);
  return result;
}

/// x[None, :]: dimensions of size 1 and stride 0 at the positions `dims` of the
/// result (increasing).
template <ViewArith A>
ViewOf<A> newaxis(A &a, const ViewOf<A> &source, llvm::ArrayRef<int64_t> dims) {
  ViewOf<A> result = source;
  for (int64_t d : dims) {
    result.sizes.insert(result.sizes.begin() + d, a.constant(1));
    result.strides.insert(result.strides.begin() + d, a.constant(0));
  }
  return result;
}

/// Drops the dimensions `dims`, whose size is 1.
template <ViewArith A>
ViewOf<A> squeeze(A &, const ViewOf<A> &source, llvm::ArrayRef<int64_t> dims) {
  ViewOf<A> result{source.offset, {}, {}};
  for (unsigned d = 0; d < source.getRank(); ++d) {
    if (llvm::is_contained(dims, int64_t(d)))
      continue;
    result.sizes.push_back(source.sizes[d]);
    result.strides.push_back(source.strides[d]);
  }
  return result;
}

/// Dimension i of the result is dimension permutation[i] of the source.
template <ViewArith A>
ViewOf<A> transpose(A &, const ViewOf<A> &source,
                    llvm::ArrayRef<int64_t> permutation) {
  ViewOf<A> result{source.offset, {}, {}};
  for (int64_t d : permutation) {
    result.sizes.push_back(source.sizes[d]);
    result.strides.push_back(source.strides[d]);
  }
  return result;
}

/// Repeats the source over `sizes`, aligned at the last dimension. New
/// dimensions, and those whose source size is known to be 1, get stride 0.
template <ViewArith A>
ViewOf<A> broadcast(A &a, const ViewOf<A> &source, ValuesOf<A> sizes) {
  assert(sizes.size() >= source.getRank() && "broadcast keeps all dimensions");
  ViewOf<A> result{
      source.offset, llvm::SmallVector<typename A::Value>(sizes), {}};
  unsigned added = sizes.size() - source.getRank();
  result.strides.assign(added, a.constant(0));
  for (unsigned d = 0; d < source.getRank(); ++d) {
    bool repeats = a.getConstant(source.sizes[d]) == 1;
    result.strides.push_back(repeats ? a.constant(0) : source.strides[d]);
  }
  return result;
}

/// Reverses the dimensions `dims`: the slice ::-1.
template <ViewArith A>
ViewOf<A> flip(A &a, const ViewOf<A> &source, llvm::ArrayRef<int64_t> dims) {
  llvm::SmallVector<SliceBounds<typename A::Value>> bounds(source.getRank());
  for (int64_t d : dims)
    bounds[d].step = -1;
  return slice<A>(a, source, bounds);
}

/// numpy.diagonal: the elements [i, i + offset] (i - offset, i for offset < 0)
/// of the dimensions `dim1`, `dim2`, as a new last dimension.
template <ViewArith A>
ViewOf<A> diagonal(A &a, const ViewOf<A> &source, int64_t offset, int64_t dim1,
                   int64_t dim2) {
  using Value = typename A::Value;
  int64_t moved = offset < 0 ? dim1 : dim2;
  int64_t distance = offset < 0 ? IntArith().sub(0, offset) : offset;
  Value left = a.sub(source.sizes[moved], a.constant(distance));
  Value length = a.min(left, source.sizes[moved == dim1 ? dim2 : dim1]);
  std::optional<int64_t> known = a.getConstant(left);

  ViewOf<A> result = squeeze<A>(a, source, {dim1, dim2});
  result.sizes.push_back(distance == 0 ? length : a.max(length, a.constant(0)));
  result.strides.push_back(a.add(source.strides[dim1], source.strides[dim2]));
  if (!known || *known >= 0) // NumPy does not move a diagonal outside
    result.offset = a.add(result.offset,
                          a.mul(source.strides[moved], a.constant(distance)));
  return result;
}

/// numpy.lib.stride_tricks.sliding_window_view: dimension dims[k] keeps the
/// positions of a window of window[k] elements, which become a new last
/// dimension. A dimension may be named more than once.
template <ViewArith A>
ViewOf<A> slidingWindow(A &a, const ViewOf<A> &source, ValuesOf<A> window,
                        llvm::ArrayRef<int64_t> dims) {
  ViewOf<A> result = source;
  for (auto [size, d] : llvm::zip_equal(window, dims)) {
    result.sizes[d] = a.add(a.sub(result.sizes[d], size), a.constant(1));
    result.sizes.push_back(size);
    result.strides.push_back(source.strides[d]);
  }
  return result;
}

/// as_strided: sizes and strides at will, `offset` elements after the source's
/// element 0. The source's own sizes and strides play no part.
template <ViewArith A>
ViewOf<A> stridedView(A &a, const ViewOf<A> &source, typename A::Value offset,
                      ValuesOf<A> sizes, ValuesOf<A> strides) {
  return {a.add(source.offset, offset),
          llvm::SmallVector<typename A::Value>(sizes),
          llvm::SmallVector<typename A::Value>(strides)};
}

/// `inner` described relative to element 0 of `outer`: strided_view of
/// strided_view.
template <ViewArith A>
ViewOf<A> compose(A &a, const ViewOf<A> &outer, const ViewOf<A> &inner) {
  return stridedView<A>(a, outer, inner.offset, inner.sizes, inner.strides);
}

/// A reshape that is a view by `groups` (canMergeGroups is the caller's duty).
/// A merged dimension has the stride of its last member; it splits in C order.
template <ViewArith A>
ViewOf<A> reshapeGroups(A &a, const ViewOf<A> &source, ValuesOf<A> sizes,
                        const ReshapeGroups &groups) {
  using Value = typename A::Value;
  ViewOf<A> result{source.offset, llvm::SmallVector<Value>(sizes), {}};
  result.strides.resize(sizes.size());
  llvm::SmallVector<bool> done(sizes.size(), false);
  for (auto [from, to] : llvm::zip_equal(groups.source, groups.result)) {
    Value stride = a.constant(1);
    for (int64_t d : from)
      if (a.getConstant(source.sizes[d]) != 1 || d == from.front())
        stride = source.strides[d];
    for (int64_t d : llvm::reverse(to)) {
      result.strides[d] = stride;
      stride = strideBefore(a, stride, sizes[d]);
      done[d] = true;
    }
  }
  // Dimensions in no group have size 1: trailing ones repeat the stride to the
  // left, others continue what is to the right.
  auto grouped = llvm::find(llvm::reverse(done), true);
  unsigned last = done.rend() - grouped;
  for (unsigned d = last; d < sizes.size(); ++d)
    result.strides[d] = last ? result.strides[last - 1] : a.constant(1);
  for (unsigned d = last; d-- > 0;)
    if (!done[d])
      result.strides[d] = strideBefore(a, result.strides[d + 1], sizes[d + 1]);
  return result;
}

/// A reshape that is a view. Where everything is known it is NumPy's. Otherwise
/// `groups` say how; they may be left out where all sizes are known. Nothing if
/// the reshape is known to need a copy, or if groups are missing.
template <ViewArith A>
std::optional<ViewOf<A>>
reshape(A &a, const ViewOf<A> &source, ValuesOf<A> sizes,
        std::optional<ReshapeGroups> groups = std::nullopt) {
  auto from = constantsOf(a, ValuesOf<A>(source.sizes));
  auto to = constantsOf(a, sizes);
  auto known = asStatic(a, source);
  if (known && to) {
    std::optional<StaticView> view = reshapeAsView(*known, *to);
    if (!view)
      return std::nullopt;
    return ViewOf<A>{source.offset, llvm::SmallVector<typename A::Value>(sizes),
                     asValues(a, view->strides)};
  }
  if (!groups && from && to)
    groups = inferReshapeGroups(*from, *to);
  if (!groups)
    return std::nullopt;
  return reshapeGroups<A>(a, source, sizes, *groups);
}

/// The least and greatest address, if the view is not empty.
template <ViewArith A>
Hull<typename A::Value> hull(A &a, const ViewOf<A> &view) {
  Hull<typename A::Value> result{view.offset, view.offset};
  typename A::Value zero = a.constant(0), one = a.constant(1);
  for (auto [size, stride] : llvm::zip_equal(view.sizes, view.strides)) {
    typename A::Value span = a.mul(stride, a.sub(size, one));
    result.min = a.add(result.min, a.min(span, zero));
    result.max = a.add(result.max, a.max(span, zero));
  }
  return result;
}

} // namespace views
} // namespace elena

#endif // ELENA_SUPPORT_VIEWOPS_H
