"""Greedy decoding until every sentence has ended. Source: sequence-to-sequence Transformers.

Each token is embedded, attends to all tokens before it, and the most likely next token is
taken; the loop ends with the last sentence.
Views: select, slice (bounds from the step), newaxis, reshape. In-place writes: `k[:, :, i, :] = `,
`v[:, :, i, :] = `, `tokens[:, i] = `, `ended |= `. Control flow: `while` on data.
"""

import math

import numpy as np

from viewbench.attn_decode import attn_step
from viewbench.case import Case

KERNELS_PER_STEP = 11  # six of attn_step, four products, argmax

START, END = 1, 2


def seq2seq(embedding, positions, w_query, w_key, w_value, w_output, heads, batch, max_steps):
    """embedding: f32[V, E]; positions: f32[P, E]; w_query, w_key, w_value: f32[E, E]; w_output: f32[E, V]
    -> tokens i64[batch, steps], END behind the end of a sentence.
    """
    channels = embedding.shape[1] // heads
    k = np.zeros((batch, heads, max_steps, channels), dtype=np.float32)
    v = np.zeros((batch, heads, max_steps, channels), dtype=np.float32)
    tokens = np.full((batch, max_steps), END)
    token = (START + np.arange(batch)) % embedding.shape[0]
    ended = np.zeros(batch, dtype=bool)
    i = 0
    while i < max_steps and not ended.all():
        x = embedding[token] + positions[i]
        query = (x @ w_query).reshape(batch, heads, channels)
        key = (x @ w_key).reshape(batch, heads, channels)
        value = (x @ w_value).reshape(batch, heads, channels)
        x = x + attn_step(query, key, value, k, v, i).reshape(batch, -1)
        token = (x @ w_output).argmax(axis=-1)
        token[ended] = END
        tokens[:, i] = token
        ended |= token == END
        i += 1
    return tokens[:, :i]


def reference(embedding, positions, w_query, w_key, w_value, w_output, heads, batch, max_steps):
    """One sentence after another, in double precision, without caches."""
    matrices = (embedding, positions, w_query, w_key, w_value, w_output)
    embedding, positions, w_query, w_key, w_value, w_output = (m.astype(np.float64) for m in matrices)
    sentences = []
    for row in range(batch):
        inputs, sentence = [(START + row) % len(embedding)], []
        while len(sentence) < max_steps and END not in sentence:
            x = embedding[inputs] + positions[: len(inputs)]
            q, k, v = (np.stack(np.split(x @ w, heads, axis=1)) for w in (w_query, w_key, w_value))
            scores = np.exp(np.einsum("hd,htd->ht", q[:, -1], k) / math.sqrt(k.shape[2]))
            attended = np.einsum("ht,htd->hd", scores / scores.sum(axis=1, keepdims=True), v)
            sentence.append(int(np.argmax((x[-1] + attended.ravel()) @ w_output)))
            inputs.append(sentence[-1])
        sentences.append(sentence)
    longest = max(len(sentence) for sentence in sentences)
    return np.array([sentence + [END] * (longest - len(sentence)) for sentence in sentences], np.int64)


def ideal_bytes(embedding, positions, w_query, w_key, w_value, w_output, heads, batch, max_steps):
    """The weights once per step, the caches up to the step, at the most steps."""
    weights = w_query.nbytes + w_key.nbytes + w_value.nbytes + w_output.nbytes
    row = batch * embedding.shape[1] * 4
    return sum(weights + 2 * (i + 1) * row for i in range(max_steps))


def make_args(size, rng):
    """Sentences end at the step size['steps'] - 1 at the latest, where the position asks for it."""
    tokens, channels, steps = size["tokens"], size["channels"], size["steps"]

    def normal(*shape):
        return rng.standard_normal(shape, dtype=np.float32) / np.float32(math.sqrt(shape[0]))

    embedding = rng.standard_normal((tokens, channels), dtype=np.float32)
    positions = rng.standard_normal((steps + 5, channels), dtype=np.float32)
    w_output = normal(channels, tokens)
    positions[steps - 1] = 40 * w_output[:, END]
    matrices = [normal(channels, channels) for _ in range(3)]
    return embedding, positions, *matrices, w_output, size["heads"], size["batch"], steps + 5


CASES = (
    Case(
        name="seq2seq",
        function=seq2seq,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(steps=18, batch=1, tokens=1000, channels=256, heads=8),
            "R": dict(steps=268, batch=1, tokens=8000, channels=256, heads=8),
            "L": dict(steps=268, batch=16, tokens=8000, channels=256, heads=8),
        },
        same_kind=(
            dict(steps=7, batch=3, tokens=100, channels=64, heads=4),
            dict(steps=9, batch=5, tokens=120, channels=64, heads=4),
        ),
        kernels=KERNELS_PER_STEP,
        ideal_bytes=ideal_bytes,
    ),
)
