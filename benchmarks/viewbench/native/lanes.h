// Sixteen float lanes by the vector extensions of GCC and Clang: one AVX-512
// register, two of AVX2, four of NEON.
#pragma once

#include "native.h"

#ifdef __AVX512F__
#include <immintrin.h>
#endif

constexpr int lanes = 16;
typedef float Lanes __attribute__((vector_size(4 * lanes)));
typedef int32_t IntLanes __attribute__((vector_size(4 * lanes)));
typedef Lanes LanesAnywhere __attribute__((aligned(4), may_alias));

static inline Lanes load(const float *p) {
  return *reinterpret_cast<const LanesAnywhere *>(p);
}
static inline void store(float *p, Lanes v) {
  *reinterpret_cast<LanesAnywhere *>(p) = v;
}
static inline Lanes all(float x) {
  return x - Lanes{};
} // x - 0 is x, of NaN and zeros too
static inline Lanes choose(IntLanes condition, Lanes a, Lanes b) {
  return reinterpret_cast<Lanes>((condition & reinterpret_cast<IntLanes>(a)) |
                                 (~condition & reinterpret_cast<IntLanes>(b)));
}

#ifdef __AVX512F__
// max, min of x86 give the second operand where either is NaN; a NaN in `a` is
// put back.
static inline Lanes maximum(Lanes a, Lanes b) {
  __m512 m = _mm512_max_ps((__m512)a, (__m512)b);
  return (Lanes)_mm512_mask_mov_ps(
      m, _mm512_cmp_ps_mask((__m512)a, (__m512)a, _CMP_UNORD_Q), (__m512)a);
}
static inline Lanes minimum(Lanes a, Lanes b) {
  __m512 m = _mm512_min_ps((__m512)a, (__m512)b);
  return (Lanes)_mm512_mask_mov_ps(
      m, _mm512_cmp_ps_mask((__m512)a, (__m512)a, _CMP_UNORD_Q), (__m512)a);
}
// With a bound that is not NaN one instruction will do: of a NaN and a number
// it gives the second.
static inline Lanes atLeast(Lanes x, Lanes bound) {
  return (Lanes)_mm512_max_ps((__m512)bound, (__m512)x);
}
static inline Lanes atMost(Lanes x, Lanes bound) {
  return (Lanes)_mm512_min_ps((__m512)bound, (__m512)x);
}
static inline Lanes fma(Lanes a, Lanes b, Lanes c) {
  return (Lanes)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
static inline Lanes roundToInt(Lanes x) {
  return (Lanes)_mm512_roundscale_ps((__m512)x, _MM_FROUND_TO_NEAREST_INT |
                                                    _MM_FROUND_NO_EXC);
}
static inline Lanes scale2(Lanes x, Lanes n) {
  return (Lanes)_mm512_scalef_ps((__m512)x, (__m512)n);
}
#else
static inline Lanes maximum(Lanes a, Lanes b) {
  return choose((a > b) | (a != a), a, b);
}
static inline Lanes minimum(Lanes a, Lanes b) {
  return choose((a < b) | (a != a), a, b);
}
static inline Lanes atLeast(Lanes x, Lanes bound) {
  return choose(x < bound, bound, x);
}
static inline Lanes atMost(Lanes x, Lanes bound) {
  return choose(x > bound, bound, x);
}
static inline Lanes fma(Lanes a, Lanes b, Lanes c) { return a * b + c; }
static inline Lanes roundToInt(Lanes x) { // for |x| < 2^22
  Lanes magic = all(12582912.0f);
  return (x + magic) - magic;
}
// x * 2^n for whole n in [-280, 280], in two steps, so that results below the
// normal numbers are right.
static inline Lanes scale2(Lanes x, Lanes n) {
  IntLanes k = __builtin_convertvector(n, IntLanes), half = k >> 1;
  Lanes a = reinterpret_cast<Lanes>((half + 127) << 23),
        b = reinterpret_cast<Lanes>((k - half + 127) << 23);
  return x * a * b;
}
#endif

// e^x, 1-2 ulp; NaN, infinities and underflow as usual.
static inline Lanes exponential(Lanes x) {
  Lanes bounded = atMost(atLeast(x, all(-105.0f)),
                         all(89.0f)); // beyond, the result is 0 or infinite
  Lanes n = roundToInt(bounded * 1.44269504088896341f);
  Lanes r = fma(n, all(-0.693359375f), bounded);
  r = fma(n, all(2.12194440e-4f), r);
  Lanes y = all(1.9875691500e-4f);
  y = fma(y, r, all(1.3981999507e-3f));
  y = fma(y, r, all(8.3334519073e-3f));
  y = fma(y, r, all(4.1665795894e-2f));
  y = fma(y, r, all(1.6666665459e-1f));
  y = fma(y, r, all(5.0000001201e-1f));
  y = fma(y, r * r, r) + 1.0f;
  return scale2(y, n);
}

// log x, 1-2 ulp; NaN below 0, -inf at 0; numbers below the normal ones are
// scaled first.
static inline Lanes logarithm(Lanes x) {
  IntLanes tiny = x < 1.17549435e-38f;
  Lanes scaled = choose(tiny, x * 8388608.0f, x);
  IntLanes bits = reinterpret_cast<IntLanes>(scaled);
  IntLanes e = ((bits - 0x3f3504f3) >> 23); // mantissa in [sqrt(1/2), sqrt(2))
  Lanes m = reinterpret_cast<Lanes>(bits - (e << 23)) - 1.0f;
  Lanes exponent = __builtin_convertvector(e - (tiny & 23), Lanes);
  Lanes y = all(7.0376836292e-2f);
  y = fma(y, m, all(-1.1514610310e-1f));
  y = fma(y, m, all(1.1676998740e-1f));
  y = fma(y, m, all(-1.2420140846e-1f));
  y = fma(y, m, all(1.4249322787e-1f));
  y = fma(y, m, all(-1.6668057665e-1f));
  y = fma(y, m, all(2.0000714765e-1f));
  y = fma(y, m, all(-2.4999993993e-1f));
  y = fma(y, m, all(3.3333331174e-1f));
  Lanes z = m * m;
  y = y * m * z;
  y = fma(exponent, all(-2.12194440e-4f), y);
  y = fma(z, all(-0.5f), y);
  Lanes r = fma(exponent, all(0.693359375f), m + y);
  r = choose(x > 3.4e38f, choose(x > 3.40282347e38f, x, r), r); // infinity
  r = choose(x == 0.0f, all(-__builtin_inff()), r);
  return choose((x < 0.0f) | (x != x), all(__builtin_nanf("")), r);
}

// ---- boxes: rows of four floats
// ----------------------------------------------------------------------------

struct Boxes {
  Lanes c[4]; // one column each, of 16 boxes
};

// Two rounds of interleaving (a perfect shuffle each) turn 16 rows of 4 into 4
// columns of 16, and back.
#define ELENA_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define ELENA_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define ELENA_EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ELENA_ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31

static inline Boxes loadBoxes(const float *p) {
  Lanes a = load(p), b = load(p + 16), c = load(p + 32), d = load(p + 48);
  Lanes even0 = __builtin_shufflevector(a, b, ELENA_EVEN),
        odd0 = __builtin_shufflevector(a, b, ELENA_ODD);
  Lanes even1 = __builtin_shufflevector(c, d, ELENA_EVEN),
        odd1 = __builtin_shufflevector(c, d, ELENA_ODD);
  return {{__builtin_shufflevector(even0, even1, ELENA_EVEN),
           __builtin_shufflevector(odd0, odd1, ELENA_EVEN),
           __builtin_shufflevector(even0, even1, ELENA_ODD),
           __builtin_shufflevector(odd0, odd1, ELENA_ODD)}};
}
static inline void storeBoxes(float *p, const Boxes &v) {
  Lanes a = __builtin_shufflevector(v.c[0], v.c[2], ELENA_LOW),
        b = __builtin_shufflevector(v.c[0], v.c[2], ELENA_HIGH);
  Lanes c = __builtin_shufflevector(v.c[1], v.c[3], ELENA_LOW),
        d = __builtin_shufflevector(v.c[1], v.c[3], ELENA_HIGH);
  store(p, __builtin_shufflevector(a, c, ELENA_LOW));
  store(p + 16, __builtin_shufflevector(a, c, ELENA_HIGH));
  store(p + 32, __builtin_shufflevector(b, d, ELENA_LOW));
  store(p + 48, __builtin_shufflevector(b, d, ELENA_HIGH));
}

// out[k] = f(x[k], y[k]) for `count` boxes; the last few through a buffer.
template <typename F>
static inline void mapBoxes(const float *__restrict x,
                            const float *__restrict y, float *__restrict out,
                            i64 count, F f) {
  i64 whole = count / lanes;
#pragma omp parallel for schedule(static) if (count >= parallelFrom / 4)
  for (i64 k = 0; k < whole; ++k)
    storeBoxes(out + 64 * k, f(loadBoxes(x + 64 * k), loadBoxes(y + 64 * k)));
  i64 done = whole * lanes, rest = count - done;
  if (rest == 0)
    return;
  float a[64], b[64];
  for (int k = 0; k < 64; ++k)
    a[k] = b[k] = 1.0f;
  memcpy(a, x + 4 * done, 16 * rest);
  memcpy(b, y + 4 * done, 16 * rest);
  storeBoxes(a, f(loadBoxes(a), loadBoxes(b)));
  memcpy(out + 4 * done, a, 16 * rest);
}
