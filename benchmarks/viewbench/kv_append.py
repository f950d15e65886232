"""Append keys (or values) to a cache. Source: LLaMA attention.

Views: slice (run-time bounds). In-place writes: `cache[:B, p:p+s] = ` into the caller's
buffer; the result is a view of it. Control flow: none.
"""

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 1


def kv_append(cache, new, position):
    """cache: f32[B', T, H, D], written; new: f32[B, s, H, D]; position: int -> cache[:B, :position+s]."""
    batch = new.shape[0]
    length = new.shape[1]
    cache[:batch, position : position + length] = new
    return cache[:batch, : position + length]


def reference(cache, new, position):
    for b in range(new.shape[0]):
        for token in range(new.shape[1]):
            cache[b, position + token] = new[b, token]
    return cache[0 : new.shape[0], 0 : position + new.shape[1]]


def ideal_bytes(cache, new, position):
    """8 per new element, nothing for old ones."""
    return 2 * new.nbytes


def make_args(size, rng):
    _, _, heads, channels = size["cache"]
    cache = rng.standard_normal(size["cache"], dtype=np.float32)
    new = rng.standard_normal((*size["new"], heads, channels), dtype=np.float32)
    return cache, new, size["position"]


CASES = (
    Case(
        name="kv_append",
        function=kv_append,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(cache=(1, 256, 8, 64), new=(1, 1), position=100),
            "R": dict(cache=(1, 2048, 32, 128), new=(1, 512), position=512),
            "L": dict(cache=(4, 4096, 8, 128), new=(4, 1), position=2047),
        },
        same_kind=(
            dict(cache=(4, 99, 32, 64), new=(3, 20), position=10),
            dict(cache=(4, 150, 32, 64), new=(3, 33), position=64),
        ),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(cache=(1, 256, 8, 64), new=(1, 0), position=100),
        writes=("cache",),
    ),
)
