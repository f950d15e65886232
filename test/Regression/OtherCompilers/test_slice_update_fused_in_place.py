"""XLA:CPU (openxla/xla#49176): in-place fusion of dynamic-update-slice with a shifted slice of its own operand.

The fused loop reads elements that it has already overwritten.
"""

import numpy as np
from miscompiles import check, spellings, square


def reported(x):
    base = x + 1
    base[1:] = base[:-1]
    return base.reshape((1, *base.shape))


def producer_shifted_by_one(x):
    y = np.zeros_like(x)
    y[1:] = (x * x + 1)[:-1]
    return y + x


def producer_and_consumer_shifted(x):
    y = x * 2
    y[1:] -= y[:-1]
    z = y + 1
    z[:-1] += y[1:]
    return z


def shifted_out_and_back(x):
    y = np.concatenate([x[:1], x])
    y[1:] += y[:-1]
    return y[1:] - y[:-1]


@spellings(reported, producer_shifted_by_one, producer_and_consumer_shifted, shifted_out_and_back)
def test_shift_inside_a_producer(fn):
    check(fn, lambda: (square(np.float32),))
