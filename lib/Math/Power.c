/*===- Power.c - pow ------------------------------------------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * pow(x, y) = exp(y log|x|), then the sign, then the special cases of C99
 * (F.9.4.4). An error of log|x| is multiplied by up to 745 (y log|x|), so f32
 * computes in f64, and f64 carries the logarithm to about 2^-66 as hi + lo.
 */

#include "ExpInternal.h"
#include "LogInternal.h"

/* What the special cases need to know about y. */
typedef struct {
  int isInteger, isOdd;
} Exponent;

ELENA_INLINE Exponent classifyF64(double y) {
  double half = 0.5 * y;
  int isInteger = __builtin_trunc(y) == y;
  Exponent e = {isInteger, isInteger && __builtin_trunc(half) != half};
  return e;
}

/* `y` is an ordinary |x|^y; everything that it is wrong for is replaced. Both
 * formats share this: their values convert to double exactly. */
ELENA_INLINE double powSpecial(double x, double y, double result) {
  double a = absF64(x);
  Exponent e = classifyF64(y);
  int infiniteY = absF64(y) == INF_F64;

  /* |x| is 0 or inf, or y is: the result is 0 or inf. */
  int grows = (a > 1.0) == (y > 0.0);
  int limit = a == 0.0 || a == INF_F64 || infiniteY;
  result = limit ? (grows ? INF_F64 : 0.0) : result;

  int negative = (bitsF64(x) & SIGN_F64) != 0;
  result = negative && e.isOdd && !infiniteY ? -result : result;
  int invalid = x < 0.0 && a < INF_F64 && !e.isInteger && !infiniteY;
  result = invalid ? NAN_F64 : result;
  result = x != x || y != y ? x + y : result;
  int one = y == 0.0 || x == 1.0 || (x == -1.0 && infiniteY);
  return one ? 1.0 : result;
}

/*---------------------------------------------------------------------------*\
|* f32                                                                        *|
\*---------------------------------------------------------------------------*/

float elena_pow_f32(float x, float y) {
  /* Every |x| > 0 is normal in f64; 0 and inf are replaced later. */
  SplitF64 split = splitF64(absF64((double)x));
  double s = split.f / (2.0 + split.f);
  double z = s * s;
  double logM = __builtin_fma(s * z, POLY_F64(z, kLogShortF64), 2.0 * s);
  const double ln2 = 0x1.62e42fefa39efp-1;
  double product = (double)y * __builtin_fma(split.k, ln2, logM);

  /* Within these bounds the scale is a normal f64; beyond, f32 is inf or 0. */
  ExpArgF64 arg = reduceExpF64(clampF64(product, -150.0, 150.0));
  double e = __builtin_fma(arg.r * arg.r, POLY_F64(arg.r, kExpShortF64), arg.r);
  double result = (1.0 + e) * pow2F64(arg.n);
  return (float)powSpecial(x, y, result);
}

/*---------------------------------------------------------------------------*\
|* f64                                                                        *|
\*---------------------------------------------------------------------------*/

/* log(1 + f) + k ln2 = 2 atanh(s) + k ln2 as hi + lo, s = f / (2 + f).
 *
 * 2 atanh(s) = 2s + s z (2/3 + z P(z)), z = s^2. z P(z) is at most 2^-6.4, so
 * its rounding error is 2^-59 of the bracket, which itself is 2^-6.7 of 2s:
 * only s, z, 2/3 and the products with them must be carried twice as long. */
ELENA_INLINE PairF64 logPair(SplitF64 split) {
  double f = split.f;
  PairF64 d = fastTwoSumF64(2.0, f);
  double inverse = 1.0 / d.hi;
  double s = f * inverse;
  double residual = __builtin_fma(-s, d.lo, __builtin_fma(-s, d.hi, f));
  double sLo = residual * inverse;

  PairF64 z = twoProductF64(s, s);
  z.lo = __builtin_fma(2.0 * s, sLo, z.lo);

  const double thirdHi = 0x1.5555555555555p-1, thirdLo = 0x1.5555555555555p-55;
  PairF64 bracket =
      fastTwoSumF64(thirdHi, z.hi * POLY_F64(z.hi, kLogAtanhTailF64));
  bracket.lo += thirdLo;

  PairF64 t = twoProductF64(z.hi, bracket.hi);
  t.lo += __builtin_fma(z.hi, bracket.lo, z.lo * bracket.hi);
  PairF64 cubic = twoProductF64(s, t.hi);
  cubic.lo += __builtin_fma(s, t.lo, sLo * t.hi);

  /* k ln2 + 2s + cubic, each larger than the next (or k is 0). */
  PairF64 sum = fastTwoSumF64(split.k * LN2_HI_F64, 2.0 * s);
  PairF64 sum2 = fastTwoSumF64(sum.hi, cubic.hi);
  double lo = __builtin_fma(split.k, LN2_LO_F64, 2.0 * sLo + cubic.lo);
  return fastTwoSumF64(sum2.hi, sum2.lo + (sum.lo + lo));
}

double elena_pow_f64(double x, double y) {
  PairF64 log = logPair(splitF64(absF64(x)));
  PairF64 product = twoProductF64(y, log.hi);
  product.lo = __builtin_fma(y, log.lo, product.lo);
  /* Where the product is cut off (or overflows), its low part is void. */
  double hi = clampF64(product.hi, -800.0, 800.0);
  PairF64 clamped = {hi, hi == product.hi ? product.lo : 0.0};

  ExpArgF64 arg = reduceExpPairF64(clamped);
  return powSpecial(x, y, scaleF64(expPairF64(arg).hi, arg.n));
}
