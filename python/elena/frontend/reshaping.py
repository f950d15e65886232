"""Whether a reshape is a view: NumPy's _attempt_nocopy_reshape on symbolic sizes and strides."""

from __future__ import annotations

from .layout import contiguous_strides
from .symbolic import Sym, hint_of, is_data
from .trace import Trace


def nocopy_groups(shape: tuple, strides: tuple, target: tuple) -> tuple[list, list, tuple] | None:
    """(groups of source dimensions, groups of target dimensions, new strides), or None where NumPy copies.

    The grouping is found on the hints; a view needs only the equalities of the group sizes and of the strides
    as guards, a copy also guards what keeps the groups apart.
    """
    decide = Trace.current().decide
    if any(is_data(size) for size in (*shape, *target)):
        return _of_data(shape, strides, target)
    if any(hint_of(size) == 0 for size in shape) or any(hint_of(size) == 0 for size in target):
        return _empty(shape, target)
    old = [d for d, size in enumerate(shape) if not _one(size)]
    source_groups, target_groups = _group(shape, old, target)
    new_strides: list = [None] * len(target)
    for sources, targets in zip(source_groups, target_groups):
        if not decide(_product(shape, sources) == _product(target, targets)):
            raise AssertionError("group sizes differ")
        if not _mergeable(shape, strides, sources):
            _fix_groups(shape, target, source_groups, target_groups)
            return None
        step = strides[sources[-1]] if sources else 1
        for d in reversed(targets):
            new_strides[d] = step
            step = step * target[d]
    last = next((s for s in reversed(new_strides) if s is not None), 1)
    for d in reversed(range(len(target))):
        if new_strides[d] is None:
            new_strides[d] = last
        last = new_strides[d] * target[d]
    return source_groups, target_groups, tuple(new_strides)


def _of_data(shape: tuple, strides: tuple, target: tuple) -> tuple | None:
    """Sizes that depend on data have no hints to group by: one group if the array is surely contiguous, else a copy."""
    fresh = contiguous_strides(shape)
    kept = [d for d, size in enumerate(shape) if not (type(size) is int and size == 1)]
    if not all((strides[d] == fresh[d]) is True for d in kept):
        return None
    return [list(range(len(shape)))], [list(range(len(target)))], contiguous_strides(target)


def _empty(shape: tuple, target: tuple) -> tuple:
    """Empty arrays are reshaped as one group; the strides are those of a fresh array."""
    decide = Trace.current().decide
    for size in (*shape, *target):
        if hint_of(size) == 0:
            decide(size == 0)
    return [list(range(len(shape)))], [list(range(len(target)))], contiguous_strides(target)


def _one(size) -> bool:
    return size == 1 if type(size) is int else Trace.current().decide(size == 1)


def _product(sizes: tuple, dims: list) -> int | Sym:
    result: int | Sym = 1
    for d in dims:
        result = result * sizes[d]
    return result


def _group(shape: tuple, old: list[int], target: tuple) -> tuple[list, list]:
    """The finest grouping with equal products, by the hints. Target dimensions of size 1 that remain join no group."""
    sources, targets = [], []
    i = j = 0
    while i < len(old) and j < len(target):
        left, right = [old[i]], [j]
        a, b = hint_of(shape[old[i]]), hint_of(target[j])
        i, j = i + 1, j + 1
        while a != b:
            if b < a:
                right.append(j)
                b *= hint_of(target[j])
                j += 1
            else:
                left.append(old[i])
                a *= hint_of(shape[old[i]])
                i += 1
        sources.append(left)
        targets.append(right)
    return sources, targets


def _mergeable(shape: tuple, strides: tuple, dims: list[int]) -> bool:
    decide = Trace.current().decide
    return all(decide(strides[a] == strides[b] * shape[b]) for a, b in zip(dims, dims[1:]))


def _fix_groups(shape: tuple, target: tuple, sources: list, targets: list) -> None:
    """Guard that the groups are not finer at other sizes (then NumPy might make a view)."""
    decide = Trace.current().decide
    for left, right in zip(sources, targets):
        for end in range(1, len(left)):
            for stop in range(1, len(right)):
                decide(_product(shape, left[:end]) == _product(target, right[:stop]))
