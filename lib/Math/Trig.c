/*===- Trig.c - sin, cos and tan ------------------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/* Reduction: TrigInternal.h. The f32 functions compute in f64: that makes the
 * reduction two operations, and their results nearly always the rounded ones.
 */

#include "TrigInternal.h"

/*---------------------------------------------------------------------------*\
|* f32                                                                        *|
\*---------------------------------------------------------------------------*/

ELENA_INLINE double sinShort(double r, double z) {
  return __builtin_fma(r * z, POLY_F64(z, kSinShortF64), r);
}
ELENA_INLINE double cosShort(double z) {
  double tail = __builtin_fma(z, POLY_F64(z, kCosShortF64), -0.5);
  return __builtin_fma(z, tail, 1.0);
}

/* sin(r + q pi/2): q odd turns sine into cosine, and two quarters negate. */
ELENA_INLINE double sinOfAngleF32(double r, uint64_t q) {
  double z = r * r;
  double y = (q & 1) ? cosShort(z) : sinShort(r, z);
  return fromBitsF64(bitsF64(y) ^ (q & 2) << 62);
}

float elena_sin_f32(float x) {
  AngleF32 angle = reduceAngleF32(absF32(x));
  float y = (float)sinOfAngleF32(angle.r, angle.q);
  return fromBitsF32(bitsF32(y) ^ (bitsF32(x) & SIGN_F32));
}

float elena_cos_f32(float x) {
  AngleF32 angle = reduceAngleF32(absF32(x));
  return (float)sinOfAngleF32(angle.r, angle.q + 1);
}

float elena_tan_f32(float x) {
  AngleF32 angle = reduceAngleF32(absF32(x));
  double z = angle.r * angle.r;
  double s = sinShort(angle.r, z), c = cosShort(z);
  /* tan(r + pi/2) = -cos(r) / sin(r). */
  int odd = angle.q & 1;
  float y = (float)((odd ? -c : s) / (odd ? s : c));
  return fromBitsF32(bitsF32(y) ^ (bitsF32(x) & SIGN_F32));
}

/*---------------------------------------------------------------------------*\
|* f64                                                                        *|
\*---------------------------------------------------------------------------*/

/* Both as a leading term and the rest, so that tan can divide them without
 * another rounding. sin(r + lo) = r + r^3 P + lo (1 - r^2/2). */
ELENA_INLINE PairF64 sinPair(PairF64 r, double z) {
  double cubic = (r.hi * z) * POLY_F64(z, kSinF64);
  PairF64 s = {r.hi, __builtin_fma(r.lo, __builtin_fma(-0.5, z, 1.0), cubic)};
  return s;
}

/* cos(r + lo) = 1 - r^2/2 + r^4 P - lo r; the leading term is rounded, and what
 * it lost goes to the rest (FDLIBM's k_cos.c, Sun Microsystems, 1993). */
ELENA_INLINE PairF64 cosPair(PairF64 r, double z) {
  double half = 0.5 * z;
  PairF64 c = fastTwoSumF64(1.0, -half);
  double quartic = __builtin_fma(z * z, POLY_F64(z, kCosF64), -r.hi * r.lo);
  /* z itself is rounded: half of r.hi^2 - z is missing. */
  double squareLo = __builtin_fma(r.hi, r.hi, -z);
  c.lo += __builtin_fma(-0.5, squareLo, quartic);
  return c;
}

ELENA_INLINE double sinOfAngleF64(PairF64 r, uint64_t q) {
  double z = r.hi * r.hi;
  PairF64 s = sinPair(r, z), c = cosPair(r, z);
  double y = (q & 1) ? c.hi + c.lo : s.hi + s.lo;
  return fromBitsF64(bitsF64(y) ^ (q & 2) << 62);
}

double elena_sin_f64(double x) {
  AngleF64 angle = reduceAngleF64(absF64(x));
  double y = sinOfAngleF64(angle.r, angle.q);
  return fromBitsF64(bitsF64(y) ^ (bitsF64(x) & SIGN_F64));
}

double elena_cos_f64(double x) {
  AngleF64 angle = reduceAngleF64(absF64(x));
  return sinOfAngleF64(angle.r, angle.q + 1);
}

double elena_tan_f64(double x) {
  AngleF64 angle = reduceAngleF64(absF64(x));
  double z = angle.r.hi * angle.r.hi;
  PairF64 s = sinPair(angle.r, z), c = cosPair(angle.r, z);
  s = fastTwoSumF64(s.hi, s.lo);
  c = fastTwoSumF64(c.hi, c.lo);
  int odd = angle.q & 1;
  PairF64 num = {odd ? -c.hi : s.hi, odd ? -c.lo : s.lo};
  PairF64 den = {odd ? s.hi : c.hi, odd ? s.lo : c.lo};
  double t = num.hi / den.hi;
  /* What is left of the numerator after t times the denominator. */
  double residual = __builtin_fma(-t, den.hi, num.hi);
  residual += __builtin_fma(-t, den.lo, num.lo);
  double y = t + residual / den.hi;
  return fromBitsF64(bitsF64(y) ^ (bitsF64(x) & SIGN_F64));
}
