"""PyTorch AOTAutograd (pytorch/pytorch#139789): functionalization of writes to arguments that overlap.

The version compiled for arguments that do not overlap is used again, without a check, for ones that do.
"""

import elena
import numpy as np
import pytest
from compare import check_same
from miscompiles import check, spellings, square


def reported(a, b):
    a *= 2
    return a + b


def both_changed(a, b):
    a += 1
    b *= 2
    return a + b


def each_from_the_other(a, b):
    a[1:] = b[:-1]
    b[1:] = a[:-1]


def first_read_after_second_written(a, b):
    c = a * 3
    b[...] = c
    return a - c


def swapped(a, b):
    kept = a.copy()
    a[...] = b
    b[...] = kept


ALIASES = {
    "apart": lambda x: (x, x.copy()),
    "same": lambda x: (x, x),
    "shifted": lambda x: (x[1:], x[:-1]),
    "shifted back": lambda x: (x[:-1], x[1:]),
    "transposed": lambda x: (x, x.T),
    "reversed": lambda x: (x, x[::-1]),
    "columns interleaved": lambda x: (x[:, ::2], x[:, 1::2]),
    "columns overlapping": lambda x: (x[:, :6], x[:, 4:]),
}


@spellings(reported, both_changed, each_from_the_other, first_read_after_second_written, swapped)
@pytest.mark.parametrize("alias", ALIASES)
def test_aliased_arguments(fn, alias):
    check(fn, lambda: ALIASES[alias](square(np.float32)))


def test_one_compiled_version_serves_all_aliases():
    compiled = elena.jit(both_changed)
    for _ in range(2):
        for make in ALIASES.values():
            check_same(both_changed, compiled, lambda make=make: make(square(np.float32)))
