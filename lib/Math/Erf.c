/*===- Erf.c - erf --------------------------------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * |x| < 1: erf(x) = x + x P(x^2). Beyond, 1 - erfc(x), which is at most 0.16,
 * so that its error hardly counts:
 *
 *   f32   erfc(x) = exp(-P(x)).
 *   f64   erfc(x) = exp(-x^2) P(t), t = (x - 3) / (x + 3), with x^2 as hi + lo.
 *         (The variable is that of M. M. Shepherd, J. G. Laframboise, Math.
 *         Comp. 36 (1981).)
 *
 * Both are computed and one is selected: loops vectorise.
 */

#include "ExpInternal.h"

float elena_erf_f32(float x) {
  float a = absF32(x);
  float near = __builtin_fmaf(a, POLY_F32(a * a, kErfF32), a);

  /* From 3.92 on the result is 1. */
  ExpArgF32 arg = reduceExpF32(-POLY_F32(a > 4.0f ? 4.0f : a, kErfTailF32));
  float e = 1.0f + (arg.r + expRestF32(arg));
  float far = __builtin_fmaf(-pow2F32(arg.n), e, 1.0f);

  return withSignF32(a < 1.0f ? near : far, x);
}

double elena_erf_f64(double x) {
  double a = absF64(x);
  double near = __builtin_fma(a, POLY_F64(a * a, kErfF64), a);

  /* From 5.93 on the result is 1. */
  double c = a > 6.0 ? 6.0 : a;
  PairF64 square = twoProductF64(c, c);
  PairF64 negated = {-square.hi, -square.lo};
  ExpArgF64 arg = reduceExpPairF64(negated);
  double erfc =
      expPairF64(arg).hi * POLY_F64((c - 3.0) / (c + 3.0), kErfcScaledF64);
  double far = __builtin_fma(-pow2F64(arg.n), erfc, 1.0);

  return withSignF64(a < 1.0 ? near : far, x);
}
