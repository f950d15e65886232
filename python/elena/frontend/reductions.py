"""Reductions and scans: sum, prod, min, max, any, all, argmin, argmax, cumsum, and the ufunc methods."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import views
from .arrays import Array, allocate, as_scalar, mark_written, shape_text
from .assign import cast_into
from .broadcasting import require_shape
from .casts import cast
from .dtypes import BOOL, INT64, dtype_of, is_unsigned, mlir_type
from .errors import fail, unsupported
from .layout import iterator_order, product
from .literals import as_array, filled as full
from .registry import register
from .scalars import SymFloat
from .suppose import note_below
from .symbolic import Sym
from .trace import Trace


class _Missing:
    def __repr__(self) -> str:
        return "<no value>"


NO_VALUE = _Missing()


def reduced_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    from .shaping import axes_tuple

    if axis is None:
        return tuple(range(ndim))
    if axis == () and isinstance(axis, tuple):
        return ()
    if isinstance(axis, tuple) or ndim:
        found = axes_tuple(axis, ndim)
        return tuple(sorted(found))
    if operator.index(axis) in (0, -1):
        return ()
    return axes_tuple(axis, ndim)


def emit_reduce(kind: str, axes: tuple, inputs: list[Array], out: Array, body) -> None:
    """tensorref.reduce; body(region, names) -> name of the value to combine, and its MLIR type."""
    trace = out.owner
    region = trace.text.region()
    names = [trace.text.new_name("a") for _ in inputs]
    value, value_type = body(region, names)
    region.emit_void(f"tensorref.yield {value} : {value_type}")
    block = ", ".join(f"{name}: {mlir_type(x.dtype)}" for name, x in zip(names, inputs))
    head = f"tensorref.reduce {kind} dims [{', '.join(map(str, axes))}] "
    head += f"ins({', '.join(x.name for x in inputs)} : {', '.join(x.type for x in inputs)}) "
    head += f"outs({out.name} : {out.type}) {{"
    trace.emit_void("\n".join([head, f"    ^bb0({block}):", *region.lines, "    }"]))


def kept_shape(x: Array, axes: tuple) -> tuple:
    return tuple(size for d, size in enumerate(x.shape) if d not in axes)


def kept_output(x: Array, axes: tuple, dtype: np.dtype) -> Array:
    """A fresh output over the dimensions that are kept, in the order in which NumPy allocates it."""
    kept = [d for d in range(x.ndim) if d not in axes]
    shape = tuple(x.shape[d] for d in kept)
    order = None
    if len(kept) > 1:
        ranks = iterator_order(x.shape, [x.element_strides])
        order = [kept.index(d) for d in ranks if d in kept]
    return allocate(shape, dtype, order)


def reduce_with(
    kind: str, x: Array, axes: tuple, dtype: np.dtype, value_type: np.dtype, out, keepdims
) -> Array:
    """The reduction of x, elements cast to `value_type`, into a result of `dtype` (or `out`)."""
    if out is not None:
        _check_out(x, axes, out, keepdims)
    result = allocate(kept_shape(x, axes), dtype) if "arg" in kind else kept_output(x, axes, dtype)
    if axes:

        def body(region, names):
            return cast(region, names[0], x.dtype, value_type), mlir_type(value_type)

        emit_reduce(kind, axes, [x], result, body)
    elif dtype == INT64 and "arg" in kind:
        from .literals import fill_with

        fill_with(result.owner, result, 0)
    else:
        cast_into(x, result)
    if keepdims:
        result = views.expand(result, axes)
    if out is not None:
        cast_into(result, out)
        return out
    return as_scalar(result)


def _check_out(x: Array, axes: tuple, out: Any, keepdims: bool) -> None:
    if not isinstance(out, Array):
        fail(TypeError, "output must be an array")
    shape = tuple(1 if d in axes else n for d, n in enumerate(x.shape) if keepdims or d not in axes)
    message = (
        f"output parameter for reduction operation has the wrong shape: expected {shape_text(shape)}, "
        f"got {shape_text(out.shape)}"
    )
    require_shape(shape, out.shape, message)
    mark_written(out)


def _selected(x: Array, where: Any, neutral: Any) -> Array:
    if where is True or where is NO_VALUE:
        return x
    from .selection import where as choose

    return choose(where, x, x.dtype.type(neutral))


def _accumulator(x: Array, dtype, out) -> np.dtype:
    """What a sum is computed in; its value is cast to `out` at the end, whatever that takes."""
    if dtype is not None:
        return dtype_of(dtype)
    return np.promote_types(x.dtype, out.dtype) if isinstance(out, Array) else sum_dtype(x.dtype)


def _sum_like(kind: str, ufunc: str, neutral: int):
    def function(a, axis=None, dtype=None, out=None, keepdims=False, initial=NO_VALUE, where=NO_VALUE):
        sizes = a
        x = _selected(as_array(a), where, neutral)
        axes = reduced_axes(axis, x.ndim)
        accumulator = _accumulator(x, dtype, out)
        if accumulator == BOOL:
            kind_, accumulator = ("any" if kind == "sum" else "all"), BOOL
        else:
            kind_ = kind
        given = initial is not NO_VALUE and initial is not None
        into = None if given else out
        result = reduce_with(kind_, x, axes, accumulator, accumulator, into, _flag(keepdims))
        if given:
            from .ufuncs import apply

            result = apply(ufunc, result, _initial(initial, accumulator))
            if out is not None:
                _check_out(x, axes, out, _flag(keepdims))
                cast_into(result, out)
                return out
        elif result.scalar and result.dtype == INT64 and where is NO_VALUE:
            result.number = _number_of(kind, sizes)
        return result

    return function


def _number_of(kind: str, sizes: Any) -> Any:
    """The run-time integer that np.prod(x.shape) or np.sum((n, m)) is."""
    if not isinstance(sizes, (list, tuple)) or not sizes or not all(type(n) is int or isinstance(n, Sym) for n in sizes):
        return None
    return product(sizes) if kind == "prod" else sum(sizes[1:], sizes[0])


def _initial(initial: Any, dtype: np.dtype) -> Any:
    """The initial value as an element of the result."""
    if isinstance(initial, Array):
        return initial.astype(dtype)
    if dtype == BOOL and isinstance(initial, (int, float, Sym, SymFloat)):
        return initial != 0
    return dtype.type(initial) if isinstance(initial, (int, float, np.generic)) else initial


def _flag(keepdims: Any) -> bool:
    return bool(keepdims) if keepdims is not np._NoValue else False


def sum_dtype(dtype: np.dtype) -> np.dtype:
    """The dtype of sum, prod, cumsum: at least 64-bit integers."""
    if dtype.kind == "u":
        return np.dtype(np.uint64)
    return INT64 if dtype.kind in "bi" else dtype


sum_ = register(np.sum, np.add.reduce)(_sum_like("sum", "add", 0))
prod = register(np.prod, np.multiply.reduce)(_sum_like("prod", "multiply", 1))


def _axis_zero(function):
    """ufunc.reduce has axis=0 as its default."""

    def reduce(array, axis=0, dtype=None, out=None, keepdims=False, initial=NO_VALUE, where=NO_VALUE):
        if isinstance(out, tuple):
            (out,) = out
        return function(
            array, axis=axis, dtype=dtype, out=out, keepdims=keepdims, initial=initial, where=where
        )

    return reduce


register(np.add.reduce)(_axis_zero(sum_))
register(np.multiply.reduce)(_axis_zero(prod))


def _extreme(kind: str, ufunc: str):
    def function(a, axis=None, out=None, keepdims=False, initial=NO_VALUE, where=NO_VALUE):
        x = as_array(a)
        if isinstance(out, Array) and not np.can_cast(x.dtype, out.dtype, "safe"):
            # Whether NumPy compares before or after the cast depends on the axis.
            unsupported(f"np.{kind}(..., out=) with an out that cannot hold {x.dtype}", f"out[...] = np.{kind}(...)")
        axes = reduced_axes(axis, x.ndim)
        given = initial is not NO_VALUE and initial is not None
        if where is not NO_VALUE and where is not True:
            if not given:
                fail(
                    ValueError,
                    f"reduction operation '{ufunc}' does not have an identity, "
                    "so to use a where mask one has to specify 'initial'",
                )
            x = _selected(x, where, initial)
        if given and axes and Trace.current().decide(product(x.shape[d] for d in axes) == 0):
            result = full(kept_shape(x, axes), _initial(initial, x.dtype), x.dtype)
            result = views.expand(result, axes) if _flag(keepdims) else result
            if out is None:
                return as_scalar(result)
            _check_out(x, axes, out, _flag(keepdims))
            cast_into(result, out)
            return out
        _check_not_empty(x, axes, ufunc)
        code = (
            {"min": "all", "max": "any"}[kind]
            if x.dtype == BOOL
            else ("u" if is_unsigned(x.dtype) else "") + kind
        )
        result = reduce_with(code, x, axes, x.dtype, x.dtype, out, _flag(keepdims))
        if given:
            from .ufuncs import apply

            result = apply(ufunc, result, _initial(initial, x.dtype), out=out)
        return result

    return function


def _check_not_empty(x: Array, axes: tuple, ufunc: str) -> None:
    message = f"zero-size array to reduction operation {ufunc} which has no identity"
    for axis in axes:
        Trace.current().require(x.shape[axis] != 0, ValueError, message)


min_ = register(np.min, np.amin)(_extreme("min", "minimum"))
max_ = register(np.max, np.amax)(_extreme("max", "maximum"))


def _without_dtype(function):
    def reduce(array, axis=0, dtype=None, out=None, keepdims=False, initial=NO_VALUE, where=NO_VALUE):
        if isinstance(out, tuple):
            (out,) = out
        return function(array, axis=axis, out=out, keepdims=keepdims, initial=initial, where=where)

    return reduce


register(np.minimum.reduce)(_without_dtype(min_))
register(np.maximum.reduce)(_without_dtype(max_))


def _truth(kind: str, neutral: bool):
    def function(a, axis=None, out=None, keepdims=False, *, where=NO_VALUE):
        x = as_array(a)
        if where is not NO_VALUE and where is not True:
            from .ufuncs import apply

            x = apply("not_equal", x, 0) if x.dtype != BOOL else x
        x = _selected(x, where, neutral)
        return reduce_with(kind, x, reduced_axes(axis, x.ndim), BOOL, BOOL, out, _flag(keepdims))

    return function


any_ = register(np.any)(_truth("any", False))
all_ = register(np.all)(_truth("all", True))


def _truth_reduce(function):
    def reduce(array, axis=0, dtype=None, out=None, keepdims=False, initial=NO_VALUE, where=NO_VALUE):
        if isinstance(out, tuple):
            (out,) = out
        return function(array, axis=axis, out=out, keepdims=keepdims, where=where)

    return reduce


register(np.logical_or.reduce, np.bitwise_or.reduce)(_truth_reduce(any_))
register(np.logical_and.reduce)(_truth_reduce(all_))


def _arg(kind: str):
    def function(a, axis=None, out=None, *, keepdims=False):
        x = as_array(a)
        axes = tuple(range(x.ndim)) if axis is None else reduced_axes(axis, x.ndim)
        message = f"attempt to get {kind} of an empty sequence"
        for d in axes:
            Trace.current().require(x.shape[d] != 0, ValueError, message)
        if isinstance(out, Array) and not np.can_cast(out.dtype, INT64, "safe"):
            fail(
                TypeError,
                f"Cannot cast array data from {INT64!r} to {out.dtype!r} according to the rule 'safe'",
            )
        value_type = np.dtype(np.int8) if x.dtype == BOOL else x.dtype
        code = ("u" if is_unsigned(x.dtype) else "") + kind
        result = reduce_with(code, x, axes, INT64, value_type, out, _flag(keepdims))
        note_below(result, product(x.shape[d] for d in axes))
        return result

    return function


argmin = register(np.argmin)(_arg("argmin"))
argmax = register(np.argmax)(_arg("argmax"))


# ---- scans -------------------------------------------------------------------------------------------------


def _scan(kind: str):
    def function(a, axis=None, dtype=None, out=None):
        from .shaping import axis_index, ravel

        x = as_array(a)
        if axis is None or x.ndim == 0:
            x, axis = ravel(x), 0
        axis = axis_index(axis, x.ndim)
        wanted = _accumulator(x, dtype, out)
        if wanted == BOOL:
            from .ufuncs import apply

            counted = function(apply("not_equal", x, 0) if x.dtype != BOOL else x, axis, INT64)
            return apply("not_equal", counted, 0, out=out)
        if x.dtype != wanted:
            converted = allocate(x.shape, wanted)
            cast_into(x, converted)
            order_of, x = x, converted
        else:
            order_of = x
        if out is not None:
            if not isinstance(out, Array) or out.scalar:
                fail(TypeError, "output must be an array")
            mark_written(out)
            if out.ndim != x.ndim or not all(bool(p == q) for p, q in zip(out.shape, x.shape)):
                fail(ValueError, "provided out is the wrong size for the accumulation.")
        order = iterator_order(x.shape, [order_of.element_strides]) if x.ndim > 1 else None
        result = allocate(x.shape, wanted, order)
        result.owner.emit_void(
            f"tensorref.scan {kind} dim {axis} ins({x.name} : {x.type}) outs({result.name} : {result.type})"
        )
        if out is not None:
            cast_into(result, out)
            return out
        return result

    return function


cumsum = register(np.cumsum)(_scan("sum"))
cumprod = register(np.cumprod)(_scan("prod"))


def _accumulate(function):
    def accumulate(array, axis=0, dtype=None, out=None):
        return function(array, axis=axis, dtype=dtype, out=out)

    return accumulate


register(np.add.accumulate)(_accumulate(cumsum))
register(np.multiply.accumulate)(_accumulate(cumprod))


@register(np.count_nonzero)
def count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False):
    from .ufuncs import apply

    x = as_array(a)
    truth = x if x.dtype == BOOL else apply("not_equal", x, 0)
    return sum_(truth, axis=axis, keepdims=keepdims)
