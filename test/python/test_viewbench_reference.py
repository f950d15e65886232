"""Every ViewBench function against its independent reference, in NumPy alone."""

import inspect
import warnings

import numpy as np
import pytest
from viewbench import all_cases, arrays_in

CASES = all_cases(refused=True)
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def assert_close(actual, expected):
    """Same structure, dtype and shape; values equal up to float32 rounding at their scale."""
    assert type(actual) is type(expected)
    if isinstance(expected, (list, tuple)):
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected):
            assert_close(a, e)
        return
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(actual, expected)
        return
    finite = np.abs(expected[np.isfinite(expected)])
    np.testing.assert_allclose(actual, expected, rtol=2e-6, atol=2e-6 * np.max(finite, initial=0.0))


@every_case
def test_function_equals_its_reference(case):
    for size in (case.sizes["S"], case.empty):
        if size is None:
            continue
        args, reference_args = case.args(size), case.args(size)
        with warnings.catch_warnings(), np.errstate(all="warn"):
            warnings.simplefilter("error")
            result = case.function(*args)
        assert_close(result, case.reference(*reference_args))
        for array, reference_array in zip(arrays_in(args), arrays_in(reference_args), strict=True):
            assert_close(array, reference_array)


@every_case
def test_only_declared_arguments_are_written(case):
    args, before = case.args("S"), case.args("S")
    names = list(inspect.signature(case.function).parameters)
    case.function(*args)
    for name, arg, old in zip(names, args, before):
        same = all(np.array_equal(a, b) for a, b in zip(arrays_in(arg), arrays_in(old)))
        assert same == (name not in case.writes), name


@every_case
def test_sizes_of_same_kind_run(case):
    for size in case.same_kind:
        case.function(*case.args(size))


@every_case
def test_float32_stays_float32(case):
    args = case.args("S")
    for array in [*arrays_in(args), *arrays_in(case.function(*args))]:
        assert array.dtype != np.float64


@every_case
def test_ideal_bytes_is_positive(case):
    assert case.ideal_bytes(*case.args("S")) > 0
    assert case.kernels >= 1
    assert (case.ulp > 0) == bool(case.ulp_reason)


def test_names_are_unique():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
