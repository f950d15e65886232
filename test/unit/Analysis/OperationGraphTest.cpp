//===- OperationGraphTest.cpp - Graphs with ops of other dialects ---------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {

/// other.swap(%a, %b): what the analysis knows of it is the model below, which
/// somebody attaches.
class SwapOp : public Op<SwapOp, OpTrait::ZeroResults, OpTrait::ZeroRegions,
                         OpTrait::NOperands<2>::Impl> {
public:
  using Op::Op;
  static StringRef getOperationName() { return "other.swap"; }
  static ArrayRef<StringRef> getAttributeNames() { return {}; }
};

class OtherDialect : public Dialect {
public:
  explicit OtherDialect(MLIRContext *context)
      : Dialect(getDialectNamespace(), context, TypeID::get<OtherDialect>()) {
    addOperations<SwapOp>();
  }
  static StringRef getDialectNamespace() { return "other"; }
};

struct SwapModel : AccessOpInterface::ExternalModel<SwapModel, SwapOp> {
  void getAccesses(Operation *op, SmallVectorImpl<Access> &accesses) const {
    for (OpOperand &operand : op->getOpOperands()) {
      accesses.push_back({&operand, AccessKind::Read});
      accesses.push_back({&operand, AccessKind::Write});
    }
  }
};

class OtherDialectTest : public testing::Test {
protected:
  OtherDialectTest() {
    context.loadDialect<TensorRefDialect, func::FuncDialect,
                        arith::ArithDialect, OtherDialect>();
    context.allowUnregisteredDialects();
  }

  /// x[4:8] is filled, `op` gets x[:4] and x[4:8], x[:4] is filled.
  std::string graphAround(StringRef op) {
    std::string text =
        (R"(func.func @f(%x: !tensorref.ref<8xf32> {tensorref.contiguous}, %v: f32) {
          %a = tensorref.slice %x[_:4] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
          %b = tensorref.slice %x[4:_] : !tensorref.ref<8xf32> to !tensorref.ref<4xf32>
          tensorref.fill %v into %b : f32, !tensorref.ref<4xf32>
          ")" +
         op +
         R"("(%a, %b) : (!tensorref.ref<4xf32>, !tensorref.ref<4xf32>) -> ()
          tensorref.fill %v into %a : f32, !tensorref.ref<4xf32>
          return
        })")
            .str();
    auto module = parseSourceString<ModuleOp>(text, &context);
    auto graph = OperationGraph::build(*module->getOps<func::FuncOp>().begin());
    std::string printed;
    llvm::raw_string_ostream stream(printed);
    graph->print(stream);
    return printed;
  }

  MLIRContext context;
};

TEST_F(OtherDialectTest, SaysByTheInterfaceWhatItTouches) {
  SwapOp::attachInterface<SwapModel>(context);
  EXPECT_EQ(graphAround("other.swap"),
            "graph @f: 3 nodes, 4 edges\n"
            "#0 tensorref.fill | writes arg0[4 + 4*1]\n"
            "#1 other.swap | reads arg0[0 + 4*1] | writes arg0[0 + 4*1]"
            " | reads arg0[4 + 4*1] | writes arg0[4 + 4*1]\n"
            "#2 tensorref.fill | writes arg0[0 + 4*1]\n"
            "#0 -> #1 RAW equal ssa\n"
            "#0 -> #1 WAW equal ssa\n"
            "#1 -> #2 WAR equal ssa\n"
            "#1 -> #2 WAW equal ssa\n");
}

/// Without the interface, and not even registered, it may do anything to the
/// storage that it takes.
TEST_F(OtherDialectTest, IsOpaqueWithoutTheInterface) {
  for (std::string name : {"other.swap", "unheard.of"})
    EXPECT_EQ(graphAround(name),
              "graph @f: 3 nodes, 8 edges\n"
              "#0 tensorref.fill | writes arg0[4 + 4*1]\n"
              "#1 " +
                  name +
                  " | may read arg0[*] | may read arg0[*]"
                  " | may write arg0[*] | may write arg0[*]\n"
                  "#2 tensorref.fill | writes arg0[0 + 4*1]\n"
                  "#0 -> #1 RAW unknown ssa\n"
                  "#0 -> #1 RAW unknown storage-only\n"
                  "#0 -> #1 WAW unknown ssa\n"
                  "#0 -> #1 WAW unknown storage-only\n"
                  "#1 -> #2 WAR unknown ssa\n"
                  "#1 -> #2 WAR unknown storage-only\n"
                  "#1 -> #2 WAW unknown ssa\n"
                  "#1 -> #2 WAW unknown storage-only\n");
}

} // namespace
