"""Decode the heat map of object centres. Source: CenterNet.

A place is a peak where the heat map equals its 3x3 maximum. The highest peaks of all classes
are taken, their sizes and offsets gathered.
Views: pad and sliding window, reshape, transpose, newaxis, slice, stack, concatenate. In-place writes:
`boxes[..., :4] -= border`, `boxes[..., :4] /= scale`. Control flow: none.
"""

import numpy as np

from viewbench.case import Case


def centernet_peaks(heat):
    """heat: f32[C, H, W] -> the same, zero where it is no local maximum."""
    padded = np.pad(heat, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    return heat * (heat == windows.max(axis=(-2, -1)))


def centernet_boxes(scores, index, sizes, offsets, border, scale):
    """scores: f32[K]; index: i64[K] into [C, H, W]; sizes, offsets: f32[2, H, W]; border, scale: f32[4].

    -> boxes with their scores f32[K, 5], labels i64[K]
    """
    _, height, width = sizes.shape
    labels = index // (height * width)
    place = index % (height * width)
    size = sizes.transpose(1, 2, 0).reshape(-1, 2)[place]
    offset = offsets.transpose(1, 2, 0).reshape(-1, 2)[place]

    x = place % width + offset[:, 0]
    y = place // width + offset[:, 1]
    half_w = size[:, 0] / 2
    half_h = size[:, 1] / 2
    corners = np.stack([x - half_w, y - half_h, x + half_w, y + half_h], axis=1)
    boxes = np.concatenate([corners.astype(np.float32), scores[:, None]], axis=1)
    boxes[..., :4] -= border[None]
    boxes[..., :4] /= scale[None]
    return boxes, labels


def centernet_decode(heat, sizes, offsets, border, scale, k=100):
    """heat: f32[C, H, W]; the rest as above -> boxes f32[k, 5], labels i64[k], the highest first."""
    peaks = centernet_peaks(heat).reshape(-1)
    index = np.argsort(-peaks, kind="stable")[:k]
    return centernet_boxes(peaks[index], index, sizes, offsets, border, scale)


def peaks_reference(heat):
    out = np.zeros_like(heat)
    for c, y, x in np.ndindex(heat.shape):
        around = heat[c, max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
        if not (around > heat[c, y, x]).any():
            out[c, y, x] = heat[c, y, x]
    return out


def boxes_reference(scores, index, sizes, offsets, border, scale):
    rows, labels = [], []
    for score, flat in zip(scores.tolist(), index.tolist()):
        label, y, x = np.unravel_index(flat, (flat + 1, *sizes.shape[1:]))
        row = []
        for sign, column in ((-0.5, 0), (-0.5, 1), (0.5, 2), (0.5, 3)):
            axis = column % 2
            center = (x, y)[axis] + float(offsets[axis, y, x])
            corner = center + sign * float(sizes[axis, y, x])
            row.append((corner - float(border[column])) / float(scale[column]))
        rows.append([*row, score])
        labels.append(label)
    return np.array(rows, np.float32).reshape(-1, 5), np.array(labels, np.int64)


def decode_reference(heat, sizes, offsets, border, scale, k=100):
    peaks = peaks_reference(heat).ravel().tolist()
    index = np.array(sorted(range(len(peaks)), key=lambda i: -peaks[i])[:k], np.int64)
    return boxes_reference(heat.ravel()[index], index, sizes, offsets, border, scale)


def peaks_bytes(heat):
    """8 per pixel."""
    return 2 * heat.nbytes


def boxes_bytes(scores, index, sizes, offsets, border, scale):
    """56 per box: score, place, size and offset read, 5 columns and the label written."""
    return len(scores) * (4 + 8 + 16 + 20 + 8)


def decode_bytes(heat, sizes, offsets, border, scale, k=100):
    """8 per pixel (the peaks written and read, the top-k counted as one pass) and 56 per box."""
    return 2 * heat.nbytes + k * 56


def make_peaks_args(size, rng):
    heat = rng.standard_normal(size["heat"], dtype=np.float32)
    return (1 / (1 + np.exp(-heat)),)


def make_decode_args(size, rng):
    (heat,) = make_peaks_args(size, rng)
    sizes = rng.uniform(1, 40, (2, *heat.shape[1:])).astype(np.float32)
    offsets = rng.uniform(0, 1, (2, *heat.shape[1:])).astype(np.float32)
    border = np.array([3, 5, 3, 5], np.float32)
    scale = np.array([0.75, 0.8, 0.75, 0.8], np.float32)
    return heat, sizes, offsets, border, scale, size["k"]


def make_boxes_args(size, rng):
    heat, *rest, k = make_decode_args(size, rng)
    index = rng.choice(heat.size, k, replace=False)
    return heat.reshape(-1)[index], index, *rest


SIZES = {
    "S": dict(heat=(20, 64, 64), k=100),
    "R": dict(heat=(80, 128, 128), k=100),
    "L": dict(heat=(80, 256, 256), k=100),
}
SAME_KIND = (dict(heat=(5, 24, 32), k=30), dict(heat=(7, 30, 20), k=40))

CASES = (
    Case(
        name="centernet_peaks",
        function=centernet_peaks,
        make_args=make_peaks_args,
        reference=peaks_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=1,
        ideal_bytes=peaks_bytes,
        empty=dict(heat=(0, 64, 64), k=0),
    ),
    Case(
        name="centernet_boxes",
        function=centernet_boxes,
        make_args=make_boxes_args,
        reference=boxes_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=1,
        ideal_bytes=boxes_bytes,
        empty=dict(heat=(20, 64, 64), k=0),
    ),
    Case(
        name="centernet_decode",
        function=centernet_decode,
        make_args=make_decode_args,
        reference=decode_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=3,  # peaks, top-k, boxes
        ideal_bytes=decode_bytes,
        refused={"S": "argsort", "R": "argsort"},
    ),
)
