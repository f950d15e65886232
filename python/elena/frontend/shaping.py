"""Shapes: reshape, ravel, transposes, squeeze, broadcast, flip, diagonal, windows."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import views
from .arrays import Array, allocate, copy_into, shape_text
from .broadcasting import broadcast_shapes, fit, is_one
from .creation import shape_of
from .errors import fail, unsupported
from .layout import is_contiguous, product
from .literals import as_array
from .registry import register
from .reshaping import nocopy_groups
from .symbolic import Sym, hint_of, is_data
from .trace import Trace


def axis_index(axis: Any, ndim: int) -> int:
    """A known axis in [0, ndim); AxisError otherwise."""
    axis = operator.index(axis)
    if not -ndim <= axis < ndim:
        fail(np.exceptions.AxisError, f"axis {axis} is out of bounds for array of dimension {ndim}")
    return axis % ndim


def axes_tuple(axes: Any, ndim: int) -> tuple[int, ...]:
    """An axis or a tuple of axes, normalised; repeated ones are refused."""
    if isinstance(axes, (list, tuple)):
        found = tuple(axis_index(axis, ndim) for axis in axes)
        if len(set(found)) != len(found):
            fail(ValueError, "repeated axis")
        return found
    return (axis_index(axes, ndim),)


# ---- reshape -----------------------------------------------------------------------------------------------


def _target_shape(x: Array, shape: Any) -> tuple:
    """The new shape with -1 worked out."""
    if isinstance(shape, (int, Sym, np.integer)) or (isinstance(shape, Array) and shape.number is not None):
        shape = (shape,)
    sizes = [_dimension(size) for size in shape]
    unknown = [d for d, size in enumerate(sizes) if _is_unknown(size)]
    message = (
        f"cannot reshape array of size {Trace.current().numbers.text(x.size)} into shape {shape_text(tuple(sizes))}"
    )
    if len(unknown) > 1:
        fail(ValueError, "can only specify one unknown dimension")
    if unknown:
        known = product(size for d, size in enumerate(sizes) if d != unknown[0])
        Trace.current().require(known != 0, ValueError, message)
        sizes[unknown[0]] = _left_over(x.shape, [size for d, size in enumerate(sizes) if d != unknown[0]])
        if sizes[unknown[0]] is None:
            Trace.current().require(x.size % known == 0, ValueError, message)
            sizes[unknown[0]] = x.size // known
    else:
        Trace.current().require(product(sizes) == x.size, ValueError, message)
    return tuple(sizes)


def _left_over(shape: tuple, known: list) -> int | Sym | None:
    """What -1 stands for as a product of whole sizes, if one dimension is a multiple of what is asked for.

    Of (B, H, W, 255) as (B, -1, 85) that is H * W * 3, from which the compiler sees where rows begin; H * W * 255 // 85
    says only how many there are. That 255 is a multiple of 85 becomes a guard."""
    dims = list(shape)
    rest: int | Sym = 1
    for size in known:
        same = next((d for d, other in enumerate(dims) if (other == size) is True), None)
        if same is None:
            rest = rest * size
        else:
            dims.pop(same)
    if any(is_data(size) for size in (*dims, rest)):
        return None
    for d in reversed(range(len(dims))):
        size, wanted = hint_of(dims[d]), hint_of(rest)
        if wanted > 0 and size > 0 and size % wanted == 0 and Trace.current().decide(dims[d] % rest == 0):
            dims[d] = dims[d] // rest
            return product(dims)
    return None


def _dimension(size: Any) -> int | Sym:
    if isinstance(size, Array) and size.number is not None:
        return size.number
    return size if isinstance(size, Sym) else operator.index(size)


def _is_unknown(size) -> bool:
    """Whether a size stands for what is left: -1, and in NumPy any negative number."""
    return not Trace.current().decide(size >= 0)


@register(np.reshape)
def reshape(a: Any, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: Any = None) -> Array:
    x = as_array(a)
    if order not in ("C", "A"):
        unsupported(f"reshape(order={order!r})", "transpose, reshape and transpose back")
    target = _target_shape(x, newshape if shape is None else shape)
    view = None if copy else reshape_as_view(x, target)
    if view is not None:
        return view
    if copy is False:
        fail(ValueError, "Unable to avoid creating a copy while reshaping.")
    return reshape_as_view(_contiguous_copy(x), target)


def reshape_method(x: Array, *shape: Any, order: str = "C", copy: Any = None) -> Array:
    if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
        shape = tuple(shape[0])
    return reshape(x, shape, order, copy=copy)


def _contiguous_copy(x: Array) -> Array:
    result = allocate(x.shape, x.dtype)
    copy_into(x, result)
    return result


def reshape_as_view(x: Array, shape: tuple) -> Array | None:
    """The reshape as a view where NumPy makes one, else None."""
    if x.scalar:
        from .arrays import as_zero_d

        x = as_zero_d(x)
    if len(shape) == x.ndim and all((a == b) is True for a, b in zip(shape, x.shape)):
        return views.alias(x)
    groups = nocopy_groups(x.shape, x.element_strides, shape)
    if groups is None:
        return None
    source, target, strides = groups
    return views.reshape_view(x, shape, source, target, strides)


@register(np.ravel)
def ravel(a: Any, order: str = "C") -> Array:
    x = as_array(a)
    if order not in ("C",):
        unsupported(f"ravel(order={order!r})", "write x.T.ravel()")
    if is_contiguous(x.shape, x.element_strides):
        return reshape_as_view(x, (x.size,))
    return reshape_as_view(_contiguous_copy(x), (x.size,))


def flatten(x: Array, order: str = "C") -> Array:
    """ndarray.flatten: always a copy."""
    if order != "C":
        unsupported(f"flatten(order={order!r})", "write x.T.flatten()")
    return reshape_as_view(_contiguous_copy(x), (x.size,))


# ---- permutations ------------------------------------------------------------------------------------------


@register(np.transpose, np.permute_dims)
def transpose(a: Any, axes: Any = None) -> Array:
    x = as_array(a)
    if axes is None:
        return views.transpose(x, range(x.ndim)[::-1])
    axes = tuple(axes) if isinstance(axes, (list, tuple)) else (axes,)
    if len(axes) != x.ndim:
        fail(ValueError, "axes don't match array")
    return views.transpose(x, axes_tuple(axes, x.ndim))


def transpose_method(x: Array, *axes: Any) -> Array:
    if not axes or axes == (None,):
        return transpose(x)
    return transpose(x, axes[0] if len(axes) == 1 and isinstance(axes[0], (tuple, list)) else axes)


@register(np.swapaxes)
def swapaxes(a: Any, axis1: Any, axis2: Any) -> Array:
    x = as_array(a)
    order = list(range(x.ndim))
    first, second = axis_index(axis1, x.ndim), axis_index(axis2, x.ndim)
    order[first], order[second] = order[second], order[first]
    return views.transpose(x, order)


@register(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Array:
    x = as_array(a)
    sources, targets = axes_tuple(source, x.ndim), axes_tuple(destination, x.ndim)
    if len(sources) != len(targets):
        fail(ValueError, "`source` and `destination` arguments must have the same number of elements")
    order = [axis for axis in range(x.ndim) if axis not in sources]
    for target, axis in sorted(zip(targets, sources)):
        order.insert(target, axis)
    return views.transpose(x, order)


@register(np.rollaxis)
def rollaxis(a: Any, axis: Any, start: Any = 0) -> Array:
    x = as_array(a)
    axis = axis_index(axis, x.ndim)
    start = operator.index(start)
    start = start + x.ndim if start < 0 else start
    start = start - 1 if axis < start else start
    order = [d for d in range(x.ndim) if d != axis]
    order.insert(start, axis)
    return views.transpose(x, order)


@register(np.matrix_transpose)
def matrix_transpose(x: Any) -> Array:
    return swapaxes(x, -1, -2)


# ---- dimensions of size 1 ----------------------------------------------------------------------------------


@register(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Array:
    x = as_array(a)
    axes = axis if isinstance(axis, (list, tuple)) else (axis,)
    return views.expand(x, axes_tuple(axes, x.ndim + len(axes)))


@register(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Array:
    x = as_array(a)
    if axis is None:
        axes = tuple(d for d, size in enumerate(x.shape) if is_one(size))
    else:
        axes = axes_tuple(axis, x.ndim)
        if not all(is_one(x.shape[d]) for d in axes):
            fail(ValueError, "cannot select an axis to squeeze out which has size not equal to one")
    return views.squeeze(x, axes)


@register(np.atleast_1d)
def atleast_1d(*arrays: Any):
    found = [as_array(a) for a in arrays]
    results = [views.expand(x, [0]) if x.ndim == 0 else x for x in found]
    return results[0] if len(results) == 1 else tuple(results)


@register(np.atleast_2d)
def atleast_2d(*arrays: Any):
    found = [as_array(a) for a in arrays]
    results = [views.expand(x, range(2 - x.ndim)) if x.ndim < 2 else x for x in found]
    return results[0] if len(results) == 1 else tuple(results)


@register(np.atleast_3d)
def atleast_3d(*arrays: Any):
    where = {0: [0, 1, 2], 1: [0, 2], 2: [2]}
    found = [as_array(a) for a in arrays]
    results = [views.expand(x, where[x.ndim]) if x.ndim < 3 else x for x in found]
    return results[0] if len(results) == 1 else tuple(results)


# ---- broadcasting ------------------------------------------------------------------------------------------


@register(np.broadcast_to)
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Array:
    x = as_array(array)
    target = shape_of(shape)
    message = (
        f"operands could not be broadcast together with remapped shapes [original->remapped]: "
        f"{shape_text(x.shape)} and requested shape {shape_text(target)}"
    )
    if x.ndim > len(target):
        fail(ValueError, "input operand has more dimensions than allowed by the axis remapping")
    for size, wanted in zip(x.shape, target[len(target) - x.ndim :]):
        if (size == wanted) is not True and not is_one(size):
            Trace.current().require(size == wanted, ValueError, message)
    from .broadcasting import pin_ones

    return views.broadcast(pin_ones(x, target), target)


@register(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple:
    arrays = [as_array(a) for a in args]
    shape = broadcast_shapes(*(x.shape for x in arrays))
    return tuple(x if x.shape == shape else fit(x, shape) for x in arrays)


@register(np.broadcast_shapes)
def np_broadcast_shapes(*shapes: Any) -> tuple:
    return broadcast_shapes(*(shape_of(shape) for shape in shapes))


# ---- flips, diagonals, windows -----------------------------------------------------------------------------


@register(np.flip)
def flip(m: Any, axis: Any = None) -> Array:
    x = as_array(m)
    if axis is None and not x.shape:
        return x[()]  # NumPy's m[()]: a scalar
    return views.flip(x, range(x.ndim) if axis is None else axes_tuple(axis, x.ndim))


@register(np.fliplr)
def fliplr(m: Any) -> Array:
    x = as_array(m)
    if x.ndim < 2:
        fail(ValueError, "Input must be >= 2-d.")
    return views.flip(x, [1])


@register(np.flipud)
def flipud(m: Any) -> Array:
    x = as_array(m)
    if x.ndim < 1:
        fail(ValueError, "Input must be >= 1-d.")
    return views.flip(x, [0])


@register(np.rot90)
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Array:
    x = as_array(m)
    first, second = axes_tuple(axes, x.ndim)
    k = operator.index(k) % 4
    if k == 0:
        return views.alias(x)
    if k == 2:
        return views.flip(x, [first, second])
    if k == 1:
        return swapaxes(views.flip(x, [second]), first, second)
    return views.flip(swapaxes(x, first, second), [second])


@register(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    x = as_array(a)
    if x.ndim < 2:
        fail(ValueError, "diag requires an array of at least two dimensions")
    first, second = axis_index(axis1, x.ndim), axis_index(axis2, x.ndim)
    if first == second:
        fail(ValueError, "axis1 and axis2 cannot be the same")
    return views.diagonal(x, operator.index(offset), first, second)


@register(np.trace)
def trace_(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Array:
    return diagonal(a, offset, axis1, axis2).sum(axis=-1, dtype=dtype, out=out)


@register(np.lib.stride_tricks.as_strided)
def as_strided(
    x: Any, shape: Any = None, strides: Any = None, subok: bool = False, writeable: bool = True, **_
) -> Array:
    array = as_array(x)
    sizes = array.shape if shape is None else shape_of(shape)
    if strides is None:
        steps = array.element_strides if len(sizes) == array.ndim else None
        if steps is None:
            from .layout import contiguous_strides

            steps = contiguous_strides(sizes)
    else:
        steps = tuple(_in_elements(stride, array.itemsize) for stride in strides)
    if len(sizes) != len(steps):
        fail(ValueError, "mismatch in length of strides and shape")
    _check_extent(array, sizes, steps)
    return views.strided(array, 0, sizes, steps, writeable=writeable)


def _in_elements(stride: Any, itemsize: int):
    stride = stride if isinstance(stride, Sym) else operator.index(stride)
    if not Trace.current().decide(stride % itemsize == 0):
        unsupported("as_strided with strides that are no multiple of the item size", "use whole elements")
    return stride // itemsize


def _reach(shape: tuple, strides: tuple) -> tuple:
    """(least, greatest) element offset of a non-empty view."""
    low = high = 0
    for size, stride in zip(shape, strides):
        extent = stride * (size - 1)
        if Trace.current().decide(extent >= 0):
            high = high + extent
        else:
            low = low + extent
    return low, high


def _check_extent(array: Array, shape: tuple, strides: tuple) -> None:
    """The view must stay within the memory that the array spans: Elena never reads out of bounds."""
    if any(Trace.current().decide(size == 0) for size in shape):
        return
    if any(Trace.current().decide(size == 0) for size in array.shape):
        unsupported("as_strided of an empty array", "as_strided needs an array that holds the elements")
    low, high = _reach(array.shape, array.element_strides)
    new_low, new_high = _reach(shape, strides)
    if not (Trace.current().decide(new_low >= low) and Trace.current().decide(new_high <= high)):
        unsupported(
            "as_strided beyond the elements that the array spans",
            "take as_strided of the whole array that owns the memory",
        )


@register(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok=False, writeable: bool = False
) -> Array:
    array = as_array(x)
    window = list(shape_of(window_shape))
    if axis is None:
        axes = list(range(array.ndim))
        if len(window) != array.ndim:
            fail(ValueError, "Since axis is None, must provide window_shape for all dimensions of `x`")
    else:
        given = axis if isinstance(axis, (list, tuple)) else (axis,)
        axes = [axis_index(a, array.ndim) for a in given]
        if len(window) != len(axes):
            fail(ValueError, "Must provide matching length window_shape and axis")
    if len(set(axes)) != len(axes):
        unsupported("sliding_window_view twice over one axis", "apply it twice")
    for size, d in zip(window, axes):
        if not Trace.current().decide(size <= array.shape[d]):
            fail(ValueError, "window shape cannot be larger than input array shape")
    return views.sliding_window(array, window, axes, writeable=writeable)
