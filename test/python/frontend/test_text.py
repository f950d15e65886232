"""Every text that the front end makes is a valid module: elena-opt parses and verifies it."""

import pathlib
import subprocess

import numpy as np
import pytest
from test_metadata import CASES, LAYOUTS

from tracing import text

OPT = pathlib.Path(__file__).resolve().parents[3] / "build" / "bin" / "elena-opt"
SEPARATOR = "// -----\n"


def verify(modules, *options):
    """All modules in one run; the first diagnostics where one is wrong."""
    program = SEPARATOR.join(modules)
    run = subprocess.run(
        [OPT, "-split-input-file", *options, "-o", "/dev/null", "-"],
        input=program,
        capture_output=True,
        text=True,
    )
    if run.returncode:
        lines = program.splitlines()
        first = run.stderr.splitlines()[0]
        raise AssertionError("\n".join([run.stderr[:2000], *blame(first, lines)]))


def blame(message, lines):
    parts = message.split(":")
    return [lines[int(parts[1]) - 1]] if len(parts) > 2 and parts[1].isdigit() else []


def texts(functions, *args):
    return [text(function, *args)[0] for function in functions]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(7,), (6, 8), (5, 6, 7), (2, 6, 3)])
def test_metadata_cases(shape, layout):
    x = LAYOUTS[layout](np.arange(np.prod(shape), dtype="float32").reshape(shape))
    modules = []
    for function in CASES.values():
        try:
            modules.append(text(function, x)[0])
        except (ValueError, IndexError):
            continue
    verify(modules)


UFUNCS = [
    *"add subtract multiply divide floor_divide remainder fmod power maximum minimum fmax fmin".split(),
    *"bitwise_and bitwise_or bitwise_xor left_shift right_shift hypot arctan2 copysign".split(),
    *"equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor".split(),
    *"negative reciprocal square absolute fabs sign invert isnan isinf isfinite signbit floor ceil trunc".split(),
    *"rint arctan positive sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh logical_not".split(),
    *"deg2rad rad2deg".split(),
]
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


@pytest.mark.parametrize("dtype", DTYPES)
def test_ufuncs(dtype):
    x = np.ones((5, 6), dtype)
    modules = []
    for name in UFUNCS:
        ufunc = getattr(np, name)
        args = (x,) * ufunc.nin
        try:
            expected = ufunc(*args)
        except TypeError:
            with pytest.raises(TypeError):
                text(lambda xp, *a, n=name: getattr(xp, n)(*a), *args)
            continue
        if expected.dtype == np.float16:
            continue
        modules.append(text(lambda xp, *a, n=name: getattr(xp, n)(*a), *args)[0])
        modules.append(text(lambda xp, a, n=name, k=ufunc.nin: getattr(xp, n)(a, *(a[:1],) * (k - 1)), x)[0])
    for target in DTYPES:
        modules.append(text(lambda xp, a, t=target: a.astype(t), x)[0])
    verify(modules)


def _in_place(xp, x, y):
    x[1:] += y[1:]
    x[..., 0] *= 2
    xp.multiply(x, y, out=x, where=y > 0)
    xp.copyto(x, y, where=x > 1)
    x[x > 2] = 0
    x[[0, 1]] -= y[[1, 0]]
    x[:, [0, 2]] = 1.5
    x[y > 3] *= 2
    x.fill(1)
    xp.put_along_axis(x, xp.argmax(x, axis=1)[:, None], 0, 1)


