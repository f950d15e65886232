//===- SymbolicViews.h - Refs of a function as polynomials ------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last rung of the overlap ladder: refs whose offsets, sizes and strides
// are only known at run time. For x of M by N elements and any k:
//
//   x[:k]    and x[k:]       disjoint: rows 0..h-1 and h..M-1, where h is what
//                            clamping makes of k
//   x[:, :k] and x[:, k:]    disjoint, in the same way by their columns
//   x[:, ::2] and x[:, 1::2] disjoint by their last digit if N is even
//
// The numbers are read once for each ref. What a chain of view ops computes is
// made as arith ops outside of the function, so that asking changes no IR: the
// function must not lose an op while the answers are in use.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_SYMBOLICVIEWS_H
#define ELENA_ANALYSIS_SYMBOLICVIEWS_H

#include "elena/Analysis/JointForm.h"
#include "elena/Analysis/Overlap.h"
#include "elena/Analysis/SymbolicValues.h"

namespace elena {

class SymbolicViews {
public:
  /// Reads nothing yet.
  explicit SymbolicViews(mlir::FunctionOpInterface function)
      : function(function) {}

  /// How the cells of two refs with the same root relate (JointForm.h).
  SetRelation relate(mlir::Value a, mlir::Value b);
  /// The overlap of two refs with the same root.
  Overlap classify(mlir::Value a, mlir::Value b);

  /// The cells of a ref; not known if it is no view of its root.
  const AccessRegion &getRegion(mlir::Value ref) { return get(ref).region; }
  const StorageLayout &getLayout(mlir::Value root);
  SymbolicValues &getValues();

private:
  struct Ref {
    mlir::Value root;
    /// Unknown numbers if the ref is no view of its root.
    AccessRegion region;
  };

  mlir::OpBuilder scratchBuilder();
  const Ref &get(mlir::Value ref);
  bool areSameMap(const AccessRegion &a, const AccessRegion &b);

  mlir::FunctionOpInterface function;
  std::optional<SymbolicValues> values;
  llvm::DenseMap<mlir::Value, std::unique_ptr<Ref>> refs;
  llvm::DenseMap<mlir::Value, std::unique_ptr<StorageLayout>> layouts;
  llvm::DenseMap<std::pair<mlir::Value, mlir::Value>, SetRelation> relations;
  /// Where view arithmetic is made: in no function.
  mlir::Block scratch;
};

} // namespace elena

#endif // ELENA_ANALYSIS_SYMBOLICVIEWS_H
