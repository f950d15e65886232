"""What the files of this folder share."""

import elena
import numpy as np
import pytest
from compare import check_same

EXTENT = 10


def square(dtype=np.int64):
    """[10, 10], no two elements equal."""
    return np.arange(EXTENT * EXTENT).reshape(EXTENT, EXTENT).astype(dtype)


def check(fn, make_args):
    check_same(fn, elena.jit(fn), make_args)


def check_dtypes(fn):
    check(fn, lambda: (square(np.int32),))
    check(fn, lambda: (square(np.float32),))


def spellings(*functions):
    return pytest.mark.parametrize("fn", functions, ids=lambda fn: fn.__name__)
