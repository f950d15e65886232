"""Iterating at compile time, and how much of it is allowed."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..arrays import Array
from ..symbolic import Sym, SymBool, hint_of, is_data, prove
from .members import python_method
from .run_time_items import RunTimeItems, RunTimeRange
from .values import type_of

if TYPE_CHECKING:
    from .frames import Frame

LIMIT = 64  # iterations of an unrolled loop that make array operations
TUPLE_LIMIT = 512  # the same where the loop runs over a tuple, list, zip ...
KNOWN_LIMIT = 1_000_000  # iterations over known values only
_HINT = (
    "write it as an operation on whole arrays (slices, broadcasting, np.where), or loop outside the compiled function"
)


class Iteration:
    def iterate(self, value: Any, node: ast.AST | None = None, frame: Frame | None = None) -> Iterator:
        """An iterator over a known iterable or over the first dimension of an array."""
        if node is not None:
            self.at(node, frame)
        if isinstance(value, Array):
            return self._rows(value)
        if isinstance(value, RunTimeItems):
            return self._unrolled(value)
        method = python_method(value, "__iter__")
        if method is not None:
            return self.iterate(self.call(method, (value,), {}))
        if not isinstance(value, Iterable) and not hasattr(type(value), "__getitem__"):
            raise TypeError(f"'{type_of(value).__name__}' object is not iterable")
        return iter(value)

    def _rows(self, array: Array) -> Iterator:
        if array.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        size = array.shape[0]
        if hint_of(size) > LIMIT:
            self.refuse_here(f"a loop over the {hint_of(size)} rows of an array (at most {LIMIT})", _HINT)
        place = self.trace.location
        for k in range(self.trace.concretize(size)):
            self.trace.location = place
            yield array[k]

    def make_range(self, *bounds: Any) -> range | RunTimeRange:
        """`range(...)`."""
        bounds = tuple(bound._scalar_value() if isinstance(bound, Array) else bound for bound in bounds)
        bounds = tuple(bound.to_int() if isinstance(bound, SymBool) else bound for bound in bounds)
        if not any(isinstance(bound, Sym) for bound in bounds) or len(bounds) > 3:
            return range(*(self.known(bound) for bound in bounds))
        start, stop, step = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds[:2], *(bounds[2:] or (1,)))
        start, stop, step = (bound if isinstance(bound, Sym) else operator.index(bound) for bound in (start, stop, step))
        if is_data(step) and not (prove(step > 0) or prove(step < 0)):
            self.refuse_here(
                "range() with a step that depends on data or on a loop, and may be of either sign",
                "write max(step, 1), or pass the step as an argument",
            )
        if not step > 0 and step == 0:  # a version for steps up or for steps down
            raise ValueError("range() arg 3 must not be zero")
        items = RunTimeRange(start, stop, step)
        if isinstance(items.trip, Sym):
            return items
        return self.known_range(items) if not items.trip else items

    def _unrolled(self, items: RunTimeItems) -> Iterator:
        """The items one by one, where no operation of the program is made of the loop."""
        if isinstance(items.trip, Sym) and not is_data(items.trip) and items.trip.hint > LIMIT:
            self.refuse_here(
                f"a loop over range() with a run-time bound ({hint_of(items.trip)} iterations now, at most {LIMIT}): "
                "here it is unrolled for each bound",
                "write it as a statement, `for i in range(n):`, or as an operation on whole arrays",
            )
        place = self.trace.location
        for k in range(self.trace.concretize(items.trip)):
            self.trace.location = place
            yield items.item(k)

    def known_range(self, items: RunTimeRange) -> range:
        """The range for the numbers at hand, fixed by guards."""
        return range(*(self.trace.concretize(bound) for bound in (items.start, items.stop, items.step)))

    def counted(self, items: Iterable, node: ast.AST, frame: Frame, what: str) -> Iterator:
        """The items, refusing loops that unroll too far: many iterations that make operations."""
        limit = LIMIT if isinstance(node, ast.While) or isinstance(items, range) else TUPLE_LIMIT
        emitting = 0
        before = self._emitted()
        for k, item in enumerate(items):
            if k >= KNOWN_LIMIT:
                self.refuse(node, frame, f"{what} of more than {KNOWN_LIMIT:,} iterations at compile time", _HINT)
            yield item
            now = self._emitted()
            emitting += now > before
            before = now
            if emitting > limit:
                self.refuse(
                    node,
                    frame,
                    f"{what} of more than {limit} iterations over array operations (it is unrolled)",
                    _HINT,
                )

    def _emitted(self) -> int:
        return len(self.trace.text.lines)
