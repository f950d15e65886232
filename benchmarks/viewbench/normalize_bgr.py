"""Swap the channel order and normalise an image. Source: detector preprocessing.

Views: select. In-place writes: `dup[..., 0] = src[..., 2]` and the reverse into a copy.
Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def normalize_bgr(src, mean, scale):
    """src: f32 or u8[H, W, 3]; mean, scale: f32[3] -> f32[H, W, 3]."""
    dup = src.astype(np.float32)
    dup[..., 0] = src[..., 2]
    dup[..., 2] = src[..., 0]
    return (dup - mean) * scale


def reference(src, mean, scale):
    planes = [(src[:, :, 2 - c].astype(np.float64) - float(mean[c])) * float(scale[c]) for c in range(3)]
    return np.dstack(planes).astype(np.float32)


def ideal_bytes(src, mean, scale):
    """8 per element, 5 from uint8."""
    return (src.itemsize + 4) * src.size


def make_args(size, rng):
    pixels = rng.integers(0, 256, (*size["image"], 3)).astype(size["dtype"])
    mean = np.array([123.675, 116.28, 103.53], np.float32)
    return pixels, mean, 1 / np.array([58.395, 57.12, 57.375], np.float32)


def case(name, dtype):
    return Case(
        name=name,
        function=normalize_bgr,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(image=(80, 13), dtype=dtype),
            "R": dict(image=(800, 1333), dtype=dtype),
            "L": dict(image=(2160, 3840), dtype=dtype),
        },
        same_kind=(dict(image=(60, 80), dtype=dtype), dict(image=(99, 47), dtype=dtype)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(image=(0, 32), dtype=dtype),
    )


CASES = (case("normalize_bgr", np.float32), case("normalize_bgr_uint8", np.uint8))
