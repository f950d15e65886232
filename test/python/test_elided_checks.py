"""Bounds checks: those that cannot fail are not compiled, the others raise NumPy's IndexError."""

import numpy as np
import pytest
from compare import check_same

import elena

RNG = np.random.default_rng(7)
FAR = 2**63 - 1


def nearest(areas, labels):
    return labels[areas.argmin(axis=1)]


def nearest_with_background(areas, labels, mask):
    index = areas.argmin(axis=1)
    index[mask] = 3
    return labels[index]


def both_axes(areas, values):
    return values[np.arange(areas.shape[0]), areas.argmin(axis=1)]


def clamped(x, index):
    return x[np.clip(index + 1, 0, x.shape[0] - 1)]


def clamped_too_far(x, index):
    return x[np.clip(index + 1, 0, x.shape[0])]


def modulo(x, index):
    return x[index % x.shape[0]]


def from_the_end(areas):
    return areas[0][-1 - areas.argmin(axis=1)]


def beyond_the_end(areas):
    return areas[0][-2 - areas.argmin(axis=1)]


def rows(boxes):
    out = np.zeros(boxes.shape[0])
    for i in range(len(boxes)):
        out[i] = boxes[i].sum()
    return out


def small(areas, labels):
    return labels[areas.argmin(axis=1).astype(np.int32)]


def floats(*shape):
    return RNG.standard_normal(shape)


ELIDED = [
    (nearest, (floats(7, 6), np.arange(6))),
    (nearest, (floats(7, 6), np.arange(9))),
    (nearest_with_background, (floats(7, 6), np.arange(6), RNG.random(7) < 0.5)),
    (both_axes, (floats(7, 6), floats(7, 6, 3))),
    (clamped, (floats(8), np.array([-5, 0, 6, 100, FAR, -FAR - 1]))),
    (modulo, (floats(8), np.array([-5, 0, 6, 100, FAR, -FAR - 1]))),
    (from_the_end, (floats(7, 6),)),
    (rows, (RNG.integers(0, 9, (9, 4)) * 1.0,)),
]


@pytest.mark.parametrize("fn, args", ELIDED, ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize("fuse", [True, False])
def test_no_check_is_left(fn, args, fuse):
    compiled = elena.jit(fn, fuse=fuse)
    assert "tensorref.assert" not in compiled.lower(*args).as_text("group")
    check_same(fn, compiled, lambda: args)


def test_what_only_the_check_needed_is_gone():
    """Without fusion, too: argmin and gather are what is left."""
    lowered = elena.jit(nearest, fuse=False).lower(floats(7, 6), np.arange(6))
    assert len(lowered.kernels) == 2


REMAINING = [
    (nearest, (floats(7, 6), np.arange(5))),  # a label is missing
    (nearest, (np.tile(-np.arange(6.0), (7, 1)), np.arange(5))),  # the last is chosen
    (nearest_with_background, (floats(7, 2), np.arange(2), np.arange(7) == 3)),
    (both_axes, (floats(7, 6), floats(6, 6, 3))),
    (both_axes, (np.tile(-np.arange(6.0), (7, 1)), floats(7, 5, 3))),
    (clamped, (floats(0), np.array([4]))),
    (clamped_too_far, (floats(8), np.array([-5, 0, 6, 100]))),
    (clamped_too_far, (floats(8), np.array([-5, 0, 6, 1]))),
    (beyond_the_end, (np.tile(-np.arange(6.0), (7, 1)),)),
    (small, (floats(7, 6), np.arange(6))),  # positions need not fit into 32 bits
    (small, (np.tile(-np.arange(6.0), (7, 1)), np.arange(5))),
]


@pytest.mark.parametrize("fn, args", REMAINING, ids=lambda value: getattr(value, "__name__", ""))
def test_what_can_fail_is_checked(fn, args):
    check_same(fn, elena.jit(fn), lambda: args)


@pytest.mark.parametrize("first", [5, 6])
def test_one_function_for_both(first):
    """A version without the check is not used where the check can fail."""
    compiled = elena.jit(nearest)
    areas = np.tile(-np.arange(6.0), (7, 1))
    for size in (first, 11 - first, 8, 5):
        check_same(nearest, compiled, lambda size=size: (areas, np.arange(size)))


def garbage(x, n):
    index = np.empty(4, dtype=np.int64)
    index[:n] = 2
    return x[index[:2]]


def test_unwritten_elements_are_checked():
    """What np.empty holds may be out of bounds: NumPy raises then, or not; nothing is read from outside."""
    compiled = elena.jit(garbage)
    assert "tensorref.assert" in compiled.lower(floats(9), 2).as_text("group")
    check_same(garbage, compiled, lambda: (floats(9) * 0, 3))


def overwritten(x, areas, bad):
    index = areas.argmin(axis=1)
    index[::2][:2] = bad
    return x[index]


@pytest.mark.parametrize("bad", [5, 6, -6, -7, FAR])
def test_writes_through_views(bad):
    check_same(overwritten, elena.jit(overwritten), lambda: (np.arange(6.0), floats(7, 6), np.int64(bad)))


def other_iteration(x, n):
    index = np.zeros(1, dtype=np.int64)
    total = 0.0
    for i in range(n):
        total = total + x[index].sum()
        index[:] = i * 2
    return total


@pytest.mark.parametrize("n", [0, 3, 5, 6, 7])
def test_values_of_earlier_iterations(n):
    check_same(other_iteration, elena.jit(other_iteration), lambda: (np.ones(9), n))


def take(x, index):
    return x[index]


def take_one(x, index):
    return x[index[0]]


@pytest.mark.parametrize("fn", [take, take_one])
@pytest.mark.parametrize("size", [0, 6])
@pytest.mark.parametrize("index", [FAR, FAR - 1, -FAR - 1, -FAR, 6, -7])
def test_the_check_does_not_wrap_around(fn, size, index):
    """index + 1 <= size was true of the largest integer and an empty array."""
    check_same(fn, elena.jit(fn), lambda: (np.zeros(size), np.array([index])))
