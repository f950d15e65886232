"""The rules of semantics (DESIGN 3): reads before writes, references, edges, errors.

Promotion, integers and casts, and reductions have files of their own.
"""

import elena
import numpy as np
import pytest
from compare import check_same, module_from_source


def grid(dtype=np.float32):
    """[6, 8], no two elements equal."""
    return (np.arange(48).reshape(6, 8) ** 2 - 100).astype(dtype)


def check(fn, *args):
    check_same(fn, elena.jit(fn), lambda: args)


def functions(*table):
    return pytest.mark.parametrize("fn", table, ids=lambda fn: fn.__name__)


# An operation reads all that it reads before it writes anything ------------------------------


def assign_shifted(x):
    x[1:] = x[:-1]


def assign_reversed(x):
    x[...] = x[::-1]


def assign_transposed(x):
    x[:6, :6] = x[:6, :6].T


def add_out_shifted(x):
    np.add(x[1:], x[:-1], out=x[1:])


def add_out_shifted_back(x):
    return np.add(x[1:], x[:-1], out=x[:-1])


def add_transposed(x):
    s = x[:6, :6]
    s += s.T


def update_from_one_row(x):
    x -= x[2]


def update_from_one_column(x):
    x *= x[:, 3:4]


def update_from_own_reduction(x):
    x /= x.max(axis=0)


def update_from_own_mean_element(x):
    x[:, 0] -= x[0, 0]


def gather_onto_itself(x):
    x[[0, 1, 2]] = x[[2, 0, 1]]


def masked_from_shifted(x):
    x[1:][x[1:] > 0] = x[:-1][x[1:] > 0]


def cumulative_onto_itself(x):
    x[:, 1:] = np.cumsum(x, axis=1)[:, :-1]


def concatenated_onto_itself(x):
    x[...] = np.concatenate([x[3:], x[:3]])


