//===- JointForm.cpp - Accesses of one storage, digit by digit ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/JointForm.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace elena;

/// Origins that are tried besides cell 0.
static constexpr size_t kMaxOrigins = 3;

//===----------------------------------------------------------------------===//
// AffineForm
//===----------------------------------------------------------------------===//

std::optional<size_t> AffineForm::getOnlyDimension() const {
  std::optional<size_t> only;
  for (auto [d, coefficient] : llvm::enumerate(coefficients)) {
    if (coefficient.isZero())
      continue;
    if (only)
      return std::nullopt;
    only = d;
  }
  return only;
}

bool AffineForm::isConstant() const {
  return llvm::all_of(coefficients,
                      [](const Polynomial &c) { return c.isZero(); });
}

bool AffineForm::isKnown() const {
  return offset.isKnown() &&
         llvm::all_of(coefficients,
                      [](const Polynomial &c) { return c.isKnown(); });
}

AffineForm AffineForm::operator+(const AffineForm &other) const {
  AffineForm sum = *this;
  sum.offset = sum.offset + other.offset;
  for (auto [mine, its] : llvm::zip_equal(sum.coefficients, other.coefficients))
    mine = mine + its;
  return sum;
}

AffineForm AffineForm::operator*(const Polynomial &factor) const {
  AffineForm product = *this;
  product.offset = product.offset * factor;
  for (Polynomial &coefficient : product.coefficients)
    coefficient = coefficient * factor;
  return product;
}

AffineForm AffineForm::compose(llvm::ArrayRef<AffineForm> indices,
                               size_t targetRank) const {
  AffineForm result = constant(offset, targetRank);
  for (auto [index, coefficient] : llvm::zip_equal(indices, coefficients))
    if (!coefficient.isZero())
      result = result + index * coefficient;
  return result;
}

//===----------------------------------------------------------------------===//
// Choosing the radix
//===----------------------------------------------------------------------===//

/// The largest number of symbols in a term, and how many terms have it.
static std::pair<size_t, size_t> getDegree(const Polynomial &p) {
  size_t degree = 0, count = 0;
  for (const Polynomial::Term &term : p.getTerms()) {
    size_t size = term.monomial.size();
    count = size > degree ? 1 : count + (size == degree);
    degree = std::max(degree, size);
  }
  return {degree, count};
}

/// More symbols first, or more terms with as many, then larger coefficients: a
/// weight that divides another one, or is a term of it, comes after it.
static bool isHeavier(const Polynomial &a, const Polynomial &b) {
  if (getDegree(a) != getDegree(b))
    return getDegree(a) > getDegree(b);
  const Polynomial::Term &x = a.getTerms().back(), &y = b.getTerms().back();
  if (a.getTerms().size() != b.getTerms().size() && x.monomial == y.monomial)
    return a.getTerms().size() > b.getTerms().size();
  if (x.monomial.size() != y.monomial.size())
    return x.monomial.size() > y.monomial.size();
  if (x.monomial != y.monomial)
    return std::lexicographical_compare(x.monomial.begin(), x.monomial.end(),
                                        y.monomial.begin(), y.monomial.end());
  return x.coefficient > y.coefficient;
}

/// With a leading coefficient that is positive.
static Polynomial withoutSign(const Polynomial &weight) {
  return weight.getTerms().back().coefficient < 0 ? -weight : weight;
}

bool JointForm::chooseStrides(const StorageLayout &layout) {
  isChain = false;
  llvm::SmallVector<std::pair<Polynomial, Polynomial>, 4> weights;
  for (auto [size, stride] : llvm::zip_equal(layout.sizes, layout.strides)) {
    if (size.isConstant(1) || stride.isZero())
      continue;
    // Division by several terms would leave digits that are hard to read.
    if (!stride.isKnown() || stride.getTerms().size() != 1)
      return false;
    weights.push_back({stride, size});
  }
  // The heaviest first, in whatever order the dimensions are: 2*s + 3 is
  // (2, 3) for strides (s, 1) and for (1, s).
  llvm::stable_sort(weights, [](const auto &a, const auto &b) {
    return isHeavier(withoutSign(a.first), withoutSign(b.first));
  });
  for (auto &[stride, size] : weights) {
    radix.push_back(std::move(stride));
    extents.push_back(std::move(size));
  }
  return true;
}

/// Without factors that are 0 or 1. A dimension of stride d*W that is repeated
/// where d is 0 counts rows of W all the same.
static Polynomial withoutFlags(const SymbolFacts &facts, Polynomial weight) {
  Monomial factors = weight.getTerms().front().monomial;
  for (Symbol factor : factors) {
    Polynomial flag = Polynomial::symbol(factor);
    if (!facts.isNonNegative(flag) || !facts.isAtMost(flag, Polynomial(1)))
      continue;
    if (std::optional<Polynomial> rest = weight.divideExactly(flag))
      weight = std::move(*rest);
  }
  return weight;
}

