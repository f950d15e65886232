"""Loops with a run-time number of iterations: every buffer as NumPy leaves it, one version per function."""

import numpy as np
import pytest
from runtime_loops import F32, check, floats

import elena

# ---- for: writes into arrays -------------------------------------------------------------------------------


def rows_in_place(x, n):
    for i in range(n):
        x[i] = x[i] * 2 + i


def prefix(x, y):
    for i in range(1, len(x)):
        x[i] = x[i - 1] + y[i]


def backwards(x):
    for i in range(x.shape[0] - 2, -1, -1):
        x[i] += x[i + 1]


def backwards_by_reversed(x, n):
    for i in reversed(range(n)):
        x[i] = x[i] - x[i - 1]


def strided(x, start, stop, n):
    for i in range(start, stop, 3):
        x[i : i + n] += i


def negative_step(x, start, stop):
    for i in range(start, stop, -2):
        x[i] = -x[i] + i


def each_row(x):
    for row in x:
        row += row[0]


def each_row_backwards(x):
    for row in reversed(x):
        row -= x[0]


def numbered_rows(x, y):
    for i, row in enumerate(x, 1):
        y[i] = row * i + y[i - 1]


def pairs_of_rows(x, y):
    for k, (a, b) in enumerate(zip(x, y)):
        a[k % 3 :] = b[: b.shape[0] - k % 3]


def nested(x):
    for i in range(x.shape[0]):
        for j in range(i + 1, x.shape[1]):
            x[i, j] = x[i, j - 1] + x[i - 1, j]


def nested_rows(x):
    for plane in x:
        for i, row in enumerate(plane):
            row[i:] = i


def overlapping_rows(x, n):
    for i in range(n):
        x[1:] = x[:-1]
        x[i:] += 1


def at_run_time_many(x, n):
    for i in range(n):
        x += i


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int16"])
def test_rows_in_place(dtype):
    x = np.arange(24).reshape(8, 3).astype(dtype)
    check(rows_in_place, *[(x, n) for n in (3, 0, 8, -2, 1)])
    check(prefix, *[(np.arange(n).astype(dtype), np.arange(n).astype(dtype)) for n in (7, 5, 1000)])
    check(backwards, *[(np.arange(n).astype(dtype),) for n in (7, 5, 100)])
    check(negative_step, *[(np.arange(20).astype(dtype), *b) for b in ((18, 2), (2, 18), (5, -1), (19, 18))])


def test_one_version_for_few_and_many_iterations():
    compiled = check(rows_in_place, (floats(1000, 2), 3), (floats(1000, 2), 1000))
    assert compiled.stats() == {"compiles": 1, "calls": 2, "guard_misses": 0}
    check(at_run_time_many, *[(floats(7), n) for n in (3, 0, 1, 64, 65, 1000)])


def test_ranges():
    check(backwards_by_reversed, *[(floats(9), n) for n in (4, 0, 9)])
    check(strided, *[(floats(40), *b) for b in ((0, 40, 5), (7, 30, 1), (9, 2, 3), (-6, 0, 2), (30, 44, 0))])
    check(nested, *[(floats(n, n + 1),) for n in (5, 9, 30)])
    check(nested_rows, (floats(5, 6, 7),), (floats(6, 9, 9),))


def test_rows():
    check(each_row, (floats(5, 6),), (floats(100, 7),))
    check(each_row_backwards, (floats(5, 6),), (floats(90, 7),))
    check(numbered_rows, (floats(5, 6), floats(6, 6)), (floats(90, 7), floats(91, 7)))
    check(pairs_of_rows, (floats(5, 6), floats(9, 6)), (floats(9, 6), floats(5, 6)))
    check(each_row, (floats(6, 5).T,))
    check(each_row, (floats(9, 5)[::-2, ::2],))


def test_overlap_in_loops():
    check(overlapping_rows, *[(floats(9), n) for n in (3, 9, 0)])
    shared = floats(30)
    check(prefix, (shared[1:21], shared[:20]), (shared[:20], shared[5:25]), compiles=2)


# ---- bounds ------------------------------------------------------------------------------------------------


