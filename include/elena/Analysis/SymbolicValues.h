//===- SymbolicValues.h - SSA values as polynomials -------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Index values of a function as polynomials over those that no arithmetic
// computes, with what their ops and the guards of the entry say about them:
//
//   %n = tensorref.dim %x, 0              n                  n >= 0
//   %m = arith.muli %n, %c4               4*n
//   %h = arith.minsi %arg, %n             h                  h is arg or n
//   %q = arith.floordivsi %d, %c4         q                  0 <= d - 4*q <= 3
//   guard (arith.cmpi eq %m, %d)          d is replaced by 4*n, q by n
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_ANALYSIS_SYMBOLICVALUES_H
#define ELENA_ANALYSIS_SYMBOLICVALUES_H

#include "elena/Analysis/SymbolFacts.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace elena {

class SymbolicValues {
public:
  /// Reads the guards of the function's entry block.
  explicit SymbolicValues(mlir::FunctionOpInterface function);

  const SymbolFacts &facts() const { return symbolFacts; }

  Polynomial get(mlir::Value value);
  /// Something in the function says so (an op that takes refs of one shape).
  void assumeEqual(const Polynomial &a, const Polynomial &b,
                   std::optional<Symbol> flag = std::nullopt) {
    if (symbolFacts.assumeEqual(a, b, flag))
      known.clear();
  }
  /// A check of the function: to be called only if nothing is asked about what
  /// runs before it.
  void assumeHolds(mlir::Value condition);
  /// The same for comparisons by size.
  void assumeComparisons(mlir::Value condition);
  /// To be called when all that is assumed has been said.
  void deriveEqualities() {
    if (symbolFacts.deriveEqualities())
      known.clear();
  }
  /// Unknown for a null value.
  Polynomial get(mlir::OpFoldResult value);

  /// What is >= 0 whenever `op` runs, beside the facts: the bounds of the loops
  /// around it, what they carry (where that is not negative), and the
  /// conditions of the branches.
  Polynomials getFactsAt(mlir::Operation *op);

  /// The polynomial as a value or constant; arithmetic is made by `builder`
  /// where no value has it. Every symbol comes from `get`.
  mlir::OpFoldResult materialize(mlir::OpBuilder &builder, mlir::Location loc,
                                 const Polynomial &value);
  mlir::Value getValue(Symbol symbol) const { return values[symbol]; }
  /// For printing: "arg2", "dim(arg0, 1)" or "s3".
  std::string getName(Symbol symbol) const;

private:
  Polynomial build(mlir::Value value);
  Polynomial makeExtremum(mlir::Value value, bool isMax, Polynomial x,
                          Polynomial y);
  void addUpQuotients(Symbol quotient, const Polynomial &x, int64_t divisor);
  Polynomial makeQuotient(mlir::Value value, Polynomial x,
                          const Polynomial &divisor, bool roundUp);
  Polynomial makeSelect(mlir::Value value, mlir::Value condition, Polynomial x,
                        Polynomial y);
  Polynomial makeDiffers(mlir::Value value, const Polynomial &difference);
  Polynomial makeSymbol(mlir::Value value, bool nonNegative);
  bool countsFromNonNegative(mlir::Value value);
  /// One symbol for equal expressions; `key` names the expression.
  std::pair<Symbol, bool> makeKeyedSymbol(mlir::Value value,
                                          const std::string &key);
  void readGuard(mlir::Value condition);
  bool mayWrap(const Polynomial &number) const;
  void collectCondition(mlir::Value condition, bool holds, Polynomials &known);
  void collectParent(mlir::Operation *parent, mlir::Region *region,
                     Polynomials &known);
  void collectCarried(mlir::LoopLikeOpInterface loop, mlir::Region *region,
                      Polynomials &known);
  void nameNonNegative(mlir::Value value, const Polynomial &polynomial);

  SymbolFacts symbolFacts;
  llvm::DenseMap<mlir::Value, Polynomial> known;
  std::vector<mlir::Value> values;
  llvm::StringMap<Symbol> keys;
};

} // namespace elena

#endif // ELENA_ANALYSIS_SYMBOLICVALUES_H
