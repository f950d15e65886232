/*===- Hyperbolic.c - tanh, sinh and cosh ---------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * Near 0 an odd polynomial, elsewhere exponentials; both are computed and one
 * is selected, so that loops vectorise. The exponentials keep their low part:
 * without it the quotient in tanh would cost a second rounding error.
 */

#include "ExpInternal.h"

/*---------------------------------------------------------------------------*\
|* tanh(x) = 1 - 2 / (exp(2x) + 1)                                            *|
\*---------------------------------------------------------------------------*/

float elena_tanh_f32(float x) {
  float a = absF32(x);
  float z = a * a;
  float near = __builtin_fmaf(a * z, POLY_F32(z, kTanhF32), a);

  /* From 9.02 on the result is 1. */
  ExpArgF32 arg = reduceExpF32(2.0f * (a > 10.0f ? 10.0f : a));
  PairF32 e = expPairF32(arg);
  float scale = pow2F32(arg.n);
  PairF32 d = fastTwoSumF32(scale * e.hi, 1.0f);
  d.lo = __builtin_fmaf(scale, e.lo, d.lo);
  /* q = 2 / (d.hi + d.lo): a rounded quotient, then one step of Newton. */
  float q = 2.0f / d.hi;
  float residual = __builtin_fmaf(-q, d.lo, __builtin_fmaf(-q, d.hi, 2.0f));
  float far = 1.0f - __builtin_fmaf(residual, 0.5f * q, q);

  return withSignF32(a < 0.55f ? near : far, x);
}

double elena_tanh_f64(double x) {
  double a = absF64(x);
  double z = a * a;
  double near = __builtin_fma(a * z, POLY_F64(z, kTanhF64), a);

  /* From 19.07 on the result is 1. */
  ExpArgF64 arg = reduceExpF64(2.0 * (a > 20.0 ? 20.0 : a));
  PairF64 e = expPairF64(arg);
  double scale = pow2F64(arg.n);
  PairF64 d = fastTwoSumF64(scale * e.hi, 1.0);
  d.lo = __builtin_fma(scale, e.lo, d.lo);
  double q = 2.0 / d.hi;
  double residual = __builtin_fma(-q, d.lo, __builtin_fma(-q, d.hi, 2.0));
  double far = 1.0 - __builtin_fma(residual, 0.5 * q, q);

  return withSignF64(a < 0.55 ? near : far, x);
}

/*---------------------------------------------------------------------------*\
|* sinh, cosh = (exp(x) -+ exp(-x)) / 2                                       *|
\*---------------------------------------------------------------------------*/

/* With exp(x) = 2^n e this is 2^(n-1) (e -+ 2^(-2n) / e). The bracket stays
 * small even where exp(x) overflows and the result does not. */
typedef struct {
  PairF32 e;
  float inverse; /* 2^(-2n) / e */
  int32_t scale; /* n - 1 */
} HalfExpF32;

typedef struct {
  PairF64 e;
  double inverse;
  int64_t scale;
} HalfExpF64;

ELENA_INLINE HalfExpF32 halfExpF32(float a) {
  ExpArgF32 arg = reduceExpF32(a > 90.0f ? 90.0f : a);
  PairF32 e = expPairF32(arg);
  /* From n = 30 on the inverse is lost in the rounding. */
  int32_t n = arg.n > 30 ? 30 : arg.n;
  HalfExpF32 h = {e, pow2F32((int32_t)(-2 * (uint32_t)n)) / e.hi, arg.n - 1};
  return h;
}

ELENA_INLINE HalfExpF64 halfExpF64(double a) {
  ExpArgF64 arg = reduceExpF64(a > 711.0 ? 711.0 : a);
  PairF64 e = expPairF64(arg);
  int64_t n = arg.n > 60 ? 60 : arg.n;
  HalfExpF64 h = {e, pow2F64((int64_t)(-2 * (uint64_t)n)) / e.hi, arg.n - 1};
  return h;
}

float elena_sinh_f32(float x) {
  float a = absF32(x);
  float z = a * a;
  float near = __builtin_fmaf(a * z, POLY_F32(z, kSinhF32), a);
  HalfExpF32 h = halfExpF32(a);
  float far = scaleF32(h.e.hi + (h.e.lo - h.inverse), h.scale);
  return withSignF32(a < 1.0f ? near : far, x);
}

double elena_sinh_f64(double x) {
  double a = absF64(x);
  double z = a * a;
  double near = __builtin_fma(a * z, POLY_F64(z, kSinhF64), a);
  HalfExpF64 h = halfExpF64(a);
  double far = scaleF64(h.e.hi + (h.e.lo - h.inverse), h.scale);
  return withSignF64(a < 1.0 ? near : far, x);
}

float elena_cosh_f32(float x) {
  HalfExpF32 h = halfExpF32(absF32(x));
  return scaleF32(h.e.hi + (h.e.lo + h.inverse), h.scale);
}

double elena_cosh_f64(double x) {
  HalfExpF64 h = halfExpF64(absF64(x));
  return scaleF64(h.e.hi + (h.e.lo + h.inverse), h.scale);
}
