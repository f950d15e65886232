//===- MathTest.cpp - Accuracy and special values of elena_math.h ---------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function is compared with the C library in the next wider format (f32
// with double, f64 with the 80-bit long double of x86), which is exact enough:
// its own error is below 0.001 ulp of the format under test.
//
// f32 functions of one argument: every ELENA_MATH_STRIDE-th of all 2^32 bit
// patterns (default: few enough for seconds; 1: all, see scripts/soak-math.sh).
// All others: every pair of special values, and random arguments of several
// kinds, ELENA_MATH_SAMPLES of each.
//
//===----------------------------------------------------------------------===//

#include "elena/Math/elena_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

uint64_t setting(const char *name, uint64_t byDefault) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : byDefault;
}

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

template <typename T> struct Format;

template <> struct Format<float> {
  using Bits = uint32_t;
  using Wide = double;
};

template <> struct Format<double> {
  using Bits = uint64_t;
  using Wide = long double;
};

template <typename T> using Wide = typename Format<T>::Wide;

static_assert(LDBL_MANT_DIG >= 64 || DBL_MANT_DIG == LDBL_MANT_DIG,
              "long double is either wider or the same");

/// Without a wider format nothing can be measured (AArch64 macOS, for example).
constexpr bool hasWiderThanDouble = LDBL_MANT_DIG > DBL_MANT_DIG;

/// The distance of the two numbers of format T around `exact`.
template <typename T> Wide<T> ulpOf(Wide<T> exact) {
  using Limits = std::numeric_limits<T>;
  int exponent = exact == 0 ? Limits::min_exponent - 1 : std::ilogb(exact);
  exponent = std::max(exponent, Limits::min_exponent - 1);
  exponent = std::min(exponent, Limits::max_exponent - 1);
  return std::ldexp(Wide<T>(1), exponent - (Limits::digits - 1));
}

constexpr double wrong = std::numeric_limits<double>::infinity();

/// The error of `got` in ulp; `wrong` for a NaN or a sign that should not be.
/// Infinity counts as the first power of two that is not representable.
template <typename T> double ulpError(T got, Wide<T> exact) {
  using Limits = std::numeric_limits<T>;
  if (std::isnan(got) || std::isnan(exact))
    return std::isnan(got) && std::isnan(exact) ? 0 : wrong;
  if (std::signbit(got) != std::signbit(exact))
    return wrong;
  Wide<T> beyond = std::ldexp(Wide<T>(1), Limits::max_exponent);
  Wide<T> y = std::isinf(got) ? beyond : std::fabs(Wide<T>(got));
  Wide<T> reference = std::min(std::fabs(exact), beyond);
  return static_cast<double>(std::fabs(y - reference) / ulpOf<T>(reference));
}

/// The largest error so far and where it was.
template <typename T> struct Worst {
  double ulp = 0;
  T x = 0, y = 0;

  void note(double error, T atX, T atY = 0) {
    if (!(error > ulp))
      return;
    ulp = error;
    x = atX;
    y = atY;
  }
};

//===----------------------------------------------------------------------===//
// The functions
//===----------------------------------------------------------------------===//

/// One function, its reference, and the bound that elena_math.h promises.
template <typename T> struct Unary {
  const char *name;
  T (*function)(T);
  Wide<T> (*reference)(Wide<T>);
  double bound; // in ulp
};

template <typename T> struct Binary {
  const char *name;
  T (*function)(T, T);
  Wide<T> (*reference)(Wide<T>, Wide<T>);
  double bound;
};

// clang-format off
#define UNARY(NAME, BOUND)                                                     \
  {#NAME, elena_##NAME##_f32,                                                  \
   [](double x) -> double { return std::NAME(x); }, BOUND}
#define UNARY64(NAME, BOUND)                                                   \
  {#NAME, elena_##NAME##_f64,                                                  \
   [](long double x) -> long double { return std::NAME(x); }, BOUND}
#define ALL_UNARY(F)                                                           \
  F(exp, 1.0), F(exp2, 2.0), F(expm1, 2.0), F(log, 1.0), F(log2, 2.0),         \
  F(log10, 2.0), F(log1p, 2.0), F(sin, 2.0), F(cos, 2.0), F(tan, 2.0),         \
  F(asin, 2.0), F(acos, 2.0), F(atan, 2.0), F(tanh, 1.0), F(sinh, 2.0),        \
  F(cosh, 2.0), F(cbrt, 2.0), F(erf, 2.0)
const Unary<float> unaryF32[] = {ALL_UNARY(UNARY)};
const Unary<double> unaryF64[] = {ALL_UNARY(UNARY64)};

#define BINARY(NAME, BOUND)                                                    \
  {#NAME, elena_##NAME##_f32,                                                  \
   [](double x, double y) -> double { return std::NAME(x, y); }, BOUND}
