//===- JointForm.h - Accesses of one storage, digit by digit ----*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An access of a stage is an affine map from the indices of its box to cells:
// cell = offset + sum of coefficient[d] * i[d]. Several accesses of one storage
// are compared in a common mixed radix system, in which equal cells have equal
// digits. For p = zeros(N, 4*C), its stores p[:, k::4] over (n, c), and a read
// of the whole of p over (n, c, q):
//
//   access      cell                     digits for 4*C, 4, 1
//   p[:, 0::4]  4*C*n + 4*c              (n, c, 0)
//   p[:, 2::4]  4*C*n + 4*c + 2          (n, c, 2)
//   p           4*C*n + 4*c + q          (n, c, q)
//
// The stores are apart by their last digit, and where the read meets the first
// one, both are in the same n and the same c. So a question about two maps over
// many dimensions becomes one question per digit, each about one dimension.
//
// A digit below the first one has to stay in its range: 0 <= c < C. Where that
// is not proved (x[2:10] has no digits for 4 and 1: 2 + i carries) the digit is
// joined with the one above it. All numbers may be polynomials.
//
// A digit that two dimensions share is taken apart by itself: rows 5 + 4*h + w
// of a storage [B, N, C], with w < 4, are (b, h, w, c) when counted from the
// fifth row on, although N need not be a multiple of 4.
//
// Storages with strides that are only known at run time have their strides as
// the radix, if different indices of the storage's own shape name different
// cells: x[:, 2] of x with strides (s, t) is (i, 2). An access that cannot be
// written like that is tried as one of a contiguous storage: cells are
// integers, whatever the storage.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_JOINTFORM_H
#define ELENA_ANALYSIS_JOINTFORM_H

#include "elena/Analysis/CellSet.h"
#include "elena/Analysis/SymbolFacts.h"

namespace elena {

/// offset + sum of coefficients[d] * i[d] over the dimensions of a box.
struct AffineForm {
  Polynomial offset;
  Polynomials coefficients;

  static AffineForm constant(Polynomial value, size_t rank) {
    return {std::move(value), Polynomials(rank, Polynomial(0))};
  }
  static AffineForm dimension(size_t d, size_t rank) {
    AffineForm form = constant(0, rank);
    form.coefficients[d] = Polynomial(1);
    return form;
  }
  /// The only dimension that it depends on, if there is one.
  std::optional<size_t> getOnlyDimension() const;
  bool isConstant() const;
  bool isKnown() const;
  AffineForm operator+(const AffineForm &other) const;
  AffineForm operator*(const Polynomial &factor) const;
  bool operator==(const AffineForm &other) const = default;

  /// This form with index d replaced by `indices[d]`, forms over another box.
  AffineForm compose(llvm::ArrayRef<AffineForm> indices,
                     size_t targetRank) const;
};

/// The cells that one access reaches.
struct AccessRegion {
  AffineForm cell;
  Polynomials sizes;

  /// The view, if all numbers are constants.
  std::optional<StaticView> getStatic() const;
  /// Bytes for a table of regions (Polynomial::appendKey).
  void appendKey(std::string &key) const;
};

/// How a storage is laid out.
struct StorageLayout {
  /// Element k of the storage in C order is cell k.
  bool contiguous = false;
  /// Different indices within `sizes` name different cells.
  bool injective = false;
  Polynomials sizes, strides;
};

/// i = j + shift: index `first` of one box and `second` of the other, wherever
/// the two accesses meet.
struct IndexEquality {
  size_t first, second;
  Polynomial shift;
};

class JointForm {
public:
  /// Nothing if no common system is found.
  static std::optional<JointForm> build(const SymbolFacts &facts,
                                        const StorageLayout &layout,
                                        llvm::ArrayRef<AccessRegion> regions);

  size_t getNumDigits() const { return radix.size(); }
  /// The weights of the digits, largest first.
  llvm::ArrayRef<Polynomial> getRadix() const { return radix; }
  llvm::ArrayRef<AffineForm> getDigits(size_t region) const {
    return digits[region];
  }
  /// The cell whose digits are all 0: sum of digit * weight = cell - base.
  const Polynomial &getBase() const { return base; }

  /// No cell in common, whatever the symbols are.
  bool areDisjoint(size_t a, size_t b) const;
  /// What holds for all pairs of points that meet in a cell.
  llvm::SmallVector<IndexEquality, 4> getEqualities(size_t a, size_t b) const;
  /// Every cell of `b` is one of `a`, also where one of them has no cells.
  bool contains(size_t a, size_t b) const;
  /// Different points of the box reach different cells.
  bool isInjective(size_t region) const;

  /// The least and the largest value of a digit, for a box that is not empty.
  /// Unknown where a sign is not known.
  std::pair<Polynomial, Polynomial> getRange(size_t region, size_t digit) const;

private:
  JointForm(const SymbolFacts &facts, llvm::ArrayRef<AccessRegion> regions)
      : facts(&facts), regions(regions) {}

  bool decomposeAll(const Polynomial &origin);
  static std::optional<JointForm> tryBuild(const SymbolFacts &facts,
                                           llvm::ArrayRef<AccessRegion> regions,
                                           const StorageLayout *strided);
  bool chooseChain();
  bool chooseStrides(const StorageLayout &layout);
  bool fillsDigit(size_t region, size_t digit,
                  llvm::ArrayRef<Polynomial> given) const;
  bool digitContains(size_t a, size_t b, size_t digit,
                     llvm::ArrayRef<Polynomial> given) const;
  bool decompose(size_t region);
  /// The number of the first digit that leaves its range, or the number of
  /// digits.
  size_t findCarry(size_t region);
  bool isInRange(size_t region, size_t digit) const;
  bool borrow(size_t region, size_t digit);
  void joinDigits(size_t upper);
  void refineDigits();
  void replaceDigit(size_t digit, const JointForm &parts);
  void
  addUnitEqualities(size_t a, size_t b, bool isReversed,
                    llvm::SmallVectorImpl<IndexEquality> &equalities) const;
  Polynomials givenNonEmpty(llvm::ArrayRef<size_t> of) const;

  const SymbolFacts *facts;
  llvm::ArrayRef<AccessRegion> regions;
  bool isChain = true;
  Polynomial base;
  Polynomials radix;
  /// How many values each digit can take; unknown for the first of a contiguous
  /// storage, and for the first part of one that was taken apart.
  Polynomials extents;
  std::vector<llvm::SmallVector<AffineForm, 4>> digits;
};

/// The least and the largest value of a form over a box that is not empty.
std::pair<Polynomial, Polynomial> getRange(const SymbolFacts &facts,
                                           const AffineForm &form,
                                           llvm::ArrayRef<Polynomial> sizes);

/// How the cells of two accesses of one storage relate, whatever the symbols
/// are: Equal, the same cells, perhaps none; Contains, `a` has all cells of
/// `b`, and perhaps no more. Where all numbers are constants, the answer is
/// that of `relate` for views.
SetRelation relate(const SymbolFacts &facts, const StorageLayout &layout,
                   const AccessRegion &a, const AccessRegion &b);

} // namespace elena

#endif // ELENA_ANALYSIS_JOINTFORM_H
