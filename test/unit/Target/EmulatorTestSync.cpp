//===- EmulatorTestSync.cpp - Kernels with barriers and shuffles --------===//
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

/// Each block adds up 256 floats in shared memory. `inner` is what stands
/// between two steps of the tree, `first` what stands before the tree.
static std::string makeBlockSum(const std::string &first,
                                const std::string &inner) {
  return R"(
@shared = internal addrspace(3) global [256 x float] undef
define ptx_kernel void @blocksum(ptr %a, ptr %b) {
entry:
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %o = shl i32 %c, 8
  %i = add i32 %o, %t
  %pa = getelementptr float, ptr %a, i32 %i
  %x = load float, ptr %pa
  %ps = getelementptr float, ptr addrspace(3) @shared, i32 %t
  store float %x, ptr addrspace(3) %ps
  )" + first +
         R"(
  br label %head
head:
  %s = phi i32 [ 128, %entry ], [ %h, %next ]
  %more = icmp sgt i32 %s, 0
  br i1 %more, label %step, label %last
step:
  %mine = icmp slt i32 %t, %s
  br i1 %mine, label %add, label %next
add:
  %j = add i32 %t, %s
  %pj = getelementptr float, ptr addrspace(3) @shared, i32 %j
  %u = load float, ptr addrspace(3) %ps
  %v = load float, ptr addrspace(3) %pj
  %w = fadd float %u, %v
  store float %w, ptr addrspace(3) %ps
  br label %next
next:
  )" + inner +
         R"(
  %h = lshr i32 %s, 1
  br label %head
last:
  %zero = icmp eq i32 %t, 0
  br i1 %zero, label %write, label %end
write:
  %r = load float, ptr addrspace(3) @shared
  %pb = getelementptr float, ptr %b, i32 %c
  store float %r, ptr %pb
  br label %end
end:
  ret void
})";
}

static const char *const barrier =
    "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)";

namespace {
struct BlockSum : testing::Test {
  std::vector<float> a = std::vector<float>(1024), b = std::vector<float>(4);
  std::unique_ptr<Emulator> emulator;

  void run(const std::string &text, uint64_t seed) {
    std::iota(a.begin(), a.end(), 0.f);
    emulator = load(text);
    ASSERT_TRUE(emulator);
    emulator->addRange(a.data(), a.size() * 4, "a", /*writable=*/false);
    emulator->addRange(b.data(), b.size() * 4, "b");
    float *pa = a.data(), *pb = b.data();
    launch(*emulator, "blocksum", {4}, {256}, seed, pa, pb);
  }
};
} // namespace

TEST_F(BlockSum, Clean) {
  for (uint64_t seed : {0, 1, 2}) {
    run(makeBlockSum(barrier, barrier), seed);
    EXPECT_EQ(messages(*emulator), "");
    for (int block = 0; block < 4; ++block)
      EXPECT_EQ(b[block], 256 * (256 * block + 127.5f));
  }
}

TEST_F(BlockSum, RemovedBarrierIsFound) {
  for (uint64_t seed : {0, 1, 2}) {
    run(makeBlockSum("", barrier), seed);
    EXPECT_TRUE(found(*emulator, Kind::RaceReadAfterWrite) ||
                found(*emulator, Kind::RaceWriteAfterRead));
    EXPECT_THAT(messages(*emulator), HasSubstr("'shared' of 1024 bytes"));
    run(makeBlockSum(barrier, ""), seed);
    EXPECT_FALSE(emulator->getReports().empty());
  }
}

TEST(EmulatorSync, BarrierSomeThreadsLeaveOutIsFound) {
  auto emulator = load(R"(
define ptx_kernel void @k() {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = icmp slt i32 %t, 100
  br i1 %c, label %wait, label %end
wait:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end
end:
  ret void
})");
  launch(*emulator, "k", {1}, {128}, 0);
  ASSERT_EQ(emulator->getReports().size(), 1u);
  EXPECT_EQ(emulator->getReports()[0].kind, Kind::BarrierDivergence);
  launch(*emulator, "k", {1}, {100}, 0);
  EXPECT_EQ(emulator->getReports().size(), 1u);
}

TEST(EmulatorSync, DifferentBarriersAreFound) {
  auto emulator = load(R"(
define ptx_kernel void @k(ptr %p) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = icmp slt i32 %t, 1
  br i1 %c, label %one, label %two
one:
  store i32 1, ptr %p
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  ret void
two:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  ret void
})");
  int32_t value, *p = &value;
  emulator->addRange(p, 4, "p");
  launch(*emulator, "k", {1}, {64}, 0, p);
  EXPECT_TRUE(found(*emulator, Kind::BarrierDivergence)) << messages(*emulator);
}

TEST(EmulatorSync, SharedMemoryStartsPoisoned) {
  auto emulator = load(R"(
@shared = internal addrspace(3) global [2 x i32] undef
define ptx_kernel void @k(ptr %p) {
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %v = load i32, ptr addrspace(3) @shared
  %q = getelementptr i32, ptr %p, i32 %c
  store i32 %v, ptr %q
  store i32 5, ptr addrspace(3) @shared
  ret void
})");
  std::vector<int32_t> out(2);
  int32_t *p = out.data();
  emulator->addRange(p, 8, "out");
  launch(*emulator, "k", {2}, {1}, 0, p);
  EXPECT_EQ(messages(*emulator), "");
  EXPECT_EQ(out, (std::vector<int32_t>{-1, -1}));
}

