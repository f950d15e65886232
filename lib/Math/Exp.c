/*===- Exp.c - exp, exp2 and expm1 ----------------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/* Method: ExpInternal.h. No branches: a loop over any of these vectorises. */

#include "ExpInternal.h"

/*---------------------------------------------------------------------------*\
|* exp                                                                        *|
\*---------------------------------------------------------------------------*/

/* The most used of all, so it does without the low part of r: 0.8 ulp instead
 * of 0.6, and three operations less. */
float elena_exp_f32(float x) {
  /* Beyond these bounds the result is inf or 0; within, 2^n can be scaled. */
  float c = clampF32(x, -105.0f, 89.0f);
  RoundedF32 k = roundedProductF32(c, LOG2E_F32);
  float r = __builtin_fmaf(-k.value, LN2_HI_F32, c);
  r = __builtin_fmaf(-k.value, LN2_LO_F32, r);
  PairF32 sum = fastTwoSumF32(1.0f, r);
  float rest = __builtin_fmaf(r * r, POLY_F32(r, kExpF32), sum.lo);
  return scaleF32(sum.hi + rest, k.n);
}

double elena_exp_f64(double x) {
  ExpArgF64 arg = reduceExpF64(clampF64(x, -746.0, 710.0));
  return scaleF64(expPairF64(arg).hi, arg.n);
}

/*---------------------------------------------------------------------------*\
|* exp2: the reduction is exact                                               *|
\*---------------------------------------------------------------------------*/

float elena_exp2_f32(float x) {
  float c = clampF32(x, -151.0f, 129.0f);
  RoundedF32 k = roundedProductF32(c, 1.0f);
  float r = c - k.value;
  return scaleF32(__builtin_fmaf(r, POLY_F32(r, kExp2F32), 1.0f), k.n);
}

double elena_exp2_f64(double x) {
  /* 2^r = exp(r ln2), with the product to twice the precision. */
  const double ln2Hi = 0x1.62e42fefa39efp-1, ln2Lo = 0x1.abc9e3b39803fp-56;
  double c = clampF64(x, -1076.0, 1025.0);
  RoundedF64 k = roundedProductF64(c, 1.0);
  double r = c - k.value;
  PairF64 product = twoProductF64(r, ln2Hi);
  ExpArgF64 arg = {product.hi, __builtin_fma(r, ln2Lo, product.lo), k.n};
  return scaleF64(expPairF64(arg).hi, arg.n);
}

/*---------------------------------------------------------------------------*\
|* expm1(x) = (2^n - 1) + 2^n (exp(r) - 1)                                    *|
\*---------------------------------------------------------------------------*/

/* Everything is computed at half size, for n = 128 (1024) would overflow. With
 * h = 2^(n-1), (h - 1/2) is exact as long as it matters, and not smaller than
 * h r, so that the error of their sum can be had exactly. */
float elena_expm1_f32(float x) {
  ExpArgF32 arg = reduceExpF32(clampF32(x, -30.0f, 89.0f));
  float h = pow2F32(arg.n - 1);
  PairF32 sum = fastTwoSumF32(h - 0.5f, h * arg.r);
  float y = 2.0f * (sum.hi + __builtin_fmaf(h, expRestF32(arg), sum.lo));
  /* expm1(x) == x to the last bit; also keeps -0 and the denormals. */
  return absF32(x) < 0x1p-26f ? x : y;
}

double elena_expm1_f64(double x) {
  ExpArgF64 arg = reduceExpF64(clampF64(x, -60.0, 710.0));
  double h = pow2F64(arg.n - 1);
  PairF64 sum = fastTwoSumF64(h - 0.5, h * arg.r);
  double y = 2.0 * (sum.hi + __builtin_fma(h, expRestF64(arg), sum.lo));
  return absF64(x) < 0x1p-55 ? x : y;
}
