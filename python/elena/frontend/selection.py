"""Choosing elements: where, take, select."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import views
from .advanced import index_arrays
from .arrays import Array, allocate
from .assign import cast_into
from .broadcasting import broadcast_shapes, fit
from .dtypes import BOOL, INT64, dtype_of, element_range
from .errors import fail, unsupported
from .host import is_host_scalar, weak_type
from .indexing import Entry
from .literals import as_array, as_operand
from .registry import register
from .shaping import axis_index, ravel
from .symbolic import Sym
from .ufuncs import apply, new_output, select_map


def weak_value(value: Any) -> Any:
    """What np.result_type takes for an operand: a dtype, or 0 / 0.0 for Python numbers."""
    if isinstance(value, Array):
        return value.dtype
    kind = weak_type(value)
    return 0 if kind is int else (0.0 if kind is float else kind)


def _unchecked(value: Any, kind: np.dtype) -> Any:
    """np.where casts Python integers as it casts arrays: what does not fit wraps."""
    if isinstance(value, bool) or not isinstance(value, (int, Sym)) or kind.kind not in "iu" or kind == INT64:
        return value
    if isinstance(value, Sym):
        return as_array(as_array(value), kind)
    low, high = element_range(kind)
    return value if low <= value <= high else (value - low) % (high - low + 1) + low


@register(np.where)
def where(condition: Any, x: Any = None, y: Any = None, /):
    if x is None and y is None:
        from .nonzero import nonzero

        return nonzero(condition)
    if x is None or y is None:
        fail(ValueError, "either both or neither of x and y should be given")
    mask = as_array(condition)
    mask = mask if mask.dtype == BOOL else apply("not_equal", mask, 0)
    mask = as_array(mask)
    a, b = as_operand(x), as_operand(y)
    kind = dtype_of(np.result_type(weak_value(a), weak_value(b)))
    a, b = (_unchecked(operand, kind) for operand in (a, b))
    arrays = [operand for operand in (mask, a, b) if isinstance(operand, Array)]
    shape = broadcast_shapes(*(array.shape for array in arrays))
    result = new_output(shape, kind, arrays)
    fitted = [fit(operand, shape) if isinstance(operand, Array) else operand for operand in (a, b)]
    select_map(fit(mask, shape), *fitted, kind, result)
    return result


@register(np.take)
def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "raise"):
    x = as_array(a)
    if axis is None or not x.shape:
        x, axis = ravel(x), 0 if axis is None else axis
    axis = axis_index(axis, x.ndim)
    if is_host_scalar(indices):
        key = [slice(None)] * x.ndim
        key[axis] = indices
        taken = x[tuple(key)]
        return taken if taken.scalar else taken.copy()
    index = _take_index(x, indices, axis, mode)
    count = index.ndim
    shape = x.shape[:axis] + index.shape + x.shape[axis + 1 :]
    result = allocate(shape, x.dtype)
    order = [*range(axis, axis + count), *range(axis), *range(axis + count, len(shape))]
    target = views.transpose(result, order)
    source = views.transpose(x, [axis, *(d for d in range(x.ndim) if d != axis)])
    result.owner.emit_void(
        f"tensorref.gather {source.name}[{index.name}] into {target.name} : "
        f"{source.type}[{index.type}] into {target.type}"
    )
    if out is not None:
        from .assign import fill

        fill(out, result)
        return out
    from .arrays import as_scalar

    return as_scalar(result)


def _take_index(x: Array, indices: Any, axis: int, mode: str) -> Array:
    size = x.shape[axis]
    if mode == "raise":
        known = isinstance(indices, (list, tuple, np.ndarray))
        if known:
            from .indexing import _sequence_entry

            entry = _sequence_entry(indices)
        else:
            entry = Entry("array", as_array(indices))
        entry.axis = axis
        return index_arrays(x, entry)[0]
    index = as_array(indices, INT64)
    if mode == "wrap":
        return apply("remainder", index, size)
    if mode == "clip":
        return apply("clip", index, 0, size - 1)
    fail(ValueError, f"clipmode must be one of 'clip', 'raise', or 'wrap' (got '{mode}')")


@register(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: Any = -1):
    x, index = as_array(arr), as_array(indices)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index(axis, x.ndim)
    return x[_along(x, index, axis)]


@register(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any):
    index = as_array(indices)
    axis = axis_index(axis, arr.ndim)
    arr[_along(arr, index, axis)] = values


def _along(x: Array, index: Array, axis: int) -> tuple:
    from .creation import arange

    if index.ndim != x.ndim:
        fail(ValueError, "`indices` and `arr` must have the same number of dimensions")
    key = []
    for d in range(x.ndim):
        if d == axis:
            key.append(index)
        else:
            place = arange(x.shape[d])
            key.append(views.expand(place, [k for k in range(x.ndim) if k != d]))
    return tuple(key)


@register(np.compress)
def compress(condition: Any, a: Any, axis: Any = None, out: Any = None):
    if out is not None:
        unsupported("np.compress(out=)", "assign the result")
    x = as_array(a)
    if axis is None:
        x, axis = ravel(x), 0
    key = [slice(None)] * x.ndim
    key[axis_index(axis, x.ndim)] = as_array(condition, BOOL)
    return x[tuple(key)]


@register(np.extract)
def extract(condition: Any, arr: Any):
    return ravel(arr)[ravel(as_array(condition, BOOL))]


@register(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0):
    values = [as_operand(choice) for choice in choicelist]
    fallback = as_operand(default)
    kind = dtype_of(np.result_type(*(weak_value(v) for v in [*values, fallback])))
    shapes = [as_array(v).shape for v in [*condlist, *values, fallback]]
    shape = broadcast_shapes(*shapes)
    result = allocate(shape, kind)
    cast_into(fit(as_array(fallback), shape), result)
    for condition, value in reversed(list(zip(condlist, values))):
        result = where(condition, as_array(value, kind), result)
    return result


@register(np.putmask)
def putmask(a: Array, mask: Any, values: Any) -> None:
    from .assign import copyto

    copyto(a, values, where=mask, casting="unsafe")


@register(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None):
    if prepend not in (None, np._NoValue) or append not in (None, np._NoValue):
        unsupported("np.diff(prepend=, append=)", "concatenate first")
    x = as_array(a)
    axis = axis_index(axis, x.ndim)
    for _ in range(operator.index(n)):
        key = [slice(None)] * x.ndim
        upper, lower = list(key), list(key)
        upper[axis], lower[axis] = slice(1, None), slice(None, -1)
        name = "not_equal" if x.dtype == BOOL else "subtract"
        x = apply(name, x[tuple(upper)], x[tuple(lower)])
    return x
