"""Python's max and min of NumPy's numbers are one of them: of its dtype, and a NaN only where Python would choose it."""

import numpy as np
import pytest
from runtime_loops import check, floats

import elena


def in_a_loop(x, y):
    for i in range(len(x)):
        y[i] = max(x[i], y[i])
    return max(x[0], y[1]), min(x[0], y[1], x[2])


def promoted(x):
    return np.full(3, max(x[0], x[1])), min(x[0], x[1]) * np.ones(2, np.float32)


def largest_sum_of_neighbours(x):
    best = now = x[0]
    for v in x[1:]:
        now = max(v, now + v)
        best = max(best, now)
    return best


def longest_common_subsequence(a, b):
    before = np.zeros(len(b) + 1, np.int64)
    for i in range(len(a)):
        row = np.zeros(len(b) + 1, np.int64)
        for j in range(len(b)):
            row[j + 1] = before[j] + 1 if a[i] == b[j] else max(before[j + 1], row[j])
        before = row
    return before[-1]


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64, np.float32, np.float64])
def test_the_result_has_the_dtype(dtype):
    x = np.resize([3, 1, 0, 7, 2], 90).astype(dtype)
    check(in_a_loop, (x, x[::-1].copy()))
    check(promoted, (x,))


def test_what_wraps_and_what_is_not_a_number():
    check(lambda x, y: max(x[0], y[0]) + 200, (np.full(3, 100, np.uint8), np.full(3, 50, np.uint8)))
    check(lambda x: max(x[0], x[1]), (np.array([2**63 + 1, 2], np.uint64),))
    for pair in ([np.nan, 1.0], [1.0, np.nan], [0.0, -0.0], [-0.0, 0.0]):
        check(lambda x: (max(x[0], x[1]), min(x[0], x[1])), (np.array(pair),))


def test_textbook_loops():
    check(largest_sum_of_neighbours, (floats(100),), (np.arange(100) - 50.0,))
    rng = np.random.default_rng(1)
    check(longest_common_subsequence, (rng.integers(0, 3, 70), rng.integers(0, 3, 80)))


def test_python_numbers_stay_python_numbers():
    check(lambda x: (max(int(x[0]), 3), max(float(x[0]), 2.5), min(len(x), 7)), (floats(5),), (10 * floats(5),))


@pytest.mark.parametrize(
    "mixed", [lambda x: max(x[0], 3), lambda x: min(1e-9, x.max()), lambda x: max(x[0], np.float32(2))]
)
def test_a_type_that_data_would_decide_is_refused(mixed):
    with pytest.raises(elena.UnsupportedError, match="its type depends on the data"):
        elena.jit(mixed)(floats(5))
