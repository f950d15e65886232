/*===- TrigInternal.h - Reduction of an angle to [-pi/4, pi/4] ------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * |x| = q pi/2 + r with |r| <= pi/4; only the low two bits of q matter.
 *
 * |x| < 2^30: q = rint(|x| 2/pi), then pi/2 is subtracted q times in parts, as
 * for exp (Cody and Waite). The first difference, x - q PIO2_1, is exact: for
 * q > 0 both terms are multiples of 2^-53, and it is smaller than 1.
 *
 * Beyond, pi/2 would have to be known to as many bits as x has before its
 * point. M. Payne, R. Hanek, "Radian reduction for trigonometric functions"
 * (SIGNUM Newsletter 18, 1983) multiply by 2/pi instead: x = m 2^e with m an
 * integer, so every bit of 2/pi from which m 2^e makes a multiple of 4 can be
 * left out, and only a window of the others is needed. The window is taken from
 * a stored 2/pi, in integer arithmetic, as a fixed-point number whose top two
 * bits are q.
 *
 *   x = 2^40 (f32): m = 2^23, e = 17. The bits of 2/pi with weights 2^-1 ..
 *   2^-15 give multiples of 4. From the 16th on, the product is 10.010001...
 *   in binary: q = 2, r = (0.010001...) pi/2 = 0.4178.
 *
 * No number of either format is closer to a multiple of pi/2 than 2^-30 (f32)
 * or 2^-62 (f64) quarter turns; the window holds 62 and 126 bits of r.
 */

#ifndef ELENA_LIB_MATH_TRIGINTERNAL_H
#define ELENA_LIB_MATH_TRIGINTERNAL_H

#include "MathInternal.h"

#define TWO_OVER_PI 0x1.45f306dc9c883p-1
/* pi/2 in three parts of 53 bits. */
#define PIO2_1 0x1.921fb54442d18p+0
#define PIO2_2 0x1.1a62633145c07p-54
#define PIO2_3 -0x1.f1976b7ed8fbcp-110

#define FAST_ANGLE_LIMIT 0x1p30

/* q and r (f32: a double is enough; f64: hi + lo). */
typedef struct {
  double r;
  uint64_t q;
} AngleF32;

typedef struct {
  PairF64 r;
  uint64_t q;
} AngleF64;

/* 64 bits of hi:lo from bit `shift` on, 0 <= shift < 64. */
ELENA_INLINE uint64_t funnelShift(uint64_t hi, uint64_t lo, unsigned shift) {
  return (hi << shift) | ((lo >> 1) >> (63 - shift));
}

/*---------------------------------------------------------------------------*\
|* f32                                                                        *|
\*---------------------------------------------------------------------------*/

/* 2/pi has only seven words here, so they are selected instead of loaded: a
 * vectorised loop, which computes both paths, then needs no gather. */
ELENA_INLINE AngleF32 reduceHugeAngleF32(float a) {
  uint32_t bits = bitsF32(a);
  uint64_t m = (bits & 0x7fffffu) | 0x800000u;
  /* The window starts e - 2 bits into 2/pi; e = exponent - 127 - 23. */
  uint32_t start = (bits >> 23) - 152u;
  unsigned shift = start & 31;

  /* Words k .. k+3 of 2/pi, k = start / 32: a step by two, a step by one. */
  int two = (start >> 6) & 1, one = (start >> 5) & 1;
  uint32_t a0 = two ? 0xfc2757d1u : 0xa2f9836eu;
  uint32_t a1 = two ? 0xf534ddc0u : 0x4e441529u;
  uint32_t a2 = two ? 0xdb629599u : 0xfc2757d1u;
  uint32_t a3 = two ? 0x3c439041u : 0xf534ddc0u;
  uint32_t a4 = two ? 0xfe5163abu : 0xdb629599u;
  uint32_t w0 = one ? a1 : a0, w1 = one ? a2 : a1;
  uint32_t w2 = one ? a3 : a2, w3 = one ? a4 : a3;

  uint64_t hi = (uint64_t)w0 << 32 | w1, lo = (uint64_t)w2 << 32 | w3;
  uint64_t window = funnelShift(hi, lo, shift);
  uint64_t next = (lo << shift) >> 32;
  /* Multiples of 4 fall off the top. */
  uint64_t product = m * window + ((m * next) >> 32);

  uint64_t q = (product + (1ull << 61)) >> 62;
  int64_t fraction = (int64_t)(product - (q << 62));
  /* One unit is 2^-62 quarter turns. a - a is 0, or NaN for inf and NaN. */
  AngleF32 angle = {(double)fraction * (PIO2_1 * 0x1p-62) + (double)(a - a), q};
  return angle;
}