bool JointForm::chooseChain() {
  Polynomials weights{Polynomial(1)};
  for (const AccessRegion &region : regions)
    for (auto [size, stride] :
         llvm::zip_equal(region.sizes, region.cell.coefficients)) {
      if (size.isConstant(1) || stride.isZero())
        continue;
      if (!stride.isKnown())
        return false;
      Polynomial weight = stride;
      if (!facts->isNonNegative(stride)) {
        weight = -stride;
        if (!facts->isNonNegative(weight))
          return false;
      }
      weight = withoutFlags(*facts, std::move(weight));
      if (!llvm::is_contained(weights, weight))
        weights.push_back(weight);
    }
  llvm::sort(weights, isHeavier);
  for (const Polynomial &weight : weights)
    if (radix.empty() || radix.back().divideExactly(weight))
      radix.push_back(weight);
  if (!radix.back().isConstant(1))
    return false;
  for (size_t k = 0; k < radix.size(); ++k)
    extents.push_back(k == 0 ? Polynomial::unknown()
                             : *radix[k - 1].divideExactly(radix[k]));
  return true;
}

//===----------------------------------------------------------------------===//
// Digits
//===----------------------------------------------------------------------===//

bool JointForm::decompose(size_t region) {
  const AccessRegion &access = regions[region];
  size_t rank = access.sizes.size();
  auto &result = digits[region];
  result.assign(radix.size(), AffineForm::constant(0, rank));
  auto split = [&](Polynomial value, auto place) {
    for (auto [k, weight] : llvm::enumerate(radix)) {
      auto [quotient, rest] = value.divide(weight);
      place(result[k]) = quotient;
      value = rest;
    }
    return value.isZero();
  };
  if (!split(facts->normalize(access.cell.offset - base),
             [](AffineForm &form) -> Polynomial & { return form.offset; }))
    return false;
  for (size_t d = 0; d < rank; ++d) {
    if (access.sizes[d].isConstant(1))
      continue;
    // Divided as a positive number: -1 is -1 units and not a borrow.
    Polynomial stride = access.cell.coefficients[d];
    bool negative = !facts->isNonNegative(stride);
    auto place = [&](AffineForm &form) -> Polynomial & {
      return form.coefficients[d];
    };
    if (!split(negative ? -stride : stride, place))
      return false;
    for (AffineForm &form : result)
      if (negative)
        form.coefficients[d] = -form.coefficients[d];
  }
  return true;
}

std::pair<Polynomial, Polynomial>
elena::getRange(const SymbolFacts &facts, const AffineForm &form,
                llvm::ArrayRef<Polynomial> sizes) {
  Polynomial least = form.offset, most = form.offset;
  for (auto [coefficient, size] : llvm::zip_equal(form.coefficients, sizes)) {
    if (coefficient.isZero())
      continue;
    Polynomial span = coefficient * (size - 1);
    if (facts.isNonNegative(coefficient))
      most = most + span;
    else if (facts.isNonNegative(-coefficient))
      least = least + span;
    else
      return {Polynomial::unknown(), Polynomial::unknown()};
  }
  return {facts.normalize(least), facts.normalize(most)};
}

std::pair<Polynomial, Polynomial> JointForm::getRange(size_t region,
                                                      size_t digit) const {
  return elena::getRange(*facts, digits[region][digit], regions[region].sizes);
}

Polynomials JointForm::givenNonEmpty(llvm::ArrayRef<size_t> of) const {
  Polynomials given;
  for (size_t region : of)
    for (const Polynomial &size : regions[region].sizes)
      if (!size.getConstant())
        given.push_back(size - 1);
  return given;
}

bool JointForm::isInRange(size_t region, size_t digit) const {
  if (isChain && digit == 0)
    return true;
  auto [least, most] = getRange(region, digit);
  Polynomials given = givenNonEmpty(region);
  return facts->isNonNegative(least, given) &&
         facts->isNonNegative(extents[digit] - 1 - most, given);
}

/// The offset may have been split at the wrong place: W - 1 is (0, W - 1) and
/// not (1, -1), and a*W + b with -a*W <= b < W - a*W is (0, a*W + b). Tries to
/// take a turn back, or what the digit above counts.
bool JointForm::borrow(size_t region, size_t digit) {
  if (!isChain || digit == 0)
    return false;
  auto &forms = digits[region];
  Polynomials turns{Polynomial(1), Polynomial(-1)};
  const Polynomial above = forms[digit - 1].offset;
  if (!above.getConstant()) {
    turns.push_back(above);
    for (const Polynomial::Term &term : above.getTerms()) {
      Polynomial turn(term.coefficient);
      for (Symbol symbol : term.monomial)
        turn = turn * Polynomial::symbol(symbol);
      turns.push_back(turn + 1);
      turns.push_back(std::move(turn));
    }
  }
  for (const Polynomial &turn : turns) {
    auto saved = forms;
    forms[digit].offset = forms[digit].offset + extents[digit] * turn;
    forms[digit - 1].offset = forms[digit - 1].offset - turn;
    if (isInRange(region, digit))
      return true;
    forms = saved;
  }
  return false;
}

