"""Sliding-window attention without loops over tokens. Source: Longformer.

The sequence is cut into chunks of 2w tokens, every w tokens (`longformer_chunks`: their
queries and keys are contracted elsewhere). The chunks' score matrices are then skewed into
diagonals, stored into a band (token, head, distance -w..w), and what lies outside of the
sequence is set to -inf (`longformer_band`).
Views: as_strided, transpose, reshape, pad, flip, expand, slice. In-place writes: four 4-D
slice stores into the band, two masked fills through slice views. Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def longformer_chunks(x, window):
    """x: f32[T, heads, D], T a multiple of window -> f32[heads, T/window - 1, 2*window, D]."""
    x = x.transpose(1, 0, 2)
    heads, length, channels = x.shape
    head_stride, token_stride, channel_stride = x.strides
    chunks = np.lib.stride_tricks.as_strided(
        x,
        shape=(heads, length // window - 1, 2 * window, channels),
        strides=(head_stride, window * token_stride, token_stride, channel_stride),
    )
    return np.ascontiguousarray(chunks)


def longformer_band(scores, window):
    """scores: f32[heads, chunks, 2*window, 2*window] -> f32[(chunks+1)*window, heads, 2*window+1]."""
    heads, chunks = scores.shape[:2]
    # a row of padding and a reshape move element (row, row + d) to (row, d)
    diagonals = np.pad(scores, ((0, 0), (0, 0), (0, 1), (0, 0)))
    diagonals = diagonals.reshape(heads, chunks, 2 * window, 2 * window + 1)

    band = np.zeros((heads, chunks + 1, window, 2 * window + 1), dtype=scores.dtype)
    band[:, :-1, :, window:] = diagonals[:, :, :window, : window + 1]
    band[:, -1, :, window:] = diagonals[:, -1, window:, : window + 1]
    band[:, 1:, :, :window] = diagonals[:, :, window - 1 : -1, window + 1 :]
    band[:, 0, 1:window, 1:window] = diagonals[:, 0, : window - 1, window + 2 :]
    band = band.reshape(heads, (chunks + 1) * window, 2 * window + 1).transpose(1, 0, 2)

    corner = np.tril(np.ones((window, window + 1), dtype=bool))
    before = np.flip(corner, axis=0)[:, None, :]
    after = np.flip(corner, axis=1)[:, None, :]
    first = band[:window, :, : window + 1]
    last = band[-window:, :, window:]
    first[np.broadcast_to(before, first.shape)] = -np.inf
    last[np.broadcast_to(after, last.shape)] = -np.inf
    return band


def chunks_reference(x, window):
    chunks = [x[start : start + 2 * window] for start in range(0, len(x) - window, window)]
    return np.ascontiguousarray(np.moveaxis(np.stack(chunks), 2, 0))


def band_reference(scores, window):
    heads, chunks = scores.shape[:2]
    length = (chunks + 1) * window
    out = np.full((length, heads, 2 * window + 1), -np.inf, np.float32)
    for query in range(length):
        block = query // window
        for key in range(max(query - window, 0), min(query + window + 1, length)):
            # a key at or after the query: the chunk that begins with the query's block
            chunk = min(block, chunks - 1) if key >= query else max(block - 1, 0)
            start = chunk * window
            out[query, :, key - query + window] = scores[:, chunk, query - start, key - start]
    return out


def chunks_bytes(x, window):
    """4 read per element, 4 written per element of the overlapping chunks."""
    chunks = x.shape[0] // window - 1
    return x.nbytes + 4 * chunks * 2 * window * x.shape[1] * x.shape[2]


def band_bytes(scores, window):
    """8 per element of the band (of the scores, half are never read)."""
    heads, chunks = scores.shape[:2]
    return 8 * heads * (chunks + 1) * window * (2 * window + 1)


def make_chunks_args(size, rng):
    shape = (size["length"], size["heads"], 64)
    return rng.standard_normal(shape, dtype=np.float32), size["window"]


def make_band_args(size, rng):
    window = size["window"]
    shape = (size["heads"], size["length"] // window - 1, 2 * window, 2 * window)
    return rng.standard_normal(shape, dtype=np.float32), window


SIZES = {
    "S": dict(length=512, window=64, heads=12),
    "R": dict(length=4096, window=256, heads=12),
    "L": dict(length=16384, window=256, heads=12),
}
SAME_KIND = (dict(length=600, window=30, heads=4), dict(length=800, window=40, heads=4))

CASES = (
    Case(
        name="longformer_chunks",
        function=longformer_chunks,
        make_args=make_chunks_args,
        reference=chunks_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=IDEAL_KERNELS,
        ideal_bytes=chunks_bytes,
    ),
    Case(
        name="longformer_band",
        function=longformer_band,
        make_args=make_band_args,
        reference=band_reference,
        sizes=SIZES,
        same_kind=SAME_KIND,
        kernels=IDEAL_KERNELS,
        ideal_bytes=band_bytes,
    ),
)
