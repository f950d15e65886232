"""Writing whole views: x[...] = value, fill, copyto."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, copy_into, mark_written
from .broadcasting import check_assignable, fit
from .casts import cast
from .dtypes import BOOL, is_integer
from .errors import CastError, located
from .host import is_host_scalar
from .literals import as_array, fill_with
from .registry import register
from .trace import Trace


def assign(target: Array, value: Any) -> None:
    """target[...] = value: broadcast, cast as 'unsafe'. The caller has checked that it may be written."""
    trace = Trace.current()
    if is_host_scalar(value):
        _check_number(value, target.dtype)
        fill_with(trace, target, value)
        return
    source = value if isinstance(value, Array) else as_array(value, target.dtype)
    check_assignable(source.shape, target.shape)
    source = fit(_drop_leading(source, target.ndim), target.shape)
    cast_into(source, target)


def _check_number(value: Any, dtype: np.dtype) -> None:
    """NaN and infinity cannot be assigned to integers."""
    if type(value) is float and is_integer(dtype) and not np.isfinite(value):
        if np.isnan(value):
            raise ValueError(located("cannot convert float NaN to integer"))
        raise OverflowError(located("cannot convert float infinity to integer"))


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

        _check_number(value, target.dtype)
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


@register(np.copyto)
def copyto(dst: Array, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    mark_written(dst)
    kind = src.dtype if isinstance(src, (Array, np.generic, np.ndarray)) else None
    if kind is not None and not np.can_cast(kind, dst.dtype, casting):
        raise CastError(
            located(
                f"Cannot cast array data from {kind!r} to {dst.dtype!r} according to the rule '{casting}'"
            )
        )
    if where is True:
        assign(dst, src)
        return
    mask = as_array(where)
    if mask.dtype != BOOL:
        raise TypeError(located("copyto() where must be an array of bools"))
    check_assignable(mask.shape, dst.shape)
    masked_assign(dst, fit(mask, dst.shape), src)
