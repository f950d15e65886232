"""`if`, `while`, `break` and `continue` that are decided at run time."""

import numpy as np
import pytest
from runtime_loops import check, floats

import elena

# ---- if ----------------------------------------------------------------------------------------------------


def if_element(x, y):
    if x[0] > 0:
        y[:] = x
    else:
        y[1:] -= 1


def if_any(x):
    if (x > 2).any():
        x[x > 2] = 2
    return x


def if_number(x):
    k = 3
    if x[0] > x[1]:
        k = 5
        x[2] = k
    x[k:] = 0
    return k


def if_array(x):
    y = np.zeros(x.shape[0])
    if x[0] > 0:
        y = y + x
    y[1] = 3
    return y


def if_returns(x):
    if x.sum() > 0:
        return x * 2
    return x + 1


def if_returns_late(x):
    if x[0] > 0:
        if x[1] > 0:
            return x * 2
        x[2] = 0
    x[3] = 1
    return -x


def if_raises(x, n):
    if x[0] < 0:
        raise ValueError("negative start")
    for i in range(n):
        if x[i] > 5:
            raise ValueError(f"element {i} is large")
        x[i] += 1
    return x


def if_on_index(x, n):
    for i in range(n):
        if i % 3 == 0:
            x[i] = 0
        elif i + 1 < n and x[i + 1] > x[i]:
            x[i] = x[i + 1]
        elif not (x[i] > 0 or i == 5):
            x[i] *= -1


def chooses(x, n):
    for i in range(n):
        k = i - 1 if x[i] > 0 else i + 1
        x[i] = x[k] if 0 <= k < n else np.float64(-1)


def asserts_and_divides(x, n):
    for i in range(n):
        k = int(x[i])
        assert k != 3, "three"
        x[i] = 12 // k


def argument_decides(x, n):
    if n > 3:
        return x[:3]
    return x + n


def test_if_on_data():
    signs = [np.array(s) for s in ((1.0, 2, 3, 4, 5), (-1.0, 2, 3, 4, 5), (1.0, -2, 3, -4, 5), (-1.0, -2, -3, -4, -5))]
    for fn in (if_any, if_number, if_array, if_returns, if_returns_late):
        check(fn, *[(x,) for x in signs])
    check(if_element, *[(x, np.arange(5.0)) for x in signs])
    check(if_raises, *[(x, n) for x in signs for n in (0, 3, 5)], (np.arange(9.0), 9))
    check(chooses, *[(floats(9), n) for n in (0, 5, 9)])
    check(asserts_and_divides, *[(np.arange(1.0, 9) + k, n) for k in (0, 1, 2, -1) for n in (2, 6)])


def test_if_on_an_index_is_one_version():
    check(if_on_index, *[(floats(9), n) for n in (0, 5, 9)])


def test_an_argument_that_decides_shapes_is_a_guard():
    check(argument_decides, *[(floats(9), n) for n in (1, 5, 2, 9)], compiles=2)


# ---- while, break, continue --------------------------------------------------------------------------------


def while_positive(x):
    while x[0, 0] > 0:
        x -= 1
    return x


