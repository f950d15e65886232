"""Attention of one new token after another, with growing caches. Source: Transformer decoders.

`attn_step` is one step, `attn_decode` a sequence of them with given queries, keys and values.
Views: select, slice (bounds from the step), newaxis, reshape. In-place writes: `k[:, :, i, :] = `,
`v[:, :, i, :] = `, `out[i] = `. Control flow: loop over the steps.
"""

import math

import numpy as np

from viewbench.case import Case

KERNELS_PER_STEP = 6  # two stores, scores, softmax, weighted sum, store of the output


def softmax(x):
    exponentials = np.exp(x - x.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def attn_step(query, new_key, new_value, k, v, i):
    """query, new_key, new_value: f32[B, H, D]; k, v: caches f32[B, H, T, D], written at i -> f32[B, H, D]."""
    k[:, :, i, :] = new_key
    v[:, :, i, :] = new_value
    scores = k[:, :, : i + 1] @ query[..., None] / math.sqrt(query.shape[-1])
    weights = softmax(scores[..., 0])
    return (weights[:, :, None, :] @ v[:, :, : i + 1])[:, :, 0]


def attn_decode(queries, new_keys, new_values, k, v):
    """queries, new_keys, new_values: f32[steps, B, H, D]; k, v: f32[B, H, T, D], written -> like queries."""
    out = np.empty_like(queries)
    for i in range(queries.shape[0]):
        out[i] = attn_step(queries[i], new_keys[i], new_values[i], k, v, i)
    return out


def step_reference(query, new_key, new_value, k, v, i):
    out = np.empty_like(query)
    for b, h in np.ndindex(*query.shape[:2]):
        k[b, h, i], v[b, h, i] = new_key[b, h], new_value[b, h]
        q = query[b, h].astype(np.float64)
        weights = [math.exp(np.dot(q, k[b, h, t]) / math.sqrt(len(q))) for t in range(i + 1)]
        out[b, h] = sum(w * v[b, h, t].astype(np.float64) for t, w in enumerate(weights)) / math.fsum(weights)
    return out


def decode_reference(queries, new_keys, new_values, k, v):
    steps = enumerate(zip(queries, new_keys, new_values))
    return np.stack([step_reference(*vectors, k, v, i) for i, vectors in steps])


def step_bytes(query, new_key, new_value, k, v, i):
    """The caches up to the step read, the new token read and written, the output written."""
    return 2 * i * query.nbytes + 3 * query.nbytes + 3 * query.nbytes


def decode_bytes(queries, new_keys, new_values, k, v):
    """What the steps read and write, one after another."""
    return sum(step_bytes(queries[i], None, None, k, v, i) for i in range(len(queries)))


def make_decode_args(size, rng):
    batch, heads, length, channels = size["cache"]
    shape = (size["steps"], batch, heads, channels)
    vectors = [rng.standard_normal(shape, dtype=np.float32) for _ in range(3)]
    caches = [rng.standard_normal(size["cache"], dtype=np.float32) for _ in range(2)]
    return *vectors, *caches


def make_step_args(size, rng):
    query, key, value, k, v = make_decode_args(dict(size, steps=1), rng)
    return query[0], key[0], value[0], k, v, size["steps"] - 1


SIZES = {
    "S": dict(steps=18, cache=(1, 8, 32, 32)),
    "R": dict(steps=268, cache=(1, 8, 300, 32)),
    "L": dict(steps=268, cache=(16, 8, 300, 32)),
}
ULP = dict(
    ulp=16,
    ulp_scale=1.0,
    ulp_reason="products and sums in another order, exp; values cancel, so ulp are those of a unit vector",
)

CASES = (
    Case(
        name="attn_step",
        function=attn_step,
        make_args=make_step_args,
        reference=step_reference,
        sizes=SIZES,
        same_kind=(dict(steps=7, cache=(2, 5, 20, 24)), dict(steps=11, cache=(2, 6, 30, 20))),
        kernels=KERNELS_PER_STEP,
        ideal_bytes=step_bytes,
        writes=("k", "v"),
        **ULP,
    ),
    Case(
        name="attn_decode",
        function=attn_decode,
        make_args=make_decode_args,
        reference=decode_reference,
        sizes=SIZES,
        same_kind=(dict(steps=5, cache=(2, 5, 20, 24)), dict(steps=5, cache=(2, 6, 30, 20))),
        kernels=KERNELS_PER_STEP,
        ideal_bytes=decode_bytes,
        writes=("k", "v"),
        **ULP,
    ),
)
