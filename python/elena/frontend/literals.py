"""Arrays from Python values: numbers, nested lists, constant ndarrays; np.array, np.asarray."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, allocate, as_zero_d, copy_into
from .dtypes import FLOAT64, INT64, dtype_of, mlir_type
from .errors import fail, unsupported
from .host import element, is_host_scalar, weak_type
from .registry import register
from .trace import Trace

#: literals of up to so many elements become constants
MOST_ELEMENTS = 64


def as_operand(value: Any) -> Any:
    """An operand of a ufunc: an Array, or a host scalar as it is."""
    if isinstance(value, Array) or is_host_scalar(value):
        return value
    return as_array(value)


def as_array(value: Any, dtype: Any = None) -> Array:
    """np.asarray(value, dtype)."""
    wanted = None if dtype is None else dtype_of(dtype)
    if isinstance(value, Array):
        array = as_zero_d(value)
        if wanted is None or array.dtype == wanted:
            return array
        from .creation import converted

        return converted(array, wanted)
    if isinstance(value, np.ndarray):
        return constant_array(value, wanted)
    if is_host_scalar(value):
        return filled((), value, wanted or scalar_dtype(value))
    if isinstance(value, (list, tuple)):
        return from_nested(value, wanted)
    if isinstance(value, range):
        return from_nested(list(value), wanted)
    unsupported(f"an array made of {type(value).__name__}", "pass arrays, numbers, or lists of them")


def scalar_dtype(value: Any) -> np.dtype:
    """The dtype of np.asarray(number)."""
    kind = weak_type(value)
    if kind is int:
        if type(value) is int and not -(2**63) <= value < 2**63:
            return np.dtype(np.uint64)
        return INT64
    return FLOAT64 if kind is float else dtype_of(kind)


def filled(shape: tuple, value: Any, dtype: np.dtype) -> Array:
    """A fresh array with the host scalar in every element."""
    trace = Trace.current()
    result = allocate(shape, dtype)
    fill_with(trace, result, value)
    return result


def fill_with(trace, target: Array, value: Any) -> None:
    """target[...] = host scalar."""
    kind = mlir_type(target.dtype)
    name = element(trace, trace.text, value, target.dtype)
    trace.emit_void(f"tensorref.fill {name} into {target.name} : {kind}, {target.type}")


def constant_array(value: np.ndarray, dtype: np.dtype | None = None) -> Array:
    if type(value) is not np.ndarray:
        unsupported(f"an array of type {type(value).__name__}", "use a plain numpy.ndarray")
    if value.size > MOST_ELEMENTS:
        unsupported(f"a constant array of {value.size} elements", "pass it to the function as an argument")
    result = dtype or dtype_of(value.dtype)
    return from_scalars(value.astype(result).ravel().tolist(), value.shape, result)


def from_scalars(values: list, shape: tuple, dtype: np.dtype) -> Array:
    """tensorref.from_elements: host scalars in C order."""
    trace = Trace.current()
    result = allocate(shape, dtype)
    if values:
        names = ", ".join(element(trace, trace.text, value, dtype) for value in values)
        trace.emit_void(f"tensorref.from_elements {names} into {result.name} : {result.type}")
    return result


def from_nested(value: Any, dtype: np.dtype | None) -> Array:
    """np.array(nested lists and tuples of numbers and arrays)."""
    shape, leaves = flatten(value)
    if any(isinstance(leaf, Array) for leaf in leaves):
        return _stacked(value, leaves, shape, dtype)
    if not leaves:
        return allocate(shape, dtype or FLOAT64)
    if len(leaves) > MOST_ELEMENTS:
        unsupported(
            f"an array literal of {len(leaves)} elements", "make it outside and pass it as an argument"
        )
    return from_scalars(leaves, shape, dtype or common_dtype(leaves))


def common_dtype(values: list) -> np.dtype:
    """The dtype of np.array(values)."""
    kinds = []
    for value in values:
        kinds.append(value.dtype if isinstance(value, Array) else scalar_dtype(value))
    return dtype_of(np.result_type(*kinds))


def flatten(value: Any) -> tuple[tuple, list]:
    """(shape of the nesting, leaves in C order); ValueError for ragged lists."""
    if isinstance(value, np.ndarray):
        value = constant_array(value)
    if not isinstance(value, (list, tuple)):
        if not isinstance(value, Array) and not is_host_scalar(value):
            unsupported(f"{type(value).__name__} in an array literal", "use numbers and arrays only")
        return (), [value]
    shapes, leaves = [], []
    for item in value:
        shape, inner = flatten(item)
        shapes.append(shape)
        leaves.extend(inner)
    if any(shape != shapes[0] for shape in shapes):
        fail(
            ValueError,
            "setting an array element with a sequence. The requested array has an inhomogeneous shape",
        )
    return (len(value), *(shapes[0] if shapes else ())), leaves


def _stacked(value: Any, leaves: list, shape: tuple, dtype: np.dtype | None) -> Array:
    """A literal that has arrays among its leaves."""
    dtype = dtype or common_dtype(leaves)
    arrays = [leaf for leaf in leaves if isinstance(leaf, Array)]
    inner = arrays[0].shape
    for leaf in leaves:
        own = leaf.shape if isinstance(leaf, Array) else ()
        if len(own) != len(inner) or not all(bool(a == b) for a, b in zip(own, inner)):
            fail(
                ValueError,
                "setting an array element with a sequence. The requested array has an inhomogeneous shape",
            )
    result = allocate((*shape, *inner), dtype)
    for index, leaf in zip(np.ndindex(*shape), leaves):
        from .assign import assign

        part = result
        for position in index:
            from .views import select_index

            part = select_index(part, 0, position)
        assign(part, leaf)
    return result


@register(np.array)
def array(
    value: Any, dtype: Any = None, *, copy: Any = True, order: str = "K", ndmin: int = 0, subok: bool = False
):
    from .creation import copy_ordered

    if order not in ("K", "C", "A"):
        unsupported(f"np.array(..., order={order!r})", "leave `order` out")
    if isinstance(value, Array):
        wanted = value.dtype if dtype is None else dtype_of(dtype)
        source = as_zero_d(value)
        if copy is not True and wanted == source.dtype:
            result = source
        elif copy is False:
            fail(ValueError, "Unable to avoid copy while creating an array as requested.")
        else:
            result = copy_ordered(source, wanted, "K" if order == "A" else order)
    else:
        result = as_array(value, dtype)
    if ndmin > result.ndim:
        from .views import expand

        result = expand(result, range(ndmin - result.ndim))
    return result


@register(np.asarray, np.asanyarray)
def asarray(value: Any, dtype: Any = None, order: Any = None, *, copy: Any = None):
    if order not in (None, "K", "C", "A"):
        unsupported(f"np.asarray(..., order={order!r})", "leave `order` out")
    if copy is True:
        return array(value, dtype)
    result = as_array(value, dtype)
    return ascontiguous(result) if order == "C" else result


def ascontiguous(x: Array) -> Array:
    """x itself if it is C-contiguous, else a copy."""
    from .layout import is_contiguous

    if is_contiguous(x.shape, x.element_strides):
        return x
    result = allocate(x.shape, x.dtype)
    copy_into(x, result)
    return result


@register(np.ascontiguousarray)
def ascontiguousarray(value: Any, dtype: Any = None):
    result = as_array(value, dtype)
    if not result.shape:
        from .views import expand

        return expand(result, [0])
    return ascontiguous(result)
