//===- EmulatorTest.cpp - Kernels without synchronisation ---------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmulatorTestUtils.h"

#include "gmock/gmock.h"
#include <numeric>
#include <vector>

using namespace elena;
using namespace elena::test;
using Kind = EmulatorReport::Kind;
using testing::HasSubstr;

// b[i] = 2 * a[i] for i < n; `GUARD` is what i is compared with.
static std::string makeTwice(const std::string &guard) {
  return R"(
define ptx_kernel void @twice(ptr %a, ptr %b, i64 %n) "nvvm.maxntid"="256" {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %d = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %o = mul i32 %c, %d
  %g = add i32 %o, %t
  %i = sext i32 %g to i64
  %m = add i64 %n, )" +
         guard + R"(
  %in = icmp slt i64 %i, %m
  br i1 %in, label %body, label %end
body:
  %pa = getelementptr float, ptr %a, i64 %i
  %pb = getelementptr float, ptr %b, i64 %i
  %x = load float, ptr %pa
  %y = fmul float %x, 2.0
  store float %y, ptr %pb
  br label %end
end:
  ret void
})";
}

namespace {
struct Twice : testing::Test {
  std::vector<float> a = std::vector<float>(1000);
  std::vector<float> b = std::vector<float>(1000, -1);
  std::unique_ptr<Emulator> emulator;

  void run(const std::string &guard, uint64_t seed) {
    std::iota(a.begin(), a.end(), 0.f);
    emulator = load(makeTwice(guard));
    ASSERT_TRUE(emulator);
    emulator->addRange(a.data(), a.size() * 4, "a", /*writable=*/false);
    emulator->addRange(b.data(), b.size() * 4, "b");
    float *pa = a.data(), *pb = b.data();
    int64_t n = a.size();
    launch(*emulator, "twice", {4}, {256}, seed, pa, pb, n);
  }
};
} // namespace

TEST_F(Twice, Clean) {
  for (uint64_t seed : {0, 1, 7}) {
    run("0", seed);
    EXPECT_EQ(messages(*emulator), "");
    for (size_t i = 0; i < a.size(); ++i)
      ASSERT_EQ(b[i], 2 * a[i]);
  }
  EXPECT_EQ(emulator->getNumAccesses(), 2000u);
  EXPECT_THAT(emulator->getKernels(), testing::ElementsAre("twice"));
}

TEST_F(Twice, OffByOneGuardIsFound) {
  run("1", 0);
  EXPECT_TRUE(found(*emulator, Kind::OutOfBoundsRead));
  EXPECT_TRUE(found(*emulator, Kind::OutOfBoundsWrite));
  EXPECT_THAT(messages(*emulator),
              HasSubstr("twice, block (3,0,0), thread (232,0,0): out-of-bounds "
                        "read of 4 bytes, 0 bytes after the end of 'a' of 4000 "
                        "bytes"));
  EXPECT_EQ(emulator->getNumFindings(), 2u);
}

TEST_F(Twice, WriteToReadOnlyIsFound) {
  emulator = load(makeTwice("0"));
  emulator->addRange(a.data(), a.size() * 4, "a", /*writable=*/false);
  float *pa = a.data();
  int64_t n = 1;
  launch(*emulator, "twice", {1}, {32}, 0, pa, pa, n);
  EXPECT_TRUE(found(*emulator, Kind::WriteToReadOnly));
}

TEST_F(Twice, ShiftedWithinOneBufferIsARace) {
  emulator = load(makeTwice("0"));
  emulator->addRange(a.data(), a.size() * 4, "a");
  float *pa = a.data(), *pb = a.data() + 1;
  int64_t n = 300;
  for (uint64_t seed : {0, 3}) {
    emulator->clearReports();
    launch(*emulator, "twice", {2}, {256}, seed, pa, pb, n);
    EXPECT_TRUE(found(*emulator, Kind::RaceReadAfterWrite) ||
                found(*emulator, Kind::RaceWriteAfterRead));
  }
  EXPECT_THAT(messages(*emulator), HasSubstr("the other: block"));
  // Beyond the limit findings are counted only.
  EXPECT_GT(emulator->getNumFindings(), emulator->getReports().size());
}

