//===- RandomAccesses.cpp - Random accesses of a storage ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomAccesses.h"
#include "elena/Support/ViewOps.h"

using namespace elena;
using namespace elena::test;

using View = StridedView<Polynomial>;
using Bounds = SliceBounds<Polynomial>;

static Polynomials toPolynomials(llvm::ArrayRef<Polynomial> values) {
  return Polynomials(values.begin(), values.end());
}

namespace {
class Maker {
public:
  Maker(AccessKind kind, bool isSymbolic, Random &random, SymbolWorld &world)
      : kind(kind), isSymbolic(isSymbolic), random(random), world(world),
        arith(world) {}

  Accesses make();

private:
  Polynomial size(int64_t most = 5);
  Polynomial bound();
  void makeStorage(Accesses &accesses);
  void makeStrided(Accesses &accesses);
  AccessRegion makeView();
  AccessRegion makeRaw();
  AccessRegion makePart();
  AccessRegion toBox(const View &view);
  AccessRegion vary(const AccessRegion &region);
  void applyRandomOp(View &view);
  void splitDimension(View &view);

  AccessKind kind;
  bool isSymbolic;
  Random &random;
  SymbolWorld &world;
  WorldArith arith;
  /// Symbols to be used again: equal sizes are where things agree.
  Polynomials sizes, bounds;
  View storage;
  /// The sizes (h, w) of the parts of a concatenation.
  std::vector<std::pair<Polynomial, Polynomial>> parts;
};
} // namespace

Polynomial Maker::size(int64_t most) {
  if (!isSymbolic || random.chance(35))
    return random.pick(random.chance(10) ? 0 : 1, most);
  if (sizes.empty() || (sizes.size() < 3 && random.chance(50))) {
    // Sizes that equalities or facts say something about.
    if (!sizes.empty() && random.chance(15))
      sizes.push_back(world.addEqualTo(
          sizes[random.pick(0, sizes.size() - 1)] * random.pick(1, 3), true));
    else
      sizes.push_back(world.addBase(true, 4));
    if (random.chance(20))
      world.assumeNonNegative(sizes.back() - 1);
  }
  Polynomial chosen = sizes[random.pick(0, sizes.size() - 1)];
  if (random.chance(25))
    return chosen * random.pick(2, 4);
  return random.chance(10) ? chosen + random.pick(-1, 2) : chosen;
}

/// Of a slice; may be negative.
Polynomial Maker::bound() {
  if (!isSymbolic || random.chance(50))
    return random.pick(-5, 5);
  if (bounds.empty() || (bounds.size() < 2 && random.chance(40)))
    bounds.push_back(world.addBase(random.chance(60)));
  return bounds[random.pick(0, bounds.size() - 1)] + random.pick(0, 1);
}

void Maker::makeStorage(Accesses &accesses) {
  Polynomials shape;
  if (kind == AccessKind::Concatenated) {
    Polynomial rows(0);
    for (int64_t k = random.pick(2, 3); k > 0; --k) {
      parts.emplace_back(size(3), size(3));
      rows = rows + parts.back().first * parts.back().second;
    }
    shape = {size(3), rows, size(3)};
  } else {
    for (int64_t rank = random.pick(1, 3); rank > 0; --rank)
      shape.push_back(size(6));
  }
  storage = views::rowMajor(arith, llvm::ArrayRef<Polynomial>(shape));
  if (kind == AccessKind::Strided)
    makeStrided(accesses);
  accesses.layout.sizes = shape;
  accesses.layout.strides.assign(storage.strides.begin(),
                                 storage.strides.end());
  accesses.layout.contiguous = kind != AccessKind::Strided;
  accesses.layout.injective = true;
}

/// Strides that are the caller's: drawn until indices are cells of their own.
void Maker::makeStrided(Accesses &accesses) {
  for (Polynomial &stride : storage.strides)
    stride = isSymbolic && random.chance(60) ? world.addBase(false, 20)
                                             : Polynomial(random.pick(-15, 15));
  View view = storage;
  world.require([view](const Sample &sample) {
    AccessRegion region{{view.offset, toPolynomials(view.strides)},
                        toPolynomials(view.sizes)};
    std::set<int64_t> cells;
    std::vector<PointAndCell> points = enumerate(region, sample);
    for (const auto &[point, cell] : points)
      cells.insert(cell);
    return cells.size() == points.size();
  });
}

