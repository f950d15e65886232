/*===- InverseTrig.c - atan, atan2, asin and acos -------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "MathInternal.h"

/* pi/2 in two parts. Times 2 or 1/2 they are those of pi and pi/4. */
#define PIO2_HI_F32 0x1.921fb6p+0f
#define PIO2_LO_F32 -0x1.777a5cp-25f
#define PIO2_HI_F64 0x1.921fb54442d18p+0
#define PIO2_LO_F64 0x1.1a62633145c07p-54

/*---------------------------------------------------------------------------*\
|* atan and atan2                                                             *|
\*---------------------------------------------------------------------------*/

/* atan(b / a) for 0 <= b <= a, a > 0 (both finite), as an unevaluated sum:
 * atan2 adds multiples of pi/2. Above 1/2,
 *
 *   atan(b/a) = pi/4 + atan((b - a) / (b + a)),
 *
 * so that the polynomial is needed on |t| <= 1/2 only, and b - a is exact. The
 * scale keeps b + a from overflowing, and a / 2 from losing a bit to the
 * denormals; where it costs b one, b is too small to be above 1/2. */
ELENA_INLINE PairF32 atanOfRatioF32(float b, float a) {
  float scale = a > 2.0f ? 0.25f : (a < 0x1p-60f ? 0x1p60f : 1.0f);
  float bs = b * scale, as = a * scale;
  int upper = bs > 0.5f * as;
  float t = (upper ? bs - as : b) / (upper ? bs + as : a);
  float z = t * t;
  float rest = (t * z) * POLY_F32(z, kAtanF32);
  PairF32 sum = fastTwoSumF32(upper ? 0.5f * PIO2_HI_F32 : 0.0f, t);
  sum.lo += rest + (upper ? 0.5f * PIO2_LO_F32 : 0.0f);
  return sum;
}

ELENA_INLINE PairF64 atanOfRatioF64(double b, double a) {
  double scale = a > 2.0 ? 0.25 : (a < 0x1p-600 ? 0x1p300 : 1.0);
  double bs = b * scale, as = a * scale;
  int upper = bs > 0.5 * as;
  double t = (upper ? bs - as : b) / (upper ? bs + as : a);
  double z = t * t;
  double rest = (t * z) * POLY_F64(z, kAtanF64);
  PairF64 sum = fastTwoSumF64(upper ? 0.5 * PIO2_HI_F64 : 0.0, t);
  sum.lo += rest + (upper ? 0.5 * PIO2_LO_F64 : 0.0);
  return sum;
}

/* The angle of (x, y), 0 <= y, in [0, pi]. The ratio taken is the one below 1;
 * `swap` and `left` reflect the angle at pi/4 and pi/2. */
ELENA_INLINE float upperAngleF32(float y, float x) {
  float ax = absF32(x);
  int left = (bitsF32(x) & SIGN_F32) != 0, swap = y > ax;
  PairF32 t = atanOfRatioF32(swap ? ax : y, swap ? y : ax);
  /* angle = turns pi/2 + (t or -t) */
  float turns = (left ? 2.0f : 0.0f) + (swap ? (left ? -1.0f : 1.0f) : 0.0f);
  float sign = left != swap ? -1.0f : 1.0f;
  PairF32 sum = fastTwoSumF32(turns * PIO2_HI_F32, sign * t.hi);
  return sum.hi + (sum.lo + __builtin_fmaf(turns, PIO2_LO_F32, sign * t.lo));
}

ELENA_INLINE double upperAngleF64(double y, double x) {
  double ax = absF64(x);
  int left = (bitsF64(x) & SIGN_F64) != 0, swap = y > ax;
  PairF64 t = atanOfRatioF64(swap ? ax : y, swap ? y : ax);
  double turns = (left ? 2.0 : 0.0) + (swap ? (left ? -1.0 : 1.0) : 0.0);
  double sign = left != swap ? -1.0 : 1.0;
  PairF64 sum = fastTwoSumF64(turns * PIO2_HI_F64, sign * t.hi);
  return sum.hi + (sum.lo + __builtin_fma(turns, PIO2_LO_F64, sign * t.lo));
}

float elena_atan_f32(float x) {
  float a = absF32(x);
  /* At 2^26 the result has reached the float nearest to pi/2. */
  float y = upperAngleF32(a > 0x1p26f ? 0x1p26f : a, 1.0f);
  return withSignF32(y, x);
}

double elena_atan_f64(double x) {
  double a = absF64(x);
  double y = upperAngleF64(a > 0x1p55 ? 0x1p55 : a, 1.0);
  return withSignF64(y, x);
}

