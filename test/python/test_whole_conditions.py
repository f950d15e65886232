"""Python bools made of arrays: bool(), assert, np.array_equal and np.allclose decide at run time."""

import numpy as np
import pytest
from runtime_loops import check, floats

import elena


def bool_of_any(x):
    if bool((x > 1).any()):
        x[x > 1] = 1
    return bool(x[0]), bool((x > 0).all())


def bool_of_one(x):
    return bool(x)


def asserts(x):
    x[0] = 1
    assert x[1] > 0, "not positive"
    x[1] = 2
    return x.sum()


def asserts_all(x):
    assert (x == x).all()
    return x + 1


def equal(x, y):
    if np.array_equal(x, y):
        x[:] = 0
    return np.array_equal(x, x), np.array_equal(x, y, equal_nan=True)


def close(x, y):
    return np.allclose(x, y), np.allclose(x, y, rtol=0, atol=1e-3, equal_nan=True)


NAN = np.array([1.0, np.nan, 3.0])


@pytest.mark.parametrize("values", [floats(5), np.zeros(5), np.full(5, 3.0), NAN])
def test_bool_of_data(values):
    check(bool_of_any, (values.copy(),))


def test_bool_of_an_array_of_one_element():
    for value in (np.array([0.0]), np.array([[2]]), np.array(3.5), np.array([True])):
        check(bool_of_one, (value,))
    with pytest.raises(ValueError, match="truth value"):
        elena.jit(bool_of_one)(np.ones(2))


def test_assertion_on_data_keeps_what_was_written_before():
    check(asserts, (np.ones(3),), (-np.ones(3),), (NAN.copy(),))
    check(asserts_all, (np.ones(3),), (NAN.copy(),))
    check(asserts_all, (np.ones(0),))


def test_array_equal_and_allclose():
    check(equal, (np.ones(3), np.ones(3)), (NAN.copy(), NAN.copy()), (np.ones(3), np.zeros(3)))
    check(equal, (np.ones(3), np.ones(4)))
    check(equal, (np.ones((2, 2)), np.ones(4)))
    check(equal, (np.arange(3), np.arange(3.0)))
    check(equal, (np.ones(0), np.ones(0)))
    check(close, (np.ones(3), np.ones(3) + 1e-9), (NAN.copy(), NAN + 1e-4), (np.ones(3), np.zeros(3)))
    check(close, (np.array([np.inf, 1]), np.array([np.inf, 1])), (np.array([np.inf, 1]), np.array([-np.inf, 1])))


def test_numbers_that_no_integer_can_hold():
    first = elena.jit(lambda x: int(x[0]))
    with pytest.raises(ValueError, match="NaN"):
        first(np.array([np.nan]))
    with pytest.raises(OverflowError, match="infinity"):
        first(np.array([-np.inf]))
    assert first(np.array([-3.7])) == -3


def test_argmax_into_another_integer_type():
    def into(x, out):
        return np.argmax(x, axis=1, out=out)

    x = floats(4, 5)
    for dtype in (np.int8, np.uint8, np.int32, np.int64, bool):
        check(into, (x, np.zeros(4, dtype)))
    for dtype in (np.uint64, np.float64):
        with pytest.raises(TypeError, match="Cannot cast array data"):
            elena.jit(into)(x, np.zeros(4, dtype))


def test_steps_that_data_decide_are_refused_unless_their_sign_is_known():
    def steps(x, k):
        x[:: int(k[0])] = 1

    def loop(x, k):
        for i in range(0, 8, int(k[0])):
            x[i] = 1

    def steps_up(x, k):
        x[:: max(int(k[0]), 1)] = 1
        for i in range(0, 8, max(int(k[0]), 1)):
            x[i] += 1

    with pytest.raises(elena.UnsupportedError, match="slice whose step depends"):
        elena.jit(steps)(np.ones(8), np.array([2]))
    with pytest.raises(elena.UnsupportedError, match="step that depends on data"):
        elena.jit(loop)(np.ones(8), np.array([2]))
    check(steps_up, (floats(20), np.array([3])), (floats(20), np.array([-3])))


def test_steps_that_are_arguments():
    def steps(x, k):
        for i in range(1, len(x), k):
            x[i] = -1
        x[::k] += 1
        return x[::-k]

    for k in (1, 3, -2, -1, 100):
        check(steps, (floats(20), k))


@pytest.mark.parametrize(("call", "hint"), [(np.cross, "formula"), (np.convolve, "slices"), (sorted, "sort before")])
def test_hint_for(call, hint):
    with pytest.raises(elena.UnsupportedError, match=hint):
        elena.jit(lambda x: call(x, x) if call is not sorted else call(x))(np.ones(3))


def test_closeness_of_integers_does_not_wrap():
    u, v = np.array([1, 2, 3], np.uint8), np.array([2, 3, 4], np.uint8)
    check(lambda a, b: (np.allclose(a, b, atol=1), np.isclose(a, b[0], atol=1), np.isclose(a, b, atol=300)), (u, v))
    small = np.array([100, -100, -128], np.int8)
    check(lambda a, b: np.isclose(a, b, rtol=1, atol=1), (small, -small))
    large = np.array([2**62, -(2**63), 5])
    check(lambda a, b: np.allclose(a, b, atol=1), (large, np.array([-(2**62), -(2**63), 6])))
    check(lambda a: (np.allclose(a, a), np.isclose(a, 1)), (np.array([True, False]),))
    check(lambda a: np.isclose(a, 3, rtol=0.5), (np.array([1, 2, 3, 4], np.int16),))
    check(lambda a: np.isclose(np.inf, a), (np.array([1, np.inf, -np.inf, np.nan]),))
