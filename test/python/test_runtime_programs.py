"""Programs of several loops and branches: variables, temporaries, exceptions, types."""

import numpy as np
from runtime_loops import RNG, check, floats

# ---- more semantics ----------------------------------------------------------------------------------------


def forward_substitution(lower, b):
    for i in range(lower.shape[0]):
        b[i] = (b[i] - (lower[i, :i] * b[:i]).sum()) / lower[i, i]


def gauss(a):
    n = a.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]


def bubble_sort(x):
    n = len(x)
    for i in range(n):
        for j in range(n - 1 - i):
            if x[j] > x[j + 1]:
                t = x[j]
                x[j] = x[j + 1]
                x[j + 1] = t


def same_variable_twice(x, y):
    for i in range(x.shape[0]):
        t = x[i] * 2
        x[i] = t.sum()
    for i in range(y.shape[0]):
        t = y[i] + 1
        y[i] = t
    return i


def masks_in_a_loop(x, mask, n):
    for i in range(n):
        x[mask] += 1
        mask[i] = not mask[i]
        y = x[mask]
        x[i] += y.shape[0]


def length_of_compressed(x, n):
    total = 0
    for i in range(n):
        total += len(x[x > i])
    return total


def loop_in_a_branch(x, n):
    if x[0] > 0:
        for i in range(n):
            x[i] *= 2
        k = n
    else:
        k = 0
        while k < n and x[k] < 0:
            x[k] = -x[k]
            k += 1
    return k


def facts_of_a_branch_end_with_it(x, k, n):
    k = int(k[0])
    if k > 0:
        x[0] = k // 2
    x[1] = k // 2
    x[2] = abs(k)
    for i in range(n):
        if k > i:
            x[k] = i
    x[3] = k % 3 + max(k, 0)


def keeps_none(x, n):
    previous = None
    for i in range(n):
        previous = i
        x[i] = previous
    return x


def optional_temporary(x, y=None):
    y = x if y is None else y
    for i in range(len(x)):
        x[i] += y[0]


def inner(x, i):
    if x[i] > 0:
        return x[i] * 2
    return x[i] - 1


def calls_a_function(x, n):
    for i in range(n):
        x[i] = inner(x, i)


def catches(x, n):
    for i in range(n):
        try:
            x[i] = x[:3].reshape(2, 2)
        except ValueError:
            x[i] = -1


def jumps_in_branches(x, n):
    s = 0.0
    for i in range(n):
        if x[i] > 0:
            if x[i] > 3:
                s += 1
                continue
            if x[i] > 2:
                s += 10
                break
            s += 100
        elif x[i] < -3:
            s += 1000
            break
        s += 0.5
    else:
        s = -s
    return s


def two_levels_of_break(x):
    count = 0
    for row in x:
        whole = True
        for k in range(row.shape[0]):
            if row[k] < 0:
                whole = False
                break
            count += 1
        if not whole and count > 6:
            break
    return count


def float_argument(x, limit, n):
    for i in range(n):
        if limit > 0.5:
            limit = limit / 2
        x[i] = limit
    return limit


def growing_temporaries(x, n):
    for i in range(n):
        t = np.zeros(i) + 1
        x[i] = t.sum()


def constants_of_a_region(x, n):
    for i in range(n):
        if x[i] > 0:
            x[i] = 17
    x[0] = 17


def wraps_int(x, n):
    k = 0
    for i in range(n):
        x[k] = i
        k = -k - 1 if k >= 0 else -k
    return k


def test_algorithms():
    lower = np.tril(RNG.uniform(1, 2, (30, 30)))
    check(forward_substitution, *[(lower[:n, :n].copy(), floats(n)) for n in (5, 9, 30)], ulp=1 << 12, ulp_scale=1.0)
    check(gauss, *[(RNG.uniform(1, 2, (n, n)) + n * np.eye(n),) for n in (5, 12)], ulp=64, ulp_scale=10.0)
    check(bubble_sort, *[(floats(n),) for n in (5, 30)])


def test_variables_of_loops():
    check(loop_in_a_branch, *[(np.array(x), n) for x in ((1.0, 2, 3, 4, 5), (-1.0, -2, 3, -4, 5)) for n in (0, 3, 5)])
    check(keeps_none, *[(floats(9), n) for n in (0, 5)])
    check(optional_temporary, (floats(9), floats(5)))
    check(calls_a_function, *[(floats(9), n) for n in (0, 5, 9)])
    check(catches, *[(floats(9), n) for n in (0, 5, 9)])
    check(float_argument, *[(floats(9), v, n) for v in (0.1, 9.0) for n in (0, 5, 9)])
    check(growing_temporaries, *[(floats(90), n) for n in (0, 5, 90)])
    check(constants_of_a_region, *[(floats(9), n) for n in (0, 5, 9)])
    check(wraps_int, *[(floats(9), n) for n in (0, 5, 9, 17, 18, 19)])