float elena_atan2_f32(float y, float x) {
  float ay = absF32(y), ax = absF32(x);
  /* Only the directions of zero and infinite arguments count: (+-0, +-0) is
   * (+-0, +-1), infinity against a number is 1 against 0. */
  float most = ax > ay ? ax : ay;
  int infinite = most == INF_F32;
  float dy = infinite ? (ay == INF_F32 ? 1.0f : 0.0f) : ay;
  float dx = infinite ? (ax == INF_F32 ? 1.0f : 0.0f) : ax;
  dx = most == 0.0f ? 1.0f : dx;
  float angle = withSignF32(upperAngleF32(dy, withSignF32(dx, x)), y);
  return x != x || y != y ? x + y : angle;
}

double elena_atan2_f64(double y, double x) {
  double ay = absF64(y), ax = absF64(x);
  double most = ax > ay ? ax : ay;
  int infinite = most == INF_F64;
  double dy = infinite ? (ay == INF_F64 ? 1.0 : 0.0) : ay;
  double dx = infinite ? (ax == INF_F64 ? 1.0 : 0.0) : ax;
  dx = most == 0.0 ? 1.0 : dx;
  double angle = withSignF64(upperAngleF64(dy, withSignF64(dx, x)), y);
  return x != x || y != y ? x + y : angle;
}

/*---------------------------------------------------------------------------*\
|* asin and acos                                                              *|
\*---------------------------------------------------------------------------*/

/* Above 1/2: acos(a) = 2 asin(sqrt((1 - a) / 2)); 1 - a is exact there. */
typedef struct {
  float s, rest; /* asin(s) = s + rest; s = a, or that root */
  int big;
} AsinF32;

typedef struct {
  double s, rest;
  int big;
} AsinF64;

ELENA_INLINE AsinF32 asinCoreF32(float a) {
  int big = a > 0.5f;
  float z = big ? 0.5f * (1.0f - a) : a * a;
  float s = big ? __builtin_sqrtf(z) : a;
  AsinF32 r = {s, (s * z) * POLY_F32(z, kAsinF32), big};
  return r;
}
ELENA_INLINE AsinF64 asinCoreF64(double a) {
  int big = a > 0.5;
  double z = big ? 0.5 * (1.0 - a) : a * a;
  double s = big ? __builtin_sqrt(z) : a;
  AsinF64 r = {s, (s * z) * POLY_F64(z, kAsinF64), big};
  return r;
}

float elena_asin_f32(float x) {
  AsinF32 c = asinCoreF32(absF32(x));
  PairF32 h = fastTwoSumF32(PIO2_HI_F32, -2.0f * c.s);
  float far = h.hi + (h.lo + __builtin_fmaf(-2.0f, c.rest, PIO2_LO_F32));
  return withSignF32(c.big ? far : c.s + c.rest, x);
}

double elena_asin_f64(double x) {
  AsinF64 c = asinCoreF64(absF64(x));
  PairF64 h = fastTwoSumF64(PIO2_HI_F64, -2.0 * c.s);
  double far = h.hi + (h.lo + __builtin_fma(-2.0, c.rest, PIO2_LO_F64));
  return withSignF64(c.big ? far : c.s + c.rest, x);
}

/* |x| <= 1/2: pi/2 - asin(x). x > 1/2: 2 asin(s). x < -1/2: pi - 2 asin(s). */
float elena_acos_f32(float x) {
  AsinF32 c = asinCoreF32(absF32(x));
  float turns = c.big ? (x < 0.0f ? 2.0f : 0.0f) : 1.0f;
  float factor = c.big == (x < 0.0f) ? -1.0f : 1.0f;
  factor = c.big ? 2.0f * factor : factor;
  PairF32 h = fastTwoSumF32(turns * PIO2_HI_F32, factor * c.s);
  float small = __builtin_fmaf(factor, c.rest, turns * PIO2_LO_F32);
  return h.hi + (h.lo + small);
}

double elena_acos_f64(double x) {
  AsinF64 c = asinCoreF64(absF64(x));
  double turns = c.big ? (x < 0.0 ? 2.0 : 0.0) : 1.0;
  double factor = c.big == (x < 0.0) ? -1.0 : 1.0;
  factor = c.big ? 2.0 * factor : factor;
  PairF64 h = fastTwoSumF64(turns * PIO2_HI_F64, factor * c.s);
  double small = __builtin_fma(factor, c.rest, turns * PIO2_LO_F64);
  return h.hi + (h.lo + small);
}
