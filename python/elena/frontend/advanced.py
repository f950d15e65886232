"""Advanced indexing: integer arrays and boolean masks, get and set."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, allocate, shape_text
from .assign import assign, cast_into, masked_assign
from .broadcasting import broadcast_shapes, check_assignable, fit
from .dtypes import INT64
from .errors import fail
from .host import is_host_scalar, load
from .indexing import Entry, basic_view, check_index
from .layout import decide, iterator_order, like_order, product
from .literals import as_array
from .nonzero import nonzero_arrays
from .suppose import suppose_elements
from .symbolic import is_data
from .trace import Trace
from .ufuncs import aligned_strides
from .views import expand, select_index, transpose


class Selection:
    """The pieces of one advanced key: a view with the indexed dimensions first, index arrays, result shape."""

    def __init__(self, x: Array, entries: list[Entry]):
        self.entries = entries
        view, starts = basic_view(x, entries)
        axes, self.indices = [], []
        advanced = [entry for entry in entries if entry.kind in ("array", "mask")]
        for entry, start in zip(advanced, starts):
            axes.extend(range(start, start + entry.width))
            self.indices.extend(index_arrays(x, entry))
        self._broadcast_indices()
        rest = [d for d in range(view.ndim) if d not in axes]
        self.view = transpose(view, axes + rest)
        self.rest_shape = self.view.shape[len(axes) :]
        before = sum(d < axes[0] for d in rest) if _adjacent(entries) else 0
        count = len(self.index_shape)
        #: result dimension d is dimension order[d] of (indices..., rest...)
        self.order = [
            *range(count, count + before),
            *range(count),
            *range(count + before, count + len(rest)),
        ]

    def _broadcast_indices(self) -> None:
        shapes = [index.shape for index in self.indices]
        try:
            self.index_shape = broadcast_shapes(*shapes)
        except ValueError:
            texts = " ".join(shape_text(shape) for shape in shapes)
            fail(
                IndexError,
                f"shape mismatch: indexing arrays could not be broadcast together with shapes {texts}",
            )
        self.index_strides = [aligned_strides(index, self.index_shape) for index in self.indices]
        self.indices = [fit(index, self.index_shape) for index in self.indices]

    @property
    def shape(self) -> tuple:
        """Shape of the result with the index dimensions first."""
        return self.index_shape + self.rest_shape

    @property
    def result_shape(self) -> tuple:
        return tuple(self.shape[d] for d in self.order)

    def allocation_order(self) -> list[int]:
        """NumPy's order of a result: where there are index dimensions only, that of the index arrays; else these
        slowest, the others as in the source."""
        count = len(self.index_shape)
        if count > 1 and (not self.rest_shape or decide(product(self.rest_shape) == 1)):
            order = iterator_order(self.index_shape, self.index_strides)
            return [*order, *range(count, count + len(self.rest_shape))]
        strides = self.view.element_strides[self.view.ndim - len(self.rest_shape) :]
        return [*range(count), *(count + d for d in like_order(self.rest_shape, strides))]

    def index_text(self) -> tuple[str, str]:
        return ", ".join(i.name for i in self.indices), ", ".join(i.type for i in self.indices)


def _adjacent(entries: list[Entry]) -> bool:
    """Whether the advanced parts (ints are, beside arrays) stand side by side."""
    positions = [k for k, entry in enumerate(entries) if entry.kind in ("array", "mask", "int")]
    return positions[-1] - positions[0] == len(positions) - 1


def index_arrays(x: Array, entry: Entry) -> list[Array]:
    """The int64 index arrays of one entry, checked against the bounds."""
    if entry.kind == "mask":
        _check_mask(x, entry)
        return nonzero_arrays(entry.value)
    size = x.shape[entry.axis]
    if isinstance(entry.value, np.ndarray):
        _check_known(entry.value, size, entry.axis)
        return [as_array(entry.value)]
    index = entry.value
    if index.dtype != INT64:
        below = index.storage.below
        index = index.astype(INT64)
        index.storage.below = below
    check_bounds(index, size, entry.axis)
    return [index]


def _check_mask(x: Array, entry: Entry) -> None:
    for k, size in enumerate(entry.value.shape):
        wanted = x.shape[entry.axis + k]
        if not is_data(size):
            is_same = not is_data(wanted) and Trace.current().decide(size == wanted)
            if not is_same and Trace.current().decide(size == 0):
                continue  # NumPy lets an empty mask pass
        text = Trace.current().numbers.text
        message = (
            f"boolean index did not match indexed array along axis {entry.axis + k}; size of axis is "
            f"{text(wanted)} but size of corresponding boolean axis is {text(size)}"
        )
        Trace.current().require(size == wanted, IndexError, message)


def _check_known(values: np.ndarray, size, axis: int) -> None:
    """Known indices: the extremes are checked by guards."""
    for value in sorted({int(values.max()), int(values.min())}, reverse=True) if values.size else ():
        check_index(value, size, axis)


def check_bounds(index: Array, size, axis: int) -> None:
    """Assert that all indices are within the bounds; the first one that is not is named."""
    trace = Trace.current()
    suppose_elements(index, size)
    if not index.shape:
        check_index(load(index), size, axis)
        return
    some = index.size != 0
    if is_data(some) and trace.facts.known(some) is None:
        with trace.when(some):
            _check_elements(index, size, axis)
    elif trace.decide(some):
        _check_elements(index, size, axis)


def _check_elements(index: Array, size, axis: int) -> None:
    from .reductions import argmax
    from .shaping import ravel
    from .ufuncs import apply

    bad = apply("logical_or", apply("less", index, -size), apply("greater_equal", index, size))
    first = argmax(ravel(bad))
    position = load(first)
    value = load(select_index(ravel(index), 0, position))
    check_index(value, size, axis)


def gather(x: Array, entries: list[Entry]) -> Array:
    """x[key]: a copy."""
    selection = Selection(x, entries)
    result = allocate(selection.shape, x.dtype, selection.allocation_order())
    gather_into(selection, result)
    return transpose(result, selection.order)


def gather_into(selection: Selection, result: Array) -> None:
    names, types = selection.index_text()
    view = selection.view
    result.owner.emit_void(
        f"tensorref.gather {view.name}[{names}] into {result.name} : {view.type}[{types}] into {result.type}"
    )


def scatter(x: Array, entries: list[Entry], value: Any) -> None:
    """x[key] = value"""
    if _masked_write(x, entries, value):
        return
    selection = Selection(x, entries)
    source = _values(selection, entries, value, x.dtype)
    names, types = selection.index_text()
    view = selection.view
    x.owner.emit_void(
        f"tensorref.scatter {source.name} into {view.name}[{names}] : {source.type} into {view.type}[{types}]"
    )


def _values(selection: Selection, entries: list[Entry], value: Any, dtype: np.dtype) -> Array:
    """The value over the selection, index dimensions first."""
    shape = selection.result_shape
    if is_host_scalar(value):
        source = allocate((), dtype)
        assign(source, value)
    else:
        source = value if isinstance(value, Array) else as_array(value, dtype)
        if source.dtype != dtype:
            converted = allocate(source.shape, dtype)
            cast_into(source, converted)
            source = converted
    _check_values(source, shape, entries)
    extra = source.ndim - len(shape)
    if extra > 0:
        from .views import squeeze

        source = squeeze(source, range(extra))
    inverse = [selection.order.index(d) for d in range(len(shape))]
    return transpose(fit(source, shape), inverse)


def _check_values(source: Array, shape: tuple, entries: list[Entry]) -> None:
    if source.ndim > 1 and len(entries) == 1 and entries[0].kind == "mask":
        fail(
            TypeError,
            "NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has "
            f"{source.ndim} dimensions",
        )
    if len(entries) == 1 and entries[0].kind == "mask" and source.ndim == 1 and is_data(shape[0]):
        count, size = shape[0], source.shape[0]
        same = size == count
        if not is_data(size) and Trace.current().decide(size == 1):
            return
        text = Trace.current().numbers.text
        message = (
            f"NumPy boolean array indexing assignment cannot assign {text(size)} input values to the {text(count)} "
            "output values where the mask is true"
        )
        Trace.current().require(same, ValueError, message)
        return
    try:
        check_assignable(source.shape, shape)
    except ValueError:
        fail(
            ValueError,
            f"shape mismatch: value array of shape {shape_text(source.shape)} could not be broadcast "
            f"to indexing result of shape {shape_text(shape)}",
        )


def _masked_write(x: Array, entries: list[Entry], value: Any) -> bool:
    """A mask and nothing else advanced, and a value without the mask's dimension: a masked write."""
    advanced = [entry for entry in entries if entry.kind in ("array", "mask", "int")]
    if len(advanced) != 1 or advanced[0].kind != "mask":
        return False
    mask = advanced[0]
    if isinstance(value, (list, tuple, np.ndarray)):
        value = as_array(value, x.dtype)
    view, (start,) = basic_view(x, entries)
    after = view.ndim - start - mask.width
    if isinstance(value, Array):
        if value.ndim > after:
            return False
    elif not is_host_scalar(value):
        return False
    _check_mask(x, mask)
    if any((n == m) is False for n, m in zip(mask.value.shape, x.shape[mask.axis :])):
        return True  # an empty mask
    spread = expand(mask.value, [*range(start), *range(start + mask.width, view.ndim)])
    if isinstance(value, Array) and value.dtype != x.dtype:
        converted = allocate(value.shape, x.dtype)
        cast_into(value, converted)
        value = converted
    masked_assign(view, fit(spread, view.shape), value)
    return True
