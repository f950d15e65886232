"""TVM Relax (apache/tvm#19577): an operation made in-place, beside two expand_dims of one array.

DataflowUseInplaceCalls lets a product write into the buffer that the other view still reads.
"""

import numpy as np
from miscompiles import check_dtypes, spellings


def reported(x):
    a = np.expand_dims(x, 1)
    b = np.expand_dims(x, 1)
    product = a * b
    return np.concatenate([product, b], axis=1)


def sibling_of_expand_dims(x):
    a = x + 1
    b = np.expand_dims(a, 0)
    c = np.expand_dims(a, 1)
    b *= 2
    return c


def copy_of_expand_dims(x):
    b = np.expand_dims(x, 0).copy()
    b *= 2
    return x + b


def in_place_after_view(x):
    a = x * 1
    row = a[3]
    np.negative(a, out=a)
    return row, a


@spellings(reported, sibling_of_expand_dims, copy_of_expand_dims, in_place_after_view)
def test_sibling_view(fn):
    check_dtypes(fn)
