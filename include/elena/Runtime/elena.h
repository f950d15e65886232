/*===- elena/Runtime/elena.h - the binary interface of compiled functions -===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
|* Needs a C99 or C++11 compiler and libc; no LLVM, no Python, no NumPy.      *|
\*===----------------------------------------------------------------------===*/
/**
 * @file elena.h
 * How a compiled Elena function is called.
 *
 * Every function, whatever its arguments, has the C type ::ElenaEntry:
 *
 *     int32_t f(const int64_t *args, int64_t *results, ElenaRuntime *rt);
 *
 * `args` and `results` are arrays of 64-bit words. For each argument, in order:
 *
 *   array of rank r    [data pointer, size 0 .. r-1, stride 0 .. r-1]
 *   integer            [value]
 *   float (double)     [its bits]
 *   bool               [0 or 1]
 *
 * and for each result:
 *
 *   array of rank r    [storage pointer, data pointer, size 0 .. r-1,
 *                       stride 0 .. r-1]
 *   scalar             [its value, or its bits for a float]
 *
 * Sizes and strides count ELEMENTS, not bytes. Strides may be zero or
 * negative; the data pointer is that of element 0. A bool array holds one byte
 * per element, 0 or 1. The storage pointer of a result is what `rt->alloc`
 * returned, or, for a view of an argument, that argument's data pointer.
 *
 * The result is a status. On ELENA_GUARD and ELENA_OVERLAP nothing has been
 * written. Storages from `rt->alloc` are the caller's whatever the status is:
 * it frees all but those that a result refers to.
 *
 * ## Worked example
 *
 * `f.lower(x, 2.0).save("scale.so")` for
 *
 *     def scale(x, a):          # x: float32 array of rank 1, a: float
 *         return x * np.float32(a)
 *
 * writes `scale.so` and `scale.h`. This program runs them (`cc p.c
 * ./scale.so`):
 *
 *     #include "scale.h"        // contains this file and the entry
 * `elena_scale` #include <stdio.h>
 *
 *     int main(void) {
 *       float x[3] = {1, 2, 3};
 *       int64_t args[] = {(int64_t)(intptr_t)x, 3, 1,  // data, size, stride
 *                         elena_from_double(2.0)};
 *       int64_t results[4];                 // storage, data, size, stride
 *       ElenaArena arena;
 *       elena_runtime_init(&arena);
 *       int32_t status = elena_scale(args, results, &arena.runtime);
 *       if (status == ELENA_OK) {
 *         const float *y = (const float *)(intptr_t)results[1];
 *         for (int64_t i = 0; i < results[2]; ++i)
 *           printf("%g ", y[i * results[3]]);          // 2 4 6
 *       }
 *       elena_runtime_release(&arena);      // frees every storage
 *       return status;
 *     }
 *
 * ## The default run time
 *
 * ::ElenaArena is a run time that allocates with malloc, remembers every
 * storage and the last failed check. Its few functions are `static inline` by
 * default, so that this header is all that a program needs. Programs that link
 * libElenaRuntime may define ELENA_RUNTIME_EXTERNAL to use the functions there.
 * An arena is for one thread at a time; entries are reentrant.
 */
#ifndef ELENA_RUNTIME_ELENA_H
#define ELENA_RUNTIME_ELENA_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an entry returns. */
enum ElenaStatus {
  ELENA_OK = 0,
  /** A fact about sizes or strides that this version was compiled for does not
      hold: it is for other shapes. Nothing was written. */
  ELENA_GUARD = 1,
  /** Two arguments share memory, and this version was compiled for arguments
      that do not; or it was compiled for two that are the very same array, and
      these are not. Nothing was written. */
  ELENA_OVERLAP = 2,
  /** A check on data failed (an index out of bounds); `rt->fail` was called. */
  ELENA_CHECK = 3,
  /** `rt->alloc` returned NULL. */
  ELENA_OUT_OF_MEMORY = 4,
  /** `rt->launch` did not return 0. */
  ELENA_LAUNCH = 5
};

typedef struct ElenaRuntime ElenaRuntime;

/** What a compiled function asks of its caller. Extend it by making it the
    first member of a larger struct. */
