"""Trap 12: what other compilers were reported to get wrong, in its many spellings."""

import itertools

import elena
import numpy as np
import pytest
from compare import check_same, module_from_source

STEPS = [1, -1, 2, -2]
EXTENT = 10


def square(dtype=np.int64):
    """[10, 10], no two elements equal."""
    return np.arange(EXTENT * EXTENT).reshape(EXTENT, EXTENT).astype(dtype)


def check(fn, make_args):
    check_same(fn, elena.jit(fn), make_args)


def spellings(*functions):
    return pytest.mark.parametrize("fn", functions, ids=lambda fn: fn.__name__)


def slices(step):
    """All (start, stop, length) with at least two elements that `step` can select of ten."""
    for first in range(EXTENT):
        for length in range(2, EXTENT + 1):
            last = first + (length - 1) * step
            if 0 <= last < EXTENT:
                stop = last + (1 if step > 0 else -1)
                yield first, stop if stop >= 0 else -EXTENT - 1, length


def slice_pairs(to_step, from_step):
    """All pairs of such slices with the same number of elements."""
    for to, source in itertools.product(slices(to_step), slices(from_step)):
        if to[2] == source[2]:
            yield *to[:2], *source[:2]


# 1. x[1:] = x[:-1], everything that a slice can be.

ASSIGNMENTS = {
    "rows": "x[a:b:{to}] = x[c:d:{source}]",
    "columns of a copy": "x[:, a:b:{to}] = x[:, c:d:{source}].copy()",
    "rows added": "x[a:b:{to}] += x[c:d:{source}]",
}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("to_step, from_step", list(itertools.product(STEPS, STEPS)))
def test_trap_12_all_slice_pairs_with_run_time_bounds(tmp_path, assignment, to_step, from_step):
    statement = ASSIGNMENTS[assignment].format(to=to_step, source=from_step)
    fn = module_from_source(tmp_path, f"def f(x, a, b, c, d):\n    {statement}\n").f
    compiled = elena.jit(fn)
    for bounds in slice_pairs(to_step, from_step):
        check_same(fn, compiled, lambda: (square(), *bounds))


