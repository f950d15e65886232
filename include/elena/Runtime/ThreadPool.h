//===- elena/Runtime/ThreadPool.h - threads that run kernels in parts -----===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pool per process, for kernels that run in parts (elena-divide-kernels).
// Needs no LLVM. With 4 threads and a kernel of 1,000,000 units of work:
//
//   elena::parallel(body, context, 1000000)
//     2^4 parts, four for each thread, so that a thread that was interrupted
//     holds up the others by a sixteenth of the work at most
//     body(context, 0, 4) … body(context, 15, 4), by the caller and 3 workers
//   returns when all have ended
//
// A call while the pool is busy (from another thread, or from a body) runs as
// one part: body(context, 0, 0). So nests are inline, and nothing waits for
// anything that waits for it.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_RUNTIME_THREADPOOL_H
#define ELENA_RUNTIME_THREADPOOL_H

#include "elena/Runtime/elena.h"

namespace elena {

/// Part number `part` of 2^`shift` parts.
using ParallelBody = void (*)(const void *context, int64_t part, int64_t shift);

/// Runs all parts of a body of `work` units (additions of vectors: a quarter of
/// a nanosecond or so), in any order and on any thread. Parts have at least
/// kWorkOfPart units.
void parallel(ParallelBody body, const void *context, int64_t work);

inline constexpr int64_t kWorkOfPart = int64_t(1) << 15;

/// For `ElenaRuntime::parallel`.
void parallelOfRuntime(ElenaRuntime *runtime, ParallelBody body,
                       const void *context, int64_t work);

/// How many threads run a kernel, the caller's among them. At first
/// ELENA_NUM_THREADS, or the cores that the process may use.
int getNumThreads();

/// From the next kernel on. `count` is from 1 to kMaxThreads; others are
/// clamped.
void setNumThreads(int count);

inline constexpr int kMaxThreads = 1024;

/// For tests, which cut small kernels: instead of kWorkOfPart, at least 1.
void setWorkOfPart(int64_t units);

} // namespace elena

#endif // ELENA_RUNTIME_THREADPOOL_H
