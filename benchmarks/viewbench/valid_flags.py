"""Which anchors lie inside the unpadded image. Source: RPN `single_level_valid_flags`.

Two bool vectors whose first entries are set by slice assignment; their outer "and";
each flag repeated for every base anchor.
Views: slice, newaxis, expand, reshape. In-place writes: `v[:w] = 1`. Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def valid_flags(featmap_size, valid_size, num_base_anchors):
    """featmap_size, valid_size: (H, W); num_base_anchors: int A -> bool[H*W*A]."""
    feat_h, feat_w = featmap_size
    valid_h, valid_w = valid_size
    valid_x = np.zeros(feat_w, dtype=bool)
    valid_y = np.zeros(feat_h, dtype=bool)
    valid_x[:valid_w] = 1
    valid_y[:valid_h] = 1
    valid = (valid_y[:, None] & valid_x[None, :]).reshape(-1)
    return np.broadcast_to(valid[:, None], (valid.size, num_base_anchors)).reshape(-1)


def reference(featmap_size, valid_size, num_base_anchors):
    height, width = featmap_size
    valid_h, valid_w = valid_size
    flags = []
    for y in range(height):
        for x in range(width):
            flags += [y < valid_h and x < valid_w] * num_base_anchors
    return np.array(flags, bool)


def ideal_bytes(featmap_size, valid_size, num_base_anchors):
    """1 written per flag."""
    return featmap_size[0] * featmap_size[1] * num_base_anchors


def make_args(size, rng):
    return size["featmap"], size["valid"], size["anchors"]


CASES = (
    Case(
        name="valid_flags",
        function=valid_flags,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(featmap=(25, 42), valid=(25, 38), anchors=9),
            "R": dict(featmap=(100, 168), valid=(100, 150), anchors=9),
            "L": dict(featmap=(480, 360), valid=(431, 360), anchors=9),
        },
        same_kind=(
            dict(featmap=(50, 84), valid=(50, 70), anchors=9),
            dict(featmap=(37, 99), valid=(30, 120), anchors=9),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(featmap=(0, 42), valid=(0, 42), anchors=9),
    ),
)
