"""What a run-time loop carries from one iteration to the next: numbers as arguments of the loop, arrays in storages
that are allocated before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Array, alias_of, allocate
from ..trace import Trace
from .merging import store
from .numbers import carried_operand, describe, kind_of, operand, symbol
from .variables import MISSING, Unknown

KEEP, NUMBER, ARRAY, UNKNOWN = "keep", "number", "array", "unknown"


class Plan:
    """What is done about one variable that the loop assigns."""

    def __init__(self, frame: Any, name: str, entry: Any):
        self.frame, self.name, self.entry = frame, name, entry
        self.kind: str | None = None  # of NUMBER: the MLIR type
        self.dtype: np.dtype | None = None  # of ARRAY
        self.promoted = False  # the first iteration sees a Python number, the others do not
        self.unknown = Unknown("the loop assigns it, and may not run", "give it a value before the loop")
        self.form = self._first_form()

    def _first_form(self) -> str:
        if isinstance(self.entry, Unknown):
            self.unknown = self.entry
            return UNKNOWN
        self.kind = kind_of(self.entry)
        if self.kind is not None:
            return NUMBER
        if isinstance(self.entry, (Array, np.generic)):
            self.dtype = self.entry.dtype
            return ARRAY
        return UNKNOWN if self.entry is MISSING else KEEP

    def give_up(self, why: str, hint: str) -> bool:
        """The variable has no value that can be told, in the loop and behind it. (Always True: something changed.)"""
        self.form, self.unknown = UNKNOWN, Unknown(why, hint)
        return True

    def promote(self, end: Any) -> bool:
        """Another type from the second iteration on: the number it starts with is converted, if that is exact."""
        kind = kind_of(end)
        self.promoted = True
        if self.form == NUMBER and self.kind == "index" and kind == "f64" and type(self.entry) is int:
            self.kind = "f64"
            return True
        if isinstance(end, (Array, np.generic)) and (not isinstance(end, Array) or end.scalar):
            dtype = np.dtype(end.dtype)
            if type(self.entry) in (int, float) and _is_exact(self.entry, dtype):
                self.form, self.dtype = ARRAY, dtype
                return True
            hint = f"start with a number of that type: {self.name} = np.{dtype}({_text(self.entry)})"
        else:
            hint = "start with what it becomes: np.zeros of the shape and dtype, 0.0 for a float"
        return self.give_up(f"the loop makes {describe(end)} of what is {describe(self.entry)} before", hint)


def _is_exact(value: float, dtype: np.dtype) -> bool:
    if dtype.kind not in "fiu" or (dtype.kind != "f" and type(value) is not int):
        return False
    with np.errstate(all="ignore"):
        try:
            return float(dtype.type(value)) == float(value)
        except OverflowError:
            return False


def _text(value: Any) -> str:
    return repr(value) if type(value) in (int, float) else "..."


class NumberSlot:
    """A number: an argument of the loop."""

    def __init__(self, trace: Trace, plan: Plan):
        self.trace, self.plan, self.kind = trace, plan, plan.kind
        self.start = operand(trace, plan.entry, self.kind)
        self.argument = trace.text.new_name("s")
        self.end: str | None = None

    def bind(self) -> Any:
        self.inside = symbol(self.trace, self.kind, self.argument, self.plan.entry if self.kind == "index" else 0)
        return self.inside

    def rebind(self, argument: str) -> Any:
        """In another region of the loop, where the same number has another name. (Facts about it still hold.)"""
        if self.kind == "index":
            (((atom,), _),) = self.inside.terms.items()
            atom.ssa = argument
        else:
            self.inside = symbol(self.trace, self.kind, argument)
        return self.inside

    def finish(self, end: Any) -> None:
        self.end = carried_operand(self.trace, end, self.kind)

    def result(self, name: str) -> Any:
        return symbol(self.trace, self.kind, name, self.plan.entry if self.kind == "index" else 0)


class ArraySlot:
    """An array or NumPy scalar: a storage before the loop, into which each iteration's value is copied."""

    def __init__(self, trace: Trace, plan: Plan, owned: bool):
        entry = plan.entry
        self.trace, self.plan = trace, plan
        self.scalar = not isinstance(entry, Array) or entry.scalar
        self.cell = allocate(() if self.scalar else entry.shape, plan.dtype, scalar=self.scalar)
        self.cell.storage.borrowed = not (owned or self.scalar)
        store(entry if isinstance(entry, (Array, np.generic)) else plan.dtype.type(entry), self.cell)
        source = entry.storage if isinstance(entry, Array) else None
        self.source, self.writes = source, (source.writes if source else 0, trace.argument_writes)

    def bind(self) -> Any:
        self.inside = alias_of(self.cell)
        return self.inside

    def rebind(self, _: str) -> Any:
        return self.inside

    def is_disturbed(self) -> bool:
        """Whether the loop writes what may be another array in the first iteration, or that other array."""
        if not self.cell.storage.borrowed:
            return False
        written = self.source.writes != self.writes[0] or self.cell.storage.writes > 0
        return written or (self.source.leaf is not None and self.trace.argument_writes != self.writes[1])

    def detach(self, end: Any, cells: list) -> Any:
        """The value, copied if it is in a storage that another slot is about to overwrite."""
        if not isinstance(end, Array) or all(end.storage is not cell.storage for cell in cells):
            return end
        copy = allocate(end.shape, end.dtype, scalar=end.scalar)
        store(end, copy)
        return copy

    def finish(self, end: Any) -> None:
        store(end, self.cell)

    def result(self, _: str) -> Any:
        self.cell.storage.borrowed = False
        return alias_of(self.cell)
