"""Repeat the cached heads for grouped-query attention. Source: LLaMA `repeat_kv`.

Views: slice, newaxis, expand, reshape (copies), transpose. In-place writes: none.
Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def kv_repeat(cache, batch, length, repeats):
    """cache: f32[B', T', H, D] -> f32[batch, H*repeats, length, D], contiguous."""
    keys = cache[:batch, :length]
    heads = keys.shape[2]
    channels = keys.shape[3]
    keys = np.broadcast_to(keys[:, :, :, None, :], (batch, length, heads, repeats, channels))
    keys = keys.reshape(batch, length, heads * repeats, channels)
    return np.ascontiguousarray(keys.transpose(0, 2, 1, 3))


def reference(cache, batch, length, repeats):
    heads, channels = cache.shape[2:]
    out = np.empty((batch, heads * repeats, length, channels), np.float32)
    for head in range(heads * repeats):
        for token in range(length):
            out[:, head, token] = cache[:batch, token, head // repeats]
    return out


def ideal_bytes(cache, batch, length, repeats):
    """4 read per element, 4 written per repeated element."""
    return 4 * batch * length * cache.shape[2] * cache.shape[3] * (1 + repeats)


def make_args(size, rng):
    cache = rng.standard_normal(size["cache"], dtype=np.float32)
    return cache, size["batch"], size["length"], size["repeats"]


CASES = (
    Case(
        name="kv_repeat",
        function=kv_repeat,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(cache=(1, 256, 8, 64), batch=1, length=100, repeats=4),
            "R": dict(cache=(1, 2048, 32, 128), batch=1, length=1024, repeats=2),
            "L": dict(cache=(4, 4096, 8, 128), batch=4, length=4096, repeats=4),
        },
        same_kind=(
            dict(cache=(4, 99, 32, 64), batch=3, length=50, repeats=4),
            dict(cache=(4, 150, 32, 64), batch=3, length=120, repeats=4),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(cache=(1, 256, 8, 64), batch=1, length=0, repeats=4),
    ),
)
