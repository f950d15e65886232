"""Orders of axes: contiguity and NumPy's 'K' order, with symbolic strides."""

from __future__ import annotations

from .symbolic import Sym, is_data, prove
from .trace import Trace


def decide(condition) -> bool:
    """The outcome of a question about an order. What depends on data is guessed: any order is a right one."""
    if is_data(condition):
        return condition.hint
    return Trace.current().decide(condition)


def contiguous_strides(shape: tuple) -> tuple:
    """Strides (elements) of a fresh C-ordered array. A known empty dimension counts as 1, as in NumPy; of arrays
    that are found empty at run time nobody needs the strides."""
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step = step * (size if isinstance(size, Sym) else max(size, 1))
    return tuple(reversed(strides))


def magnitude(stride):
    """abs(stride); decides the sign."""
    if isinstance(stride, Sym):
        if decide(stride > 0):
            return stride
        return 0 if decide(stride == 0) else -stride
    return abs(stride)


def product(sizes) -> int | Sym:
    result: int | Sym = 1
    for size in sizes:
        result = result * size
    return result


def is_contiguous(shape: tuple, strides: tuple) -> bool:
    """flags.c_contiguous; decides where it is not known."""
    step: int | Sym = 1
    if any(type(size) is int and size == 0 for size in shape):
        return True
    for size, stride in zip(reversed(shape), reversed(strides)):
        if type(size) is int and size == 1:
            continue
        if is_data(stride) or is_data(step):
            return all((a == b) is True for a, b in zip(strides, contiguous_strides(shape)))
        if not decide(stride == step):
            return decide(size == 1) and is_contiguous(_without_ones(shape), _kept(shape, strides))
        step = step * size
    return True


def _without_ones(shape: tuple) -> tuple:
    return tuple(size for size in shape if not decide(size == 1))


def _kept(shape: tuple, strides: tuple) -> tuple:
    return tuple(stride for size, stride in zip(shape, strides) if not decide(size == 1))


def iterator_order(shape: tuple, operands: list[tuple]) -> list[int]:
    """The axes, slowest first, in which NumPy's iterator walks `operands` (strides per axis, 0 where broadcast),
    and in which it allocates an output ('K')."""
    ndim = len(shape)
    if ndim < 2:
        return list(range(ndim))
    if all(_surely_descending(strides) for strides in operands):
        return list(range(ndim))
    ones = [decide(size == 1) for size in shape]
    tables = [[0 if one else magnitude(s) for one, s in zip(ones, strides)] for strides in operands]
    axes = list(range(ndim))[::-1]  # fastest first
    for i in range(1, ndim):
        _insert(axes, i, lambda a, b: _before(tables, a, b))
    return axes[::-1]


def _surely_descending(strides: tuple) -> bool:
    """Whether the strides provably descend (0 apart), so that C order is theirs whatever the sizes."""
    sizes = [_known_magnitude(stride) for stride in strides]
    if any(size is None for size in sizes):
        return False
    kept = [size for size in sizes if not _is_zero(size)]
    return all(prove(a >= b) for a, b in zip(kept, kept[1:]))


def _known_magnitude(stride):
    """abs(stride) if its sign is known without a decision, else None."""
    if isinstance(stride, int):
        return abs(stride)
    if prove(stride >= 0):
        return stride
    return -stride if prove(stride <= 0) else None


def _insert(axes: list[int], i: int, before) -> None:
    """Move axes[i] towards the fast end as far as it belongs."""
    position = i
    for j in range(i - 1, -1, -1):
        answer = before(axes[j], axes[i])
        if answer is None:
            continue
        if not answer:
            break
        position = j
    axes.insert(position, axes.pop(i))


def _before(tables: list[list], settled: int, moving: int) -> bool | None:
    """Whether `moving` has smaller strides than `settled`; None if no operand can tell."""
    answer = None
    for strides in tables:
        first, second = strides[settled], strides[moving]
        if _is_zero(first) or _is_zero(second):
            continue
        if decide(first <= second):
            answer = False  # where operands disagree, C order wins
        elif answer is None:
            answer = True
    return answer


def _is_zero(stride) -> bool:
    return type(stride) is int and stride == 0


def sorted_order(shapes: list[tuple], strides: list[tuple]) -> list[int]:
    """The axes, slowest first, in which concatenate allocates its result: by descending strides of the parts, stable.
    A part in which one of two axes has size 1 cannot tell their order."""
    ones = [[decide(size == 1) for size in shape] for shape in shapes]
    tables = [[magnitude(s) for s in own] for own in strides]
    axes = list(range(len(shapes[0])))
    for i in range(1, len(axes)):
        _insert(axes, i, lambda a, b: _larger(ones, tables, a, b))
    return axes


def _larger(ones: list[list], tables: list[list], settled: int, moving: int) -> bool | None:
    """Whether `moving` has larger strides than `settled`; None if no part can tell."""
    answer = None
    for one, strides in zip(ones, tables):
        if one[settled] or one[moving]:
            continue
        if decide(strides[moving] <= strides[settled]):
            answer = False
        elif answer is None:
            answer = True
    return answer


def like_order(shape: tuple, strides: tuple) -> list[int]:
    """The axes, slowest first, in which copy('K'), zeros_like and their relatives allocate: by descending
    strides, stable. Axes that are known to have size 1 do not matter."""
    kept = [axis for axis, size in enumerate(shape) if not (type(size) is int and size == 1)]
    if _surely_descending(tuple(strides[axis] for axis in kept)) and all(
        _nonzero(strides[axis]) for axis in kept
    ):
        return list(range(len(shape)))
    magnitudes = {axis: magnitude(strides[axis]) for axis in kept}
    axes: list[int] = []
    for axis in kept:
        position = len(axes)
        while position > 0 and not decide(magnitudes[axis] <= magnitudes[axes[position - 1]]):
            position -= 1
        axes.insert(position, axis)
    if axes == kept:
        return list(range(len(shape)))
    return [axis for axis in range(len(shape)) if axis not in kept] + axes


def _nonzero(stride) -> bool:
    return isinstance(stride, Sym) or stride != 0
