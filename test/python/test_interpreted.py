"""Functions run by interpreting the plan, in many orders, against NumPy."""

import numpy as np
import pytest
from compare import check_same
from elena import _native
from elena.testing.interpreted import interpreted
from interpreted_programs import PROGRAMS
from viewbench import all_cases

SEEDS = range(5)
InterpreterError = _native.native.InterpreterError


@pytest.mark.parametrize("fuse", [True, False])
@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_viewbench(case, fuse):
    function = interpreted(case.function, fuse=fuse)
    for seed in SEEDS:
        # What conflicts does so in any order; to look for it takes most of the time.
        function.seed, function.find_conflicts = seed, seed == 0
        check_same(
            case.function,
            function,
            lambda: case.args("S"),
            ulp=case.ulp,
            ulp_scale=case.ulp_scale,
            ignore_zero_sign=case.ulp_scale > 0,
        )


@pytest.mark.parametrize("name", PROGRAMS)
def test_small_programs(name):
    program, make_args = PROGRAMS[name]
    for fuse in (True, False):
        function = interpreted(program, fuse=fuse)
        for seed in SEEDS:
            function.seed = seed
            check_same(program, function, make_args, untouched_on_raise=False)


def test_two_arguments_that_overlap():
    def add(out, x):
        out += x

    storage = np.arange(30, dtype=np.float32)
    check_same(add, interpreted(add, seed=3), lambda: (storage[1:], storage[:-1]))


def test_a_check_that_depends_on_data():
    function = interpreted(lambda x, i: x[i])
    with pytest.raises(IndexError, match="index 9 is out of bounds"):
        function(np.arange(6.0), np.array([9]))


def test_what_nobody_writes_is_garbage():
    def half(x):
        y = np.empty_like(x)
        y[::2] = x[::2]
        return y

    x = np.arange(6, dtype=np.float32)
    results = [interpreted(half, seed=seed)(x) for seed in SEEDS]
    assert all((result[::2] == x[::2]).all() for result in results)
    assert np.isnan(results[0][1]) and results[1][1] < -1e18


def test_errors_are_raised():
    text = """func.func @f(%x: !tensorref.ref<?xi64>) -> i64 attributes {elena.entry} {
        %r = tensorref.strided_view %x offset 5 sizes [] strides [] : !tensorref.ref<?xi64> to !tensorref.ref<i64>
        %v = tensorref.load %r : !tensorref.ref<i64>
        return %v : i64
    }"""
    interpreter = _native.native.Interpreter(text)
    words, results = np.array([np.zeros(5, np.int64).ctypes.data, 5, 1]), np.zeros(1, np.int64)
    with pytest.raises(InterpreterError, match="touches cell 5 of argument 0"):
        interpreter.run(words.ctypes.data, results.ctypes.data, 0)


def test_a_program_that_does_not_parse():
    with pytest.raises(InterpreterError, match="could not be planned"):
        _native.native.Interpreter("func.func @f(")


def test_entries_are_given_back():
    double = lambda x: x + x  # noqa: E731
    x = np.arange(3)
    for _ in range(1100):
        assert interpreted(double)(x)[2] == 4
