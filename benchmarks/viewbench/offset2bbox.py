"""Decode box offsets, with the old "+1" box sizes. Source: SenseTime POD.

Views: select, strided slice, newaxis. In-place writes: four stores `pred[:, k::4] = ` into
zeros (the zero fill is dead). Control flow: none.
"""

import math

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1


def offset2bbox(boxes, offset):
    """boxes: f32[N, 4]; offset: f32[N, 4*C] -> f32[N, 4*C]."""
    widths = boxes[:, 2] - boxes[:, 0] + 1
    heights = boxes[:, 3] - boxes[:, 1] + 1
    ctr_x = boxes[:, 0] + 0.5 * widths
    ctr_y = boxes[:, 1] + 0.5 * heights

    dx = offset[:, 0::4]
    dy = offset[:, 1::4]
    dw = np.minimum(offset[:, 2::4], math.log(1000 / 16))
    dh = np.minimum(offset[:, 3::4], math.log(1000 / 16))

    pred_ctr_x = dx * widths[:, None] + ctr_x[:, None]
    pred_ctr_y = dy * heights[:, None] + ctr_y[:, None]
    pred_w = np.exp(dw) * widths[:, None]
    pred_h = np.exp(dh) * heights[:, None]

    pred = np.zeros(offset.shape, dtype=offset.dtype)
    pred[:, 0::4] = pred_ctr_x - pred_w / 2
    pred[:, 1::4] = pred_ctr_y - pred_h / 2
    pred[:, 2::4] = pred_ctr_x + pred_w / 2 - 1
    pred[:, 3::4] = pred_ctr_y + pred_h / 2 - 1
    return pred


def reference(boxes, offset):
    out = np.empty_like(offset)
    for i in range(offset.shape[0]):
        for c in range(offset.shape[1] // 4):
            for axis in range(2):
                low = float(boxes[i, axis])
                side = float(boxes[i, 2 + axis]) - low + 1
                center = low + side * (0.5 + float(offset[i, 4 * c + axis]))
                half = side * min(math.exp(offset[i, 4 * c + 2 + axis]), 62.5) / 2
                out[i, 4 * c + axis] = center - half
                out[i, 4 * c + 2 + axis] = center + half - 1
    return out


def ideal_bytes(boxes, offset):
    """48 per box with C = 1; 16 + 32*C in general."""
    return boxes.nbytes + 2 * offset.nbytes


def make_args(size, rng):
    boxes = random_boxes(size["n"], (800, 1333), rng)
    offset = rng.normal(0.0, 0.2, (size["n"], 4 * size["classes"])).astype(np.float32)
    offset[::50, 2::4] = 7.0  # beyond the bound of the width
    return boxes, offset


CASES = (
    Case(
        name="offset2bbox",
        function=offset2bbox,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(n=128, classes=1),
            "R": dict(n=4000, classes=1),
            "L": dict(n=201600, classes=1),
        },
        same_kind=(dict(n=100, classes=21), dict(n=333, classes=30)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0, classes=21),
        ulp=4,
        ulp_scale=1333.0 * 62.5,
        ulp_reason="exp; centre and half size may cancel, so ulp are those of the largest size",
    ),
)
