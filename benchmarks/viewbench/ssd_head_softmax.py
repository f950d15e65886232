"""Flatten the predictions of all scales and normalise the classes. Source: SSD.

Per level the channels go last and the anchors into one axis, for the classes and for the
locations; the levels are concatenated, the background's probability is cut off.
Views: transpose, reshape, slice, concatenate. In-place writes: none. Control flow: loop over 6 levels.
"""

import math

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1  # a row softmax over six packed levels; the locations are copied beside it


def softmax(x):
    exponentials = np.exp(x - x.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def flatten_levels(levels, attributes):
    flat = []
    for level in levels:
        batch, channels, height, width = level.shape
        anchors = channels // attributes
        flat.append(level.transpose(0, 2, 3, 1).reshape(batch, height * width * anchors, attributes))
    return np.concatenate(flat, axis=1)


def ssd_head_softmax(class_levels, location_levels, num_classes=81):
    """class_levels: list of f32[B, A*81, H, W]; location_levels: list of f32[B, A*4, H, W].

    -> probabilities without the background f32[B, N, 80], a view; locations f32[B, N, 4]
    """
    scores = softmax(flatten_levels(class_levels, num_classes))
    return scores[..., 1:], flatten_levels(location_levels, 4)


def reference(class_levels, location_levels, num_classes=81):
    scores, locations = [], []
    for classes, boxes in zip(class_levels, location_levels):
        for y, x, anchor in np.ndindex(*classes.shape[2:], boxes.shape[1] // 4):
            logits = classes[:, anchor * num_classes : (anchor + 1) * num_classes, y, x].astype(np.float64)
            weights = [[math.exp(v) for v in row] for row in logits]
            scores.append([[w / math.fsum(row) for w in row] for row in weights])
            locations.append(boxes[:, anchor * 4 : anchor * 4 + 4, y, x])
    scores = np.array(scores, np.float32).reshape(-1, len(class_levels[0]), num_classes)
    locations = np.array(locations, np.float32).reshape(-1, len(class_levels[0]), 4)
    return scores.swapaxes(0, 1)[:, :, 1:], locations.swapaxes(0, 1)


def ideal_bytes(class_levels, location_levels, num_classes=81):
    """676 per anchor and image: 85 values read, 84 written."""
    classes = sum(level.nbytes for level in class_levels)
    locations = sum(level.nbytes for level in location_levels)
    return classes + classes // num_classes * (num_classes - 1) + 2 * locations


def make_args(size, rng):
    anchors = size["anchors"]
    levels = list(zip(size["featmaps"], anchors))

    def random_levels(attributes):
        return [
            rng.standard_normal((size["batch"], count * attributes, side, side), dtype=np.float32)
            for side, count in levels
        ]

    return random_levels(81), random_levels(4)


SSD300 = dict(featmaps=(38, 19, 10, 5, 3, 1), anchors=(4, 6, 6, 6, 4, 4))  # 8732 anchors
SSDLITE320 = dict(featmaps=(20, 10, 5, 3, 2, 1), anchors=(6,) * 6)  # 3234 anchors

CASES = (
    Case(
        name="ssd_head_softmax",
        function=ssd_head_softmax,
        make_args=make_args,
        reference=reference,
        sizes={"S": dict(SSDLITE320, batch=1), "R": dict(SSD300, batch=1), "L": dict(SSD300, batch=8)},
        same_kind=(
            dict(featmaps=(11, 9, 7, 6, 5, 1), anchors=(6,) * 6, batch=2),
            dict(featmaps=(12, 10, 9, 8, 6, 1), anchors=(6,) * 6, batch=2),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(featmaps=(0,) * 6, anchors=(6,) * 6, batch=1),
        ulp=8,
        ulp_reason="exp, and the order of the sum of 81 of them",
    ),
)
