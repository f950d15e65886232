"""The comparison helpers themselves: they accept what is equal and detect every kind of difference."""

import ctypes

import numpy as np
import pytest
from compare import (
    check_same,
    clone_arguments,
    module_from_source,
    ulp_difference,
)


def ramp(*shape, dtype=np.float32):
    return np.arange(1, 1 + np.prod(shape, dtype=int)).reshape(shape).astype(dtype)


# ulp_difference ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_ulp_difference_counts_numbers_through_zero(dtype):
    tiny = np.nextafter(dtype(0), dtype(1))
    one = dtype(1)
    table = [
        (one, one, 0),
        (one, np.nextafter(one, dtype(2)), 1),
        (one, np.nextafter(one, dtype(0)), 1),
        (dtype(0.0), dtype(-0.0), 0),
        (dtype(0.0), tiny, 1),
        (-tiny, tiny, 2),
        (-3 * tiny, 2 * tiny, 5),
        (np.finfo(dtype).max, dtype(np.inf), 1),
        (dtype(np.nan), dtype(np.nan), 0),
        (dtype(np.nan), -dtype(np.nan), 0),
        (dtype(np.nan), one, np.iinfo(np.uint64).max),
    ]
    for a, b, expected in table:
        assert ulp_difference(a, b) == expected, (a, b)
        assert ulp_difference(b, a) == expected, (b, a)


def test_ulp_difference_of_the_largest_doubles_does_not_overflow():
    largest = np.float64(np.finfo(np.float64).max)
    assert ulp_difference(-largest, largest) == 2 * int(largest.view(np.int64))


def test_ulp_difference_is_elementwise():
    a = ramp(3, 4)
    b = a.copy()
    b[1, 2] = np.nextafter(b[1, 2], np.float32(100))
    assert ulp_difference(a.T, b.T).tolist() == (a != b).astype(int).T.tolist()


def test_ulp_difference_wants_equal_float_dtypes():
    with pytest.raises(TypeError):
        ulp_difference(np.float32(1), np.float64(1))
    with pytest.raises(TypeError):
        ulp_difference(np.int32(1), np.int32(1))


# clone_arguments -----------------------------------------------------------------------------


def relations(tree):
    """Everything about a tuple of arrays but its addresses."""
    start = min(a.ctypes.data for a in tree)
    return [(a.shape, a.strides, a.dtype, a.flags.writeable, a.ctypes.data - start) for a in tree]


def views_of_one_base():
    base = ramp(6, 8)
    return base[1:4], base[2:5, ::2], base[::-1, ::-1], base.T, base[3], base[0, 0, None], base


def test_clone_keeps_views_and_values():
    given = views_of_one_base()
    clone = clone_arguments(given)
    assert len(clone.storages) == 1
    assert relations(clone.tree) == relations(given)
    for a, b in zip(given, clone.tree):
        assert np.array_equal(a, b) and not np.shares_memory(a, b)


def test_clone_keeps_what_no_argument_shows():
    base = ramp(10)
    clone = clone_arguments((base[2:8:2],))
    assert np.array_equal(clone.storages[0].data.view(np.float32), base)


def test_clone_keeps_identity_alignment_and_flags():
    raw = np.zeros(41, np.uint8)
    misaligned = raw[1:41].view(np.float32)
    read_only = ramp(3)
    read_only.flags.writeable = False
    first, again, odd, fixed = clone_arguments((raw, raw, misaligned, read_only)).tree
    assert first is again
    assert odd.ctypes.data == first.ctypes.data + 1
    assert (odd.ctypes.data - misaligned.ctypes.data) % 64 == 0
    assert not fixed.flags.writeable


def test_clone_keeps_nested_containers():
    x = ramp(4)
    tree = ([x, {"a": x[1:], "b": (x, 3)}], "text", None, 2.5)
    clone = clone_arguments(tree).tree
    assert clone[1:] == tree[1:]
    assert clone[0][0] is clone[0][1]["b"][0]
    assert clone[0][1]["a"].ctypes.data == clone[0][0].ctypes.data + 4
    assert clone[0][1]["b"][1] == 3


def test_clone_of_arrays_without_elements_and_without_dimensions():
    base = ramp(4)
    tree = (np.empty((0, 3)), base[4:], np.array(2.0), np.broadcast_to(np.float32(3), (2, 5)))
    clone = clone_arguments(tree).tree
    for a, b in zip(tree, clone):
        assert (a.shape, a.dtype) == (b.shape, b.dtype) and np.array_equal(a, b)
    assert clone[3].strides == (0, 0)


def test_clone_of_as_strided_windows_and_of_foreign_memory():
    windows = np.lib.stride_tricks.as_strided(ramp(10), (4, 4), (8, 4))
    foreign = np.frombuffer((ctypes.c_float * 6)(*range(6)), np.float32)
    clone = clone_arguments((windows, foreign[::2])).tree
    assert np.array_equal(clone[0], windows) and clone[0].strides == (8, 4)
    assert np.array_equal(clone[1], [0, 2, 4])


