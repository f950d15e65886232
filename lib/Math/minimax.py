#!/usr/bin/env python3
"""Computes every polynomial of Elena's math library: writes Coefficients.h.

    python3 minimax.py > Coefficients.h      (needs mpmath; gmpy2 makes it fast)

Method. For each table the best polynomial P for a weighted error is found with
Remez' exchange algorithm (E. Ya. Remez, 1934; see J.-M. Muller, "Elementary
Functions", 3rd ed., ch. 3) in 200-bit arithmetic, on a fine Chebyshev grid
instead of a continuous interval: the result is then discrete-optimal, which for
a grid of this density is the same to a few per mille.

The weight turns the error of P into the *relative error of the final result*:
tanh(x) = x + x^3 P(x^2), say, is fitted with weight x^3 / tanh(x).

Rounding. The coefficients are rounded to the target format one at a time, the
most important (lowest) first, and the rest is fitted again after each, so that
it absorbs the rounding error. The "error" in the comment above each table is
that of the polynomial with its rounded coefficients, evaluated exactly.
"""

import sys
import textwrap

from mpmath import mp, mpf

mp.prec = 200


def grid(lo, hi, count):
    """Chebyshev points of [lo, hi], densest at the ends where errors peak."""
    mid, half = (lo + hi) / 2, (hi - lo) / 2
    return [mid - half * mp.cos(mp.pi * (i + mpf(1) / 2) / count) for i in range(count)]


def horner(coefs, x):
    acc = mpf(0)
    for c in reversed(coefs):
        acc = acc * x + c
    return acc