#define BINARY64(NAME, BOUND)                                                  \
  {#NAME, elena_##NAME##_f64,                                                  \
   [](long double x, long double y) -> long double { return std::NAME(x, y); },\
   BOUND}
#define ALL_BINARY(F)                                                          \
  F(pow, 2.0), F(atan2, 2.0), F(hypot, 2.0), F(fmod, 0.0)
const Binary<float> binaryF32[] = {ALL_BINARY(BINARY)};
const Binary<double> binaryF64[] = {ALL_BINARY(BINARY64)};
// clang-format on

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// Zeros, limits, infinities, NaN, numbers where some function turns, and the
/// neighbours of all of them, each with both signs.
template <typename T> std::vector<T> specialValues() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values = {Limits::quiet_NaN(),
                           Limits::infinity(),
                           Limits::max(),
                           Limits::min(),
                           Limits::denorm_min(),
                           T(0),
                           T(0.25),
                           T(0.5),
                           T(0.55),
                           T(1),
                           T(1.5),
                           T(2),
                           T(2.5),
                           T(3),
                           T(4),
                           T(6),
                           T(10),
                           T(20),
                           T(88.72284),
                           T(103.97208),
                           T(709.782712893384),
                           T(745.1332191019412),
                           T(126),
                           T(127),
                           T(128),
                           T(149),
                           T(150),
                           T(1022),
                           T(1023),
                           T(1024),
                           T(1074),
                           T(1075),
                           T(M_PI_4),
                           T(M_PI_2),
                           T(M_PI),
                           T(0.41421356237309503),
                           T(2.414213562373095),
                           T(0.7071067811865476),
                           T(0x1p23),
                           T(0x1p24),
                           T(0x1p30),
                           T(0x1p52),
                           T(0x1p53),
                           T(0x1p-12),
                           T(0x1p-26),
                           T(0x1p-55),
                           T(1e30),
                           T(1e-30)};
  if constexpr (sizeof(T) == 8) // Closest of all to a multiple of pi/2.
    values.push_back(6381956970095103.0 * 0x1p797);
  for (size_t i = 0, e = values.size(); i < e; ++i) {
    values.push_back(std::nextafter(values[i], Limits::infinity()));
    values.push_back(std::nextafter(values[i], T(0)));
  }
  for (size_t i = 0, e = values.size(); i < e; ++i)
    values.push_back(-values[i]);
  return values;
}

/// Random numbers of three kinds, by turns: any bit pattern; a magnitude
/// between 2^-10 and 2^10, where most functions have their shape; close to 1.
template <typename T> class Arguments {
public:
  T next(unsigned kind) {
    using Bits = typename Format<T>::Bits;
    std::uniform_real_distribution<T> exponent(-10, 10), near1(-1, 1);
    switch (kind % 3) {
    case 0:
      return std::bit_cast<T>(static_cast<Bits>(random()));
    case 1:
      return std::copysign(std::exp2(exponent(random)), near1(random));
    default:
      return 1 + near1(random) * near1(random) * near1(random);
    }
  }

private:
  std::mt19937_64 random{20240229};
};

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

template <typename T>
void report(const char *name, double bound, const Worst<T> &worst) {
  std::printf("  %-6s f%zu  %.3f ulp (at most %.1f), at %a", name,
              sizeof(T) * 8, worst.ulp, bound, static_cast<double>(worst.x));
  if (worst.y != 0)
    std::printf(", %a", static_cast<double>(worst.y));
  std::printf("\n");
  EXPECT_LE(worst.ulp, bound) << name;
}

template <typename T> void measure(const Unary<T> &f, Worst<T> &worst, T x) {
  worst.note(ulpError<T>(f.function(x), f.reference(x)), x);
}

template <typename T>
void measure(const Binary<T> &f, Worst<T> &worst, T x, T y) {
  worst.note(ulpError<T>(f.function(x, y), f.reference(x, y)), x, y);
}

template <typename T> void sweepRandom(const Unary<T> &f, uint64_t samples) {
  Worst<T> worst;
  for (T x : specialValues<T>())
    measure(f, worst, x);
  Arguments<T> arguments;
  for (uint64_t i = 0; i < samples; ++i)
    measure(f, worst, arguments.next(i));
  report(f.name, f.bound, worst);
}

template <typename T> void sweepRandom(const Binary<T> &f, uint64_t samples) {
  Worst<T> worst;
  std::vector<T> special = specialValues<T>();
  for (T x : special)
    for (T y : special)
      measure(f, worst, x, y);
  Arguments<T> arguments;
  for (uint64_t i = 0; i < samples; ++i) {
    T x = arguments.next(i), y = arguments.next(i / 3);
    measure(f, worst, x, y);
  }
  report(f.name, f.bound, worst);
}

class UnaryF32 : public testing::TestWithParam<Unary<float>> {};
class UnaryF64 : public testing::TestWithParam<Unary<double>> {};
class BinaryF32 : public testing::TestWithParam<Binary<float>> {};
class BinaryF64 : public testing::TestWithParam<Binary<double>> {};

