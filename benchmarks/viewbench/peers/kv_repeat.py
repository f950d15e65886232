import numpy as np

from viewbench.peers import out


def native_(cache, batch, length, repeats):
    heads, channels = cache.shape[2:]
    keys = out(batch, heads * repeats, length, channels)
    return (cache, keys), (batch, length, heads, channels, repeats, cache.shape[1]), (), keys


def numba_loops_(numba):
    def kv_repeat(cache, batch, length, repeats):
        heads, channels = cache.shape[2:]
        keys = np.empty((batch, heads * repeats, length, channels), np.float32)
        for place in numba.prange(batch * heads):
            b, head = place // heads, place % heads
            for token in range(length):
                for copy in range(repeats):
                    for c in range(channels):
                        keys[b, head * repeats + copy, token, c] = cache[b, token, head, c]
        return keys

    return kv_repeat


def jax_(jnp):
    def kv_repeat(cache, batch, length, repeats):
        keys = cache[:batch, :length].transpose(0, 2, 1, 3)
        return jnp.repeat(keys, repeats, axis=1)

    return kv_repeat


def torch_(torch):
    def kv_repeat(cache, batch: int, length: int, repeats: int):
        keys = cache[:batch, :length]
        heads, channels = keys.shape[2:]
        keys = keys[:, :, :, None, :].expand(batch, length, heads, repeats, channels)
        return keys.reshape(batch, length, heads * repeats, channels).transpose(1, 2).contiguous()

    return kv_repeat