size_t JointForm::findCarry(size_t region) {
  // Lower digits first: a borrow changes the digit above.
  for (size_t k = radix.size(); k-- > 0;)
    if (!isInRange(region, k) && !borrow(region, k))
      return k;
  return radix.size();
}

/// Finds digits for cells counted from `origin`, joining as few as possible.
bool JointForm::decomposeAll(const Polynomial &origin) {
  base = origin;
  for (bool again = true; again;) {
    again = false;
    for (size_t r = 0; r < regions.size() && !again; ++r) {
      if (!decompose(r))
        return false;
      size_t carry = findCarry(r);
      if (carry == radix.size())
        continue;
      if (!isChain)
        return false;
      joinDigits(carry - 1);
      again = true;
    }
  }
  return true;
}

std::optional<JointForm>
JointForm::build(const SymbolFacts &facts, const StorageLayout &layout,
                 llvm::ArrayRef<AccessRegion> regions) {
  for (const AccessRegion &region : regions)
    if (!region.cell.isKnown())
      return std::nullopt;
  std::optional<JointForm> form;
  if (!layout.contiguous && layout.injective)
    form = tryBuild(facts, regions, &layout);
  if (!form)
    form = tryBuild(facts, regions, nullptr);
  if (form)
    form->refineDigits();
  return form;
}

/// With the strides of the storage as the radix, or without.
std::optional<JointForm>
JointForm::tryBuild(const SymbolFacts &facts,
                    llvm::ArrayRef<AccessRegion> regions,
                    const StorageLayout *strided) {
  JointForm form(facts, regions);
  if (strided ? !form.chooseStrides(*strided) : !form.chooseChain())
    return std::nullopt;
  form.digits.resize(regions.size());
  JointForm best = form;
  bool found = best.decomposeAll(Polynomial(0));
  if (!form.isChain)
    return found ? std::optional(best) : std::nullopt;
  // Where all of them lie behind something else (the second part of a
  // concatenation), cells are counted from there.
  Polynomials tried{Polynomial(0)};
  for (const AccessRegion &region : regions) {
    if (found && best.radix.size() == form.radix.size())
      break;
    const Polynomial &origin = region.cell.offset;
    if (origin.getConstant() || llvm::is_contained(tried, origin) ||
        tried.size() > kMaxOrigins)
      continue;
    tried.push_back(origin);
    JointForm other = form;
    if (other.decomposeAll(origin) &&
        (!found || other.radix.size() > best.radix.size())) {
      best = std::move(other);
      found = true;
    }
  }
  return found ? std::optional(best) : std::nullopt;
}

void JointForm::joinDigits(size_t upper) {
  radix.erase(radix.begin() + upper);
  extents.erase(extents.begin() + upper);
  if (upper == 0)
    extents.front() = Polynomial::unknown();
  else
    extents[upper] = *radix[upper - 1].divideExactly(radix[upper]);
}

/// Equal cells have equal digits; so a digit can be seen as the cell of a
/// storage of its own, with weights and an origin that the others have no part
/// in.
void JointForm::refineDigits() {
  for (size_t k = 0; k < radix.size() && radix.size() > 1; ++k) {
    std::vector<AccessRegion> parts;
    bool isShared = false;
    for (auto [form, region] : llvm::zip_equal(digits, regions)) {
      parts.push_back({form[k], region.sizes});
      isShared |= !form[k].isConstant() && !form[k].getOnlyDimension();
    }
    if (!isShared)
      continue;
    if (std::optional<JointForm> inner = tryBuild(*facts, parts, nullptr))
      replaceDigit(k, *inner);
  }
}

/// The parts of one digit instead of it.
void JointForm::replaceDigit(size_t digit, const JointForm &parts) {
  const Polynomial weight = radix[digit];
  base = base + weight * parts.base;
  auto splice = [&](auto &list, auto with) {
    list.erase(list.begin() + digit);
    list.insert(list.begin() + digit, with.begin(), with.end());
  };
  Polynomials weights;
  for (const Polynomial &inner : parts.radix)
    weights.push_back(weight * inner);
  splice(radix, weights);
  splice(extents, parts.extents);
  for (auto [mine, its] : llvm::zip_equal(digits, parts.digits))
    splice(mine, its);
}

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

