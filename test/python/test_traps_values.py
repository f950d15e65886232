"""Traps 9-11 of views and in-place writes: fills, reshapes that copy, NaN."""

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


# Trap 9: a fill that is overwritten, wholly or in part.


def fill_overwritten(x):
    y = np.zeros((6, 8), dtype=np.float32)
    for k in range(4):
        y[:, k::4] = x[:, k::4] + k
    return y


def fill_kept_between(x):
    y = np.zeros((6, 8), dtype=np.float32)
    y[:, 0::4] = x[:, 0::4]
    y[:, 2::4] = x[:, 2::4]
    return y


def fill_kept_at_the_edges(x):
    y = np.full((6, 8), 7, dtype=np.float32)
    y[1:-1, 1:-1] = x[1:-1, 1:-1]
    return y


def fill_kept_in_one_element(x):
    y = np.ones_like(x)
    y[:5] = x[:5]
    y[5, :3] = 0
    y[5, 4:] = 2
    return y


def fill_read_before_overwritten(x):
    y = np.full_like(x, 3)
    total = y.sum() + y[2, 2]
    y[...] = x
    return y, total


def fill_behind_run_time_bound(x, n):
    y = np.zeros(x.shape[0], dtype=bool)
    y[:n] = True
    return y[:, None] & (x > 0)


def fill_of_a_view(x):
    x[:, 1::2] = 0
    x[2, 1:4] = 5
    return x[:, 1] + x[:, 2]


@spellings(
    fill_overwritten,
    fill_kept_between,
    fill_kept_at_the_edges,
    fill_kept_in_one_element,
    fill_read_before_overwritten,
    fill_of_a_view,
)
def test_trap_09_fills(fn):
    check(fn)


def test_trap_09_fill_behind_run_time_bound():
    compiled = elena.jit(fill_behind_run_time_bound)
    for n in range(-8, 9):
        check_same(fill_behind_run_time_bound, compiled, lambda: (*grid(), n))


# Trap 10: reshape is a view or a copy, and only writes to a view reach the original.


def transposed_then_flat(x):
    y = x.T.reshape(-1)
    y += 1
    return y


def columns_then_flat(x):
    y = x[:, ::2].reshape(-1)
    y[:3] = 0
    return y


def rows_then_split(x):
    y = x[::2].reshape(3, 2, 4)
    y[:, 1] = 0
    return y


def ravel_is_a_view(x):
    y = x.ravel()
    y[::5] = 0
    return y


def ravel_of_reversed(x):
    y = x[::-1].ravel()
    y[::5] = 0
    return y


def flatten_is_a_copy(x):
    y = x.flatten()
    y[::5] = 0
    return y


def flat_diagonal(x):
    y = x[:6, :6].reshape(-1)
    y[:: 6 + 1] = 0
    return x[2] + 1


def original_changes_later(x):
    y = x.T.reshape(6, 8)
    x *= 2
    return y + x


def reshape_of_broadcast(x):
    y = np.broadcast_to(x[:, None, :], (6, 2, 8)).reshape(12, 8)
    y[0] = 0
    return y


def reshape_with_ones(x):
    y = x[:, ::2].reshape(6, 1, 4, 1)
    y[1] = 0
    return y


@spellings(
    transposed_then_flat,
    columns_then_flat,
    rows_then_split,
    ravel_is_a_view,
    ravel_of_reversed,
    flatten_is_a_copy,
    flat_diagonal,
    original_changes_later,
    reshape_of_broadcast,
    reshape_with_ones,
)
def test_trap_10_reshape_view_or_copy(fn):
    check(fn)
    check(fn, lambda: (np.asfortranarray(grid()[0]),))


# Trap 11: NaN is passed on by minimum, maximum and clip.


def minimum_maximum(x, y):
    return np.minimum(x, y), np.maximum(x, y), np.minimum(y, x), np.maximum(y, x)


def clip_of_nan(x, y):
    return np.clip(x, 1, 3), np.clip(x, y, 3), np.clip(x, 1, y), x.clip(y, y)


def clip_with_nan_scalar(x, y):
    return np.clip(x, np.nan, 3), np.clip(x, 1, np.nan), np.maximum(x, np.nan)


def reduced_extremes(x, y):
    return x.min(), x.max(axis=0), y.min(axis=1), np.max(y)


def positions_of_extremes(x, y):
    return x.argmin(), x.argmax(axis=0), np.argmin(y, axis=1), np.argmax(y)


def compared_with_nan(x, y):
    return x < y, x <= y, x == y, x != y, x > y, np.where(x < y, x, y)


def maximum_in_place(x, y):
    np.maximum(x, y, out=x)
    np.minimum(x[:, 1:], y[:, :-1], out=y[:, 1:])


@spellings(
    minimum_maximum,
    clip_of_nan,
    clip_with_nan_scalar,
    reduced_extremes,
    positions_of_extremes,
    compared_with_nan,
    maximum_in_place,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_trap_11_nan_is_passed_on(fn, dtype):
    values = np.array([np.nan, 2, -np.inf, 5, np.inf, np.nan, 1.5], dtype)
    x, y = np.meshgrid(values, values)
    check(fn, lambda: (x, y.copy()))
