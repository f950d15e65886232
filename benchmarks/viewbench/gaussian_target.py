"""Draw a Gaussian at the centre of every object into a heat map. Source: CenterNet.

Views: slice (bounds from the boxes), select, newaxis. In-place writes: `np.maximum(view, patch, out=view)`.
Control flow: loop over objects.
"""

import math

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1


def gaussian_radius(height, width, min_overlap=0.3):
    """The largest shift of corners that keeps the overlap, the smallest of three situations."""
    total = height + width
    area = height * width
    outside = (total - np.sqrt(total**2 - 4 * area * (1 - min_overlap) / (1 + min_overlap))) / 2
    inside = (2 * total - np.sqrt(4 * total**2 - 16 * (1 - min_overlap) * area)) / 8
    b = 2 * min_overlap * total
    apart = (np.sqrt(b**2 + 16 * min_overlap * (1 - min_overlap) * area) - b) / (8 * min_overlap)
    return min(outside, inside, apart)


def gaussian_patch(radius):
    offsets = np.arange(-radius, radius + 1, dtype=np.float32)
    sigma = (2 * radius + 1) / 6
    patch = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * sigma * sigma))
    patch[patch < np.finfo(np.float32).eps * patch.max()] = 0
    return patch


def gaussian_target(boxes, labels, num_classes, height, width):
    """boxes: f32[N, 4] in cells of the heat map; labels: i64[N] -> f32[num_classes, height, width]."""
    heatmap = np.zeros((num_classes, height, width), dtype=np.float32)
    for i in range(len(boxes)):
        x1, y1, x2, y2 = boxes[i]
        radius = max(0, int(gaussian_radius(y2 - y1, x2 - x1)))
        patch = gaussian_patch(radius)
        x = int((x1 + x2) / 2)
        y = int((y1 + y2) / 2)

        left, right = min(x, radius), min(width - x, radius + 1)
        top, bottom = min(y, radius), min(height - y, radius + 1)
        view = heatmap[labels[i], y - top : y + bottom, x - left : x + right]
        patch = patch[radius - top : radius + bottom, radius - left : radius + right]
        np.maximum(view, patch, out=view)
    return heatmap


def radius_reference(h, w, overlap=0.3):
    """From the quadratic equations (a, b, c) of the three situations."""
    equations = [
        (1, -(h + w), w * h * (1 - overlap) / (1 + overlap)),
        (4, -2 * (h + w), (1 - overlap) * w * h),
        (4 * overlap, 2 * overlap * (h + w), (overlap - 1) * w * h),
    ]
    roots = [np.roots(equation) for equation in equations]
    return max(0, int(min(min(r for r in pair if r > 0) for pair in roots)))


def reference(boxes, labels, num_classes, height, width):
    out = np.zeros((num_classes, height, width), np.float32)
    for (x1, y1, x2, y2), label in zip(boxes.tolist(), labels.tolist()):
        radius = radius_reference(y2 - y1, x2 - x1)
        sigma = (2 * radius + 1) / 6
        cx, cy = math.floor((x1 + x2) / 2), math.floor((y1 + y2) / 2)
        for y in range(max(cy - radius, 0), min(cy + radius + 1, height)):
            for x in range(max(cx - radius, 0), min(cx + radius + 1, width)):
                value = math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma**2))
                if value >= 2.0**-23:
                    out[label, y, x] = max(out[label, y, x], value)
    return out


def ideal_bytes(boxes, labels, num_classes, height, width):
    """4 written per element of the heat map, 8 more per element of a patch inside of it."""
    touched = 0
    for x1, y1, x2, y2 in boxes.tolist():
        radius = radius_reference(y2 - y1, x2 - x1)
        x, y = int((x1 + x2) / 2), int((y1 + y2) / 2)
        columns = min(x, radius) + min(width - x, radius + 1)
        touched += columns * (min(y, radius) + min(height - y, radius + 1))
    return 4 * num_classes * height * width + 8 * touched


def make_args(size, rng):
    classes, height, width = size["heatmap"]
    boxes = random_boxes(size["boxes"], (height, width), rng)
    return boxes, rng.integers(0, classes, size["boxes"]), classes, height, width


CASES = (
    Case(
        name="gaussian_target",
        function=gaussian_target,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(heatmap=(80, 128, 128), boxes=8),
            "R": dict(heatmap=(80, 128, 128), boxes=50),
            "L": dict(heatmap=(80, 128, 128), boxes=500),
        },
        same_kind=(dict(heatmap=(3, 40, 50), boxes=6), dict(heatmap=(5, 60, 30), boxes=6)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(heatmap=(80, 128, 128), boxes=0),
        ulp=2,
        ulp_reason="exp",
    ),
)
