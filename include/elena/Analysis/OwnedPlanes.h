//===- OwnedPlanes.h - Does each iteration stay in a plane? -----*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Iterations that write the same cells keep their order. For
//
//   heat = np.zeros((C, H, W))
//   for i in range(n):
//     view = heat[labels[i], top:bottom, left:right]   # whatever i makes them
//     np.maximum(view, i, out=view)
//
// it is enough that those of one plane keep it: iteration i touches nothing of
// `heat` outside of plane labels[i]. So the owner of planes l to h can make
// their zeros and then run, in order, those iterations whose plane is one of
// them. This is what is found out here; nothing is changed.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_OWNEDPLANES_H
#define ELENA_ANALYSIS_OWNEDPLANES_H

#include "elena/Analysis/Overlap.h"
#include "elena/Analysis/SymbolicViews.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace elena {

struct PlaneVerdict {
  /// The only storage that the loop writes and that is there before it; null if
  /// there is none, or if the function has not allocated it.
  tensorref::AllocOp storage;
  /// Which of its dimensions counts the planes.
  int64_t dimension = 0;
  /// The plane that an iteration touches, of numbers that are known there
  /// before any of its kernels runs.
  Polynomial plane;
  /// The kernel before the loop that goes through the same planes: a fused
  /// group, and the dimension of its space that counts them.
  tensorref::GroupOp fill;
  int64_t fillDimension = 0;
  /// Why owners of planes must not run the loop; empty if they may.
  std::string reason;

  bool isLegal() const { return reason.empty(); }
  /// For messages: "%6: plane s4 of dimension 0, after 'fill'".
  std::string str(SymbolicValues &values);
};

/// `views` is about the function around the loop. Storages that an iteration
/// allocates are its own. What is found out may hold only if the checks of an
/// iteration do; afterwards `views` takes that for granted, too. With
/// `ignoresTemporaries`: would they, if fusion left none in an iteration?
PlaneVerdict findOwnedPlanes(mlir::scf::ForOp loop, SymbolicViews &views,
                             ArgumentAlias alias,
                             bool ignoresTemporaries = false);

} // namespace elena

#endif // ELENA_ANALYSIS_OWNEDPLANES_H
