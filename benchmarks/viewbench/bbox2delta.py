"""Encode ground-truth boxes relative to proposals. Source: the R-CNN family.

Views: select, newaxis (of the constants), stack. In-place writes: `deltas -= means`,
`deltas /= stds`. Control flow: none.
"""

import math

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1


def bbox2delta(proposals, gt, means=(0.0, 0.0, 0.0, 0.0), stds=(0.1, 0.1, 0.2, 0.2)):
    """proposals, gt: f32[N, 4] corners; means, stds: 4 floats -> f32[N, 4]."""
    px = (proposals[..., 0] + proposals[..., 2]) * 0.5
    py = (proposals[..., 1] + proposals[..., 3]) * 0.5
    pw = proposals[..., 2] - proposals[..., 0]
    ph = proposals[..., 3] - proposals[..., 1]

    gx = (gt[..., 0] + gt[..., 2]) * 0.5
    gy = (gt[..., 1] + gt[..., 3]) * 0.5
    gw = gt[..., 2] - gt[..., 0]
    gh = gt[..., 3] - gt[..., 1]

    dx = (gx - px) / pw
    dy = (gy - py) / ph
    dw = np.log(gw / pw)
    dh = np.log(gh / ph)
    deltas = np.stack([dx, dy, dw, dh], axis=-1)

    deltas -= np.array(means, dtype=np.float32)[None, :]
    deltas /= np.array(stds, dtype=np.float32)[None, :]
    return deltas


def reference(proposals, gt, means=(0.0, 0.0, 0.0, 0.0), stds=(0.1, 0.1, 0.2, 0.2)):
    out = np.empty((len(proposals), 4), np.float32)
    for i, (p, g) in enumerate(zip(proposals, gt)):  # float32 scalars: the shifts cancel
        for axis in range(2):
            p_size, g_size = p[2 + axis] - p[axis], g[2 + axis] - g[axis]
            shift = ((g[axis] + g[2 + axis]) / 2 - (p[axis] + p[2 + axis]) / 2) / p_size
            growth = math.log(g_size) - math.log(p_size)
            out[i, axis] = (shift - means[axis]) / stds[axis]
            out[i, 2 + axis] = (growth - means[2 + axis]) / stds[2 + axis]
    return out


def ideal_bytes(proposals, gt, means=None, stds=None):
    """48 per box: both boxes read, the delta written."""
    return 48 * len(proposals)


def make_args(size, rng):
    proposals = random_boxes(size["n"], (800, 1333), rng)
    jitter = rng.uniform(-1.0, 1.0, (size["n"], 4)).astype(np.float32)
    means, stds = (0.0, 0.0, 0.0, 0.0), (0.1, 0.1, 0.2, 0.2)
    return proposals, proposals + jitter, means, stds


CASES = (
    Case(
        name="bbox2delta",
        function=bbox2delta,
        make_args=make_args,
        reference=reference,
        sizes={"S": dict(n=128), "R": dict(n=2000), "L": dict(n=201600)},
        same_kind=(dict(n=100), dict(n=777)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0),
        ulp=4,
        ulp_reason="log",
    ),
)