def writes_beyond(x, n):
    for i in range(n):
        x[i] = i


def reads_beyond(x, y, n):
    for i in range(n):
        x[i % 5] = y[i + 2]


def bounds_from_data(x, bounds):
    for i in range(bounds.shape[0]):
        a = int(bounds[i, 0])
        b = int(bounds[i, 1])
        x[i, a:b] = 1 + i


def length_mismatch(x, y, n):
    for i in range(n):
        x[i:] = y[2:]


def mismatch_never_reached(x, y, n):
    for i in range(n):
        x[:3] = y[:4]


def test_out_of_bounds_raises_and_what_was_written_stays():
    # A version for calls that are in bounds, without checks, and one with them.
    check(writes_beyond, *[(floats(9), n) for n in (5, 9, 10, 100)], compiles=2)
    check(reads_beyond, *[(floats(9), floats(20), n) for n in (18, 19, 40)], compiles=2)
    check(length_mismatch, *[(floats(9), floats(9), n) for n in (0, 3, 5)])
    check(mismatch_never_reached, *[(floats(9), floats(9), n) for n in (0, 2)])


def test_bounds_from_data():
    bounds = np.array([[0, 3], [2, 2], [5, 1], [-3, 9], [-40, 40], [8, 9]])
    check(bounds_from_data, (floats(6, 9), bounds), (floats(6, 30), bounds), (floats(6, 9), bounds[:5]))


# ---- numbers -----------------------------------------------------------------------------------------------


def total(x, n):
    s = 0.0
    for i in range(n):
        s = s + x[i]
    return s


def total_in_place(x):
    s = 0
    for value in x:
        s += value
    return s


def total_of_floats(x, n):
    s = 0.0
    for i in range(n):
        s += float(x[i]) / (i + 1)
    return s


def counts(x, low):
    count, last = 0, -1
    for i in range(len(x)):
        if x[i] > low:
            count += 1
            last = i
    return count, last


def fibonacci(x, n):
    a, b = 0, 1
    for i in range(n):
        x[i] = a
        a, b = b, a + b
    return a


def positions(x, n):
    k = 0
    for i in range(n):
        x[k] += i
        k = (k + 3) % x.shape[0]
    return k


def compacts(x, out):
    k = 0
    for i in range(x.shape[0]):
        if x[i] > 0:
            out[k] = x[i]
            k += 1
    return out[:k]


def scalar_of_numpy(x):
    best = np.float64(-1e30)
    for i in range(len(x)):
        best = np.maximum(best, x[i])
    return best


def conditional_scalar(x):
    best, where = x[0], 0
    for i in range(1, len(x)):
        if x[i] > best:
            best, where = x[i], i
    return best, where


def test_numbers_are_carried():
    check(total, *[(floats(9), n) for n in (3, 9, 1)])
    check(total, *[(floats(9, dtype=F32), n) for n in (3, 9, 1)])
    check(total_in_place, (np.arange(9),), (np.arange(900),))
    check(total_in_place, (np.arange(9.0),))
    check(total_of_floats, *[(floats(9), n) for n in (3, 0, 9)])
    check(counts, (floats(9), 0.0), (floats(90), 0.5), (floats(90), 9.0))
    check(fibonacci, *[(np.zeros(80, int), n) for n in (0, 1, 2, 80)])
    check(positions, *[(floats(7), n) for n in (0, 5, 100)])
    check(compacts, (floats(9), np.zeros(9)), (floats(90), np.zeros(90)), (floats(90), np.zeros(20)))
    check(scalar_of_numpy, (floats(9),), (floats(50),))
    check(conditional_scalar, (floats(9),), (floats(50),), (-np.arange(8.0),))


def test_a_number_that_becomes_another_type_without_iterations():
    """`s = 0.0` stays a Python float where the loop does not run: a version of its own."""
    check(total, (floats(9), 3), (floats(9), 0), (floats(9), 9), (floats(9), -1), compiles=2)


def test_message_of_an_index_out_of_bounds():
    with pytest.raises(IndexError, match="index 9 is out of bounds for axis 0 with size 9"):
        elena.jit(writes_beyond)(floats(9), 100)
