//===- CellSetCells.cpp - Common cells, cell by cell ----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CellSetDetail.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace elena;
using namespace elena::cellset;

/// Cells (between the least and the greatest) that are written as bits.
static constexpr int64_t kMaxBits = 1 << 20;
/// Cells that are listed.
static constexpr int64_t kMaxListed = 1 << 16;

//===----------------------------------------------------------------------===//
// One bit a cell
//===----------------------------------------------------------------------===//

using Bits = std::vector<uint64_t>;

/// bits |= bits << shift.
static void orShifted(Bits &bits, int64_t shift) {
  size_t words = shift / 64, rest = shift % 64;
  for (size_t w = bits.size(); w-- > words;) { // reads only what is still old
    uint64_t moved = bits[w - words] << rest;
    if (rest != 0 && w > words)
      moved |= bits[w - words - 1] >> (64 - rest);
    bits[w] |= moved;
  }
}

/// The cells of `form` as bits, in units of `unit` from `base` on.
static Bits asBits(const CellForm &form, int64_t base, int64_t unit,
                   int64_t length) {
  Bits bits((length + 63) / 64);
  int64_t first = (form.min - base) / unit;
  bits[first / 64] |= uint64_t(1) << (first % 64);
  for (Dim dim : form.dims)
    for (int64_t have = 1; have < dim.size;) {
      int64_t more = std::min(have, dim.size - have); // twice as many
      orShifted(bits, more * (dim.stride / unit));
      have += more;
    }
  return bits;
}

/// How many bits both take, and how many units apart they are.
struct BitLayout {
  int64_t base, unit, length;
};

static BitLayout layoutOf(const CellForm &a, const CellForm &b) {
  int64_t base = std::min(a.min, b.min);
  int64_t unit =
      gcdOfStrides(a.dims, gcdOfStrides(b.dims, std::abs(a.min - b.min)));
  return {base, unit, (std::max(a.max, b.max) - base) / unit + 1};
}

static std::optional<int64_t> countByBits(const CellForm &a,
                                          const CellForm &b) {
  auto [base, unit, length] = layoutOf(a, b);
  if (length > kMaxBits)
    return std::nullopt;
  Bits bitsA = asBits(a, base, unit, length);
  Bits bitsB = asBits(b, base, unit, length);
  int64_t count = 0;
  for (auto [wordA, wordB] : llvm::zip_equal(bitsA, bitsB))
    count += llvm::popcount(wordA & wordB);
  return count;
}

//===----------------------------------------------------------------------===//
// A list of cells
//===----------------------------------------------------------------------===//

/// All cells, each once, increasing. Few enough that they can be listed.
static std::vector<int64_t> listCells(const CellForm &form) {
  std::vector<int64_t> cells{form.min};
  for (Dim dim : form.dims) {
    size_t before = cells.size();
    cells.reserve(before * dim.size);
    for (int64_t i = 1; i < dim.size; ++i)
      for (size_t k = 0; k < before; ++k)
        cells.push_back(cells[k] + i * dim.stride);
  }
  if (!isSuperincreasing(form.dims)) {
    llvm::sort(cells);
    cells.erase(llvm::unique(cells), cells.end());
  }
  return cells;
}

static int64_t countEqual(llvm::ArrayRef<int64_t> a,
                          llvm::ArrayRef<int64_t> b) {
  int64_t count = 0;
  while (!a.empty() && !b.empty()) {
    count += a.front() == b.front();
    bool dropA = a.front() <= b.front(), dropB = b.front() <= a.front();
    a = a.drop_front(dropA);
    b = b.drop_front(dropB);
  }
  return count;
}

static std::optional<int64_t> countByList(const CellForm &a,
                                          const CellForm &b) {
  int64_t indicesA = numIndices(a.dims), indicesB = numIndices(b.dims);
  if (indicesB < indicesA)
    return countByList(b, a);
  if (indicesA > kMaxListed)
    return std::nullopt;
  std::vector<int64_t> cells = listCells(a);
  // The sorted lists, unless most of the longer one would be for nothing.
  bool isLookupQuick = isSuperincreasing(b.dims) && indicesB / 4 > indicesA;
  if (indicesB <= kMaxListed && !isLookupQuick)
    return countEqual(cells, listCells(b));
  BoundedSum sums(b.dims);
  int64_t count = 0, work = kMaxListed * 16;
  for (int64_t cell : cells) {
    std::optional<bool> found = sums.reaches(cell - b.min, work);
    if (!found)
      return std::nullopt;
    count += *found;
  }
  return count;
}

std::optional<int64_t> cellset::countByCells(const CellForm &a,
                                             const CellForm &b) {
  int64_t fewest = std::min(numIndices(a.dims), numIndices(b.dims));
  bool listFirst = fewest <= layoutOf(a, b).length / 64;
  if (std::optional<int64_t> count =
          listFirst ? countByList(a, b) : countByBits(a, b))
    return count;
  return listFirst ? countByBits(a, b) : countByList(a, b);
}
