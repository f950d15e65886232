"""round and clip."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .arrays import Array, as_scalar, check_writeable
from .dtypes import element_range
from .literals import as_array
from .registry import register
from .symbolic import Sym, is_data
from .ufuncs import apply, is_traced


@register(np.round, np.around)
def round_(a: Any, decimals: int = 0, out: Any = None):
    if not is_traced([a]) and out is None and not isinstance(a, (list, tuple)):
        return np.round(a, decimals)
    x = as_array(a) if not isinstance(a, Array) else a
    decimals = operator.index(decimals)
    if not -(2**31) <= decimals < 2**31:
        raise OverflowError("Python int too large to convert to C int")
    if x.dtype.kind in "biu" and decimals >= 0:
        return _integer_result(x, out)
    if decimals == 0:
        return apply("rint", x, out=out)
    scale = _power_of_ten(abs(decimals))
    before, after = ("multiply", "divide") if decimals > 0 else ("divide", "multiply")
    result = apply(before, x, scale)
    result = apply("rint", result)
    result = apply(after, result, scale)
    if result.dtype != x.dtype:
        result = result.astype(x.dtype)
    if out is not None:
        from .arrays import mark_written
        from .assign import cast_into

        mark_written(out)
        cast_into(result, out)
        return out
    return result


def _power_of_ten(n: int) -> float:
    """10**n as NumPy makes it: by products of floats, to infinity."""
    power = 1.0
    while n > 0 and power < float("inf"):
        power *= 10
        n -= 1
    return power


def _integer_result(x: Array, out: Any) -> Array:
    if out is None:
        return as_scalar(x.copy()) if x.scalar else x.copy(order="K")
    from .assign import fill

    fill(out, x)
    return out


def _useful(a: Any, bound: Any, is_low: bool) -> Any:
    """The bound, or None for a Python integer beyond what an integer array can hold: it changes nothing."""
    kind = getattr(a, "dtype", None)
    if kind is None or kind.kind not in "iu" or isinstance(bound, bool) or not isinstance(bound, (int, Sym)):
        return bound
    least, most = element_range(kind)
    if isinstance(bound, Sym) and (is_data(bound) or (kind.itemsize == 8 and not (is_low and least == 0))):
        return bound  # a run-time integer has 64 bits
    return None if (bound <= least if is_low else bound >= most) else bound


@register(np.clip)
def clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: Any = None,
    *,
    min: Any = None,
    max: Any = None,
    **kwargs,
):
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    low, high = _useful(a, low, True), _useful(a, high, False)
    if low is None and high is None:
        return apply("positive", a, out=out, **kwargs)
    if high is None:
        return apply("maximum", a, low, out=out, **kwargs)
    if low is None:
        return apply("minimum", a, high, out=out, **kwargs)
    return apply("clip", a, low, high, out=out, **kwargs)


@register(np.fix)
def fix(x: Any, out: Any = None):
    return apply("trunc", x, out=out)


@register(np.nan_to_num)
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None):
    from .selection import where

    array = as_array(x)
    if array.dtype.kind != "f":
        return array.copy(order="K") if copy else array
    info = np.finfo(array.dtype)
    highest = float(info.max) if posinf is None else posinf
    lowest = float(info.min) if neginf is None else neginf
    result = where(apply("isnan", array), nan, array)
    result = where(apply("equal", result, float("inf")), highest, result)
    result = where(apply("equal", result, float("-inf")), lowest, result)
    if copy:
        return result
    check_writeable(array)
    array[...] = result
    return array
