"""What a variable holds behind two branches, of which one runs: numbers are results of the `scf.if`, arrays are
copied into a storage that is allocated before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays import Array, alias_of, allocate, as_scalar, copy_into
from ..facts import rebuild
from ..literals import filled
from ..scopes import Scope
from ..symbolic import Sym, SymBool, is_data
from ..trace import Trace
from .numbers import describe, kind_of, operand, symbol
from .values import has_traced
from .variables import MISSING, Unknown

_ANY = object()  # the value in a branch that raises
_COPY = "make it a new array (x.copy()), or choose elements with np.where or x[mask] = value"
Holds = Callable[[int, Array], bool]


class Join:
    """The results of one `scf.if`."""

    def __init__(self, trace: Trace, scopes: tuple[Scope, Scope]):
        self.trace = trace
        self.scopes = scopes
        self.ended = (False, False)  # which branches raise: what they leave behind does not matter
        self.results: list[tuple[str, str, tuple[str, str]]] = []  # name, type, operands

    def finish(self, condition: str) -> None:
        """Writes the operation."""
        names = [name for name, _, _ in self.results]
        kinds = ", ".join(kind for _, kind, _ in self.results)
        head = f"{names[0].split('#')[0]}:{len(names)} = " if names else ""
        given = f" -> ({kinds})" if names else ""
        blocks = []
        for side, scope in enumerate(self.scopes):
            operands = ", ".join(operands[side] for _, _, operands in self.results)
            last = [f"scf.yield {operands} : {kinds}"] if names else []
            blocks.append("\n".join([*scope.lines, *last]))
        text = f"{head}scf.if {condition}{given} {{\n{blocks[0]}\n    }}"
        if blocks[1]:
            text += f" else {{\n{blocks[1]}\n    }}"
        self.trace.emit_void(text)

    # ---- values ------------------------------------------------------------------------------------------

    def value(self, first: Any, second: Any, holds: Holds) -> Any:
        """The value that is `first` behind the first branch and `second` behind the other one. `holds(side, array)`:
        nothing else can see the array, so that a copy is as good."""
        if first is second:
            return first
        pair = tuple(_ANY if ended else value for ended, value in zip(self.ended, (first, second)))
        given = [value for value in pair if value is not _ANY]
        if not given:
            return Unknown("both branches raise an exception", "give it a value in one of them")
        for value in given:
            if isinstance(value, Unknown):
                return value
            if value is MISSING:
                return Unknown("it has a value in one branch only", "give it a value before the 'if'")
        if not any(has_traced(value) for value in given) and _same(given):
            return given[0]
        kinds = {kind_of(value) for value in given}
        if len(kinds) == 1 and None not in kinds:
            return self._number(pair, kinds.pop())
        if all(isinstance(value, (Array, np.generic)) for value in given):
            return self._array(pair, given, holds)
        if all(type(value) is tuple and len(value) == len(given[0]) for value in given):
            return self._tuple(pair, given, holds)
        return _differ(given)

    def _tuple(self, pair: tuple, given: list, holds: Holds) -> Any:
        columns = zip(*(value if value is not _ANY else given[0] for value in pair))
        items = tuple(self.value(*column, holds) for column in columns)
        return next((item for item in items if isinstance(item, Unknown)), items)

    def _number(self, pair: tuple, kind: str) -> Any:
        operands, hint = [], 0
        for value, scope in zip(pair, self.scopes):
            with self.trace.writing(scope):
                zero = 0.0 if kind == "f64" else 0
                operands.append(operand(self.trace, zero if value is _ANY else value, kind))
            hint = hint if value is _ANY else value
        if not self.results:
            self.base = self.trace.text.new_name("r")
        name = f"{self.base}#{len(self.results)}"
        self.results.append((name, kind, tuple(operands)))
        known = [self.trace.facts.bounds(value) for value in pair if value is not _ANY and kind == "index"]
        low = min((low for low, _ in known), default=float("-inf"))
        high = max((high for _, high in known), default=float("inf"))
        return symbol(self.trace, kind, name, hint if kind == "index" else 0, low, high)

    def _array(self, pair: tuple, given: list, holds: Holds) -> Any:
        dtype, scalar = given[0].dtype, _is_scalar(given[0])
        if any(value.dtype != dtype or _is_scalar(value) != scalar for value in given):
            return _differ(given)
        for side, value in enumerate(pair):
            if not scalar and value is not _ANY and not holds(side, value):
                return Unknown("it may be one of several arrays, as the program runs", _COPY)
        shape = () if scalar else self._shape(given)
        if shape is None:
            return Unknown("its shape is another one in each branch", "make arrays of one shape in both branches")
        cell = allocate(shape, dtype, scalar=scalar)
        for value, scope in zip(pair, self.scopes):
            with self.trace.writing(scope):
                if value is not _ANY:
                    store(value, cell)
        return alias_of(cell)

    def _shape(self, given: list) -> tuple | None:
        shape = tuple(seen_from_outside(size, self.scopes[0].first) for size in given[0].shape)
        if None in shape or not all(same_shape(self.trace, value.shape, shape) for value in given):
            return None
        return shape


def same_shape(trace: Trace, first: tuple, second: tuple) -> bool:
    """Whether an array can be copied into another one; sizes of arguments that are equal now become a guard."""
    if len(first) != len(second):
        return False
    for a, b in zip(first, second):
        same = a == b
        if isinstance(same, SymBool) and not is_data(same) and same.hint:
            same = trace.decide(same)
        if same is not True:
            return False
    return True


def _same(values: list) -> bool:
    first = values[0]
    return all(type(value) is type(first) and repr(value) == repr(first) and value == first for value in values)


def _is_scalar(value: Any) -> bool:
    return value.scalar if isinstance(value, Array) else True


def _differ(values: list) -> Unknown:
    words = " or ".join(dict.fromkeys(describe(value) for value in values))
    dtype = next((value.dtype for value in values if isinstance(value, (Array, np.generic))), None)
    numbers = dtype is not None and any(kind_of(value) for value in values)
    hint = f", as np.{dtype}(0.0) for the Python number" if numbers else ""
    return Unknown(f"as the program runs, it is {words}", f"give it values of one type in both cases{hint}")


def store(value: Any, cell: Array) -> None:
    """The elements of an array or NumPy scalar into a storage of its dtype and shape."""
    if isinstance(value, np.generic):
        value = as_scalar(filled((), value, value.dtype))
    if value.type == cell.type:
        copy_into(value, cell)
        return
    from ..broadcasting import fit

    copy_into(fit(value, cell.shape), cell)


def seen_from_outside(size: Any, first: int) -> Any:
    """A size in terms of what exists before a region whose first atom has serial number `first`; None if it
    depends on what is computed there."""
    if not isinstance(size, Sym):
        return size
    total: Any = 0
    for monomial, coefficient in size.terms.items():
        product: Any = coefficient
        for atom in monomial:
            factor = _atom_from_outside(size, atom, first)
            if factor is None:
                return None
            product = product * factor
        total = total + product
    return total


def _atom_from_outside(size: Sym, atom: Any, first: int) -> Any:
    if atom.serial < first or (not atom.arguments and not atom.data):
        return Sym(size.table, {(atom,): 1})
    if not atom.arguments or atom.op not in ("floordiv", "mod", "min", "max"):
        return None
    arguments = [seen_from_outside(argument, first) for argument in atom.arguments]
    return None if None in arguments else rebuild(atom, arguments)


__all__ = ["Join", "same_shape", "seen_from_outside", "store"]
