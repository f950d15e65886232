"""The examples of the table of operations in docs/Dialects/TensorRef.md, as NumPy answers them.

A row says, for `x`, a fresh 4x6 float32 array, and `c`, a fresh 2x3x4 one, what an expression is:

    `x[2]` → 12, [6], [1]           a view: offset, sizes, strides, in elements
    `x + 1` → new [4, 6], [6, 1]    a new storage
    `np.asarray(x)` → x             the same object
    `x.sum()` → value               a scalar, or metadata
"""

import pathlib
import re

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "Dialects" / "TensorRef.md"
EXAMPLE = re.compile(r"`([^`]+)` → ([^<|]+)")


def fresh():
    return np.arange(24, dtype=np.float32).reshape(4, 6).copy()


def store(target, value):
    target[...] = value


def add(target, value):
    target += value


def store_at(target, index, value):
    target[index] = value


def add_at(target, index, value):
    target[index] += value


def evaluate(expression):
    """(the arrays of the expression, its value)."""
    arrays = {"x": fresh(), "c": fresh().reshape(2, 3, 4).copy()}
    names = dict(np=np, as_strided=as_strided, sliding_window_view=sliding_window_view)
    writes = dict(store=store, add=add, store_at=store_at, add_at=add_at)
    return arrays, eval(expression, {**names, **writes, **arrays})


def describe(expression):
    arrays, result = evaluate(expression)
    for name, array in arrays.items():
        if result is array:
            return name
    if result is None:
        return "no result"
    if not isinstance(result, np.ndarray):
        return "value"
    sizes, strides = list(result.shape), [s // result.itemsize for s in result.strides]
    for array in arrays.values():
        if np.shares_memory(array, result):
            return f"{(result.ctypes.data - array.ctypes.data) // array.itemsize}, {sizes}, {strides}"
    return f"new {sizes}, {strides}"


def examples():
    """(expression, what the page says) of every row."""
    table = PAGE.read_text().split("## Operations")[1]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    return [(code, said.strip()) for row in rows for code, said in EXAMPLE.findall(row)]