/// Dimension d of n*k elements as (n, k).
void Maker::splitDimension(View &view) {
  size_t d = random.pick(0, view.getRank() - 1);
  Polynomial inner = random.pick(2, 4);
  if (isSymbolic && !sizes.empty() && random.chance(30))
    inner = sizes[random.pick(0, sizes.size() - 1)];
  std::optional<Polynomial> outer = view.sizes[d].divideExactly(inner);
  if (!outer)
    return;
  view.sizes[d] = *outer;
  view.sizes.insert(view.sizes.begin() + d + 1, inner);
  Polynomial stride = view.strides[d];
  view.strides[d] = stride * inner;
  view.strides.insert(view.strides.begin() + d + 1, stride);
}

void Maker::applyRandomOp(View &view) {
  size_t rank = view.getRank();
  if (rank == 0)
    return;
  size_t d = random.pick(0, rank - 1);
  switch (random.pick(0, 8)) {
  case 0:
  case 1:
  case 2: {
    llvm::SmallVector<Bounds> ranges(rank);
    if (random.chance(70))
      ranges[d].start = bound();
    if (random.chance(60))
      ranges[d].stop = bound();
    ranges[d].step = random.chance(50) ? 1 : random.pick(1, 4);
    if (random.chance(20))
      ranges[d].step = -ranges[d].step;
    view = views::slice<WorldArith>(arith, view, ranges);
    return;
  }
  case 3:
    view = views::select<WorldArith>(arith, view, d, bound());
    return;
  case 4:
    std::swap(view.sizes[d], view.sizes[0]);
    std::swap(view.strides[d], view.strides[0]);
    return;
  case 5:
    return splitDimension(view);
  case 6:
    if (random.chance(50)) {
      view = views::newaxis<WorldArith>(arith, view, {int64_t(d)});
      if (random.chance(50))
        view.sizes[d] = size(3); // broadcast
    }
    return;
  case 7:
    if (rank >= 2 && random.chance(40))
      view = views::diagonal<WorldArith>(arith, view, random.pick(-2, 2), 0, 1);
    return;
  default:
    if (random.chance(40)) {
      llvm::SmallVector<Polynomial, 1> window{Polynomial(random.pick(1, 3))};
      view =
          views::slidingWindow<WorldArith>(arith, view, window, {int64_t(d)});
    }
  }
}

AccessRegion Maker::toBox(const View &view) {
  AccessRegion region{{view.offset, toPolynomials(view.strides)},
                      toPolynomials(view.sizes)};
  // A dimension of the box that the access does not depend on; that of a
  // reduction is written once.
  if (random.chance(20)) {
    size_t d = random.pick(0, region.sizes.size());
    region.sizes.insert(region.sizes.begin() + d,
                        random.chance(50) ? Polynomial(1) : size(3));
    region.cell.coefficients.insert(region.cell.coefficients.begin() + d,
                                    Polynomial(0));
  }
  return region;
}

AccessRegion Maker::makeView() {
  View view = storage;
  for (int64_t ops = random.pick(0, 3); ops > 0; --ops)
    applyRandomOp(view);
  return toBox(view);
}

AccessRegion Maker::makeRaw() {
  View view{bound(), {}, {}};
  for (int64_t rank = random.pick(0, 3); rank > 0; --rank) {
    view.sizes.push_back(size());
    Polynomial stride = random.pick(-8, 8);
    if (isSymbolic && random.chance(60))
      stride = random.chance(60) ? size() : bound() * random.pick(-2, 2);
    view.strides.push_back(random.chance(15) ? stride * size() : stride);
  }
  return toBox(view);
}

