"""Traps 6-8 of views and in-place writes: overlapping outputs, disjoint columns, bounds."""

import itertools

import elena
import numpy as np
import pytest
from compare import check_same


def grid():
    """f32[6, 8], no two elements equal."""
    return (np.arange(48, dtype=np.float32).reshape(6, 8) ** 1.5 - 100,)


def check(fn, make_args=grid):
    check_same(fn, elena.jit(fn), make_args)


def spellings(*functions):
    return pytest.mark.parametrize("fn", functions, ids=lambda fn: fn.__name__)


def zigzag(n):
    """f32[n], neither rising nor falling."""
    return np.array([(37 * k) % 101 for k in range(n)], np.float32)


# Trap 6: the output of a ufunc overlaps its inputs: exactly, in part, or interleaved.


def maximum_into(x, a, b, out, n, step):
    np.maximum(x[a : a + n * step : step], x[b : b + n * step : step], out=x[out : out + n * step : step])


def maximum_of_reversed_into(x, n):
    np.maximum(x[:n], x[n - 1 :: -1], out=x[:n])


def maximum_even_odd(x):
    np.maximum(x[0::2], x[1::2], out=x[0::2])


def subtract_even_into_odd(x):
    np.subtract(x[0::2], x[1::2], out=x[1::2])


def maximum_returns_out(x):
    return np.maximum(x[1:], x[:-1], out=x[1:])


def maximum_into_new_view(x):
    y = np.zeros(2 * x.shape[0], dtype=x.dtype)
    np.maximum(x, 50, out=y[::2])
    np.minimum(x, y[::2], out=y[1::2])
    return y


def test_trap_06_overlap_at_all_offsets():
    compiled = elena.jit(maximum_into)
    for a, b, out in itertools.product(range(4), repeat=3):
        for n, step in [(7, 1), (7, 2), (0, 1), (1, 3)]:
            check_same(maximum_into, compiled, lambda: (zigzag(20), a, b, out, n, step))


@spellings(
    maximum_even_odd,
    subtract_even_into_odd,
    maximum_returns_out,
    maximum_into_new_view,
)
def test_trap_06_output_overlaps_input(fn):
    check(fn, lambda: (zigzag(20),))


def test_trap_06_output_overlaps_reversed_input():
    check(maximum_of_reversed_into, lambda: (zigzag(20), 13))


# Trap 7: disjoint columns of one buffer.


def column_plus_scaled_column(topk, m):
    c = topk[:, 0]
    c += topk[:, 1] * m
    return c


def columns_in_turn(topk, m):
    topk[:, 0] *= m
    topk[:, 1] += topk[:, 0]
    topk[:, 2:4] -= topk[:, 0:2]


def halves_of_columns(topk, m):
    topk[:, 0::2] = topk[:, 1::2] * m


@spellings(column_plus_scaled_column, columns_in_turn, halves_of_columns)
def test_trap_07_disjoint_columns(fn):
    check(fn, lambda: (*grid(), 3))


# Trap 8: bounds, steps and extents at the edges.


def slice_read(x, start, stop, step):
    return x[start:stop:step]


def slice_write(x, start, stop, step):
    x[start:stop:step] = -1


def slice_update(x, start, stop):
    x[start:stop] += x[start:stop]
    return x[start:stop].sum()


def element_read(x, k):
    return x[k]


def element_write(x, k):
    x[k] = 9


BOUNDS = [-100, -8, -7, -6, -3, -1, 0, 1, 3, 6, 7, 8, 100]


@spellings(slice_read, slice_write)
def test_trap_08_run_time_slices(fn):
    compiled = elena.jit(fn)
    for start, stop, step in itertools.product(BOUNDS, BOUNDS, [1, 2, 9, -1, -3, -9]):
        check_same(fn, compiled, lambda: (zigzag(7), start, stop, step))


def test_trap_08_step_zero_raises():
    check(slice_read, lambda: (zigzag(7), 0, 5, 0))


def test_trap_08_run_time_update():
    compiled = elena.jit(slice_update)
    for start, stop in itertools.product(BOUNDS, BOUNDS):
        check_same(slice_update, compiled, lambda: (zigzag(7), start, stop))


