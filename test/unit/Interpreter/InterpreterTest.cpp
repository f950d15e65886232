//===- InterpreterTest.cpp - Entries, errors, control flow ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunModule.h"
#include "gmock/gmock.h"

using namespace elena;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

TEST(Interpreter, AnOpWithoutARuleIsNamed) {
  RunModule module(R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %zero = arith.constant 0.0 : f32
      tensorref.fill %zero into %x : f32, !vector
      return
    })");
  EXPECT_FALSE(module.interpreter);
  EXPECT_THAT(module.problem, HasSubstr("'tensorref.fill' op has no rule"));
}

TEST(Interpreter, AnAccessOutOfBoundsIsAnError) {
  RunModule module(R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %beyond = tensorref.strided_view %x offset 3 sizes [] strides [] : !vector to !tensorref.ref<f32>
      %v = tensorref.load %beyond : !tensorref.ref<f32>
      return
    })");
  Floats three(3), four(4);
  EXPECT_EQ(module.call({&four}), 0);
  EXPECT_EQ(module.call({&three}), -1);
  EXPECT_THAT(
      module.problem,
      HasSubstr("touches cell 3 of argument 0, which has the cells 0 to 2"));
}

TEST(Interpreter, DivisionByZeroIsAnError) {
  RunModule module(R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      %c6 = arith.constant 6 : index
      %q = arith.divsi %c6, %n : index
      %same = arith.cmpi eq, %q, %c6 : index
      tensorref.guard %same
      return
    })");
  Floats none, one(1), two(2);
  EXPECT_EQ(module.call({&none}), -1);
  EXPECT_THAT(module.problem, HasSubstr("divides by zero"));
  EXPECT_EQ(module.call({&one}), ELENA_OK);
  EXPECT_EQ(module.call({&two}), ELENA_GUARD);
}

TEST(Interpreter, ArgumentsThatMeetAreReported) {
  RunModule module(R"(
    func.func @f(%x: !vector, %y: !vector) attributes {elena.entry} {
      tensorref.guard_apart %x, %y : !vector, !vector
      return
    })");
  Floats x(3), y(3), none;
  EXPECT_EQ(module.call({&x, &y}), ELENA_OK);
  EXPECT_EQ(module.call({&x, &x}), ELENA_OVERLAP);
  EXPECT_EQ(module.call({&none, &none}), ELENA_OK);
}

TEST(Interpreter, ArgumentsThatInterleaveAreApart) {
  RunModule module(R"(
    func.func @f(%x: !tensorref.ref<?xf32, strided<[?]>>, %y: !tensorref.ref<?xf32, strided<[?]>>)
        attributes {elena.entry} {
      tensorref.guard_apart %x, %y : !tensorref.ref<?xf32, strided<[?]>>, !tensorref.ref<?xf32, strided<[?]>>
      tensorref.guard_same %x, %x : !tensorref.ref<?xf32, strided<[?]>>
      return
    })");
  Floats x(8);
  auto status = [&](int64_t start, int64_t stride) {
    int64_t words[] = {reinterpret_cast<intptr_t>(x.data()),  4, 2,
                       reinterpret_cast<intptr_t>(&x[start]), 4, stride};
    auto result = module.interpreter->run(words, nullptr, nullptr);
    return result ? *result : -1;
  };
  EXPECT_EQ(status(1, 2), ELENA_OK);
  EXPECT_EQ(status(7, -2), ELENA_OK);
  EXPECT_EQ(status(4, 1), ELENA_OVERLAP);
}

TEST(Interpreter, ArgumentsThatAreNotTheSameAreReported) {
  RunModule module(R"(
    func.func @f(%x: !vector, %y: !vector) attributes {elena.entry} {
      tensorref.guard_same %x, %y : !vector
      return
    })");
  Floats x(3), y(3);
  EXPECT_EQ(module.call({&x, &x}), ELENA_OK);
  EXPECT_EQ(module.call({&x, &y}), ELENA_OVERLAP);
}

