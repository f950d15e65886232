"""Shape, strides, dtype and view-or-copy of traced operations equal NumPy's (no compilation)."""

import operator

import numpy as np
import pytest

from tracing import check_same_metadata, trace

LAYOUTS = {
    "c": lambda x: x,
    "t": lambda x: x.T,
    "rows": lambda x: x[::2],
    "columns": lambda x: x[:, ::2] if x.ndim > 1 else x[::2],
    "reverse": lambda x: x[::-1],
    "swapped": lambda x: x.swapaxes(0, -1),
}

CASES = {
    name: function
    for name, function in {
        "add": lambda np, x: x + 1,
        "add_t": lambda np, x: x + x,
        "float": lambda np, x: x * 2.5,
        "divide": lambda np, x: x / 3,
        "copy": lambda np, x: x.copy(),
        "np_copy": lambda np, x: np.copy(x),
        "astype": lambda np, x: x.astype(np._module.float64),
        "zeros_like": lambda np, x: np.zeros_like(x),
        "sum0": lambda np, x: x.sum(axis=0),
        "sum": lambda np, x: x.sum(),
        "sum_last": lambda np, x: np.sum(x, axis=-1, keepdims=True),
        "mean": lambda np, x: x.mean(axis=0),
        "max": lambda np, x: x.max(axis=-1),
        "argmax": lambda np, x: x.argmax(axis=0),
        "any": lambda np, x: (x > 1).any(axis=0),
        "cumsum": lambda np, x: np.cumsum(x, axis=0),
        "cumsum_flat": lambda np, x: np.cumsum(x),
        "var": lambda np, x: x.var(axis=0),
        "ravel": lambda np, x: x.ravel(),
        "flatten": lambda np, x: x.flatten(),
        "reshape": lambda np, x: x.reshape(-1),
        "reshape2": lambda np, x: x.reshape(2, -1),
        "reshape3": lambda np, x: x.reshape(*x.shape[:-1], -1, 1),
        "transpose": lambda np, x: x.T,
        "newaxis": lambda np, x: x[None, ..., None],
        "slice": lambda np, x: x[1:-1],
        "step": lambda np, x: x[..., ::-2],
        "select": lambda np, x: x[1],
        "last": lambda np, x: x[..., -1],
        "ellipsis": lambda np, x: x[...],
        "concatenate": lambda np, x: np.concatenate([x, x], axis=-1),
        "stack": lambda np, x: np.stack([x, x], axis=-1),
        "stack0": lambda np, x: np.stack([x, x + 1]),
        "where": lambda np, x: np.where(x > 2, x, 0),
        "clip": lambda np, x: np.clip(x, 1, 3),
        "squeeze": lambda np, x: x[:1].squeeze(),
        "flip": lambda np, x: np.flip(x),
        "roll": lambda np, x: np.roll(x, 1, axis=0),
        "roll_flat": lambda np, x: np.roll(x, 2),
        "tile": lambda np, x: np.tile(x, (2, 1)),
        "repeat": lambda np, x: np.repeat(x, 2, axis=0),
        "pad": lambda np, x: np.pad(x, 1),
        "broadcast": lambda np, x: np.broadcast_to(x, (3, *x.shape)),
        "gather": lambda np, x: x[[0, 1]],
        "gather_last": lambda np, x: x[..., [0, 1, 0]],
        "take": lambda np, x: np.take(x, [0, 1], axis=-1),
        "expand": lambda np, x: np.expand_dims(x, 0),
        "ascontiguous": lambda np, x: np.ascontiguousarray(x),
        "moveaxis": lambda np, x: np.moveaxis(x, 0, -1),
        "matmul": lambda np, x: x @ x.swapaxes(-1, -2) if x.ndim > 1 else x @ x,
        "meshgrid": lambda np, x: np.meshgrid(x.ravel(), x.ravel()[:3]),
        "split": lambda np, x: np.array_split(x, 2),
        "round": lambda np, x: np.round(x, 1),
    }.items()
}


class Numpy:
    """NumPy itself under the interface of `xp`."""

    _module = np

    def __getattr__(self, name):
        return getattr(np, name)


@pytest.mark.parametrize("dtype", ["float32", "int32"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(7,), (6, 8), (5, 6, 7), (2, 6, 3)])
@pytest.mark.parametrize("case", CASES)
def test_metadata(case, shape, layout, dtype):
    x = LAYOUTS[layout](np.arange(np.prod(shape), dtype=dtype).reshape(shape))
    try:
        expected = CASES[case](Numpy(), x)
    except (ValueError, IndexError) as error:
        with pytest.raises(type(error)):
            trace(CASES[case], x)
        return
    result, proxies, _ = trace(CASES[case], x)
    check_same_metadata(result, expected, [x], proxies)


BINARY = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and_", "or_", "lshift", "lt", "eq"]
DTYPES = [
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float32",
    "float64",
]


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("left", DTYPES)
def test_promotion(name, left):
    function = getattr(operator, name)
    a = np.ones(7, left)
    for right in [*(np.ones(7, d) for d in DTYPES), 3, 2.5, True, np.float32(2), np.int64(1)]:
        body = lambda _, x, y=right: function(x, y)  # noqa: E731
        args = [a, right] if isinstance(right, np.ndarray) else [a]
        body = (lambda _, x, y: function(x, y)) if len(args) == 2 else body
        try:
            expected = body(None, *args)
        except TypeError:
            with pytest.raises(TypeError):
                trace(body, *args)
            continue
        if expected.dtype == np.float16:
            continue
        result, proxies, _ = trace(body, *args)
        check_same_metadata(result, expected, args, proxies)