SURFACE = {
    "in_place": _in_place,
    "mask": lambda xp, x, y: x[x > 0],
    "mask_rows": lambda xp, x, y: x[x[:, 0] > 0],
    "mask_sum": lambda xp, x, y: (x[x > 0] + y[x > 0]).sum(),
    "two_indices": lambda xp, x, y: x[[0, 1], [1, 2]],
    "index_array": lambda xp, x, y: x[xp.argmax(y, axis=0)],
    "scalar": lambda xp, x, y: x[0, 1] * y,
    "element_index": lambda xp, x, y: x[xp.argmax(y[:, 0])],
    "arange": lambda xp, x, y: xp.arange(x.shape[0]) * 2.0,
    "arange_float": lambda xp, x, y: xp.arange(0.0, x.shape[0], 0.5),
    "linspace": lambda xp, x, y: xp.linspace(0, 1, x.shape[0]),
    "eye": lambda xp, x, y: xp.eye(x.shape[0]) + xp.tri(x.shape[0]),
    "tril": lambda xp, x, y: xp.tril(x) + xp.triu(x, 1),
    "indices": lambda xp, x, y: xp.indices(x.shape),
    "meshgrid": lambda xp, x, y: xp.meshgrid(x[0], y[:, 0], indexing="ij", sparse=True),
    "literal": lambda xp, x, y: xp.array([[1, 2.5], [x.shape[0], x[0, 0]]]),
    "literal_rows": lambda xp, x, y: xp.array([x[0], y[0]]),
    "constant": lambda xp, x, y: x[:, :2] * np.array([1.0, 2.0], np.float32),
    "hstack": lambda xp, x, y: xp.hstack([x, y]),
    "vstack": lambda xp, x, y: xp.vstack([x, y]),
    "dstack": lambda xp, x, y: xp.dstack([x, y]),
    "column_stack": lambda xp, x, y: xp.column_stack([x[:, 0], y]),
    "split": lambda xp, x, y: xp.split(x, 2),
    "array_split": lambda xp, x, y: xp.array_split(x, 3, axis=1),
    "roll2": lambda xp, x, y: xp.roll(x, (1, -2), (0, 1)),
    "pad": lambda xp, x, y: xp.pad(x, ((1, 2), (0, 3)), constant_values=1),
    "pad_sides": lambda xp, x, y: xp.pad(x, 1, constant_values=((1, 2), (3, 4))),
    "pad_edge": lambda xp, x, y: xp.pad(x, 1, mode="edge"),
    "rot90": lambda xp, x, y: xp.rot90(x) + 0,
    "diagonal": lambda xp, x, y: xp.diagonal(x, 1) * 2,
    "diag": lambda xp, x, y: xp.diag(x[0]),
    "trace": lambda xp, x, y: xp.trace(x),
    "windows": lambda xp, x, y: xp.lib.stride_tricks.sliding_window_view(x, (2, 3)).sum(axis=(-1, -2)),
    "as_strided": lambda xp, x, y: xp.lib.stride_tricks.as_strided(x, (2, 3), (4, 8)) + 1,
    "take": lambda xp, x, y: xp.take(x, xp.array([0, 2]), axis=1),
    "take_along": lambda xp, x, y: xp.take_along_axis(x, xp.argmin(x, axis=1)[:, None], 1),
    "nonzero": lambda xp, x, y: xp.nonzero(x),
    "where1": lambda xp, x, y: xp.where(x[0] > 0),
    "select": lambda xp, x, y: xp.select([x > 0, x < -1], [x, y], 3),
    "statistics": lambda xp, x, y: (x.mean(), x.std(axis=0), x.var(axis=1, ddof=1), xp.ptp(x)),
    "reductions": lambda xp, x, y: (x.prod(), x.any(), xp.all(x > 0, axis=1), x.argmin(), xp.cumprod(x, 1)),
    "reduce_out": lambda xp, x, y: xp.add.reduce(x, 0, out=y[0]),
    "where_sum": lambda xp, x, y: xp.sum(x, where=y > 0, initial=1.0),
    "max_initial": lambda xp, x, y: xp.max(x, axis=1, initial=0),
    "dot": lambda xp, x, y: xp.dot(x, y.T),
    "matmul": lambda xp, x, y: (x @ y.T, x @ y[0], x[None] @ y.T),
    "inner": lambda xp, x, y: (xp.inner(x, y), xp.outer(x[0], y[0]), xp.einsum("ij,kj->ik", x, y)),
    "norm": lambda xp, x, y: xp.linalg.norm(x, axis=1),
    "round": lambda xp, x, y: (xp.round(x, 2), xp.clip(x, None, 2), xp.clip(x, y, 2.0), xp.nan_to_num(x)),
    "power": lambda xp, x, y: (x**2, x**0.5, x**y, x.astype("int32") ** 3, 2**x),
    "divmod": lambda xp, x, y: divmod(x, y),
    "isclose": lambda xp, x, y: xp.isclose(x, y),
    "types": lambda xp, x, y: (xp.float32(x.shape[0]), xp.int64(x[0, 0])),
    "broadcast": lambda xp, x, y: xp.broadcast_arrays(x[:, None], y),
    "compress": lambda xp, x, y: xp.compress(x[:, 0] > 0, x, axis=0),
    "diff": lambda xp, x, y: xp.diff(x, axis=0),
    "tile": lambda xp, x, y: (xp.tile(x, 2), xp.tile(x[0], (x.shape[0], 1))),
    "outer": lambda xp, x, y: xp.subtract.outer(x[0], y[0]),
    "count": lambda xp, x, y: xp.count_nonzero(x > 0) + 1,
    "view_results": lambda xp, x, y: {"a": x[1:], "b": [y.T, None, 3, x.shape]},
}


@pytest.mark.parametrize("dtype", ["float32", "int16", "uint8"])
def test_surface(dtype):
    modules = []
    for name, function in SURFACE.items():
        x = np.ones((6, 7), dtype)
        try:
            modules.append(text(function, x, x.copy())[0])
        except TypeError as error:
            assert dtype != "float32" and "Cannot cast" in str(error), name
    verify(modules)
