"""x[key] and x[key] = value: parsing of keys and basic indexing (views)."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import Array, mark_written, snapshot
from .assign import assign
from .dtypes import BOOL, is_integer
from .errors import fail, unsupported
from .suppose import state_size, suppose_index
from .symbolic import Sym, SymBool, is_data, prove, select
from .trace import Trace
from .views import alias, expand, select_index, slices


@dataclass
class Entry:
    """One part of a key: kind in int, slice, new, array, mask, ellipsis; `axis`: the first dimension of x it is for."""

    kind: str
    value: Any = None
    axis: int = -1
    copies: bool = False  # a 0-d array: selects like an int, but the result is a copy

    @property
    def width(self) -> int:
        """How many dimensions of x it takes."""
        if self.kind in ("new", "ellipsis"):
            return 0
        return self.value.ndim if self.kind == "mask" else 1


def parse(x: Array, key: Any) -> tuple[list[Entry], bool]:
    """(entries, one per part, that cover all dimensions; whether there was an Ellipsis)."""
    parts = key if isinstance(key, tuple) else (key,)
    entries = [_entry(part) for part in parts]
    found = [entry for entry in entries if entry.kind == "ellipsis"]
    if len(found) > 1:
        fail(IndexError, "an index can only have a single ellipsis ('...')")
    used = sum(entry.width for entry in entries)
    if used > x.ndim:
        fail(
            IndexError,
            f"too many indices for array: array is {x.ndim}-dimensional, but {used} were indexed",
        )
    position = entries.index(found[0]) if found else len(entries)
    missing = [Entry("slice", slice(None)) for _ in range(x.ndim - used)]
    entries[position : position + len(found)] = missing
    axis = 0
    for entry in entries:
        entry.axis = axis
        axis += entry.width
    return entries, bool(found)


def _entry(part: Any) -> Entry:
    if part is None:
        return Entry("new")
    if part is Ellipsis:
        return Entry("ellipsis")
    if isinstance(part, slice):
        return Entry("slice", part)
    if isinstance(part, (bool, np.bool_, SymBool)):
        unsupported("indexing with a single bool", "use np.where, or an `if` on a known value")
    if isinstance(part, (int, np.integer, Sym)):
        return Entry("int", part if isinstance(part, Sym) else int(part))
    if isinstance(part, Array):
        return _array_entry(part)
    if isinstance(part, (list, tuple, np.ndarray, range)):
        return _sequence_entry(part)
    if hasattr(part, "__index__"):
        return Entry("int", operator.index(part))
    fail(
        IndexError,
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays "
        "are valid indices",
    )


def _array_entry(part: Array) -> Entry:
    if part.dtype == BOOL:
        if not part.shape:
            unsupported("indexing with a single bool", "use np.where")
        return Entry("mask", part)
    if not is_integer(part.dtype):
        fail(IndexError, "arrays used as indices must be of integer (or boolean) type")
    if not part.shape:
        from .host import load

        return Entry("int", load(part), copies=not part.scalar)
    return Entry("array", part)


def _sequence_entry(part: Any) -> Entry:
    from .literals import as_array
    from .ufuncs import is_traced

    if isinstance(part, range):
        part = list(part)
    if not isinstance(part, np.ndarray) and is_traced(part):
        return _array_entry(as_array(part))
    known = np.array(part)
    if known.size == 0 and not isinstance(part, np.ndarray):
        known = known.astype(np.int64)
    if known.dtype.kind not in "iub":
        fail(IndexError, "arrays used as indices must be of integer (or boolean) type")
    if known.dtype.kind == "b":
        return Entry("mask", as_array(known))
    return Entry("array", known.astype(np.int64))


# ---- basic indexing ----------------------------------------------------------------------------------------


def check_index(index, size, axis: int) -> None:
    """-size <= index < size: decided by guards, or asserted where the index depends on data."""
    trace = Trace.current()
    text = trace.numbers.text
    message = f"index {text(index)} is out of bounds for axis {axis} with size {text(size)}"
    if is_data(index) or is_data(size):
        if _known(index >= -size) is not True or _known(index < size) is not True:
            suppose_index(index, size)
            trace.emit_assert(_inside(index, size), "IndexError", message)
        return
    if trace.decide(index >= -size) and trace.decide(index < size):
        state_size(size)  # where the version's key has decided it, the compiler is told as well
        return
    fail(IndexError, message)


def _known(condition) -> bool | None:
    return Trace.current().facts.known(condition) if isinstance(condition, SymBool) else condition


def _inside(index, size) -> str:
    """-size <= index < size as an i1 value. Nothing is added to the index, which can be any 64-bit number."""
    trace = Trace.current()

    def compare(predicate: str, bound) -> str:
        return trace.emit(f"arith.cmpi {predicate}, {trace.ssa(index)}, {trace.ssa(bound)} : index", "b")

    below = compare("slt", size)
    if _known(index >= -size) is True:
        return below
    return trace.emit(f"arith.andi {compare('sge', -size)}, {below} : i1", "b")


_FAR = 2**60  # beyond the end of every array


def _bound(value: Any):
    if value is None or isinstance(value, Sym):
        return value
    if type(value) is int:
        return min(max(value, -_FAR), _FAR)
    if isinstance(value, SymBool):
        return value.to_int()
    if isinstance(value, Array):
        from .host import load

        if value.shape or not is_integer(value.dtype):
            fail(TypeError, "only integer scalar arrays can be converted to a scalar index")
        return load(value)
    if hasattr(value, "__index__"):
        return _bound(int(operator.index(value)))
    fail(TypeError, "slice indices must be integers or None or have an __index__ method")


def bounds_of(part: slice) -> tuple:
    """(start, stop, step) with a step of a known sign."""
    step = _bound(part.step)
    step = 1 if step is None else step
    if is_data(step) and not (prove(step > 0) or prove(step < 0)):
        unsupported(
            "a slice whose step depends on data or on a loop, and may be of either sign",
            "write max(step, 1), or loop over a range from 1 on, or write a mask as in x[np.arange(n) % step == 0], or pass the step as an argument",
        )
    if not step > 0 and step == 0:  # a version for steps forward or for steps back
        fail(ValueError, "slice step cannot be zero")
    return _bound(part.start), _bound(part.stop), step


def basic_view(x: Array, entries: list[Entry]) -> tuple[Array, list[int]]:
    """(the view that slices, ints and None make; for every array/mask entry its first dimension in the view)."""
    bounds: list = [(None, None, 1)] * x.ndim
    for entry in entries:
        if entry.kind == "slice":
            bounds[entry.axis] = bounds_of(entry.value)
        elif entry.kind == "int":
            check_index(entry.value, x.shape[entry.axis], entry.axis)
    view = slices(x, bounds)
    for entry in reversed(entries):
        if entry.kind == "int":
            view = select_index(view, entry.axis, _wrapped(entry.value, x.shape[entry.axis]))
    new, starts, position = [], [], 0
    for entry in entries:
        if entry.kind == "new":
            new.append(position)
            position += 1
        elif entry.kind in ("array", "mask"):
            starts.append(position)
            position += entry.width
        elif entry.kind == "slice":
            position += 1
    return (expand(view, new) if new else view), starts


def _wrapped(index, size):
    """A known negative index counted from the front where the size is known too."""
    if type(index) is int:
        return index + size if index < 0 and type(size) is int else index
    return index if (index >= 0) is True else select(index < 0, index + size, index)


def get_item(x: Array, key: Any) -> Array:
    """x[key]"""
    entries, ellipsis = parse(x, key)
    if any(entry.kind in ("array", "mask") for entry in entries):
        from .advanced import gather

        return gather(x, entries)
    view, _ = basic_view(x, entries)
    if not view.shape and not ellipsis:
        return snapshot(view)
    if any(entry.copies for entry in entries):
        from .creation import copy_ordered

        return copy_ordered(view, x.dtype, "K")
    return view if view is not x else alias(x)


def set_item(x: Array, key: Any, value: Any) -> None:
    """x[key] = value"""
    if x.scalar:
        fail(TypeError, f"'numpy.{x.dtype.name}' object does not support item assignment")
    entries, _ = parse(x, key)
    mark_written(x)
    if any(entry.kind in ("array", "mask") for entry in entries):
        from .advanced import scatter

        scatter(x, entries, value)
        return
    if _is_element(x, key, entries) and (isinstance(value, (list, tuple)) or np.ndim(value) > 0):
        fail(ValueError, "setting an array element with a sequence.")
    view, _ = basic_view(x, entries)
    assign(view, value)


def _is_element(x: Array, key: Any, entries: list) -> bool:
    """Whether x[key] is a number and not a view: with an Ellipsis it is one of no dimensions."""
    keys = key if isinstance(key, tuple) else (key,)
    return all(entry.kind == "int" for entry in entries) and not any(part is Ellipsis for part in keys)
