"""Reductions of what is made in several steps, in place: computed from what was there before the first one."""

import elena
import numpy as np
import pytest
from elena.testing.emulator import run_on_emulator
from elena.testing.interpreted import interpreted
from elena.testing.traffic import CountedFunction


def chain(x, w):
    b = x - 1
    b *= w[:, None]
    b *= b
    return b.sum(axis=1)


def masked(x, w):
    b = x + w[:, None]
    b[x > 2] = 9
    b[x < -2] = -7
    return b.argmin(axis=1), b.min(axis=1)


def masked_part(x, w):
    b = x * 1
    b[:, 1:][x[:, :-1] > 0] = 5
    b[:-1] += w[:-1, None]
    return b.max(axis=1), b.min(axis=1)


def shifted(x, w):
    b = x + 1
    b[:, 1:] += b[:, :-1]
    b *= w[:, None]
    return b.max(axis=1)


def overwritten_input(x, w):
    b = x - 1
    b *= w[:, None]
    x[:] = 0
    return b.sum(axis=1)


def seen_in_between(x, w):
    b = x - 1
    y = b[:, ::-1] + 1
    b *= w[:, None]
    return b.sum(axis=1), y


def masked_old_value(x, w):
    """The old value is the argument's, and is gone."""
    x[x > 1] = w[0]
    return x.min(axis=1), x.argmax(axis=1)


def waiting_sibling(x, w):
    b = x + 1
    b[x > 2] = 9
    near = b.argmin(axis=1)
    near += near
    return near, (b + near[:, None]).min(axis=1)


def gathered(x, w):
    index = np.abs(w).astype(np.int64) % len(x)
    g = x[index] + 1
    g *= w[:, None]
    return g.sum(axis=1)


def gathered_then_overwritten(x, w):
    index = np.abs(w).astype(np.int64) % len(x)
    g = x[index]
    x[0] = 0
    return g.sum(axis=1)


def gathered_by_membership(x, w):
    """The rows that are not gathered have no index to gather at."""
    index = np.abs(w).astype(np.int64) % len(x)
    g = np.zeros((len(x) + 2, x.shape[1]), x.dtype)
    g[1:-1] = x[index]
    return g[::-1] + 1, g.max(axis=1)


FUNCTIONS = (
    gathered,
    gathered_then_overwritten,
    gathered_by_membership,
    chain,
    masked,
    masked_part,
    shifted,
    overwritten_input,
    seen_in_between,
    masked_old_value,
    waiting_sibling,
)


def arrays(shape):
    rng = np.random.default_rng(3)
    return rng.integers(-4, 5, shape).astype(np.float32), rng.integers(-4, 5, shape[0]).astype(np.float32)


def on_emulator(function):
    return lambda *args: run_on_emulator(function, *args)


@pytest.mark.parametrize("compile", [elena.jit, on_emulator])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_all_buffers_are_those_of_numpy(function, compile):
    compiled = compile(function)
    for shape in ((5, 7), (3, 1), (1, 40)):
        expected, found = arrays(shape), arrays(shape)
        results = function(*expected), compiled(*found)
        for want, got in zip(*(r if isinstance(r, tuple) else (r,) for r in results)):
            np.testing.assert_array_equal(got, want, strict=True)
        for want, got in zip(expected, found):
            np.testing.assert_array_equal(got, want, strict=True)


@pytest.mark.parametrize("function", [chain, masked], ids=lambda f: f.__name__)
def test_nothing_is_stored_on_the_way(function):
    counted = CountedFunction(function)
    x, w = arrays((6, 8))
    counted(x, w)
    assert (counted.traffic.kernels, counted.traffic.temporaries) == (1, 0)


def doubling(x):
    """Each step reads what several others have left; the first one's input is gone."""
    v = x.reshape(-1, 7)
    v[...] = np.where(v == v[::-1, :], x[:, 2:][-1, 3:4, :], v - v.argmax(axis=-1, keepdims=True))
    v[:, 1:] = x[-1, 1:2, :6] - np.max(x[-1, 1:2, :6], axis=0, keepdims=True)
    for i in range(3):
        v[i + 1] += v[i + 1] + (v[-1, :] - v[-39:45][0, :])
        for _ in range(3):
            np.minimum(v[:, :6] + (v[::-1, :6] - v[15:23][5:6, :6]), x[0, 5:6, 1:], out=v[:, :-1])
            v[27:29] += v[24:26, :]
    return v


def test_going_back_comes_to_an_end():
    """The ways back are tried a limited number of times, whether they lead to values or not."""
    (expected, found) = ((np.arange(252) % 13).astype(np.float32).reshape(7, 6, 6).T for _ in range(2))
    np.testing.assert_array_equal(interpreted(doubling)(found), doubling(expected), strict=True)
    np.testing.assert_array_equal(found, expected, strict=True)


def test_masked_updates_of_a_long_unrolled_loop_compile():
    """Each step reads the old counts twice: expressions of them must not double with every step."""

    def count(x, y):
        c = np.zeros(x.shape, np.int32)
        for _ in range(30):
            x = x * x - y
            m = x < 4
            c[m] += 1
        return c

    x = (np.arange(400.0).reshape(20, 20) % 37 - 18) / 36
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(elena.jit(count)(x, x.T.copy()), count(x, x.T.copy()))
