"""Decay the scores of overlapping masks. Source: SOLOv2.

Masks smaller than the stride of their level are dropped; then every score decays by the
overlap with the higher-scored masks of its class.
Views: expand, transpose, newaxis, slice. In-place writes: `strides[first:last] *= stride` per level.
Control flow: loop over 5 levels, `if` on the kernel.
"""

import math

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 3  # two reductions over columns and a map


def matrix_nms(
    intersections, areas, labels, scores, cells, num_grids, level_strides, kernel="gaussian", sigma=2.0
):
    """intersections: f32[N, N] of masks in order of falling score; areas, scores: f32[N]; labels: i64[N].

    cells: i64[N], the cell of each mask among those of all levels; num_grids and level_strides:
    lists of int; -> scores f32[N]
    """
    strides = np.ones(sum(grid**2 for grid in num_grids), dtype=np.float32)
    first = 0
    for grid, stride in zip(num_grids, level_strides):
        strides[first : first + grid**2] *= stride
        first += grid**2
    large = areas > strides[cells]

    num_masks = len(areas)
    areas_matrix = np.broadcast_to(areas, (num_masks, num_masks))
    ious = np.triu(intersections / (areas_matrix + areas_matrix.T - intersections), k=1)
    labels_matrix = np.broadcast_to(labels, (num_masks, num_masks))
    same_label = np.triu(labels_matrix == labels_matrix.T, k=1)
    decay_ious = ious * same_label

    compensation = decay_ious.max(axis=0)
    compensation = np.broadcast_to(compensation, (num_masks, num_masks)).T
    if kernel == "gaussian":
        decay = np.exp(-sigma * decay_ious**2) / np.exp(-sigma * compensation**2)
    else:
        decay = (1 - decay_ious) / (1 - compensation)
    return np.where(large, scores * decay.min(axis=0), 0)


def reference(
    intersections, areas, labels, scores, cells, num_grids, level_strides, kernel="gaussian", sigma=2.0
):
    num_masks = len(areas)
    cell_strides = [s for grid, s in zip(num_grids, level_strides) for _ in range(grid * grid)]
    ious = np.zeros((num_masks, num_masks))
    for i in range(num_masks):
        for j in range(i + 1, num_masks):
            if labels[i] == labels[j]:
                inner = float(intersections[i, j])
                ious[i, j] = inner / (float(areas[i]) + float(areas[j]) - inner)
    highest = [max(column) for column in ious.T.tolist()]

    def decay(iou, compensation):
        if kernel == "gaussian":
            return math.exp(sigma * (compensation * compensation - iou * iou))
        return (1 - iou) / (1 - compensation)

    out = np.zeros(num_masks, np.float32)
    for j in range(num_masks):
        if areas[j] > cell_strides[cells[j]]:
            out[j] = float(scores[j]) * min(decay(ious[i, j], highest[i]) for i in range(num_masks))
    return out


def ideal_bytes(intersections, areas, labels, scores, cells, *options):
    """4 per pair (what lies above the diagonal, read by both reductions); 36 per mask."""
    pairs = len(areas) * (len(areas) - 1) // 2
    return 2 * 4 * pairs + len(areas) * (4 + 8 + 4 + 8 + 4 + 8)


def make_args(size, rng):
    boxes = np.round(random_boxes(size["n"], (200, 304), rng))
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    intersections = np.prod(np.maximum(high - low, 0), axis=-1)
    labels = rng.integers(0, size["classes"], size["n"])
    scores = np.sort(rng.uniform(0.1, 1, size["n"]))[::-1].astype(np.float32)
    num_grids, strides = [40, 36, 24, 16, 12], [8, 8, 16, 32, 32]
    cells = rng.integers(0, sum(grid**2 for grid in num_grids), size["n"])
    return intersections, areas, labels, scores, cells, num_grids, strides, size["kernel"]


def case(name, kernel, ulp, ulp_reason):
    return Case(
        name=name,
        function=matrix_nms,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(n=50, classes=5, kernel=kernel),
            "R": dict(n=500, classes=10, kernel=kernel),
            "L": dict(n=2000, classes=80, kernel=kernel),
        },
        same_kind=(dict(n=40, classes=3, kernel=kernel), dict(n=77, classes=3, kernel=kernel)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        ulp=ulp,
        ulp_reason=ulp_reason,
    )


CASES = (
    case("matrix_nms", "gaussian", 4, "a quotient of two exp"),
    case("matrix_nms_linear", "linear", 0, ""),
)
