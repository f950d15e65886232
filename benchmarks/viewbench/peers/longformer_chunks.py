import numpy as np

from viewbench.peers import out


def native_(x, window):
    length, heads, channels = x.shape
    chunks = out(heads, length // window - 1, 2 * window, channels)
    return (x, chunks), (*x.shape, window), (), chunks


def numba_loops_(numba):
    def longformer_chunks(x, window):
        length, heads, channels = x.shape
        count = length // window - 1
        chunks = np.empty((heads, count, 2 * window, channels), np.float32)
        for place in numba.prange(heads * count):
            head, chunk = place // count, place % count
            for k in range(2 * window):
                for c in range(channels):
                    chunks[head, chunk, k, c] = x[chunk * window + k, head, c]
        return chunks

    return longformer_chunks


def jax_(jnp):
    def longformer_chunks(x, window):
        length, heads, channels = x.shape
        blocks = x.transpose(1, 0, 2).reshape(heads, length // window, window, channels)
        return jnp.concatenate([blocks[:, :-1], blocks[:, 1:]], axis=2)

    return longformer_chunks


def torch_(torch):
    def longformer_chunks(x, window: int):
        x = x.transpose(0, 1)
        return x.unfold(1, 2 * window, window).transpose(2, 3).contiguous()

    return longformer_chunks
