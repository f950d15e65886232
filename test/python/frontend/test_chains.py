"""Random chains of views and operations: hint shapes, strides, dtype and view-ness equal NumPy's, in one trace."""

import random

import numpy as np
import pytest

from tracing import check_same_metadata, trace


def random_slice(rng, n):
    if rng.random() < 0.3:
        return slice(None)
    bound = lambda: rng.choice([None, *range(-n - 2, n + 3)])  # noqa: E731
    return slice(bound(), bound(), rng.choice([None, 1, 1, 2, -1, -2, 3]))


def step(rng, x):
    """(description, function of (np, array)) of one random operation that NumPy accepts for x."""
    options = ["transpose", "newaxis", "add", "neg", "copy", "ellipsis", "ravel", "astype", "float"]
    if x.ndim:
        options += [
            "slice",
            "slice",
            "slice",
            "select",
            "flip",
            "sum",
            "gather",
            "roll",
            "concatenate",
            "repeat",
            "cumsum",
        ]
        options += [
            "reshape",
            "reshape",
            "swap",
            "squeeze",
            "max",
            "diagonal",
            "window",
            "broadcast",
            "mask_like",
        ]
    name = rng.choice(options)
    axis = rng.randrange(x.ndim) if x.ndim else 0
    n = x.shape[axis] if x.ndim else 0
    if name == "slice":
        key = tuple(random_slice(rng, size) for size in x.shape)
        return name, lambda np, a: a[key]
    if name == "select" and n:
        index = rng.randrange(-n, n)
        return name, lambda np, a: a[(slice(None),) * axis + (index, Ellipsis)]
    if name == "gather" and n:
        indices = [rng.randrange(-n, n) for _ in range(rng.randrange(1, 4))]
        return name, lambda np, a: a[(slice(None),) * axis + (indices,)]
    if name == "reshape":
        sizes = [s for s in range(1, x.size + 1) if x.size % s == 0] or [0]
        size = rng.choice(sizes)
        shape = rng.choice([(-1,), (size, -1), (size, 1, -1)]) if x.size else x.shape[::-1]
        return name, lambda np, a: a.reshape(shape)
    if name == "diagonal" and x.ndim > 1:
        offset = rng.randrange(-1, 2)
        return name, lambda np, a: np.diagonal(a, offset)
    if name == "window" and n > 2:
        return name, lambda np, a: np.lib.stride_tricks.sliding_window_view(a, 2, axis)
    if name == "max" and n:
        return name, lambda np, a: a.max(axis=axis)
    shift = rng.randrange(-3, 4)
    perm = rng.sample(range(x.ndim), x.ndim)
    return name, {
        "transpose": lambda np, a: a.transpose(perm),
        "newaxis": lambda np, a: a[..., None],
        "add": lambda np, a: a + 1,
        "float": lambda np, a: a * 0.5,
        "neg": lambda np, a: -a + a,
        "copy": lambda np, a: np.copy(a),
        "astype": lambda np, a: a.astype("int32"),
        "ravel": lambda np, a: np.ravel(a),
        "flip": lambda np, a: np.flip(a, axis),
        "sum": lambda np, a: a.sum(axis=axis, keepdims=shift > 0),
        "roll": lambda np, a: np.roll(a, shift, axis),
        "concatenate": lambda np, a: np.concatenate([a, a[:1]]),
        "repeat": lambda np, a: np.repeat(a, 2, axis),
        "cumsum": lambda np, a: np.cumsum(a, axis),
        "swap": lambda np, a: a.swapaxes(0, axis),
        "squeeze": lambda np, a: np.squeeze(a),
        "broadcast": lambda np, a: np.broadcast_to(a, (2, *a.shape)),
        "mask_like": lambda np, a: np.where(a > 1, a, 0),
    }.get(name, lambda np, a: a[...])


@pytest.mark.parametrize("seed", range(600))
def test_chain(seed):
    rng = random.Random(seed)
    shape = rng.choice([(6,), (6, 7), (5, 8, 6), (1, 6), (6, 1, 7), (3, 5), (2, 3, 6)])
    x = np.arange(np.prod(shape), dtype=rng.choice(["float32", "float64", "int64", "uint8"])).reshape(shape)
    x = rng.choice([x, x.T, x[::-1], x[..., ::2], x.swapaxes(0, -1)])
    steps, value, names = [], x, []
    for _ in range(rng.randrange(1, 6)):
        name, function = step(rng, value)
        value = function(np, value)
        if isinstance(value, np.generic):
            break
        names.append(name)
        steps.append(function)

    def chain(np, a):
        for function in steps:
            a = function(np, a)
        return a

    expected = chain(np, x)
    result, proxies, _ = trace(chain, x)
    if not np.shares_memory(expected, x) or result is not proxies[0]:
        check_same_metadata(result, expected, [x], proxies)
