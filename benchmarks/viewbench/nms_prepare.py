"""Prepare one suppression for all classes. Source: multiclass NMS of all detectors.

One candidate per box and class; candidates of different classes are moved apart by more
than the image's extent, so that they cannot suppress each other (`nms_prepare`). Then the
candidates with a high score are picked (`nms_select`), as many as there happen to be.
Views: newaxis, expand, reshape, slice. In-place writes: none. Control flow: none.
"""

import numpy as np

from viewbench.case import Case, random_boxes


def nms_prepare(boxes, scores, score_thr=0.05):
    """boxes: f32[N, 4]; scores: f32[N, C+1], the background last.

    -> boxes moved apart f32[N*C, 4], labels i64[N*C], which to keep bool[N*C]
    """
    scores = scores[:, :-1]
    num_boxes, num_classes = scores.shape
    candidates = np.broadcast_to(boxes[:, None], (num_boxes, num_classes, 4)).reshape(-1, 4)
    labels = np.broadcast_to(np.arange(num_classes), (num_boxes, num_classes)).reshape(-1)
    keep = scores.reshape(-1) > score_thr

    max_coordinate = boxes.max()
    offsets = labels.astype(np.float32) * (max_coordinate + 1)
    return candidates + offsets[:, None], labels, keep


def nms_select(boxes, scores, score_thr=0.05):
    """The same of the candidates to keep: boxes f32[K, 4], scores f32[K], labels i64[K]."""
    boxes, labels, keep = nms_prepare(boxes, scores, score_thr)
    return boxes[keep], scores[:, :-1].reshape(-1)[keep], labels[keep]


def prepare_reference(boxes, scores, score_thr=0.05):
    num_boxes, num_classes = scores.shape[0], scores.shape[1] - 1
    extent = max(boxes.ravel().tolist())
    moved = np.empty((num_boxes * num_classes, 4), np.float32)
    labels = np.empty(num_boxes * num_classes, np.int64)
    keep = np.empty(num_boxes * num_classes, bool)
    for i in range(num_boxes * num_classes):
        box, label = divmod(i, num_classes)
        moved[i] = [v + label * (extent + 1) for v in boxes[box].tolist()]
        labels[i] = label
        keep[i] = scores[box, label] > np.float32(score_thr)
    return moved, labels, keep


def select_reference(boxes, scores, score_thr=0.05):
    moved, labels, keep = prepare_reference(boxes, scores, score_thr)
    kept = [i for i in range(len(keep)) if keep[i]]
    classes = scores.shape[1] - 1
    kept_scores = [scores[i // classes, i % classes] for i in kept]
    return moved[kept], np.array(kept_scores, np.float32), labels[kept]


def prepare_bytes(boxes, scores, score_thr=0.05):
    """32 per box (read twice); 29 per box and class: score read, box, label and flag written."""
    num_boxes, columns = scores.shape
    return 2 * boxes.nbytes + num_boxes * (columns - 1) * (4 + 16 + 8 + 1)


def select_bytes(boxes, scores, score_thr=0.05):
    """32 per box; 4 read per box and class; 28 written per candidate kept."""
    kept = int((scores[:, :-1] > score_thr).sum())
    return 2 * boxes.nbytes + 4 * scores[:, :-1].size + kept * (16 + 4 + 8)


def make_args(size, rng):
    boxes = random_boxes(size["n"], (800, 1333), rng)
    logits = rng.normal(0.0, 2.0, (size["n"], size["classes"] + 1))
    scores = np.exp(logits)
    return boxes, (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)


def case(name, function, reference, kernels, ideal_bytes, temporaries):
    return Case(
        name=name,
        function=function,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(n=100, classes=80),
            "R": dict(n=1000, classes=80),
            "L": dict(n=10000, classes=80),
        },
        same_kind=(dict(n=50, classes=80), dict(n=333, classes=20)),
        kernels=kernels,
        ideal_bytes=ideal_bytes,
        temporaries=temporaries,
    )


CASES = (
    case("nms_prepare", nms_prepare, prepare_reference, 2, prepare_bytes, 1),  # maximum (one number), map
    case("nms_select", nms_select, select_reference, 3, select_bytes, 2),  # maximum with count, scan, map
)
