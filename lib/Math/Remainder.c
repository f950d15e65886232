/*===- Remainder.c - fmod -------------------------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * fmod(x, y) = x - trunc(x / y) y, exact, with the sign of x.
 *
 * One step: q = trunc(a / b) of the rounded quotient is the true one, or one
 * too large, if a / b < 2^p (p = 22, 51). Then a - q b is a multiple of the
 * unit of b and at most b in size: FMA gives it exactly, and adding b repairs a
 * negative one. For larger quotients, steps with b 2^k come first; each takes
 * p bits off the quotient:
 *
 *   fmod(1e10, 3), f32: 1e10 >= 3 2^22 = 12582912, so with that first:
 *   q = 794, 1e10 - q 12582912 = 9167872; then with 3: q = 3055957, rest 1.
 *
 * (The quotient has up to 277 (2098) bits: at most 13 (42) steps.)
 */

#include "MathInternal.h"

/* a mod b for a / b < 2^22; 0 <= a, 0 < b. */
ELENA_INLINE float remainderStepF32(float a, float b) {
  float q = __builtin_truncf(a / b);
  float r = __builtin_fmaf(-q, b, a);
  return r < 0.0f ? r + b : r;
}

ELENA_INLINE double remainderStepF64(double a, double b) {
  double q = __builtin_trunc(a / b);
  double r = __builtin_fma(-q, b, a);
  return r < 0.0 ? r + b : r;
}

float elena_fmod_f32(float x, float y) {
  float a = absF32(x), b = absF32(y);
  if (!(a < INF_F32) || !(b > 0.0f))
    return (x * y) / (x * y); /* x infinite or NaN; y zero or NaN: the
                                 hardware's NaN, as in C libraries */
  if (b == INF_F32)
    return x;
  /* b 2^22 may be inf; then a is below it, as it should be. */
  while (a >= b * 0x1p22f) {
    /* The largest b 2^(22 j) that is not above a. */
    float scaled = b * 0x1p22f;
    while (a >= scaled * 0x1p22f)
      scaled *= 0x1p22f;
    a = remainderStepF32(a, scaled);
  }
  return withSignF32(remainderStepF32(a, b), x);
}

double elena_fmod_f64(double x, double y) {
  double a = absF64(x), b = absF64(y);
  if (!(a < INF_F64) || !(b > 0.0))
    return (x * y) / (x * y);
  if (b == INF_F64)
    return x;
  while (a >= b * 0x1p51) {
    double scaled = b * 0x1p51;
    while (a >= scaled * 0x1p51)
      scaled *= 0x1p51;
    a = remainderStepF64(a, scaled);
  }
  return withSignF64(remainderStepF64(a, b), x);
}
