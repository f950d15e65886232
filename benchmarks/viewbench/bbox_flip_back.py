"""Map boxes of a flipped image back. Source: test-time augmentation `bbox_mapping_back`.

Views: strided slice, reshape. In-place writes: stores `flipped[..., k::4] = ` into a clone
that read the original. Control flow: `if` on the direction.
"""

import numpy as np

from viewbench.case import Case, random_boxes

IDEAL_KERNELS = 1  # no clone


def bbox_flip_back(bboxes, img_shape, direction, scale_factor):
    """bboxes: f32[..., 4*k]; img_shape: (H, W); scale_factor: f32[4] -> same shape as bboxes."""
    height, width = img_shape
    flipped = bboxes.copy()
    if direction == "horizontal":
        flipped[..., 0::4] = width - bboxes[..., 2::4]
        flipped[..., 2::4] = width - bboxes[..., 0::4]
    elif direction == "vertical":
        flipped[..., 1::4] = height - bboxes[..., 3::4]
        flipped[..., 3::4] = height - bboxes[..., 1::4]
    else:
        flipped[..., 0::4] = width - bboxes[..., 2::4]
        flipped[..., 1::4] = height - bboxes[..., 3::4]
        flipped[..., 2::4] = width - bboxes[..., 0::4]
        flipped[..., 3::4] = height - bboxes[..., 1::4]
    flipped = flipped.reshape(-1, 4) / scale_factor
    return flipped.reshape(bboxes.shape)


def reference(bboxes, img_shape, direction, scale_factor):
    out = np.empty(bboxes.size, np.float32)
    flat = bboxes.ravel()
    for k in range(flat.size):
        box, coordinate = divmod(k, 4)
        axis = coordinate % 2
        flips = direction == "diagonal" or direction == ("horizontal", "vertical")[axis]
        opposite = 4 * box + (coordinate + 2) % 4
        value = img_shape[1 - axis] - flat[opposite] if flips else flat[k]
        out[k] = value / scale_factor[coordinate]
    return out.reshape(bboxes.shape)


def ideal_bytes(bboxes, img_shape, direction, scale_factor):
    """32 per box."""
    return 2 * bboxes.nbytes


def make_args(size, rng):
    boxes = random_boxes(size["n"] * size["classes"], (800, 1333), rng)
    boxes = boxes.reshape(size["n"], 4 * size["classes"])
    scale_factor = np.array([1.25, 1.5, 1.25, 1.5], np.float32)
    return boxes, (800, 1333), size["direction"], scale_factor


def case(name, direction):
    return Case(
        name=name,
        function=bbox_flip_back,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(n=100, classes=1, direction=direction),
            "R": dict(n=2000, classes=1, direction=direction),
            "L": dict(n=1_000_000, classes=1, direction=direction),
        },
        same_kind=(
            dict(n=100, classes=20, direction=direction),
            dict(n=333, classes=31, direction=direction),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(n=0, classes=1, direction=direction),
    )


CASES = (
    case("bbox_flip_back", "horizontal"),
    case("bbox_flip_back_vertical", "vertical"),
    case("bbox_flip_back_diagonal", "diagonal"),
)
