"""Several arrays into one, one into several: concatenate, stack, tile, repeat, split, meshgrid."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import views
from .arrays import Array, allocate, mark_written
from .assign import assign, cast_into
from .broadcasting import fit, require_shape
from .dtypes import dtype_of
from .errors import CastError, fail, located, unsupported
from .layout import contiguous_strides, sorted_order
from .literals import as_array
from .registry import register
from .shaping import atleast_2d, axis_index, ravel
from .symbolic import Sym, maximum, minimum
from .trace import Trace


def _arrays(sequence: Any) -> list[Array]:
    """The arrays of a sequence argument (an array: its first axis)."""
    if isinstance(sequence, Array):
        return list(sequence)
    if not isinstance(sequence, (list, tuple)):
        sequence = list(sequence)
    return [as_array(item) for item in sequence]


def _result_dtype(arrays: list[Array], dtype: Any, casting: str) -> np.dtype:
    if dtype is None:
        return dtype_of(np.result_type(*(x.dtype for x in arrays)))
    wanted = dtype_of(dtype)
    for x in arrays:
        if not np.can_cast(x.dtype, wanted, casting):
            raise CastError(
                located(
                    f"Cannot cast array data from {x.dtype!r} to {wanted!r} according to the rule '{casting}'"
                )
            )
    return wanted


@register(np.concatenate, np.concat)
def concatenate(
    arrays: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Array:
    parts = _arrays(arrays)
    if not parts:
        fail(ValueError, "need at least one array to concatenate")
    if axis is None:
        parts, axis = [ravel(part) for part in parts], 0
    if parts[0].ndim == 0:
        fail(ValueError, "zero-dimensional arrays cannot be concatenated")
    axis = axis_index(axis, parts[0].ndim)
    sizes = _joined_shape(parts, axis)
    if out is None:
        order = (
            sorted_order([p.shape for p in parts], [p.element_strides for p in parts])
            if len(sizes) > 1
            else None
        )
        result = allocate(sizes, _result_dtype(parts, dtype, casting), order)
    else:
        result = out
        mark_written(out)
        _check_out_shape(out, sizes)
        _result_dtype(parts, out.dtype, casting)
    if out is not None and len(parts) > 1:
        _copy_parts(_detached(parts), result, axis)
    else:
        _copy_parts(parts, result, axis)
    return result


def _detached(parts: list[Array]) -> list[Array]:
    """Copies, so that writing one part does not change another."""
    return [part.copy() for part in parts]


def _check_out_shape(out: Array, shape: tuple) -> None:
    require_shape(out.shape, shape, "Output array is the wrong shape")


def _joined_shape(parts: list[Array], axis: int) -> tuple:
    first = parts[0]
    sizes = list(first.shape)
    for k, part in enumerate(parts[1:], 1):
        if part.ndim != first.ndim:
            fail(
                ValueError,
                "all the input array dimensions except for the concatenation axis must match exactly, but along "
                f"dimension 0, the array at index 0 has {first.ndim} dimension(s) and the array at index {k} has "
                f"{part.ndim} dimension(s)",
            )
        for d, size in enumerate(part.shape):
            if d == axis:
                sizes[d] = sizes[d] + size
                continue
            text = Trace.current().numbers.text
            message = (
                "all the input array dimensions except for the concatenation axis must match exactly, but along "
                f"dimension {d}, the array at index 0 has size {text(sizes[d])} and the array at "
                f"index {k} has size {text(size)}"
            )
            Trace.current().require(sizes[d] == size, ValueError, message)
            sizes[d] = size if type(size) is int else sizes[d]
    return tuple(sizes)


def _copy_parts(parts: list[Array], result: Array, axis: int) -> None:
    start: int | Sym = 0
    for part in parts:
        stop = start + part.shape[axis]
        target = segment(result, axis, start, part.shape[axis])
        cast_into(fit(part, target.shape), target)
        start = stop


def segment(x: Array, axis: int, start, size) -> Array:
    """x[..., start:start+size, ...] where that is known to lie inside."""
    shape = list(x.shape)
    if (size == shape[axis]) is True:
        return x
    stop = start + size
    if (views.slice_length(shape[axis], start, stop, 1) == size) is not True:
        shape[axis] = size  # inside by construction, if not for the prover
        return views.strided(x, start * x.element_strides[axis], tuple(shape), x.element_strides)
    bounds: list = [(None, None, 1)] * x.ndim
    bounds[axis] = (
        None if type(start) is int and start == 0 else start,
        None if (stop == shape[axis]) is True else stop,
        1,
    )
    return views.slices(x, bounds)


@register(np.stack)
def stack(
    arrays: Any, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Array:
    parts = _arrays(arrays)
    if not parts:
        fail(ValueError, "need at least one array to stack")
    for part in parts[1:]:
        if part.ndim != parts[0].ndim or not all(bool(a == b) for a, b in zip(part.shape, parts[0].shape)):
            fail(ValueError, "all input arrays must have the same shape")
    axis = axis_index(axis, parts[0].ndim + 1)
    expanded = [views.expand(part, [axis]) for part in parts]
    return concatenate(expanded, axis, out, dtype=dtype, casting=casting)


@register(np.vstack)
def vstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Array:
    return concatenate([atleast_2d(part) for part in _arrays(tup)], 0, dtype=dtype, casting=casting)


@register(np.hstack)
def hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Array:
    from .shaping import atleast_1d

    parts = [atleast_1d(part) for part in _arrays(tup)]
    return concatenate(parts, 0 if parts and parts[0].ndim == 1 else 1, dtype=dtype, casting=casting)


@register(np.dstack)
def dstack(tup: Any) -> Array:
    from .shaping import atleast_3d

    return concatenate([atleast_3d(part) for part in _arrays(tup)], 2)


@register(np.column_stack)
def column_stack(tup: Any) -> Array:
    parts = [views.expand(p, range(p.ndim, 2)) if p.ndim < 2 else p for p in _arrays(tup)]
    return concatenate(parts, 1)


@register(np.append)
def append(arr: Any, values: Any, axis: Any = None) -> Array:
    if axis is None:
        return concatenate([ravel(arr), ravel(values)])
    return concatenate([arr, values], axis)


# ---- repetition --------------------------------------------------------------------------------------------


@register(np.tile)
def tile(A: Any, reps: Any) -> Array:
    x = as_array(A)
    counts = list(reps) if isinstance(reps, (tuple, list)) else [reps]
    counts = [c if isinstance(c, Sym) else operator.index(c) for c in counts]
    if all(c == 1 if type(c) is int else _is_one_time(x, c) for c in counts):
        return np_array_copy(x, len(counts))
    ndim = max(len(counts), x.ndim)
    counts = [1] * (ndim - len(counts)) + counts
    for count in counts:
        if (count >= 0) is not True and not Trace.current().decide(x.size == 0):
            Trace.current().require(count >= 0, ValueError, "negative dimensions are not allowed")
    x = views.expand(x, range(ndim - x.ndim)) if x.ndim < ndim else x
    sizes = tuple(maximum(c, 0) * n for c, n in zip(counts, x.shape))
    spread = tuple(part for c, n in zip(counts, x.shape) for part in (maximum(c, 0), n))
    result = allocate(spread, x.dtype)
    source = views.expand(x, range(0, 2 * ndim, 2))
    cast_into(fit(source, spread), result)
    return _merge_pairs(result, sizes)


def _is_one_time(x: Array, count: Sym) -> bool:
    """Whether a run-time count is 1: asked where NumPy's copy then has another order than a tiling."""
    ordered = all((a == b) is True for a, b in zip(x.element_strides, contiguous_strides(x.shape)))
    return not ordered and Trace.current().decide(count == 1)


