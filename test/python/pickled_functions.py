"""Functions that test_pickling.py sends to other processes."""

import numpy as np

import elena

OFFSET = 3.0


@elena.jit
def row_sums(x):
    y = x.copy()
    y[:, 1:] += x[:, :-1]
    return y.sum(axis=1) + OFFSET


@elena.jit(fuse=False, name="other")
def unfused(x):
    return np.maximum(x, 0) * 2


class Scaler:
    def __init__(self, factor):
        self.factor = factor

    @elena.jit
    def scale(self, x):
        return x * self.factor
