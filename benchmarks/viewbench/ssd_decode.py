"""Decode SSD predictions. Source: SSD, YOLACT.

Views: slice, concatenate. In-place writes: two dependent slice updates, the second reads
what the first wrote. Control flow: none.
"""

import math

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def ssd_decode(loc, priors, variances=(0.1, 0.2)):
    """loc: f32[N, 4]; priors: f32[N, 4] as (cx, cy, w, h), relative -> f32[N, 4] corners."""
    boxes = np.concatenate(
        [
            priors[:, :2] + loc[:, :2] * variances[0] * priors[:, 2:],
            priors[:, 2:] * np.exp(loc[:, 2:] * variances[1]),
        ],
        axis=1,
    )
    boxes[:, :2] -= boxes[:, 2:] / 2
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def reference(loc, priors, variances=(0.1, 0.2)):
    out = np.empty_like(loc)
    for i in range(len(loc)):
        for axis in range(2):
            side = float(priors[i, 2 + axis])
            center = float(priors[i, axis]) + variances[0] * float(loc[i, axis]) * side
            half = side * math.exp(variances[1] * float(loc[i, 2 + axis])) / 2
            out[i, axis], out[i, 2 + axis] = center - half, center + half
    return out


def ideal_bytes(loc, priors, variances=None):
    """48 per box."""
    return 48 * len(loc)


def make_args(size, rng):
    loc = rng.normal(0.0, 1.0, (size["n"], 4)).astype(np.float32)
    priors = rng.uniform(0.02, 1.0, (size["n"], 4)).astype(np.float32)
    return loc, priors, (0.1, 0.2)


CASES = (
    Case(
        name="ssd_decode",
        function=ssd_decode,
        make_args=make_args,
        reference=reference,
        sizes={"S": dict(n=300), "R": dict(n=19248), "L": dict(n=307968)},
        same_kind=(dict(n=100), dict(n=777)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0),
        ulp=4,
        ulp_scale=1.0,
        ulp_reason="exp; centre and half size may cancel, so ulp are those of the unit square",
    ),
)