TEST_F(Twice, LaunchIsValidated) {
  emulator = load(makeTwice("0"));
  auto problem = [&](const char *kernel, Dim3 grid, Dim3 block) {
    return llvm::toString(emulator->launch(kernel, grid, block, nullptr));
  };
  EXPECT_EQ(problem("thrice", {1}, {1}), "no kernel 'thrice' in the module");
  EXPECT_EQ(problem("twice", {1}, {257}),
            "kernel 'twice' allows 256 threads per block, not 257");
  EXPECT_EQ(problem("twice", {0}, {1}),
            "cannot launch 'twice' with 0 blocks of 1 threads");
}

TEST_F(Twice, UncheckedRunsFaster) {
  EmulatorOptions options;
  options.checkAccesses = false;
  emulator = load(makeTwice("0"), options);
  a[5] = 21;
  float *pa = a.data(), *pb = b.data();
  int64_t n = 1000;
  launch(*emulator, "twice", {4}, {256}, 0, pa, pb, n);
  EXPECT_EQ(b[5], 42);
  EXPECT_EQ(emulator->getNumAccesses(), 0u);
}

TEST(Emulator, NeighbouringBytesAreNoRace) {
  auto emulator = load(R"(
define ptx_kernel void @flags(ptr %p, i1 %value) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %q = getelementptr i8, ptr %p, i32 %t
  %v = zext i1 %value to i8
  store i8 %v, ptr %q
  ret void
})");
  std::vector<uint8_t> flags(64, 7);
  emulator->addRange(flags.data(), flags.size(), "flags");
  uint8_t *p = flags.data(), value = 1;
  launch(*emulator, "flags", {1}, {64}, 0, p, value);
  EXPECT_EQ(messages(*emulator), "");
  EXPECT_EQ(flags, std::vector<uint8_t>(64, 1));
}

TEST(Emulator, BlocksAreNeverOrdered) {
  auto emulator = load(R"(
define ptx_kernel void @same(ptr %p) {
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  store i32 %c, ptr %p
  ret void
})");
  int32_t value = -1, *p = &value;
  emulator->addRange(p, 4, "p");
  launch(*emulator, "same", {2}, {1}, 0, p);
  EXPECT_TRUE(found(*emulator, Kind::RaceWriteAfterWrite));
}

TEST(Emulator, TablesOfTheModuleCanBeReadWithinBounds) {
  auto emulator = load(R"(
@table = internal constant [4 x i32] [i32 1, i32 2, i32 3, i32 4]
define ptx_kernel void @lookup(ptr %p) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %e = getelementptr [4 x i32], ptr @table, i32 0, i32 %t
  %v = load i32, ptr %e
  %q = getelementptr i32, ptr %p, i32 %t
  store i32 %v, ptr %q
  ret void
})");
  std::vector<int32_t> out(5);
  int32_t *p = out.data();
  emulator->addRange(p, 20, "out");
  launch(*emulator, "lookup", {1}, {4}, 0, p);
  EXPECT_EQ(messages(*emulator), "");
  EXPECT_EQ(out, (std::vector<int32_t>{1, 2, 3, 4, 0}));
  launch(*emulator, "lookup", {1}, {5}, 0, p);
  EXPECT_TRUE(found(*emulator, Kind::OutOfBoundsRead));
}

TEST(Emulator, UnknownIntrinsicIsNamed) {
  auto emulator = tryLoad(R"(
declare i32 @llvm.nvvm.read.ptx.sreg.clock()
declare i32 @llvm.nvvm.vote.ballot.sync(i32, i1)
define ptx_kernel void @k(ptr %p) {
  %c = call i32 @llvm.nvvm.read.ptx.sreg.clock()
  %v = call i32 @llvm.nvvm.vote.ballot.sync(i32 %c, i1 true)
  store i32 %v, ptr %p
  ret void
})");
  ASSERT_FALSE(bool(emulator));
  EXPECT_EQ(llvm::toString(emulator.takeError()),
            "the GPU emulator does not know the intrinsic "
            "llvm.nvvm.read.ptx.sreg.clock, llvm.nvvm.vote.ballot.sync");
}

TEST(Emulator, UnknownInstructionIsNamed) {
  auto emulator = tryLoad(R"(
define ptx_kernel void @k(ptr %p) {
  %v = atomicrmw add ptr %p, i32 1 seq_cst
  ret void
})");
  ASSERT_FALSE(bool(emulator));
  EXPECT_THAT(llvm::toString(emulator.takeError()),
              HasSubstr("does not know the instruction 'atomicrmw' in 'k'"));
}