@functions(
    assign_shifted,
    assign_reversed,
    assign_transposed,
    add_out_shifted,
    add_out_shifted_back,
    add_transposed,
    update_from_one_row,
    update_from_one_column,
    update_from_own_reduction,
    update_from_own_mean_element,
    gather_onto_itself,
    masked_from_shifted,
    cumulative_onto_itself,
    concatenated_onto_itself,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_reads_all_before_it_writes(fn, dtype):
    check(fn, grid(dtype))
    check(fn, np.asfortranarray(grid(dtype)))


# Views exactly where NumPy returns a view, copies exactly where it copies --------------------

VIEWS = """
x
x[1:4]
x[4:1]
x[::-1]
x[:, ::-2]
x[-3]
x[2, 3]
x[..., 1]
x[None]
x[:, None, 2:]
x[2, None, ::3, None]
x[()]
x[...]
x[1:][::2][:, 3]
x.T
x.T[::2].T
x.transpose(1, 0)
np.transpose(z, (2, 0, 1, 3))
np.swapaxes(z, 0, 2)
np.moveaxis(z, 0, -1)
x.reshape(-1)
x.reshape(2, 3, 8)
x.reshape((4, 12))
x.reshape(6, 2, -1)
x[:, 1:3].reshape(6, 1, 2)
x[::2].reshape(3, 2, 4)
np.expand_dims(x, 1)
np.expand_dims(x, (0, -1))
x[:1].squeeze()
np.squeeze(x[:1], axis=0)
np.broadcast_to(x, (3, 6, 8))
np.broadcast_to(x[:, :1], (6, 5))
np.flip(x)
np.flip(x, axis=1)
np.diagonal(x)
x.diagonal(1)
np.diagonal(z, offset=-1, axis1=1, axis2=3)
x.ravel()
np.asarray(x)
np.ascontiguousarray(x)
x.astype(np.float32, copy=False)
np.lib.stride_tricks.sliding_window_view(x, 3, axis=1)
np.lib.stride_tricks.as_strided(x, (3, 4, 2), (64, 8, 4))
""".strip().splitlines()

COPIES = """
x.copy()
x.T.copy()
x.flatten()
x.T.flatten()
x.T.ravel()
x.T.reshape(-1)
x[:, ::3].reshape(-1)
np.broadcast_to(x[:, :1], (6, 5)).reshape(-1)
x[[0, 2]]
x[:, [0, 2, 2]]
x[x > 3]
x[[0, 1], [2, 3]]
x + 0
-x
x.astype(np.float32)
x.astype(np.float64)
np.array(x)
np.ascontiguousarray(x.T)
np.roll(x, 1)
np.roll(x, (1, -2), axis=(0, 1))
np.tile(x, (2, 1))
np.repeat(x, 2, axis=0)
np.pad(x, ((0, 1), (2, 0)))
np.stack([x, x], axis=-1)
np.concatenate([x[:2], x])
np.where(x > 0, x, 0)
np.clip(x, 0, 5)
""".strip().splitlines()


@pytest.mark.parametrize("expression", VIEWS + COPIES)
def test_view_or_copy(tmp_path, expression):
    """z: f32[2, 3, 4, 5], x: f32[6, 8]."""
    fn = module_from_source(tmp_path, f"def f(x, z):\n    return {expression}\n").f
    check(fn, grid(), np.arange(120, dtype=np.float32).reshape(2, 3, 4, 5))


@pytest.mark.parametrize("expression", VIEWS)
def test_view_of_an_argument_that_is_a_view(tmp_path, expression):
    """The argument is a part of a larger storage, and both are seen by the caller."""
    fn = module_from_source(tmp_path, f"def f(x, z, base):\n    return {expression}, base[1:]\n").f
    base = np.arange(200, dtype=np.float32).reshape(10, 20)
    z = base.reshape(-1)[40:160].reshape(2, 3, 4, 5)
    check(fn, base[2:8, 4:12], z, base)


# Arguments are references --------------------------------------------------------------------


def write_and_return_views(x, y):
    x[1:] += y[:-1]
    return x[0], y.T, x[1:3, ::2]


def update_in_turn(x, y):
    x *= 2
    y -= x
    x += y


def write_read_write(x, y):
    x[0] = y[-1]
    total = y.sum(axis=0)
    y[0] = total
    return x + total


def containers(pair, named):
    pair[0][1:] = pair[1][:-1]
    named["x"] -= pair[0]
    return [pair[0], {"y": named["x"][::-1]}], None


OVERLAPS = {
    "apart": lambda b: (b[:6].copy(), b[6:]),
    "neighbours": lambda b: (b[:6], b[6:]),
    "same": lambda b: (b[:6], b[:6]),
    "one row down": lambda b: (b[:6], b[1:7]),
    "one row up": lambda b: (b[1:7], b[:6]),
    "one element on": lambda b: (b.reshape(-1)[:36].reshape(6, 6), b.reshape(-1)[1:37].reshape(6, 6)),
    "transposed": lambda b: (b[:6, :6], b[:6, :6].T),
    "reversed": lambda b: (b[:6], b[5::-1]),
    "rows interleaved": lambda b: (b[::2], b[1::2]),
    "rows of other steps": lambda b: (b[0:6:2], b[0:9:3]),
}


@functions(write_and_return_views, update_in_turn, write_read_write)
@pytest.mark.parametrize("overlap", OVERLAPS)
def test_arguments_that_overlap(fn, overlap):
    check(fn, *OVERLAPS[overlap](np.arange(96, dtype=np.float64).reshape(12, 8)))


@pytest.mark.parametrize("overlap", OVERLAPS)
def test_arguments_that_overlap_in_containers(overlap):
    x, y = OVERLAPS[overlap](np.arange(96, dtype=np.float64).reshape(12, 8))
    check(containers, (x, y), {"x": x})


def test_written_argument_overlaps_a_repeated_row():
    base = np.arange(96, dtype=np.float64).reshape(12, 8)
    check(write_and_return_views, base[:6], np.broadcast_to(base[2], (6, 8)))


def test_fast_version_after_slow_one_and_back():
    compiled = elena.jit(update_in_turn)
    for overlap in ["apart", "same", "neighbours", "one row down", "transposed", "apart"]:
        args = OVERLAPS[overlap](np.arange(96, dtype=np.float64).reshape(12, 8))
        check_same(update_in_turn, compiled, lambda args=args: args)


# Arrays without elements and without dimensions ----------------------------------------------


def elementwise(x):
    y = x * 2 + 1
    y[1:] -= x[:-1]
    x[...] = y
    return y, x.T, x.reshape(-1), x > 0


def reductions(x):
    return x.sum(), x.sum(axis=0), x.prod(axis=1), (x > 0).any(), (x > 0).all(axis=0)


def concatenations(x):
    return np.concatenate([x, x[:0]]), np.stack([x, x]), np.repeat(x, 3, axis=0)


@functions(elementwise, reductions, concatenations)
@pytest.mark.parametrize("shape", [(0, 4), (4, 0), (0, 0), (1, 4), (4, 1), (1, 1)])
def test_empty_and_single_extents(fn, shape):
    check(fn, np.ones(shape, np.float32))


def scalars(x, y):
    first = x[0, 0]
    return first, first + 1, first * y, np.sqrt(first), x[0, 0:1], -first, first > 2


def zero_dimensional(x, y):
    y += 1
    return y, y[()], x + y, y * 2, y.reshape(1, 1), np.maximum(x, y), y[None]


@functions(scalars, zero_dimensional)
def test_zero_dimensional(fn):
    check(fn, np.abs(grid()), np.array(2.5, np.float32))
    check(fn, np.abs(grid()), np.array(2.5, np.float64))
    check(fn, np.abs(grid(np.int32)), np.array(3, np.int32))