def np_array_copy(x: Array, ndim: int) -> Array:
    from .literals import array

    return array(x, ndmin=ndim)


def _merge_pairs(x: Array, sizes: tuple) -> Array:
    """[a0, b0, a1, b1, ...] contiguous, as [a0*b0, a1*b1, ...]."""
    sources = [[2 * d, 2 * d + 1] for d in range(len(sizes))]
    return views.reshape_view(x, sizes, sources, [[d] for d in range(len(sizes))], contiguous_strides(sizes))


@register(np.repeat)
def repeat(a: Any, repeats: Any, axis: Any = None) -> Array:
    x = as_array(a)
    if axis is None or not x.shape:
        x, axis = ravel(x), 0 if axis is None else axis
    axis = axis_index(axis, x.ndim)
    if isinstance(repeats, (list, tuple)) and len(repeats) == 1:
        (repeats,) = repeats
    if isinstance(repeats, Array) and not repeats.shape:
        from .host import load

        repeats = load(repeats)
    if isinstance(repeats, (list, tuple, Array, np.ndarray)):
        unsupported("np.repeat with a count per element", "use one count, or index with an array")
    count = repeats if isinstance(repeats, Sym) else operator.index(repeats)
    Trace.current().require(count >= 0, ValueError, "repeats may not contain negative values.")
    spread = (*x.shape[: axis + 1], count, *x.shape[axis + 1 :])
    result = allocate(spread, x.dtype)
    cast_into(fit(views.expand(x, [axis + 1]), spread), result)
    sizes = (*x.shape[:axis], x.shape[axis] * count, *x.shape[axis + 1 :])
    groups = [[d] for d in range(axis)] + [[axis, axis + 1]] + [[d] for d in range(axis + 2, len(spread))]
    return views.reshape_view(
        result, sizes, groups, [[d] for d in range(len(sizes))], contiguous_strides(sizes)
    )


