"""What is refused: elena.UnsupportedError says where, shows the line with a caret, and what to write instead."""

import sys

import numpy as np
import pytest

import elena
from elena.frontend.source import binder_of, code_parameters
from elena.frontend.tracing import trace_call

X = np.arange(12, dtype=np.float32).reshape(3, 4)


def refusal(fn, *args):
    with pytest.raises(elena.UnsupportedError) as error:
        trace_call(fn, binder_of(fn)(*args), code_parameters(fn.__code__))
    return error.value


def test_message_has_file_line_caret_and_hint():
    def f(x):
        y = x + 1
        if y.sum() > 3:
            return x
        return y

    error = refusal(f, X)
    lines = str(error).splitlines()
    first = f.__code__.co_firstlineno
    assert lines[0].startswith(f"{__file__}:{first + 2}:")
    assert lines[1] == "          if y.sum() > 3:"
    assert lines[2].index("^") == lines[1].index("y.sum")
    assert "np.where" in lines[3]
    assert (error.file, error.line) == (__file__, first + 2)


def yields(x):
    yield x


def defines_a_class(x):
    class A:
        pass

    return x


async def is_async(x):
    return x


def prints(x):
    print(x)
    return x


def opens(x):
    return open("file")


def unknown_numpy(x):
    return np.linalg.svd(x)


def random_numbers(x):
    return x + np.random.rand(3)


def unknown_method(x):
    return x.byteswap()


def or_of_arrays(x):
    return x or x


def comprehension_over_runtime_range(x, n):
    return [x + i for i in range(n)]


def rows_of_a_long_array(x, n):
    return [row + 1 for row in x]


def endless(x):
    while True:
        x = x + 1


def deep(x):
    return deep(x)


def with_file(x):
    with memoryview(b"") as m:
        return x, m


def array_in_text(x):
    return f"{x}"


def list_by_data(x):
    return [x, x + 1][x[0, 0].astype(np.int64)]


def file_method(x):
    return __import__("os").getcwd()


