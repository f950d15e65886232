"""Integers at the ends of their range, shifts, and casts: NumPy's values, never a trap."""

import elena
import numpy as np
import pytest
from compare import check_same

SIGNED = ["i1", "i2", "i4", "i8"]
UNSIGNED = ["u1", "u2", "u4", "u8"]
INTEGERS = SIGNED + UNSIGNED
DTYPES = ["bool", *INTEGERS, "f4", "f8"]


def check(fn, *args, **options):
    check_same(fn, elena.jit(fn), lambda: args, **options)


# Division ------------------------------------------------------------------------------------


def divided(a, b):
    return a // b, a % b, np.floor_divide(a, b), np.remainder(a, b)


def divided_in_place(a, b):
    a //= b
    b %= a


@pytest.mark.parametrize("fn", [divided, divided_in_place], ids=lambda fn: fn.__name__)
@pytest.mark.parametrize("dtype", INTEGERS)
def test_division_by_zero_and_overflow(fn, dtype):
    """x // 0 and x % 0 are 0; the smallest // -1 is the smallest; signs as Python's."""
    info = np.iinfo(dtype)
    dividend = [info.min, info.min, info.min, info.max, 0, 7, 7]
    divisor = [0, 1, info.max, 0, 0, 0, 2]
    if info.min < 0:
        dividend += [info.min, info.min, -7, 7, -7, -7, 0, info.min + 1]
        divisor += [-1, info.min, 2, -2, -2, 0, -1, -1]
    for length in (1, 40):  # alone, and in a vectorised loop
        a = np.tile(np.array(dividend, dtype), length)
        b = np.tile(np.array(divisor, dtype), length)
        check(fn, a, b)


def divided_by_argument(a, n):
    return a // n, a % n


@pytest.mark.parametrize("divisor", [0, 1, -1, 3, -3])
@pytest.mark.parametrize("dtype", SIGNED)
def test_division_by_an_argument(dtype, divisor):
    info = np.iinfo(dtype)
    check(divided_by_argument, np.array([info.min, -7, -1, 0, 1, 7, info.max], dtype), divisor)


def python_division(x, n, m):
    """Bounds computed with Python's integers: floor division, sign of the divisor."""
    return x[n // m :], x[: n % m], x[-n // m]


@pytest.mark.parametrize("n, m", [(7, 2), (-7, 2), (7, -2), (-7, -2), (6, 3), (7, 0)])
def test_division_of_python_integers(n, m):
    check(python_division, np.arange(20, dtype=np.float32), n, m)


# Wrap-around ---------------------------------------------------------------------------------


def wrapped(a, b):
    return a + b, a - b, a * b, -a, np.abs(a), np.square(a), ~a


@pytest.mark.parametrize("dtype", INTEGERS)
def test_wrap_around(dtype):
    info = np.iinfo(dtype)
    ends = np.array([info.min, info.min + 1, 0, 1, 2, info.max - 1, info.max], dtype)
    check(wrapped, np.repeat(ends, 7), np.tile(ends, 7))


# Shifts --------------------------------------------------------------------------------------


def shifted(a, b):
    return a << b, a >> b


@pytest.mark.parametrize("dtype", INTEGERS)
def test_shifts_beyond_the_width(dtype):
    """Left gives 0, right gives 0 or -1; so does a negative amount."""
    info = np.iinfo(dtype)
    amounts = [0, 1, info.bits - 1, info.bits, info.bits + 1, 100]
    amounts += [-1, -info.bits] if info.min < 0 else []
    values = np.array([info.min, info.max, 1, 77, 0], dtype)
    check(shifted, np.repeat(values, len(amounts)), np.tile(np.array(amounts, dtype), 5))


@pytest.mark.parametrize("amount", [0, 5, 7, 8, 31, 32, 63, 64, 100])
@pytest.mark.parametrize("dtype", ["i1", "u1", "i4", "i8", "u8"])
def test_shifts_by_an_argument(dtype, amount):
    check(shifted, np.array([1, 77, 100, 0], dtype), amount)


# Casts ---------------------------------------------------------------------------------------


def cast_to(dtype):
    """A function that casts in three ways; `dtype` is in its closure."""

    def cast(x):
        assigned = np.zeros(x.shape, dtype=dtype)
        assigned[...] = x
        reversed_part = np.zeros(x.shape, dtype=dtype)
        reversed_part[1::2] = x[::-1][1::2]
        return x.astype(dtype), assigned, reversed_part

    return cast


INTEGER_VALUES = [0, 1, -1, 127, 128, 255, 256, -128, -129, 65536, 2**31, 2**32 + 5, -(2**40), 2**63 - 1]


@pytest.mark.parametrize("target", DTYPES)
@pytest.mark.parametrize("source", ["bool", *INTEGERS])
def test_casts_of_integers(source, target):
    """To a narrower type: the low bits. To a float: rounded to nearest even."""
    values = np.array(INTEGER_VALUES)
    near_rounding = np.array([2**24 + 1, 2**24 + 3, 2**53 + 1, 2**53 + 3, 2**62 + 2**38])
    check(cast_to(np.dtype(target).type), np.concatenate([values, near_rounding]).astype(source))


IN_RANGE_OF_SOME = [0.0, -0.0, 0.5, -0.5, 1.99, -1.99, 100.5, -100.5, 255.0, 300.0, -300.0, 70000.7, 3e9]
OUT_OF_RANGE = [np.nan, np.inf, -np.inf, 1e10, -1e10, -3e9, 1e20, -1e20, 2.0**31, 2.0**32, 2.0**63]


@pytest.mark.parametrize("target", ["bool", *SIGNED, "u1", "u2", "u8", "f4", "f8"])
@pytest.mark.parametrize("source", ["f4", "f8"])
def test_casts_of_floats(source, target):
    values = np.array(IN_RANGE_OF_SOME + OUT_OF_RANGE + [1e300], np.float64)
    with np.errstate(over="ignore"):
        values = values.astype(source)
    for length in (1, 8):
        check(cast_to(np.dtype(target).type), np.tile(values, length))


@pytest.mark.parametrize("source", ["f4", "f8"])
def test_casts_of_floats_to_uint32(source):
    """Out of range NumPy's own value depends on the array's length: any is right, a trap is not."""
    check(cast_to(np.uint32), np.array(IN_RANGE_OF_SOME, source))
    elena.jit(cast_to(np.uint32))(np.array(OUT_OF_RANGE, source))


def test_casts_round_doubles_to_nearest_even():
    doubles = [1 + 2.0**-24, 1 + 3 * 2.0**-24, 1e-46, 2.0**-149.5, 3.4028236e38, 1e39, -1e-50, np.nan]
    check(cast_to(np.float32), np.array(doubles))


def bool_arithmetic(a, b):
    return a & b, a | b, a ^ b, ~a, a + b, a * b, a.sum(), np.logical_not(b), a.astype(np.float32) * 2


def test_bools_are_0_or_1():
    a = np.array([0, 0, 1, 1], bool)
    check(bool_arithmetic, a, np.array([0, 1, 0, 1], bool))