struct ElenaRuntime {
  /** A new storage of `bytes` bytes (0 allowed): aligned to 64 bytes,
      uninitialised; NULL if there is no memory. */
  void *(*alloc)(ElenaRuntime *rt, int64_t bytes);
  /** Reports that check number `check` of the function failed. `values` are
      the `n` numbers of its message (floats as bits). */
  void (*fail)(ElenaRuntime *rt, int32_t check, const int64_t *values,
               int32_t n);
  /** GPU only: launches kernel number `kernel` with at least `threads` threads.
      `args` points to the `nargs` kernel parameters, as for cuLaunchKernel.
      Returns 0 on success. Never called by code for the CPU. */
  int32_t (*launch)(ElenaRuntime *rt, int32_t kernel, int64_t threads,
                    void **args, int32_t nargs);
  /** Do two array arguments share a byte? 0 if it is sure that they do not.
      Asked only where the ranges of bytes that they span meet. `a` and `b`
      point to the words of the arguments; their elements have so many bytes.
      NULL: arguments whose ranges meet are taken to share bytes.
      ::elena_runtime_overlap is such a function. */
  int32_t (*overlap)(ElenaRuntime *rt, const int64_t *a, int32_t rank_a,
                     int32_t bytes_a, const int64_t *b, int32_t rank_b,
                     int32_t bytes_b);
  /** CPU only: calls `body(context, part, shift)` for every part from 0 to
      2^shift - 1, in any order and on any threads, and returns when all have
      ended. The caller of it chooses `shift`; `work` is an estimate in
      additions of vectors. NULL: the calling thread does it all, as one part
      (0 of 2^0). elena::parallelOfRuntime (ThreadPool.h) is such a function. */
  void (*parallel)(ElenaRuntime *rt,
                   void (*body)(const void *context, int64_t part,
                                int64_t shift),
                   const void *context, int64_t work);
};

/** The type of every compiled function. */
typedef int32_t (*ElenaEntry)(const int64_t *args, int64_t *results,
                              ElenaRuntime *rt);

/** The most values that a failed check can report. */
#define ELENA_MAX_CHECK_VALUES 8

/** The default run time. All members but `runtime` are for reading only. */
typedef struct ElenaArena {
  ElenaRuntime runtime;
  /** The storages of this arena, a linked list. */
  void *storages;
  /** The last failed check, or -1. Its text is in the generated header. */
  int32_t check;
  int32_t value_count;
  int64_t values[ELENA_MAX_CHECK_VALUES];
} ElenaArena;

#if defined(ELENA_RUNTIME_EXTERNAL)
#define ELENA_API extern
#else
#define ELENA_API static inline
#endif

/** Makes `arena` an empty arena. */
ELENA_API void elena_runtime_init(ElenaArena *arena);

/** Frees every storage of `arena`, which is empty (and usable) afterwards. */
ELENA_API void elena_runtime_release(ElenaArena *arena);

/** Takes `storage` out of `arena`: elena_runtime_release will not free it.
    `storage` must be a storage of the arena. */
ELENA_API void elena_runtime_keep(ElenaArena *arena, void *storage);

/** Frees a storage that elena_runtime_keep has taken out. NULL is allowed. */
ELENA_API void elena_runtime_free(void *storage);

/** The word that stands for a float argument. */
ELENA_API int64_t elena_from_double(double value);

/** The float that a result word stands for. */
ELENA_API double elena_to_double(int64_t word);

/** What ::elena_overlap finds. */
enum ElenaOverlapResult {
  ELENA_APART = 0,
  ELENA_SHARED = 1,
  /** Neither was shown within the budget. */
  ELENA_UNDECIDED = 2
};

/** Do two arrays share a byte? Exact, whatever their strides, unless it takes
    more than `budget` steps (some ten nanoseconds each) or numbers leave 64
    bits. The parameters are those of `ElenaRuntime::overlap`. */
ELENA_API int32_t elena_overlap(const int64_t *a, int32_t rank_a,
                                int32_t bytes_a, const int64_t *b,
                                int32_t rank_b, int32_t bytes_b,
                                int64_t budget);

/** For `ElenaRuntime::overlap`: elena_overlap with a budget of
    ELENA_OVERLAP_BUDGET steps. */
ELENA_API int32_t elena_runtime_overlap(ElenaRuntime *rt, const int64_t *a,
                                        int32_t rank_a, int32_t bytes_a,
                                        const int64_t *b, int32_t rank_b,
                                        int32_t bytes_b);
