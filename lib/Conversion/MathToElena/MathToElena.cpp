//===- MathToElena.cpp - The math dialect to Elena's library ----------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Conversion/MathToElena.h"
#include "elena/Conversion/GPUPasses.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace elena {
#define GEN_PASS_DEF_MATHTOCALLS
#include "elena/Conversion/GPUPasses.h.inc"

/// The name of `op` in the library, without prefix and type.
static StringRef getBaseName(Operation *op) {
  StringRef name = op->getName().getStringRef();
  if (name == "arith.remf")
    return "fmod";
  if (!name.consume_front("math."))
    return {};
  return llvm::StringSwitch<StringRef>(name)
      .Cases({"exp", "exp2", "expm1", "log", "log2", "log10", "log1p"}, name)
      .Cases({"sin", "cos", "tan", "asin", "acos", "atan", "atan2"}, name)
      .Cases({"sinh", "cosh", "tanh", "cbrt", "erf"}, name)
      .Case("powf", "pow")
      .Default({});
}

std::string getElenaMathFunction(Operation *op) {
  StringRef name = getBaseName(op);
  if (name.empty() || op->getNumResults() != 1)
    return {};
  Type type = op->getResult(0).getType();
  if (!type.isF32() && !type.isF64())
    return {};
  return ("elena_" + name + (type.isF32() ? "_f32" : "_f64")).str();
}

/// Finds or makes the declaration of the function that `op` becomes a call of.
static FailureOr<func::FuncOp> declare(Operation *op, StringRef name) {
  Operation *table = SymbolTable::getNearestSymbolTable(op);
  auto type = FunctionType::get(op->getContext(), op->getOperandTypes(),
                                op->getResultTypes());
  if (Operation *symbol = SymbolTable::lookupSymbolIn(table, name)) {
    auto function = dyn_cast<func::FuncOp>(symbol);
    if (!function || function.getFunctionType() != type)
      return symbol->emitError("has the name of a function of Elena's math "
                               "library, but not its type ")
             << type;
    return function;
  }
  auto builder = OpBuilder::atBlockBegin(&table->getRegion(0).front());
  auto function = func::FuncOp::create(builder, table->getLoc(), name, type);
  function.setPrivate();
  return function;
}

LogicalResult convertMathToElenaCalls(Operation *root) {
  SmallVector<Operation *> ops;
  root->walk([&](Operation *op) {
    if (!getElenaMathFunction(op).empty())
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    FailureOr<func::FuncOp> function = declare(op, getElenaMathFunction(op));
    if (failed(function))
      return failure();
    OpBuilder builder(op);
    auto call = func::CallOp::create(builder, op->getLoc(), *function,
                                     op->getOperands());
    op->replaceAllUsesWith(call);
    op->erase();
  }
  return success();
}

namespace {
struct MathToCalls : impl::MathToCallsBase<MathToCalls> {
  void runOnOperation() override {
    Operation *root = getOperation();
    if (!root->hasTrait<OpTrait::SymbolTable>()) {
      root->emitError("elena-math-to-calls declares functions: run it on a "
                      "module, not on '")
          << root->getName() << "'";
      return signalPassFailure();
    }
    if (failed(convertMathToElenaCalls(root)))
      signalPassFailure();
  }
};
} // namespace

} // namespace elena
