import numpy as np

from viewbench.peers import out


def native_(scores, window):
    heads, chunks = scores.shape[:2]
    band = out(heads, (chunks + 1) * window, 2 * window + 1)
    return (scores, band), (heads, chunks, window), (), band.transpose(1, 0, 2)


def numba_loops_(numba):
    def longformer_band(scores, window):
        heads, chunks = scores.shape[:2]
        length, side = (chunks + 1) * window, 2 * window
        band = np.empty((heads, length, side + 1), np.float32)
        outside = np.float32(-np.inf)
        for place in numba.prange(heads * length):
            head, query = place // length, place % length
            block = query // window
            earlier, later = max(block - 1, 0), min(block, chunks - 1)
            first = min(max(window - query, 0), window)
            last = min(side + 1, length - query + window)
            row = band[head, place % length]
            row[:first] = outside
            start = query - window - earlier * window  # the key at distance -window, in its chunk
            row[first:window] = scores[head, earlier, query - earlier * window, start + first : start + window]
            start = query - later * window
            row[window:last] = scores[head, later, start, start : start + last - window]
            row[last:] = outside
        return band.transpose(1, 0, 2)

    return longformer_band


def jax_(jnp):
    def longformer_band(scores, window):
        heads, chunks = scores.shape[:2]
        skewed = jnp.pad(scores, ((0, 0), (0, 0), (0, 1), (0, 0)))
        skewed = skewed.reshape(heads, chunks, 2 * window, 2 * window + 1)
        band = jnp.zeros((heads, chunks + 1, window, 2 * window + 1), scores.dtype)
        band = band.at[:, :-1, :, window:].set(skewed[:, :, :window, : window + 1])
        band = band.at[:, -1, :, window:].set(skewed[:, -1, window:, : window + 1])
        band = band.at[:, 1:, :, :window].set(skewed[:, :, window - 1 : -1, window + 1 :])
        band = band.at[:, 0, 1:window, 1:window].set(skewed[:, 0, : window - 1, window + 2 :])
        band = band.reshape(heads, (chunks + 1) * window, 2 * window + 1).transpose(1, 0, 2)
        corner = jnp.tril(jnp.ones((window, window + 1), bool))
        before, after = jnp.flip(corner, 0)[:, None], jnp.flip(corner, 1)[:, None]
        first, last = band[:window, :, : window + 1], band[-window:, :, window:]
        band = band.at[:window, :, : window + 1].set(jnp.where(before, -jnp.inf, first))
        return band.at[-window:, :, window:].set(jnp.where(after, -jnp.inf, last))

    return longformer_band


def torch_(torch):
    def longformer_band(scores, window: int):
        heads, chunks = scores.shape[:2]
        skewed = torch.nn.functional.pad(scores, (0, 0, 0, 1))
        skewed = skewed.view(heads, chunks, 2 * window, 2 * window + 1)
        band = scores.new_zeros((heads, chunks + 1, window, 2 * window + 1))
        band[:, :-1, :, window:] = skewed[:, :, :window, : window + 1]
        band[:, -1, :, window:] = skewed[:, -1, window:, : window + 1]
        band[:, 1:, :, :window] = skewed[:, :, window - 1 : -1, window + 1 :]
        band[:, 0, 1:window, 1:window] = skewed[:, 0, : window - 1, window + 2 :]
        band = band.view(heads, (chunks + 1) * window, 2 * window + 1).transpose(0, 1)
        corner = torch.ones((window, window + 1), dtype=torch.bool).tril()
        first, last = band[:window, :, : window + 1], band[-window:, :, window:]
        first.masked_fill_(corner.flip(0)[:, None], -float("inf"))
        last.masked_fill_(corner.flip(1)[:, None], -float("inf"))
        return band

    return longformer_band
