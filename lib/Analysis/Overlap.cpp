//===- Overlap.cpp - Do two refs share elements? --------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/Overlap.h"
#include "elena/Analysis/CellSet.h"
#include "elena/Analysis/SymbolicViews.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// How many residues of a view are listed before the question is given up.
static constexpr int64_t kMaxResidues = 1024;

ArgumentAlias elena::getArgumentAlias(Operation *op) {
  for (; op; op = op->getParentOp())
    if (op->hasAttr(kArgumentsOverlapAttr))
      return ArgumentAlias::Overlap;
  return ArgumentAlias::Apart;
}

static bool isSame(OpFoldResult a, OpFoldResult b) {
  return a && b && isEqualConstantIntOrValue(a, b);
}

static bool isSameMap(const SymbolicView &a, const SymbolicView &b) {
  if (a.getRank() != b.getRank() || !isSame(a.offset, b.offset) ||
      !llvm::all_of_zip(a.sizes, b.sizes, isSame))
    return false;
  // The stride of a dimension of size 1 takes no step.
  for (auto [size, strideA, strideB] :
       llvm::zip_equal(a.sizes, a.strides, b.strides))
    if (!isConstantIntValue(size, 1) && !isSame(strideA, strideB))
      return false;
  return true;
}

/// The cells of a view modulo `modulus`. Nothing if they are not known, or too
/// many.
static std::optional<SmallVector<int64_t>>
residues(IndexArith &arith, const SymbolicView &view, int64_t modulus) {
  auto reduce = [&](int64_t x) { return ((x % modulus) + modulus) % modulus; };
  std::optional<int64_t> offset = arith.getConstant(view.offset);
  if (!offset)
    return std::nullopt;
  SmallVector<int64_t> cells{reduce(*offset)};
  for (auto [size, stride] : llvm::zip(view.sizes, view.strides)) {
    std::optional<int64_t> n = arith.getConstant(size);
    std::optional<int64_t> s = arith.getConstant(stride);
    if (s && *s % modulus == 0)
      continue;
    // Divided, not multiplied: n is any number.
    if (!n || !s || *n > kMaxResidues / std::max<int64_t>(cells.size(), 1))
      return std::nullopt;
    SmallVector<int64_t> more;
    for (int64_t i = 0; i < *n; ++i)
      for (int64_t cell : cells)
        more.push_back(reduce(cell + i * *s));
    cells = std::move(more);
  }
  return cells;
}

/// Apart because their cells differ modulo one of their strides: columns of
/// rows, even and odd elements, whatever the sizes of the other dimensions.
static bool areApartByResidues(IndexArith &arith, const SymbolicView &a,
                               const SymbolicView &b) {
  llvm::SmallSet<int64_t, 8> moduli;
  for (const SymbolicView *view : {&a, &b})
    for (OpFoldResult stride : view->strides)
      if (std::optional<int64_t> s = arith.getConstant(stride))
        if (*s > 1 || *s < -1)
          moduli.insert(*s < 0 ? -*s : *s);
  for (int64_t modulus : moduli) {
    auto cellsA = residues(arith, a, modulus);
    auto cellsB = residues(arith, b, modulus);
    if (cellsA && cellsB && llvm::none_of(*cellsA, [&](int64_t cell) {
          return llvm::is_contained(*cellsB, cell);
        }))
      return true;
  }
  return false;
}

/// Do they share a cell? Exact where all numbers are known.
static std::optional<bool> sharesStaticCells(IndexArith &arith,
                                             const SymbolicView &a,
                                             const SymbolicView &b) {
  auto staticA = views::asStatic(arith, a), staticB = views::asStatic(arith, b);
  if (!staticA || !staticB)
    return std::nullopt;
  return sharesCells(*staticA, *staticB);
}

Overlap elena::classifyViews(IndexArith &arith, const SymbolicView &a,
                             const SymbolicView &b) {
  std::optional<bool> shares = sharesStaticCells(arith, a, b);
  if (shares ? !*shares : areApartByResidues(arith, a, b))
    return Overlap::Apart;
  return isSameMap(a, b) ? Overlap::SameMap : Overlap::Unknown;
}

static bool isFunctionArgument(Value root) {
  auto argument = dyn_cast<BlockArgument>(root);
  return argument && argument.getOwner()->isEntryBlock() &&
         isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
}

bool elena::mayShareStorage(Value rootA, Value rootB, ArgumentAlias alias) {
  if (rootA == rootB)
    return true;
  // What a branch or a loop gives, or a memref, may be any storage.
  bool isFreshA = rootA.getDefiningOp<AllocOp>() != nullptr;
  bool isFreshB = rootB.getDefiningOp<AllocOp>() != nullptr;
  if (!(isFreshA || isFunctionArgument(rootA)) ||
      !(isFreshB || isFunctionArgument(rootB)))
    return true;
  // A fresh storage is nobody else's.
  if (isFreshA || isFreshB)
    return false;
  return alias == ArgumentAlias::Overlap;
}

Overlap elena::classifyOverlap(Value a, Value b, ArgumentAlias alias,
                               SymbolicViews *views) {
  Value rootA = getRoot(a), rootB = getRoot(b);
  if (!mayShareStorage(rootA, rootB, alias))
    return Overlap::Apart;
  if (rootA != rootB)
    return Overlap::Unknown;
  if (a == b)
    return Overlap::SameMap;
  // Without a builder, what is not constant is unknown; run-time values that
  // the strided views of canonical IR name are compared as they are.
  IndexArith arith(a.getContext());
  FailureOr<RootedView> viewA = composeToRoot(arith, a);
  FailureOr<RootedView> viewB = composeToRoot(arith, b);
  if (failed(viewA) || failed(viewB))
    return Overlap::Unknown;
  Overlap overlap = classifyViews(arith, viewA->view, viewB->view);
  // Last, because it costs most: the numbers of all views as polynomials.
  if (overlap == Overlap::Unknown && views &&
      !(views::asStatic(arith, viewA->view) &&
        views::asStatic(arith, viewB->view)))
    return views->classify(a, b);
  return overlap;
}
