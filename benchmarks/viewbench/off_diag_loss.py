"""Sum of squares off the diagonal of a correlation matrix. Source: Barlow Twins.

Without its last element a flat n x n matrix is (n-1) x (n+1) with the diagonal in column 0.
Views: reshape, slice. In-place writes: `**=` on a copy. Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1  # one reduction


def off_diag_loss(c):
    """c: f32[n, n] -> f32 scalar."""
    n = c.shape[0]
    off = c.flatten()[:-1].reshape(n - 1, n + 1)[:, 1:].flatten()
    off **= 2
    return off.sum()


def reference(c):
    total = 0.0
    for i, row in enumerate(c.astype(np.float64)):
        total += float((row[:i] ** 2).sum() + (row[i + 1 :] ** 2).sum())
    return np.float32(total)


def ideal_bytes(c):
    """4 per element."""
    return c.nbytes


def make_args(size, rng):
    n = size["n"]
    return (np.eye(n, dtype=np.float32) + rng.normal(0.0, 0.1, (n, n)).astype(np.float32),)


CASES = (
    Case(
        name="off_diag_loss",
        function=off_diag_loss,
        make_args=make_args,
        reference=reference,
        sizes={"S": dict(n=64), "R": dict(n=2048), "L": dict(n=8192)},
        same_kind=(dict(n=50), dict(n=77)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        ulp=8,
        ulp_reason="the order of a sum is free, as long as it is as accurate as NumPy's",
    ),
)
