"""Integers of the call are run-time values: what they are never decides what is compiled (docs/GettingStarted.md)."""

import numpy as np
import pytest

import elena

VALUES = (5, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, -1, -2, 0, -7, 40)


def outcome(function, *args):
    try:
        return function(*args)
    except (ValueError, IndexError, ZeroDivisionError, AssertionError, KeyError) as error:
        return type(error)


def is_same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, (np.ndarray, np.generic)):
        return a.dtype == b.dtype and np.array_equal(a, b)
    return a == b


def compiles(function, values=VALUES, **options):
    """How many versions one call with each value makes; all results and arguments are NumPy's."""
    compiled = elena.jit(function, **options)
    for value in values:
        x, y = (np.arange(64) * 0.5 - 7 for _ in range(2))
        wanted, found = outcome(function, y, value), outcome(compiled, x, value)
        assert is_same(wanted, found), (value, wanted, found)
        assert is_same(y, x), (value, "argument")
    return compiled.stats()["compiles"]


# ---- steps -------------------------------------------------------------------------------------------------


def step(x, k):
    return x[::k] + 1


def step_back(x, k):
    return x[::-k].copy()


def step_between(x, k):
    return x[3:50:k] + x[3:50:k] * 2


def step_from_the_end(x, k):
    return x[-3:-60:-k] * 1


def step_in_place(x, k):
    x[k::k] *= 2
    return x


def step_of_rows_and_columns(x, k):
    y = x.reshape(8, 8)
    y[::k, ::k] = -1
    return y.copy()


def step_to_another(x, k):
    n = min(len(x[1::k]), len(x[:-1:k]))
    x[1::k][:n] = x[:-1:k][:n]
    return x.copy()


def range_step(x, k):
    s = 0.0
    for i in range(1, len(x), k):
        s += x[i]
    return s


def range_step_down(x, k):
    for i in range(len(x) - 1, -1, -k):
        x[i] = i
    return x.sum()


STEPS = (
    step, step_back, step_between, step_from_the_end, step_in_place, step_of_rows_and_columns, step_to_another,
    range_step, range_step_down,
)  # fmt: skip


@pytest.mark.parametrize("function", STEPS, ids=lambda f: f.__name__)
def test_a_version_for_either_sign_of_a_step(function):
    assert compiles(function) <= 4


def sieve(composite):
    for p in range(2, len(composite)):
        if not composite[p]:
            composite[p * p :: p] = True


def steps_of_a_loop(x):
    for k in range(1, len(x)):
        x[::k] += 1
        x[:: -k - 1] *= 2


@pytest.mark.parametrize("function", (sieve, steps_of_a_loop), ids=lambda f: f.__name__)
def test_a_loop_decides_a_step(function):
    x, y = (np.zeros(200, bool if function is sieve else np.int64) for _ in range(2))
    elena.jit(function)(x)
    function(y)
    assert is_same(y, x)


# ---- branches ----------------------------------------------------------------------------------------------


def two_sides(x, k):
    if k > 3:
        x *= 2
    else:
        x += 1
    return x.sum()


