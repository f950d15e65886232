//===- PieceCheckerTest.cpp - Pieces that are no partition ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FusionExamples.h"
#include "elena/Transforms/Fusion/Moves.h"
#include "elena/Transforms/Fusion/PlanChecker.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {

/// c = concat(x, y); z = c + c: the sum is cut where y begins.
constexpr const char *kConcat = R"(
func.func @concat(%x: !tensorref.ref<?x?xf32> {tensorref.contiguous}, %y: !tensorref.ref<?x?xf32> {tensorref.contiguous}) -> !tensorref.ref<?x?xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x?xf32>
  %k = tensorref.dim %x, 1 : !tensorref.ref<?x?xf32>
  %m = tensorref.dim %y, 0 : !tensorref.ref<?x?xf32>
  %l = tensorref.dim %y, 1 : !tensorref.ref<?x?xf32>
  %same = arith.cmpi eq, %l, %k : index
  tensorref.guard %same
  %all = arith.addi %n, %m : index
  %c = tensorref.alloc [%all, %k] : !tensorref.ref<?x?xf32>
  %c0 = tensorref.slice %c[_:%n, _:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  tensorref.copy %x to %c0 : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  %c1 = tensorref.slice %c[%n:_, _:_] : !tensorref.ref<?x?xf32> to !tensorref.ref<?x?xf32>
  tensorref.copy %y to %c1 : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>
  %z = tensorref.alloc [%all, %k] : !tensorref.ref<?x?xf32>
  tensorref.map ins(%c, %c : !tensorref.ref<?x?xf32>, !tensorref.ref<?x?xf32>) outs(%z : !tensorref.ref<?x?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    tensorref.yield %s : f32
  }
  return %z : !tensorref.ref<?x?xf32>
}
)";

class PieceCheckerTest : public testing::Test {
protected:
  void SetUp() override {
    context = makeContext();
    example = makeExample(*context, "concat", kConcat);
    ASSERT_TRUE(example);
    pieces.emplace(*example->original);
    ASSERT_TRUE(splitIndexSets(*pieces));
    ASSERT_EQ(pieces->stages.size(), example->original->stages.size() + 1);
  }

  /// The piece of y.
  Stage &last() { return pieces->stages.back(); }

  /// Moves the first row of the last piece; its accesses follow.
  void shift(int64_t by) {
    Stage &piece = last();
    SmallVector<AffineForm, 4> indices;
    for (size_t d = 0; d < piece.getRank(); ++d)
      indices.push_back(AffineForm::dimension(d, piece.getRank()));
    indices.front().offset = Polynomial(by);
    piece.value = substitute(piece.value, indices, piece.getRank());
    for (Stage::Output &output : piece.outputs)
      output.cell = output.cell.compose(indices, piece.getRank());
    piece.accesses.clear();
  }

  void expect(PlanRule rule) {
    auto violation = checkPieces(*example->original, *pieces);
    ASSERT_TRUE(violation);
    EXPECT_EQ(violation->rule, rule) << violation->message;
  }

  std::unique_ptr<MLIRContext> context;
  std::unique_ptr<Example> example;
  std::optional<FusionProgram> pieces;
};

TEST_F(PieceCheckerTest, AcceptsAPartition) {
  auto violation = checkPieces(*example->original, *pieces);
  EXPECT_FALSE(violation) << violation->message;
}

TEST_F(PieceCheckerTest, PiecesMayStandInAnyOrder) {
  size_t n = pieces->stages.size();
  std::swap(pieces->stages[n - 1], pieces->stages[n - 2]);
  auto violation = checkPieces(*example->original, *pieces);
  EXPECT_FALSE(violation) << violation->message;
}

TEST_F(PieceCheckerTest, RejectsADroppedPiece) {
  pieces->nodes.pop_back();
  pieces->stages.pop_back();
  pieces->nodeOfStage.pop_back();
  expect(PlanRule::Partition);
}

TEST_F(PieceCheckerTest, RejectsADroppedStage) {
  for (int n = 0; n < 2; ++n)
    pieces->nodes.pop_back();
  expect(PlanRule::Structure);
}

TEST_F(PieceCheckerTest, RejectsAPieceTwice) {
  pieces->stages[pieces->stages.size() - 2] = last();
  expect(PlanRule::Partition);
}

TEST_F(PieceCheckerTest, RejectsAnOverlap) {
  shift(-1);
  last().sizes.front() = last().sizes.front() + 1;
  expect(PlanRule::Partition);
}

TEST_F(PieceCheckerTest, RejectsAGap) {
  shift(1);
  last().sizes.front() = last().sizes.front() - 1;
  expect(PlanRule::Partition);
}

TEST_F(PieceCheckerTest, RejectsAShiftedPiece) {
  shift(1);
  expect(PlanRule::Partition);
}

TEST_F(PieceCheckerTest, RejectsAnotherCell) {
  last().outputs.front().cell.offset =
      last().outputs.front().cell.offset + Polynomial(1);
  expect(PlanRule::SameAccess);
}

} // namespace
