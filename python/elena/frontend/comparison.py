"""Comparing arrays as wholes: isclose, allclose, array_equal."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array
from .builtin_functions import float_
from .errors import unsupported
from .host import load
from .literals import as_array
from .reductions import all_
from .registry import register
from .scalars import SymFloat
from .symbolic import Sym, SymBool, is_data
from .trace import Trace
from .ufuncs import apply


def _inexact(value: Any) -> Any:
    """Differences and absolute values of integers would wrap."""
    if isinstance(value, (int, Sym, SymBool)):
        return float_(value)
    return value if isinstance(value, (float, SymFloat)) else _inexact_array(as_array(value))


def _inexact_array(array: Array) -> Array:
    return array if array.dtype.kind == "f" else array.astype(np.result_type(array.dtype, 1.0))


@register(np.isclose)
def isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False):
    b = _inexact(b)
    limit = apply("add", apply("multiply", apply("absolute", b), rtol), atol)
    near = apply("less_equal", apply("absolute", apply("subtract", a, b)), limit)
    result = apply("logical_or", apply("logical_and", near, apply("isfinite", b)), apply("equal", a, b))
    if equal_nan:
        both = apply("logical_and", apply("isnan", a), apply("isnan", b))
        result = apply("logical_or", result, both)
    return result


@register(np.allclose)
def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False):
    """A Python bool, as NumPy's."""
    return load(all_(isclose(a, b, rtol, atol, equal_nan)))


@register(np.array_equal)
def array_equal(a1: Any, a2: Any, equal_nan: bool = False):
    """A Python bool, as NumPy's; the shapes are compared by guards."""
    first, second = as_array(a1), as_array(a2)
    if first.ndim != second.ndim:
        return False
    for n, m in zip(first.shape, second.shape):
        equal = n == m
        if isinstance(equal, SymBool) and is_data(equal):
            unsupported("np.array_equal of shapes that depend on data", "compare with (a == b).all()")
        if not Trace.current().decide(equal):
            return False
    same = apply("equal", first, second)
    if equal_nan:
        same = apply("logical_or", same, apply("logical_and", apply("isnan", first), apply("isnan", second)))
    return load(all_(same))
