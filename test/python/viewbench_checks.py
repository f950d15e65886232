"""A ViewBench function, compiled, against NumPy on every buffer."""

import functools

import elena
import pytest
from compare import check_same
from viewbench import all_cases

CASES = all_cases()


@functools.cache
def compiled(function, fuse=True):
    return elena.jit(function, fuse=fuse)


def check(case, args, fuse=True):
    """`args`: a tuple, or a size."""
    check_same(
        case.function,
        compiled(case.function, fuse),
        lambda: args if isinstance(args, tuple) else case.args(args),
        ulp=case.ulp,
        ulp_scale=case.ulp_scale,
        ignore_zero_sign=case.ulp_scale > 0,
    )


def of(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def case_named(name):
    return next(case for case in CASES if case.name == name)
