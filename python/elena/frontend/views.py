"""View operations: a new Array over the same storage; metadata only. Arguments are checked by the callers."""

from __future__ import annotations

from .arrays import Array, operand_list, view_of
from .suppose import state_size
from .symbolic import Sym, maximum, minimum, prove, select


def _list(values) -> str:
    return "[" + ", ".join(str(value) for value in values) + "]"


def transpose(x: Array, permutation) -> Array:
    permutation = list(permutation)
    if permutation == list(range(x.ndim)):
        return alias(x)
    shape = tuple(x.shape[axis] for axis in permutation)
    strides = tuple(x.element_strides[axis] for axis in permutation)
    return view_of(x, f"tensorref.transpose {x.name} permutation {_list(permutation)}", shape, strides)


def alias(x: Array) -> Array:
    """The same view as a new object."""
    result = Array(
        x.owner,
        x.name,
        x.type,
        x.dtype,
        x.shape,
        x.element_strides,
        x.storage,
        writeable=x.writeable,
        scalar=False,
    )
    result.read_only_by = x.read_only_by
    return result


def broadcast(x: Array, shape: tuple, *, writeable: bool = False) -> Array:
    """x over a larger shape; sizes that differ from the target's are 1."""
    lead = len(shape) - x.ndim
    strides: list = [0] * lead
    for size, stride in zip(x.shape, x.element_strides):
        strides.append(0 if type(size) is int and size == 1 else stride)
    text = f"tensorref.broadcast {x.name} to {operand_list(x.owner, shape)}"
    return view_of(x, text, shape, tuple(strides), writeable=writeable and x.writeable, maker="broadcast_to")


def expand(x: Array, positions) -> Array:
    """New dimensions of size 1 at these positions of the result."""
    positions = sorted(positions)
    if not positions:
        return alias(x)
    shape, strides = list(x.shape), list(x.element_strides)
    for position in positions:
        shape.insert(position, 1)
        strides.insert(position, 0)
    return view_of(x, f"tensorref.newaxis {x.name} dims {_list(positions)}", tuple(shape), tuple(strides))


def squeeze(x: Array, axes) -> Array:
    axes = sorted(set(axes))
    if not axes:
        return alias(x)
    kept = [d for d in range(x.ndim) if d not in axes]
    shape = tuple(x.shape[d] for d in kept)
    strides = tuple(x.element_strides[d] for d in kept)
    return view_of(x, f"tensorref.squeeze {x.name} dims {_list(axes)}", shape, strides)


def select_index(x: Array, dimension: int, index: int | Sym) -> Array:
    """x[..., index, ...]: the index is known to be within the bounds."""
    shape = x.shape[:dimension] + x.shape[dimension + 1 :]
    strides = x.element_strides[:dimension] + x.element_strides[dimension + 1 :]
    text = f"tensorref.select {x.name} dim {dimension} at {x.owner.operand(index)}"
    return view_of(x, text, shape, strides)


def flip(x: Array, axes) -> Array:
    axes = sorted(set(axes))
    if not axes:
        return alias(x)
    strides = tuple(-s if d in axes else s for d, s in enumerate(x.element_strides))
    return view_of(x, f"tensorref.flip {x.name} dims {_list(axes)}", x.shape, strides)


def slices(x: Array, bounds: list) -> Array:
    """x[a:b:c, ...]: one (start, stop, step) per dimension; None where left out; steps are of a known sign."""
    if all(type(bound[2]) is int and bound == (None, None, 1) for bound in bounds):
        return alias(x)
    shape, strides, parts = [], [], []
    for size, stride, (start, stop, step) in zip(x.shape, x.element_strides, bounds):
        length = slice_length(size, start, stop, step)
        if start is not None or stop is not None:
            state_size(size)  # or the compiler would have to clamp the bounds
        shape.append(length)
        strides.append(stride if type(length) is int and length == 0 else stride * step)
        parts.append((start, stop, step))
    if any(isinstance(step, Sym) for _, _, step in bounds):
        first = [_first(size, start, step) for size, (start, _, step) in zip(x.shape, bounds)]
        offset = sum((f * stride for f, stride in zip(first, x.element_strides)), 0)
        return strided(x, offset, tuple(shape), tuple(strides), injective=True)
    text = f"tensorref.slice {x.name}[{', '.join(_slice_text(x.owner, *part) for part in parts)}]"
    return view_of(x, text, tuple(shape), tuple(strides))


