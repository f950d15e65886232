"""PyTorch Inductor (pytorch/pytorch#197829): removal of a copy, x[1:] = x[:-1].clone().

The clone was removed as redundant; what is left copies between overlapping memory, in any order.
"""

import itertools

import elena
import numpy as np
import pytest
from compare import check_same, module_from_source
from miscompiles import EXTENT, check, spellings, square


STEPS = [1, -1, 2, -2]


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


ASSIGNMENTS = {
    "rows": "x[a:b:{to}] = x[c:d:{source}]",
    "columns of a copy": "x[:, a:b:{to}] = x[:, c:d:{source}].copy()",
    "rows added": "x[a:b:{to}] += x[c:d:{source}]",
}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("to_step, from_step", list(itertools.product(STEPS, STEPS)))
def test_all_slice_pairs_with_run_time_bounds(tmp_path, assignment, to_step, from_step):
    statement = ASSIGNMENTS[assignment].format(to=to_step, source=from_step)
    fn = module_from_source(tmp_path, f"def f(x, a, b, c, d):\n    {statement}\n").f
    compiled = elena.jit(fn)
    for bounds in slice_pairs(to_step, from_step):
        check_same(fn, compiled, lambda: (square(), *bounds))


@pytest.mark.parametrize("to_step, from_step", list(itertools.product(STEPS, STEPS)))
def test_slice_pairs_with_constant_bounds(tmp_path, to_step, from_step):
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
def test_shift_by_one(fn, dtype):
    check(fn, lambda: (square(dtype),))
