"""Assign a ground-truth box to every point. Source: FCOS `_get_target_single`.

A point belongs to the smallest box in whose centre region it lies and whose size fits
the point's level; points of none are background.
Views: slice, newaxis, expand, select, stack, concatenate. In-place writes: `centers[..., k] = `,
`areas[mask] = INF`, `radii[first:last] = `. Control flow: loop over 5 levels, `if` without boxes.
"""

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1  # a nest with one argmin, no temporary of points x boxes

INF = 1e8


def fcos_target(
    points, gt_bboxes, gt_labels, num_points, strides, regress_ranges, radius=1.5, num_classes=80
):
    """points: f32[P, 2] of all levels; gt_bboxes: f32[G, 4]; gt_labels: i64[G]; num_points, strides and
    regress_ranges (pairs): one per level -> labels i64[P], distances to the box's sides f32[P, 4].
    """
    total = points.shape[0]
    num_gts = gt_bboxes.shape[0]
    if num_gts == 0:
        return np.full(total, num_classes), np.zeros((total, 4), dtype=np.float32)

    areas = (gt_bboxes[:, 2] - gt_bboxes[:, 0]) * (gt_bboxes[:, 3] - gt_bboxes[:, 1])
    areas = np.repeat(areas[None], total, axis=0)
    gts = np.broadcast_to(gt_bboxes[None], (total, num_gts, 4))
    ranges = [np.tile(np.array(pair, dtype=np.float32), (n, 1)) for pair, n in zip(regress_ranges, num_points)]
    ranges = np.concatenate(ranges)[:, None, :]
    xs = points[:, 0][:, None]
    ys = points[:, 1][:, None]
    targets = np.stack([xs - gts[..., 0], ys - gts[..., 1], gts[..., 2] - xs, gts[..., 3] - ys], axis=-1)

    center_xs = (gts[..., 0] + gts[..., 2]) / 2
    center_ys = (gts[..., 1] + gts[..., 3]) / 2
    radii = np.zeros_like(center_xs)
    first = 0
    for n, stride in zip(num_points, strides):
        radii[first : first + n] = stride * radius
        first += n
    centers = np.zeros((total, num_gts, 4), dtype=np.float32)
    centers[..., 0] = np.maximum(center_xs - radii, gts[..., 0])
    centers[..., 1] = np.maximum(center_ys - radii, gts[..., 1])
    centers[..., 2] = np.minimum(center_xs + radii, gts[..., 2])
    centers[..., 3] = np.minimum(center_ys + radii, gts[..., 3])
    inner = [xs - centers[..., 0], ys - centers[..., 1], centers[..., 2] - xs, centers[..., 3] - ys]
    inside_center = np.stack(inner, axis=-1).min(axis=-1) > 0

    largest = targets.max(axis=-1)
    inside_range = (largest >= ranges[..., 0]) & (largest <= ranges[..., 1])

    areas[~inside_center] = INF
    areas[~inside_range] = INF
    nearest = areas.argmin(axis=1)
    labels = gt_labels[nearest]
    labels[areas.min(axis=1) == INF] = num_classes
    return labels, targets[np.arange(total), nearest]


def reference(points, gt_bboxes, gt_labels, num_points, strides, regress_ranges, radius=1.5, num_classes=80):
    labels = np.full(len(points), num_classes)
    targets = np.zeros((len(points), 4), np.float32)
    boxes = gt_bboxes.tolist()
    levels = [level for level, n in enumerate(num_points) for _ in range(n)]
    for p, ((x, y), level) in enumerate(zip(points.tolist(), levels)):
        reach = strides[level] * radius
        smallest = INF
        for g, (x1, y1, x2, y2) in enumerate(boxes):
            sides = (x - x1, y - y1, x2 - x, y2 - y)
            if g == 0:
                targets[p] = sides  # of a background point, too
            cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
            near = abs(x - cx) < reach and abs(y - cy) < reach and min(sides) > 0
            low, high = regress_ranges[level]
            area = (x2 - x1) * (y2 - y1)
            if near and low <= max(sides) <= high and area < smallest:
                smallest, labels[p], targets[p] = area, gt_labels[g], sides
    return labels, targets


def ideal_bytes(points, gt_bboxes, gt_labels, *options):
    """24 written per point; points and boxes read once."""
    return len(points) * (8 + 16) + points.nbytes + gt_bboxes.nbytes + gt_labels.nbytes


def make_args(size, rng):
    strides = [8, 16, 32, 64, 128]
    ranges = [(-1, 64), (64, 128), (128, 256), (256, 512), (512, INF)]
    points = []
    for (height, width), stride in zip(size["featmaps"], strides):
        y, x = np.mgrid[:height, :width]
        points.append((np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) * stride)
    image = tuple(8 * side for side in size["featmaps"][0])
    boxes = random_boxes(size["boxes"], image, rng)
    labels = rng.integers(0, 80, size["boxes"])
    counts = [len(level) for level in points]
    return np.concatenate(points).astype(np.float32), boxes, labels, counts, strides, ranges


SMALL = [(40, 40), (20, 20), (10, 10), (5, 5), (3, 3)]
COCO = [(100, 168), (50, 84), (25, 42), (13, 21), (7, 11)]

CASES = (
    Case(
        name="fcos_target",
        function=fcos_target,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(featmaps=SMALL, boxes=5),
            "R": dict(featmaps=COCO, boxes=20),
            "L": dict(featmaps=COCO, boxes=100),
        },
        same_kind=(
            dict(featmaps=[(32, 24), (16, 12), (8, 6), (4, 3), (3, 2)], boxes=7),
            dict(featmaps=[(24, 40), (12, 20), (6, 10), (3, 5), (2, 4)], boxes=9),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(featmaps=SMALL, boxes=0),
    ),
)
