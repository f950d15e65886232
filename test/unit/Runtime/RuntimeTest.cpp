//===- RuntimeTest.cpp - the default run time -----------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Runtime/elena.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace {

class RuntimeTest : public ::testing::Test {
protected:
  void SetUp() override { elena_runtime_init(&arena); }
  void TearDown() override { elena_runtime_release(&arena); }
  void *alloc(int64_t bytes) {
    return arena.runtime.alloc(&arena.runtime, bytes);
  }

  ElenaArena arena;
};

TEST_F(RuntimeTest, StoragesAreAlignedAndApart) {
  char *last = nullptr;
  for (int64_t bytes : {0, 1, 63, 64, 65, 1000, 1 << 20}) {
    char *storage = static_cast<char *>(alloc(bytes));
    ASSERT_NE(storage, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(storage) % 64, 0u);
    EXPECT_NE(storage, last);
    memset(storage, 0xff, bytes);
    last = storage;
  }
}

TEST_F(RuntimeTest, ImpossibleSizesGiveNull) {
  EXPECT_EQ(alloc(-1), nullptr);
  EXPECT_EQ(alloc(std::numeric_limits<int64_t>::max()), nullptr);
}

TEST_F(RuntimeTest, KeptStoragesOutliveTheArena) {
  void *a = alloc(10), *b = alloc(10), *c = alloc(10);
  elena_runtime_keep(&arena, b);
  elena_runtime_keep(&arena, c);
  elena_runtime_keep(&arena, a);
  EXPECT_EQ(arena.storages, nullptr);
  alloc(10);
  elena_runtime_release(&arena);
  memset(a, 1, 10);
  memset(b, 1, 10);
  for (void *storage : {a, b, c})
    elena_runtime_free(storage);
  elena_runtime_free(nullptr);
}

TEST_F(RuntimeTest, AnArenaIsUsableAfterRelease) {
  alloc(10);
  elena_runtime_release(&arena);
  EXPECT_EQ(arena.storages, nullptr);
  EXPECT_NE(alloc(10), nullptr);
}

TEST_F(RuntimeTest, RemembersTheFailedCheck) {
  EXPECT_EQ(arena.check, -1);
  int64_t values[12];
  for (int i = 0; i < 12; ++i)
    values[i] = i - 3;
  arena.runtime.fail(&arena.runtime, 4, values, 2);
  EXPECT_EQ(arena.check, 4);
  EXPECT_EQ(arena.value_count, 2);
  EXPECT_EQ(arena.values[1], -2);
  arena.runtime.fail(&arena.runtime, 5, values, 12);
  EXPECT_EQ(arena.value_count, ELENA_MAX_CHECK_VALUES);
  arena.runtime.fail(&arena.runtime, 6, nullptr, 0);
  EXPECT_EQ(arena.value_count, 0);
}

TEST_F(RuntimeTest, HasNoGPU) {
  EXPECT_NE(arena.runtime.launch(&arena.runtime, 0, 1, nullptr, 0), 0);
}

TEST(RuntimeWords, DoublesKeepTheirBits) {
  for (double value : {0.0, -0.0, 1.5, -HUGE_VAL, 5e-324})
    EXPECT_EQ(std::signbit(value),
              std::signbit(elena_to_double(elena_from_double(value))));
  EXPECT_EQ(elena_to_double(elena_from_double(0.1)), 0.1);
  EXPECT_TRUE(std::isnan(elena_to_double(elena_from_double(NAN))));
}

TEST_F(RuntimeTest, OverlapIsExact) {
  float x[8];
  auto address = [&](int i) { return reinterpret_cast<intptr_t>(x + i); };
  auto overlap = [&](const int64_t *a, const int64_t *b) {
    return arena.runtime.overlap(&arena.runtime, a, 1, 4, b, 1, 4);
  };
  const int64_t even[] = {address(0), 4, 2}, odd[] = {address(7), 4, -2};
  const int64_t last[] = {address(6), 2, 1};
  EXPECT_EQ(overlap(even, odd), 0);
  EXPECT_NE(overlap(even, last), 0);
  EXPECT_NE(overlap(even, even), 0);
}

} // namespace
