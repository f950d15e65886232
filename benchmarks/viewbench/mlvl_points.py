"""Points of all feature levels. Source: FCOS point generator.

Per level one point at the middle of each cell, its two columns written one by one into
zeros; then the levels are concatenated.
Views: select, expand (tile, repeat), reshape, concatenate. In-place writes:
`shifts[:, k] = ` twice per level. Control flow: loop over 5 levels.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1  # five levels packed


def mlvl_points(featmap_sizes, strides):
    """featmap_sizes: list of (H, W); strides: list of int -> f32[sum H*W, 2] as (x, y)."""
    levels = []
    for (feat_h, feat_w), stride in zip(featmap_sizes, strides):
        shift_x = (np.arange(feat_w, dtype=np.float32) + 0.5) * stride
        shift_y = (np.arange(feat_h, dtype=np.float32) + 0.5) * stride
        shifts = np.zeros((feat_h * feat_w, 2), dtype=np.float32)
        shifts[:, 0] = np.tile(shift_x, feat_h)
        shifts[:, 1] = np.repeat(shift_y, feat_w)
        levels.append(shifts)
    return np.concatenate(levels, axis=0)


def reference(featmap_sizes, strides):
    points = []
    for (height, width), stride in zip(featmap_sizes, strides):
        for y in range(height):
            for x in range(width):
                points.append([(x + 0.5) * stride, (y + 0.5) * stride])
    return np.array(points, np.float32).reshape(-1, 2)


def ideal_bytes(featmap_sizes, strides):
    """8 written per point: the concatenation is free."""
    return sum(8 * height * width for height, width in featmap_sizes)


def make_args(size, rng):
    return size["featmaps"], [8, 16, 32, 64, 128]


CASES = (
    Case(
        name="mlvl_points",
        function=mlvl_points,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(featmaps=[(40, 40), (20, 20), (10, 10), (5, 5), (3, 3)]),
            "R": dict(featmaps=[(100, 168), (50, 84), (25, 42), (13, 21), (7, 11)]),
            "L": dict(featmaps=[(400, 672), (200, 336), (100, 168), (52, 84), (28, 44)]),
        },
        same_kind=(
            dict(featmaps=[(64, 96), (32, 48), (28, 30), (20, 25), (18, 19)]),
            dict(featmaps=[(80, 60), (40, 30), (38, 29), (33, 26), (31, 24)]),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(featmaps=[(0, 40), (20, 0), (0, 0), (0, 5), (3, 0)]),
    ),
)