ELENA_INLINE AngleF32 reduceAngleF32(float a) {
  if (__builtin_expect(!(a < (float)FAST_ANGLE_LIMIT), 0))
    return reduceHugeAngleF32(a);
  RoundedF64 k = roundedProductF64(a, TWO_OVER_PI);
  double exact = __builtin_fma(-k.value, PIO2_1, (double)a);
  AngleF32 angle = {__builtin_fma(-k.value, PIO2_2, exact), (uint64_t)k.n};
  return angle;
}

/*---------------------------------------------------------------------------*\
|* f64                                                                        *|
\*---------------------------------------------------------------------------*/

/* 64 zero bits (the window of 2^30 starts before the point), then 2/pi. */
static const uint64_t kTwoOverPi[21] = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0,
    0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
    0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
};

/* The upper half of a 64 x 64 bit product, from 32-bit ones: __int128 would
 * keep loops from being vectorised. */
ELENA_INLINE uint64_t mulHigh(uint64_t a, uint64_t b) {
  uint64_t aLo = a & 0xffffffffu, aHi = a >> 32;
  uint64_t bLo = b & 0xffffffffu, bHi = b >> 32;
  uint64_t mid = aHi * bLo + ((aLo * bLo) >> 32);
  uint64_t mid2 = aLo * bHi + (mid & 0xffffffffu);
  return aHi * bHi + (mid >> 32) + (mid2 >> 32);
}

ELENA_INLINE AngleF64 reduceHugeAngleF64(double a) {
  uint64_t bits = bitsF64(a);
  uint64_t m = (bits & 0xfffffffffffffu) | 0x10000000000000u;
  /* e = exponent - 1023 - 52; the window starts at e - 2, and 64 zeros. */
  uint64_t start = (bits >> 52) - (1023 + 52 + 2 - 64);
  const uint64_t *words = kTwoOverPi + (start >> 6);
  unsigned shift = start & 63;
  uint64_t w0 = funnelShift(words[0], words[1], shift);
  uint64_t w1 = funnelShift(words[1], words[2], shift);
  uint64_t w2 = funnelShift(words[2], words[3], shift);

  /* The upper 128 bits of m * w0:w1:w2 modulo 2^192, wrong by 2 units. */
  uint64_t lo = m * w1;
  uint64_t carried = lo + mulHigh(m, w2);
  uint64_t hi = m * w0 + mulHigh(m, w1) + (carried < lo);
  lo = carried;

  uint64_t q = (hi + (1ull << 61)) >> 62;
  hi -= q << 62;
  /* Magnitude and sign of what is left, at most 2^125 units. */
  int negative = (int64_t)hi < 0;
  uint64_t flip = negative ? ~0ull : 0;
  hi ^= flip;
  lo ^= flip; /* One unit less than the negative: that is below the error. */

  /* 32 bits at a time are exact. fastTwoSum holds: hi's upper part is either 0
   * or at least 2^32 times its lower part's unit. */
  PairF64 sum = fastTwoSumF64((double)(uint32_t)(hi >> 32) * 0x1p-30,
                              (double)(uint32_t)hi * 0x1p-62);
  double rest =
      (double)(uint32_t)(lo >> 32) * 0x1p-94 + (double)(uint32_t)lo * 0x1p-126;
  PairF64 turns = fastTwoSumF64(sum.hi, sum.lo + rest);

  /* Quarter turns to radians. */
  PairF64 r = twoProductF64(turns.hi, PIO2_1);
  r.lo += __builtin_fma(turns.hi, PIO2_2, turns.lo * PIO2_1);
  r = fastTwoSumF64(r.hi, r.lo);
  double sign = negative ? -1.0 : 1.0;
  AngleF64 angle = {{r.hi * sign + (a - a), r.lo * sign}, q};
  return angle;
}

ELENA_INLINE AngleF64 reduceAngleF64(double a) {
  if (__builtin_expect(!(a < FAST_ANGLE_LIMIT), 0))
    return reduceHugeAngleF64(a);
  RoundedF64 k = roundedProductF64(a, TWO_OVER_PI);
  double exact = __builtin_fma(-k.value, PIO2_1, a);
  PairF64 second = twoProductF64(-k.value, PIO2_2);
  PairF64 sum = twoSumF64(exact, second.hi);
  double rest = __builtin_fma(-k.value, PIO2_3, sum.lo + second.lo);
  AngleF64 angle = {fastTwoSumF64(sum.hi, rest), (uint64_t)k.n};
  return angle;
}

#endif /* ELENA_LIB_MATH_TRIGINTERNAL_H */