@pytest.mark.parametrize("to_step, from_step", list(itertools.product(STEPS, STEPS)))
def test_trap_12_slice_pairs_with_constant_bounds(tmp_path, to_step, from_step):
    """Ten pairs, each on a copy of its own, spread over all pairs of these steps."""
    pairs = list(slice_pairs(to_step, from_step))
    lines = []
    for k, (a, b, c, d) in enumerate(pairs[:: len(pairs) // 10 + 1]):
        lines += [f"y{k} = x.copy()", f"y{k}[{a}:{b}:{to_step}] = y{k}[{c}:{d}:{from_step}]"]
    names = ", ".join(f"y{k}" for k in range(len(lines) // 2))
    body = "\n    ".join([*lines, f"return {names}"])
    fn = module_from_source(tmp_path, f"def f(x):\n    {body}\n").f
    check(fn, lambda: (square(np.float32),))


def shift_of_copy(x):
    x[1:] = x[:-1].copy()


def shift_of_sum(x):
    x[1:] = x[:-1] + 0


def shift_through_name(x):
    source = x[:-1]
    x[1:] = source


def shift_through_named_copy(x):
    source = x[:-1].copy()
    x[1:] = source


def shift_whole_view(x):
    target = x[1:]
    target[...] = x[:-1]


def shift_up(x):
    x[:-1] = x[1:]


def shift_diagonally(x):
    x[1:, 1:] = x[:-1, :-1]


def shift_through_transpose(x):
    x.T[1:] = x.T[:-1]


def shift_flat(x):
    flat = x.reshape(-1)
    flat[1:] = flat[:-1]


def shift_twice(x):
    x[1:] = x[:-1]
    x[1:] = x[:-1]


def shift_new_array(x):
    y = x * 2
    y[1:] = y[:-1]
    return y


def shift_fibonacci(x):
    x[2:] += x[1:-1] + x[:-2]


def shift_with_where(x):
    x[1:] = np.where(x[:-1] > 20, x[:-1], x[1:])


def shift_onto_transpose(x):
    x[...] = x.T


def add_transpose(x):
    x += x.T


def add_first_row(x):
    x += x[0]


def divide_by_own_element(x):
    x -= x[0, 0]


@spellings(
    shift_of_copy,
    shift_of_sum,
    shift_through_name,
    shift_through_named_copy,
    shift_whole_view,
    shift_up,
    shift_diagonally,
    shift_through_transpose,
    shift_flat,
    shift_twice,
    shift_new_array,
    shift_fibonacci,
    shift_with_where,
    shift_onto_transpose,
    add_transpose,
    add_first_row,
    divide_by_own_element,
)
@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.uint8])
def test_trap_12_shift_by_one(fn, dtype):
    check(fn, lambda: (square(dtype),))


# 2. An in-place operation destroys a sibling view.


def sibling_of_expand_dims(x):
    a = x + 1
    b = np.expand_dims(a, 0)
    c = np.expand_dims(a, 1)
    b *= 2
    return c


def copy_of_expand_dims(x):
    b = np.expand_dims(x, 0).copy()
    b *= 2
    return x + b


def in_place_after_view(x):
    a = x * 1
    row = a[3]
    np.negative(a, out=a)
    return row, a


# 3. A swap of slices.


def swap_of_new_slices(x):
    y = x.copy()
    y[:5], y[5:] = y[5:].copy(), y[:5].copy()
    return y


def swap_of_overlapping_slices(x):
    x[:6], x[4:] = x[4:].copy(), x[:6].copy()


# 4. A strided setitem on a new array.


def interleave(x):
    y = np.zeros((20, 10), dtype=x.dtype)
    y[::2] = x
    y[1::2] = x[::-1]
    return y


def every_third_backwards(x):
    y = np.empty(30, dtype=x.dtype)
    for k in range(3):
        y[29 - k :: -3] = x[k]
    return y


# 5. A write through a second handle.


def same_dtype_without_copy(x):
    y = x.astype(x.dtype, copy=False)
    y[0] = 1
    return x + y


def second_name(x):
    y = np.asarray(x)
    z = np.ascontiguousarray(y)
    z[1:3] = y[:2]
    return y


def cast_is_a_copy(x):
    y = x.astype(x.dtype)
    y[0] = 1
    return x, y


def bits_rewritten(x):
    y = x.view(np.int32)
    y[0] = 7
    return x, y


@spellings(
    sibling_of_expand_dims,
    copy_of_expand_dims,
    in_place_after_view,
    swap_of_new_slices,
    swap_of_overlapping_slices,
    interleave,
    every_third_backwards,
    same_dtype_without_copy,
    second_name,
    cast_is_a_copy,
)
def test_trap_12_handles_and_slices(fn):
    check(fn, lambda: (square(np.int32),))
    check(fn, lambda: (square(np.float32),))


def test_trap_12_second_handle_of_another_dtype_is_refused():
    """A view of the same bytes as another type would need cells of bytes: refused, and nothing is written."""
    check(bits_rewritten, lambda: (square(np.int32),))
    x = square(np.float32)
    before = x.copy()
    with pytest.raises(elena.UnsupportedError, match="view of another dtype"):
        elena.jit(bits_rewritten)(x)
    np.testing.assert_array_equal(x, before)


# 6. Two arguments, both changed, perhaps the same memory.


def both_changed(a, b):
    a += 1
    b *= 2
    return a + b


def each_from_the_other(a, b):
    a[1:] = b[:-1]
    b[1:] = a[:-1]


def first_read_after_second_written(a, b):
    c = a * 3
    b[...] = c
    return a - c


def swapped(a, b):
    kept = a.copy()
    a[...] = b
    b[...] = kept


ALIASES = {
    "apart": lambda x: (x, x.copy()),
    "same": lambda x: (x, x),
    "shifted": lambda x: (x[1:], x[:-1]),
    "shifted back": lambda x: (x[:-1], x[1:]),
    "transposed": lambda x: (x, x.T),
    "reversed": lambda x: (x, x[::-1]),
    "columns interleaved": lambda x: (x[:, ::2], x[:, 1::2]),
    "columns overlapping": lambda x: (x[:, :6], x[:, 4:]),
}


@spellings(both_changed, each_from_the_other, first_read_after_second_written, swapped)
@pytest.mark.parametrize("alias", ALIASES)
def test_trap_12_aliased_arguments(fn, alias):
    check(fn, lambda: ALIASES[alias](square(np.float32)))


def test_trap_12_one_compiled_version_serves_all_aliases():
    compiled = elena.jit(both_changed)
    for _ in range(2):
        for make in ALIASES.values():
            check_same(both_changed, compiled, lambda make=make: make(square(np.float32)))


# 7. An update of a slice shifted by one, inside of a fused producer.


def producer_shifted_by_one(x):
    y = np.zeros_like(x)
    y[1:] = (x * x + 1)[:-1]
    return y + x


def producer_and_consumer_shifted(x):
    y = x * 2
    y[1:] -= y[:-1]
    z = y + 1
    z[:-1] += y[1:]
    return z


def shifted_out_and_back(x):
    y = np.concatenate([x[:1], x])
    y[1:] += y[:-1]
    return y[1:] - y[:-1]


@spellings(producer_shifted_by_one, producer_and_consumer_shifted, shifted_out_and_back)
def test_trap_12_shift_inside_a_producer(fn):
    check(fn, lambda: (square(np.float32),))
