"""A loop whose points follow each other in an order, where that saves a temporary (docs/Fusion.md, the move `sequence`)."""

import itertools
import random

import elena
import numpy as np
import pytest


def shift_up(x):
    x[1:] = x[:-1]


def shift_down(x):
    x[:-1] = x[1:]


def add_before(x):
    x[1:] += x[:-1]


def add_behind(x):
    x[:-1] += x[1:] * 2


def shift_columns(x):
    x[:, 1:] = x[:, :-1]


def shift_both(x):
    x[1:, 1:] = x[:-1, :-1] - 1


def shift_against(x):
    x[1:, :-1] = x[:-1, 1:]


def shift_rows_by_columns(x):
    x[:-1, 2:] = x[1:, :-2]


def shift_far(x):
    x[3:] = x[:-3] * 2


def flipped(x):
    y = x[::-1]
    y[1:] = y[:-1]


def every_second(x):
    x[2::2] = x[:-2:2]


def transposed(x):
    y = x.T
    y[1:] = y[:-1]


ORDERED = [
    (shift_up, 1),
    (shift_up, 2),
    (shift_down, 1),
    (shift_down, 3),
    (add_before, 1),
    (add_behind, 2),
    (shift_columns, 2),
    (shift_both, 2),
    (shift_against, 2),
    (shift_rows_by_columns, 2),
    (shift_far, 1),
    (flipped, 1),
    (every_second, 1),
    (transposed, 2),
]


def stencil(x):
    x[1:-1] = x[:-2] + x[2:]


def reverse(x):
    x[:] = x[::-1]


def add_transposed(x):
    x += x.T


def array(rank, n=7):
    shape = tuple(n + k for k in range(rank))
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape) % 11 - 3


def check(function, x):
    compiled, expected, got = elena.jit(function), x.copy(), x.copy()
    function(expected)
    compiled(got)
    assert np.array_equal(expected, got)
    return compiled.lower(x)


@pytest.mark.parametrize(("function", "rank"), ORDERED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_one_loop_without_a_temporary(function, rank):
    lowered = check(function, array(rank))
    assert (len(lowered.kernels), lowered.temporaries) == (1, [])
    assert "sequential_t" in lowered.as_text("group")


@pytest.mark.parametrize(("function", "rank"), [(stencil, 1), (reverse, 1), (add_transposed, 2)])
def test_a_temporary_where_no_order_suits_all_points(function, rank):
    x = array(rank) if rank == 1 else np.ascontiguousarray(array(2)[:, :7])
    lowered = check(function, x)
    assert len(lowered.temporaries) == 1
    assert "sequential_t" not in lowered.as_text("group")


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_elements(n):
    for function in (shift_up, shift_down, add_before):
        x = np.arange(n, dtype=np.float64) + 1
        compiled, expected, got = elena.jit(function), x.copy(), x.copy()
        function(expected)
        compiled(got)
        assert np.array_equal(expected, got)


def test_a_gpu_gets_a_temporary_instead():
    """One thread for all points would be slower than the copy."""
    text = elena.jit(shift_up).lower(array(1), target="cuda", chip="sm_90").as_text("ptx")
    assert text.count(".entry") == 2


def test_without_the_move():
    lowered = elena.jit(shift_up, fuse="-sequence").lower(array(1))
    assert (len(lowered.kernels), len(lowered.temporaries)) == (2, 1)


def test_explain_says_in_which_order():
    text = str(elena.explain(shift_up, array(1)))
    assert "one after the other from the last" in text
    assert "one after the other" in str(elena.explain(shift_down, array(1)))


def test_what_reads_the_array_between_comes_before():
    def between(x, y):
        y[:] = x
        x[1:] = x[:-1]
        y += x

    x, y = array(1), array(1)
    expected, got = (x.copy(), y.copy()), (x.copy(), y.copy())
    between(*expected)
    elena.jit(between)(*got)
    assert all(map(np.array_equal, expected, got))


def slices(rng, n, length):
    start = rng.randrange(n - length + 1)
    return slice(start, start + length)


def program(rng):
    """Two windows of one array, in one dimension or two, and maybe a third array."""
    rank = rng.choice([1, 2])
    shape = [rng.randrange(3, 8) for _ in range(rank)]
    lengths = [rng.randrange(2, n + 1) for n in shape]

    def window():
        return tuple(slices(rng, n, length) for n, length in zip(shape, lengths))

    to, source, other = window(), window(), window()
    operation = rng.choice(["copy", "add", "two"])

    def run(x):
        if operation == "copy":
            x[to] = x[source]
        elif operation == "add":
            x[to] += x[source]
        else:
            x[to] = x[source] - x[other]

    return run, np.arange(np.prod(shape), dtype=np.int64).reshape(shape) ** 2 % 23


@pytest.mark.parametrize("block", range(6))
def test_random_windows(block):
    rng = random.Random(block)
    for _ in range(40):
        run, x = program(rng)
        expected, got = x.copy(), x.copy()
        run(expected)
        elena.jit(run)(got)
        assert np.array_equal(expected, got), (run.__closure__, x)


def test_windows_of_a_strided_array():
    base = np.arange(60, dtype=np.float32).reshape(6, 10)
    for function, view in itertools.product((shift_up, shift_down), (np.s_[::2, 1:8], np.s_[::-1, ::3], np.s_[:, 4])):
        expected, got = base.copy(), base.copy()
        function(expected[view])
        elena.jit(function)(got[view])
        assert np.array_equal(expected, got)
