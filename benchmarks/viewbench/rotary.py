"""Rotary position embedding. Source: LLaMA, GPT-J.

Neighbouring channels form pairs, each rotated by the angle of its position; the tables of
cosines and sines belong to the model.
Views: slice, strided slice, newaxis, stack, reshape. In-place writes: none. Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def rotary(x, cos, sin, position):
    """x: f32[B, T, H, D]; cos, sin: f32[P, D/2]; position: int, of the first token -> like x."""
    length = x.shape[1]
    cos = cos[position : position + length][None, :, None, :]
    sin = sin[position : position + length][None, :, None, :]
    even = x[..., 0::2]
    odd = x[..., 1::2]
    rotated = np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
    return rotated.reshape(x.shape)


def reference(x, cos, sin, position):
    out = np.empty_like(x)
    for token in range(x.shape[1]):
        for pair in range(x.shape[3] // 2):
            c, s = cos[position + token, pair], sin[position + token, pair]
            rotation = np.array([[c, -s], [s, c]], np.float64)
            vectors = x[:, token, :, 2 * pair : 2 * pair + 2].astype(np.float64)
            out[:, token, :, 2 * pair : 2 * pair + 2] = vectors @ rotation.T
    return out


def ideal_bytes(x, cos, sin, position):
    """8 per element; the rows of the tables read once."""
    return 2 * x.nbytes + 2 * 4 * x.shape[1] * cos.shape[1]


def make_args(size, rng):
    batch, length, heads, channels = size["shape"]
    position = size["position"]
    x = rng.standard_normal((batch, length, heads, channels), dtype=np.float32)
    frequency = 10000.0 ** (-np.arange(0, channels, 2) / channels)
    angle = np.outer(np.arange(position + length + 5), frequency)
    return x, np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32), position


CASES = (
    Case(
        name="rotary",
        function=rotary,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(shape=(1, 1, 32, 128), position=17),
            "R": dict(shape=(1, 512, 32, 128), position=0),
            "L": dict(shape=(1, 4096, 32, 128), position=0),
        },
        same_kind=(
            dict(shape=(1, 40, 32, 128), position=3),
            dict(shape=(1, 77, 32, 128), position=20),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(shape=(1, 0, 32, 128), position=17),
    ),
)
