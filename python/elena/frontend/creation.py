"""New arrays: zeros, full, *_like, copies, casts, arange, linspace, eye, tri."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from .arrays import Array, allocate, as_scalar
from .assign import assign, assign_unsafe, cast_into
from .dtypes import BOOL, FLOAT64, dtype_of, is_float, mlir_type
from .errors import fail, unsupported
from .host import element, is_host_scalar
from .layout import like_order
from .literals import as_array, fill_with, filled, scalar_dtype
from .registry import register
from .scalars import SymFloat
from .suppose import note_below
from .symbolic import Sym, SymBool, maximum
from .trace import Trace


def shape_of(shape: Any) -> tuple:
    """A shape argument as a tuple of ints and Syms; negative sizes are refused."""
    if isinstance(shape, (int, float, Sym, SymFloat, np.integer, Array)):
        shape = (shape,)
    sizes = tuple(_size(size) for size in shape)
    for size in sizes:
        Trace.current().require(size >= 0, ValueError, "negative dimensions are not allowed")
        if type(size) is int and size >= 2**60:
            fail(ValueError if size < 2**63 else OverflowError, "Maximum allowed dimension exceeded")
    return sizes


def _size(size: Any):
    if isinstance(size, Sym):
        return size
    if isinstance(size, Array):
        from .host import load

        size = load(size)
        if isinstance(size, Sym):
            return size
    if isinstance(size, (SymFloat, float)):
        fail(TypeError, "'float' object cannot be interpreted as an integer")
    return operator.index(size)


def _check_order(order: Any) -> None:
    if order not in ("C", "K", "A", None):
        unsupported(f"order={order!r}", "leave `order` out: arrays are in C order; use .T for the other")


@register(np.empty)
def empty(shape: Any, dtype: Any = float, order: str = "C", *, device=None, like=None) -> Array:
    _check_order(order)
    return allocate(shape_of(shape), dtype_of(dtype))


@register(np.zeros)
def zeros(shape: Any, dtype: Any = float, order: str = "C", *, device=None, like=None) -> Array:
    _check_order(order)
    return filled(shape_of(shape), 0, dtype_of(dtype))


@register(np.ones)
def ones(shape: Any, dtype: Any = None, order: str = "C", *, device=None, like=None) -> Array:
    _check_order(order)
    return filled(shape_of(shape), 1, dtype_of(dtype or float))


@register(np.full)
def full(
    shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", *, device=None, like=None
) -> Array:
    _check_order(order)
    if dtype is None:
        dtype = scalar_dtype(fill_value) if is_host_scalar(fill_value) else as_array(fill_value).dtype
    result = allocate(shape_of(shape), dtype_of(dtype))
    assign_unsafe(result, fill_value)
    return result


def _like(a: Any, dtype: Any, order: Any, shape: Any) -> Array:
    prototype = as_array(a)
    wanted = prototype.dtype if dtype is None else dtype_of(dtype)
    if shape is not None:
        return allocate(shape_of(shape), wanted)
    if order == "C":
        return allocate(prototype.shape, wanted)
    _check_order(order)
    return allocate(prototype.shape, wanted, like_order(prototype.shape, prototype.element_strides))


@register(np.empty_like)
def empty_like(
    prototype: Any, dtype: Any = None, order: str = "K", subok=True, shape=None, *, device=None
) -> Array:
    return _like(prototype, dtype, order, shape)


@register(np.zeros_like)
def zeros_like(a: Any, dtype: Any = None, order: str = "K", subok=True, shape=None, *, device=None) -> Array:
    result = _like(a, dtype, order, shape)
    fill_with(result.owner, result, 0)
    return result


@register(np.ones_like)
def ones_like(a: Any, dtype: Any = None, order: str = "K", subok=True, shape=None, *, device=None) -> Array:
    result = _like(a, dtype, order, shape)
    fill_with(result.owner, result, 1)
    return result


@register(np.full_like)
def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order="K", subok=True, shape=None, *, device=None
) -> Array:
    result = _like(a, dtype, order, shape)
    assign_unsafe(result, fill_value)
    return result


# ---- copies and casts --------------------------------------------------------------------------------------


def copy_ordered(x: Array, dtype: np.dtype, order: str) -> Array:
    """A copy in C order or in the order of x ('K')."""
    axes = like_order(x.shape, x.element_strides) if order == "K" and x.ndim > 1 else None
    result = allocate(x.shape, dtype, axes)
    cast_into(x, result)
    return result


def copy_method(x: Array, order: str = "C") -> Array:
    """ndarray.copy"""
    _check_order(order)
    result = copy_ordered(x, x.dtype, "K" if order == "K" else "C")
    return as_scalar(result) if x.scalar else result


@register(np.copy)
def copy(a: Any, order: str = "K", subok: bool = False) -> Array:
    x = as_array(a)
    _check_order(order)
    return copy_ordered(x, x.dtype, "C" if order == "C" else "K")


def converted(x: Array, dtype: np.dtype) -> Array:
    return copy_ordered(x, dtype, "K")


@register(np.astype)
def astype(
    x: Array, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
):
    """ndarray.astype"""
    wanted = dtype_of(dtype)
    if not np.can_cast(x.dtype, wanted, casting):
        fail(
            TypeError,
            f"Cannot cast array data from {x.dtype!r} to {wanted!r} according to the rule '{casting}'",
        )
    _check_order(order)
    if not copy and wanted == x.dtype:
        return x
    result = copy_ordered(x, wanted, "C" if order == "C" else "K")
    return as_scalar(result) if x.scalar else result


def view_method(x: Array, dtype: Any = None, type: Any = None) -> Array:
    """ndarray.view: of the same dtype only."""
    if type is not None or (dtype is not None and dtype is not np.ndarray and np.dtype(dtype) != x.dtype):
        unsupported("ndarray.view of another dtype", "use astype, or view the array before the call")
    from .views import alias

    return alias(x)


# ---- ranges ------------------------------------------------------------------------------------------------


@register(np.arange)
def arange(
    start: Any, stop: Any = None, step: Any = None, dtype: Any = None, *, device=None, like=None
) -> Array:
    if stop is None:
        start, stop = 0, start
    start, stop, step = (_number(value) for value in (start, stop, 1 if step is None else step))
    kind = _range_dtype(start, stop, step) if dtype is None else dtype_of(dtype)
    length = _range_length(start, stop, step)
    result = allocate((length,), kind)
    trace = result.owner
    if kind == BOOL:
        unsupported("np.arange(dtype=bool)", "use a comparison")
    first = element(trace, trace.text, start, kind)
    second = element(trace, trace.text, start + step, kind)
    operation = "subf" if is_float(kind) else "subi"
    text = mlir_type(kind)
    delta = trace.emit(f"arith.{operation} {second}, {first} : {text}", "d")
    trace.emit_void(f"tensorref.iota {first} step {delta} into {result.name} : {text}, {result.type}")
    if type(step) is int and step > 0:
        note_below(result, stop)
    return result


def _number(value: Any):
    """A number of arange or linspace as a host scalar; 0-d arrays are loaded."""
    if isinstance(value, Array):
        from .host import load

        return load(value)
    if isinstance(value, (SymBool, bool)):
        return value.to_int() if isinstance(value, SymBool) else int(value)
    if not is_host_scalar(value):
        fail(TypeError, f"arange() expects numbers, not {type(value).__name__}")
    return value


def _range_dtype(*values: Any) -> np.dtype:
    return dtype_of(np.result_type(*(scalar_dtype(value) for value in values)))


def _range_length(start, stop, step):
    """ceil((stop - start) / step), at least 0."""
    if step == 0:
        fail(ZeroDivisionError, "division by zero")
    if all(isinstance(value, (int, np.integer, Sym)) for value in (start, stop, step)):
        extent = stop - start
        if Trace.current().decide(step > 0):
            return (
                maximum(-((-extent) // step), 0) if type(step) is not int or step != 1 else maximum(extent, 0)
            )
        return maximum(-(extent // -step), 0)
    length = (stop - start) / step
    if isinstance(length, SymFloat):
        from .scalars import to_integer

        return maximum(to_integer(length, "ceil"), 0)
    if not math.isfinite(length):
        fail(ValueError, "arange: cannot compute length")
    return max(math.ceil(length), 0)


@register(np.linspace)
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None):
    (num,) = shape_of(num)
    if any(isinstance(value, (Array, list, tuple, np.ndarray, np.floating)) for value in (start, stop)):
        if retstep or axis != 0:
            unsupported("np.linspace(retstep=, axis=) between arrays", "move the axis afterwards")
        return _linspace_arrays(start, stop, num, endpoint, dtype)
    start, stop = (_number(value) * 1.0 for value in (start, stop))
    kind = FLOAT64 if dtype is None else dtype_of(dtype)
    div = num - 1 if endpoint else num
    if not Trace.current().decide(div > 0):
        result = filled((num,), start, FLOAT64)
        return (result, math.nan) if retstep else _cast_linspace(result, kind)
    delta = stop - start
    step = delta / (div.to_float() if isinstance(div, Sym) else div)
    result = _linspace_values(start, stop, delta, step, div, num, endpoint)
    result = _cast_linspace(result, kind)
    return (result, step) if retstep else result


def _linspace_arrays(start: Any, stop: Any, num: Any, endpoint: bool, dtype: Any) -> Array:
    """linspace between arrays or NumPy scalars: computed in their dtype."""
    from .selection import weak_value
    from .ufuncs import apply
    from .views import expand

    first, last = (apply("multiply", value, 1.0) for value in (start, stop))
    kind = dtype_of(np.result_type(weak_value(first), weak_value(last), 0.0))
    div = num - 1 if endpoint else num
    delta = apply("subtract", last, first)
    steps = arange(num, dtype=kind)
    steps = expand(steps, range(1, 1 + delta.ndim)) if delta.shape else steps
    if Trace.current().decide(div > 0):
        values = apply("multiply", steps, apply("divide", delta, div))
    else:
        values = apply("multiply", steps, delta)
    values = apply("add", values, first)
    if endpoint and Trace.current().decide(num > 1):
        values[-1] = last
    return _cast_linspace(values, kind if dtype is None else dtype_of(dtype))


def _linspace_values(start, stop, delta, step, div, num, endpoint) -> Array:
    """arange(num) * step + start, the last one `stop` itself (where step is 0: / div * delta)."""
    from .ufuncs import apply

    values = arange(num, dtype=FLOAT64)
    if Trace.current().decide(step != 0.0):
        apply("multiply", values, step, out=values)
    else:
        apply("divide", values, div, out=values)
        apply("multiply", values, delta, out=values)
    apply("add", values, start, out=values)
    if endpoint and Trace.current().decide(num > 1):
        values[-1] = stop
    return values


def _cast_linspace(values: Array, kind: np.dtype) -> Array:
    from .ufuncs import apply

    if kind == values.dtype:
        return values
    if kind.kind in "iu":
        apply("floor", values, out=values)
    return converted(values, kind)


# ---- matrices ----------------------------------------------------------------------------------------------


def index_map(shape: tuple, dtype: np.dtype, body) -> Array:
    """out[i0, i1, ...] = body(region, names of the indices (type index))."""
    from .ufuncs import write_map

    result = allocate(shape, dtype)
    trace = result.owner
    region = trace.text.region()
    indices = [region.emit(f"tensorref.index {d} : index", "i") for d in range(len(shape))]
    write_map(trace, [], [], region, [(body(region, indices), result)])
    return result


def band_mask(rows, columns, k, predicate: str) -> Array:
    """Bool matrix: j - i <predicate> k."""
    trace = Trace.current()
    bound = trace.ssa(k)

    def body(region, indices):
        difference = region.emit(f"arith.subi {indices[1]}, {indices[0]} : index", "i")
        return region.emit(f"arith.cmpi {predicate}, {difference}, {bound} : index", "b")

    return index_map((rows, columns), BOOL, body)


@register(np.eye)
def eye(
    N: Any, M: Any = None, k: Any = 0, dtype: Any = float, order: str = "C", *, device=None, like=None
) -> Array:
    _check_order(order)
    rows, columns = shape_of((N, N if M is None else M))
    return _from_mask(band_mask(rows, columns, k, "eq"), dtype_of(dtype))


@register(np.identity)
def identity(n: Any, dtype: Any = None, *, like=None) -> Array:
    return eye(n, dtype=dtype or float)


@register(np.tri)
def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = float, *, like=None) -> Array:
    rows, columns = shape_of((N, N if M is None else M))
    return _from_mask(band_mask(rows, columns, k, "sle"), dtype_of(dtype))


def _from_mask(mask: Array, dtype: np.dtype) -> Array:
    if dtype == BOOL:
        return mask
    result = allocate(mask.shape, dtype)
    cast_into(mask, result)
    return result


def _triangle(m: Any, k: Any, predicate: str) -> Array:
    from .selection import where

    matrix = as_array(m)
    if matrix.ndim < 2:
        unsupported("np.tril/np.triu of a 1-D array", "broadcast it to a matrix first")
    mask = band_mask(matrix.shape[-2], matrix.shape[-1], k, predicate)
    return where(mask, matrix, matrix.dtype.type(0))


@register(np.tril)
def tril(m: Any, k: Any = 0) -> Array:
    return _triangle(m, k, "sle")


@register(np.triu)
def triu(m: Any, k: Any = 0) -> Array:
    return _triangle(m, k, "sge")


@register(np.diag)
def diag(v: Any, k: int = 0) -> Array:
    from .shaping import diagonal

    x = as_array(v)
    k = operator.index(k)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        fail(ValueError, "Input must be 1- or 2-d.")
    size = x.shape[0] + abs(k)
    result = filled((size, size), 0, x.dtype)
    from .views import diagonal as diagonal_view

    view = diagonal_view(result, k, 0, 1)
    view.writeable = True
    assign(view, x)
    return result
