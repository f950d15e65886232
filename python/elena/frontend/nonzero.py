"""The places where a mask is True, as index arrays: a count, ranks by cumsum, a scatter."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, allocate, copy_into
from .dtypes import BOOL, INT64
from .host import data_integer
from .layout import product
from .registry import register
from .symbolic import Sym, hint_of
from .views import select_index, slices


def nonzero_arrays(mask: Array) -> list[Array]:
    """np.nonzero(mask) for a bool mask; made once per mask and its contents."""
    trace = mask.owner
    epoch = trace.argument_writes if mask.storage.leaf is not None else 0
    key = ("nonzero", mask.name, mask.storage.writes, epoch, trace.epoch)
    return trace.once(key, lambda: _unravel(flat_nonzero(mask), mask.shape))


def flat_nonzero(mask: Array) -> Array:
    """Flat positions (C order) of the True elements: an int64 array whose size depends on data."""
    from .reductions import cumsum, sum_
    from .shaping import ravel
    from .ufuncs import apply, select_map

    trace = mask.owner
    flat = ravel(mask)
    total = flat.shape[0]
    counted = sum_(flat)
    name = trace.emit(f"tensorref.load {counted.name} : {counted.type}", "e")
    hint = max(2, hint_of(total) // 2 + 1)
    count = data_integer(trace, name, INT64, low=0, high=_upper(trace, total), hint=hint)
    ranks = apply("subtract", cumsum(flat), 1)
    places = allocate((total,), INT64)
    select_map(flat, ranks, count, INT64, places)
    positions = arange_into(total)
    found = allocate((count + 1,), INT64)
    trace.emit_void(
        f"tensorref.scatter {positions.name} into {found.name}[{places.name}] : "
        f"{positions.type} into {found.type}[{places.type}]"
    )
    return slices(found, [(None, count, 1)])


def _upper(trace, total: int | Sym) -> float:
    return trace.facts.bounds(total)[1]


def arange_into(size: int | Sym) -> Array:
    result = allocate((size,), INT64)
    trace = result.owner
    zero, one = trace.constant(0, "i64"), trace.constant(1, "i64")
    trace.emit_void(f"tensorref.iota {zero} step {one} into {result.name} : i64, {result.type}")
    return result


def _unravel(flat: Array, shape: tuple) -> list[Array]:
    """Flat positions as one index per dimension."""
    from .ufuncs import apply

    if len(shape) == 1:
        return [flat]
    result = []
    for d in range(len(shape)):
        inner = product(shape[d + 1 :])
        index = flat if d == len(shape) - 1 else apply("floor_divide", flat, inner)
        result.append(index if d == 0 else apply("remainder", index, shape[d]))
    return result


def _as_mask(x: Any) -> Array:
    from .literals import as_array
    from .ufuncs import apply

    array = as_array(x)
    return array if array.dtype == BOOL else apply("not_equal", array, 0)


@register(np.nonzero)
def nonzero(a: Any) -> tuple:
    found = nonzero_arrays(_as_mask(a))
    if len(found) == 1:
        return tuple(found)
    table = allocate((found[0].shape[0], len(found)), INT64)  # as NumPy: columns of one array
    columns = [select_index(table, 1, d) for d in range(len(found))]
    for column, values in zip(columns, found):
        copy_into(values, column)
    return tuple(columns)


@register(np.flatnonzero)
def flatnonzero(a: Any) -> Array:
    from .shaping import ravel

    return nonzero_arrays(ravel(_as_mask(a)))[0]


@register(np.argwhere)
def argwhere(a: Any) -> Array:
    from .joining import stack

    return stack(nonzero(a), axis=-1)