TEST(Interpreter, SizesAndStridesOfTheTypeAreChecked) {
  RunModule module(R"(
    func.func @f(%x: !tensorref.ref<4xf32, strided<[2]>>) attributes {elena.entry} {
      return
    })");
  Floats x(8);
  auto status = [&](int64_t size, int64_t stride) {
    int64_t words[] = {reinterpret_cast<intptr_t>(x.data()), size, stride};
    auto result = module.interpreter->run(words, nullptr, nullptr);
    return result ? *result : -1;
  };
  EXPECT_EQ(status(4, 2), ELENA_OK);
  EXPECT_EQ(status(3, 2), ELENA_GUARD);
  EXPECT_EQ(status(4, 1), ELENA_GUARD);
}

TEST(Interpreter, AFailedCheckReportsItsNumberAndValues) {
  RunModule module(R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      %c2 = arith.constant 2 : index
      %small = arith.cmpi slt, %n, %c2 : index
      %any = arith.constant true
      tensorref.assert %any, "IndexError", "never"
      tensorref.assert %small, "ValueError", "{0} is too many"(%n : index)
      return
    })");
  Floats one(1), five(5);
  EXPECT_EQ(module.call({&one}), ELENA_OK);
  EXPECT_EQ(module.call({&five}), ELENA_CHECK);
  EXPECT_EQ(module.arena.check, 1);
  EXPECT_EQ(module.arena.values[0], 5);
  EXPECT_EQ(module.interpreter->getChecks()[1].message, "{0} is too many");
}

/// Refs and numbers pass through branches and loops: x[k] = 2^k.
TEST(Interpreter, ControlFlow) {
  RunModule module(R"(
    func.func @f(%x: !vector) -> (f32, index) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %one = arith.constant 1.0 : f32
      %end = scf.for %k = %c0 to %n step %c1 iter_args(%power = %one) -> f32 {
        %cell = tensorref.strided_view %x offset %k sizes [] strides [] : !vector to !tensorref.ref<f32>
        tensorref.group {
          tensorref.stage box [] iterators [] outs(%cell : !tensorref.ref<f32>) {
            tensorref.yield %power : f32
          }
        }
        %next = arith.addf %power, %power : f32
        scf.yield %next : f32
      }
      %count:2 = scf.while (%k = %c0, %j = %n) : (index, index) -> (index, index) {
        %more = arith.cmpi ult, %k, %j : index
        scf.condition(%more) %k, %j : index, index
      } do {
      ^bb0(%k: index, %j: index):
        %l = arith.addi %k, %c1 : index
        scf.yield %l, %j : index, index
      }
      %isEmpty = arith.cmpi eq, %n, %c0 : index
      %answer = scf.if %isEmpty -> f32 {
        scf.yield %one : f32
      } else {
        scf.yield %end : f32
      }
      return %answer, %count#0 : f32, index
    })");
  ASSERT_TRUE(module.interpreter) << module.problem;
  Floats x(4);
  EXPECT_EQ(module.call({&x}), ELENA_OK) << module.problem;
  EXPECT_THAT(x, ElementsAre(1, 2, 4, 8));
  EXPECT_EQ(std::bit_cast<float>(static_cast<uint32_t>(module.results[0])), 16);
  EXPECT_EQ(module.results[1], 4);
}

/// Fresh storages hold garbage, and results say where they live.
TEST(Interpreter, ResultsAreViewsOfStorages) {
  RunModule module(R"(
    func.func @f(%x: !vector) -> (!vector, !vector) attributes {elena.entry} {
      %y = tensorref.alloc [3] : !tensorref.ref<3xf32>
      %r = tensorref.slice %x[_:_:-2] : !vector to !vector
      %s = tensorref.slice %y[1:_] : !tensorref.ref<3xf32> to !tensorref.ref<2xf32>
      %t = tensorref.strided_view %s offset 0 sizes [2] strides [1] : !tensorref.ref<2xf32> to !vector
      return %r, %t : !vector, !vector
    })");
  ASSERT_TRUE(module.interpreter) << module.problem;
  EXPECT_THAT(module.interpreter->getResultRanks(), ElementsAre(1, 1));
  Floats x(5);
  EXPECT_EQ(module.call({&x}), ELENA_OK) << module.problem;
  auto address = [](const float *p) { return reinterpret_cast<intptr_t>(p); };
  EXPECT_THAT(std::vector(module.results, module.results + 4),
              ElementsAre(address(x.data()), address(&x[4]), 3, -2));
  EXPECT_EQ(module.results[5] - module.results[4], 4);
}

} // namespace