def many_sides(x, k):
    if k == 0:
        x *= 2
    elif k == 1:
        x += 1
    elif k % 3 == 2:
        x[k:] -= 1
    else:
        x[: k // 2] = x[-(k // 2) - 1] * 3
    return x.copy()


def chosen_number(x, k):
    return x * (2 if k > 3 else 1)


def both_and_either(x, k):
    if (k > 3 and k < 9) or k == 12:
        x[k] = -1
    return x.max()


def leaves_early(x, k):
    if k == 3:
        return x * 2
    x += 1
    if k == 4:
        return x.copy()
    x *= k
    return x.copy()


def divides_on_one_side(x, k):
    return x[0] if k == 6 else x[:: 100 // (k - 6) + 100].sum()


def raises(x, k):
    if k > 9:
        raise ValueError("large")
    if k == 7:
        raise KeyError("seven")
    return x * k


def asserts(x, k):
    assert k < 12, f"{k} is too large"
    return x + k


def shape_of_either(x, k):
    y = np.zeros(k) if k > 5 else np.ones(3)
    return y.sum() + x


def lists_of_either(x, k):
    items = []
    if k > 7:
        items.append(x * 2)
    else:
        items.append(x * 3)
        items.append(x)
    return sum(items)


BRANCHES = (
    two_sides, many_sides, chosen_number, both_and_either, leaves_early, divides_on_one_side, raises, asserts,
    shape_of_either, lists_of_either,
)  # fmt: skip


@pytest.mark.parametrize("specialize", (True, False))
@pytest.mark.parametrize("function", BRANCHES, ids=lambda f: f.__name__)
def test_branches_on_a_number(function, specialize):
    compiles(function, specialize=specialize)


@pytest.mark.parametrize("function", (two_sides, chosen_number, both_and_either), ids=lambda f: f.__name__)
def test_one_version_where_an_if_is_a_branch(function):
    assert compiles(function, specialize=False) == 1


def test_versions_of_ifs_do_not_multiply():
    def ifs(x, k):
        if k & 1:
            x += 1
        if k & 2:
            x *= 2
        if k & 4:
            x -= 3
        if k & 8:
            x *= -1
        if k & 16:
            x[::2] = 0
        return x.copy()

    assert compiles(ifs, range(32)) <= 5


# ---- NumPy's integers --------------------------------------------------------------------------------------


def element(x, k):
    return x[k] + x[-k]


def part(x, k):
    return x[:k] + 1, x[k % 5 :].sum()


def size(x, k):
    return np.zeros(k) + x[0], np.arange(k), np.full(3, k), np.eye(k)


def size_computed(x, k):
    return np.ones(k + 1), x.reshape(64 // (k * 0 + 4), -1).sum(axis=0)


def arithmetic(x, k):
    return k / 2, k // 2, k**2, -k, ~k, k & 3, k < 3, k == 5, abs(k), int(k), float(k), k * np.float32(2), x * k


def truth(x, k):
    return k if k else x[0], not k, [k, k][0], k in (3, 4)


def loop(x, k):
    for i in range(k):
        x[i] = k
    return k.dtype == x.dtype, np.array([k, k])


@pytest.mark.parametrize("dtype", (np.int64, np.int32, np.uint8))
@pytest.mark.parametrize("function", (element, part, size, arithmetic, loop), ids=lambda f: f.__name__)
def test_numpy_integers_are_numbers_too(function, dtype):
    with np.errstate(over="ignore"):
        assert compiles(function, [dtype(k) for k in (5, 2, 4, 1, 10, 20)]) == 1


@pytest.mark.parametrize("dtype", (np.int64, np.int32, np.uint8))
@pytest.mark.parametrize("function", (size_computed, truth), ids=lambda f: f.__name__)
def test_numpy_integers_that_decide_are_guarded(function, dtype):
    compiles(function, [dtype(k) for k in (5, 2, 0, 4, 5, 3)])


def test_numpy_integers_of_another_dtype_are_another_kind():
    f = elena.jit(lambda k: k + 1)
    for kind in (int, np.int64, np.int32, np.int8, np.uint64):
        for value in (1, 100):
            assert is_same(f(kind(value)), kind(value) + 1)
    assert f.stats()["compiles"] == 5


def test_large_integers_are_known_at_compile_time():
    f = elena.jit(lambda k: k + 1)
    for value in (2**31, -(2**31), 2**62, 2**80, np.int64(2**40), np.uint64(2**63 + 5)):
        assert is_same(f(value), value + 1)


def test_timedeltas_are_no_integers():
    f = elena.jit(lambda x, k: x + 1)
    x = np.ones(3)
    assert is_same(f(x, np.timedelta64(5, "s")), x + 1)


# ---- divisors that are 0 in the call that is traced ----------------------------------------------------------


def guarded_quotient(x):
    for i in range(len(x)):
        if i > 0:
            x[i] = 12 // i
        x[i] += 12 % i if i else 0
    return x.sum()


def skipped_quotient(x):
    for i in range(len(x)):
        if i == 0:
            continue
        x[i] = divmod(12, i)[1]
    return x.sum()


@pytest.mark.parametrize("size", [6, 100])
@pytest.mark.parametrize("function", (guarded_quotient, skipped_quotient), ids=lambda f: f.__name__)
def test_a_quotient_that_a_branch_guards(function, size):
    x, y = np.zeros(size), np.zeros(size)
    assert is_same(function(y), elena.jit(function)(x)) and is_same(y, x)


def test_a_divisor_that_was_0_at_the_first_call():
    def gcd(a, b):
        while b:
            a, b = b, a % b
        return a

    compiled = elena.jit(gcd)
    for a, b in ((0, 0), (5, 3), (12, 18), (7, 0), (0, 7)):
        assert compiled(a, b) == gcd(a, b)


# ---- Python's own functions of integers --------------------------------------------------------------------


def test_pow_with_a_modulus():
    compiled = elena.jit(lambda a, b, m: pow(a, b, m))
    for args in ((3, 2, 5), (2, 10, 7), (5, 0, 3), (-3, 3, 5), (3, 2, -5)):
        assert compiled(*args) == pow(*args)
    with pytest.raises(ValueError, match="pow"):
        compiled(3, 2, 0)
    with pytest.raises(elena.UnsupportedError, match="negative exponent"):
        compiled(3, -1, 7)


def test_shifts():
    for function in (lambda a, b: a << b, lambda a, b: a >> b):
        compiled = elena.jit(function)
        for args in ((7, 1), (7, 0), (-9, 2), (1, 5)):
            assert compiled(*args) == function(*args)
        with pytest.raises(ValueError, match="negative shift count"):
            compiled(7, -1)


@pytest.mark.parametrize("dtype", (np.int64, np.int32, np.uint8))
def test_a_step_that_is_the_larger_of_two(dtype):
    def fill(x, k):
        for i in range(0, len(x), max(k, 1)):
            x[i] = 1
        for i in range(-1, min(k, 9), max(k, 1)):
            x[i] += 2
        return x.sum()

    compiles(fill, [dtype(k) for k in (2, 0, 5, 1)])


def test_extremes_of_several_types_are_right_or_refused():
    for function in (lambda t, k: min(t, k), lambda t, k: max(2.0, k) + t):
        for args in ((1, np.int64(3)), (5, np.int64(3)), (1.5, np.int32(1))):
            try:
                found = elena.jit(function)(*args)
            except elena.UnsupportedError:
                continue
            assert is_same(found, function(*args))


def test_constants_of_other_units_are_others():
    f = elena.jit(lambda t: str(t.dtype))
    for value in (np.timedelta64(60, "s"), np.timedelta64(1, "m"), np.timedelta64(60, "s")):
        assert f(value) == str(value.dtype)


@pytest.mark.parametrize("size", [2.0, np.True_])
def test_sizes_that_are_no_integers(size):
    with pytest.raises(TypeError):
        elena.jit(lambda x, n: x.reshape(n, -1))(np.ones(4), size)


def axes(x, k):
    y = x.reshape(4, 4, 4)
    return (
        y.sum(axis=k), np.cumsum(y, axis=k), y.min(k), np.flip(y, k), np.concatenate([y, y], axis=k), np.stack([y, y], k),
        np.moveaxis(y, k, 0), y.mean(axis=(k, -1)) if k < 2 else y.mean(), np.take(y, [0, 1], axis=k), np.expand_dims(y, k),
    )  # fmt: skip


def counts(x, k):
    return (
        np.pad(x, k), np.roll(x, k), np.repeat(x[:3], k), np.tile(x[:3], k), x.reshape(len(x) // int(k), k).sum(axis=1),
        np.tril(np.ones((4, 4)), k), np.linspace(0, 1, k), np.array_split(x, k)[0], np.broadcast_to(x[:1], (k, k)),
        np.split(x, k)[-1],
    )  # fmt: skip


def test_quotients_of_int64_are_sizes():
    assert compiles(lambda x, k: x.reshape(len(x) // k, k) + x[len(x) % k], [np.int64(k) for k in (8, 16, 32)]) == 1


@pytest.mark.parametrize("dtype", (int, np.int64, np.int8))
def test_axes_and_counts_of_numpys_integers(dtype):
    compiles(axes, [dtype(k) for k in (0, 1, 2)])
    compiles(counts, [dtype(k) for k in (2, 1, 4)])