//===----------------------------------------------------------------------===//
// Shuffles
//===----------------------------------------------------------------------===//

/// A kernel that stores what the shuffle `call` makes of each lane's number
/// into its first array, and the predicate, if there is one, into its second.
static std::string makeShuffle(const std::string &call, bool predicate) {
  std::string text = R"(
define ptx_kernel void @k(ptr %a, ptr %b) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %pa = getelementptr i32, ptr %a, i32 %t
  %pb = getelementptr i32, ptr %b, i32 %t
  )";
  text += predicate ? "%r = call {i32, i1} " + call +
                          "\n %v = extractvalue {i32, i1} %r, 0"
                          "\n %q = extractvalue {i32, i1} %r, 1"
                    : "%v = call i32 " + call + "\n %q = add i1 false, true";
  return text + R"(
  %z = zext i1 %q to i32
  store i32 %v, ptr %pa
  store i32 %z, ptr %pb
  ret void
})";
}

namespace {
struct Shuffle : testing::Test {
  std::vector<int32_t> value = std::vector<int32_t>(64);
  std::vector<int32_t> predicate = std::vector<int32_t>(64);
  std::unique_ptr<Emulator> emulator;

  void run(const std::string &call, bool hasPredicate, uint32_t threads = 64) {
    emulator = load(makeShuffle(call, hasPredicate));
    ASSERT_TRUE(emulator);
    int32_t *a = value.data(), *b = predicate.data();
    emulator->addRange(a, 256, "a");
    emulator->addRange(b, 256, "b");
    launch(*emulator, "k", {1}, {threads}, /*seed=*/5, a, b);
  }
};
} // namespace

TEST_F(Shuffle, Butterfly) {
  run("@llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %t, i32 3, i32 31)", false);
  EXPECT_EQ(messages(*emulator), "");
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(value[i], i ^ 3);
}

TEST_F(Shuffle, Down) {
  run("@llvm.nvvm.shfl.sync.down.i32p(i32 -1, i32 %t, i32 4, i32 31)", true);
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(predicate[i], i % 32 + 4 < 32);
    EXPECT_EQ(value[i], i % 32 + 4 < 32 ? i + 4 : i);
  }
}

TEST_F(Shuffle, Up) {
  run("@llvm.nvvm.shfl.sync.up.i32p(i32 -1, i32 %t, i32 4, i32 0)", true);
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(predicate[i], i % 32 >= 4);
    EXPECT_EQ(value[i], i % 32 >= 4 ? i - 4 : i);
  }
}

TEST_F(Shuffle, IndexInSegmentsOfEight) {
  // Segment mask 0x18, limit 31: lanes are grouped by eight.
  run("@llvm.nvvm.shfl.sync.idx.i32(i32 -1, i32 %t, i32 2, i32 6175)", false);
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(value[i], i / 8 * 8 + 2);
}

TEST_F(Shuffle, MissingLaneIsFound) {
  run("@llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %t, i32 16, i32 31)", false,
      /*threads=*/20);
  EXPECT_TRUE(found(*emulator, Kind::ShuffleDivergence));
  EXPECT_THAT(messages(*emulator), HasSubstr("does not take part"));
}

TEST(EmulatorSync, ShuffleOrdersTheLanesOfAWarp) {
  // Lane 0 writes, the warp synchronises, all lanes read.
  const char *text = R"(
declare void @llvm.nvvm.bar.warp.sync(i32)
define ptx_kernel void @k(ptr %p, ptr %out) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %zero = icmp eq i32 %t, 0
  br i1 %zero, label %write, label %join
write:
  store i32 9, ptr %p
  br label %join
join:
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  %v = load i32, ptr %p
  %q = getelementptr i32, ptr %out, i32 %t
  store i32 %v, ptr %q
  ret void
})";
  auto emulator = load(text);
  std::vector<int32_t> out(64);
  int32_t value = 0, *p = &value, *q = out.data();
  emulator->addRange(p, 4, "p");
  emulator->addRange(q, 256, "out");
  launch(*emulator, "k", {1}, {32}, /*seed=*/3, p, q);
  EXPECT_EQ(messages(*emulator), "");
  EXPECT_EQ(out[31], 9);
  // A second warp is not ordered by it.
  launch(*emulator, "k", {1}, {64}, /*seed=*/0, p, q);
  EXPECT_TRUE(found(*emulator, Kind::RaceReadAfterWrite));
}

TEST(EmulatorSync, WaitingForEachOtherIsADeadlock) {
  // Half of the warp waits at a barrier, half at a shuffle that names all.
  auto emulator = load(R"(
define ptx_kernel void @k(ptr %p) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = icmp slt i32 %t, 16
  br i1 %c, label %one, label %two
one:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  ret void
two:
  %v = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %t, i32 1, i32 31)
  ret void
})");
  int32_t value, *p = &value;
  launch(*emulator, "k", {3}, {32}, 0, p);
  ASSERT_EQ(emulator->getReports().size(), 1u);
  EXPECT_EQ(emulator->getReports()[0].kind, Kind::Deadlock);
  EXPECT_THAT(messages(*emulator), HasSubstr("16 threads wait at a barrier"));
}
