"""Flatten, activate and decode the predictions of all scales. Source: YOLOv3.

Per level the channels go last and the anchors into one axis (a copy), the box centres are
activated in place, then all levels are concatenated and decoded.
Views: transpose, reshape, slice, select, newaxis, concatenate, stack. In-place writes:
`pred[..., :2] = sigmoid(pred[..., :2])` per level. Control flow: loop over 3 levels.
"""

import math

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1  # three levels packed

ANCHORS = [  # widths and heights in pixels, coarsest level first
    [(116, 90), (156, 198), (373, 326)],
    [(30, 61), (62, 45), (59, 119)],
    [(10, 13), (16, 30), (33, 23)],
]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def decode(anchors, preds, strides):
    center_x = (anchors[..., 0] + anchors[..., 2]) * 0.5
    center_y = (anchors[..., 1] + anchors[..., 3]) * 0.5
    width = anchors[..., 2] - anchors[..., 0]
    height = anchors[..., 3] - anchors[..., 1]

    pred_x = (preds[..., 0] - 0.5) * strides + center_x
    pred_y = (preds[..., 1] - 0.5) * strides + center_y
    half_w = np.exp(preds[..., 2]) * width / 2
    half_h = np.exp(preds[..., 3]) * height / 2
    return np.stack([pred_x - half_w, pred_y - half_h, pred_x + half_w, pred_y + half_h], axis=-1)


def yolov3_head(levels, anchors, strides, attributes=85):
    """levels: list of f32[B, 3*85, H, W]; anchors: f32[N, 4] corners of all levels; strides: list of int.

    -> boxes f32[B, N, 4], objectness f32[B, N], classes f32[B, N, 80]
    """
    batch = levels[0].shape[0]
    flat_preds = []
    flat_strides = []
    for level, stride in zip(levels, strides):
        pred = level.transpose(0, 2, 3, 1).reshape(batch, -1, attributes)
        pred[..., :2] = sigmoid(pred[..., :2])
        flat_preds.append(pred)
        flat_strides.append(np.full(pred.shape[1], stride, dtype=np.float32))

    preds = np.concatenate(flat_preds, axis=1)
    boxes = decode(anchors[None], preds[..., :4], np.concatenate(flat_strides))
    return boxes, sigmoid(preds[..., 4]), sigmoid(preds[..., 5:])


def reference(levels, anchors, strides, attributes=85):
    batch, total = len(levels[0]), len(anchors)
    boxes = np.empty((batch, total, 4), np.float32)
    objectness = np.empty((batch, total), np.float32)
    classes = np.empty((batch, total, attributes - 5), np.float32)
    position = 0
    for level, stride in zip(levels, strides):
        for y, x, anchor in np.ndindex(*level.shape[2:], 3):
            for image in range(batch):
                values = level[image, anchor * attributes : (anchor + 1) * attributes, y, x].tolist()
                for axis in range(2):
                    low, high = anchors[position, axis].item(), anchors[position, 2 + axis].item()
                    shift = 1 / (1 + math.exp(-values[axis])) - 0.5
                    center = (low + high) / 2 + shift * stride
                    half = math.exp(values[2 + axis]) * (high - low) / 2
                    boxes[image, position, axis::2] = center - half, center + half
                objectness[image, position] = 1 / (1 + math.exp(-values[4]))
                classes[image, position] = [1 / (1 + math.exp(-v)) for v in values[5:]]
            position += 1
    return boxes, objectness, classes


def ideal_bytes(levels, anchors, strides, attributes=85):
    """680 per anchor and image; the anchors themselves read once."""
    return 2 * sum(level.nbytes for level in levels) + anchors.nbytes


def anchors_of_level(height, width, stride, sizes):
    """Corners of the anchors around the middle of every cell, the anchor fastest, float32[H*W*3, 4]."""
    y, x = np.mgrid[:height, :width]
    centers = np.stack([x, y], axis=-1)[:, :, None, :] * stride + stride / 2
    half = np.array(sizes) / 2
    return np.concatenate([centers - half, centers + half], axis=-1).reshape(-1, 4).astype(np.float32)


def make_args(size, rng):
    image_h, image_w = size["image"]
    strides = [32, 16, 8]
    grids = [(image_h // stride, image_w // stride) for stride in strides]
    levels = [rng.standard_normal((size["batch"], 255, h, w), dtype=np.float32) for h, w in grids]
    anchors = [anchors_of_level(h, w, s, sizes) for (h, w), s, sizes in zip(grids, strides, ANCHORS)]
    return levels, np.concatenate(anchors), strides


CASES = (
    Case(
        name="yolov3_head",
        function=yolov3_head,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(image=(320, 320), batch=1),
            "R": dict(image=(608, 608), batch=1),
            "L": dict(image=(608, 608), batch=8),
        },
        same_kind=(dict(image=(160, 192), batch=2), dict(image=(224, 256), batch=2)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(image=(0, 320), batch=1),
        ulp=4,
        ulp_scale=608.0,
        ulp_reason="exp; centre and half size may cancel, so ulp are those of the image's extent",
    ),
)
