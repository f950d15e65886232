"""Traps 1-5 of views and in-place writes: where a compiler may look at the wrong value."""

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


# Trap 1: advanced indexing gives a copy; augmented assignment through it gets, computes, sets.


def clip_method_out(t):
    return t[:, [0, 2]].clip(0, 5, out=t[:, [0, 2]])


def clip_function_out(t):
    np.clip(t[:, [0, 2]], 0, 5, out=t[:, [0, 2]])


def ufunc_out_of_a_mask(t):
    np.multiply(t[t > 3], 2, out=t[t > 3])


def named_copy_updated(t):
    columns = t[:, [0, 2]]
    columns -= 1
    return columns


def named_mask_copy_updated(t):
    positive = t[t > 0]
    positive *= 2
    return positive


def augmented_columns(t):
    t[..., [0, 2]] -= 3


def augmented_columns_by_array(t):
    t[:, [0, 2]] -= t[:, 1:3]


def augmented_with_itself(t):
    t[:, [2, 0]] += t[:, [0, 2]]


def augmented_repeated_column(t):
    t[:, [0, 0, 3]] += 1


def augmented_index_array(t):
    columns = np.arange(3) * 2
    t[:, columns] *= 2


def augmented_mask(t):
    t[t > 3] -= 3


def augmented_negative_indices(t):
    t[[-1, 0]] /= 4


def swap_by_index_list(t):
    t[:, [0, 2]] = t[:, [2, 0]]


@spellings(
    clip_method_out,
    clip_function_out,
    ufunc_out_of_a_mask,
    named_copy_updated,
    named_mask_copy_updated,
    augmented_columns,
    augmented_columns_by_array,
    augmented_with_itself,
    augmented_repeated_column,
    augmented_index_array,
    augmented_mask,
    augmented_negative_indices,
    swap_by_index_list,
)
def test_trap_01_advanced_index_is_a_copy(fn):
    check(fn)


# Trap 2: a view taken before a write sees the write.


def view_then_write(x):
    row = x[2]
    x[2] = 7
    return row + 1


def view_returned(x):
    row = x[2]
    x[1:4] *= 2
    return row


def list_of_views_concatenated(x):
    parts = [x[:2], x[2:5]]
    x *= 2
    return np.concatenate(parts)


def comprehension_of_views_stacked(x):
    rows = [x[k] for k in range(3)]
    x[1] = x[0] + 1
    return np.stack(rows)


def dict_of_views(x):
    views = {"odd": x[:, 1::2], "even": x[:, 0::2]}
    views["odd"] -= views["even"]
    return views["odd"] + views["even"], views


def view_of_a_view(x):
    corner = x.T[::2][:, 1:]
    x[1:3] = 0
    return corner * 2


def reshaped_view(x):
    flat = x.reshape(-1)
    x[1, 1] = 9
    return flat[5:12] + 0


def write_through_the_view(x):
    row = x[1]
    row[2:4] = 1
    return x.max(axis=0)


def flipped_view_of_a_new_array(x):
    y = x + 1
    reverse = y[::-1]
    y[0] = 3
    return reverse


def sibling_views(x):
    a = np.expand_dims(x, 0)
    b = x[:, None]
    b += 1
    return a * 2


def value_kept_by_copy(x):
    before = x[2].copy()
    x[2] = 7
    return before + x[2]


def value_computed_before(x):
    before = x[2] + 0
    x[2] = 7
    return before


def element_read_before(x):
    first = x[0, 0]
    x[0, 0] = 100
    return first, x[0, 0]


def diagonal_sees_write(x):
    diagonal = np.diagonal(x)
    x[1] = 5
    return diagonal + 0


@spellings(
    view_then_write,
    view_returned,
    list_of_views_concatenated,
    comprehension_of_views_stacked,
    dict_of_views,
    view_of_a_view,
    reshaped_view,
    write_through_the_view,
    flipped_view_of_a_new_array,
    sibling_views,
    value_kept_by_copy,
    value_computed_before,
    element_read_before,
    diagonal_sees_write,
)
def test_trap_02_view_sees_later_write(fn):
    check(fn)


# Trap 3: the second update reads what the first wrote.


