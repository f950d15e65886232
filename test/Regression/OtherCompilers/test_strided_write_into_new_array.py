"""MLX (ml-explore/mlx#3716): fusion under mx.compile into a strided slice of a new array.

base[::-1] += 2.0 * x[::-1] writes one element only; without the arithmetic, or forwards, all of them.
"""

import numpy as np
from miscompiles import check_dtypes, spellings


def reported(x):
    base = np.zeros_like(x)
    base[::-1] += 2 * x[::-1]
    return base


def interleave(x):
    y = np.zeros((20, 10), dtype=x.dtype)
    y[::2] = x
    y[1::2] = x[::-1]
    return y


def every_third_backwards(x):
    y = np.empty(30, dtype=x.dtype)
    for k in range(3):
        y[29 - k :: -3] = x[k]
    return y


@spellings(reported, interleave, every_third_backwards)
def test_strided_write(fn):
    check_dtypes(fn)
