//===- SymbolicValuesTest.cpp - Polynomials against an interpreter --------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicValues.h"
#include "IndexInterpreter.h"
#include "SymbolWorld.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <iostream>

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;
using namespace elena::test;

namespace {

struct SymbolicValuesTest : testing::Test {
  SymbolicValuesTest() {
    context.loadDialect<TensorRefDialect, func::FuncDialect, scf::SCFDialect,
                        arith::ArithDialect>();
  }
  MLIRContext context;
};

/// A function of index arithmetic on sizes and integers, and its guards.
class RandomFunction {
public:
  RandomFunction(MLIRContext *context, Random &random)
      : random(random), builder(context), loc(builder.getUnknownLoc()) {
    module = ModuleOp::create(loc);
    Type ref = RefType::get({ShapedType::kDynamic, ShapedType::kDynamic},
                            builder.getF32Type());
    Type index = builder.getIndexType();
    builder.setInsertionPointToEnd(module->getBody());
    function = func::FuncOp::create(
        builder, loc, "f",
        builder.getFunctionType({ref, index, index, index}, {}));
    Block *entry = function.addEntryBlock();
    builder.setInsertionPointToEnd(entry);
    for (unsigned d = 0; d < 2; ++d)
      values.push_back(DimOp::create(builder, loc, entry->getArgument(0), d));
    llvm::append_range(values, entry->getArguments().drop_front());
    for (int64_t n = random.pick(3, 9); n > 0; --n)
      values.push_back(makeOp());
    for (int64_t n = random.pick(0, 2); n > 0; --n)
      GuardOp::create(builder, loc, compare());
    func::ReturnOp::create(builder, loc);
  }

  Value any() { return values[random.pick(0, values.size() - 1)]; }

  Random &random;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  SmallVector<Value> values;

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value operand() {
    return random.chance(25) ? constant(random.pick(-3, 5)) : any();
  }
  Value compare() {
    constexpr arith::CmpIPredicate predicates[] = {
        arith::CmpIPredicate::eq,  arith::CmpIPredicate::eq,
        arith::CmpIPredicate::sge, arith::CmpIPredicate::sgt,
        arith::CmpIPredicate::sle, arith::CmpIPredicate::slt,
        arith::CmpIPredicate::ne,  arith::CmpIPredicate::ult};
    Value x = arith::CmpIOp::create(
        builder, loc, predicates[random.pick(0, std::size(predicates) - 1)],
        any(), operand());
    if (random.chance(20))
      x = arith::AndIOp::create(builder, loc, x, compare());
    return x;
  }
  Value makeOp() {
    switch (random.pick(0, 9)) {
    case 0:
    case 1:
      return arith::AddIOp::create(builder, loc, any(), operand());
    case 2:
      return arith::SubIOp::create(builder, loc, any(), operand());
    case 3:
      return arith::MulIOp::create(builder, loc, any(), operand());
    case 4:
      return arith::MaxSIOp::create(builder, loc, any(), operand());
    case 5:
      return arith::MinSIOp::create(builder, loc, any(), operand());
    case 6:
      return arith::FloorDivSIOp::create(builder, loc, any(), operand());
    case 7:
      return arith::CeilDivSIOp::create(builder, loc, any(), operand());
    case 8:
      return arith::DivUIOp::create(builder, loc, any(), operand());
    default:
      return arith::SelectOp::create(builder, loc, compare(), any(), operand());
    }
  }
};

/// Values of arguments and sizes under which the function goes through.
std::optional<IndexInterpreter> runOnce(func::FuncOp function, Random &random) {
  for (unsigned tries = 0; tries < 20; ++tries) {
    IndexInterpreter interpreter(
        [&](Value, bool isSize) { return random.pick(isSize ? 0 : -6, 6); });
    if (interpreter.run(function.getBody().front()))
      return interpreter;
  }
  return std::nullopt;
}

} // namespace

