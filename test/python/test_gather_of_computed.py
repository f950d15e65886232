"""What is gathered from may be computed at the gathered indices: same values as from memory."""

import elena
import numpy as np
import pytest


def columns(x, y, i):
    table = np.empty((len(x), len(y), 2), x.dtype)
    table[..., 0] = x[:, None] - y
    table[..., 1] = x[:, None] * y
    return table[np.arange(len(i)) % 5, i]


def filled_then_updated(x, y, i):
    table = np.zeros((len(x), len(y)))
    table[1:3] = y
    table[:, 2:] += x[:, None]
    return table[i, i[::-1]]


def gathered_twice(x, y, i):
    rows = (x[:, None] + y)[i]
    return rows[:, i].max(axis=1)


def read_elsewhere(x, y, i):
    table = x[:, None] + y
    return table[i, 1], table.sum(axis=1)


def source_overwritten(x, y, i):
    table = x[:, None] + y
    x[1] = 100
    return table[i, i]


def into_its_source(x, y, i):
    table = x * 2
    x[:6] = table[i]
    return x


@pytest.mark.parametrize(
    "function", [columns, filled_then_updated, gathered_twice, read_elsewhere, source_overwritten, into_its_source]
)
def test_same_as_numpy(function):
    def args():
        return np.arange(7.0), np.arange(8.0) ** 2, np.array([0, -1, 3, 3, -5, 2])

    expected_args, actual_args = args(), args()
    expected, actual = function(*expected_args), elena.jit(function)(*actual_args)
    if not isinstance(expected, tuple):
        expected, actual = (expected,), (actual,)
    for e, a in zip(expected + expected_args, actual + actual_args):
        np.testing.assert_array_equal(a, e)