def test_data_in_loops():
    x, mask = floats(9), RNG.integers(0, 2, 9).astype(bool)
    check(masks_in_a_loop, *[(x, mask, n) for n in (0, 4, 9)])
    check(length_of_compressed, *[(np.arange(9.0), n) for n in (0, 4, 9)])
    check(facts_of_a_branch_end_with_it, *[(floats(9), np.array([k]), n) for k in (3, -3, 0, 8) for n in (0, 3)])
    for values in (np.arange(-5.0, 5), np.full(6, 1.5), np.array([1, 2.5, 9, 9, 9, 9, 9.0]), -np.arange(9.0)):
        check(jumps_in_branches, *[(values, n) for n in (0, 3, 6)])
    check(two_levels_of_break, (np.abs(floats(6, 5)),), (floats(6, 9),), (floats(40, 6) + 1,))


# ---- types, and what is read again -------------------------------------------------------------------------


def truth_of_elements(x, n):
    both = x[0] > 0 and x[1] > 0
    between = -1 < x[0] < 1
    any_of = x[0] > 0 or x[1] > 0 or x[2] > 0
    neither = not (x[0] > 0 or n > x[1])
    return both, between, any_of, neither


def keeps_the_previous(x, n):
    t = 0.5
    for i in range(n):
        if x[i] > 0:
            t = float(x[i]) * 2
        x[i] = t


def rows_of_what_is_replaced(n):
    x = np.arange(12.0).reshape(6, 2)
    y = np.zeros(2)
    for row in x:
        x = x + n
        y += row
    return x, y


def chosen_places(x, mask):
    for j in np.nonzero(mask)[0]:
        x[j] += j
    for row in x[mask]:
        x[0] += row
    return x.sum()


def layers_over_time(x, weights, n):
    h = np.zeros(x.shape[1], x.dtype)
    for i in range(n):
        y = x[i] + 0
        for k in range(weights.shape[0]):
            y = np.maximum(y @ weights[k], 0)
        h = h + y
    return h


def view_of_what_is_replaced(n):
    h = np.arange(6.0)
    v = h[1:3]
    for i in range(n):
        h = h * 2
        h[1] = v[0]
    v[0] = 100
    return h, v


SHARED = np.arange(5.0)


def reads_a_global(x, n):
    for i in range(n):
        x[i] += SHARED[i] * SHARED.shape[0]


def closure_reads(x, n):
    k = 0

    def get(i):
        return x[i] + k

    for i in range(n):
        k = i * i
        x[i] = get(i)
    return k


def continues_at_the_end(x, n):
    last = 0.0
    for i in range(n):
        if x[i] < 0:
            continue
        last = last + 1.0
        if i > 2:
            x[i] = last
    return last


def empty_slices(x, n):
    total = np.zeros(x.shape[1])
    for i in range(n):
        total += x[i:].sum(axis=0)
        x[:i] = x[:i] + 1
        x[i:, 0] = x[: x.shape[0] - i, 1]
    return total


def first_where(x, limit):
    k = 0
    while k < x.shape[0] and x[k] < limit:
        k += 1
    return k


def literal_while(x):
    k = 0
    while k * 0.5 < 2:
        x[k] = k
        k += 1
    return np.zeros(k)


def halves(x):
    while x.shape[0] > 1:
        x = x[: x.shape[0] // 2] + x[x.shape[0] - x.shape[0] // 2 :]
    return x


def test_types_and_reads():
    check(truth_of_elements, *[(np.array(v), 2) for v in ((1.0, 2, 3), (0.5, -1, 3), (-2.0, -1, 1), (-2.0, -1, -5))])
    check(keeps_the_previous, *[(floats(9), n) for n in (0, 4, 9)])
    check(rows_of_what_is_replaced, (3,), (4,))
    mask = np.array([True, False, True, True, False, False, True])
    check(chosen_places, *[(floats(7), m) for m in (mask, ~mask, mask & False)], ulp=8, ulp_scale=10.0)
    layers = [(floats(9, 6), floats(k, 6, 6) / 4, n) for k in (5, 7) for n in (0, 3, 9)]
    check(layers_over_time, *layers, ulp_scale=10, ulp=64)
    check(reads_a_global, *[(floats(9), n) for n in (0, 4, 5, 6)], compiles=2)  # 6 is out of bounds
    check(closure_reads, *[(floats(9), n) for n in (0, 4, 9)])
    check(continues_at_the_end, *[(floats(9), n) for n in (0, 4, 9)])
    check(empty_slices, *[(floats(9, 5), n) for n in (0, 4, 9, 12)], ulp=8, ulp_scale=10.0)
    check(first_where, *[(np.arange(9.0), v) for v in (3.0, -1.0, 99.0)])


def test_versions_of_arrays_that_change():
    """What is another array without iterations, and shapes that decide: a version for each."""
    check(view_of_what_is_replaced, (3,), (0,), (5,), (1,), compiles=2)
    check(literal_while, (floats(9),))
    check(halves, (floats(8),), (floats(20),), (floats(8),), compiles=2)