/// Polynomials of values are their values, wherever no guard fails and nothing
/// is divided by 0; what facts say of them is true.
TEST_F(SymbolicValuesTest, AgainstAnInterpreter) {
  unsigned instances = 0, checked = 0, composite = 0, claims = 0;
  for (unsigned seed = 0; seed < 4000 * soak(); ++seed) {
    Random random(seed);
    RandomFunction made(&context, random);
    SymbolicValues symbols(made.function);
    std::vector<Polynomial> polynomials;
    for (Value value : made.values)
      polynomials.push_back(symbols.get(value));
    std::vector<std::array<unsigned, 2>> ordered;
    for (unsigned q = 0; q < 12; ++q) {
      unsigned a = random.pick(0, made.values.size() - 1),
               b = random.pick(0, made.values.size() - 1);
      if (a != b && symbols.facts().isAtMost(polynomials[a], polynomials[b]))
        ordered.push_back({a, b});
    }
    for (unsigned k = 0; k < 12; ++k) {
      std::optional<IndexInterpreter> ran = runOnce(made.function, random);
      if (!ran)
        break;
      ++instances;
      for (auto [value, polynomial] : llvm::zip(made.values, polynomials)) {
        if (!polynomial.isKnown())
          continue;
        auto number = polynomial.evaluate([&](Symbol symbol) {
          return ran->get(symbols.getValue(symbol)).value();
        });
        ASSERT_EQ(number, ran->get(value)) << seed << ": " << polynomial.str();
        ++checked;
        composite += !polynomial.getSymbol();
      }
      for (auto [a, b] : ordered)
        ASSERT_LE(ran->get(made.values[a]), ran->get(made.values[b]))
            << seed << ": " << polynomials[a].str()
            << " <= " << polynomials[b].str();
      claims += ordered.size();
    }
  }
  std::cout << instances << " runs, " << checked << " values (" << composite
            << " of more than a symbol), " << claims << " inequalities\n";
  EXPECT_GE(instances, 20000u);
  EXPECT_GT(claims, 10000u);
}

/// n = n/3 + (n+1)/3 + (n+2)/3, in whichever order they come; two of three say
/// nothing.
TEST_F(SymbolicValuesTest, QuotientsAddUp) {
  auto module = parseSourceString<ModuleOp>(R"(
    func.func @f(%n: index, %m: index) {
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %c3 = arith.constant 3 : index
      %n1 = arith.addi %n, %c1 : index
      %n2 = arith.addi %n, %c2 : index
      %a = arith.floordivsi %n1, %c3 : index
      %b = arith.ceildivsi %n, %c3 : index
      %c = arith.floordivsi %n, %c3 : index
      %m1 = arith.addi %m, %c1 : index
      %d = arith.floordivsi %m1, %c3 : index
      %e = arith.floordivsi %m, %c3 : index
      return
    })",
                                            &context);
  ASSERT_TRUE(module);
  auto function = *module->getOps<func::FuncOp>().begin();
  SymbolicValues symbols(function);
  SmallVector<Polynomial> quotients;
  function.walk([&](Operation *op) {
    if (isa<arith::FloorDivSIOp, arith::CeilDivSIOp>(op))
      quotients.push_back(symbols.get(op->getResult(0)));
  });
  ASSERT_EQ(quotients.size(), 5u);
  const SymbolFacts &facts = symbols.facts();
  Polynomial n = symbols.get(function.getArgument(0));
  Polynomial m = symbols.get(function.getArgument(1));
  EXPECT_TRUE(facts.areEqual(quotients[0] + quotients[1] + quotients[2], n));
  EXPECT_FALSE(facts.areEqual(quotients[0] + quotients[1], n));
  EXPECT_FALSE(facts.areEqual(quotients[3] + quotients[4], m));
  EXPECT_FALSE(facts.areEqual(quotients[3] * 2 + quotients[4], m));
}

/// A quotient says that its divisor is not 0: in a branch, nothing is known of
/// it elsewhere.
TEST_F(SymbolicValuesTest, QuotientInABranch) {
  auto module = parseSourceString<ModuleOp>(R"(
    func.func @f(%x: !tensorref.ref<?xf32>, %c: i1, %n: index) {
      %d = tensorref.dim %x, 0 : !tensorref.ref<?xf32>
      scf.if %c {
        %q = arith.floordivsi %n, %d : index
        %s = arith.addi %q, %q : index
      }
      return
    })",
                                            &context);
  ASSERT_TRUE(module);
  auto function = *module->getOps<func::FuncOp>().begin();
  SymbolicValues symbols(function);
  function.walk([&](arith::AddIOp op) { symbols.get(op.getResult()); });
  function.walk([&](DimOp op) {
    EXPECT_FALSE(symbols.facts().isPositive(symbols.get(op.getResult())));
  });
}
