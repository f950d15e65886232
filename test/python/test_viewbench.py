"""Every ViewBench function, compiled, against NumPy: sizes, layouts, ablations.

Aliased arguments: test_viewbench_aliased.py.
"""

import elena
import numpy as np
import pytest
from compare import map_arrays
from viewbench import all_cases
from viewbench_checks import CASES, check, of


def sizes_of_cases(refused):
    pairs = [(case, size) for case in all_cases(refused=True) for size in ("S", "R")]
    chosen = [(case, size) for case, size in pairs if (size in case.refused) == refused]
    return pytest.mark.parametrize("case, size", chosen, ids=lambda value: getattr(value, "name", value))


@sizes_of_cases(refused=False)
def test_equals_numpy(case, size):
    check(case, size)


@sizes_of_cases(refused=True)
def test_refused_with_line_and_reason(case, size):
    """What compiles one day is no longer `refused`, and is compared instead."""
    with pytest.raises(elena.UnsupportedError) as error:
        elena.jit(case.function)(*case.args(size))
    assert error.value.file == case.function.__code__.co_filename
    assert error.value.line > case.function.__code__.co_firstlineno
    assert case.refused[size] in str(error.value)


@of([case for case in CASES if case.empty])
def test_equals_numpy_with_nothing_to_do(case):
    check(case, case.empty)


@of(CASES)
def test_another_size_compiles_nothing(case):
    first, second = case.same_kind
    check(case, first)
    compiles = elena.stats()["compiles"]
    check(case, second)
    check(case, first)
    assert elena.stats()["compiles"] == compiles


# Ablations -----------------------------------------------------------------------------------


@of(CASES)
@pytest.mark.parametrize("fuse", [False, "noviews"])
def test_ablations_equal_numpy(case, fuse):
    """The smaller of the two sizes of a kind: loops over time steps are unrolled into a kernel per operation."""
    check(case, case.same_kind[0], fuse)


# Layouts -------------------------------------------------------------------------------------


def transposed(array):
    """The same values in storage of reversed axes."""
    return np.ascontiguousarray(array.T).T


def every_second(array):
    """The same values at every second place of a larger storage, in every axis."""
    storage = np.ones([2 * n + 1 for n in array.shape], array.dtype)
    view = storage[tuple(slice(1, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def backwards(array):
    """The same values in storage where every axis runs backwards."""
    reverse = tuple(slice(None, None, -1) for _ in array.shape)
    return array[reverse].copy()[reverse]


def column_of_records(array):
    """The same values as one column of a storage of five: only the last axis is strided."""
    storage = np.zeros((*array.shape, 5), array.dtype)
    storage[..., 3] = array
    return storage[..., 3]


@of(CASES)
@pytest.mark.parametrize("layout", [transposed, every_second, backwards, column_of_records])
def test_arguments_that_are_not_contiguous(case, layout):
    check(case, map_arrays(case.args("S"), layout))


@of(CASES)
def test_arguments_that_are_read_only(case):
    args = case.args("S")
    for array in args:
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    check(case, args)
