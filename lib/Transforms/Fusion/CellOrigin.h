//===- CellOrigin.h - Which point of a stage wrote a cell -------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a write and a read of one storage: if the cell that point i reads was
// written by some point j, then j = point(i), and all of `necessary` is >= 0;
// if all of `necessary` is >= 0, then point(i) wrote it. With the write
// x[k + 2], k < n, and the read x[i]: point(i) = i - 2, necessary are i - 2 and
// n + 1 - i.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_FUSION_CELLORIGIN_H
#define ELENA_LIB_TRANSFORMS_FUSION_CELLORIGIN_H

#include "AccessPairs.h"

namespace elena::fusion {

struct CellOrigin {
  llvm::SmallVector<AffineForm, 4> point;
  llvm::SmallVector<AffineForm, 4> necessary;
};

/// Nothing if it is not known.
std::optional<CellOrigin> findOrigin(const FusionProgram &program,
                                     unsigned storage,
                                     const AccessRegion &write,
                                     const AccessRegion &read);

/// The form as offset + step * (number of the point in C order), if it is one.
std::optional<AffineForm> linearize(const SymbolFacts &facts,
                                    const AffineForm &form,
                                    llvm::ArrayRef<Polynomial> box);

/// Forms over a box of which neighbouring dimensions are joined wherever all of
/// the forms go through them in equal steps: 6*i + 2*j over [n, 3] is 2*k over
/// [3*n]. Those that are `apart` stay so.
struct JoinedForms {
  llvm::SmallVector<AffineForm> forms;
  Polynomials sizes;
};

JoinedForms joinDimensions(const SymbolFacts &facts,
                           llvm::ArrayRef<AffineForm> forms,
                           llvm::ArrayRef<Polynomial> box,
                           const std::set<size_t> &apart = {});

/// The dimensions of the write that alone make a digit.
std::set<size_t> findOwnDigits(const FusionProgram &program, unsigned storage,
                               const AccessRegion &write,
                               const AccessRegion &read);

/// For a write that goes through its cells in equal steps, and a read within
/// them: the number of the point that wrote what is read.
std::optional<AffineForm> findPointNumber(const FusionProgram &program,
                                          unsigned storage,
                                          const AccessRegion &write,
                                          const AccessRegion &read);

/// Do the writes, taken together, reach every cell of the storage, each of them
/// once?
bool coverByCounting(const FusionProgram &program, unsigned storage,
                     llvm::ArrayRef<AccessRegion> writes);

} // namespace elena::fusion

#endif // ELENA_LIB_TRANSFORMS_FUSION_CELLORIGIN_H
