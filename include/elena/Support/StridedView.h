//===- StridedView.h - Where the elements of a view lie ---------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A view says where its element [i, j, ...] lies in a storage:
//
//     address(i, j, ...) = offset + stride0 * i + stride1 * j + ...
//
// so it is nothing but (offset, sizes, strides), all counted in elements. A
// fresh 4x6 array `x` is (0, [4, 6], [6, 1]). From it, touching no element:
//
//     expression                 offset  sizes      strides
//     x[1:4:2]                   6       [2, 6]     [12, 1]
//     x[:, ::-1]                 5       [4, 6]     [6, -1]
//     x[2]                       12      [6]        [1]
//     x.T                        0       [6, 4]     [1, 6]
//     x[:, None]                 0       [4, 1, 6]  [6, 0, 1]
//     broadcast_to(x[0], (9,6))  0       [9, 6]     [0, 1]
//     x.reshape(4, 2, 3)         0       [4, 2, 3]  [6, 3, 1]
//     diagonal(x, 1)             1       [4]        [7]
//
// A view of a view is again a view of the storage: `x[1:4:2][1]` is offset
// 6 + 12 * 1 = 18, sizes [6], strides [1]. So any chain of view ops composes
// into *one* StridedView, by applying the functions of ViewOps.h from left to
// right. This header has the struct and the questions asked of numbers.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_SUPPORT_STRIDEDVIEW_H
#define ELENA_SUPPORT_STRIDEDVIEW_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace elena {

/// Where the elements of a view lie. Sizes are never negative.
template <typename Int> struct StridedView {
  Int offset;
  llvm::SmallVector<Int> sizes;
  llvm::SmallVector<Int> strides;

  unsigned getRank() const { return sizes.size(); }
  bool operator==(const StridedView &) const = default;
};

using StaticView = StridedView<int64_t>;

/// A reshape as groups of dimensions: the source dimensions source[k] are
/// merged into one, which is split into the result dimensions result[k].
/// Dimensions of size 1 may be left out.
struct ReshapeGroups {
  llvm::SmallVector<llvm::SmallVector<int64_t>> source;
  llvm::SmallVector<llvm::SmallVector<int64_t>> result;

  bool operator==(const ReshapeGroups &) const = default;
};

//===----------------------------------------------------------------------===//
// Questions about numbers
//===----------------------------------------------------------------------===//

int64_t numElements(llvm::ArrayRef<int64_t> sizes);

/// The address of the element at `index`.
int64_t elementAddress(const StaticView &view, llvm::ArrayRef<int64_t> index);

/// Are the elements in C order, one after the other? Dimensions of size 1 do
/// not matter, and an empty view is contiguous (NumPy's C_CONTIGUOUS).
bool isContiguous(const StaticView &view);

/// Do different indices surely lie at different addresses? Conservative:
/// false may also mean "not by the simple test" (sorted strides, each larger
/// than what the smaller ones span).
bool isInjective(const StaticView &view);

/// NumPy's reshape to `sizes`: the view, or nothing where NumPy would copy or
/// the numbers of elements differ. Strides are NumPy's, those of dimensions of
/// size 1 included.
std::optional<StaticView> reshapeAsView(const StaticView &view,
                                        llvm::ArrayRef<int64_t> sizes);

/// The finest groups that turn `from` into `to`, as NumPy pairs them: [4, 6]
/// to [2, 2, 1, 6] is [[0], [1]] into [[0, 1], [2, 3]]. Nothing if the numbers
/// of elements differ. An empty shape is one group of everything.
std::optional<ReshapeGroups> inferReshapeGroups(llvm::ArrayRef<int64_t> from,
                                                llvm::ArrayRef<int64_t> to);

/// May the source dimensions of every group be merged, so that the reshape is
/// a view? stride[k] == stride[k+1] * size[k+1] within a group; dimensions of
/// size 1 do not matter.
bool canMergeGroups(const StaticView &view, const ReshapeGroups &groups);

} // namespace elena

#endif // ELENA_SUPPORT_STRIDEDVIEW_H