#define ELENA_OVERLAP_BUDGET 4096

#if !defined(ELENA_RUNTIME_EXTERNAL) || defined(ELENA_RUNTIME_DEFINE)
#if defined(ELENA_RUNTIME_DEFINE)
#define ELENA_IMPL
#else
#define ELENA_IMPL static inline
#endif

/* Sits in the 64 bytes before a storage. */
struct elena_storage_header {
  struct elena_storage_header *previous, *next;
  void *allocation;
};

ELENA_IMPL void *elena_arena_alloc(ElenaRuntime *rt, int64_t bytes) {
  ElenaArena *arena = (ElenaArena *)rt;
  struct elena_storage_header *header, *first;
  char *allocation;
  uintptr_t data;
  if (bytes < 0 || (uint64_t)bytes > (uint64_t)SIZE_MAX - 128)
    return NULL;
  allocation = (char *)malloc((size_t)bytes + 128);
  if (!allocation)
    return NULL;
  data = ((uintptr_t)allocation + 64 + 63) & ~(uintptr_t)63;
  header = (struct elena_storage_header *)(data - 64);
  first = (struct elena_storage_header *)arena->storages;
  header->allocation = allocation;
  header->previous = NULL;
  header->next = first;
  if (first)
    first->previous = header;
  arena->storages = header;
  return (void *)data;
}

ELENA_IMPL void elena_arena_fail(ElenaRuntime *rt, int32_t check,
                                 const int64_t *values, int32_t n) {
  ElenaArena *arena = (ElenaArena *)rt;
  arena->check = check;
  arena->value_count = n < ELENA_MAX_CHECK_VALUES ? n : ELENA_MAX_CHECK_VALUES;
  if (arena->value_count > 0)
    memcpy(arena->values, values, (size_t)arena->value_count * sizeof(int64_t));
}

ELENA_IMPL int32_t elena_arena_launch(ElenaRuntime *rt, int32_t kernel,
                                      int64_t threads, void **args,
                                      int32_t nargs) {
  (void)rt, (void)kernel, (void)threads, (void)args, (void)nargs;
  return 1; /* This run time has no GPU. */
}

#include "elena/Runtime/overlap.h"

ELENA_IMPL int32_t elena_runtime_overlap(ElenaRuntime *rt, const int64_t *a,
                                         int32_t rank_a, int32_t bytes_a,
                                         const int64_t *b, int32_t rank_b,
                                         int32_t bytes_b) {
  (void)rt;
  return elena_overlap(a, rank_a, bytes_a, b, rank_b, bytes_b,
                       ELENA_OVERLAP_BUDGET);
}

ELENA_IMPL void elena_runtime_init(ElenaArena *arena) {
  memset(arena, 0, sizeof *arena);
  arena->runtime.alloc = elena_arena_alloc;
  arena->runtime.fail = elena_arena_fail;
  arena->runtime.launch = elena_arena_launch;
  arena->runtime.overlap = elena_runtime_overlap;
  arena->check = -1;
}

ELENA_IMPL void elena_runtime_release(ElenaArena *arena) {
  struct elena_storage_header *header =
      (struct elena_storage_header *)arena->storages;
  while (header) {
    struct elena_storage_header *next = header->next;
    free(header->allocation);
    header = next;
  }
  arena->storages = NULL;
}

ELENA_IMPL void elena_runtime_keep(ElenaArena *arena, void *storage) {
  struct elena_storage_header *header =
      (struct elena_storage_header *)((char *)storage - 64);
  if (header->previous)
    header->previous->next = header->next;
  else
    arena->storages = header->next;
  if (header->next)
    header->next->previous = header->previous;
}

ELENA_IMPL void elena_runtime_free(void *storage) {
  if (storage)
    free(((struct elena_storage_header *)((char *)storage - 64))->allocation);
}

ELENA_IMPL int64_t elena_from_double(double value) {
  int64_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

ELENA_IMPL double elena_to_double(int64_t word) {
  double value;
  memcpy(&value, &word, sizeof value);
  return value;
}
#undef ELENA_IMPL
#endif /* the default run time */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ELENA_RUNTIME_ELENA_H */
