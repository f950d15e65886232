/*===- Log.c - log, log2, log10 and log1p ---------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * x = 2^k (1 + f), log(x) = k ln2 + f + rest(f), where rest(f) = log(1+f) - f
 * is small (at most 0.083) and everything larger is added exactly: the error is
 * that of the last addition and a little of rest.
 *
 *   f32   rest = f^2 P(f).
 *   f64   s = f / (2 + f), log(1+f) = 2 atanh(s) = 2s + s z P(z), z = s^2: half
 *         the degree for one division, and 2s = f - s f = f - f^2/2 + s f^2/2.
 *         (As in FDLIBM's e_log.c, Sun Microsystems, 1993.)
 *
 * No branches: a loop over any of these vectorises.
 */

#include "LogInternal.h"

ELENA_INLINE float logRestF32(float f) { return f * f * POLY_F32(f, kLogF32); }

ELENA_INLINE double logRestF64(double f) {
  double s = f / (2.0 + f);
  double z = s * s;
  double halfSquare = 0.5 * f * f;
  return __builtin_fma(
      s, __builtin_fma(z, POLY_F64(z, kLogAtanhF64), halfSquare), -halfSquare);
}

/* A logarithm to some base b is (ln(1+f) log_b(e)) + k log_b(2). */
typedef struct {
  float twoHi, twoLo; /* log_b(2); twoHi times any k is exact */
  float eHi, eLo;     /* log_b(e) */
} BaseF32;

typedef struct {
  double twoHi, twoLo;
  double eHi, eLo;
} BaseF64;

static const BaseF32 kBase2F32 = {1.0f, 0.0f, 0x1.715476p+0f, 0x1.4ae0c0p-26f};
static const BaseF64 kBase2F64 = {1.0, 0.0, 0x1.71547652b82fep+0,
                                  0x1.777d0ffda0d24p-56};
static const BaseF32 kBase10F32 = {0x1.3442p-2f, -0x1.95ec10p-19f,
                                   0x1.bcb7b2p-2f, -0x1.5b235ep-27f};
static const BaseF64 kBase10F64 = {0x1.34413509f7800p-2, 0x1.fef311f12b358p-46,
                                   0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
/* k log_b(2) + p + small; |k twoHi| > |p| unless k is 0, so that fastTwoSum is
 * exact. Base e: p = f, small = rest. */
ELENA_INLINE float assembleF32(float k, float p, float small, float twoHi,
                               float twoLo) {
  PairF32 sum = fastTwoSumF32(k * twoHi, p);
  return sum.hi + (sum.lo + __builtin_fmaf(k, twoLo, small));
}
ELENA_INLINE double assembleF64(double k, double p, double small, double twoHi,
                                double twoLo) {
  PairF64 sum = fastTwoSumF64(k * twoHi, p);
  return sum.hi + (sum.lo + __builtin_fma(k, twoLo, small));
}

ELENA_INLINE float logOfSplitF32(SplitF32 s) {
  return assembleF32(s.k, s.f, logRestF32(s.f), LN2_HI_F32, LN2_LO_F32);
}
ELENA_INLINE double logOfSplitF64(SplitF64 s) {
  return assembleF64(s.k, s.f, logRestF64(s.f), LN2_HI_F64, LN2_LO_F64);
}

/* `y` where x has a logarithm; -inf at 0, NaN below, and inf and NaN stay. */
ELENA_INLINE float logSpecialF32(float x, float y) {
  y = x == 0.0f ? -INF_F32 : y;
  y = x < 0.0f ? NAN_F32 : y;
  return x < INF_F32 ? y : x;
}
ELENA_INLINE double logSpecialF64(double x, double y) {
  y = x == 0.0 ? -INF_F64 : y;
  y = x < 0.0 ? NAN_F64 : y;
  return x < INF_F64 ? y : x;
}

float elena_log_f32(float x) {
  return logSpecialF32(x, logOfSplitF32(splitF32(x)));
}

double elena_log_f64(double x) {
  return logSpecialF64(x, logOfSplitF64(splitF64(x)));
}

/*---------------------------------------------------------------------------*\
|* log2 and log10                                                             *|
\*---------------------------------------------------------------------------*/

/* log_b(x) = (f + rest) log_b(e) + k log_b(2), the product f log_b(e) to twice
 * the precision. */
ELENA_INLINE float logBaseF32(float x, BaseF32 base) {
  SplitF32 s = splitF32(x);
  float p = s.f * base.eHi;
  float pLo = __builtin_fmaf(s.f, base.eLo, __builtin_fmaf(s.f, base.eHi, -p));
  float small = __builtin_fmaf(logRestF32(s.f), base.eHi, pLo);
  return logSpecialF32(x, assembleF32(s.k, p, small, base.twoHi, base.twoLo));
}
ELENA_INLINE double logBaseF64(double x, BaseF64 base) {
  SplitF64 s = splitF64(x);
  double p = s.f * base.eHi;
  double pLo = __builtin_fma(s.f, base.eLo, __builtin_fma(s.f, base.eHi, -p));
  double small = __builtin_fma(logRestF64(s.f), base.eHi, pLo);
  return logSpecialF64(x, assembleF64(s.k, p, small, base.twoHi, base.twoLo));
}

float elena_log2_f32(float x) { return logBaseF32(x, kBase2F32); }
double elena_log2_f64(double x) { return logBaseF64(x, kBase2F64); }
float elena_log10_f32(float x) { return logBaseF32(x, kBase10F32); }
double elena_log10_f64(double x) { return logBaseF64(x, kBase10F64); }

/*---------------------------------------------------------------------------*\
|* log1p                                                                      *|
\*---------------------------------------------------------------------------*/

/* u = 1 + x is rounded; what it lost, c, is exact. 1 + x = 2^k (1 + f) with
 * f = 2^-k (u + c) - 1; where k = 0 that is x itself, and c is added to f
 * before anything is lost. */
float elena_log1p_f32(float x) {
  float u = 1.0f + x;
  float c = x >= 1.0f ? 1.0f - (u - x) : x - (u - 1.0f);
  int32_t k = exponentF32(u);
  float m = fromBitsF32(bitsF32(u) - ((uint32_t)k << 23));
  /* 2^-k is a normal number up to k = 126; c is 0 long before. */
  float down = pow2F32(k > 126 ? -126 : -k);
  SplitF32 s = {__builtin_fmaf(c, down, m - 1.0f), (float)k};
  float y = logOfSplitF32(s);
  y = absF32(x) < 0x1p-26f ? x : y;
  y = x == -1.0f ? -INF_F32 : y;
  y = x < -1.0f ? NAN_F32 : y;
  return x < INF_F32 ? y : x;
}

double elena_log1p_f64(double x) {
  double u = 1.0 + x;
  double c = x >= 1.0 ? 1.0 - (u - x) : x - (u - 1.0);
  int64_t k = exponentF64(u);
  double m = fromBitsF64(bitsF64(u) - ((uint64_t)k << 52));
  double down = pow2F64(k > 1022 ? -1022 : -k);
  SplitF64 s = {__builtin_fma(c, down, m - 1.0), intToF64(k)};
  double y = logOfSplitF64(s);
  y = absF64(x) < 0x1p-55 ? x : y;
  y = x == -1.0 ? -INF_F64 : y;
  y = x < -1.0 ? NAN_F64 : y;
  return x < INF_F64 ? y : x;
}
