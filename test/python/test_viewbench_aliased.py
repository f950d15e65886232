"""Every ViewBench function with arguments that share memory, compiled, against NumPy on every buffer.

For each two arrays of one dtype among the arguments of a function, those in lists included, one takes its elements
from the other's memory: from its start, from its middle, from one element behind its start, or backwards. NumPy gets
equally aliased copies.
"""

import functools
import inspect
import itertools

import numpy as np
import pytest
from compare import array_leaves, clone_arguments, map_arrays
from viewbench import arrays_in
from viewbench_checks import CASES, case_named, check

PER_LIST = 3  # so many arrays of a list of arrays, and its last one, are aliased


@functools.cache
def arguments_of(name):
    case = case_named(name)
    return case.args(case.same_kind[0])


def arguments(case):
    return arguments_of(case.name)


def arrays_to_alias(case):
    """Of each argument: (name, place in `arrays_in(args)`) of the arrays."""
    args = arguments(case)
    names = inspect.signature(case.function).parameters
    place = 0
    for name, value in zip(names, args):
        paths = [path for path, _ in array_leaves(value, name)]
        for k, path in enumerate(paths):
            if k < PER_LIST or k == len(paths) - 1:
                yield path, place + k
        place += len(paths)


def pairs_of(case):
    """Each two arrays of one dtype that are not empty: (names, places), the larger one first."""
    arrays = list(arrays_in(arguments(case)))
    for one, other in itertools.combinations(arrays_to_alias(case), 2):
        a, b = arrays[one[1]], arrays[other[1]]
        if a.dtype == b.dtype and a.size and b.size:
            yield (one, other) if a.size >= b.size else (other, one)


PAIRS = [(case, larger, smaller) for case in CASES for larger, smaller in pairs_of(case)]


def start(larger, smaller):
    return 0


def one_element_behind(larger, smaller):
    return 1


def middle(larger, smaller):
    return -(-larger.size // 2)


def backwards(larger, smaller):
    """Also the start, but the last element comes first."""
    return 0


ALIASINGS = [start, one_element_behind, middle, backwards]


def aliased(case, larger, smaller, aliasing):
    """The arguments, the smaller array somewhere in a memory that begins with the larger one's elements."""
    args = arguments(case)
    arrays = list(arrays_in(args))
    a, b = arrays[larger[1]], arrays[smaller[1]]
    offset = aliasing(a, b)
    memory = np.concatenate([a.ravel(), b.ravel()])
    view = memory[offset : offset + b.size]
    if aliasing is backwards:
        view = view[::-1]
    arrays[larger[1]], arrays[smaller[1]] = memory[: a.size].reshape(a.shape), view.reshape(b.shape)
    given = iter(arrays)
    return map_arrays(args, lambda array: next(given))


def name_of(value):
    return getattr(value, "name", None) or getattr(value, "__name__", None) or value[0]


@pytest.mark.parametrize("aliasing", ALIASINGS, ids=name_of)
@pytest.mark.parametrize("case, larger, smaller", PAIRS, ids=name_of)
def test_two_arguments_share_memory(case, larger, smaller, aliasing):
    args = aliased(case, larger, smaller, aliasing)
    arrays = list(arrays_in(args))
    assert np.may_share_memory(arrays[larger[1]], arrays[smaller[1]])
    check(case, args)


def results(case, args):
    """The result and all arguments afterwards, of NumPy."""
    args = clone_arguments(args).tree
    with np.errstate(all="ignore"):
        return [np.array(array) for array in arrays_in([case.function(*args), args])]


@pytest.mark.parametrize("case", [case for case in CASES if case.writes], ids=name_of)
def test_writes_through_one_argument_are_seen_through_another(case):
    """So that what is compared above depends on it, for several pairs of each function that writes an argument."""
    seen = 0
    for _, larger, smaller in [pair for pair in PAIRS if pair[0] is case]:
        args = aliased(case, larger, smaller, one_element_behind)
        apart = map_arrays(args, np.copy)
        seen += any(not np.array_equal(a, b) for a, b in zip(results(case, args), results(case, apart)))
    assert seen >= min(3, len(list(pairs_of(case))))


# Views of two dimensions ---------------------------------------------------------------------


def rows_shifted_by_one(a):
    storage = np.concatenate([a, a[-1:]])
    return storage[:-1], storage[1:]


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


@pytest.mark.parametrize("case", [case for case in CASES if pair_of_equal_shape(case.args("S"))], ids=name_of)
@pytest.mark.parametrize("aliasing", [rows_shifted_by_one, interleaved_rows, overlapping_columns])
def test_rows_and_columns_of_one_array(case, aliasing):
    args = list(case.args("S"))
    i, j = pair_of_equal_shape(args)
    args[i], args[j] = aliasing(args[i])
    check(case, tuple(args))


def same_array(a):
    return a, a


def one_backwards(a):
    return a, a[::-1]


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
