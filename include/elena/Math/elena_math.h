/*===- elena_math.h - Elena's scalar math functions
------------------------===*\ ===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * The transcendental functions of compiled programs, in f32 and f64.
 *
 * One source, compiled to LLVM bitcode (MathBitcode.h), is inlined into every
 * kernel, CPU and GPU alike. It uses + - * / sqrt, FMA, rounding and integer
 * operations only, and IEEE 754 fixes the result of each: the same program
 * gives the same bits on both, and nothing has to be linked. Most functions
 * have neither branches nor tables, so a loop over them vectorises.
 *
 * The method, on the example of exp (W. J. Cody, W. Waite, 1980). A polynomial
 * is good on a short interval only, so x is first brought there by something
 * that is undone exactly at the end:
 *
 *     exp(x) = 2^n exp(r),   n = rint(x / ln2),   r = x - n ln2,
 *     |r| <= ln2 / 2 = 0.347.
 *
 * x = 10 in f32: x / ln2 = 14.43, n = 14, r = 10 - 9.70406 = 0.29594. The
 * trap: the rounding error of a product as large as 9.7 is up to 4.8e-7, and
 * the subtraction keeps it; an error of r is the relative error of exp(r),
 * and 4.8e-7 are 4 to 8 ulp. So ln2 is stored as a sum,
 *
 *     ln2 = 0.693145752 (16 bits) + 1.42860677e-6 (24 bits):
 *
 * 14 times the first is exact (its 16 bits and the 8 of n fit 24), and so is
 *
 *     10 - 14 * 0.693145752 = 0.295959473,
 *
 * from which 14 times the second, 2.0000495e-5, is subtracted with one
 * rounding: r = 0.295939475, where 0.295939472 is exact. Then
 *
 *     exp(r) = 1 + r + r^2 P(r) = 1.34438878,
 *     exp(10) = 2^14 * 1.34438878 = 22026.466,
 *
 * where P has degree 4 and changes the result by 2^-28 (minimax.py computed
 * it). As r^2 P is small, its rounding errors hardly show: 0.5 ulp come from
 * the last addition, 0.3 from all the rest. The other functions follow the same
 * plan, described where they are: reduce exactly, add the small to the large
 * last, and keep as hi + lo what would be rounded too early.
 *
 * Accuracy. An ulp is the distance of the two floating-point numbers around the
 * exact value. The bounds below hold for all arguments, denormals, huge ones
 * and denormal results included; `scripts/soak-math.sh` measures them.
 *
 * Special values are those of C99, Annex F: NaN gives NaN (except for pow), the
 * sign of zero is kept by odd functions, and domain errors give NaN. Nothing
 * sets errno; floating-point exception flags have no meaning.
 */

#ifndef ELENA_MATH_ELENA_MATH_H
#define ELENA_MATH_ELENA_MATH_H

#ifdef __cplusplus
extern "C" {
#endif

/*---------------------------------------------------------------------------*\
|* Exponentials and logarithms                                                *|
\*---------------------------------------------------------------------------*/

/* At most 1 ulp. -inf: 0. */
float elena_exp_f32(float x);
double elena_exp_f64(double x);

/* At most 2 ulp. -inf: 0; exact for integers. */
float elena_exp2_f32(float x);
double elena_exp2_f64(double x);

/* exp(x) - 1, at most 2 ulp, also near 0. -inf: -1; +-0: +-0. */
float elena_expm1_f32(float x);
double elena_expm1_f64(double x);

/* At most 1 ulp. +-0: -inf; below 0: NaN; 1: +0. */
float elena_log_f32(float x);
double elena_log_f64(double x);

/* At most 2 ulp. Special values as log; log2 is exact for powers of two. */
float elena_log2_f32(float x);
double elena_log2_f64(double x);
float elena_log10_f32(float x);
double elena_log10_f64(double x);

/* log(1 + x), at most 2 ulp, also near 0. -1: -inf; below: NaN; +-0: +-0. */
float elena_log1p_f32(float x);
double elena_log1p_f64(double x);

/*---------------------------------------------------------------------------*\
|* Trigonometric functions: angles in radians, however large                  *|
\*---------------------------------------------------------------------------*/

/* At most 2 ulp. +-inf: NaN; sin and tan of +-0: +-0. */
float elena_sin_f32(float x);
double elena_sin_f64(double x);
float elena_cos_f32(float x);
double elena_cos_f64(double x);
float elena_tan_f32(float x);
double elena_tan_f64(double x);

/* At most 2 ulp. |x| > 1: NaN; asin(+-0) = +-0, acos(1) = +0. */
float elena_asin_f32(float x);
double elena_asin_f64(double x);
float elena_acos_f32(float x);
double elena_acos_f64(double x);

/* At most 2 ulp. +-inf: +-pi/2; +-0: +-0. */
float elena_atan_f32(float x);
double elena_atan_f64(double x);

/* The angle of the point (x, y), in [-pi, pi]; at most 2 ulp. Zeros and
 * infinities have a sign and a direction: atan2(+-0, -0) = +-pi,
 * atan2(+-0, +0) = +-0, atan2(+-inf, -inf) = +-3 pi/4. */
float elena_atan2_f32(float y, float x);
double elena_atan2_f64(double y, double x);

/*---------------------------------------------------------------------------*\
|* Hyperbolic functions                                                       *|
\*---------------------------------------------------------------------------*/

/* At most 1 ulp. +-inf: +-1; +-0: +-0. */
float elena_tanh_f32(float x);
double elena_tanh_f64(double x);

/* At most 2 ulp. sinh(+-inf) = +-inf, sinh(+-0) = +-0; cosh(+-inf) = inf. */
float elena_sinh_f32(float x);
double elena_sinh_f64(double x);
float elena_cosh_f32(float x);
double elena_cosh_f64(double x);

/*---------------------------------------------------------------------------*\
|* Powers, roots, remainder, error function                                   *|
\*---------------------------------------------------------------------------*/

/* x^y, at most 2 ulp. pow(x, +-0) = pow(1, y) = 1, even for a NaN;
 * pow(-1, +-inf) = 1; x < 0 and y no integer: NaN; an odd y keeps the sign of
 * x, that of zero and infinity included: pow(-0, -3) = -inf. */
float elena_pow_f32(float x, float y);
double elena_pow_f64(double x, double y);

/* At most 2 ulp; +-0: +-0. */
float elena_cbrt_f32(float x);
double elena_cbrt_f64(double x);

/* sqrt(x^2 + y^2), at most 2 ulp, without overflow on the way. An infinite
 * argument gives inf, even beside a NaN. */
float elena_hypot_f32(float x, float y);
double elena_hypot_f64(double x, double y);

/* x - trunc(x / y) y, exact, with the sign of x. x infinite or y zero: NaN;
 * y infinite: x. */
float elena_fmod_f32(float x, float y);
double elena_fmod_f64(double x, double y);

/* At most 2 ulp. +-inf: +-1; +-0: +-0. */
float elena_erf_f32(float x);
double elena_erf_f64(double x);

#ifdef __cplusplus
}
#endif

#endif /* ELENA_MATH_ELENA_MATH_H */
