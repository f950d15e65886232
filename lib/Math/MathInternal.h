/*===- MathInternal.h - Bits, error-free sums, polynomials ----------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * What every file of this library starts from. Nothing here calls a function:
 * each builtin below becomes one instruction (or an inlined sequence) on every
 * target that Elena has, which is why a kernel needs no libm and no libdevice.
 *
 * The error-free transformations are those of T. J. Dekker, "A floating-point
 * technique for extending the available precision", Numer. Math. 18 (1971),
 * with FMA for the products (J.-M. Muller et al., "Handbook of Floating-Point
 * Arithmetic", 2nd ed., ch. 4 and 5). They hold only if nobody contracts or
 * reassociates the code: see MathBitcode.h.
 */

#ifndef ELENA_LIB_MATH_MATHINTERNAL_H
#define ELENA_LIB_MATH_MATHINTERNAL_H

#include <stdint.h>

#include "Coefficients.h"
#include "elena/Math/elena_math.h"

#define ELENA_INLINE static inline __attribute__((always_inline))

/*---------------------------------------------------------------------------*\
|* Bits                                                                       *|
\*---------------------------------------------------------------------------*/

ELENA_INLINE uint32_t bitsF32(float x) {
  uint32_t u;
  __builtin_memcpy(&u, &x, sizeof u);
  return u;
}

ELENA_INLINE uint64_t bitsF64(double x) {
  uint64_t u;
  __builtin_memcpy(&u, &x, sizeof u);
  return u;
}

ELENA_INLINE float fromBitsF32(uint32_t u) {
  float x;
  __builtin_memcpy(&x, &u, sizeof x);
  return x;
}

ELENA_INLINE double fromBitsF64(uint64_t u) {
  double x;
  __builtin_memcpy(&x, &u, sizeof x);
  return x;
}

#define SIGN_F32 0x80000000u
#define SIGN_F64 0x8000000000000000u
#define INF_F32 __builtin_inff()
#define INF_F64 __builtin_inf()
#define NAN_F32 __builtin_nanf("")
#define NAN_F64 __builtin_nan("")

ELENA_INLINE float absF32(float x) { return __builtin_fabsf(x); }
ELENA_INLINE double absF64(double x) { return __builtin_fabs(x); }

/* The odd functions compute with |x| and put the sign of x on the result: that
 * is what keeps -0 (x + x^3 P would give -0 + 0 = +0). */
ELENA_INLINE float withSignF32(float magnitude, float sign) {
  return __builtin_copysignf(magnitude, sign);
}
ELENA_INLINE double withSignF64(double magnitude, double sign) {
  return __builtin_copysign(magnitude, sign);
}

/* 2^n; the caller keeps n within the normal range of the format. */
ELENA_INLINE float pow2F32(int32_t n) {
  return fromBitsF32(((uint32_t)n + 127u) << 23);
}
ELENA_INLINE double pow2F64(int64_t n) {
  return fromBitsF64(((uint64_t)n + 1023u) << 52);
}

/* x 2^n for |n| <= 252 (2044), in two steps because 2^n itself may not be a
 * number. At most the second product rounds, and only into the denormals. */
ELENA_INLINE float scaleF32(float x, int32_t n) {
  int32_t half = n >> 1;
  return x * pow2F32(half) * pow2F32(n - half);
}
ELENA_INLINE double scaleF64(double x, int64_t n) {
  int64_t half = n >> 1;
  return x * pow2F64(half) * pow2F64(n - half);
}

/*---------------------------------------------------------------------------*\
|* Rounding to integers                                                       *|
\*---------------------------------------------------------------------------*/

/* Adding 1.5 2^23 (1.5 2^52) leaves no room for a fraction: the sum is rounded
 * to an integer, which can be read off its low bits. Unlike a conversion, this
 * is defined for a NaN (some n, and the NaN spoils the result anyway), and it
 * needs no 64-bit conversion instruction. */
#define SHIFT_F32 0x1.8p23f
#define SHIFT_F64 0x1.8p52

typedef struct {
  float value;
  int32_t n;
} RoundedF32;