/// Of one part all rows, or all of some columns w; as [h, w] or as they follow
/// each other.
AccessRegion Maker::makePart() {
  size_t chosen = random.pick(0, parts.size() - 1);
  Polynomial first(0);
  for (size_t k = 0; k < chosen; ++k)
    first = first + parts[k].first * parts[k].second;
  auto [h, w] = parts[chosen];
  const Polynomial &c = storage.sizes[2];
  AccessRegion region{{first * c, {storage.strides[0]}}, {storage.sizes[0]}};
  auto add = [&](const Polynomial &size, const Polynomial &stride) {
    region.sizes.push_back(size);
    region.cell.coefficients.push_back(stride);
  };
  if (random.chance(40)) {
    add(h * w, c);
  } else {
    add(h, w * c);
    int64_t skipped = random.chance(30) ? 1 : 0;
    region.cell.offset = region.cell.offset + c * skipped;
    add(w - skipped, c);
  }
  int64_t column = random.chance(30) ? 1 : 0;
  region.cell.offset = region.cell.offset + column;
  add(c - column, 1);
  return region;
}

/// Nearly the same access.
AccessRegion Maker::vary(const AccessRegion &region) {
  AccessRegion varied = region;
  size_t rank = region.sizes.size();
  if (random.chance(60))
    varied.cell.offset =
        varied.cell.offset + (random.chance(70) ? random.pick(-4, 4) : bound());
  if (rank > 0 && random.chance(40))
    varied.sizes[random.pick(0, rank - 1)] = size();
  if (rank > 0 && random.chance(20)) {
    size_t d = random.pick(0, rank - 1);
    varied.cell.offset = varied.cell.offset +
                         varied.cell.coefficients[d] * (varied.sizes[d] - 1);
    varied.cell.coefficients[d] = -varied.cell.coefficients[d];
  }
  if (rank > 0 && random.chance(15))
    varied.cell.coefficients[random.pick(0, rank - 1)] = random.pick(-6, 6);
  return varied;
}

Accesses Maker::make() {
  Accesses accesses;
  makeStorage(accesses);
  int64_t count = random.chance(15) ? 3 : 2;
  for (int64_t k = 0; k < count; ++k) {
    if (k > 0 && random.chance(40))
      accesses.regions.push_back(vary(accesses.regions.front()));
    else if (kind == AccessKind::Concatenated && random.chance(85))
      accesses.regions.push_back(makePart());
    else
      accesses.regions.push_back(kind == AccessKind::Raw && random.chance(80)
                                     ? makeRaw()
                                     : makeView());
  }
  return accesses;
}

Accesses elena::test::makeAccesses(AccessKind kind, bool isSymbolic,
                                   Random &random, SymbolWorld &world) {
  return Maker(kind, isSymbolic, random, world).make();
}

std::vector<PointAndCell> elena::test::enumerate(const AccessRegion &region,
                                                 const Sample &sample) {
  std::vector<PointAndCell> points{{{}, valueIn(sample, region.cell.offset)}};
  for (auto [size, coefficient] :
       llvm::zip_equal(region.sizes, region.cell.coefficients)) {
    int64_t n = valueIn(sample, size), s = valueIn(sample, coefficient);
    std::vector<PointAndCell> more;
    for (const auto &[point, cell] : points)
      for (int64_t i = 0; i < n; ++i) {
        more.push_back({point, cell + i * s});
        more.back().first.push_back(i);
      }
    points = std::move(more);
  }
  return points;
}

bool elena::test::isTooLarge(const Accesses &accesses, const Sample &sample) {
  for (const AccessRegion &region : accesses.regions) {
    int64_t count = 1;
    for (const Polynomial &size : region.sizes)
      count *= std::max<int64_t>(0, valueIn(sample, size));
    if (count > 400)
      return true;
  }
  return false;
}

std::string Accesses::str() const {
  std::string text = layout.contiguous ? "contiguous" : "strided";
  for (auto [size, stride] : llvm::zip(layout.sizes, layout.strides))
    text += " [" + size.str() + "] * " + stride.str();
  for (const AccessRegion &region : regions) {
    text += "\n  " + region.cell.offset.str();
    for (auto [size, c] : llvm::zip(region.sizes, region.cell.coefficients))
      text += " + [" + size.str() + "] * " + c.str();
  }
  return text + "\n";
}