@pytest.mark.parametrize(
    "fn, words",
    [
        (yields, "'yield'"),
        (defines_a_class, "'class'"),
        (is_async, "async"),
        (prints, "print"),
        (opens, "open"),
        (unknown_numpy, "numpy.linalg.svd"),
        (random_numbers, "random"),
        (unknown_method, "ndarray.byteswap"),
        (or_of_arrays, None),
        (endless, "64"),
        (deep, "deep"),
        (with_file, "memoryview"),
        (array_in_text, "text"),
        (list_by_data, "np.stack"),
        (file_method, "__import__"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_refused(fn, words):
    if fn is or_of_arrays:  # NumPy's own error
        with pytest.raises(ValueError, match="ambiguous"):
            trace_call(fn, (np.ones((3, 4)),), ["x"])
        return
    error = refusal(fn, X)
    assert words in str(error)
    if fn is not deep:
        assert error.file == __file__ and error.line > fn.__code__.co_firstlineno - 1


def test_long_loops_over_run_time_sizes():
    assert "at most 64" in str(refusal(comprehension_over_runtime_range, X, 100))
    assert "rows" in str(refusal(rows_of_a_long_array, np.ones(100, np.float32), 1))


def test_numpys_errors_carry_the_place():
    def f(x, y):
        z = x + 1
        return z + y

    with pytest.raises(ValueError) as error:
        trace_call(f, (X, np.ones((3, 3), np.float32)), ["x", "y"])
    message = str(error.value)
    assert message.startswith("operands could not be broadcast together with shapes (3,4) (3,3)")
    assert f"test_unsupported.py:{f.__code__.co_firstlineno + 2}: return z + y" in message
    assert message.count("test_unsupported.py") == 1


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions have no notes before Python 3.11")
def test_errors_in_inlined_functions_tell_the_calls():
    def inner(x):
        return np.fft.fft(x)

    def outer(x):
        return inner(x) + 1

    error = refusal(outer, X)
    assert error.line == inner.__code__.co_firstlineno + 1
    (note,) = error.__notes__
    assert "inner" in note and f"{__file__}:{outer.__code__.co_firstlineno + 1}: return inner(x) + 1" in note


def test_pythons_errors_carry_the_place():
    def f(x):
        return x, int("no number")

    with pytest.raises(ValueError, match=r"invalid literal for int.*test_unsupported.py:\d+: return x, int"):
        trace_call(f, (X,), ["x"])


@pytest.mark.parametrize(
    "value, words",
    [
        (np.array([None]), "dtype object"),
        (np.ones(3, np.complex64), "complex64"),
        (np.ones(3, np.float16), "float16"),
        (np.zeros(2, [("a", "i4")]), "structured"),
        (np.array(["a"]), "str"),
        (np.ones(3, ">f4"), "byte-swapped"),
        (np.ma.masked_array([1.0], [True]), "masked"),
        (np.rec.array([(1, 2)], [("a", "i4"), ("b", "i4")]), "subclass"),
        (np.array(["2020-01-01"], "datetime64[D]"), "datetime64"),
    ],
    ids=lambda value: str(getattr(value, "dtype", value)),
)
def test_arrays_that_are_refused_by_name(value, words):
    with pytest.raises(TypeError, match="argument 'boxes'") as error:
        trace_call(lambda boxes: boxes, (value,), ["boxes"])
    assert words in str(error.value)


def test_nested_arguments_are_named():
    with pytest.raises(TypeError, match=r"argument 'xs\[1\]\['k'\]'"):
        trace_call(lambda xs: xs, (([1], {"k": np.ones(2, np.float16)}),), ["xs"])


# ---- hints and messages that newcomers meet ----------------------------------------------------------------


@pytest.mark.parametrize(
    "fn, what, hint",
    [
        (lambda x: np.sort(x), "numpy.sort", "sort before the compiled function"),
        (lambda x: np.median(x), "numpy.median", "sort before the compiled function"),
        (lambda x: np.fft.fft(x), "numpy.fft.fft", "compute it before the call"),
        (lambda x: np.add.at(x, [0], 1), "numpy.add.at", "use x[idx] += v on unique indices"),
        (lambda x: np.vectorize(len)(x), "numpy.vectorize", "whole arrays"),
        (lambda x: np.nanargmax(x), "numpy.nanargmax", "supported: np.argmax"),
        (lambda x: x.byteswap(), "ndarray.byteswap", "docs/NumPy.md lists the supported functions"),
        (lambda x: np.kaiser(3, 1), "numpy.kaiser", "compute it before the call"),
        (lambda x: np.packbits(x), "numpy.packbits", "docs/NumPy.md lists the supported functions"),
        (lambda x: np.exp(x.astype(np.uint8)), "NumPy's result dtype is float16 here", "dtype=np.float32"),
    ],
)
def test_hints_of_unknown_functions(fn, what, hint):
    error = refusal(fn, X)
    assert what in error.what and hint in error.hint
    assert error.file == __file__ and "np.norm" not in error.hint


def test_np_vectorize_is_blamed_where_it_is_used():
    by_element = np.vectorize(lambda v: v + 1)
    assert "numpy.vectorize" in refusal(lambda x: by_element(x), X).what
    with pytest.raises(elena.UnsupportedError, match="np.vectorize") as error:
        elena.jit(by_element)
    assert error.value.file == __file__


@pytest.mark.parametrize("mode", ["raise", "call", "print", "log"])
def test_errstate_that_reports_is_refused(mode):
    def f(x):
        with np.errstate(divide=mode):
            return x / 0

    assert "raises no floating-point warnings" in refusal(f, X).hint


def test_errstate_that_does_nothing_is_accepted():
    def f(x):
        with np.errstate(divide="ignore", over="warn"):
            return x + 1

    trace_call(f, (X,), ["x"])
    with pytest.raises(ValueError, match="invalid error mode"):
        trace_call(lambda x: np.errstate(all="loud"), (X,), ["x"])


def test_no_source_is_one_clean_error():
    namespace = {}
    exec("def f(x):\n    return x", namespace)
    error = refusal(namespace["f"], X)
    assert "linecache" in error.hint
    assert error.__cause__ is None and (error.__suppress_context__ or error.__context__ is None)