def test_clone_refuses_what_it_cannot_copy():
    with pytest.raises(TypeError):
        clone_arguments((np.array([None]),))
    with pytest.raises(TypeError):
        clone_arguments((np.ma.masked_array([1.0]),))


# check_same accepts --------------------------------------------------------------------------

x_and_rows = lambda: (ramp(6, 4), 2)  # noqa: E731


def view_of_argument(x, n):
    x[n:] *= 2
    return x[n:, ::-1], [x.T, {"sum": x.sum(), "n": n, "none": None}], x[:n] + 1


def raises_before_writing(x, n):
    y = x + np.ones(n + 77)
    x[:] = 0
    return y


def raises_after_writing(x, n):
    x[:] = 0
    return x[n + 77]


def test_accepts_the_function_itself():
    check_same(view_of_argument, view_of_argument, x_and_rows)
    check_same(view_of_argument, view_of_argument, lambda: (np.zeros((0, 4)), 0))
    check_same(raises_before_writing, raises_before_writing, x_and_rows)
    check_same(raises_after_writing, raises_after_writing, x_and_rows, untouched_on_raise=False)


def test_accepts_arguments_that_overlap():
    def fn(a, b):
        a += b
        return b[::2]

    base = ramp(12)
    for pair in [(base, base), (base[1:], base[:-1]), (base[:6], base[5::-1]), (base[::2], base[1::2])]:
        check_same(fn, fn, lambda pair=pair: pair)
    assert np.array_equal(base, ramp(12))  # what make_args gave is never written


def test_accepts_any_nan_for_nan():
    def payload(x):
        return (x.view(np.uint32) + np.uint32(1)).view(np.float32)

    check_same(lambda x: x.copy(), payload, lambda: (np.full(3, np.nan, np.float32),))


def test_returns_the_result():
    assert np.array_equal(check_same(np.sqrt, np.sqrt, lambda: (ramp(3),)), np.sqrt(ramp(3)))


# check_same detects --------------------------------------------------------------------------


def differs(fn, compiled, make_args=lambda: (ramp(6, 4),), message=None, **options):
    with pytest.raises(AssertionError, match=message):
        check_same(fn, compiled, make_args, **options)


def writing(index, value):
    def fn(x):
        x[index] = value

    return fn


RESULT_DIFFERENCES = {
    "tuple or list": (lambda x: (x, x), lambda x: [x, x], "type list"),
    "length": (lambda x: (x, x), lambda x: (x,), "length 1"),
    "dict keys": (lambda x: {"a": x}, lambda x: {"b": x}, "keys"),
    "dict order": (lambda x: dict(a=1, b=2), lambda x: dict(b=2, a=1), "keys"),
    "None": (lambda x: None, lambda x: 0, "type int"),
    "Python int": (lambda x: 3, lambda x: 4, "4, NumPy 3"),
    "int or bool": (lambda x: 1, lambda x: True, "type bool"),
    "Python float": (lambda x: 0.5, lambda x: 0.25, "result"),
    "scalar or Python": (lambda x: x[0, 0], lambda x: float(x[0, 0]), "type float"),
    "scalar or 0-d": (lambda x: x[0, 0], lambda x: np.asarray(x[0, 0]), "type ndarray"),
    "scalar dtype": (lambda x: np.float32(1), lambda x: np.float64(1), "type float64"),
    "dtype": (lambda x: x + 1, lambda x: x + np.ones(4), "dtype float64"),
    "shape": (lambda x: x.sum(0), lambda x: x.sum(0, keepdims=True), "shape"),
    "value": (lambda x: x + 1, lambda x: np.nextafter(x + 1, np.float32(0)), "1 ulp"),
    "bool value": (lambda x: x > 3, lambda x: x >= 3, "1 of 24"),
    "int value": (lambda x: x.astype(int), lambda x: x.astype(int) + (x == 7), "8.*, NumPy"),
    "NaN": (lambda x: x + 1, lambda x: np.where(x == 3, np.nan, x + 1).astype("f4"), "nan"),
    "sign of zero": (lambda x: x * 0, lambda x: x * -0.0, "-0.0"),
    "strides of a new array": (lambda x: x + 1, lambda x: np.asfortranarray(x + 1), "strides"),
    "writeable": (lambda x: x + 1, lambda x: np.broadcast_to(x + 1, x.shape), "writeable"),
    "view or copy": (lambda x: x[1:], lambda x: x[1:].copy(), "new memory, NumPy byte 16"),
    "copy or view": (lambda x: x[1:].copy(), lambda x: x[1:], "byte 16 .*, NumPy new memory"),
    "nested value": (lambda x: (x, [x + 1]), lambda x: (x, [x + 2]), r"result\[1\]\[0\]\[0, 0\]"),
}