@spellings(element_read, element_write)
def test_trap_08_run_time_index_out_of_bounds_raises(fn):
    compiled = elena.jit(fn)
    for k in range(-9, 10):
        check_same(fn, compiled, lambda: (zigzag(7), k))
    check_same(fn, compiled, lambda: (zigzag(0), 0))


def empty_slices(x):
    x[3:3] = 5
    x[5:2] *= 2
    x[:, 20:] = 1
    return x[4:4], x[:, 8:].sum(axis=1), x[2:2].sum(axis=0)


def negative_slices(x):
    x[-2:] = x[:2]
    x[:, -3:-1] -= x[:, :-6]
    return x[-100:-4], x[::-1, -1]


def large_steps(x):
    x[::9] += 1
    x[:, 1::100] = x[:, ::8]
    return x[::-7]


def no_rows(x):
    y = x[:0]
    y += 1
    return np.concatenate([y, x[:1]]), y * y[::-1]


@spellings(empty_slices, negative_slices, large_steps, no_rows)
def test_trap_08_slices_of_all_kinds(fn):
    check(fn)
    check(fn, lambda: (np.zeros((6, 8), np.int64)[:, ::-1],))


def test_trap_08_no_rows_at_all():
    check(no_rows, lambda: (np.zeros((0, 8), np.float32),))
    check(no_rows, lambda: (np.zeros((5, 0), np.float32),))


def zero_dimensional(x):
    x += 1
    x[...] = x * 2
    np.add(x, 3, out=x)
    return x[()], x.reshape(1), x + 1, np.expand_dims(x, 0)


def zero_dimensional_element(x):
    y = x[1:2].reshape(())
    y[()] = 4
    return y


def test_trap_08_zero_dimensional_arrays():
    check(zero_dimensional, lambda: (np.array(2.5, np.float32),))
    check(zero_dimensional, lambda: (zigzag(5)[3:4].reshape(()),))
    check(zero_dimensional_element, lambda: (zigzag(5),))


def assign_all(x, y):
    x[...] = y


def add_one(x, y):
    x += 1
    return x + y


@spellings(assign_all, add_one)
@pytest.mark.parametrize("strides", [(0, 4), (4, 0), (0, 0), (4, 4), (0, -4)])
def test_trap_08_zero_and_overlapping_strides_as_destination(fn, strides):
    def make_args():
        storage = zigzag(12)[5:]
        x = np.lib.stride_tricks.as_strided(storage, (3, 4), strides)
        return x, np.arange(12, dtype=np.float32).reshape(3, 4)

    check(fn, make_args)


def broadcast_destination(x):
    y = np.broadcast_to(x[:1], (4, 8))
    y[0] = 1
    return y


def test_trap_08_broadcast_arrays_are_read_only():
    check(broadcast_destination)


# A check that data decide fails behind a write whose size it is about: the write is as large as NumPy's.


def fills_then_assigns(x, a):
    x[a[0] : a[1]] = 7
    x[a[0] : a[1]] = np.zeros(x.shape[0])


def fills_then_adds_itself(x, a):
    x[a[0] : a[1]] = 7
    x[a[0] : a[1]] += x


def scales_then_takes_the_maximum(x, a):
    view = x[a[0] : a[1]]
    view *= 2
    np.maximum(view, np.zeros(x.shape[0]), out=view)


def fills_rows_then_assigns(x, a):
    for i in range(x.shape[0]):
        x[i, a[0] : a[1]] = 0
        x[i, a[0] : a[1]] = np.ones(x.shape[1])


@spellings(fills_then_assigns, fills_then_adds_itself, scales_then_takes_the_maximum, fills_rows_then_assigns)
def test_failing_check_does_not_size_what_was_written_before(fn):
    shape = (7, 6) if fn is fills_rows_then_assigns else (6,)
    compiled = elena.jit(fn)
    for bounds in [(3, 5), (0, 6), (2, 3), (4, 4)]:
        bases = [np.arange(100.0) for _ in range(2)]
        errors = []
        for function, base in zip((fn, compiled), bases):
            view = base[20 : 20 + np.prod(shape)].reshape(shape)
            try:
                function(view, np.array(bounds))
                errors.append(None)
            except ValueError as error:
                errors.append(type(error))
        assert errors[0] == errors[1], bounds
        np.testing.assert_array_equal(bases[0], bases[1], f"{bounds}")
