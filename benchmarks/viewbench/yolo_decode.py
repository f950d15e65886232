"""Decode YOLOv3 predictions. Source: the YOLOv3 box coder.

Views: select, slice, newaxis, stack. In-place writes: none. Control flow: none.
"""

import math

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1


def yolo_decode(anchors, pred, stride):
    """anchors: f32[N, 4] corners; pred: f32[N, 4]; stride: f32[N] -> f32[N, 4] corners."""
    xy_centers = (anchors[..., :2] + anchors[..., 2:]) * 0.5
    wh = anchors[..., 2:] - anchors[..., :2]
    xy_centers = (pred[..., :2] - 0.5) * stride[:, None] + xy_centers
    half_wh = np.exp(pred[..., 2:]) * wh * 0.5
    corners = [
        xy_centers[..., 0] - half_wh[..., 0],
        xy_centers[..., 1] - half_wh[..., 1],
        xy_centers[..., 0] + half_wh[..., 0],
        xy_centers[..., 1] + half_wh[..., 1],
    ]
    return np.stack(corners, axis=-1)


def reference(anchors, pred, stride):
    out = np.empty_like(anchors)
    for i in range(len(anchors)):
        for axis in range(2):
            low, high = float(anchors[i, axis]), float(anchors[i, 2 + axis])
            center = (low + high) / 2 + (float(pred[i, axis]) - 0.5) * float(stride[i])
            half = (high - low) / 2 * math.exp(pred[i, 2 + axis])
            out[i, axis], out[i, 2 + axis] = center - half, center + half
    return out


def ideal_bytes(anchors, pred, stride):
    """52 per box."""
    return 52 * len(anchors)


def make_args(size, rng):
    n = size["n"]
    anchors = random_boxes(n, (608, 608), rng)
    center = rng.uniform(0.0, 1.0, (n, 2))
    growth = rng.normal(0.0, 0.4, (n, 2))
    stride = rng.choice([8.0, 16.0, 32.0], n)
    return anchors, np.hstack([center, growth]).astype(np.float32), stride.astype(np.float32)


CASES = (
    Case(
        name="yolo_decode",
        function=yolo_decode,
        make_args=make_args,
        reference=reference,
        sizes={"S": dict(n=224), "R": dict(n=22743), "L": dict(n=363888)},
        same_kind=(dict(n=100), dict(n=777)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0),
        ulp=4,
        ulp_scale=608.0,
        ulp_reason="exp; centre and half size may cancel, so ulp are those of the image's extent",
    ),
)
