import numpy as np

from viewbench.peers import out


def native_(windows, height, width, window, shift):
    batch = len(windows) // (-(-height // window) * -(-width // window))
    x = out(batch, height, width, windows.shape[2])
    return (windows, x), (*x.shape, window, shift), (), x


def numba_loops_(numba):
    def swin_shift_reverse(windows, height, width, window, shift):
        channels = windows.shape[2]
        rows, columns = -(-height // window), -(-width // window)
        batch = windows.shape[0] // (rows * columns)
        x = np.empty((batch, height, width, channels), np.float32)
        for place in numba.prange(batch * height):
            b, y = place // height, place % height
            from_y = (y - shift) % (rows * window)
            for to in range(width):
                from_x = (to - shift) % (columns * window)
                w = (b * rows + from_y // window) * columns + from_x // window
                cell = from_y % window * window + from_x % window
                for c in range(channels):
                    x[b, y, to, c] = windows[w, cell, c]
        return x

    return swin_shift_reverse


def jax_(jnp):
    def swin_shift_reverse(windows, height, width, window, shift):
        channels = windows.shape[2]
        rows, columns = -(-height // window), -(-width // window)
        x = windows.reshape(-1, rows, columns, window, window, channels).transpose(0, 1, 3, 2, 4, 5)
        x = x.reshape(-1, rows * window, columns * window, channels)
        return jnp.roll(x, (shift, shift), axis=(1, 2))[:, :height, :width]

    return swin_shift_reverse


def torch_(torch):
    def swin_shift_reverse(windows, height: int, width: int, window: int, shift: int):
        channels = windows.shape[2]
        rows, columns = -(-height // window), -(-width // window)
        x = windows.view(-1, rows, columns, window, window, channels).permute(0, 1, 3, 2, 4, 5)
        x = x.reshape(-1, rows * window, columns * window, channels)
        x = torch.roll(x, (shift, shift), dims=(1, 2))
        return x[:, :height, :width].contiguous()

    return swin_shift_reverse
