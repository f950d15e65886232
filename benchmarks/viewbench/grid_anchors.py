"""Anchors of one feature level. Source: RetinaNet, RPN `single_level_grid_priors`.

The base anchors shifted to every cell of a feature map, row-major, the anchor fastest.
Views: newaxis, expand (meshgrid), reshape, stack. In-place writes: none. Control flow: none.
"""

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1


def grid_anchors(base_anchors, featmap_size, stride):
    """base_anchors: f32[A, 4]; featmap_size: (H, W); stride: int -> f32[H*W*A, 4]."""
    feat_h, feat_w = featmap_size
    shift_x = np.arange(feat_w, dtype=np.float32) * stride
    shift_y = np.arange(feat_h, dtype=np.float32) * stride
    shift_xx, shift_yy = np.meshgrid(shift_x, shift_y)
    shift_xx = shift_xx.reshape(-1)
    shift_yy = shift_yy.reshape(-1)
    shifts = np.stack([shift_xx, shift_yy, shift_xx, shift_yy], axis=-1)
    anchors = base_anchors[None, :, :] + shifts[:, None, :]
    return anchors.reshape(-1, 4)


def reference(base_anchors, featmap_size, stride):
    height, width = featmap_size
    count = len(base_anchors)
    out = np.empty((height * width * count, 4), np.float32)
    for row in range(len(out)):
        cell, anchor = divmod(row, count)
        y, x = divmod(cell, width)
        out[row] = base_anchors[anchor] + np.array([x, y, x, y], np.float32) * stride
    return out


def ideal_bytes(base_anchors, featmap_size, stride):
    """16 written per anchor; the base anchors read once."""
    height, width = featmap_size
    return 16 * height * width * len(base_anchors) + base_anchors.nbytes


def make_args(size, rng):
    boxes = random_boxes(size["anchors"], (128, 128), rng) - np.float32(64)
    return boxes, size["featmap"], size["stride"]


CASES = (
    Case(
        name="grid_anchors",
        function=grid_anchors,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(featmap=(16, 32), stride=16, anchors=8),
            "R": dict(featmap=(100, 168), stride=8, anchors=9),
            "L": dict(featmap=(200, 336), stride=4, anchors=9),
        },
        same_kind=(
            dict(featmap=(25, 42), stride=32, anchors=9),
            dict(featmap=(50, 84), stride=16, anchors=9),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(featmap=(0, 21), stride=8, anchors=9),
    ),
)