def search(x, value):
    low, high = 0, x.shape[0]
    while low < high:
        middle = (low + high) // 2
        if x[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


def insertion_sort(x):
    for i in range(1, x.shape[0]):
        value = x[i]
        j = i
        while j > 0 and x[j - 1] > value:
            x[j] = x[j - 1]
            j -= 1
        x[j] = value


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def counts_up(x):
    i = 0
    while i < x.shape[0]:
        x[i] += i
        i += 1
    return i


def newton(a):
    x = a
    error = 1.0
    steps = 0
    while error > 1e-9:
        after = (x + a / x) / 2
        error = abs(after - x)
        x = after
        steps += 1
    return x, steps


def breaks(x, n):
    for i in range(n):
        if x[i] < 0:
            break
        x[i] = 0
    else:
        x[0] = 99


def skips(x, n):
    s = 0
    for i in range(n):
        if x[i] < 0:
            continue
        if i == 3:
            x[i] = 5
            continue
        x[i] += 1
        s += i
    return s


def finds(x):
    found = -1
    for i in range(len(x)):
        if x[i] > 1:
            found = i
            break
    return found


def until(x):
    i = 0
    while True:
        x[i] += 1
        i += 1
        if i >= x.shape[0] or x[i] < 0:
            break
    return i


def breaks_known_range(x):
    for i in range(4):
        if x[i] < 0:
            break
        x[i] = i


def converges(x, tolerance):
    y = x.copy()
    for _ in range(100):
        z = y / 2
        if np.abs(z - y).max() < tolerance:
            break
        y = z
    return y


def test_while():
    check(while_positive, *[(np.full((3, 4), v),) for v in (5.0, -1.0, 2.5)])
    check(search, *[(np.arange(n) * 2, v) for n in (9, 100) for v in (5, -1, 17, 999)])
    check(insertion_sort, *[(floats(n),) for n in (5, 9, 50)])
    check(collatz, *[(n,) for n in (6, 1, 27)])
    check(counts_up, *[(floats(n),) for n in (5, 9, 50)])
    check(newton, *[(v,) for v in (2.0, 100.0, 1.0)])


def test_break_and_continue():
    lines = [np.array(v) for v in ((1.0, 2, -3, 4, 5), (1.0, 2, 3, 4, 5), (-1.0, 2, 3, 4, 5), (0.0, 1, 0.5, -1, 1))]
    for fn in (breaks, skips):
        check(fn, *[(x, n) for x in lines for n in (0, 3, 5)])
    for fn in (finds, until, breaks_known_range):
        check(fn, *[(x,) for x in lines])
    check(converges, *[(x, t) for x in lines for t in (1e-3, 10.0)])


def test_messages_at_run_time():
    compiled = elena.jit(if_raises)
    with pytest.raises(ValueError, match="^element 4 is large$"):
        compiled(np.array([1.0, 2, 3, 4, 9, 9, 9]), 6)


# ---- numbers in messages -----------------------------------------------------------------------------------


def digits_in_a_message(x):
    for i in range(len(x)):
        if x[i] < 0:
            raise ValueError("%d is negative, at {} of %s".format(i) % (int(x[i]), len(x)))


def element_in_a_message(x):
    for i in range(len(x)):
        if x[i] < 0:
            raise ValueError(f"negative: {x[i]}")


def padded_in_a_message(x):
    for i in range(len(x)):
        if x[i] < 0:
            raise ValueError(f"negative: {i:03d}")


def numbers_beside_a_message(x):
    for i in range(len(x)):
        if x[i] < 0:
            raise ValueError("negative", i)


def test_numbers_in_messages_are_digits():
    for function in (digits_in_a_message, numbers_beside_a_message):
        check(function, *[(np.array([1, 2, 3] * 10 + [last]),) for last in (-2, 2)])


@pytest.mark.parametrize("fn", [element_in_a_message, padded_in_a_message])
def test_other_formats_of_numbers_in_messages_are_refused(fn):
    """They showed the compiler's own names."""
    with pytest.raises(elena.UnsupportedError, match="in the message of an exception"):
        elena.jit(fn)(np.arange(100))


def test_two_sizes_of_an_iteration_are_broadcast_where_one_is_one():
    def f(y, x, a, b):
        for i in range(len(a)):
            y[i, : a[i]] = x[i, : a[i]] * x[i, : b[i]]

    pairs = ([3, 3], [3, 1]), ([3, 1], [1, 1]), ([1, 1], [3, 1]), ([2, 2], [3, 1]), ([0, 1], [1, 0])
    check(f, *[(np.zeros((2, 6)), np.arange(12.0).reshape(2, 6), np.array(a), np.array(b)) for a, b in pairs])
