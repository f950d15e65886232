"""Paste the masks of objects into the image. Source: Mask R-CNN `_do_paste_mask`.

Every mask is sampled bilinearly at the pixels of its box, zero outside of the mask.
`paste_mask` goes over the objects and writes only around each box; `paste_mask_chunks`
takes several objects at once and samples them on the whole image.
Views: newaxis, expand, slice (bounds from the boxes), reshape, pad. In-place writes: `grid[isinf] = 0`,
`image_masks[i, slices] = `. Control flow: loop over objects or over chunks of objects.
"""

import math

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1  # no temporary for the grid


def sample_positions(first, last, low, high, side):
    """Where the middles of the pixels first..last fall between low and high, in elements of a mask."""
    grid = (np.arange(first, last, dtype=np.float32) + 0.5 - low) / (high - low) * 2 - 1
    grid[np.isinf(grid)] = 0
    return ((grid + 1) * side - 1) / 2


def neighbors(positions, side):
    """The two elements around each position, in a mask padded by one, and the weight of the second."""
    before = np.floor(positions)
    weight = positions - before
    before = before.astype(np.int64)
    return np.clip(before + 1, 0, side + 1), np.clip(before + 2, 0, side + 1), weight


def paste_mask(masks, boxes, height, width, threshold=0.5):
    """masks: f32[N, M, M]; boxes: f32[N, 4] -> bool[N, height, width]."""
    num_masks, side, _ = masks.shape
    padded = np.pad(masks, ((0, 0), (1, 1), (1, 1)))
    image_masks = np.zeros((num_masks, height, width), dtype=bool)
    with np.errstate(divide="ignore"):
        for i in range(num_masks):
            x1, y1, x2, y2 = boxes[i]
            left = max(int(np.floor(x1)) - 1, 0)
            top = max(int(np.floor(y1)) - 1, 0)
            right = min(int(np.ceil(x2)) + 1, width)
            bottom = min(int(np.ceil(y2)) + 1, height)

            above, below, down = neighbors(sample_positions(top, bottom, y1, y2, side), side)
            before, behind, along = neighbors(sample_positions(left, right, x1, x2, side), side)
            down = down[:, None]
            mask = padded[i]
            upper = mask[above[:, None], before] * (1 - along) + mask[above[:, None], behind] * along
            lower = mask[below[:, None], before] * (1 - along) + mask[below[:, None], behind] * along
            pasted = upper * (1 - down) + lower * down
            image_masks[i, top:bottom, left:right] = pasted >= threshold
    return image_masks


def paste_mask_chunks(masks, boxes, height, width, chunk, threshold=0.5):
    """The same, `chunk` objects at a time on the whole image."""
    num_masks, side, _ = masks.shape
    padded = np.pad(masks, ((0, 0), (1, 1), (1, 1)))
    image_masks = np.zeros((num_masks, height, width), dtype=bool)
    with np.errstate(divide="ignore"):
        for start in range(0, num_masks, chunk):
            objects = slice(start, start + chunk)
            x1, y1, x2, y2 = np.split(boxes[objects], 4, axis=1)
            above, below, down = neighbors(sample_positions(0, height, y1, y2, side), side)
            before, behind, along = neighbors(sample_positions(0, width, x1, x2, side), side)

            count = x1.shape[0]
            mask = padded[objects].reshape(count, -1)
            down, along = down[:, :, None], along[:, None, :]

            def tap(rows, columns):
                index = rows[:, :, None] * (side + 2) + columns[:, None, :]
                return np.take_along_axis(mask, index.reshape(count, -1), axis=1).reshape(index.shape)

            upper = tap(above, before) * (1 - along) + tap(above, behind) * along
            lower = tap(below, before) * (1 - along) + tap(below, behind) * along
            image_masks[objects] = upper * (1 - down) + lower * down >= threshold
    return image_masks


def reference(masks, boxes, height, width, *options):
    side = masks.shape[1]
    out = np.zeros((len(masks), height, width), bool)

    def position(pixel, low, high):
        return side / 2 - 0.5 if low == high else (pixel + 0.5 - low) / (high - low) * side - 0.5

    def taps(at):
        first = math.floor(at)
        pairs = ((first, first + 1 - at), (first + 1, at - first))
        return [(index, weight) for index, weight in pairs if 0 <= index < side]

    for i, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
        columns = [x for x in range(width) if taps(position(x, x1, x2))]
        if x1 == x2:
            columns = range(max(math.floor(x1) - 1, 0), min(math.ceil(x2) + 1, width))
        for y in range(height):
            rows = taps(position(y, y1, y2))
            for x in columns if rows else ():
                crossings = [(v, u) for v in rows for u in taps(position(x, x1, x2))]
                total = sum(wy * wx * float(masks[i, my, mx]) for (my, wy), (mx, wx) in crossings)
                out[i, y, x] = total >= 0.5
    return out


def ideal_bytes(masks, boxes, height, width, *options):
    """1 written per pixel of every object; masks and boxes read once."""
    return len(masks) * height * width + masks.nbytes + boxes.nbytes


def make_args(size, rng):
    height, width = size["image"]
    masks = rng.uniform(0, 1, (size["n"], 28, 28)).astype(np.float32)
    boxes = random_boxes(size["n"], size["image"], rng)
    return masks, boxes, height, width


def make_loop_args(size, rng):
    masks, boxes, height, width = make_args(size, rng)
    boxes[3:4, 0] = boxes[3:4, 2] = width // 2  # an object without width
    return masks, boxes, height, width


def make_chunks_args(size, rng):
    return *make_args(size, rng), size["chunk"]


CASES = (
    Case(
        name="paste_mask",
        function=paste_mask,
        make_args=make_loop_args,
        reference=reference,
        sizes={
            "S": dict(n=10, image=(200, 300)),
            "R": dict(n=100, image=(800, 1333)),
            "L": dict(n=100, image=(1600, 2666)),
        },
        same_kind=(dict(n=7, image=(180, 270)), dict(n=6, image=(290, 190))),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0, image=(200, 300)),
    ),
    Case(
        name="paste_mask_chunks",
        function=paste_mask_chunks,
        make_args=make_chunks_args,
        reference=reference,
        sizes={
            "S": dict(n=10, image=(200, 300), chunk=4),
            "R": dict(n=20, image=(400, 667), chunk=10),
            "L": dict(n=100, image=(800, 1333), chunk=10),
        },
        same_kind=(dict(n=7, image=(60, 70), chunk=4), dict(n=7, image=(90, 50), chunk=4)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0, image=(200, 300), chunk=4),
    ),
)
