//===- ThreadPoolTest.cpp -------------------------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Runtime/ThreadPool.h"
#include <atomic>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace elena;

namespace {
/// Counts the runs of each part.
struct Tally {
  std::atomic<int> runs[1 << 14] = {};
  std::atomic<int64_t> shift = -1;
};

class Threads : public testing::Test {
protected:
  void SetUp() override { before = getNumThreads(); }
  void TearDown() override { setNumThreads(before); }
  int before = 1;
};
} // namespace

static void count(const void *context, int64_t part, int64_t shift) {
  auto *tally = static_cast<Tally *>(const_cast<void *>(context));
  tally->runs[part].fetch_add(1);
  tally->shift.store(shift);
}

static void expectEachOnce(Tally &tally) {
  int64_t parts = int64_t(1) << tally.shift.load();
  for (int64_t part = 0; part < parts; ++part)
    ASSERT_EQ(tally.runs[part].exchange(0), 1) << part << " of " << parts;
  ASSERT_EQ(tally.runs[parts].load(), 0);
}

TEST_F(Threads, EachPartRunsOnce) {
  Tally tally;
  for (int threads : {1, 2, 3, 8, 100})
    for (int64_t work : {int64_t(0), kWorkOfPart, 3 * kWorkOfPart,
                         1000 * kWorkOfPart, INT64_MAX}) {
      setNumThreads(threads);
      for (int k = 0; k < 50; ++k) {
        parallel(count, &tally, work);
        expectEachOnce(tally);
      }
    }
}

TEST_F(Threads, LittleWorkIsOnePart) {
  setNumThreads(8);
  Tally tally;
  parallel(count, &tally, 2 * kWorkOfPart - 1);
  EXPECT_EQ(tally.shift.load(), 0);
  parallel(count, &tally, 2 * kWorkOfPart);
  EXPECT_EQ(tally.shift.load(), 1);
}

TEST_F(Threads, NumberIsClamped) {
  setNumThreads(0);
  EXPECT_EQ(getNumThreads(), 1);
  setNumThreads(1 << 20);
  EXPECT_EQ(getNumThreads(), kMaxThreads);
}

/// A body that needs another thread to go on.
static void waitForOther(const void *context, int64_t, int64_t) {
  auto *arrived = static_cast<std::atomic<int> *>(const_cast<void *>(context));
  arrived->fetch_add(1);
  while (arrived->load() < 2)
    std::this_thread::yield();
}

TEST_F(Threads, PartsRunAtOnce) {
  setNumThreads(2);
  for (int k = 0; k < 100; ++k) {
    std::atomic<int> arrived = 0;
    parallel(waitForOther, &arrived, 100 * kWorkOfPart);
    EXPECT_GE(arrived.load(), 2);
  }
}

static void nest(const void *context, int64_t part, int64_t shift) {
  Tally inner;
  parallel(count, &inner, INT64_MAX);
  EXPECT_EQ(inner.shift.load(), 0); // one part, of the same thread
  count(context, part, shift);
}

TEST_F(Threads, NestsAreInline) {
  setNumThreads(4);
  Tally tally;
  parallel(nest, &tally, 100 * kWorkOfPart);
  expectEachOnce(tally);
}

TEST_F(Threads, CallersDoNotMeet) {
  setNumThreads(3);
  std::vector<std::thread> callers;
  for (int k = 0; k < 4; ++k)
    callers.emplace_back([] {
      Tally tally;
      for (int call = 0; call < 500; ++call) {
        parallel(count, &tally, 64 * kWorkOfPart);
        expectEachOnce(tally);
      }
    });
  for (std::thread &caller : callers)
    caller.join();
}

TEST_F(Threads, SurvivesFork) {
  setNumThreads(4);
  Tally tally;
  parallel(count, &tally, INT64_MAX);
  for (int k = 0; k < 10; ++k) {
    pid_t child = fork();
    if (child == 0) {
      Tally own;
      bool fine = true;
      for (int call = 0; call < 20; ++call) {
        parallel(count, &own, INT64_MAX);
        for (int64_t part = 0; part < int64_t(1) << own.shift.load(); ++part)
          fine &= own.runs[part].exchange(0) == 1;
      }
      _exit(fine ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

TEST_F(Threads, NumberChangesBetweenJobs) {
  Tally tally;
  for (int k = 0; k < 300; ++k) {
    setNumThreads(1 + k % 7);
    parallel(count, &tally, 200 * kWorkOfPart);
    expectEachOnce(tally);
  }
}
