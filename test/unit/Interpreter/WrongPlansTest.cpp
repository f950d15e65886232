//===- WrongPlansTest.cpp - Plans that the interpreter must refute --------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunModule.h"
#include "gmock/gmock.h"

#include <set>

using namespace elena;
using testing::HasSubstr;

namespace {

Floats countedFrom(float start, size_t size) {
  Floats values(size);
  std::iota(values.begin(), values.end(), start);
  return values;
}

/// What becomes of x, by seed, if nobody looks for conflicts.
std::set<Floats> outcomes(RunModule &module, size_t size, uint64_t seeds = 20) {
  std::set<Floats> found;
  for (uint64_t seed = 0; seed < seeds; ++seed) {
    Floats x = countedFrom(1, size);
    EXPECT_EQ(module.call({&x}, {seed, /*findConflicts=*/false}), 0)
        << module.problem;
    found.insert(x);
  }
  return found;
}

void expectConflict(RunModule &module, size_t size) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Floats x = countedFrom(1, size);
    EXPECT_EQ(module.call({&x}, {seed}), -1) << "seed " << seed;
    EXPECT_THAT(module.problem, HasSubstr("may run before or after it"));
  }
}

/// Wrong: it differs under some seed, and is a conflict under every one.
void expectWrong(llvm::StringRef text, size_t size) {
  RunModule module(text);
  ASSERT_TRUE(module.interpreter) << module.problem;
  EXPECT_GT(outcomes(module, size).size(), 1u);
  expectConflict(module, size);
}

void expectRight(llvm::StringRef text, const Floats &expected) {
  RunModule module(text);
  ASSERT_TRUE(module.interpreter) << module.problem;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Floats x = countedFrom(1, expected.size());
    EXPECT_EQ(module.call({&x}, {seed}), 0) << module.problem;
    EXPECT_EQ(x, expected) << "seed " << seed;
  }
}

std::string shiftBy(llvm::StringRef attributes) {
  return (R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      %c-1 = arith.constant -1 : index
      %m = arith.addi %n, %c-1 : index
      %from = tensorref.strided_view %x offset 0 sizes [%m] strides [1] : !vector to !vector
      %to = tensorref.strided_view %x offset 1 sizes [%m] strides [1] : !vector to !vector
      tensorref.group over [%m] )" +
          attributes + R"( {
        tensorref.stage box [%m] iterators [parallel] ins(%from : !vector) outs(%to : !vector) along [0] {
        ^bb0(%a: f32):
          tensorref.yield %a : f32
        }
      }
      return
    })")
      .str();
}

TEST(WrongPlans, AShiftWithoutATemporary) { expectWrong(shiftBy(""), 5); }

TEST(WrongPlans, AShiftInOrderIsDefined) {
  expectRight(shiftBy("sequential_t"), {1, 1, 1, 1});
  expectRight(shiftBy("sequential_t descending"), {1, 1, 2, 3});
}

/// x *= 2; y = x[::-1] - x, fused point by point: y at t needs the x of
/// another t.
TEST(WrongPlans, AStageReadsWhatAnotherPointWrites) {
  expectWrong(R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      %c1 = arith.constant 1 : index
      %last = arith.subi %n, %c1 : index
      %back = tensorref.strided_view %x offset %last sizes [%n] strides [-1] : !vector to !vector
      %y = tensorref.alloc [%n] : !vector
      tensorref.group over [%n] {
        tensorref.stage box [%n] iterators [parallel] ins(%x : !vector) outs(%x : !vector) along [0] {
        ^bb0(%a: f32):
          %b = arith.addf %a, %a : f32
          tensorref.yield %b : f32
        }
        tensorref.stage box [%n] iterators [parallel] ins(%back, %x : !vector, !vector) outs(%y : !vector) along [0] {
        ^bb0(%a: f32, %b: f32):
          %d = arith.subf %a, %b : f32
          tensorref.yield %d : f32
        }
      }
      tensorref.group over [%n] {
        tensorref.stage box [%n] iterators [parallel] ins(%y : !vector) outs(%x : !vector) along [0] {
        ^bb0(%a: f32):
          tensorref.yield %a : f32
        }
      }
      return
    })",
              6);
}

TEST(WrongPlans, GroupsOfAPackMeet) {
  expectWrong(R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      %one = arith.constant 1.0 : f32
      tensorref.pack {
        tensorref.group over [%n] {
          tensorref.stage box [%n] iterators [parallel] ins(%x : !vector) outs(%x : !vector) along [0] {
          ^bb0(%a: f32):
            %b = arith.addf %a, %one : f32
            tensorref.yield %b : f32
          }
        }
        tensorref.group over [%n] {
          tensorref.stage box [%n] iterators [parallel] ins(%x : !vector) outs(%x : !vector) along [0] {
          ^bb0(%a: f32):
            %b = arith.addf %a, %a : f32
            tensorref.yield %b : f32
          }
        }
      }
      return
    })",
              3);
}

std::string innerShift(llvm::StringRef order) {
  return (R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      %c-1 = arith.constant -1 : index
      %m = arith.addi %n, %c-1 : index
      %from = tensorref.strided_view %x offset 0 sizes [%m] strides [1] : !vector to !vector
      %to = tensorref.strided_view %x offset 1 sizes [%m] strides [1] : !vector to !vector
      tensorref.group over [] {
        tensorref.stage box [%m] iterators [parallel] ins(%from : !vector) outs(%to : !vector) )" +
          order + R"( along [] {
        ^bb0(%a: f32):
          tensorref.yield %a : f32
        }
      }
      return
    })")
      .str();
}

TEST(WrongPlans, PointsOfOneStageMeet) { expectWrong(innerShift(""), 5); }

TEST(WrongPlans, PointsOfASequentialStageAreInOrder) {
  expectRight(innerShift("sequential"), {1, 1, 1, 1, 1});
}

/// Only the first point writes the private storage.
TEST(WrongPlans, PrivateStorageIsNotShared) {
  RunModule module(R"(
    func.func @f(%x: !vector) attributes {elena.entry} {
      %n = tensorref.dim %x, 0 : !vector
      tensorref.group over [%n] {
        %p = tensorref.alloc [] : !tensorref.ref<f32>
        %p1 = tensorref.strided_view %p offset 0 sizes [1] strides [0] : !tensorref.ref<f32> to !tensorref.ref<1xf32>
        %pn = tensorref.strided_view %p offset 0 sizes [%n] strides [0] : !tensorref.ref<f32> to !vector
        %x1 = tensorref.strided_view %x offset 0 sizes [1] strides [1] : !vector to !tensorref.ref<1xf32>
        tensorref.stage box [1] iterators [parallel] ins(%x1 : !tensorref.ref<1xf32>)
            outs(%p1 : !tensorref.ref<1xf32>) along [0] {
        ^bb0(%a: f32):
          tensorref.yield %a : f32
        }
        tensorref.stage box [%n] iterators [parallel] ins(%pn : !vector) outs(%x : !vector) along [0] {
        ^bb0(%a: f32):
          tensorref.yield %a : f32
        }
      }
      return
    })");
  ASSERT_TRUE(module.interpreter) << module.problem;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    Floats x{1, 2, 3};
    EXPECT_EQ(module.call({&x}, {seed}), 0);
    EXPECT_EQ(x[0], 1);
    EXPECT_TRUE(std::isnan(x[1]) || x[1] < -1e18) << x[1];
  }
}

} // namespace
