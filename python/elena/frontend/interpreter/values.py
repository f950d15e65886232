"""Known values and traced values."""

from __future__ import annotations

import ast
import enum
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import Array
from ..messages import has_marker
from ..scalars import SymFloat
from ..symbolic import Sym, SymBool, is_data
from .members import python_method

if TYPE_CHECKING:
    from .frames import Frame

TRACED = (Array, Sym, SymFloat, SymBool)
_CONTAINERS = (list, tuple, set, frozenset, dict)


def has_traced(value: Any, depth: int = 0) -> bool:
    """Whether a traced value occurs in a value, looking into builtin containers."""
    if isinstance(value, TRACED):
        return True
    if depth > 16 or not isinstance(value, (*_CONTAINERS, slice)):
        return False
    if isinstance(value, slice):
        return any(isinstance(part, TRACED) for part in (value.start, value.stop, value.step))
    if isinstance(value, dict):
        return any(has_traced(item, depth + 1) for pair in value.items() for item in pair)
    return any(has_traced(item, depth + 1) for item in value)


def type_of(value: Any) -> type:
    """`type(value)` as the program sees it."""
    if isinstance(value, Array):
        return value.dtype.type if getattr(value, "scalar", False) else np.ndarray
    for traced, real in ((SymBool, bool), (SymFloat, float), (Sym, int)):
        if isinstance(value, traced):
            return real
    return type(value)


class Values:
    """Turning traced values into known ones, with guards."""

    def truth(self, value: Any, node: ast.AST, frame: Frame, what: str = "a condition") -> bool:
        """The outcome of a condition: known, or decided for the values at hand with a guard."""
        if isinstance(value, (bool, int, type(None), str)):
            return bool(value)
        self.at(node, frame)
        if isinstance(value, Array):
            return self._array_truth(value, node, frame, what)
        if isinstance(value, SymFloat):
            return bool(value != 0.0)
        for name in ("__bool__", "__len__"):
            method = python_method(value, name)
            if method is not None:
                return self.truth(self.call(method, (value,), {}), node, frame, what)
        return bool(value)

    def _array_truth(self, value: Array, node: ast.AST, frame: Frame, what: str) -> bool:
        if not value.scalar and value.ndim and all(isinstance(n, int) for n in value.shape):
            if int(np.prod(value.shape)) > 1:
                raise ValueError(
                    "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
                )
        return self.refuse(
            node,
            frame,
            f"{what} that depends on array elements",
            "write np.where(condition, a, b) or a masked assignment x[condition] = value, which "
            "stay array operations; decide on shapes, Python numbers or arguments otherwise",
        )

    def plain(self, value: Any, is_plain: bool) -> Any:
        """A number of the run time is in a message as its digits, and in no other format."""
        if self.describing and not is_plain and has_marker(value):
            self.refuse_here("a format of a number known at run time only, in the message of an exception", "use {i}")
        return value

    def known(self, value: Any) -> Any:
        """The value with every run-time number in it fixed (by a guard) to what it is in this call."""
        if isinstance(value, Array):
            if self.describing:
                if value.number is not None:
                    return self.known(value.number)
                return self.refuse_here(
                    "array elements in the message of an exception", "write int(x[i]) there, or leave them out"
                )
            return self.refuse_here(
                "array elements where the compiler must know the value (text, keys, hashes, known functions)",
                "keep the value in an array, or pass the number as an argument",
            )
        if self.describing and isinstance(value, (Sym, SymBool, SymFloat)):
            return self._described(value)
        if isinstance(value, Sym):
            return self.trace.concretize(value)
        if isinstance(value, SymBool):
            return self.trace.decide(value)
        if isinstance(value, SymFloat):
            return self.refuse_here(
                "a run-time float where the compiler must know the value",
                "make the float a constant of the function (a default is not: it is an argument too)",
            )
        if isinstance(value, enum.Enum) or not has_traced(value):
            return value
        return self._known_container(value)

    def _described(self, value: Sym | SymBool | SymFloat) -> Any:
        """A number in the message of an exception. What is raised now has those of this call."""
        is_raised_now = not self.trace.in_region and not self.trace.handled
        if isinstance(value, Sym) and self.trace.in_region and not self.trace.handled:
            return self.trace.numbers.text(value)
        if isinstance(value, SymFloat):
            if is_raised_now and value.hint is not None:
                return value.hint
        elif not is_data(value):
            if is_raised_now:
                return value.hint
            return self.trace.concretize(value) if isinstance(value, Sym) else self.trace.decide(value)
        return self.refuse_here(
            "this number, known at run time only, in the message of an exception",
            "write integers as {i}, in a branch that is chosen at run time; leave others out",
        )

    def _known_container(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.known(key): self.known(item) for key, item in value.items()}
        if isinstance(value, slice):
            return slice(self.known(value.start), self.known(value.stop), self.known(value.step))
        items = [self.known(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)

    def key(self, value: Any) -> Any:
        """A dictionary key or set member."""
        return self.known(value) if has_traced(value) else value
