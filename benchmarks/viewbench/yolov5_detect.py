"""Decode the predictions of all scales of the Detect head. Source: YOLOv5.

Per level the channels are split into anchors and attributes, the attributes go last;
centres and sizes are decoded in place; then the levels are flattened and concatenated.
Views: reshape, transpose, slice, newaxis, stack, concatenate. In-place writes: `y[..., 0:2] = ` and
`y[..., 2:4] = `, each from the old values. Control flow: loop over 3 levels.
"""

import math

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1  # three levels packed

STRIDES = [8, 16, 32]
ANCHORS = [  # widths and heights in pixels, finest level first
    [(10, 13), (16, 30), (33, 23)],
    [(30, 61), (62, 45), (59, 119)],
    [(116, 90), (156, 198), (373, 326)],
]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def make_grid(height, width):
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([x, y], axis=-1)


def yolov5_detect(levels, anchors, strides, attributes=85):
    """levels: list of f32[B, 3*85, H, W]; anchors: f32[levels, 3, 2]; strides: list of int -> f32[B, N, 85]."""
    outputs = []
    for i, x in enumerate(levels):
        batch, _, height, width = x.shape
        x = x.reshape(batch, 3, attributes, height, width).transpose(0, 1, 3, 4, 2)
        y = sigmoid(x)
        y[..., 0:2] = (y[..., 0:2] * 2 - 0.5 + make_grid(height, width)) * strides[i]
        y[..., 2:4] = (y[..., 2:4] * 2) ** 2 * anchors[i][:, None, None, :]
        outputs.append(y.reshape(batch, 3 * height * width, attributes))
    return np.concatenate(outputs, axis=1)


def reference(levels, anchors, strides, attributes=85):
    images = []
    for image in range(len(levels[0])):
        rows = []
        for level, level_anchors, stride in zip(levels, anchors.tolist(), strides):
            for anchor, y, x in np.ndindex(3, *level.shape[2:]):
                row = level[image, anchor * attributes : (anchor + 1) * attributes, y, x].tolist()
                row = [1 / (1 + math.exp(-value)) for value in row]
                width, height = level_anchors[anchor]
                box = [
                    (2 * row[0] - 0.5 + x) * stride,
                    (2 * row[1] - 0.5 + y) * stride,
                    4 * row[2] * row[2] * width,
                    4 * row[3] * row[3] * height,
                ]
                rows.append(box + row[4:])
        images.append(rows)
    return np.array(images, np.float32).reshape(len(images), -1, attributes)


def ideal_bytes(levels, anchors, strides, attributes=85):
    """680 per anchor and image."""
    return 2 * sum(level.nbytes for level in levels)


def make_args(size, rng):
    height, width = size["image"]
    shapes = [(size["batch"], 255, height // stride, width // stride) for stride in STRIDES]
    levels = [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]
    return levels, np.array(ANCHORS, np.float32), STRIDES


CASES = (
    Case(
        name="yolov5_detect",
        function=yolov5_detect,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(image=(320, 320), batch=1),
            "R": dict(image=(640, 640), batch=1),
            "L": dict(image=(640, 640), batch=8),
        },
        same_kind=(dict(image=(160, 192), batch=2), dict(image=(224, 256), batch=2)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(image=(0, 320), batch=1),
        ulp=8,
        ulp_scale=32.0,
        ulp_reason="exp, squared for sizes; a centre may cancel, so ulp are those of the largest stride",
    ),
)
