"""Shapes of operands that are broadcast together."""

from __future__ import annotations

from .arrays import Array, shape_text
from .errors import fail
from .symbolic import hint_of, is_data, select
from .trace import Trace
from .views import broadcast


def same_size(a, b) -> bool:
    """Whether two sizes are equal (decided)."""
    return Trace.current().decide(a == b)


def is_one(size) -> bool:
    if type(size) is int:
        return size == 1
    if is_data(size):  # the number of True in a mask: not taken for a broadcast dimension
        message = "a size that depends on data is 1: broadcasting it is not supported"
        Trace.current().require(size != 1, ValueError, message)
        return False
    return Trace.current().decide(size == 1)


def broadcast_shapes(*shapes: tuple) -> tuple:
    """NumPy's broadcast shape; ValueError with NumPy's text otherwise."""
    ndim = max((len(shape) for shape in shapes), default=0)
    result: list = [1] * ndim
    for axis in range(ndim):
        for shape in shapes:
            position = axis - (ndim - len(shape))
            if position >= 0:
                result[axis] = _join(result[axis], shape[position], shapes)
    return tuple(result)


def broadcast_message(shapes: tuple) -> str:
    return "operands could not be broadcast together with shapes " + "".join(f"{shape_text(s)} " for s in shapes)


def _join(first, second, shapes: tuple):
    if first is second or (type(second) is int and second == 1):
        return first
    if type(first) is int and first == 1:
        return second
    message = broadcast_message(shapes)
    if (first == second) is True:
        return _known(first, second)
    if is_data(first) or is_data(second):
        if not is_data(second) and is_one(second):
            return first
        if not is_data(first) and is_one(first):
            return second
        if is_data(first) and is_data(second):
            held = (first == second) | (first == 1) | (second == 1)
            Trace.current().require(held, ValueError, message)
            return select(first == 1, second, first)
        size, other = (first, second) if is_data(first) else (second, first)
        Trace.current().require(_fits(size, other), ValueError, message)
        return other
    if hint_of(first) == hint_of(second) and same_size(first, second):
        return _known(first, second)
    if is_one(second):
        return first
    if is_one(first):
        return second
    fail(ValueError, message)


def _fits(size, wanted):
    """The condition that a dimension of that size becomes one of the wanted size. Where it is 1 only if that is 1,
    too, as x[top:bottom] and arange(top, bottom) within x's bounds, there is nothing to broadcast."""
    equal = size == wanted
    return equal if Trace.current().facts.implies(size == 1, equal) else equal | (size == 1)


def _known(first, second):
    """Of two equal sizes the one that is static."""
    return first if type(first) is int else second


def fit(array: Array, shape: tuple) -> Array:
    """The array over `shape` (a broadcast view where the shapes differ)."""
    if same_text(array.shape, shape):
        return array
    return broadcast(pin_ones(array, shape), shape)


def pin_ones(array: Array, shape: tuple) -> Array:
    """Sizes that are 1 by a decision become static 1 so that they broadcast."""
    lead = len(shape) - array.ndim
    sizes, strides = list(array.shape), list(array.element_strides)
    changed = False
    for d, size in enumerate(sizes):
        target = shape[lead + d]
        if type(size) is int or (size == target) is True:
            continue
        if is_data(size):  # equal or 1, as a check says at run time
            sizes[d], strides[d] = target, select(size == 1, 0, 1) * strides[d]
            changed = True
        elif is_one(size):
            sizes[d] = 1
            changed = True
    if not changed:
        return array
    from .views import strided

    return strided(array, 0, tuple(sizes), tuple(strides))


def same_text(a: tuple, b: tuple) -> bool:
    """Equal as far as the types of refs show: static sizes equal, the others provably equal."""
    if len(a) != len(b):
        return False
    return all((type(x) is int) == (type(y) is int) and (x == y) is True for x, y in zip(a, b))


def require_shape(shape: tuple, wanted: tuple, message: str) -> None:
    """The shapes are equal, or ValueError."""
    if len(shape) != len(wanted):
        fail(ValueError, message)
    for size, other in zip(shape, wanted):
        Trace.current().require(size == other, ValueError, message)


def check_assignable(shape: tuple, target: tuple, message: str = "") -> None:
    """A value of `shape` can be assigned to `target`: ValueError otherwise, with NumPy's text for assignments if
    there is no other."""
    message = message or (
        f"could not broadcast input array from shape {shape_text(shape)} into shape {shape_text(target)}"
    )
    extra = len(shape) - len(target)
    if extra > 0 and not all(is_one(size) for size in shape[:extra]):
        fail(ValueError, message)
    kept = shape[max(extra, 0) :]
    for size, wanted in zip(kept, target[len(target) - len(kept) :]):
        if (size == wanted) is True or (type(size) is int and size == 1):
            continue
        if is_data(size):
            Trace.current().require(_fits(size, wanted), ValueError, message)
        elif is_data(wanted):
            if not is_one(size):
                Trace.current().require(size == wanted, ValueError, message)
        elif not same_size(size, wanted) and not is_one(size):
            fail(ValueError, message)
