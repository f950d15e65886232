//===- SharingCheckerTest.cpp - Temporaries that may not share ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every way to put temporaries of a program into each other, at every offset.
// What is wrong for some number of rows has to be rejected: each element is
// followed from op to op.
//
//===----------------------------------------------------------------------===//

#include "FusionExamples.h"
#include "elena/Dialect/TensorRef/IR/ViewComposition.h"
#include "elena/Transforms/StorageSharing.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

namespace {

/// Lives that follow each other, that touch, that meet; of %n rows and of 6
/// elements; one through a view, one in a loop, one that is returned, one that
/// is never touched.
constexpr const char *kProgram = R"(
func.func @f(%x: !tensorref.ref<?x4xf32>, %y: !tensorref.ref<6xf32>, %k: index, %v: f32) -> !tensorref.ref<6xf32> attributes {elena.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
  %large = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
  %half = tensorref.alloc [%n, 2] : !tensorref.ref<?x2xf32>
  %row = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  %six = tensorref.alloc [6] : !tensorref.ref<6xf32>
  %four = tensorref.alloc [4] : !tensorref.ref<4xf32>
  %words = tensorref.alloc [4] : !tensorref.ref<4xi32>
  %kept = tensorref.alloc [6] : !tensorref.ref<6xf32>
  %none = tensorref.alloc [6] : !tensorref.ref<6xf32>
  tensorref.copy %x to %large : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>
  %left = tensorref.slice %large[_:_, _:2] : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2xf32>
  tensorref.copy %left to %half : !tensorref.ref<?x2xf32>, !tensorref.ref<?x2xf32>
  %column = tensorref.select %half dim 1 at %c0 : !tensorref.ref<?x2xf32> to !tensorref.ref<?xf32>
  tensorref.copy %column to %row : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
  tensorref.fill %v into %six : f32, !tensorref.ref<6xf32>
  scf.for %i = %c0 to %k step %c1 {
    tensorref.fill %v into %four : f32, !tensorref.ref<4xf32>
    %part = tensorref.slice %six[_:4] : !tensorref.ref<6xf32> to !tensorref.ref<4xf32>
    tensorref.copy %four to %part : !tensorref.ref<4xf32>, !tensorref.ref<4xf32>
  }
  tensorref.copy %six to %y : !tensorref.ref<6xf32>, !tensorref.ref<6xf32>
  %one = arith.constant 1 : i32
  tensorref.fill %one into %words : i32, !tensorref.ref<4xi32>
  tensorref.copy %y to %kept : !tensorref.ref<6xf32>, !tensorref.ref<6xf32>
  return %kept : !tensorref.ref<6xf32>
}
)";

class SharingCheckerTest : public testing::Test {
protected:
  void SetUp() override {
    context = makeContext();
    module = parseSourceString<ModuleOp>(kProgram, context.get());
    ASSERT_TRUE(module);
    function = *module->getOps<func::FuncOp>().begin();
    symbols = std::make_unique<SymbolicValues>(function);
    for (auto alloc : function.getOps<AllocOp>())
      allocs.push_back(alloc);
    ASSERT_EQ(allocs.size(), 8u);
  }

  int64_t sizeOf(AllocOp alloc, int64_t rows) {
    int64_t size = 1;
    for (OpFoldResult extent : alloc.getMixedSizes())
      size *= getConstantIntValue(extent).value_or(rows);
    return size;
  }

  /// The numbers of the ops that touch it, the last one with all before it.
  std::pair<int, int> lifeOf(AllocOp alloc) {
    int first = INT_MAX, last = -1;
    for (auto [number, op] : llvm::enumerate(function.front()))
      op.walk([&, number = number](Operation *inner) {
        if (isa<ViewOpInterface, AllocOp, DimOp>(inner))
          return;
        for (Value operand : inner->getOperands())
          if (isa<RefType>(operand.getType()) &&
              getRoot(operand) == alloc.getResult()) {
            first = std::min<int>(first, number);
            last = isa<func::ReturnOp>(inner) ? INT_MAX : number;
          }
      });
    return {first, last};
  }

  bool isRight(AllocOp host, ArrayRef<SharedStorage::Guest> guests,
               int64_t rows) {
    struct Part {
      int64_t begin, end;
      std::pair<int, int> life;
    };
    SmallVector<Part> parts{{0, sizeOf(host, rows), lifeOf(host)}};
    if (parts[0].life.second == INT_MAX)
      return false;
    for (SharedStorage::Guest guest : guests) {
      int64_t begin = *guest.offset.evaluate([&](Symbol) { return rows; });
      Part part{begin, begin + sizeOf(guest.alloc, rows), lifeOf(guest.alloc)};
      if (part.begin < 0 || part.end > parts[0].end ||
          part.life.second == INT_MAX || guest.alloc == host ||
          cast<RefType>(guest.alloc.getType()).getElementType() !=
              cast<RefType>(host.getType()).getElementType())
        return false;
      for (const Part &other : parts)
        if (part.begin < other.end && other.begin < part.end &&
            part.life.first <= other.life.second &&
            other.life.first <= part.life.second)
          return false;
      parts.push_back(part);
    }
    return true;
  }

  void judge(AllocOp host, ArrayRef<SharedStorage::Guest> guests) {
    SharingPlan plan{{host, llvm::to_vector<4>(guests)}};
    auto violation = checkSharing(function.front(), *symbols, plan);
    bool right = true;
    for (int64_t rows : {0, 1, 2, 3, 5})
      right &= isRight(host, guests, rows);
    ++(violation ? rejected : accepted);
    found += right && !violation;
    if (violation)
      ++byMessage[violation->message];
    EXPECT_TRUE(right || violation)
        << "host " << (llvm::find(allocs, host) - allocs.begin());
  }

  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  std::unique_ptr<SymbolicValues> symbols;
  std::vector<AllocOp> allocs;
  unsigned rejected = 0, accepted = 0, found = 0;
  std::map<std::string, unsigned> byMessage;
};

TEST_F(SharingCheckerTest, RejectsWhatIsWrong) {
  Polynomial n = symbols->get(allocs[0].getMixedSizes()[0]);
  std::vector<Polynomial> offsets{-1, 0, 1, 2, 4, 6, n, n + 1, n * 2, n * 3};
  for (AllocOp host : allocs)
    for (AllocOp guest : allocs)
      for (const Polynomial &offset : offsets) {
        judge(host, {{guest, offset}});
        for (AllocOp second : allocs)
          judge(host, {{guest, offset}, {second, 0}});
      }
  EXPECT_GT(rejected, 200u);
  EXPECT_GT(found, 5u);
  EXPECT_EQ(byMessage.size(), 5u) << "all that can go wrong with one block";
}

TEST_F(SharingCheckerTest, RejectsOneInTwoStorages) {
  SharingPlan plan{{allocs[3], {{allocs[7], 0}}}, {allocs[7], {}}};
  auto violation = checkSharing(function.front(), *symbols, plan);
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->message, "a temporary is in two storages");
}

} // namespace