# ---- splitting ---------------------------------------------------------------------------------------------


@register(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    x = as_array(ary)
    axis = axis_index(axis, x.ndim)
    total = x.shape[axis]
    if isinstance(indices_or_sections, (list, tuple, np.ndarray)):
        marks = [0, *indices_or_sections, None]
    else:
        sections = operator.index(indices_or_sections)
        if sections <= 0:
            fail(ValueError, "number sections must be larger than 0.")
        each, extra = total // sections, total % sections
        marks = [each * k + minimum(extra, k) for k in range(sections)] + [total]
    pieces = []
    for start, stop in zip(marks, marks[1:]):
        key = [slice(None)] * x.ndim
        key[axis] = slice(start, stop)
        pieces.append(x[tuple(key)])
    return pieces


@register(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    x = as_array(ary)
    if not isinstance(indices_or_sections, (list, tuple, np.ndarray)):
        sections = operator.index(indices_or_sections)
        if not Trace.current().decide(x.shape[axis_index(axis, x.ndim)] % sections == 0):
            fail(ValueError, "array split does not result in an equal division")
    return array_split(x, indices_or_sections, axis)


for _function, _axis in ((np.hsplit, 1), (np.vsplit, 0), (np.dsplit, 2)):
    register(_function)(lambda ary, sections, _axis=_axis: split(ary, sections, _axis))


# ---- grids -------------------------------------------------------------------------------------------------


@register(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple:
    if indexing not in ("xy", "ij"):
        fail(ValueError, "Valid values for `indexing` are 'xy' and 'ij'.")
    arrays = [ravel(x) for x in xi]
    count = len(arrays)
    places = list(range(count))
    if indexing == "xy" and count > 1:
        places[0], places[1] = 1, 0
    grids = [views.expand(x, [d for d in range(count) if d != place]) for x, place in zip(arrays, places)]
    if not sparse:
        sizes: list = [1] * count
        for x, place in zip(arrays, places):
            sizes[place] = x.shape[0]
        grids = [views.broadcast(grid, tuple(sizes), writeable=True) if count > 1 else grid for grid in grids]
    return tuple(grid.copy() if copy else grid for grid in grids)


@register(np.indices)
def indices(dimensions: Any, dtype: Any = int, sparse: bool = False):
    from .creation import arange, shape_of

    sizes = shape_of(dimensions)
    kind = dtype_of(dtype)
    ranges = [arange(size, dtype=kind) for size in sizes]
    shaped = [views.expand(r, [d for d in range(len(sizes)) if d != k]) for k, r in enumerate(ranges)]
    if sparse:
        return tuple(shaped)
    result = allocate((len(sizes), *sizes), kind)
    for k, grid in enumerate(shaped):
        assign(views.select_index(result, 0, k), fit(grid, sizes))
    return result
