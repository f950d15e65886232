"""Reductions and scans: all axes, keepdims, dtypes, empty extents, accuracy of sums."""

import itertools
import math

import elena
import numpy as np
import pytest
from compare import check_same, module_from_source

DTYPES = ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"]
MANY_AXES = ["sum", "prod", "min", "max", "any", "all", "mean", "var", "std"]
ONE_AXIS = ["argmin", "argmax", "cumsum"]
ROUNDED = {"mean": 1, "var": 4, "std": 4}  # ulp; the other sums here are exact
AXES = ["", "axis=None", "axis=0", "axis=1", "axis=-1", "axis=(0, 2)", "axis=(0, 1, -1)", "axis=()"]


def exact_values(dtype, shape):
    """Small integers (ones and twos where a product is taken), so that any order of a sum is exact."""
    return (np.arange(np.prod(shape, dtype=int)) * 7 % 11 % 3).reshape(shape).astype(dtype)


def function_of(tmp_path, expressions):
    """def f(x): return {expression: value, ...}"""
    entries = "".join(f"        {text!r}: {text},\n" for text in expressions)
    return module_from_source(tmp_path, f"def f(x):\n    return {{\n{entries}    }}\n").f


def check(fn, *args, **options):
    check_same(fn, elena.jit(fn), lambda: args, **options)


# All axes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MANY_AXES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_reduction_over_all_axes(tmp_path, dtype, name):
    expressions = [f"x.{name}({axis})" for axis in AXES] + [f"np.{name}(x, axis=1)"]
    expressions += [f"x.{name}({axis}keepdims=True)" for axis in ("", "axis=1, ", "axis=(0, 2), ")]
    fn = function_of(tmp_path, expressions)
    for x in (exact_values(dtype, (3, 4, 5)), exact_values(dtype, (5, 4, 3)).T[:, ::-1]):
        check(fn, x, ulp=ROUNDED.get(name, 0))


@pytest.mark.parametrize("name", ONE_AXIS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_position_and_scan_along_each_axis(tmp_path, dtype, name):
    """Of equal extremes the first counts."""
    axes = ["", "axis=None", "axis=0", "axis=1", "axis=-1"]
    fn = function_of(tmp_path, [f"x.{name}({axis})" for axis in axes] + [f"np.{name}(x, axis=1)"])
    for x in (exact_values(dtype, (3, 4, 5)), exact_values(dtype, (5, 4, 3)).T[:, ::-1]):
        check(fn, x)


@pytest.mark.parametrize("result", ["np.float32", "np.float64", "np.int32", "np.uint8", "bool"])
@pytest.mark.parametrize("dtype", ["bool", "i1", "i8", "u4", "f4", "f8"])
def test_sum_in_another_dtype(tmp_path, dtype, result):
    calls = [f"x.sum(axis=1, dtype={result})", f"np.cumsum(x, axis=0, dtype={result})"]
    calls.append(f"np.prod(x, dtype={result})")
    check(function_of(tmp_path, calls), exact_values(dtype, (3, 4, 5)))


@pytest.mark.parametrize("name", ["sum", "prod", "cumsum"])
@pytest.mark.parametrize("dtype", ["i1", "i4", "i8", "u1", "u8"])
def test_integer_sums_wrap_in_their_result_dtype(tmp_path, dtype, name):
    info = np.iinfo(dtype)
    x = np.array([info.max, 3, info.min, info.max, info.max - 1, 5], dtype)
    check(function_of(tmp_path, [f"x.{name}()"]), x)


@pytest.mark.parametrize("name", ["var", "std"])
def test_variance_with_fewer_degrees_of_freedom(tmp_path, name):
    fn = function_of(tmp_path, [f"x.{name}(axis=1, ddof=1)", f"x.{name}(ddof=2)"])
    check(fn, exact_values("f8", (3, 4, 5)), ulp=4)


# Into an output ------------------------------------------------------------------------------


def sums_into_views(x, out):
    np.sum(x, axis=1, out=out[0])
    x.max(axis=1, out=out[1])
    return out


def sums_into_itself(x, out):
    x[0] = x.sum(axis=0)
    x[:, 0] = x.min(axis=1)
    x -= x.mean()
    np.cumsum(x, axis=1, out=x)


@pytest.mark.parametrize("fn", [sums_into_views, sums_into_itself], ids=lambda fn: fn.__name__)
def test_output_of_a_reduction(fn):
    check(fn, exact_values("f8", (4, 8)), np.zeros((3, 4)))
    check(fn, exact_values("f8", (4, 8))[::-1], np.zeros((4, 3)).T)


# Empty extents -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MANY_AXES + ONE_AXIS)
@pytest.mark.parametrize("axis", ["", "axis=0", "axis=1"])
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)], ids=str)
def test_reduction_of_no_element(tmp_path, name, axis, shape):
    """The neutral element, NaN for means, ValueError where there is none."""
    check(function_of(tmp_path, [f"x.{name}({axis})"]), np.ones(shape, np.float32))