def _slice_text(trace, start, stop, step: int) -> str:
    first = "_" if start is None else trace.operand(start)
    last = "_" if stop is None else trace.operand(stop)
    return f"{first}:{last}" + (f":{step}" if step != 1 else "")


def clamp_bound(bound, size, step: int | Sym):
    """A slice bound as Python's slice.indices clamps it."""
    wrapped = select(bound < 0, bound + size, bound)
    if step > 0:
        return minimum(maximum(wrapped, 0), size)
    return minimum(maximum(wrapped, -1), size - 1)


def _first(size, start, step: int | Sym):
    """The index of a slice's first element."""
    if start is None:
        return 0 if step > 0 else size - 1
    return clamp_bound(start, size, step)


def slice_length(size, start, stop, step: int | Sym):
    """The number of elements of a slice."""
    first = _first(size, start, step)
    if step > 0:
        last = size if stop is None else clamp_bound(stop, size, step)
        extent = last - first
    else:
        last = -1 if stop is None else clamp_bound(stop, size, step)
        extent = first - last
    extent = extent if prove(extent >= 0) else maximum(extent, 0)
    return (extent + (abs(step) - 1)) // abs(step)


def reshape_view(x: Array, shape: tuple, source_groups: list, target_groups: list, strides: tuple) -> Array:
    """A reshape that needs no copy; the groups say which dimensions are merged and how they are split."""
    text = f"tensorref.reshape {x.name} to {operand_list(x.owner, shape)}"
    text += f" groups {_groups(source_groups)} into {_groups(target_groups)}"
    return view_of(x, text, shape, strides)


def _groups(groups: list) -> str:
    return "[" + ", ".join(_list(group) for group in groups) + "]"


def diagonal(x: Array, offset: int, first: int, second: int) -> Array:
    """The remaining dimensions, then the diagonal."""
    rows, columns = x.shape[first], x.shape[second]
    length = minimum(rows, columns - offset) if offset >= 0 else minimum(rows + offset, columns)
    length = maximum(length, 0)
    kept = [d for d in range(x.ndim) if d not in (first, second)]
    shape = tuple(x.shape[d] for d in kept) + (length,)
    strides = tuple(x.element_strides[d] for d in kept) + (
        x.element_strides[first] + x.element_strides[second],
    )
    text = f"tensorref.diagonal {x.name} offset {offset} dims {_list([first, second])}"
    return view_of(x, text, shape, strides, writeable=False, maker="diagonal")


def sliding_window(x: Array, window: list, axes: list, *, writeable: bool) -> Array:
    sizes, extra, strides = list(x.shape), [], list(x.element_strides)
    for size, axis in zip(window, axes):
        sizes[axis] = sizes[axis] - size + 1
        extra.append(size)
        strides.append(x.element_strides[axis])
    text = f"tensorref.sliding_window {x.name} window {operand_list(x.owner, window)} dims {_list(axes)}"
    keep = writeable and x.writeable
    return view_of(x, text, tuple(sizes + extra), tuple(strides), writeable=keep, maker="sliding_window_view")


def strided(x: Array, offset, shape: tuple, strides: tuple, *, writeable: bool = True, injective: bool = False) -> Array:
    """as_strided, relative to x's element 0; strides in elements. `injective`: no two elements of it are one of x's."""
    trace = x.owner
    text = f"tensorref.strided_view {x.name} offset {trace.operand(offset)}"
    text += f" sizes {operand_list(trace, shape)} strides {operand_list(trace, strides)}"
    text += " injective" if injective else ""
    return view_of(x, text, shape, strides, writeable=writeable and x.writeable, maker="as_strided")
