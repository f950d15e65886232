"""What is overwritten before anybody reads it is not written (docs/Fusion.md)."""

import elena
import numpy as np
import pytest


def interleaved(x):
    out = np.zeros(x.shape, x.dtype)
    for k in range(4):
        out[:, k::4] = x[:, k::4] * (k + 1)
    return out


def interleaved_by_three(x):
    out = np.full(x.shape, 9, x.dtype)
    for k in range(3):
        out[k::3] = x[k::3] - k
    return out


def halves(x):
    out = x.copy()
    h = len(x) // 2
    out[h:] = x[h:] * 2
    out[:h] = x[:h] * 3
    return out


def twice(x):
    out = np.zeros(x.shape, x.dtype)
    out[...] = 1
    out[...] = x
    return out


SHAPES = [(10, 8), (10, 9), (7, 10), (9, 11), (5, 5), (6, 7)]


@pytest.mark.parametrize("function", [interleaved, interleaved_by_three, halves, twice], ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_first_stores_are_gone(function, shape):
    x = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    compiled = elena.jit(function)
    assert np.array_equal(function(x), compiled(x))
    lowered = compiled.lower(x)
    assert len(lowered.kernels) == 1
    assert lowered.kernels[0]["bytes"] == 2 * x.nbytes


def test_one_compile_for_all_widths():
    compiled = elena.jit(interleaved)
    for width in range(5, 30):
        x = np.arange(3 * width, dtype=np.float32).reshape(3, width)
        assert np.array_equal(interleaved(x), compiled(x))
    assert compiled.compiles <= 2 if hasattr(compiled, "compiles") else True


def not_all(x):
    out = np.zeros(x.shape, x.dtype)
    for k in range(3):
        out[:, k::4] = x[:, k::4]
    return out


def one_twice(x):
    out = np.zeros(x.shape, x.dtype)
    for k in (0, 1, 2, 2):
        out[:, k::4] = x[:, k::4]
    return out


def read_between(x):
    out = x + 1
    out[:, 0::2] = x[:, 0::2]
    y = out.copy()
    out[:, 1::2] = x[:, 1::2]
    return out, y


def read_by_the_last(x):
    out = x + 1
    out[:, 0::2] = x[:, 0::2]
    out[:, 1::2] += 5
    return out


def masked(x):
    out = x + 1
    out[x > 3] = 0
    return out


def some_rows(x):
    out = x + 1
    for i in range(len(x) - 1):
        out[i] = 0
    return out


@pytest.mark.parametrize(
    "function", [not_all, one_twice, read_between, read_by_the_last, masked, some_rows], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_what_somebody_reads_is_written(function, shape):
    x = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    expected, got = function(x), elena.jit(function)(x)
    if not isinstance(expected, tuple):
        expected, got = (expected,), (got,)
    assert all(map(np.array_equal, expected, got))


def test_an_argument_keeps_what_was_written_before_an_error():
    def f(x, i):
        x[...] = 1
        x[i] = 5
        x[...] = 2

    x, y = np.zeros(4), np.zeros(4)
    for function, array in ((f, x), (elena.jit(f), y)):
        with pytest.raises(IndexError):
            function(array, np.array([9]))
    assert np.array_equal(x, y)
