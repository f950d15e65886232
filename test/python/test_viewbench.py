"""Every ViewBench function, compiled, against NumPy: sizes, layouts, aliased arguments."""

import functools
import itertools

import elena
import numpy as np
import pytest
from compare import check_same, map_arrays
from viewbench import all_cases

CASES = all_cases()
compiled = functools.cache(elena.jit)


def check(case, args):
    """`args`: a tuple, or a size."""
    check_same(
        case.function,
        compiled(case.function),
        lambda: args if isinstance(args, tuple) else case.args(args),
        ulp=case.ulp,
        ulp_scale=case.ulp_scale,
        ignore_zero_sign=case.ulp_scale > 0,
    )


def of(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


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


# Aliased arguments ---------------------------------------------------------------------------


def same_array(a):
    return a, a


def rows_shifted_by_one(a):
    storage = np.concatenate([a, a[-1:]])
    return storage[:-1], storage[1:]


def one_backwards(a):
    return a, a[::-1]


def interleaved_rows(a):
    storage = np.repeat(a, 2, axis=0)
    return storage[0::2], storage[1::2]


def overlapping_columns(a):
    storage = np.concatenate([a, a[:, :2]], axis=1)
    return storage[:, : a.shape[1]], storage[:, 2:]


def pair_of_equal_shape(args):
    """Positions of the first two array arguments of one shape and dtype, or None."""
    for i, j in itertools.combinations(range(len(args)), 2):
        a, b = args[i], args[j]
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            if (a.shape, a.dtype) == (b.shape, b.dtype) and a.ndim == 2:
                return i, j
    return None


@of([case for case in CASES if pair_of_equal_shape(case.args("S"))])
@pytest.mark.parametrize(
    "aliasing", [same_array, rows_shifted_by_one, one_backwards, interleaved_rows, overlapping_columns]
)
def test_aliased_arguments(case, aliasing):
    args = list(case.args("S"))
    i, j = pair_of_equal_shape(args)
    args[i], args[j] = aliasing(args[i])
    check(case, tuple(args))


def case_named(name):
    return next(case for case in CASES if case.name == name)


@pytest.mark.parametrize("aliasing", [same_array, rows_shifted_by_one, one_backwards, overlapping_columns])
def test_bbox_overlaps_of_boxes_with_themselves(aliasing):
    case = case_named("bbox_overlaps")
    boxes, _, mode = case.args("S")
    check(case, (*aliasing(boxes), mode))


@pytest.mark.parametrize("source", [0, 3, 5, 6, 9, 30])
@pytest.mark.parametrize("step", [1, -1, 2])
def test_kv_append_of_a_part_of_the_cache(source, step):
    """`new` is a view of `cache`, before, across or behind the place written."""
    case = case_named("kv_append")
    cache = case.args(dict(cache=(2, 64, 3, 5), new=(2, 1), position=0))[0]
    new = cache[:, source:][:, : 8 * abs(step)][:, ::step][:, :8]
    check(case, (cache, new, 6))


def test_kv_append_of_the_other_batch():
    case = case_named("kv_append")
    cache = case.args(dict(cache=(2, 64, 3, 5), new=(2, 1), position=0))[0]
    check(case, (cache, cache[1:, 10:30], 5))
    check(case, (cache, cache[::-1, 10:30], 15))


def test_kv_append_beyond_the_cache_changes_nothing():
    case = case_named("kv_append")
    cache, new, _ = case.args(dict(cache=(2, 64, 3, 5), new=(2, 8), position=0))
    check(case, (cache, new, 60))
