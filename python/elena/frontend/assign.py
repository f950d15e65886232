"""Writing whole views: x[...] = value, fill, copyto."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, as_zero_d, copy_into, mark_written
from .broadcasting import check_assignable, fit
from .casts import cast
from .dtypes import BOOL, FLOAT64, INT64, element_range, is_integer
from .errors import CastError, located
from .host import check_range, is_host_scalar, load, weak_type
from .literals import as_array, fill_with
from .registry import register
from .scalars import SymFloat
from .trace import Trace


def assign(target: Array, value: Any) -> None:
    """target[...] = value: broadcast, cast as 'unsafe'. The caller has checked that it may be written."""
    trace = Trace.current()
    if is_host_scalar(value):
        check_number(value, target.dtype)
        fill_with(trace, target, value)
        return
    source = value if isinstance(value, Array) else as_array(value, target.dtype)
    if source.scalar:
        _check_scalar(source, target.dtype)
    check_assignable(source.shape, target.shape)
    source = fit(_drop_leading(source, target.ndim), target.shape)
    cast_into(source, target)


def check_number(value: Any, dtype: np.dtype) -> None:
    """A number that is assigned to integers must fit: as NumPy itself says of a known one, by checks at run time of
    a Python float."""
    if not is_integer(dtype):
        return
    if isinstance(value, (float, np.generic)):
        try:
            with np.errstate(all="ignore"):
                np.zeros((), dtype)[...] = value
        except (ValueError, OverflowError) as error:
            raise type(error)(located(str(error))) from None
    elif isinstance(value, SymFloat):
        _check_float(value, dtype)


def _check_scalar(source: Array, dtype: np.dtype) -> None:
    """NumPy converts NumPy scalars as Python does (so they must fit) where the target is signed."""
    if dtype.kind != "i" or np.can_cast(source.dtype, dtype, "safe"):
        return
    value = load(source)
    if isinstance(value, SymFloat):
        _check_float(value, dtype)
    else:
        check_range(value, dtype)


def assign_unsafe(target: Array, value: Any) -> None:
    """np.copyto(target, value, casting="unsafe"): only a Python int must fit."""
    if is_host_scalar(value):
        fill_with(target.owner, target, value)
    else:
        assign(target, as_zero_d(value) if isinstance(value, Array) else value)


_WORD = float(2**63)


def _check_float(value: SymFloat, dtype: np.dtype) -> None:
    trace = value.trace
    trace.require(value == value, ValueError, "cannot convert float NaN to integer")
    trace.require(abs(value) != float("inf"), OverflowError, "cannot convert float infinity to integer")
    low, high = element_range(dtype)
    if dtype.itemsize < 8:
        message = f"Python integer out of bounds for {dtype}"
        trace.require(value > low - 1.0, OverflowError, message)
        trace.require(value < high + 1.0, OverflowError, message)
        return
    message = "Python int too large to convert to C long"
    trace.require(value > -1.0 if dtype.kind == "u" else value >= -_WORD, OverflowError, message)
    trace.require(value < (2 * _WORD if dtype.kind == "u" else _WORD), OverflowError, message)


def _drop_leading(source: Array, ndim: int) -> Array:
    from .broadcasting import pin_ones
    from .views import squeeze

    extra = source.ndim - ndim
    if extra <= 0:
        return source
    source = pin_ones(source, (1,) * extra + source.shape[extra:])
    return squeeze(source, range(extra))


def cast_into(source: Array, target: Array) -> None:
    """target[...] = source of the same shape, with a cast."""
    trace = target.owner
    if source.dtype == target.dtype:
        copy_into(source, target)
        return
    from .ufuncs import write_map

    region = trace.text.region()
    parameter = trace.text.new_name("a")
    value = cast(region, parameter, source.dtype, target.dtype)
    write_map(trace, [source], [parameter], region, [(value, target)])


def fill(target: Array, value: Any) -> None:
    """ndarray.fill"""
    mark_written(target)
    assign(target, value)


def masked_assign(target: Array, mask: Array, value: Any) -> None:
    """target[mask] = value where mask has the target's shape and the value broadcasts to it."""
    trace = target.owner
    if is_host_scalar(value):
        from .dtypes import mlir_type
        from .host import element

        if not isinstance(value, np.generic):  # converted as an array would be
            check_number(value, target.dtype)
        kind = mlir_type(target.dtype)
        name = element(trace, trace.text, value, target.dtype)
        trace.emit_void(
            f"tensorref.masked_fill {name} into {target.name} where {mask.name} : {kind}, {target.type}, {mask.type}"
        )
        return
    source = as_array(value, target.dtype)
    check_assignable(source.shape, target.shape)
    source = fit(_drop_leading(source, target.ndim), target.shape)
    trace.emit_void(
        f"tensorref.masked_copy {source.name} to {target.name} where {mask.name} : "
        f"{source.type}, {target.type}, {mask.type}"
    )


def _weak_kind(value: Any, target: np.dtype) -> np.dtype | None:
    """What np.copyto takes a Python number for; an int can be cast to all integers."""
    if not is_host_scalar(value):
        return None
    kind = weak_type(value)
    if kind is int:
        return target if is_integer(target) else INT64
    return FLOAT64 if kind is float else kind


@register(np.copyto)
def copyto(dst: Array, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    mark_written(dst)
    kind = src.dtype if isinstance(src, (Array, np.generic, np.ndarray)) else _weak_kind(src, dst.dtype)
    if kind is not None and not np.can_cast(kind, dst.dtype, casting):
        raise CastError(
            located(
                f"Cannot cast array data from {kind!r} to {dst.dtype!r} according to the rule '{casting}'"
            )
        )
    if where is True:
        assign_unsafe(dst, src)
        return
    mask = as_array(where)
    if mask.dtype != BOOL:
        raise TypeError(located("copyto() where must be an array of bools"))
    check_assignable(mask.shape, dst.shape)
    masked_assign(dst, fit(mask, dst.shape), src)
