/*===- Roots.c - cbrt and hypot -------------------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "MathInternal.h"

/*---------------------------------------------------------------------------*\
|* cbrt                                                                       *|
\*---------------------------------------------------------------------------*/

/* A third of the bits of a number, plus a constant, are about the bits of its
 * cube root (W. Kahan, "Computing a real cube root", 1991): within 6 %. The
 * constant is two thirds of the exponent of 1, less 0.033 to centre the error.
 */
ELENA_INLINE double cbrtGuess(double a) {
  return fromBitsF64(bitsF64(a) / 3 + 0x2a9f7893ull * 0x100000000ull);
}

/* Halley's iteration: the relative error e becomes about 2/3 e^3. */
ELENA_INLINE double cbrtStep(double t, double a) {
  double cube = t * t * t;
  return t * ((cube + 2.0 * a) / (2.0 * cube + a));
}

float elena_cbrt_f32(float x) {
  double a = absF64((double)x); /* Normal in f64, or 0, inf, NaN. */
  double t = cbrtStep(cbrtStep(cbrtGuess(a), a), a);
  float y = withSignF32((float)t, x);
  return a > 0.0 && a < INF_F64 ? y : x;
}

double elena_cbrt_f64(double x) {
  double a = absF64(x);
  /* Denormals are scaled by 2^54, huge numbers kept from overflowing. */
  double up = a < 0x1p-900 ? 0x1p300 : (a > 0x1p900 ? 0x1p-300 : 1.0);
  double back = a < 0x1p-900 ? 0x1p-100 : (a > 0x1p900 ? 0x1p100 : 1.0);
  double m = a * up;
  double t = cbrtStep(cbrtStep(cbrtStep(cbrtGuess(m), m), m), m);
  /* One step of Newton with an exact residual: m - t^3 = m - t (sq.hi + sq.lo).
   */
  PairF64 square = twoProductF64(t, t);
  PairF64 cube = twoProductF64(t, square.hi);
  double residual = (m - cube.hi) - __builtin_fma(t, square.lo, cube.lo);
  t += residual / (3.0 * square.hi);
  double y = withSignF64(t * back, x);
  return a > 0.0 && a < INF_F64 ? y : x;
}

/*---------------------------------------------------------------------------*\
|* hypot                                                                      *|
\*---------------------------------------------------------------------------*/

float elena_hypot_f32(float x, float y) {
  double a = x, b = y; /* Squares of floats neither overflow nor vanish. */
  float h = (float)__builtin_sqrt(__builtin_fma(a, a, b * b));
  int infinite = absF32(x) == INF_F32 || absF32(y) == INF_F32;
  return infinite ? INF_F32 : h;
}

double elena_hypot_f64(double x, double y) {
  double ax = absF64(x), ay = absF64(y);
  double big = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
  /* A power of two that keeps the squares in range. */
  double scale = big > 0x1p500 ? 0x1p-600 : (big < 0x1p-400 ? 0x1p600 : 1.0);
  double back = big > 0x1p500 ? 0x1p600 : (big < 0x1p-400 ? 0x1p-600 : 1.0);
  double a = big * scale, b = small * scale;
  double h = __builtin_sqrt(__builtin_fma(a, a, b * b)) * back;
  int infinite = ax == INF_F64 || ay == INF_F64;
  return infinite ? INF_F64 : (x != x || y != y ? x + y : h);
}
