"""Shift part of the channels along time. Source: TSM, temporal shift module.

The first eighth of the channels comes from the next segment, the second eighth from the
previous one, the rest stays; zeros at the ends.
Views: slice, reshape. In-place writes: three slice stores into zeros (only the edges of
the fill live). Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def tsm_shift(x, num_segments, shift_div=8):
    """x: f32[N*T, C, H, W]; num_segments: T -> f32[N*T, C, H, W]."""
    frames, channels, height, width = x.shape
    x = x.reshape(frames // num_segments, num_segments, channels, height, width)
    fold = channels // shift_div
    out = np.zeros_like(x)
    out[:, :-1, :fold] = x[:, 1:, :fold]
    out[:, 1:, fold : 2 * fold] = x[:, :-1, fold : 2 * fold]
    out[:, :, 2 * fold :] = x[:, :, 2 * fold :]
    return out.reshape(frames, channels, height, width)


def reference(x, num_segments, shift_div=8):
    out = np.zeros_like(x)
    channels = x.shape[1]
    for frame in range(x.shape[0]):
        segment = frame % num_segments
        for channel in range(channels):
            eighth = channel // (channels // shift_div)
            step = {0: 1, 1: -1}.get(eighth, 0)
            if 0 <= segment + step < num_segments:
                out[frame, channel] = x[frame + step, channel]
    return out


def ideal_bytes(x, num_segments, shift_div=8):
    """8 per element."""
    return 2 * x.nbytes


def make_args(size, rng):
    x = rng.standard_normal((size["frames"], size["channels"], *size["image"]), dtype=np.float32)
    return x, size["segments"], 8


CASES = (
    Case(
        name="tsm_shift",
        function=tsm_shift,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(frames=8, channels=16, image=(14, 14), segments=8),
            "R": dict(frames=64, channels=64, image=(56, 56), segments=8),
            "L": dict(frames=64, channels=256, image=(56, 56), segments=8),
        },
        same_kind=(
            dict(frames=32, channels=64, image=(20, 25), segments=16),
            dict(frames=60, channels=48, image=(28, 18), segments=20),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(frames=0, channels=16, image=(14, 14), segments=8),
    ),
)