TEST_P(UnaryF32, IsWithinItsBound) {
  const Unary<float> &f = GetParam();
  const uint64_t stride = setting("ELENA_MATH_STRIDE", 2003);
  Worst<float> worst;
  for (float x : specialValues<float>())
    measure(f, worst, x);
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += stride)
    measure(f, worst, std::bit_cast<float>(static_cast<uint32_t>(bits)));
  report(f.name, f.bound, worst);
}

TEST_P(UnaryF64, IsWithinItsBound) {
  if (!hasWiderThanDouble)
    GTEST_SKIP() << "no format wider than double to compare with";
  sweepRandom(GetParam(), setting("ELENA_MATH_SAMPLES", 600'000));
}

TEST_P(BinaryF32, IsWithinItsBound) {
  sweepRandom(GetParam(), setting("ELENA_MATH_SAMPLES", 600'000));
}

TEST_P(BinaryF64, IsWithinItsBound) {
  if (!hasWiderThanDouble)
    GTEST_SKIP() << "no format wider than double to compare with";
  sweepRandom(GetParam(), setting("ELENA_MATH_SAMPLES", 600'000));
}

constexpr auto nameOf = [](const auto &info) {
  return std::string(info.param.name);
};
INSTANTIATE_TEST_SUITE_P(Math, UnaryF32, testing::ValuesIn(unaryF32), nameOf);
INSTANTIATE_TEST_SUITE_P(Math, UnaryF64, testing::ValuesIn(unaryF64), nameOf);
INSTANTIATE_TEST_SUITE_P(Math, BinaryF32, testing::ValuesIn(binaryF32), nameOf);
INSTANTIATE_TEST_SUITE_P(Math, BinaryF64, testing::ValuesIn(binaryF64), nameOf);

//===----------------------------------------------------------------------===//
// Promises that are not error bounds
//===----------------------------------------------------------------------===//

TEST(MathExactness, Exp2AndLog2OfPowersOfTwo) {
  for (int n = -149; n <= 127; ++n) {
    float power = std::ldexp(1.0f, n);
    EXPECT_EQ(elena_exp2_f32(static_cast<float>(n)), power);
    EXPECT_EQ(elena_log2_f32(power), static_cast<float>(n));
  }
  for (int n = -1074; n <= 1023; ++n) {
    double power = std::ldexp(1.0, n);
    EXPECT_EQ(elena_exp2_f64(n), power);
    EXPECT_EQ(elena_log2_f64(power), n);
  }
}

// C99 F.9.4.4, spelled out: the sweep above trusts the host's pow.
TEST(MathSpecialValues, Pow) {
  const double inf = INFINITY, nan = NAN;
  EXPECT_EQ(elena_pow_f64(nan, 0.0), 1.0);
  EXPECT_EQ(elena_pow_f64(nan, -0.0), 1.0);
  EXPECT_EQ(elena_pow_f64(1.0, nan), 1.0);
  EXPECT_EQ(elena_pow_f64(-1.0, inf), 1.0);
  EXPECT_EQ(elena_pow_f64(-1.0, -inf), 1.0);
  EXPECT_EQ(elena_pow_f64(-0.0, -3.0), -inf);
  EXPECT_EQ(elena_pow_f64(-0.0, -2.0), inf);
  EXPECT_EQ(elena_pow_f64(-0.0, -inf), inf);
  EXPECT_TRUE(std::signbit(elena_pow_f64(-0.0, 3.0)));
  EXPECT_FALSE(std::signbit(elena_pow_f64(-0.0, 2.0)));
  EXPECT_TRUE(std::isnan(elena_pow_f64(-2.0, 0.5)));
  EXPECT_EQ(elena_pow_f64(0.5, -inf), inf);
  EXPECT_EQ(elena_pow_f64(2.0, -inf), 0.0);
  EXPECT_EQ(elena_pow_f64(-inf, -3.0), 0.0);
  EXPECT_TRUE(std::signbit(elena_pow_f64(-inf, -3.0)));
  EXPECT_EQ(elena_pow_f64(-inf, 3.0), -inf);
  EXPECT_EQ(elena_pow_f64(-inf, 0.5), inf);
}

TEST(MathSpecialValues, Fmod) {
  EXPECT_TRUE(std::isnan(elena_fmod_f32(INFINITY, 1.0f)));
  EXPECT_TRUE(std::isnan(elena_fmod_f32(1.0f, 0.0f)));
  EXPECT_EQ(elena_fmod_f32(5.0f, INFINITY), 5.0f);
  EXPECT_EQ(elena_fmod_f32(1e10f, 3.0f), 1.0f);
  EXPECT_TRUE(std::signbit(elena_fmod_f32(-6.0f, 3.0f)));
  EXPECT_EQ(elena_fmod_f64(DBL_MAX, DBL_TRUE_MIN), 0.0);
}

} // namespace