def corners_from_centers(b):
    b[:, :2] -= b[:, 2:4] / 2
    b[:, 2:4] += b[:, :2]


def corners_in_a_new_array(b):
    c = b * 2
    c[:, :2] -= c[:, 2:4] / 2
    c[:, 2:4] += c[:, :2]
    return c


def chain_of_overlapping_columns(b):
    b[:, 1:4] += b[:, 0:3]
    b[:, 0:3] *= b[:, 1:4]
    b[:, 2:5] -= b[:, 0:3]


def rows_then_columns(b):
    b[1] += b[0]
    b[:, 1] += b[:, 0]
    b[2:4] = b[1:3]


def running_sum_by_rows(b):
    for k in range(1, 5):
        b[k] += b[k - 1]


@spellings(
    corners_from_centers,
    corners_in_a_new_array,
    chain_of_overlapping_columns,
    rows_then_columns,
    running_sum_by_rows,
)
def test_trap_03_dependent_updates(fn):
    check(fn)


# Trap 4: the original is read while its clone is written.


def flip_into_copy(b):
    f = b.copy()
    f[..., 0::4] = 100 - b[..., 2::4]
    f[..., 2::4] = 100 - b[..., 0::4]
    return f


def flip_into_array_of(b):
    f = np.array(b)
    f[..., 0::4] = 100 - b[..., 2::4]
    f[..., 2::4] = 100 - b[..., 0::4]
    return f


def flip_into_sum(b):
    f = b + 0
    f[..., 0::4] = 100 - b[..., 2::4]
    f[..., 2::4] = 100 - b[..., 0::4]
    return f


def flip_into_empty(b):
    f = np.empty_like(b)
    f[..., 0::4] = 100 - b[..., 2::4]
    f[..., 1::4] = b[..., 1::4]
    f[..., 2::4] = 100 - b[..., 0::4]
    f[..., 3::4] = b[..., 3::4]
    return f


def flip_the_copy_read_the_copy(b):
    f = b.copy()
    f[..., 0::4] = 100 - f[..., 2::4]
    f[..., 2::4] = 100 - f[..., 0::4]
    return f


def flip_in_place(b):
    b[..., 0::4] = 100 - b[..., 2::4]
    b[..., 2::4] = 100 - b[..., 0::4]


def flip_back_from_the_clone(b):
    f = b.copy()
    b[..., 0::4] = 100 - f[..., 2::4]
    b[..., 2::4] = 100 - f[..., 0::4]
    return f


def copy_outlives_a_write(b):
    f = b.copy()
    b += 1
    return f


@spellings(
    flip_into_copy,
    flip_into_array_of,
    flip_into_sum,
    flip_into_empty,
    flip_the_copy_read_the_copy,
    flip_in_place,
    flip_back_from_the_clone,
    copy_outlives_a_write,
)
def test_trap_04_clone_and_original(fn):
    check(fn)


# Trap 5: a column from itself, and the swap of two.


def column_from_itself(p):
    p[..., 0] = 100 - p[..., 0]


def column_from_its_reverse(p):
    p[:, 0] = 100 - p[::-1, 0]


def swap_with_copies(x):
    x[:, 0], x[:, 2] = x[:, 2].copy(), x[:, 0].copy()


def swap_with_one_copy(x):
    x[:, 0], x[:, 2] = x[:, 2], x[:, 0].copy()


def swap_without_copies(x):
    x[:, 0], x[:, 2] = x[:, 2], x[:, 0]


def swap_halves(x):
    x[:3], x[3:] = x[3:] + 0, x[:3] + 0


def swap_through_a_name(x):
    kept = x[:, 0].copy()
    x[:, 0] = x[:, 2]
    x[:, 2] = kept


def swap_through_a_view(x):
    kept = x[:, 0]
    x[:, 0] = x[:, 2]
    x[:, 2] = kept


def rotate_three_rows(x):
    x[0], x[1], x[2] = x[1].copy(), x[2].copy(), x[0].copy()


@spellings(
    column_from_itself,
    column_from_its_reverse,
    swap_with_copies,
    swap_with_one_copy,
    swap_without_copies,
    swap_halves,
    swap_through_a_name,
    swap_through_a_view,
    rotate_three_rows,
)
def test_trap_05_swaps(fn):
    check(fn)