/// The greatest number that divides all coefficients, if they are constant.
static int64_t getStep(const AffineForm &a, const AffineForm &b) {
  int64_t step = 0;
  for (const AffineForm *form : {&a, &b})
    for (const Polynomial &coefficient : form->coefficients) {
      std::optional<int64_t> value = coefficient.getConstant();
      if (!value || *value == INT64_MIN)
        return 1;
      step = std::gcd(step, *value);
    }
  return step;
}

bool JointForm::areDisjoint(size_t a, size_t b) const {
  for (size_t region : {a, b})
    if (llvm::any_of(regions[region].sizes,
                     [](const Polynomial &size) { return size.isZero(); }))
      return true;
  Polynomials given = givenNonEmpty({a, b});
  for (size_t k = 0; k < radix.size(); ++k) {
    auto [leastA, mostA] = getRange(a, k);
    auto [leastB, mostB] = getRange(b, k);
    if (facts->isPositive(leastB - mostA, given) ||
        facts->isPositive(leastA - mostB, given))
      return true;
    int64_t step = getStep(digits[a][k], digits[b][k]);
    std::optional<int64_t> apart =
        facts->normalize(digits[a][k].offset - digits[b][k].offset)
            .getConstant();
    if (apart && step > 1 && *apart % step != 0)
      return true;
  }
  return false;
}

/// Is the digit c + s*i with s != 0? Then equal digits have equal i.
static std::optional<size_t>
getFixedDimension(const SymbolFacts &facts, const AffineForm &digit,
                  llvm::ArrayRef<Polynomial> given) {
  std::optional<size_t> d = digit.getOnlyDimension();
  if (!d)
    return std::nullopt;
  const Polynomial &step = digit.coefficients[*d];
  bool nonZero = step.getConstant() || facts.isPositive(step, given) ||
                 facts.isPositive(-step, given);
  return nonZero ? d : std::nullopt;
}

/// Where a dimension has size 1, its index is 0 and that of the other access is
/// a constant: for cells c = s*j + d that is 0 = j + (d - c)/s, and for c = d
/// it is 0 = 0 + (d - c).
void JointForm::addUnitEqualities(
    size_t a, size_t b, bool isReversed,
    llvm::SmallVectorImpl<IndexEquality> &equalities) const {
  Polynomials given = givenNonEmpty({a, b});
  auto units = [&](size_t region) {
    llvm::SmallVector<size_t, 4> found;
    for (auto [d, size] : llvm::enumerate(regions[region].sizes))
      if (size.isConstant(1))
        found.push_back(d);
    return found;
  };
  auto add = [&](size_t i, size_t j, const Polynomial &shift) {
    if (isReversed)
      equalities.push_back({j, i, -shift});
    else
      equalities.push_back({i, j, shift});
  };
  for (size_t i : units(a))
    for (size_t k = 0; k < radix.size(); ++k) {
      const AffineForm &f = digits[a][k], &g = digits[b][k];
      if (!f.isConstant())
        continue;
      Polynomial difference = facts->normalize(g.offset - f.offset);
      if (std::optional<size_t> j = getFixedDimension(*facts, g, given)) {
        if (auto shift = difference.divideExactly(g.coefficients[*j]))
          add(i, *j, *shift);
      } else if (g.isConstant() && !isReversed) {
        for (size_t unit : units(b))
          add(i, unit, difference);
      }
    }
}

llvm::SmallVector<IndexEquality, 4> JointForm::getEqualities(size_t a,
                                                             size_t b) const {
  llvm::SmallVector<IndexEquality, 4> equalities;
  Polynomials given = givenNonEmpty({a, b});
  for (size_t k = 0; k < radix.size(); ++k) {
    const AffineForm &f = digits[a][k], &g = digits[b][k];
    std::optional<size_t> i = getFixedDimension(*facts, f, given);
    std::optional<size_t> j = g.getOnlyDimension();
    if (!i || !j || !facts->areEqual(f.coefficients[*i], g.coefficients[*j]))
      continue;
    // s*i + c = s*j + d, so i = j + (d - c)/s.
    std::optional<Polynomial> shift =
        facts->normalize(g.offset - f.offset).divideExactly(f.coefficients[*i]);
    if (shift)
      equalities.push_back({*i, *j, *shift});
  }
  addUnitEqualities(a, b, /*isReversed=*/false, equalities);
  addUnitEqualities(b, a, /*isReversed=*/true, equalities);
  return equalities;
}

bool JointForm::isInjective(size_t region) const {
  size_t rank = regions[region].sizes.size();
  llvm::SmallVector<bool, 4> fixed(rank, false);
  for (const AffineForm &digit : digits[region])
    if (auto d = getFixedDimension(*facts, digit, givenNonEmpty(region)))
      fixed[*d] = true;
  for (size_t d = 0; d < rank; ++d)
    if (!fixed[d] && !regions[region].sizes[d].isConstant(1))
      return false;
  return true;
}