@pytest.mark.parametrize("name", MANY_AXES)
def test_reduction_of_no_dimension(tmp_path, name):
    check(function_of(tmp_path, [f"x.{name}()", f"x.{name}(keepdims=True)"]), np.array(1.0, np.float32))


# Special values ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MANY_AXES[:-3] + ONE_AXIS)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_nan_and_infinity(tmp_path, dtype, name):
    rows = [
        [np.nan, 1, 2],
        [1, np.nan, np.inf],
        [np.inf, -np.inf, 1],
        [-np.inf, 5, 3],
        [3, 2, np.nan],
        [np.nan, np.nan, 0],
    ]
    fn = function_of(tmp_path, [f"x.{name}(axis=0)", f"x.{name}(axis=1)", f"x.{name}()"])
    check(fn, np.array(rows, dtype))


# Accuracy ------------------------------------------------------------------------------------


def total(x):
    return x.sum()


def row_totals(x):
    return x.sum(axis=1)


def column_totals(x):
    return x.sum(axis=0)


def worst_error(sums, lines):
    """Largest error of the sums of some lines, relative to the sums of the magnitudes."""
    worst = 0.0
    for value, line in zip(np.atleast_1d(sums), lines, strict=True):
        error = abs(float(value) - math.fsum(line.tolist()))
        worst = max(worst, error / math.fsum(np.abs(line).tolist()))
    return worst


@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_are_as_accurate_as_numpys(dtype, shift):
    x = (np.random.default_rng(5).standard_normal((40, 1500)) + shift).astype(dtype)
    for fn, lines in [(total, [x.ravel()]), (row_totals, list(x)), (column_totals, list(x.T))]:
        bound = worst_error(fn(x), lines) + np.finfo(dtype).eps
        assert worst_error(elena.jit(fn)(x), lines) <= bound, fn.__name__


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "cumsum", "cumprod"])
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int64", "float32", "float64"])
def test_out_is_cast_from_what_the_operands_and_it_promote_to(tmp_path, name, dtype):
    """A sum of float64 into a bool is not an `any`, and one into int8 rounds at the end only (fuzzer 131289:97)."""
    rows = [[-4, 1, 2, 1], [1, 0, 0, 0], [2, -1, -1, 0], [100, 100, 100, 100], [0.5, 0.5, 0.25, -0.25]]
    x = np.array(rows).astype(dtype)
    function = module_from_source(tmp_path, f"def into(x, o):\n    np.{name}(x, axis=1, out=o)\n").into
    for kind in ("bool", "int8", "int64", "float32", "float64"):
        expected = np.zeros((5, 4) if name.startswith("cum") else 5, kind)
        actual = expected.copy()
        with np.errstate(all="ignore"):
            function(x, expected)
        elena.jit(function)(x, actual)
        np.testing.assert_array_equal(actual, expected, f"out of {kind}")


def test_initial_with_an_out_of_another_dtype(tmp_path):
    x = np.array([[1.0, 2.0], [0.25, 0.5], [-1.0, 1.0]])
    for dtype, out, extra in itertools.product(["f8", "i8", "i4"], ["b1", "i1", "u8", "f4"], ["", ", dtype=bool"]):
        source = f"def into(x, o):\n    np.sum(x, axis=1, out=o, initial=2{extra})\n    np.prod(x, axis=1, out=o, initial=2)\n"
        function = module_from_source(tmp_path, source).into
        expected, actual = np.zeros(3, out), np.zeros(3, out)
        function(x.astype(dtype), expected)
        elena.jit(function)(x.astype(dtype), actual)
        np.testing.assert_array_equal(actual, expected, f"{dtype} into {out}{extra}")