@pytest.mark.parametrize("difference", RESULT_DIFFERENCES)
def test_detects_results_that_differ(difference):
    fn, compiled, message = RESULT_DIFFERENCES[difference]
    differs(fn, compiled, message=message)


def test_detects_a_view_at_another_offset():
    differs(lambda x: x[0], lambda x: x[1], lambda: (np.ones((3, 4)),), "byte 32 of .*, NumPy byte 0")


def test_detects_a_view_of_another_argument():
    pair = lambda: (np.ones(3), np.ones(3))  # noqa: E731
    differs(lambda x, y: x, lambda x, y: y, pair, r"argument\[1\], NumPy .*argument\[0\]")


def test_detects_a_view_with_other_strides():
    ones = lambda: (np.ones((3, 3)),)  # noqa: E731
    differs(lambda x: x, lambda x: x.T, ones, "strides")
    differs(lambda x: x, lambda x: x.T, ones, "strides", fresh_strides=False)


def test_detects_results_that_share_memory():
    def together(x):
        y = x + 1
        return y, y

    def shifted(x):
        y = np.concatenate([x + 1, x + 1])
        return y[: len(x)], y[len(x) :]

    def same(x):
        y = x + 1
        return y[:0:-1], y[1:]

    def copies(x):
        return (x + 1)[:0:-1], (x + 1)[1:]

    def apart(x):
        return x + 1, x + 1

    differs(apart, together, message="share memory, 0 bytes apart, NumPy share no memory")
    differs(together, apart, message="share no memory")
    differs(same, copies, message="share no memory")
    check_same(apart, shifted, lambda: (ramp(6, 4),))


def test_detects_writes_that_differ():
    differs(writing(0, 5), writing(1, 5), message=r"argument\[0\]\[0, 0\]")
    differs(writing(0, 5), writing(0, 6), message=r"argument\[0\]")
    differs(lambda x: None, writing((0, 0), 5), message="1 of 24")
    differs(writing((0, 0), 5), lambda x: None, message="1 of 24")


def test_detects_writes_to_hidden_elements_of_a_base():
    def beyond(x):
        np.lib.stride_tricks.as_strided(x, (8,), (4,))[1] = 7

    differs(lambda x: None, beyond, lambda: (ramp(8)[::2],), "bytes differ that no argument shows")


def test_detects_missing_and_wrong_exceptions():
    def type_error(x, n):
        raise TypeError

    def no_error(x, n):
        return x

    differs(raises_before_writing, no_error, x_and_rows, "returned, NumPy raised ValueError")
    differs(raises_before_writing, type_error, x_and_rows, "raised TypeError.*NumPy raised ValueError")
    differs(no_error, type_error, x_and_rows, "NumPy did not")


def test_accepts_only_the_builtins_behind_numpy_exceptions():
    def bad_axis(x):
        return x.sum(axis=7)

    def raising(error):
        def fn(x):
            raise error

        return fn

    class Refused(ValueError):
        pass

    check_same(bad_axis, raising(IndexError()), lambda: (ramp(3),))
    check_same(bad_axis, raising(ValueError()), lambda: (ramp(3),))
    differs(bad_axis, raising(TypeError()))
    differs(bad_axis, raising(Refused()))


def test_detects_writes_before_an_exception():
    differs(raises_after_writing, raises_after_writing, x_and_rows, r"argument\[0\]")
    check_same(raises_after_writing, raises_after_writing, x_and_rows, untouched_on_raise=False)


def test_tolerances():
    def up(steps):
        return lambda x: (x.view(np.int32) + np.int32(steps)).view(np.float32)

    args = lambda: (np.array([1.0, 3.0, 1e-6], np.float32),)  # noqa: E731
    check_same(up(0), up(2), args, ulp=2)
    differs(up(0), up(3), args, "3 ulp", ulp=2)

    def cancelled(x):
        return x - np.float32(1) + np.float32(1e-7)

    differs(lambda x: x - np.float32(1), cancelled, args, ulp=2)
    check_same(lambda x: x - np.float32(1), cancelled, args, ulp=2, ulp_scale=1.0)
    differs(lambda x: x - np.float32(1), cancelled, args, ulp=2, ulp_scale=0.1)
    check_same(lambda x: x * 0, lambda x: x * -0.0, args, ignore_zero_sign=True)
    differs(lambda x: x * 0, lambda x: x * -0.0, args, ulp=2)


def test_module_from_source(tmp_path):
    module = module_from_source(tmp_path, "def f(x):\n    return np.sqrt(x)\n")
    other = module_from_source(tmp_path, "def f(x):\n    return x\n")
    assert (module.f(4.0), other.f(4.0)) == (2.0, 4.0)
    assert module.__file__ != other.__file__
