// Copies of runs of floats, inlined: memcpy pays tens of nanoseconds per run of
// a few hundred bytes where it goes by `rep movsb`.
#pragma once

#include "lanes.h"

// Outputs that do not fit into the caches are better written past them: no line
// is read only to be overwritten.
constexpr i64 streamedFrom = i64(1) << 22; // floats

template <bool streamed = false> static inline void put(float *p, Lanes v) {
#ifdef __AVX512F__
  if (streamed)
    return _mm512_stream_ps(p, (__m512)v);
#endif
  store(p, v);
}

template <bool streamed = false>
static inline void copyLines(float *__restrict to, const float *__restrict from,
                             i64 count) {
  i64 k = 0;
  for (; k + 4 * lanes <= count; k += 4 * lanes) {
    Lanes a = load(from + k), b = load(from + k + 16), c = load(from + k + 32),
          d = load(from + k + 48);
    put<streamed>(to + k, a);
    put<streamed>(to + k + 16, b);
    put<streamed>(to + k + 32, c);
    put<streamed>(to + k + 48, d);
  }
  for (; k + lanes <= count; k += lanes)
    put<streamed>(to + k, load(from + k));
  if (k < count) // the rest, overlapping what is done
    store(to + count - lanes, load(from + count - lanes));
}

static inline void copy(float *__restrict to, const float *__restrict from,
                        i64 count, bool streamed = false) {
  if (count < lanes) {
    for (i64 k = 0; k < count; ++k)
      to[k] = from[k];
  } else if (streamed && reinterpret_cast<uintptr_t>(to) % 64 == 0) {
    copyLines<true>(to, from, count);
  } else {
    copyLines(to, from, count);
  }
}

// After streamed copies, in the thread that made them (at the end of a parallel
// loop a barrier does the same).
static inline void finishStreams() {
#ifdef __AVX512F__
  _mm_sfence();
#endif
}

static inline void fill(float *to, float value, i64 count) {
  i64 k = 0;
  for (; k + lanes <= count; k += lanes)
    store(to + k, all(value));
  for (; k < count; ++k)
    to[k] = value;
}
