import numpy as np

from viewbench.peers import out


def native_(x, window, shift):
    batch, height, width, channels = x.shape
    count = batch * -(-height // window) * -(-width // window)
    windows = out(count, window * window, channels)
    return (x, windows), (*x.shape, window, shift), (), windows


def numba_loops_(numba):
    def swin_shift_partition(x, window, shift):
        batch, height, width, channels = x.shape
        rows, columns = -(-height // window), -(-width // window)
        windows = np.empty((batch * rows * columns, window * window, channels), np.float32)
        for w in numba.prange(batch * rows * columns):
            b, row, column = w // (rows * columns), w // columns % rows, w % columns
            for dy in range(window):
                y = (row * window + dy + shift) % (rows * window)
                for dx in range(window):
                    at = (column * window + dx + shift) % (columns * window)
                    if y < height and at < width:
                        for c in range(channels):
                            windows[w, dy * window + dx, c] = x[b, y, at, c]
                    else:
                        for c in range(channels):
                            windows[w, dy * window + dx, c] = 0
        return windows

    return swin_shift_partition


def jax_(jnp):
    def swin_shift_partition(x, window, shift):
        batch, height, width, channels = x.shape
        rows, columns = -(-height // window), -(-width // window)
        x = jnp.pad(x, ((0, 0), (0, rows * window - height), (0, columns * window - width), (0, 0)))
        x = jnp.roll(x, (-shift, -shift), axis=(1, 2))
        x = x.reshape(batch, rows, window, columns, window, channels)
        return x.transpose(0, 1, 3, 2, 4, 5).reshape(-1, window * window, channels)

    return swin_shift_partition


def torch_(torch):
    def swin_shift_partition(x, window: int, shift: int):
        batch, height, width, channels = x.shape
        rows, columns = -(-height // window), -(-width // window)
        x = torch.nn.functional.pad(x, (0, 0, 0, columns * window - width, 0, rows * window - height))
        x = torch.roll(x, (-shift, -shift), dims=(1, 2))
        x = x.view(batch, rows, window, columns, window, channels)
        return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, window * window, channels)

    return swin_shift_partition
