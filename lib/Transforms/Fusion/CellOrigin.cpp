//===- CellOrigin.cpp - Which point of a stage wrote a cell ---------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CellOrigin.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

/// form / divisor, if it divides all of it.
static std::optional<AffineForm> divide(const SymbolFacts &facts,
                                        AffineForm form,
                                        const Polynomial &divisor,
                                        ArrayRef<Polynomial> given) {
  if (!divisor.getConstant() && !facts.isPositive(divisor, given) &&
      !facts.isPositive(-divisor, given))
    return std::nullopt;
  auto divideOne = [&](Polynomial &value) {
    auto quotient = facts.normalize(value).divideExactly(divisor);
    if (quotient)
      value = *quotient;
    return quotient.has_value();
  };
  if (!divideOne(form.offset) || !llvm::all_of(form.coefficients, divideOne))
    return std::nullopt;
  return form;
}

/// What holds where a cell is read: the reader has a point, and the storage a
/// cell. Its sizes make the steps through it, which then are not 0.
static Polynomials getKnownAtRead(const StorageLayout &layout,
                                  const AccessRegion &read) {
  Polynomials given = getNonEmpty(read.sizes);
  if (layout.contiguous)
    llvm::append_range(given, getNonEmpty(layout.sizes));
  return given;
}

std::optional<CellOrigin>
elena::fusion::findOrigin(const FusionProgram &program, unsigned storage,
                          const AccessRegion &write, const AccessRegion &read) {
  const SymbolFacts &facts = program.facts();
  std::array<AccessRegion, 2> regions{write, read};
  std::optional<JointForm> form =
      JointForm::build(facts, program.storages[storage].layout, regions);
  if (!form)
    return std::nullopt;
  Polynomials given = getKnownAtRead(program.storages[storage].layout, read);
  size_t rank = read.sizes.size();
  CellOrigin origin;
  origin.point.assign(write.sizes.size(), AffineForm::constant(0, rank));
  SmallVector<bool> isFound(write.sizes.size());
  for (auto [d, size] : llvm::enumerate(write.sizes))
    isFound[d] = size.isConstant(1);
  for (auto [written, digit] :
       llvm::zip_equal(form->getDigits(0), form->getDigits(1))) {
    AffineForm rest = digit + AffineForm::constant(-written.offset, rank);
    if (written.isConstant()) {
      origin.necessary.push_back(rest);
      origin.necessary.push_back(rest * Polynomial(-1));
      continue;
    }
    std::optional<size_t> d = written.getOnlyDimension();
    if (!d || isFound[*d])
      return std::nullopt;
    auto index = divide(facts, rest, written.coefficients[*d], given);
    if (!index)
      return std::nullopt;
    isFound[*d] = true;
    origin.necessary.push_back(*index);
    origin.necessary.push_back(AffineForm::constant(write.sizes[*d] - 1, rank) +
                               *index * Polynomial(-1));
    origin.point[*d] = std::move(*index);
  }
  if (llvm::is_contained(isFound, false))
    return std::nullopt;
  return origin;
}

std::optional<AffineForm> elena::fusion::linearize(const SymbolFacts &facts,
                                                   const AffineForm &form,
                                                   ArrayRef<Polynomial> box) {
  // The last dimension that moves gives the step; those above have to step by
  // all points below them.
  Polynomial step(0), below(1);
  bool isFirst = true;
  for (size_t d = box.size(); d-- > 0;) {
    if (box[d].isConstant(1))
      continue;
    if (std::exchange(isFirst, false))
      step = form.coefficients[d];
    else if (!facts.areEqual(form.coefficients[d], step * below))
      return std::nullopt;
    below = below * box[d];
  }
  return AffineForm{form.offset, {step}};
}

JoinedForms elena::fusion::joinDimensions(const SymbolFacts &facts,
                                          ArrayRef<AffineForm> forms,
                                          ArrayRef<Polynomial> box,
                                          const std::set<size_t> &apart) {
  JoinedForms joined;
  bool isAfterApart = false;
  for (const AffineForm &form : forms)
    joined.forms.push_back({form.offset, {}});
  for (auto [d, size] : llvm::enumerate(box)) {
    if (size.isConstant(1))
      continue;
    // The dimension above has to step by all of this one.
    bool isApart = apart.count(d) > 0;
    bool isNew =
        std::exchange(isAfterApart, isApart) || isApart || joined.sizes.empty();
    for (auto [form, result] : llvm::zip_equal(forms, joined.forms))
      isNew = isNew || !facts.areEqual(result.coefficients.back(),
                                       form.coefficients[d] * size);
    if (isNew)
      joined.sizes.push_back(size);
    else
      joined.sizes.back() = joined.sizes.back() * size;
    for (auto [form, result] : llvm::zip_equal(forms, joined.forms)) {
      result.coefficients.resize(joined.sizes.size());
      result.coefficients.back() = form.coefficients[d];
    }
  }
  return joined;
}

std::set<size_t> elena::fusion::findOwnDigits(const FusionProgram &program,
                                              unsigned storage,
                                              const AccessRegion &write,
                                              const AccessRegion &read) {
  std::set<size_t> own;
  std::array<AccessRegion, 2> regions{write, read};
  if (auto form = JointForm::build(program.facts(),
                                   program.storages[storage].layout, regions))
    for (const AffineForm &digit : form->getDigits(0))
      if (auto d = digit.getOnlyDimension())
        own.insert(*d);
  return own;
}

std::optional<AffineForm>
elena::fusion::findPointNumber(const FusionProgram &program, unsigned storage,
                               const AccessRegion &write,
                               const AccessRegion &read) {
  const SymbolFacts &facts = program.facts();
  if (!program.storages[storage].layout.contiguous || !read.cell.isKnown() ||
      !write.cell.isKnown())
    return std::nullopt;
  auto cells = linearize(facts, write.cell, write.sizes);
  if (!cells || cells->coefficients.front().isZero())
    return std::nullopt;
  Polynomial points(1);
  for (const Polynomial &size : write.sizes)
    points = points * size;
  // cell = offset + step * number, forwards or backwards.
  auto number = divide(
      facts,
      read.cell + AffineForm::constant(-cells->offset, read.sizes.size()),
      cells->coefficients.front(),
      getKnownAtRead(program.storages[storage].layout, read));
  if (!number || !isWithin(facts, *number, read.sizes, 0, points - 1))
    return std::nullopt;
  return number;
}

bool elena::fusion::coverByCounting(const FusionProgram &program,
                                    unsigned storage,
                                    ArrayRef<AccessRegion> writes) {
  const StorageInfo &info = program.storages[storage];
  const SymbolFacts &facts = program.facts();
  if (!info.isAllocation)
    return false;
  Polynomial all(1), reached(0);
  for (const Polynomial &size : info.layout.sizes)
    all = all * size;
  for (auto [w, write] : llvm::enumerate(writes)) {
    Polynomial points(1);
    for (const Polynomial &size : write.sizes) {
      if (!facts.isNonNegative(size))
        return false;
      points = points * size;
    }
    reached = reached + points;
    // Each cell has one point: the one that reads it back.
    if (!findOrigin(program, storage, write, write))
      return false;
    for (const AccessRegion &other : writes.take_front(w))
      if (!areRegionsApart(program, storage, other, write))
        return false;
  }
  return facts.areEqual(all, reached);
}
