"""Small contractions: dot, matmul, inner, outer, einsum: one reduction with a product in its body."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import scalar_ops as ops
from . import views
from .arrays import Array, allocate, as_scalar, mark_written, shape_text
from .assign import cast_into
from .broadcasting import broadcast_shapes, fit, require_shape
from .casts import cast
from .dtypes import BOOL, dtype_of, mlir_type
from .errors import fail, unsupported
from .literals import as_array
from .reductions import emit_reduce
from .registry import register
from .trace import Trace
from .ufuncs import apply


def contract(a: Array, b: Array, out_shape: tuple, summed: int, dtype: np.dtype) -> Array:
    """sum over the last dimension of a * b, both over out_shape + (summed,)."""
    box = (*out_shape, summed)
    inputs = [fit(a, box), fit(b, box)]
    result = allocate(out_shape, dtype)

    def body(region, names):
        left, right = (cast(region, n, x.dtype, dtype) for n, x in zip(names, inputs))
        return ops.multiply(region, dtype, left, right), mlir_type(dtype)

    emit_reduce("any" if dtype == BOOL else "sum", (len(out_shape),), inputs, result, body)
    return result


def _common(a: Array, b: Array) -> np.dtype:
    return dtype_of(np.result_type(a.dtype, b.dtype))


def _check_inner(first, second, message: str) -> None:
    Trace.current().require(first == second, ValueError, message)


def _stored(result: Array, out: Any) -> Array:
    if out is None:
        return as_scalar(result)
    mark_written(out)
    message = f"output array has shape {shape_text(out.shape)}, expected {shape_text(result.shape)}"
    require_shape(out.shape, result.shape, message)
    cast_into(result, out)
    return out


@register(np.matmul)
def matmul(x1: Any, x2: Any, out: Any = None, *, dtype: Any = None) -> Array:
    a, b = as_array(x1), as_array(x2)
    if not a.shape or not b.shape:
        side = 0 if not a.shape else 1
        fail(
            ValueError,
            f"matmul: Input operand {side} does not have enough dimensions "
            "(has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)",
        )
    rows = views.expand(a, [0]) if a.ndim == 1 else a
    columns = views.expand(b, [1]) if b.ndim == 1 else b
    inner, other = rows.shape[-1], columns.shape[-2]
    text = Trace.current().numbers.text
    _check_inner(
        inner,
        other,
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
        f"(n?,k),(k,m?)->(n?,m?) (size {text(other)} is different from {text(inner)})",
    )
    kind = _common(a, b) if dtype is None else dtype_of(dtype)
    batch = broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    left = views.expand(rows, [rows.ndim - 1])  # ..., n, 1, k
    order = [*range(columns.ndim - 2), columns.ndim - 1, columns.ndim - 2]
    right = views.expand(views.transpose(columns, order), [columns.ndim - 2])  # ..., 1, m, k
    result = contract(left, right, (*batch, rows.shape[-2], columns.shape[-1]), inner, kind)
    dropped = [d for d, one in ((result.ndim - 2, a.ndim == 1), (result.ndim - 1, b.ndim == 1)) if one]
    return _stored(views.squeeze(result, dropped) if dropped else result, out)


@register(np.dot)
def dot(a: Any, b: Any, out: Any = None) -> Array:
    x, y = as_array(a), as_array(b)
    if not x.shape or not y.shape:
        return apply("multiply", a, b, out=out)
    axis = max(y.ndim - 2, 0)
    text = Trace.current().numbers.text
    message = (
        f"shapes {shape_text(x.shape)} and {shape_text(y.shape)} not aligned: {text(x.shape[-1])} (dim {x.ndim - 1}) "
        f"!= {text(y.shape[axis])} (dim {axis})"
    )
    _check_inner(x.shape[-1], y.shape[axis], message)
    kept = [d for d in range(y.ndim) if d != axis]
    return _stored(_outer_contract(x, views.transpose(y, [*kept, axis])), out)


def _outer_contract(x: Array, y: Array) -> Array:
    """Sum over the last dimensions: x[..., k], y[..., k] -> x's others, then y's others."""
    left = views.expand(x, range(x.ndim - 1, x.ndim - 1 + y.ndim - 1))
    return contract(left, y, x.shape[:-1] + y.shape[:-1], x.shape[-1], _common(x, y))


@register(np.inner)
def inner(a: Any, b: Any) -> Array:
    x, y = as_array(a), as_array(b)
    if not x.shape or not y.shape:
        return apply("multiply", a, b)
    message = f"shapes {shape_text(x.shape)} and {shape_text(y.shape)} not aligned"
    _check_inner(x.shape[-1], y.shape[-1], message)
    return as_scalar(_outer_contract(x, y))


@register(np.vdot)
def vdot(a: Any, b: Any) -> Array:
    from .shaping import ravel

    return dot(ravel(a), ravel(b))


@register(np.outer)
def outer(a: Any, b: Any, out: Any = None) -> Array:
    from .shaping import ravel

    return apply("multiply", views.expand(ravel(a), [1]), views.expand(ravel(b), [0]), out=out)


@register(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    from .reductions import sum_

    array = as_array(x)
    if ord is not None and not (ord == 2 and (array.ndim == 1 or isinstance(axis, int))):
        unsupported(f"np.linalg.norm(ord={ord!r})", "write the sums yourself")
    array = array if array.dtype.kind == "f" else array.astype(np.float64)
    return apply("sqrt", sum_(apply("multiply", array, array), axis=axis, keepdims=keepdims))


@register(np.einsum)
def einsum(subscripts: str, *operands: Any, out: Any = None, optimize: Any = False) -> Array:
    """Two operands or one, explicit labels, no repeated label within one operand."""
    text = subscripts.replace(" ", "")
    if "." in text or not 1 <= len(operands) <= 2:
        unsupported("np.einsum of this form", "use labels without `...` and at most two operands")
    inputs, _, target = text.partition("->")
    labels = inputs.split(",")
    if "->" not in text:
        joined = "".join(labels)
        target = "".join(sorted(c for c in set(joined) if joined.count(c) == 1))
    arrays = [as_array(x) for x in operands]
    if any(len(set(own)) != len(own) or len(own) != x.ndim for own, x in zip(labels, arrays)):
        unsupported("np.einsum with a repeated label", "use np.diagonal first")
    return _stored(_einsum(labels, arrays, target), out)


def _einsum(labels: list[str], arrays: list[Array], target: str) -> Array:
    sizes: dict = {}
    for own, x in zip(labels, arrays):
        for label, size in zip(own, x.shape):
            (joined,) = broadcast_shapes((sizes.get(label, 1),), (size,))
            sizes[label] = joined
    summed = [label for label in sizes if label not in target]
    order = [*target, *summed]
    box = tuple(sizes[label] for label in order)
    spread = []
    for own, x in zip(labels, arrays):
        present = [label for label in order if label in own]
        view = views.transpose(x, [own.index(label) for label in present])
        spread.append(fit(views.expand(view, [d for d, label in enumerate(order) if label not in own]), box))
    kind = dtype_of(np.result_type(*(x.dtype for x in arrays)))
    result = allocate(box[: len(target)], kind)
    if not summed:
        product = spread[0] if len(spread) == 1 else apply("multiply", *spread)
        cast_into(product, result)
        return result

    def body(region, names):
        values = [cast(region, n, x.dtype, kind) for n, x in zip(names, spread)]
        value = values[0] if len(values) == 1 else ops.multiply(region, kind, *values)
        return value, mlir_type(kind)

    axes = tuple(range(len(target), len(order)))
    emit_reduce("any" if kind == BOOL else "sum", axes, spread, result, body)
    return result
