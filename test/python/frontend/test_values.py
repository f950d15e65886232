"""Every ufunc on every dtype at the edges (extremes, zeros, NaN, infinities): NumPy's values, compiled."""

import warnings

import elena
import numpy as np
import pytest
from test_text import DTYPES

assert elena._native.native is not None, "the native module has not been built: run scripts/setup.sh"

EXACT = (
    "add subtract multiply divide floor_divide remainder fmod maximum minimum fmax fmin bitwise_and bitwise_or "
    "bitwise_xor left_shift right_shift copysign equal not_equal less less_equal greater greater_equal logical_and "
    "logical_or logical_xor negative reciprocal square absolute fabs sign invert isnan isinf isfinite signbit floor "
    "ceil trunc rint positive sqrt logical_not"
).split()
CLOSE = "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arctan arctan2 power hypot".split()


def edges(dtype):
    dtype = np.dtype(dtype)
    if dtype == bool:
        return np.array([False, True, True, False, True])
    if dtype.kind == "f":
        info = np.finfo(dtype)
        special = [0.0, -0.0, 1, -1, 0.5, 2.5, -2.5, 3, 7.25, -7.25, 1e9, -1e9, np.inf, -np.inf, np.nan]
        return np.array(
            [*special, info.max, info.tiny, 2.0**31, -(2.0**31), 2.0**63, 2.0**64, 300, -129], dtype
        )
    info = np.iinfo(dtype)
    values = [0, 1, 2, 3, 5, 7, 8, 31, 32, 63, 64, 100, info.max, info.max - 1, info.min, info.min + 1]
    values += [-1, -2, -3, -7, -100] if info.min < 0 else []
    return np.array(values, dtype)


def pairs(dtype):
    x = edges(dtype)
    a, b = np.meshgrid(x, x)
    return a.ravel().copy(), b.ravel().copy()


def accepted(names, *args):
    found = []
    for name in names:
        ufunc = getattr(np, name)
        try:
            if ufunc(*args[: ufunc.nin]).dtype != np.float16:
                found.append(name)
        except (TypeError, ValueError):
            pass
    return found


def same(name, mine, expected, ulp=0):
    assert mine.dtype == expected.dtype, name
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(mine, expected, err_msg=name)
        return
    np.testing.assert_array_equal(np.isnan(mine), np.isnan(expected), err_msg=name)
    keep = ~np.isnan(expected)
    a, b = mine[keep], expected[keep]
    if not ulp:
        np.testing.assert_array_equal(a, b, err_msg=name)
        np.testing.assert_array_equal(np.signbit(a), np.signbit(b), err_msg=f"{name}: sign of zero")
        return
    with np.errstate(all="ignore"):
        near = (a == b) | (np.abs(a - b) <= ulp * np.spacing(np.maximum(np.abs(a), np.abs(b))))
    assert near.all(), (name, a[~near][:5], b[~near][:5])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", DTYPES)
def test_exact(dtype):
    a, b = pairs(dtype)
    names = accepted(EXACT, a, b)
    run(names, a, b, 0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["int32", "uint32", "float32", "float64"])
def test_close(dtype):
    a, b = pairs(dtype)
    if dtype == "int32":
        b = np.abs(b) % 40
    if np.dtype(dtype).kind == "f":  # very large arguments of sin, cos, tan have a test of their own
        a, b = np.where(np.abs(a) > 1e30, 3, a).astype(dtype), b
    run(accepted(CLOSE, a, b), a, b, 4)


def run(names, a, b, ulp):
    functions = [getattr(np, name) for name in names]

    def all_of(x, y):
        return tuple([f(x, y) if f.nin == 2 else f(x) for f in functions])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = all_of(a, b)
    for name, mine, theirs in zip(names, elena.jit(all_of)(a, b), expected):
        same(name, mine, theirs, ulp)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("source", DTYPES)
def test_casts(source):
    x = np.tile(edges(source), 4)

    def casts(v):
        return tuple([v.astype(t) for t in DTYPES])

    for target, mine, theirs in zip(DTYPES, elena.jit(casts)(x), casts(x)):
        same(target, mine, theirs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("left", ["int64", "uint64", "int8"])
@pytest.mark.parametrize("right", ["int64", "uint64", "uint8"])
def test_mixed_signs(left, right):
    a, b = np.meshgrid(edges(left), edges(right))
    a, b = a.ravel().copy(), b.ravel().copy()

    def relations(x, y):
        return x == y, x != y, x < y, x <= y, x > y, x >= y, x + y, np.maximum(x, y)

    for k, (mine, theirs) in enumerate(zip(elena.jit(relations)(a, b), relations(a, b))):
        same(str(k), mine, theirs)


def comparisons_out_of_range(x):
    return x < 300, x >= 300, x == -1, x != -1, x > -(2**40), x <= 2**62


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint64", "int32"])
def test_comparisons_out_of_range(dtype):
    x = edges(dtype)
    for mine, theirs in zip(elena.jit(comparisons_out_of_range)(x), comparisons_out_of_range(x)):
        np.testing.assert_array_equal(mine, theirs)


def with_numbers(x, n, s):
    return (
        x + n,
        x * s,
        x // 3,
        x % 2.5,
        x**2,
        x**0.5,
        x**3,
        2 - x,
        1 / x,
        x > n,
        np.float32(2) * x,
        x - np.int64(3),
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["int16", "uint8", "int64", "float32", "float64"])
def test_with_numbers(dtype):
    x = edges(dtype)
    for k, (mine, theirs) in enumerate(zip(elena.jit(with_numbers)(x, 3, 1.5), with_numbers(x, 3, 1.5))):
        same(str(k), mine, theirs, 1)