def remez(xs, ys, ws, first, count):
    """Coefficients of x^first.. that minimise max w * |y - P|, all w positive."""
    n = len(xs)
    # The grid is Chebyshev-spaced: equal steps in the index are a good start.
    ref = [(2 * i + 1) * n // (2 * (count + 1)) for i in range(count + 1)]
    powers = [[x ** (first + j) for j in range(count)] for x in xs]
    for _ in range(40):
        a = mp.matrix(count + 1, count + 1)
        b = mp.matrix(count + 1, 1)
        for row, i in enumerate(ref):
            for j in range(count):
                a[row, j] = powers[i][j]
            a[row, count] = (-1) ** row / ws[i]
            b[row] = ys[i]
        sol = mp.lu_solve(a, b)
        coefs = [sol[j] for j in range(count)]
        err = [ws[i] * (ys[i] - sum(c * p for c, p in zip(coefs, powers[i]))) for i in range(n)]
        # One extremum per run of equal sign; keep count + 1 neighbouring runs.
        runs = []
        for i in range(n):
            if runs and (err[i] > 0) == (err[runs[-1]] > 0):
                if abs(err[i]) > abs(err[runs[-1]]):
                    runs[-1] = i
            else:
                runs.append(i)
        while len(runs) > count + 1:
            runs.pop(0 if abs(err[runs[0]]) < abs(err[runs[-1]]) else -1)
        if len(runs) < count + 1:
            break  # Error below the noise of the grid: as good as it gets.
        if max(abs(e) for e in err) <= abs(sol[count]) * mpf("1.0005"):
            break
        ref = runs
    return coefs


def round_to(value, bits):
    """Nearest number with a significand of `bits` bits (exponent unbounded)."""
    if value == 0:
        return mpf(0)
    scale = mpf(2) ** (bits - 1 - int(mp.floor(mp.log(abs(value), 2))))
    return mp.nint(value * scale) / scale


def fit(target, weight, lo, hi, count, bits, fixed=()):
    """Rounded coefficients of P ~ target on [lo, hi] and the log2 of the error.

    `fixed` are leading coefficients that must have exactly these values.
    """
    xs = grid(mpf(lo), mpf(hi), 24 * count)
    ys = [target(x) for x in xs]
    ws = [abs(weight(x)) for x in xs]
    done = [round_to(mpf(c), bits) for c in fixed]
    while len(done) < count:
        rest = [y - horner(done, x) for x, y in zip(xs, ys)]
        coefs = remez(xs, rest, ws, len(done), count - len(done))
        # Powers above 0 vanish together at 0: inside the interval that breaks
        # the Haar condition, so such a fit is rounded as a whole.
        take = len(coefs) if lo < 0 < hi else 1
        done += [round_to(c, bits) for c in coefs[:take]]
    worst = max(abs(w * (y - horner(done, x))) for x, y, w in zip(xs, ys, ws))
    return done, float(mp.log(worst, 2))


def hex_float(value, bits):
    """C99 hexadecimal literal of an exactly representable value."""
    if value == 0:
        return "0x0p+0" + ("f" if bits == 24 else "")
    sign = "-" if value < 0 else ""
    exponent = int(mp.floor(mp.log(abs(value), 2)))
    digits = 6 if bits == 24 else 13
    shift = 23 if bits == 24 else 52
    mantissa = int(abs(value) * mpf(2) ** (shift - exponent)) - (1 << shift)
    if bits == 24:
        mantissa <<= 1  # 23 fraction bits fill 5 3/4 hex digits.
    return f"{sign}0x1.{mantissa:0{digits}x}p{exponent:+d}" + ("f" if bits == 24 else "")


def emit(name, what, result, bits):
    coefs, error = result
    ctype = "float" if bits == 24 else "double"
    comment = f"/* {what}; error 2^{error:.1f} */"
    print(textwrap.fill(comment, 80, subsequent_indent=" * "))
    print(f"static const {ctype} {name}[] = {{")
    for c in coefs:
        print(f"    {hex_float(c, bits)},")
    print("};\n")


def emit_all(name, what, target, weight, lo, hi, count32, count64, fixed=()):
    """One table per format; a count of 0 means that the format has no table."""
    for bits, count, suffix in ((24, count32, "F32"), (53, count64, "F64")):
        if count:
            emit(f"{name}{suffix}", what, fit(target, weight, lo, hi, count, bits, fixed), bits)


# Near 0 the defining quotients lose digits; 200 bits leave more than enough
# at this distance, and no polynomial changes over it.
TINY = mpf(2) ** -30


def odd_family(name, what, f, limit, count32, count64):
    """f(x) = x + x^3 P(x^2) for 0 <= x <= limit, f odd."""
    emit_all(
        name,
        what,
        lambda z: (f(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
        lambda z: mp.sqrt(z) ** 3 / f(mp.sqrt(z)),
        TINY,
        mpf(limit) ** 2,
        count32,
        count64,
    )


def main():
    half_ln2 = mp.log(2) / 2 * mpf("1.0005")
    print("//===- Coefficients.h - Polynomials of the math library " + "-" * 19 + "===//")
    print("//")
    print("// Part of the Elena project, under the Apache License v2.0 with LLVM")
    print("// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception")
    print("//")
    print("//===" + "-" * 70 + "===//")
    print("//")
    print("// Generated by minimax.py: change that, not this.")
    print("//")
    print("// Polynomial coefficients, lowest power first. The error in each comment is")
    print("// the largest relative error that the polynomial alone causes in the result.")
    print("")
    print("// clang-format off")
    print("#ifndef ELENA_LIB_MATH_COEFFICIENTS_H")
    print("#define ELENA_LIB_MATH_COEFFICIENTS_H\n")

    emit_all(
        "kExp", "exp(r) = 1 + r + r^2 P(r), |r| <= ln2/2",
        lambda r: (mp.exp(r) - 1 - r) / r**2 if r else mpf(1) / 2,
        lambda r: r**2 / mp.exp(r), -half_ln2, half_ln2, 5, 0)
    # The same form with the error relative to exp(r) - 1, which vanishes at 0.
    emit_all(
        "kExpm1", "expm1(r) = r + r^2 P(r), |r| <= ln2/2",
        lambda r: (mp.expm1(r) - r) / r**2 if r else mpf(1) / 2,
        lambda r: r**2 / mp.expm1(r) if r else r, -half_ln2, half_ln2, 6, 12)
    emit_all(
        "kExp2", "exp2(r) = 1 + r P(r), |r| <= 1/2",
        lambda r: (mpf(2) ** r - 1) / r if r else mp.log(2),
        lambda r: r / mpf(2) ** r, mpf("-0.5005"), mpf("0.5005"), 6, 0)
    emit_all(
        "kLog", "log(1+f) = f + f^2 P(f), sqrt(1/2) <= 1+f <= sqrt(2)",
        lambda f: (mp.log1p(f) - f) / f**2 if f else mpf(-1) / 2,
        lambda f: f**2 / mp.log1p(f) if f else f,
        mp.sqrt(mpf(1) / 2) - 1, mp.sqrt(mpf(2)) - 1, 9, 0)
    smax = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
    emit_all(
        "kLogAtanh", "log((1+s)/(1-s)) = 2s + s z P(z), z = s^2, |s| <= 0.1716",
        lambda z: (2 * mp.atanh(mp.sqrt(z)) - 2 * mp.sqrt(z)) / mp.sqrt(z) ** 3,
        lambda z: mp.sqrt(z) ** 3 / (2 * mp.atanh(mp.sqrt(z))),
        TINY, smax**2, 0, 7)
    emit_all(
        "kLogAtanhTail",
        "log((1+s)/(1-s)) = 2s + s z (2/3 + z P(z)), z = s^2, |s| <= 0.1716",
        lambda z: ((2 * mp.atanh(mp.sqrt(z)) - 2 * mp.sqrt(z)) / mp.sqrt(z) ** 3 - mpf(2) / 3) / z,
        lambda z: mp.sqrt(z) ** 5 / (2 * mp.atanh(mp.sqrt(z))),
        TINY, smax**2, 0, 9)
    emit_all(
        "kLogShort", "the same as kLogAtanh, short: for f32 functions",
        lambda z: (2 * mp.atanh(mp.sqrt(z)) - 2 * mp.sqrt(z)) / mp.sqrt(z) ** 3,
        lambda z: mp.sqrt(z) ** 3 / (2 * mp.atanh(mp.sqrt(z))),
        TINY, smax**2, 0, 5)
    emit_all(
        "kExpShort", "exp(r) = 1 + r + r^2 P(r), |r| <= ln2/2, short: for f32 functions",
        lambda r: (mp.exp(r) - 1 - r) / r**2 if r else mpf(1) / 2,
        lambda r: r**2 / mp.exp(r), -half_ln2, half_ln2, 0, 6)

    quarter_pi = mp.pi / 4 * mpf("1.0001")
    odd_family("kSin", "sin(r) = r + r^3 P(r^2), |r| <= pi/4", mp.sin, quarter_pi, 0, 6)
    emit_all(
        "kCos", "cos(r) = 1 - r^2/2 + r^4 P(r^2), |r| <= pi/4",
        lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2,
        lambda z: z**2 / mp.cos(mp.sqrt(z)), TINY, quarter_pi**2, 0, 6)
    emit("kSinShortF64", "sin(r) = r + r^3 P(r^2), |r| <= pi/4, short: for f32 functions",
         fit(lambda z: (mp.sin(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
             lambda z: mp.sqrt(z) ** 3 / mp.sin(mp.sqrt(z)), TINY, quarter_pi**2, 4, 53), 53)
    emit("kCosShortF64", "cos(r) = 1 - r^2/2 + r^4 P(r^2), |r| <= pi/4, short: for f32 functions",
         fit(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2,
             lambda z: z**2 / mp.cos(mp.sqrt(z)), TINY, quarter_pi**2, 4, 53), 53)

    odd_family("kTanh", "tanh(x) = x + x^3 P(x^2), |x| <= 0.55", mp.tanh, mpf("0.551"), 5, 11)
    odd_family("kSinh", "sinh(x) = x + x^3 P(x^2), |x| <= 1", mp.sinh, 1, 4, 7)
    odd_family("kAtan", "atan(t) = t + t^3 P(t^2), |t| <= 1/2", mp.atan, mpf("0.5001"), 6, 12)
    odd_family("kAsin", "asin(x) = x + x^3 P(x^2), |x| <= 1/2", mp.asin, mpf("0.5001"), 5, 13)

    emit_all(
        "kErf", "erf(x) = x + x P(x^2), |x| <= 1",
        lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1,
        lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), TINY, 1, 7, 13)
    # erf = 1 - exp(-q): an error e of q changes erf by e (1 - erf).
    emit_all(
        "kErfTail", "erf(x) = 1 - exp(-P(x)), 1 <= x <= 4",
        lambda x: -mp.log(mp.erfc(x)), lambda x: mp.erfc(x), 1, 4, 7, 0)
    # With t = (x-3)/(x+3), x = 3(1+t)/(1-t); x = 1 is t = -1/2, x = 6 is 1/3.
    to_x = lambda t: 3 * (1 + t) / (1 - t)
    emit_all(
        "kErfcScaled", "erfc(x) = exp(-x^2) P((x-3)/(x+3)), 1 <= x <= 6",
        lambda t: mp.erfc(to_x(t)) * mp.exp(to_x(t) ** 2),
        lambda t: mp.exp(-to_x(t) ** 2), mpf(-1) / 2, mpf(1) / 3, 0, 13)

    print("#endif // ELENA_LIB_MATH_COEFFICIENTS_H")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