typedef struct {
  double value;
  int64_t n;
} RoundedF64;

/* The integer nearest to x * factor; |x * factor| < 2^22 (2^51). */
ELENA_INLINE RoundedF32 roundedProductF32(float x, float factor) {
  float shifted = __builtin_fmaf(x, factor, SHIFT_F32);
  RoundedF32 r = {shifted - SHIFT_F32,
                  (int32_t)(bitsF32(shifted) - bitsF32(SHIFT_F32))};
  return r;
}
ELENA_INLINE RoundedF64 roundedProductF64(double x, double factor) {
  double shifted = __builtin_fma(x, factor, SHIFT_F64);
  RoundedF64 r = {shifted - SHIFT_F64,
                  (int64_t)(bitsF64(shifted) - bitsF64(SHIFT_F64))};
  return r;
}

/* n as a floating-point number, by the same trick. */
ELENA_INLINE double intToF64(int64_t n) {
  return fromBitsF64((uint64_t)n + bitsF64(SHIFT_F64)) - SHIFT_F64;
}

/*---------------------------------------------------------------------------*\
|* Unevaluated sums hi + lo                                                   *|
\*---------------------------------------------------------------------------*/

typedef struct {
  float hi, lo;
} PairF32;

typedef struct {
  double hi, lo;
} PairF64;

/* hi + lo == a + b exactly; |a| >= |b| or a == 0. */
ELENA_INLINE PairF32 fastTwoSumF32(float a, float b) {
  float s = a + b;
  PairF32 r = {s, b - (s - a)};
  return r;
}
ELENA_INLINE PairF64 fastTwoSumF64(double a, double b) {
  double s = a + b;
  PairF64 r = {s, b - (s - a)};
  return r;
}

/* hi + lo == a + b exactly, in any order (Knuth). */
ELENA_INLINE PairF64 twoSumF64(double a, double b) {
  double s = a + b;
  double bPart = s - a;
  PairF64 r = {s, (a - (s - bPart)) + (b - bPart)};
  return r;
}

/* hi + lo == a * b exactly. */
ELENA_INLINE PairF64 twoProductF64(double a, double b) {
  double p = a * b;
  PairF64 r = {p, __builtin_fma(a, b, -p)};
  return r;
}

/*---------------------------------------------------------------------------*\
|* Polynomials                                                                *|
\*---------------------------------------------------------------------------*/

#if defined(__clang__)
#define ELENA_UNROLL _Pragma("clang loop unroll(full)")
#else
#define ELENA_UNROLL
#endif

/* Horner's scheme; after inlining and unrolling, `c` is constants in the code.
 */
ELENA_INLINE float hornerF32(float x, const float *c, int count) {
  float acc = c[count - 1];
  ELENA_UNROLL
  for (int i = count - 2; i >= 0; --i)
    acc = __builtin_fmaf(acc, x, c[i]);
  return acc;
}
ELENA_INLINE double hornerF64(double x, const double *c, int count) {
  double acc = c[count - 1];
  ELENA_UNROLL
  for (int i = count - 2; i >= 0; --i)
    acc = __builtin_fma(acc, x, c[i]);
  return acc;
}
#define POLY_F32(x, table)                                                     \
  hornerF32(x, table, (int)(sizeof(table) / sizeof((table)[0])))
#define POLY_F64(x, table)                                                     \
  hornerF64(x, table, (int)(sizeof(table) / sizeof((table)[0])))

/*---------------------------------------------------------------------------*\
|* Constants                                                                  *|
\*---------------------------------------------------------------------------*/

/* 1/ln2, and ln2 in two parts. The first has 16 (42) bits: times an n of 8 (11)
 * bits it fits the format. */
#define LOG2E_F32 0x1.715476p+0f
#define LN2_HI_F32 0x1.62e4p-1f
#define LN2_LO_F32 0x1.7f7d1cp-20f
#define LOG2E_F64 0x1.71547652b82fep+0
#define LN2_HI_F64 0x1.62e42fefa3800p-1
#define LN2_LO_F64 0x1.ef35793c76730p-45

#endif /* ELENA_LIB_MATH_MATHINTERNAL_H */
