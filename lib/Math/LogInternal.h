/*===- LogInternal.h - Splitting a number into 2^k and 1 + f --------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef ELENA_LIB_MATH_LOGINTERNAL_H
#define ELENA_LIB_MATH_LOGINTERNAL_H

#include "MathInternal.h"

/* x == 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2), f exact; x > 0 and finite.
 * The interval around 1 matters: with 1 <= 1 + f < 2, log(x) for x just below 1
 * would be the difference of two nearly equal numbers. */
typedef struct {
  float f, k;
} SplitF32;

typedef struct {
  double f, k;
} SplitF64;

#define SQRT_HALF_BITS_F32 0x3f3504f3u
#define SQRT_HALF_BITS_F64 0x3fe6a09e667f3bcdu

/* k for a normal x: the distance of its exponent from that of sqrt(1/2). */
ELENA_INLINE int32_t exponentF32(float x) {
  return (int32_t)(bitsF32(x) - SQRT_HALF_BITS_F32) >> 23;
}
ELENA_INLINE int64_t exponentF64(double x) {
  return (int64_t)(bitsF64(x) - SQRT_HALF_BITS_F64) >> 52;
}

ELENA_INLINE SplitF32 splitF32(float x) {
  int denormal = x < 0x1p-126f;
  float scaled = denormal ? x * 0x1p23f : x;
  int32_t k = exponentF32(scaled);
  float m = fromBitsF32(bitsF32(scaled) - ((uint32_t)k << 23));
  SplitF32 s = {m - 1.0f, (float)k - (denormal ? 23.0f : 0.0f)};
  return s;
}

ELENA_INLINE SplitF64 splitF64(double x) {
  int denormal = x < 0x1p-1022;
  double scaled = denormal ? x * 0x1p52 : x;
  int64_t k = exponentF64(scaled);
  double m = fromBitsF64(bitsF64(scaled) - ((uint64_t)k << 52));
  SplitF64 s = {m - 1.0, intToF64(k) - (denormal ? 52.0 : 0.0)};
  return s;
}

#endif /* ELENA_LIB_MATH_LOGINTERNAL_H */
