"""Decode class-specific box deltas. Source: R-CNN, `delta2bbox` with C classes.

Views: slice, strided slice, reshape, expand (repeat), concatenate. In-place writes: clip
of the two strided column views. Control flow: `if max_shape is not None`.
"""

import math

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1


def delta2bbox(
    rois,
    deltas,
    means=(0.0, 0.0, 0.0, 0.0),
    stds=(0.1, 0.1, 0.2, 0.2),
    max_shape=None,
    wh_ratio_clip=16 / 1000,
):
    """rois: f32[N, 4]; deltas: f32[N, 4*C]; max_shape: (H, W) or None -> f32[N, 4*C]."""
    num_rois = deltas.shape[0]
    num_classes = deltas.shape[1] // 4
    deltas = deltas.reshape(-1, 4)
    denorm = deltas * np.array(stds, dtype=np.float32) + np.array(means, dtype=np.float32)
    rois = np.repeat(rois, num_classes, axis=0)

    dxy = denorm[:, :2]
    dwh = denorm[:, 2:]
    pxy = (rois[:, :2] + rois[:, 2:]) * 0.5
    pwh = rois[:, 2:] - rois[:, :2]

    max_ratio = abs(math.log(wh_ratio_clip))
    dwh = np.clip(dwh, -max_ratio, max_ratio)
    gxy = pxy + pwh * dxy
    gwh = pwh * np.exp(dwh)
    bboxes = np.concatenate([gxy - gwh * 0.5, gxy + gwh * 0.5], axis=-1)

    if max_shape is not None:
        height, width = max_shape
        np.clip(bboxes[..., 0::2], 0, width, out=bboxes[..., 0::2])
        np.clip(bboxes[..., 1::2], 0, height, out=bboxes[..., 1::2])
    return bboxes.reshape(num_rois, 4 * num_classes)


def reference(rois, deltas, means, stds, max_shape=None, wh_ratio_clip=16 / 1000):
    limit = -math.log(wh_ratio_clip)
    out = np.empty_like(deltas)
    for i in range(deltas.shape[0]):
        for c in range(deltas.shape[1] // 4):
            for axis in range(2):
                low, high = float(rois[i, axis]), float(rois[i, 2 + axis])
                shift = float(deltas[i, 4 * c + axis]) * stds[axis] + means[axis]
                growth = float(deltas[i, 4 * c + 2 + axis]) * stds[2 + axis] + means[2 + axis]
                center = (low + high) / 2 + shift * (high - low)
                half = (high - low) * math.exp(min(max(growth, -limit), limit)) / 2
                corners = [center - half, center + half]
                if max_shape is not None:
                    corners = [min(max(v, 0), max_shape[1 - axis]) for v in corners]
                out[i, 4 * c + axis], out[i, 4 * c + 2 + axis] = corners
    return out


def ideal_bytes(rois, deltas, *options):
    """32 per (roi, class), 16 per roi."""
    return 2 * deltas.nbytes + rois.nbytes


def make_args(size, rng):
    n, classes = size["n"], size["classes"]
    rois = random_boxes(n, (800, 1333), rng)
    deltas = rng.normal(0.0, 1.0, (n, 4 * classes)).astype(np.float32)
    means, stds = (0.0, 0.0, 0.0, 0.0), (0.1, 0.1, 0.2, 0.2)
    return rois, deltas, means, stds, (800, 1333)


CASES = (
    Case(
        name="delta2bbox",
        function=delta2bbox,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(n=1000, classes=1),
            "R": dict(n=1000, classes=80),
            "L": dict(n=1000, classes=1203),
        },
        same_kind=(dict(n=100, classes=80), dict(n=333, classes=91)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0, classes=80),
        ulp=4,
        ulp_scale=1333.0,
        ulp_reason="exp; centre and half size may cancel, so ulp are those of the image's extent",
    ),
)
