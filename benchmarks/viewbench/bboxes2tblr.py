"""Boxes as distances (top, bottom, left, right) from a prior's centre, and back. Source: FSAF.

Views: slice, select, newaxis, concatenate, strided slice and flip. In-place writes:
`loc[:, :2] /= h`, `loc[:, 2:] /= w` (encode), `*=` and the clip of strided views (decode).
Control flow: `if normalize_by_wh`, `if max_shape is not None`.
"""

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1


def bboxes2tblr(priors, gts, normalizer=4.0, normalize_by_wh=True):
    """priors, gts: f32[N, 4] corners -> f32[N, 4] as (top, bottom, left, right)."""
    centers = (priors[:, 0:2] + priors[:, 2:4]) / 2
    top = centers[:, 1][:, None] - gts[:, 1:2]
    bottom = gts[:, 3:4] - centers[:, 1][:, None]
    left = centers[:, 0][:, None] - gts[:, 0:1]
    right = gts[:, 2:3] - centers[:, 0][:, None]
    loc = np.concatenate([top, bottom, left, right], axis=1)
    if normalize_by_wh:
        wh = priors[:, 2:4] - priors[:, 0:2]
        w, h = wh[:, 0:1], wh[:, 1:2]
        loc[:, :2] /= h
        loc[:, 2:] /= w
    return loc / normalizer


def tblr2bboxes(priors, tblr, normalizer=4.0, normalize_by_wh=True, max_shape=None):
    """priors: f32[N, 4]; tblr: f32[N, 4]; max_shape: (H, W) or None -> f32[N, 4] corners."""
    loc = tblr * normalizer
    centers = (priors[:, 0:2] + priors[:, 2:4]) / 2
    if normalize_by_wh:
        wh = priors[:, 2:4] - priors[:, 0:2]
        w, h = wh[:, 0:1], wh[:, 1:2]
        loc[:, :2] *= h
        loc[:, 2:] *= w
    # (top, left) and (bottom, right), flipped into (x, y)
    top_left = centers - loc[:, 0::2][:, ::-1]
    bottom_right = centers + loc[:, 1::2][:, ::-1]
    bboxes = np.concatenate([top_left, bottom_right], axis=1)
    if max_shape is not None:
        height, width = max_shape
        np.clip(bboxes[:, 0::2], 0, width, out=bboxes[:, 0::2])
        np.clip(bboxes[:, 1::2], 0, height, out=bboxes[:, 1::2])
    return bboxes


def encode_reference(priors, gts, normalizer=4.0, normalize_by_wh=True):
    out = np.empty_like(priors)
    for i, (prior, box) in enumerate(zip(priors, gts)):  # float32 scalars: distances cancel
        cx, cy = (prior[0] + prior[2]) / 2, (prior[1] + prior[3]) / 2
        w, h = (prior[2] - prior[0], prior[3] - prior[1]) if normalize_by_wh else (1, 1)
        out[i] = [(cy - box[1]) / h, (box[3] - cy) / h, (cx - box[0]) / w, (box[2] - cx) / w]
    return out / np.float32(normalizer)


def decode_reference(priors, tblr, normalizer=4.0, normalize_by_wh=True, max_shape=None):
    out = np.empty_like(priors)
    for i, (prior, loc) in enumerate(zip(priors.tolist(), tblr.tolist())):
        cx, cy = (prior[0] + prior[2]) / 2, (prior[1] + prior[3]) / 2
        w, h = (prior[2] - prior[0], prior[3] - prior[1]) if normalize_by_wh else (1, 1)
        top, bottom, left, right = [d * normalizer for d in loc]
        box = [cx - left * w, cy - top * h, cx + right * w, cy + bottom * h]
        if max_shape is not None:
            box = [min(max(v, 0), max_shape[1 - k % 2]) for k, v in enumerate(box)]
        out[i] = box
    return out


def ideal_bytes(priors, boxes, *options):
    """48 per box."""
    return 48 * len(priors)


def make_encode_args(size, rng):
    priors = random_boxes(size["n"], (800, 1333), rng)
    jitter = rng.uniform(-1.0, 1.0, (size["n"], 4)).astype(np.float32)
    return priors, priors + jitter, 4.0, True


def make_decode_args(size, rng):
    priors = random_boxes(size["n"], (800, 1333), rng)
    tblr = rng.uniform(0.0, 0.5, (size["n"], 4)).astype(np.float32)
    return priors, tblr, 4.0, True, (800, 1333)


SIZES = {"S": dict(n=128), "R": dict(n=5000), "L": dict(n=358400)}
SAME_KIND = (dict(n=100), dict(n=777))

CASES = (
    Case(
        name="bboxes2tblr",
        function=bboxes2tblr,
        make_args=make_encode_args,
        reference=encode_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0),
    ),
    Case(
        name="tblr2bboxes",
        function=tblr2bboxes,
        make_args=make_decode_args,
        reference=decode_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0),
    ),
)
