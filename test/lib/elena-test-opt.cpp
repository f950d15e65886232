//===- elena-test-opt.cpp - Elena's passes on a foreign dialect -----------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its pass test-corrupt-plans is in CorruptPlans.cpp.
//
// The ops of the dialect `test` say by AccessOpInterface, and by nothing else,
// what they read and write. Nothing in Elena names them: the analyses have to
// find out by the interface.
//
//===----------------------------------------------------------------------===//

#include "TestPasses.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace elena::tensorref;

namespace {

/// test.scale_into(%source, %destination): destination[i] = 2 * source[i], for
/// all i, in any order.
class ScaleIntoOp
    : public Op<ScaleIntoOp, OpTrait::ZeroResults, OpTrait::ZeroRegions,
                OpTrait::NOperands<2>::Impl, AccessOpInterface::Trait> {
public:
  using Op::Op;
  static StringRef getOperationName() { return "test.scale_into"; }
  static ArrayRef<StringRef> getAttributeNames() { return {}; }

  void getAccesses(SmallVectorImpl<Access> &accesses) {
    accesses.push_back({&getOperation()->getOpOperand(0), AccessKind::Read});
    accesses.push_back({&getOperation()->getOpOperand(1), AccessKind::Write});
  }
  bool isElementwise(OpOperand &, OpOperand &) { return true; }
};

/// test.sort(%ref): reads and writes it, in no order that is said.
class SortOp : public Op<SortOp, OpTrait::ZeroResults, OpTrait::ZeroRegions,
                         OpTrait::OneOperand, AccessOpInterface::Trait> {
public:
  using Op::Op;
  static StringRef getOperationName() { return "test.sort"; }
  static ArrayRef<StringRef> getAttributeNames() { return {}; }

  void getAccesses(SmallVectorImpl<Access> &accesses) {
    accesses.push_back({&getOperation()->getOpOperand(0), AccessKind::Read});
    accesses.push_back({&getOperation()->getOpOperand(0), AccessKind::Write});
  }
};

class TestDialect : public Dialect {
public:
  explicit TestDialect(MLIRContext *context)
      : Dialect(getDialectNamespace(), context, TypeID::get<TestDialect>()) {
    addOperations<ScaleIntoOp, SortOp>();
  }
  static StringRef getDialectNamespace() { return "test"; }
};

} // namespace

int main(int argc, char **argv) {
  DialectRegistry registry;
  registry.insert<func::FuncDialect, scf::SCFDialect, TestDialect>();
  elena::registerAllElenaDialects(registry);
  elena::registerAllElenaPasses();
  elena::test::registerCorruptPlans();
  registerCanonicalizerPass();
  registerCSEPass();
  return asMainReturnCode(MlirOptMain(
      argc, argv, "Elena's passes on a foreign dialect\n", registry));
}
