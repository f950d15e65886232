"""mean, var, std, as NumPy composes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array
from .dtypes import FLOAT64, dtype_of
from .errors import unsupported
from .layout import product
from .literals import as_array
from .reductions import NO_VALUE, max_, min_, reduced_axes, sum_
from .registry import register
from .symbolic import maximum
from .ufuncs import apply


def _no_where(where: Any, name: str) -> None:
    if where is not NO_VALUE and where is not True:
        unsupported(f"np.{name}(where=...)", "multiply by the mask and divide by its sum")


def _mean_dtype(x: Array, dtype: Any) -> np.dtype:
    if dtype is not None:
        return dtype_of(dtype)
    return FLOAT64 if x.dtype.kind in "biu" else x.dtype


@register(np.mean)
def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where=NO_VALUE
):
    _no_where(where, "mean")
    x = as_array(a)
    axes = reduced_axes(axis, x.ndim)
    total = sum_(x, axis=axes, dtype=_mean_dtype(x, dtype), out=out, keepdims=keepdims)
    return _divided(total, product(x.shape[d] for d in axes), out)


def _divided(total: Array, count: Any, out: Any) -> Array:
    """total / count, in place where total is an array."""
    if total.scalar:
        result = apply("divide", total, count)
        return result if result.dtype == total.dtype else result.astype(total.dtype)
    return apply("divide", total, count, out=total if out is None else out, casting="unsafe")


@register(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False):
    if weights is not None or returned:
        unsupported("np.average with weights", "write (a * w).sum() / w.sum()")
    return mean(a, axis, keepdims=keepdims)


@register(np.var)
def var(
    a,
    axis=None,
    dtype=None,
    out=None,
    ddof=0,
    keepdims=False,
    *,
    where=NO_VALUE,
    mean=NO_VALUE,
    correction=NO_VALUE,
):
    _no_where(where, "var")
    if mean is not NO_VALUE:
        unsupported("np.var(mean=...)", "leave it out")
    ddof = ddof if correction is NO_VALUE else correction
    x = as_array(a)
    axes = reduced_axes(axis, x.ndim)
    kind = _mean_dtype(x, dtype)
    count = product(x.shape[d] for d in axes)
    center = sum_(x, axis=axes, dtype=kind, keepdims=True)
    center = apply("divide", center, count)
    if center.dtype != kind:
        center = center.astype(kind)
    difference = apply("subtract", x, center)
    squares = apply("multiply", difference, difference)
    total = sum_(squares, axis=axes, dtype=kind, out=out, keepdims=keepdims)
    return _divided(
        total, maximum(count - ddof, 0) if not isinstance(ddof, float) else max(count - ddof, 0), out
    )


@register(np.std)
def std(
    a,
    axis=None,
    dtype=None,
    out=None,
    ddof=0,
    keepdims=False,
    *,
    where=NO_VALUE,
    mean=NO_VALUE,
    correction=NO_VALUE,
):
    result = var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    return apply("sqrt", result) if result.scalar else apply("sqrt", result, out=result)


@register(np.ptp)
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False):
    return apply("subtract", max_(a, axis, keepdims=keepdims), min_(a, axis, keepdims=keepdims), out=out)
