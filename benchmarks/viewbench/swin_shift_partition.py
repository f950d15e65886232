"""Pad, roll and cut a feature map into attention windows, and the reverse. Source: Swin.

Views: roll, reshape, transpose, slice. In-place writes: none. Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def swin_shift_partition(x, window, shift):
    """x: f32[B, H, W, C]; window, shift: int -> f32[windows, window**2, C]."""
    batch, height, width, channels = x.shape
    pad_h = -height % window
    pad_w = -width % window
    x = np.pad(x, ((0, 0), (0, pad_h), (0, pad_w), (0, 0)))
    x = np.roll(x, (-shift, -shift), axis=(1, 2))
    rows = (height + pad_h) // window
    columns = (width + pad_w) // window
    x = x.reshape(batch, rows, window, columns, window, channels)
    return x.transpose(0, 1, 3, 2, 4, 5).reshape(-1, window * window, channels)


def swin_shift_reverse(windows, height, width, window, shift):
    """windows: f32[windows, window**2, C]; height, width: unpadded -> f32[B, height, width, C]."""
    channels = windows.shape[2]
    rows = (height + window - 1) // window
    columns = (width + window - 1) // window
    batch = windows.shape[0] // (rows * columns)
    x = windows.reshape(batch, rows, columns, window, window, channels)
    x = x.transpose(0, 1, 3, 2, 4, 5).reshape(batch, rows * window, columns * window, channels)
    x = np.roll(x, (shift, shift), axis=(1, 2))
    return np.ascontiguousarray(x[:, :height, :width])


def partition_reference(x, window, shift):
    batch, height, width, channels = x.shape
    rows, columns = -(-height // window), -(-width // window)
    out = np.zeros((batch * rows * columns, window * window, channels), np.float32)
    for w in range(len(out)):
        b, row, column = w // (rows * columns), w // columns % rows, w % columns
        for k in range(window * window):
            y = (row * window + k // window + shift) % (rows * window)
            x_ = (column * window + k % window + shift) % (columns * window)
            if y < height and x_ < width:
                out[w, k] = x[b, y, x_]
    return out


def reverse_reference(windows, height, width, window, shift):
    rows, columns = -(-height // window), -(-width // window)
    batch = len(windows) // (rows * columns)
    out = np.empty((batch, height, width, windows.shape[2]), np.float32)
    for y in range(height):
        for x in range(width):
            source_y, source_x = (y - shift) % (rows * window), (x - shift) % (columns * window)
            first = source_y // window * columns + source_x // window
            cell = source_y % window * window + source_x % window
            out[:, y, x] = windows[first :: rows * columns, cell]
    return out


def partition_bytes(x, window, shift):
    """4 read per element, 4 written per element of the padded map."""
    batch, height, width, channels = x.shape
    padded = (height + -height % window) * (width + -width % window)
    return x.nbytes + 4 * batch * channels * padded


def reverse_bytes(windows, height, width, window, shift):
    """8 per element of the unpadded map."""
    padded = (height + -height % window) * (width + -width % window)
    batch = windows.shape[0] * windows.shape[1] // padded
    return 8 * batch * height * width * windows.shape[2]


def make_partition_args(size, rng):
    return rng.standard_normal(size["shape"], dtype=np.float32), 7, 3


def make_reverse_args(size, rng):
    batch, height, width, channels = size["shape"]
    windows = batch * -(-height // 7) * -(-width // 7)
    return rng.standard_normal((windows, 49, channels), dtype=np.float32), height, width, 7, 3


SIZES = {
    "S": dict(shape=(1, 56, 56, 96)),
    "R": dict(shape=(1, 200, 336, 96)),
    "L": dict(shape=(2, 200, 336, 192)),
}
SAME_KIND = (dict(shape=(2, 150, 139, 32)), dict(shape=(2, 161, 170, 32)))

CASES = (
    Case(
        name="swin_shift_partition",
        function=swin_shift_partition,
        make_args=make_partition_args,
        reference=partition_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=IDEAL_KERNELS,
        ideal_bytes=partition_bytes,
    ),
    Case(
        name="swin_shift_reverse",
        function=swin_shift_reverse,
        make_args=make_reverse_args,
        reference=reverse_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=IDEAL_KERNELS,
        ideal_bytes=reverse_bytes,
    ),
)
