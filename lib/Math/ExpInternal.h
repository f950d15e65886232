/*===- ExpInternal.h - The core of everything exponential -----------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * exp(x) = 2^n exp(r), n = rint(x / ln2), r = x - n ln2 (W. J. Cody, W. Waite,
 * "Software Manual for the Elementary Functions", 1980). ln2 is the sum of two
 * constants of which the first is short: n times it is exact, and so is its
 * difference from x. elena_math.h has a worked example.
 */

#ifndef ELENA_LIB_MATH_EXPINTERNAL_H
#define ELENA_LIB_MATH_EXPINTERNAL_H

#include "MathInternal.h"

/* x between two bounds; a NaN stays. */
ELENA_INLINE float clampF32(float x, float lo, float hi) {
  x = x > hi ? hi : x;
  return x < lo ? lo : x;
}
ELENA_INLINE double clampF64(double x, double lo, double hi) {
  x = x > hi ? hi : x;
  return x < lo ? lo : x;
}

/* x == n ln2 + r + rLo, |r| <= ln2/2 (a little more, as n is rounded). */
typedef struct {
  float r, rLo;
  int32_t n;
} ExpArgF32;

typedef struct {
  double r, rLo;
  int64_t n;
} ExpArgF64;

ELENA_INLINE ExpArgF32 reduceExpF32(float x) {
  RoundedF32 k = roundedProductF32(x, LOG2E_F32);
  float exact = __builtin_fmaf(-k.value, LN2_HI_F32, x);
  float r = __builtin_fmaf(-k.value, LN2_LO_F32, exact);
  ExpArgF32 arg = {r, __builtin_fmaf(-k.value, LN2_LO_F32, exact - r), k.n};
  return arg;
}

ELENA_INLINE ExpArgF64 reduceExpF64(double x) {
  RoundedF64 k = roundedProductF64(x, LOG2E_F64);
  double exact = __builtin_fma(-k.value, LN2_HI_F64, x);
  double r = __builtin_fma(-k.value, LN2_LO_F64, exact);
  ExpArgF64 arg = {r, __builtin_fma(-k.value, LN2_LO_F64, exact - r), k.n};
  return arg;
}

/* The same for x + xLo. xLo may be large beside the last bits of r: r takes
 * what it can of it, so that rLo stays small enough for r rLo to be left out.
 */
ELENA_INLINE ExpArgF64 reduceExpPairF64(PairF64 x) {
  ExpArgF64 arg = reduceExpF64(x.hi);
  PairF64 r = twoSumF64(arg.r, arg.rLo + x.lo);
  arg.r = r.hi;
  arg.rLo = r.lo;
  return arg;
}

/* exp(r + rLo) - 1 - r: the small part of the result (at most 0.075), so that
 * its rounding errors hardly count. */
ELENA_INLINE float expRestF32(ExpArgF32 arg) {
  return __builtin_fmaf(arg.r * arg.r, POLY_F32(arg.r, kExpm1F32), arg.rLo);
}
ELENA_INLINE double expRestF64(ExpArgF64 arg) {
  return __builtin_fma(arg.r * arg.r, POLY_F64(arg.r, kExpm1F64), arg.rLo);
}

/* exp(r + rLo) as hi + lo, without the factor 2^n; hi alone is the rounded
 * value (a caller that ignores lo does not pay for it). */
ELENA_INLINE PairF32 expPairF32(ExpArgF32 arg) {
  PairF32 e = fastTwoSumF32(1.0f, arg.r);
  return fastTwoSumF32(e.hi, e.lo + expRestF32(arg));
}
ELENA_INLINE PairF64 expPairF64(ExpArgF64 arg) {
  PairF64 e = fastTwoSumF64(1.0, arg.r);
  return fastTwoSumF64(e.hi, e.lo + expRestF64(arg));
}

#endif /* ELENA_LIB_MATH_EXPINTERNAL_H */
