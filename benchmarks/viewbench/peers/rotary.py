import numpy as np

from viewbench.peers import out


def native_(x, cos, sin, position):
    rotated = out(*x.shape)
    return (x, cos, sin, rotated), (*x.shape[:3], x.shape[3] // 2, position), (), rotated


def numba_loops_(numba):
    def rotary(x, cos, sin, position):
        batch, length, heads, channels = x.shape
        rotated = np.empty_like(x)
        for place in numba.prange(batch * length):
            b, token = place // length, place % length
            for head in range(heads):
                for k in range(channels // 2):
                    even, odd = x[b, token, head, 2 * k], x[b, token, head, 2 * k + 1]
                    c, s = cos[position + token, k], sin[position + token, k]
                    rotated[b, token, head, 2 * k] = even * c - odd * s
                    rotated[b, token, head, 2 * k + 1] = even * s + odd * c
        return rotated

    return rotary


def jax_(jnp):
    def rotary(x, cos, sin, position):
        length = x.shape[1]
        cos = cos[position : position + length][None, :, None, :]
        sin = sin[position : position + length][None, :, None, :]
        even, odd = x[..., 0::2], x[..., 1::2]
        return jnp.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)

    return rotary


def torch_(torch):
    def rotary(x, cos, sin, position: int):
        length = x.shape[1]
        cos = cos[position : position + length][None, :, None, :]
        sin = sin[position : position + length][None, :, None, :]
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)

    return rotary
