"""Overlap of all pairs of boxes, IoU and GIoU. Source: assigners and losses of all detectors.

Views: select, slice, newaxis. In-place writes: none. Control flow: `if` on the mode.
"""

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1  # no [N, M, 2] temporary


def bbox_overlaps(a, b, mode="iou", eps=1e-6):
    """a: f32[N, 4]; b: f32[M, 4] -> f32[N, M]."""
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])

    lt = np.maximum(a[:, None, :2], b[None, :, :2])
    rb = np.minimum(a[:, None, 2:], b[None, :, 2:])
    wh = np.clip(rb - lt, 0, None)
    overlap = wh[..., 0] * wh[..., 1]
    union = np.maximum(area_a[:, None] + area_b[None, :] - overlap, eps)
    ious = overlap / union
    if mode == "iou":
        return ious

    enclosed_lt = np.minimum(a[:, None, :2], b[None, :, :2])
    enclosed_rb = np.maximum(a[:, None, 2:], b[None, :, 2:])
    enclosed_wh = np.clip(enclosed_rb - enclosed_lt, 0, None)
    enclosed = np.maximum(enclosed_wh[..., 0] * enclosed_wh[..., 1], eps)
    return ious - (enclosed - union) / enclosed


def reference(a, b, mode="iou", eps=1e-6):
    out = np.empty((len(a), len(b)), np.float32)
    rows_b = b.tolist()
    for i, (ax1, ay1, ax2, ay2) in enumerate(a.tolist()):
        for j, (bx1, by1, bx2, by2) in enumerate(rows_b):
            inner = max(min(ax2, bx2) - max(ax1, bx1), 0) * max(min(ay2, by2) - max(ay1, by1), 0)
            union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - inner
            outer = (max(ax2, bx2) - min(ax1, bx1)) * (max(ay2, by2) - min(ay1, by1))
            union, outer = max(union, eps), max(outer, eps)
            out[i, j] = inner / union - (0 if mode == "iou" else (outer - union) / outer)
    return out


def ideal_bytes(a, b, *options):
    """4 written per pair; the boxes read once."""
    return 4 * len(a) * len(b) + a.nbytes + b.nbytes


def make_args(size, rng):
    a = random_boxes(size["n"], (800, 1333), rng)
    b = random_boxes(size["m"], (800, 1333), rng)
    return a, b, size["mode"]


def case(name, mode):
    return Case(
        name=name,
        function=bbox_overlaps,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(n=400, m=72, mode=mode),
            "R": dict(n=1000, m=1000, mode=mode),
            "L": dict(n=201600, m=100, mode=mode),
        },
        same_kind=(dict(n=100, m=60, mode=mode), dict(n=77, m=133, mode=mode)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0, m=72, mode=mode),
    )


CASES = (case("bbox_overlaps", "iou"), case("bbox_overlaps_giou", "giou"))
