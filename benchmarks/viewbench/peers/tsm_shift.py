import numpy as np

from viewbench.peers import out


def native_(x, num_segments, shift_div=8):
    frames, channels, height, width = x.shape
    shifted = out(*x.shape)
    return (x, shifted), (frames, channels, height * width, num_segments, shift_div), (), shifted


def numba_loops_(numba):
    def tsm_shift(x, num_segments, shift_div):
        frames, channels, height, width = x.shape
        fold = channels // shift_div
        shifted = np.empty_like(x)
        for frame in numba.prange(frames):
            segment = frame % num_segments
            for channel in range(channels):
                step = 1 if channel < fold else -1 if channel < 2 * fold else 0
                if 0 <= segment + step < num_segments:
                    shifted[frame, channel] = x[frame + step, channel]
                else:
                    shifted[frame, channel] = 0
        return shifted

    return tsm_shift


def jax_(jnp):
    def tsm_shift(x, num_segments, shift_div):
        shape = x.shape
        fold = shape[1] // shift_div
        x = x.reshape(shape[0] // num_segments, num_segments, *shape[1:])
        edge = jnp.zeros_like(x[:, :1, :fold])
        later = jnp.concatenate([x[:, 1:, :fold], edge], axis=1)
        earlier = jnp.concatenate([edge, x[:, :-1, fold : 2 * fold]], axis=1)
        return jnp.concatenate([later, earlier, x[:, :, 2 * fold :]], axis=2).reshape(shape)

    return tsm_shift


def torch_(torch):
    def tsm_shift(x, num_segments: int, shift_div: int):
        frames, channels, height, width = x.shape
        x = x.view(frames // num_segments, num_segments, channels, height, width)
        fold = channels // shift_div
        shifted = torch.zeros_like(x)
        shifted[:, :-1, :fold] = x[:, 1:, :fold]
        shifted[:, 1:, fold : 2 * fold] = x[:, :-1, fold : 2 * fold]
        shifted[:, :, 2 * fold :] = x[:, :, 2 * fold :]
        return shifted.view(frames, channels, height, width)

    return tsm_shift
