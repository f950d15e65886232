"""MLIR (llvm/llvm-project#218696, #211599): affine-loop-fusion past a write through a second memref of one buffer.

A store through a memref.cast or reinterpret_cast of the buffer is not seen: the loops before and after it are fused.
"""

import elena
import numpy as np
import pytest
from miscompiles import check, check_dtypes, spellings, square


def same_dtype_without_copy(x):
    y = x.astype(x.dtype, copy=False)
    y[0] = 1
    return x + y


def second_name(x):
    y = np.asarray(x)
    z = np.ascontiguousarray(y)
    z[1:3] = y[:2]
    return y


def cast_is_a_copy(x):
    y = x.astype(x.dtype)
    y[0] = 1
    return x, y


def bits_rewritten(x):
    y = x.view(np.int32)
    y[0] = 7
    return x, y


@spellings(same_dtype_without_copy, second_name, cast_is_a_copy)
def test_second_handle(fn):
    check_dtypes(fn)


def test_second_handle_of_another_dtype_is_refused():
    """A view of the same bytes as another type would need cells of bytes: refused, and nothing is written."""
    check(bits_rewritten, lambda: (square(np.int32),))
    x = square(np.float32)
    before = x.copy()
    with pytest.raises(elena.UnsupportedError, match="view of another dtype"):
        elena.jit(bits_rewritten)(x)
    np.testing.assert_array_equal(x, before)
