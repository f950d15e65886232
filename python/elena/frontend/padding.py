"""roll and pad: copies of parts into a fresh array."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import views
from .arrays import Array, allocate, as_scalar, copy_into
from .assign import assign
from .creation import empty_like
from .errors import fail, unsupported
from .joining import segment
from .layout import is_contiguous, like_order
from .literals import as_array
from .registry import register
from .shaping import axis_index, ravel, reshape
from .symbolic import Sym
from .trace import Trace


@register(np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Array:
    x = as_array(a)
    if axis is None:
        return reshape(roll(ravel(x), shift, 0), x.shape)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    shifts = shift if isinstance(shift, (tuple, list)) else (shift,)
    count = max(len(axes), len(shifts))
    if len(axes) not in (1, count) or len(shifts) not in (1, count):
        fail(ValueError, "'shift' and 'axis' should be scalars or 1D sequences")
    total: dict[int, Any] = {}
    for k in range(count):
        d = axis_index(axes[k % len(axes)], x.ndim)
        step = shifts[k % len(shifts)]
        total[d] = total.get(d, 0) + (step if isinstance(step, Sym) else operator.index(step))
    result = empty_like(x)
    _roll_parts(x, result, list(total.items()))
    return result


def _roll_parts(x: Array, result: Array, shifts: list) -> None:
    """Copy the (up to 2**k) blocks that keep together."""
    if not shifts:
        copy_into(x, result)
        return
    (axis, shift), *rest = shifts
    size = x.shape[axis]
    if Trace.current().decide(size == 0):
        return
    offset = shift % size
    if type(offset) is int and offset == 0:
        _roll_parts(x, result, rest)
        return
    body = size - offset
    _roll_parts(segment(x, axis, 0, body), segment(result, axis, offset, body), rest)
    _roll_parts(segment(x, axis, body, offset), segment(result, axis, 0, offset), rest)


@register(np.pad)
def pad(array: Any, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0, **kwargs) -> Array:
    x = as_array(array)
    if mode not in ("constant", "edge") or kwargs:
        unsupported(f"np.pad(mode={mode!r})", "use mode='constant' or 'edge'")
    widths = _pairs(pad_width, x.ndim)
    for before, after in widths or _pairs(pad_width, 1):
        for width in (before, after):
            if not Trace.current().decide(width >= 0):
                fail(ValueError, "index can't contain negative values")
    shape = tuple(size + before + after for size, (before, after) in zip(x.shape, widths))
    result = allocate(shape, x.dtype, _pad_order(x))
    if mode == "edge":
        return _edge(x, result, widths)
    values = _pairs(constant_values, x.ndim)  # (before, after) per axis
    first = values[0][0] if values else 0
    if _all_same(values):
        assign(result, _scalar(first, result))
    inner = _inner(result, x, widths)
    copy_into(x, inner)
    if not _all_same(values):
        _constant_sides(result, x, widths, values)
    return result


def _pad_order(x: Array):
    """np.pad allocates in Fortran order only if the array is Fortran and not C contiguous."""
    if x.ndim < 2:
        return None
    order = like_order(x.shape, x.element_strides)
    if order != list(range(x.ndim))[::-1] or not is_contiguous(x.shape[::-1], x.element_strides[::-1]):
        return None
    return None if is_contiguous(x.shape, x.element_strides) else order


def _pairs(value: Any, ndim: int) -> list[tuple]:
    """NumPy's broadcast of pad_width: a number, (n,), (before, after), ((before, after),), one pair per axis."""
    if isinstance(value, dict):
        pairs = [(0, 0)] * ndim
        for axis, width in value.items():
            pairs[axis_index(axis, ndim)] = (
                tuple(width) if isinstance(width, (tuple, list)) else (width, width)
            )
        return pairs
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (tuple, list)):
        return [(value, value)] * ndim
    if not any(isinstance(item, (tuple, list)) for item in value):
        if len(value) == 1:
            return [(value[0], value[0])] * ndim
        if len(value) == 2:
            return [tuple(value)] * ndim
    items = [tuple(item) if isinstance(item, (tuple, list)) else (item,) for item in value]
    items = [item * 2 if len(item) == 1 else item for item in items]
    if len(items) == 1:
        items = items * ndim
    if len(items) != ndim:
        fail(
            ValueError,
            f"operands could not be broadcast together with remapped shapes: {len(items)} pads, {ndim} axes",
        )
    return items


def _all_same(values: list[tuple]) -> bool:
    flat = [value for pair in values for value in pair]
    return all(
        value is flat[0] or (type(value) is type(flat[0]) and value == flat[0]) is True for value in flat
    )


def _scalar(value: Any, target: Array) -> Any:
    """np.pad makes NumPy scalars of numbers: what does not fit into unsigned integers wraps."""
    if target.dtype.kind != "u" or isinstance(value, Array):
        return value
    return as_scalar(as_array(value))


def _inner(result: Array, x: Array, widths: list[tuple]) -> Array:
    view = result
    for axis, (before, _) in enumerate(widths):
        view = segment(view, axis, before, x.shape[axis])
    return view


def _constant_sides(result: Array, x: Array, widths: list[tuple], values: list[tuple]) -> None:
    """Axis after axis, the sides over what the earlier axes have made."""
    for axis in range(x.ndim):
        area = result
        for later in range(axis + 1, x.ndim):
            area = segment(area, later, widths[later][0], x.shape[later])
        before, after = widths[axis]
        assign(segment(area, axis, 0, before), _scalar(values[axis][0], result))
        assign(segment(area, axis, before + x.shape[axis], after), _scalar(values[axis][1], result))


def _edge(x: Array, result: Array, widths: list[tuple]) -> Array:
    copy_into(x, _inner(result, x, widths))
    for axis, (before, after) in enumerate(widths):
        area = result
        for later in range(axis + 1, x.ndim):
            area = segment(area, later, widths[later][0], x.shape[later])
        last = before + x.shape[axis]
        for start, size, edge in ((0, before, before), (last, after, last - 1)):
            target = segment(area, axis, start, size)
            source = views.expand(views.select_index(area, axis, edge), [axis])
            assign(target, source)
    return result
