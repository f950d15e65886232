"""Conditions on the index of a loop, with bounds at the ends of 64 bits: where the loop is cut must not wrap."""

import itertools

import numpy as np
import pytest
from compare import check_same

import elena

LEAST, MOST = -(2**63), 2**63 - 1
BOUNDS = [LEAST, LEAST + 1, LEAST + 2, -(2**62), -3, -1, 0, 1, 4, 70, 2**62, MOST - 2, MOST - 1, MOST]


def at_most(x, p):
    k = int(p[0])
    for i in range(len(x)):
        if i <= k:
            x[i] = 1


def difference(x, p):
    k = int(p[0])
    for i in range(len(x)):
        if k - i >= 0:
            x[i] = 1


def shifted(x, p):
    k, m = int(p[0]), int(p[1])
    for i in range(len(x)):
        if i - k <= m:
            x[i] = 1


def arguments(x, k, m):
    for i in range(len(x)):
        if i + k >= m:
            x[i] = 1
        if k - i >= m:
            x[i] += 2


def same_or_refused(function, compiled, *args):
    """NumPy's, or the error that says what does not fit in 62 or 64 bits."""
    found = np.zeros(70)
    try:
        compiled(found, *args)
    except (OverflowError, elena.UnsupportedError):
        return
    expected = np.zeros(70)
    function(expected, *args)
    np.testing.assert_array_equal(found, expected, err_msg=str(args))


@pytest.mark.parametrize("function", [at_most, difference])
def test_one_bound_from_data(function):
    compiled = elena.jit(function)
    for bound in BOUNDS:
        same_or_refused(function, compiled, np.array([bound]))


def test_two_bounds_from_data():
    """Their sums are within the 62 bits that Python's integers have in loops."""
    compiled = elena.jit(shifted)
    for pair in itertools.product([-(2**60), -3, -1, 0, 1, 4, 70, 2**60], repeat=2):
        same_or_refused(shifted, compiled, np.array(pair))


def test_two_bounds_that_are_arguments():
    compiled = elena.jit(arguments)
    for pair in itertools.product(BOUNDS, BOUNDS):
        same_or_refused(arguments, compiled, *pair)


def test_boxes_of_every_size_in_every_place():
    def boxes(x, a, b, c):
        out = np.zeros((5, 9, 40), x.dtype)
        out[:, a:b, c:] = x[:, a:b, c:]
        out[1:3, : b - 1, a : c + 3] += 1
        return out

    compiled, x = elena.jit(boxes), np.arange(5.0 * 9 * 40).reshape(5, 9, 40)
    for a, b, c in itertools.product((-20, -4, 0, 2, 8, 50), (-3, 0, 1, 5, 9, 2**62), (-50, -2, 0, 7, 39, 40)):
        check_same(boxes, compiled, lambda a=a, b=b, c=c: (x.copy(), a, b, c))
