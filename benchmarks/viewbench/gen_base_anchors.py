"""Base anchors of every feature level. Source: RetinaNet, RPN.

For each level: boxes around one centre, one per (ratio, scale) pair, the ratio slowest.
Views: newaxis, reshape, stack. In-place writes: none. Control flow: loop over levels.
"""

import math

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def gen_base_anchors(base_sizes, scales, ratios, center_offset=0.0):
    """base_sizes: list of int; scales: f32[S]; ratios: f32[R] -> list of f32[R*S, 4]."""
    h_ratios = np.sqrt(ratios)
    w_ratios = 1 / h_ratios
    levels = []
    for base_size in base_sizes:
        center = center_offset * base_size
        ws = (base_size * w_ratios[:, None] * scales[None, :]).reshape(-1)
        hs = (base_size * h_ratios[:, None] * scales[None, :]).reshape(-1)
        anchors = [center - ws / 2, center - hs / 2, center + ws / 2, center + hs / 2]
        levels.append(np.stack(anchors, axis=-1))
    return levels


def reference(base_sizes, scales, ratios, center_offset=0.0):
    levels = []
    for base in base_sizes:
        rows = []
        for ratio in ratios.tolist():
            for scale in scales.tolist():
                half_w = base * scale / math.sqrt(ratio) / 2
                half_h = base * scale * math.sqrt(ratio) / 2
                c = center_offset * base
                rows.append([c - half_w, c - half_h, c + half_w, c + half_h])
        levels.append(np.array(rows, np.float32).reshape(-1, 4))
    return levels


def ideal_bytes(base_sizes, scales, ratios, center_offset=0.0):
    """16 written per anchor; scales and ratios read once for all levels."""
    return len(base_sizes) * 16 * len(scales) * len(ratios) + scales.nbytes + ratios.nbytes


def make_args(size, rng):
    octaves = 2.0 ** (np.arange(size["scales"]) / size["scales"])
    ratios = np.geomspace(0.5, 2.0, size["ratios"]) if size["ratios"] > 1 else np.ones(size["ratios"])
    base_sizes = [4 << level for level in range(size["levels"])]
    return base_sizes, (4 * octaves).astype(np.float32), ratios.astype(np.float32), 0.5


CASES = (
    Case(
        name="gen_base_anchors",
        function=gen_base_anchors,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(levels=1, scales=3, ratios=1),
            "R": dict(levels=5, scales=3, ratios=3),
            "L": dict(levels=5, scales=16, ratios=12),
        },
        same_kind=(dict(levels=2, scales=40, ratios=30), dict(levels=2, scales=33, ratios=47)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(levels=2, scales=0, ratios=3),
    ),
)
