// What every file here has in common.
//
// A file defines `kernel`, one call of its case: p are the addresses of arrays,
// n integers, s floats, in the order of native_ in viewbench/peers. The arrays
// are contiguous, outputs included; no output overlaps an input. NumPy's
// semantics: NaN propagates, no fast-math, no contraction (-ffp-contract=off).
// Same bits as NumPy except where a case allows ulp. With -fopenmp the loops
// that are worth it run in parallel.
#pragma once

#include <cstdint>
#include <cstring>

using i64 = int64_t;

static void kernel(void *const *p, const i64 *n, const double *s);

extern "C" void repeat(void *const *p, const i64 *n, const double *s,
                       i64 calls) {
  for (i64 k = 0; k < calls; ++k) {
    kernel(p, n, s);
    asm volatile("" ::: "memory"); // every call reads and writes memory anew
  }
}

template <typename T> static T *array(void *address) {
  return static_cast<T *>(address);
}

// Elements per call below which threads cost more than they save.
constexpr i64 parallelFrom = 1 << 15;

// NumPy's maximum, minimum: NaN if either is. Selects, so that loops vectorise.
static inline float maximum(float a, float b) {
  return (a > b || a != a) ? a : b;
}
static inline float minimum(float a, float b) {
  return (a < b || a != a) ? a : b;
}
