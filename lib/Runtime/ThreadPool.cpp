//===- ThreadPool.cpp - threads that run kernels in parts -----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Workers look for a new job for a while and then sleep. A worker takes part in
// a job between `enter` and `leave`, under the mutex; a job that is closed is
// entered no more, and its caller waits for the workers that are in it. So no
// worker ever sees the body or context of a call that has returned.
//
// After a fork the child has no workers, and the mutex may be locked by a
// thread that is gone: it gets a pool of its own, and the old one is forgotten.
//
//===----------------------------------------------------------------------===//

#include "elena/Runtime/ThreadPool.h"
#include <algorithm>
#include <atomic>
#include <bit>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>
#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

using namespace elena;

/// How often a worker looks for the next job before it sleeps: some 10 µs.
static constexpr int kLooks = 400;
/// Parts of a job for each thread, at least.
static constexpr int64_t kPartsOfThread = 4;

static void pauseBriefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

namespace {
struct Job {
  ParallelBody body = nullptr; // null: closed
  const void *context = nullptr;
  int64_t shift = 0;
};

class ThreadPool {
public:
  /// Runs the job on up to `threads` threads; false if the pool is busy.
  bool tryRun(const Job &job, int threads);

private:
  void addWorkers(int count);
  void work(int number);
  void runParts(const Job &job);
  void close();

  std::atomic<bool> busy = false; // while a job runs
  std::mutex mutex;
  std::condition_variable wake, done;
  Job current;
  std::atomic<int> entered = 0; // workers in the current job
  int wanted = 0;               // how many workers may be
  int workers = 0;
  /// Counts jobs: what workers look at.
  std::atomic<uint64_t> jobs = 0;
  std::atomic<int64_t> nextPart = 0;
};
} // namespace

void ThreadPool::runParts(const Job &job) {
  int64_t parts = int64_t(1) << job.shift;
  for (int64_t part; (part = nextPart.fetch_add(1)) < parts;)
    job.body(job.context, part, job.shift);
}

void ThreadPool::work(int number) {
  uint64_t seen = 0;
  while (true) {
    for (int k = 0; k < kLooks && jobs.load() == seen; ++k)
      pauseBriefly();
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return jobs.load() != seen; });
    seen = jobs.load();
    if (!current.body || number >= wanted)
      continue;
    Job job = current;
    entered.fetch_add(1);
    lock.unlock();
    runParts(job);
    lock.lock();
    if (entered.fetch_sub(1) == 1)
      done.notify_one();
  }
}

void ThreadPool::addWorkers(int count) {
  for (; workers < count; ++workers)
    try {
      std::thread(&ThreadPool::work, this, workers).detach();
    } catch (const std::system_error &) {
      return; // no more threads: the others do it
    }
}

void ThreadPool::close() {
  {
    std::lock_guard lock(mutex);
    current.body = nullptr;
  }
  for (int k = 0; k < kLooks && entered.load() != 0; ++k)
    pauseBriefly();
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return entered.load() == 0; });
}

bool ThreadPool::tryRun(const Job &job, int threads) {
  if (busy.exchange(true))
    return false;
  {
    std::lock_guard lock(mutex);
    addWorkers(threads - 1);
    current = job;
    wanted = threads - 1;
    nextPart.store(0);
    jobs.fetch_add(1);
  }
  wake.notify_all();
  runParts(job);
  close();
  busy.store(false);
  return true;
}

//===----------------------------------------------------------------------===//
// The pool of the process
//===----------------------------------------------------------------------===//

/// Never destroyed: workers may outlive the static objects.
static std::atomic<ThreadPool *> thePool = nullptr;

static ThreadPool &getPool() {
  if (ThreadPool *pool = thePool.load())
    return *pool;
  auto *made = new ThreadPool;
  ThreadPool *expected = nullptr;
  if (!thePool.compare_exchange_strong(expected, made)) {
    delete made;
    return *expected;
  }
#if defined(__unix__) || defined(__APPLE__)
  static std::once_flag once;
  std::call_once(once, [] {
    pthread_atfork(nullptr, nullptr, [] { thePool.store(nullptr); });
  });
#endif
  return *made;
}

static int countCores() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return CPU_COUNT(&set);
#endif
  return std::max(1u, std::thread::hardware_concurrency());
}

static int firstNumThreads() {
  const char *text = std::getenv("ELENA_NUM_THREADS");
  int count = text ? std::atoi(text) : 0;
  return std::clamp(count > 0 ? count : countCores(), 1, kMaxThreads);
}

static std::atomic<int> &numThreads() {
  static std::atomic<int> count = firstNumThreads();
  return count;
}

int elena::getNumThreads() { return numThreads().load(); }

void elena::setNumThreads(int count) {
  numThreads().store(std::clamp(count, 1, kMaxThreads));
}

static std::atomic<int64_t> workOfPart = kWorkOfPart;

void elena::setWorkOfPart(int64_t units) {
  workOfPart.store(std::max<int64_t>(1, units));
}

void elena::parallel(ParallelBody body, const void *context, int64_t work) {
  int threads = getNumThreads();
  int64_t parts = std::min(threads * kPartsOfThread,
                           std::max<int64_t>(1, work / workOfPart.load()));
  int64_t shift = std::bit_width(uint64_t(parts)) - 1;
  if (threads == 1 || shift == 0 ||
      !getPool().tryRun({body, context, shift}, threads))
    body(context, 0, 0);
}

void elena::parallelOfRuntime(ElenaRuntime *, ParallelBody body,
                              const void *context, int64_t work) {
  parallel(body, context, work);
}
